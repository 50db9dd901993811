//! Logs: the activities of folders and files of logs, in the order a run judges them, each once.

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use trailwarden_local::input::{Limits, LogReader, RawRecord, Reject, Visitor, discover};
use trailwarden_model::Activity;
use trailwarden_model::aws::Coverage;
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Read};

struct Gather {
    intake: Intake,
    activities: Vec<Activity>,
}

impl Visitor for Gather {
    fn record(&mut self, record: RawRecord<'_>) {
        if let Read::Activity(activity) = self.intake.read(record.bytes) {
            self.activities.push(*activity);
        }
    }

    fn reject(&mut self, _reject: Reject) {}
}

/// What logs hold of the calls in scope.
pub(crate) fn activities(paths: &[PathBuf]) -> Vec<Activity> {
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() };
    let mut gather = Gather { intake, activities: Vec::new() };
    let mut reader = LogReader::new(Limits::default());
    for file in discover(paths).files {
        reader.scan(&file, &AtomicU64::new(0), &mut gather);
    }
    let mut all = gather.activities;
    all.sort_by(|a, b| (a.time, a.read_only, &a.id).cmp(&(b.time, b.read_only, &b.id)));
    all.dedup_by(|a, b| a.id == b.id);
    all
}
