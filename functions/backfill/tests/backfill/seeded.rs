//! What one machine learned and sent is what functions would have learned event by event.

use std::time::Duration;

use trailwarden_aws::backfill::merge;
use trailwarden_detectors::memory::{Baseline, Subject, nameless};

use crate::history::{HISTORY, ONE_BY_ONE, Table, learned_here};

async fn send(table: &Table, subjects: &[(Subject, Baseline)]) {
    let merged = merge(&table.store(), subjects, || Duration::from_mins(2)).await.unwrap();
    assert_eq!((merged.merged, merged.stopped), (subjects.len(), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_seeded_by_backfill_remembers_what_one_does_that_learned_event_by_event() {
    let table = Table::new().await;
    send(&table, &learned_here(&HISTORY).await).await;
    table.memory().await.must_equal(&ONE_BY_ONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_twice_in_another_order_or_again_from_half_way_changes_nothing() {
    let (table, mut subjects) = (Table::new().await, learned_here(&HISTORY).await);
    let half = subjects.len() / 2;
    // Killed within a batch, whose beginning arrived and whose answer did not; then from an older place again.
    send(&table, &subjects[..half]).await;
    send(&table, &subjects[half / 2..]).await;
    table.memory().await.must_equal(&ONE_BY_ONE);
    subjects.reverse();
    send(&table, &subjects).await;
    table.memory().await.must_equal(&ONE_BY_ONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn seeding_while_the_same_events_arrive_changes_nothing() {
    let (table, subjects) = (Table::new().await, learned_here(&HISTORY).await);
    let last = HISTORY.len() - HISTORY.len() / 8;
    let live = crate::history::pipeline(table.store());
    for (place, some) in subjects.chunks(subjects.len() / 8 + 1).enumerate() {
        send(&table, some).await;
        // Whom a directory's id belongs to is not known before it was sent: such events come afterwards.
        for activity in HISTORY[last..].iter().skip(place).step_by(8).filter(|one| nameless(one).is_none()) {
            live.learn(activity).await.unwrap();
        }
    }
    let without_places = |memory: &crate::memory::Memory| {
        let rest = memory.0.iter().filter(|(key, _)| !key.starts_with("network/"));
        crate::memory::Memory(rest.map(|(key, item)| (key.clone(), item.clone())).collect())
    };
    // Who arrives before their past does is still new to their network: `sharded.rs` says what that leaves.
    without_places(&table.memory().await).must_equal(&without_places(&ONE_BY_ONE));
}
