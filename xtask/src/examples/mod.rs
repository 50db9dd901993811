//! The examples: a fortnight of a small organisation, invented, with an attack in it.
//!
//! Actors live their days and leave records; a delivery writes those as log files, and a story explains them.

mod agents;
mod attack;
mod background;
mod calendar;
mod caller;
mod delivery;
mod dice;
mod legacy;
mod nightly;
mod oddities;
mod organization;
mod pages;
mod people;
mod persistence;
mod pipeline;
mod portal;
mod record;
mod scribe;
mod steps;
mod store;
mod story;
mod sts;
mod workday;
mod workload;

use std::{fs, io::ErrorKind, path::Path};

use anyhow::Context;

use self::{record::Record, scribe::Scribe};

/// Writes the example logs, their labels and their page into `out`, replacing what an earlier run left there.
///
/// The same bytes in every run: nothing depends on the clock, the machine or the order of hashing.
pub(crate) fn run(out: &Path) -> anyhow::Result<()> {
    let logs = out.join("AWSLogs");
    match fs::remove_dir_all(&logs) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("clear {}", logs.display()));
        }
        _ => {}
    }
    let records = fortnight();
    delivery::deliver(&records, out)?;
    for (name, text) in [("labels.csv", story::labels(&records)?), ("README.md", story::page(&records)?)] {
        let path = out.join(name);
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// Everything that happens, in the order it happens.
fn fortnight() -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for person in people::ROSTER {
        records.extend(Scribe::follow(&workday::Workday(person)));
    }
    for workload in workload::RUNNING {
        records.extend(Scribe::follow(workload));
    }
    for instance in nightly::INSTANCES {
        records.extend(Scribe::follow(instance));
    }
    for account in organization::Account::ALL {
        records.extend(Scribe::follow(&background::Background(account)));
    }
    records.extend(Scribe::follow(&nightly::Settlement));
    records.extend(Scribe::follow(&nightly::Rotation));
    records.extend(Scribe::follow(&pipeline::Pipeline));
    records.extend(Scribe::follow(&legacy::BackupJob));
    records.extend(Scribe::follow(&legacy::KeyRotation));
    records.extend(Scribe::follow(&oddities::NightOnCall));
    records.extend(Scribe::follow(&oddities::BrokenDeployment));
    records.extend(Scribe::follow(&oddities::Onboarding));
    records.extend(Scribe::follow(&attack::Attack));
    records.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    records
}

#[cfg(test)]
mod tests;
