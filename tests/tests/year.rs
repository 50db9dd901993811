//! A year of many identities through the store: what one takes stays bounded, an event costs the same at the end as at
//! the beginning, and runs that die on the way leave the memory of one that never did.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test fails by panicking, shows what it measured, and its numbers are small"
)]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::LazyLock;
use std::{env, fs};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trailwarden_detectors::Settings;
use trailwarden_detectors::memory::{Baseline, Subject};
use trailwarden_fixtures::records::RecordBuilder;
use trailwarden_fixtures::{Heard, life, process};
use trailwarden_local::{LocalStore, StoreError};
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read};

/// How many identities the long form has, and for how many days they live.
const IDENTITIES: &str = "TRAILWARDEN_YEAR_IDENTITIES";
const DAYS: &str = "TRAILWARDEN_YEAR_DAYS";
/// How many days a row of the table is.
const MONTH: i64 = 30;

/// Everything of one day, in order.
fn day(identities: usize, day: i64) -> Vec<Activity> {
    static INTAKE: LazyLock<Intake> =
        LazyLock::new(|| Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() });
    let read = |record: RecordBuilder| match INTAKE.read(&record.bytes()) {
        Read::Activity(activity) => *activity,
        other => panic!("no activity but {other:?}"),
    };
    life::day(identities, day).into_iter().map(|(_, record)| read(record)).collect()
}

type World = Pipeline<LocalStore, Heard>;

fn world(file: &Path) -> World {
    Pipeline {
        store: LocalStore::open(file).unwrap(),
        publisher: Heard::default(),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    }
}

/// The memory by subject.
fn memory(world: &World) -> BTreeMap<Subject, Baseline> {
    let mut all = BTreeMap::new();
    let visited: Result<(), StoreError> = world.store.walk(None, |subject, baseline| {
        all.insert(subject, baseline);
        Ok(ControlFlow::Continue(()))
    });
    visited.unwrap();
    all
}

/// What subjects of a kind take in the file: how many, the mean and the largest, in bytes.
fn sizes(world: &World, kind: &str) -> (usize, usize, usize) {
    let (mut number, mut sum, mut largest) = (0, 0, 0);
    let visited: Result<(), StoreError> = world.store.walk(None, |subject, baseline| {
        if subject.as_str().starts_with(kind) {
            let size = postcard::to_stdvec(&baseline).unwrap().len();
            (number, sum, largest) = (number + 1, sum + size, largest.max(size));
        }
        Ok(ControlFlow::Continue(()))
    });
    visited.unwrap();
    (number, sum / number.max(1), largest)
}

/// What this thread took of a processor, in nanoseconds: what else runs on the machine is not in it.
fn processor() -> u64 {
    let taken = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    taken.split_whitespace().next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or_default()
}

/// Lives through days, and dies within one of so many: what was not flushed is lost, and the day is given again.
fn live(file: &Path, identities: usize, days: i64, dies_in: Option<i64>) -> World {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut world = world(file);
    let (mut events, mut spent, mut told) = (0_usize, 0, 0);
    if dies_in.is_none() {
        eprintln!(
            "| days | events | µs of processor each | identities: mean, largest | secrets | file | resident | notices |"
        );
        eprintln!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    }
    for today in 0..days {
        let all = day(identities, today);
        if dies_in.is_some_and(|days| today % days == days - 1) {
            for activity in all.iter().take(random.random_range(0..all.len())) {
                pollster::block_on(world.judge(activity)).unwrap();
            }
            drop(world);
            world = self::world(file);
        }
        let began = processor();
        for activity in &all {
            pollster::block_on(world.judge(activity)).unwrap();
        }
        world.store.flush().unwrap();
        (events, spent) = (events + all.len(), spent + processor() - began);
        // What a deployment would have sent on; held here it would grow with the days.
        told += world.publisher.notices().drain(..).count();
        world.publisher.findings().clear();
        if dies_in.is_none() && (today % MONTH == MONTH - 1 || today == days - 1) {
            let (number, mean, largest) = sizes(&world, "identity/");
            let each = spent / 1_000 / events.max(1) as u64;
            let on_disk = fs::metadata(file).unwrap().len() >> 20;
            eprintln!(
                "| {} | {events} | {each} | {number}: {mean}, {largest} | {} | {on_disk} MB | {} MB | {told} |",
                today + 1,
                sizes(&world, "secret/").0,
                process::megabytes("VmRSS")
            );
            (events, spent) = (0, 0);
        }
    }
    world
}

/// The most an identity may take: 128 values in each of some ten dimensions that grow, 512 moments, none longer than
/// the names of these identities and secrets.
const LARGEST: usize = (10 * 128 + 512) * 64;

#[test]
fn a_year_leaves_a_memory_of_the_same_size_whenever_its_runs_die() {
    let of = |name: &str, other: i64| env::var(name).map_or(other, |value| value.parse().unwrap());
    let (identities, days) = (of(IDENTITIES, 100) as usize, of(DAYS, 45));
    let folder = tempfile::tempdir().unwrap();
    let whole = live(&folder.path().join("whole"), identities, days, None);
    let (number, _, largest) = sizes(&whole, "identity/");
    assert_eq!(number, identities);
    assert!(largest <= LARGEST, "{largest} bytes of {LARGEST}");
    if identities <= 200 {
        let died = live(&folder.path().join("died"), identities, days, Some(5));
        assert!(memory(&whole) == memory(&died), "runs that died left another memory");
    }
}
