//! What a trail has, held against what arrived: the events themselves, on a sample of its own files.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use serde::Serialize;
use trailwarden_model::Activity;
use trailwarden_model::aws::catalog::{Call, find};
use trailwarden_model::aws::delivery::Behaviour;
use trailwarden_model::text::{grouped, json_in_lines, visible};
use trailwarden_remote::{Arrivals, Sampled};

use crate::Exit;
use crate::args::{CoverageArg, DoctorArgs, DoctorFormat};
use crate::input::{self, Input, Source};
use crate::output;
use crate::reach::reach;

/// How many events are asked for at once: so many patterns of a log as a run has time for.
const AT_ONCE: usize = 2000;

/// Where an event belongs: of each such place, some are looked for.
type Place = (String, String, &'static str);

/// An event of the sample.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Picked {
    id: String,
    time: String,
    account: String,
    region: String,
    call: String,
    #[serde(skip)]
    path: &'static str,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
struct Held {
    /// Events in scope that the files have.
    in_scope: u64,
    /// Events that were looked for.
    sampled: u64,
    /// Accounts, regions and paths they are of.
    places: u64,
    /// Those that a function dealt with.
    arrived: u64,
    /// Those that none did.
    missing: Vec<Picked>,
    /// Those there was no time to look for.
    unlooked: u64,
}

/// Looks for a sample of what the trail's files have.
pub(super) fn run(arguments: &DoctorArgs, format: DoctorFormat) -> anyhow::Result<Exit> {
    let (runtime, deployment) = reach(&arguments.deployment)?;
    let (mut held, sample) = pick(arguments)?;
    for part in sample.chunks(AT_ONCE) {
        let asked: Vec<Sampled> = part.iter().map(Picked::asked).collect();
        held.take(&runtime.block_on(deployment.arrivals(&asked))?, part);
    }
    held.missing.sort_by(|a, b| (&a.time, &a.id).cmp(&(&b.time, &b.id)));
    output::deliver(None, |writer, _| {
        match format {
            DoctorFormat::Table => write!(writer, "{}", held.words())?,
            DoctorFormat::Json => writeln!(writer, "{}", json_in_lines(&held)?)?,
        }
        Ok(())
    })?;
    Ok(if held.missing.is_empty() { Exit::Done } else { Exit::Found })
}

/// Of each account, region and path the events with the smallest ids: CloudTrail draws ids at random, so that is a
/// sample, and the same one each time.
fn pick(arguments: &DoctorArgs) -> anyhow::Result<(Held, Vec<Picked>)> {
    let Input { ordered, progress, .. } =
        input::read(&Source { paths: &arguments.trail, coverage: CoverageArg::Catalog, networks: None, jobs: None })?;
    let mut held = Held::default();
    let mut places: BTreeMap<Place, BTreeSet<Picked>> = BTreeMap::new();
    for activity in ordered {
        let activity = activity.context("cannot read back what was sorted")?;
        let early = arguments.since.is_some_and(|since| activity.time < since);
        if early || arguments.until.is_some_and(|until| activity.time >= until) {
            continue;
        }
        let Some(path) = find(&activity.action.service, &activity.action.name).map(Call::behaviour) else {
            continue;
        };
        held.in_scope += 1;
        let picked = Picked::of(&activity, path);
        let of_place = places.entry((picked.account.clone(), picked.region.clone(), picked.path)).or_default();
        of_place.insert(picked);
        if of_place.len() > arguments.of_each.get() {
            of_place.pop_last();
        }
    }
    progress.finish();
    held.places = u64::try_from(places.len())?;
    let sample: Vec<Picked> = places.into_values().flatten().collect();
    held.sampled = u64::try_from(sample.len())?;
    Ok((held, sample))
}

impl Picked {
    fn of(activity: &Activity, path: Behaviour) -> Self {
        Self {
            id: activity.id.as_str().to_owned(),
            time: activity.time.to_string(),
            account: activity.recorded_in.as_str().to_owned(),
            region: activity.region.as_str().to_owned(),
            call: format!("{}:{}", activity.action.service, activity.action.name),
            path: path.name(),
        }
    }

    fn asked(&self) -> Sampled {
        Sampled { id: self.id.clone(), time: self.time.clone(), path: self.path }
    }
}

impl Held {
    /// Takes in what became of the sample, or of a part of it.
    fn take(&mut self, arrivals: &Arrivals, part: &[Picked]) {
        let (arrived, unlooked): (BTreeSet<&str>, BTreeSet<&str>) = (
            arrivals.arrived.iter().map(String::as_str).collect(),
            arrivals.unlooked.iter().map(String::as_str).collect(),
        );
        for picked in part {
            if arrived.contains(picked.id.as_str()) {
                self.arrived += 1;
            } else if unlooked.contains(picked.id.as_str()) {
                self.unlooked += 1;
            } else {
                self.missing.push(picked.clone());
            }
        }
    }

    fn words(&self) -> String {
        let mut lines = vec![
            format!(
                "looked for  {} of {} events in scope, of {} accounts, regions and paths",
                grouped(self.sampled),
                grouped(self.in_scope),
                grouped(self.places)
            ),
            format!("arrived     {}", grouped(self.arrived)),
        ];
        if self.unlooked > 0 {
            lines.push(format!("no time     {}: give the same command again with fewer", grouped(self.unlooked)));
        }
        if !self.missing.is_empty() {
            lines.push(format!("MISSING     {}", self.missing.len()));
            for Picked { id, time, account, region, call, .. } in &self.missing {
                lines.push(visible(&format!("  {time}  {account}  {region}  {call}")));
                lines.push(visible(&format!("    {id}")));
            }
            lines.push("  mend      what `trailwarden doctor` finds of them; then `trailwarden redrive`".to_owned());
        }
        lines.join("\n") + "\n"
    }
}
