//! Announced: what a deployment was told to expect or to be silent about, as it is asked for and shown.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::runtime::Runtime;
use trailwarden_model::text;
use trailwarden_model::text::visible;
use trailwarden_pipeline::Expected;
use trailwarden_remote::Deployment;

use crate::args::{ListArgs, ListFormat};
use crate::output::{self, Styling, paint, wrap};
use crate::reach::reach;
use crate::say::now;

/// What is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A change that will come.
    Change,
    /// That nobody wants to hear of something.
    Suppression,
}

impl Kind {
    /// What its ids begin with.
    pub(crate) fn prefix(self) -> &'static str {
        if self == Self::Change { "ex-" } else { "su-" }
    }

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        if self == Self::Change { "expected change" } else { "suppression" }
    }

    /// The command that deals with it.
    pub(crate) fn command(self) -> &'static str {
        if self == Self::Change { "expect" } else { "suppress" }
    }
}

/// One announcement, as a deployment tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Announcement {
    id: String,
    announced: Expected,
    withdrawn: Option<Timestamp>,
    withdrawn_by: Option<String>,
}

impl Announcement {
    fn is(&self, kind: Kind) -> bool {
        self.announced.silences.is_some() == (kind == Kind::Suppression)
    }

    /// Until when it held, or holds.
    fn end(&self) -> Option<Timestamp> {
        self.withdrawn.into_iter().chain(self.announced.until).min()
    }

    fn stands(&self, at: Timestamp) -> bool {
        self.end().is_none_or(|end| at <= end)
    }
}

/// Every change a deployment was told to expect, each until its end or until it was taken back.
pub(crate) fn changes(runtime: &Runtime, deployment: &Deployment) -> anyhow::Result<Vec<Expected>> {
    let all = announcements(runtime, deployment)?.into_iter();
    Ok(all.map(|one| Expected { until: one.end(), ..one.announced }).collect())
}

fn announcements(runtime: &Runtime, deployment: &Deployment) -> anyhow::Result<Vec<Announcement>> {
    let event = json!({ "detail-type": "Trailwarden Question", "detail": { "ask": "announced" } });
    let heard = runtime.block_on(deployment.say(serde_json::to_vec(&event)?))?;
    if let Some(problem) = heard.refused {
        bail!("{}: {problem}", deployment.place());
    }
    let Some(all) = heard.announced else {
        bail!("{} does not understand what it was asked: deploy this version's template", deployment.place());
    };
    let read = |one| serde_json::from_value(one).context("an announcement is not understood: use the deployed version");
    all.into_iter().map(read).collect()
}

/// Runs `expect list` and `suppress list`.
pub(crate) fn list(kind: Kind, arguments: &ListArgs) -> anyhow::Result<()> {
    let (runtime, deployment) = reach(&arguments.deployment)?;
    let mut all = announcements(&runtime, &deployment)?;
    all.retain(|one| one.is(kind));
    let (now, known) = (now(), all.len());
    all.retain(|one| arguments.all || one.stands(now));
    all.sort_by(|a, b| (a.end(), &a.id).cmp(&(b.end(), &b.id)));
    let default = if output::to_terminal() { ListFormat::Table } else { ListFormat::Jsonl };
    output::deliver(None, |writer, styling| {
        for one in &all {
            match arguments.format.unwrap_or(default) {
                ListFormat::Table => write!(writer, "{}", told(one, now, styling, output::width()))?,
                ListFormat::Jsonl => writeln!(writer, "{}", text::json(one)?)?,
            }
        }
        Ok(())
    })?;
    let counted = |count: usize| format!("{count} {}{}", kind.name(), if count == 1 { "" } else { "s" });
    let hidden = known - all.len();
    let more = if hidden > 0 { format!("; {hidden} more are over: --all shows them") } else { String::new() };
    anstream::eprintln!("{}{more}", counted(all.len()));
    Ok(())
}

/// One announcement for people, a line for each thing it says.
fn told(one: &Announcement, now: Timestamp, styling: Styling, width: usize) -> String {
    let (said, style) = match (one.withdrawn, one.announced.until) {
        (Some(at), _) => (format!("taken back {}", minute(at)), AnsiColor::BrightBlack.on_default()),
        (None, Some(until)) if until < now => (format!("over {}", minute(until)), AnsiColor::BrightBlack.on_default()),
        (None, Some(until)) => (format!("until {}", minute(until)), Style::new().bold()),
        (None, None) => ("without end".to_owned(), Style::new().bold()),
    };
    let heading = visible(&format!("{}  {said}", one.id));
    let mut text = paint(&heading, style, styling) + "\n";
    let Expected { who, what, target, account, by, reference, silences, said, .. } = &one.announced;
    let by = format!("{by}{}", said.map(|at| format!(", {}", minute(at))).unwrap_or_default());
    let up_to = silences.map(|severity| severity.name().to_owned());
    let because = if silences.is_some() { "    why" } else { "    ref" };
    let said = [
        ("    who", who.as_deref()),
        ("    to", target.as_deref()),
        ("    in", account.as_deref()),
        ("    what", what.as_deref()),
        ("    up to", up_to.as_deref()),
        ("    by", Some(by.as_str())),
        (because, reference.as_deref()),
        ("    back", one.withdrawn_by.as_deref()),
    ];
    for (label, what) in said {
        // Writing to a String cannot fail.
        let _ = what.map(|what| writeln!(text, "{}", wrap(label, what, width)));
    }
    text + "\n"
}

/// A time to the minute, in UTC.
fn minute(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string()
}
