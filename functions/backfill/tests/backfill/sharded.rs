//! Many who learn at once, a lesson at a time, learn what one does in order.

use std::time::Duration;

use trailwarden_aws::backfill::{learn, merge};
use trailwarden_detectors::Settings;
use trailwarden_model::Activity;
use trailwarden_pipeline::Lesson;

use crate::history::{HISTORY, ONE_BY_ONE, Table, learned_knowing};
use crate::memory::{Item, Memory};

/// Shards by turns, as objects of a bucket are dealt out: of every one some of every day.
fn dealt(shards: usize) -> Vec<Vec<Activity>> {
    let of = |shard| HISTORY.iter().skip(shard).step_by(shards).cloned().collect();
    (0..shards).map(of).collect()
}

/// Shards one after the other in time, the latest first.
fn by_time(shards: usize) -> Vec<Vec<Activity>> {
    let mut all: Vec<Vec<Activity>> = HISTORY.chunks(HISTORY.len().div_ceil(shards)).map(<[_]>::to_vec).collect();
    all.reverse();
    all
}

/// One shard's part of one lesson, sent in pieces of which every second is sent once more.
async fn teach(table: &Table, lesson: Lesson, shard: &[Activity], pieces: usize) {
    let now = HISTORY.last().unwrap().time;
    let learned = learn(&table.store(), &Settings::default(), lesson, shard, now).await.unwrap();
    for (nth, piece) in learned.chunks(learned.len() / pieces + 1).enumerate() {
        for _ in 0..=nth % 2 {
            let merged = merge(&table.store(), piece, || Duration::from_mins(2)).await.unwrap();
            assert_eq!(merged.merged, piece.len());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_in_any_order_remember_what_one_machine_does_in_order() {
    for shards in [dealt(5), by_time(3)] {
        let table = Table::new().await;
        for lesson in Lesson::ALL {
            for shard in &shards {
                teach(&table, lesson, shard, 1).await;
            }
        }
        table.memory().await.must_equal(&ONE_BY_ONE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_at_once_retried_and_cut_differently_at_each_lesson_remember_the_same() {
    let table = Table::new().await;
    for (lesson, shards) in Lesson::ALL.into_iter().zip([dealt(2), by_time(4), dealt(3)]) {
        let (first, rest) = shards.split_first().unwrap();
        let others = async {
            for shard in rest {
                teach(&table, lesson, shard, 4).await;
            }
        };
        tokio::join!(teach(&table, lesson, first, 7), others);
        // One of them was thought dead, and did all of it once more.
        teach(&table, lesson, first, 2).await;
    }
    table.memory().await.must_equal(&ONE_BY_ONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_that_know_the_same_names_and_nothing_else_of_each_other_may_send_in_any_order() {
    let halves = by_time(2);
    let (late, early) = (learned_knowing(&HISTORY, &halves[0]).await, learned_knowing(&HISTORY, &halves[1]).await);
    let mut tables = Vec::new();
    let (first, second) = early.split_at(early.len() / 2);
    let (third, fourth) = late.split_at(late.len() / 3);
    for order in [[&early[..], &late, &[], &[]], [&late, &early, &[], &[]], [third, second, fourth, first]] {
        let table = Table::new().await;
        for piece in order {
            merge(&table.store(), piece, || Duration::from_mins(2)).await.unwrap();
        }
        tables.push(table.memory().await);
    }
    tables[0].must_equal(&tables[1]);
    tables[0].must_equal(&tables[2]);
    // Each lesson was over on one machine before it was over on the other: whoever was known to the other one
    // alone was new to a network once more, which says nothing that is judged.
    as_judged(&tables[0]).must_equal(&as_judged(&ONE_BY_ONE));
}

/// Of who comes from a network, what judging looks at: the first day of each, and who came lately and is new.
fn as_judged(memory: &Memory) -> Memory {
    let today = i128::from(HISTORY.last().unwrap().time.as_second() / 86_400);
    let judged = |(key, item): (&String, &Item)| {
        let mut item = item.clone();
        if key.starts_with("network/") {
            item.days.remove("days");
            item.days.values_mut().for_each(|days| *days = days.first().copied().into_iter().collect());
            let new: Vec<String> = item
                .days
                .iter()
                .filter(|(_, days)| days.first().is_some_and(|first| *first >= today - 1))
                .map(|(name, _)| name.trim_start_matches("I:").to_owned())
                .collect();
            item.trace.retain(|entry| new.iter().any(|who| entry.ends_with(who)));
        }
        (key.clone(), item)
    };
    Memory(memory.0.iter().map(judged).collect())
}
