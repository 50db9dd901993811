//! Days of a deployment's ledger: its rows, asked for part by part.

use anyhow::bail;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use trailwarden_remote::{Deployment, Part};

use crate::args::DeploymentArgs;
use crate::reach::reach;
use crate::say::now;

/// How many days are told where nobody says since when.
const DAYS: i64 = 7;

/// Whose ledger, and which days of it.
pub(crate) struct Days {
    pub(super) runtime: Runtime,
    /// The deployment.
    pub(crate) deployment: Deployment,
    /// The first day, UTC.
    pub(crate) from: Date,
    /// The last day.
    pub(crate) to: Date,
}

impl Days {
    /// The days of a span; without a beginning a week, without an end until today.
    pub(crate) fn of(at: &DeploymentArgs, since: Option<Timestamp>, until: Option<Timestamp>) -> anyhow::Result<Self> {
        let (runtime, deployment) = reach(at)?;
        let day = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
        let to = day(until.unwrap_or_else(now));
        let from = since.map_or_else(|| to.saturating_sub(Span::new().days(DAYS - 1)), day);
        Ok(Self { runtime, deployment, from, to })
    }

    /// Hands out the rows of these kinds, part by part, each with the day the next part begins in, if there is one.
    pub(crate) fn each_part(
        &self,
        kinds: &[&str],
        mut take: impl FnMut(Vec<Value>, Option<Date>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut begin = None;
        loop {
            let part = self.part(kinds, begin.as_ref())?;
            let day = part.next.as_ref().and_then(|next| next.get("day")?.as_str()?.parse::<Date>().ok());
            take(part.rows, day)?;
            if part.next.is_none() {
                return Ok(());
            }
            begin = part.next;
        }
    }

    fn part(&self, kinds: &[&str], begin: Option<&Value>) -> anyhow::Result<Part> {
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
