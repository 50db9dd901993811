//! The ledger of a deployment: what it keeps of each day, as facts in order of time.

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use trailwarden_model::{Fact, FactDay, FactKind, FactOutcome, SecretId};
use trailwarden_pipeline::Expected;

use super::{Days, Filter, Told};
use crate::announced::changes;
use crate::args::LedgerArgs;
use crate::output;

/// What a deployment keeps, and what it was told to expect.
pub(super) struct Deployed {
    days: Days,
    kinds: Vec<FactKind>,
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
        let kinds = match arguments.kind.as_slice() {
            [] => FactKind::ALL.to_vec(),
            kinds => kinds.iter().map(|kind| kind.kind()).collect(),
        };
        Ok(Self { days: Days::of(&arguments.deployment, arguments.since, arguments.until)?, kinds })
    }

    /// Hands out what was asked for, day by day in order of time, each with the expected change that covers it.
    pub(super) fn each(
        &self,
        filter: &Filter,
        told: &mut Told,
        mut write: impl FnMut(&Fact) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let expected = changes(&self.days.runtime, &self.days.deployment)?;
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        let mut held = Vec::<Fact>::new();
        self.days.each_part(&kinds, |rows, next| {
            for row in rows {
                let row: Row =
                    serde_json::from_value(row).context("a row is not understood: use the deployed version")?;
                held.push(row.fact());
            }
            // A day is whole once the next one has begun.
            let whole = |fact: &Fact| next.is_none_or(|next| fact.time.to_zoned(TimeZone::UTC).date() < next);
            let mut ready: Vec<Fact>;
            (ready, held) = std::mem::take(&mut held).into_iter().partition(whole);
            ready.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
            for mut fact in ready {
                if !filter.spans(fact.time) || !filter.wants(&fact) {
                    told.left_out += 1;
                    continue;
                }
                fact.expected_change = expected.iter().find(|change| change.covers_fact(&fact)).map(Expected::note);
                told.count(&fact);
                write(&fact)?;
            }
            Ok(())
        })
    }

    /// Says which days these were.
    pub(super) fn summarise(&self) {
        let Days { deployment, from, to, .. } = &self.days;
        anstream::eprintln!("{}: {from} to {to}", deployment.place());
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
