//! The ledger of a deployment: what it keeps of each day, as facts in order of time.

use anyhow::{Context, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use trailwarden_model::{Fact, FactDay, FactKind, FactOutcome, SecretId};
use trailwarden_remote::{Deployment, Part};

use super::{Filter, Told};
use crate::announced::changes;
use crate::args::LedgerArgs;
use crate::output;
use crate::reach::reach;
use crate::say::now;

/// How many days are told where nobody says since when.
const DAYS: i64 = 7;

/// What a deployment keeps, and what it was told to expect.
pub(super) struct Deployed {
    runtime: Runtime,
    deployment: Deployment,
    kinds: Vec<FactKind>,
    from: Date,
    to: Date,
}

/// A row as a deployment tells it: a fact, and beside a day of acts what is known of all of them.
#[derive(Debug, Deserialize)]
struct Row {
    body: Fact,
    object: Option<SecretId>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    #[serde(default)]
    hours: Vec<u8>,
    #[serde(default)]
    outcomes: Vec<FactOutcome>,
    #[serde(default)]
    networks: Vec<String>,
}

impl Row {
    fn fact(self) -> Fact {
        let Self { body, object, first, last, hours, outcomes, networks } = self;
        let day = last.map(|last| FactDay { last, hours, outcomes, networks });
        // One call may read several secrets; each has a row of its own.
        let secrets = match object {
            Some(object) if body.secrets.contains(&object) => vec![object],
            _ => body.secrets,
        };
        Fact { time: first.unwrap_or(body.time), day, secrets, ..body }
    }
}

impl Deployed {
    pub(super) fn of(arguments: &LedgerArgs) -> anyhow::Result<Self> {
        let (runtime, deployment) = reach(&arguments.deployment)?;
        let day = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
        let to = day(arguments.until.unwrap_or_else(now));
        let from = arguments.since.map_or_else(|| to.saturating_sub(Span::new().days(DAYS - 1)), day);
        let kinds = match arguments.kind.as_slice() {
            [] => FactKind::ALL.to_vec(),
            kinds => kinds.iter().map(|kind| kind.kind()).collect(),
        };
        Ok(Self { runtime, deployment, kinds, from, to })
    }

    /// Hands out what was asked for, day by day in order of time, each with the expected change that covers it.
    pub(super) fn each(
        &self,
        filter: &Filter,
        told: &mut Told,
        mut write: impl FnMut(&Fact) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let expected = changes(&self.runtime, &self.deployment)?;
        let (mut begin, mut held) = (None, Vec::<Fact>::new());
        loop {
            let part = self.part(begin.as_ref())?;
            for row in part.rows {
                let row: Row =
                    serde_json::from_value(row).context("a row is not understood: use the deployed version")?;
                held.push(row.fact());
            }
            // A day is whole once the next one has begun.
            let next = part.next.as_ref().and_then(|next| next.get("day")?.as_str()?.parse::<Date>().ok());
            let whole = |fact: &Fact| next.is_none_or(|next| fact.time.to_zoned(TimeZone::UTC).date() < next);
            let mut ready: Vec<Fact>;
            (ready, held) = held.into_iter().partition(whole);
            ready.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
            for mut fact in ready {
                if !filter.spans(fact.time) || !filter.wants(&fact) {
                    told.left_out += 1;
                    continue;
                }
                fact.expected_change =
                    expected.iter().find(|change| change.covers_fact(&fact)).map(trailwarden_pipeline::Expected::note);
                told.count(&fact);
                write(&fact)?;
            }
            if part.next.is_none() {
                return Ok(());
            }
            begin = part.next;
        }
    }

    /// Says which days these were.
    pub(super) fn summarise(&self) {
        anstream::eprintln!("{}: {} to {}", self.deployment.place(), self.from, self.to);
    }

    fn part(&self, begin: Option<&Value>) -> anyhow::Result<Part> {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        let detail = json!({ "ask": "ledger", "kinds": kinds, "from": self.from, "to": self.to, "begin": begin });
        let event = json!({ "detail-type": "Trailwarden Question", "detail": detail });
        let heard = self.runtime.block_on(self.deployment.say(serde_json::to_vec(&event)?))?;
        match (heard.ledger, heard.refused) {
            (Some(part), _) => Ok(part),
            (None, Some(problem)) => bail!("{}: {problem}", self.deployment.place()),
            (None, None) => {
                bail!(
                    "{} does not understand what it was asked: deploy this version's template",
                    self.deployment.place()
                )
            }
        }
    }
}

/// Runs `ledger` over a deployment.
pub(super) fn run(arguments: &LedgerArgs) -> anyhow::Result<()> {
    let (deployed, filter) = (Deployed::of(arguments)?, Filter::of(arguments));
    let format = arguments.format.unwrap_or_else(|| super::default_format(arguments));
    let mut told = Told::default();
    output::deliver(arguments.output.as_deref(), |writer, styling| {
        let mut facts = super::FactWriter::new(format, arguments.every, writer, styling)?;
        deployed.each(&filter, &mut told, |fact| facts.write(fact))?;
        facts.finish()
    })?;
    deployed.summarise();
    told.summarise();
    Ok(())
}
