//! What one activity costs in the pipeline: taken in, and judged by a memory that knows the habit.

#![expect(clippy::unwrap_used, reason = "what cannot be made cannot be measured")]

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use jiff::{SignedDuration, Timestamp};
use trailwarden_detectors::Settings;
use trailwarden_fixtures::records::{Caller, RecordBuilder, TIME, create_access_key, get_secret_value};
use trailwarden_fixtures::{ReferenceStore, counted_by_callgrind};
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// For how many days, and how often on each, the secrets were read before.
const DAYS: i64 = 60;
const READS: i64 = 12;

fn main() {
    divan::main();
}

/// A read of one of five secrets, so many reads after the first.
fn secret_read(index: i64) -> RecordBuilder {
    let begin: Timestamp = TIME.parse().unwrap();
    let time = begin + SignedDuration::from_hours(24 * (index / READS)) + SignedDuration::from_mins(index % READS * 40);
    get_secret_value(&Caller::role("app", "i-0123456789abcdef0"), &format!("prod/{}", index % 5))
        .at(&time.to_string())
        .id(&format!("{index:08x}-0000-4000-8000-000000000000"))
        .from("8.8.8.8")
}

fn intake() -> Intake {
    Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() }
}

fn taken_in(intake: &Intake, record: &RecordBuilder) -> Box<Activity> {
    let Read::Activity(activity) = intake.read(&record.bytes()) else { unreachable!("a detector wants it") };
    activity
}

/// A pipeline that has learned the habit.
fn experienced(intake: &Intake) -> Pipeline<ReferenceStore, ()> {
    let pipeline = Pipeline {
        store: ReferenceStore::default(),
        publisher: (),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    for index in 0..DAYS * READS {
        pollster::block_on(pipeline.learn(&taken_in(intake, &secret_read(index)))).unwrap();
    }
    pipeline
}

#[divan::bench]
fn take_in(bencher: Bencher) {
    let (intake, bytes) = (intake(), secret_read(0).bytes());
    bencher.bench_local(|| counted_by_callgrind(|| intake.read(black_box(&bytes))));
}

/// What somebody does as ever: nothing is said.
#[divan::bench]
fn a_habit(bencher: Bencher) {
    let intake = intake();
    let (pipeline, activity) = (experienced(&intake), taken_in(&intake, &secret_read(DAYS * READS)));
    let judge = || pollster::block_on(pipeline.judge(black_box(&activity))).unwrap();
    assert_eq!(judge().signals, 0);
    bencher.bench_local(|| counted_by_callgrind(judge));
}

/// What the same identity never did: a finding, looked at closer, woven and kept, and found unchanged when given again.
#[divan::bench]
fn a_key_for_another(bencher: Bencher) {
    let intake = intake();
    let last = taken_in(&intake, &secret_read(DAYS * READS)).time.to_string();
    let caller = Caller::role("app", "i-0123456789abcdef0");
    let record = create_access_key(&caller, "bob", "AKIAI44QH8DHBEXAMPLE").at(&last).from("8.8.8.8");
    let (pipeline, activity) = (experienced(&intake), taken_in(&intake, &record));
    let judge = || pollster::block_on(pipeline.judge(black_box(&activity))).unwrap();
    assert!(judge().signals > 0);
    bencher.bench_local(|| counted_by_callgrind(judge));
}
