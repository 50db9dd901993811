//! What seeding costs, in requests and write units, against learning event by event.

use std::collections::BTreeMap;
use std::time::Duration;

use trailwarden_aws::backfill::merge;

use crate::history::{HISTORY, Table, learned_here};

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_is_written_once_however_much_it_did() {
    let (table, subjects) = (Table::new().await, learned_here(&HISTORY).await);
    let merged = merge(&table.store(), &subjects, || Duration::from_mins(2)).await.unwrap();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (subject, _) in &subjects {
        *kinds.entry(subject.as_str().split('/').next().unwrap()).or_default() += 1;
    }
    eprintln!(
        "{} events: {} subjects, {} requests, {} units; {kinds:?}",
        HISTORY.len(),
        subjects.len(),
        merged.requests,
        merged.units
    );
    assert!(merged.requests < subjects.len() as u64 * 11 / 10, "{merged:?}");
    assert!(merged.units >= subjects.len() as f64, "{merged:?}");
}
