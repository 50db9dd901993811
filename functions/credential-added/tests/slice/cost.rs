//! What the ledger costs: requests counted over a fortnight of a small company's life, with an attack in it.

use std::path::Path;
use std::sync::atomic::AtomicU64;

use trailwarden_aws::LedgerTable;
use trailwarden_detectors::Settings;
use trailwarden_local::LocalStore;
use trailwarden_local::input::{Limits, LogReader, RawRecord, Reject, Visitor, discover};
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Publisher, Read};

use crate::ledger_table::new_table;
use crate::table::{Gateway, client};

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

/// The activities of the example logs in the order of their times.
fn examples() -> Vec<Activity> {
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() };
    let mut gather = Gather { intake, activities: Vec::new() };
    let mut reader = LogReader::new(Limits::default());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for file in discover(&[folder]).files {
        reader.scan(&file, &AtomicU64::new(0), &mut gather);
    }
    let mut all = gather.activities;
    all.sort_by(|a, b| (a.time, a.read_only, &a.id).cmp(&(b.time, b.read_only, &b.id)));
    all.dedup_by(|a, b| a.id == b.id);
    all
}

async fn ledger(gateway: &Gateway) -> LedgerTable {
    LedgerTable::new(client(&format!("http://127.0.0.1:{}", gateway.port)), &new_table().await, 365)
}

fn by_operation(taken: &[String]) -> (usize, usize) {
    let puts = taken.iter().filter(|operation| *operation == "PutItem").count();
    (puts, taken.len() - puts)
}

#[tokio::test]
async fn ordinary_life_asks_the_ledger_less_than_twice_in_three_events() {
    let (all, gateway) = (examples(), Gateway::open());
    let noting = ledger(&gateway).await;
    for activity in &all {
        noting.note(activity).await.unwrap();
    }
    let (acts, days) = by_operation(&gateway.taken());
    let pipeline = Pipeline {
        store: LocalStore::in_memory(),
        publisher: ledger(&gateway).await,
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    for activity in &all {
        pipeline.judge(activity).await.unwrap();
    }
    let (puts, updates) = by_operation(&gateway.taken());
    let findings = puts - acts;
    let each = (puts + updates) as f64 / all.len() as f64;
    eprintln!(
        "{} events: {days} requests for days, {acts} for acts, {findings} for findings; {each:.2} an event",
        all.len()
    );
    assert_eq!(updates, days);
    assert!(each < 0.6, "{each:.2}");
}
