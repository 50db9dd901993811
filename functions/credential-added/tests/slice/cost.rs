//! What the ledger costs: requests counted over a fortnight of a small company's life, with an attack in it.

use std::path::Path;

use trailwarden_aws::LedgerTable;
use trailwarden_detectors::Settings;
use trailwarden_local::LocalStore;
use trailwarden_model::{Activity, Severity};
use trailwarden_pipeline::{Pipeline, Publisher};

use crate::ledger_table::new_table;
use crate::logs::activities;
use crate::table::{Gateway, client};

/// The activities of the example logs in the order of their times.
fn examples() -> Vec<Activity> {
    activities(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")])
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
