//! What remembering costs: an identity with a quarter of a year of habits, and what is done with such a memory.

#![expect(clippy::unwrap_used, reason = "what cannot be made cannot be measured")]

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use jiff::{SignedDuration, Timestamp};
use trailwarden_detectors::memory::{Baseline, Observation, Subject, observe};
use trailwarden_fixtures::counted_by_callgrind;
use trailwarden_fixtures::records::{Caller, TIME, get_secret_value};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// For how many days the identity reads.
const DAYS: i64 = 90;
/// How many secrets it reads on each of them, of a few more.
const READS: i64 = 16;
const SECRETS: i64 = 20;

fn main() {
    divan::main();
}

/// What one identity shows of itself, in order of time.
fn life() -> Vec<Observation> {
    let begin: Timestamp = TIME.parse().unwrap();
    let shown = (0..DAYS * READS).flat_map(|index| {
        let time =
            begin + SignedDuration::from_hours(24 * (index / READS)) + SignedDuration::from_mins(index % READS * 40);
        let secret = format!("prod/{}", (index + index / READS) % SECRETS);
        let record = get_secret_value(&Caller::role("app", "i-0123456789abcdef0"), &secret);
        let activity = record.at(&time.to_string()).id(&format!("{index:08x}-0000-4000-8000-000000000000")).activity();
        let identity = Subject::identity(activity.actor.key.as_str());
        observe(&activity).into_iter().filter(move |observation| observation.subject == identity)
    });
    shown.collect()
}

fn memory_of(life: &[Observation]) -> Baseline {
    let mut memory = Baseline::default();
    for observation in life {
        memory.remember(observation);
    }
    memory
}

/// The life, its last observation, and the memory of all before it.
fn before_the_last() -> (Baseline, Observation) {
    let mut life = life();
    let last = life.pop().unwrap();
    (memory_of(&life), last)
}

#[divan::bench]
fn remember_one_act(bencher: Bencher) {
    let (memory, last) = before_the_last();
    bencher
        .with_inputs(|| memory.clone())
        .bench_local_refs(|memory| counted_by_callgrind(|| memory.remember(black_box(&last))));
}

#[divan::bench]
fn news_of_one_act(bencher: Bencher) {
    let (memory, last) = before_the_last();
    bencher.bench_local(|| counted_by_callgrind(|| memory.news(black_box(&last))));
}

#[divan::bench]
fn merge_two_halves(bencher: Bencher) {
    let life = life();
    let (early, late) = life.split_at(life.len() / 2);
    let (early, late) = (memory_of(early), memory_of(late));
    bencher
        .with_inputs(|| early.clone())
        .bench_local_refs(|memory| counted_by_callgrind(|| memory.merge(black_box(&late))));
}

/// As the local store writes it.
#[divan::bench]
fn encode(bencher: Bencher) {
    let memory = memory_of(&life());
    bencher.bench_local(|| counted_by_callgrind(|| postcard::to_stdvec(black_box(&memory)).unwrap()));
}

/// As the local store reads it.
#[divan::bench]
fn decode(bencher: Bencher) {
    let written = postcard::to_stdvec(&memory_of(&life())).unwrap();
    bencher.bench_local(|| counted_by_callgrind(|| postcard::from_bytes::<Baseline>(black_box(&written)).unwrap()));
}

/// Put together of its parts, as a table keeps it.
#[divan::bench]
fn put_together(bencher: Bencher) {
    let kept: Vec<_> = memory_of(&life()).kept().collect();
    bencher.with_inputs(|| kept.clone()).bench_local_values(|kept| counted_by_callgrind(|| Baseline::from_kept(kept)));
}
