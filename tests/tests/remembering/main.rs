//! A function that remembers what it asked: the same findings, with a fraction of the requests.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and shows what it counted"
)]

#[path = "../../../functions/credential-added/tests/slice/logs.rs"]
mod logs;

mod cold_starts;
mod counting;
mod deployment;
mod organisation;
mod weeks;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use trailwarden_detectors::Settings;
use trailwarden_fixtures::records::{self, Caller, RecordBuilder, unique};
use trailwarden_fixtures::{Heard, ReferenceStore};
use trailwarden_local::LocalStore;
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, CitedEvent, FindingId, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read, Remembering, Store};

use crate::counting::Counting;

/// What a person is told: id, severity and the events that make the case.
type Gist = BTreeMap<FindingId, (Severity, Vec<Arc<CitedEvent>>)>;

fn gist<S>(pipeline: &Pipeline<S, Heard>) -> Gist {
    let all = pipeline.publisher.findings();
    let disturbing = all.values().filter(|finding| finding.severity >= Severity::Medium);
    disturbing.map(|finding| (finding.id.clone(), (finding.severity, finding.events.clone()))).collect()
}

fn pipeline<S: Store>(store: S) -> Pipeline<S, Heard> {
    Pipeline {
        store,
        publisher: Heard::default(),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    }
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

#[test]
fn a_function_that_remembers_finds_what_one_that_asks_each_time_finds() {
    let all = logs::activities(&[examples()]);
    let (asking, remembering) = (
        pipeline(Counting::of(LocalStore::in_memory())),
        pipeline(Remembering::of(Counting::of(LocalStore::in_memory()))),
    );
    for activity in &all {
        pollster::block_on(asking.judge(activity)).unwrap();
        pollster::block_on(remembering.judge(activity)).unwrap();
    }
    assert_eq!(gist(&remembering), gist(&asking));
    assert!(!gist(&asking).is_empty());
    let each = |requests: usize| requests as f64 / all.len() as f64;
    let (asked, left) = (each(asking.store.requests()), each(remembering.store.inner().requests()));
    eprintln!("{} events: {asked:.2} requests each asking, {left:.2} remembering", all.len());
    assert!(left < 0.7 * asked, "{left:.2} requests of {asked:.2}");
}

#[test]
fn a_service_of_known_habits_costs_a_fifth_of_a_request_an_event() {
    let pipeline = pipeline(Remembering::of(Counting::of(LocalStore::in_memory())));
    let secrets = ["prod/payments/db", "prod/payments/api-key", "prod/payments/webhook"];
    let mut before = 0;
    for day in 1..=3 {
        before = pipeline.store.inner().requests();
        for minute in 0..24 * 60 {
            let caller = Caller::role("payments-service", &format!("task-{}", minute / 360));
            let time = format!("2026-03-{day:02}T{:02}:{:02}:00Z", minute / 60, minute % 60);
            let read = records::get_secret_value(&caller, secrets[minute % secrets.len()]).at(&time);
            let read = read.id(&unique("event", &time)).from("10.40.1.131");
            pollster::block_on(pipeline.judge(&activity(&read))).unwrap();
        }
    }
    let each = (pipeline.store.inner().requests() - before) as f64 / (24.0 * 60.0);
    eprintln!("{each:.3} requests an event");
    assert!(each <= 0.2, "{each:.3} requests an event");
    assert_eq!(gist(&pipeline), Gist::new());
}

fn activity(record: &RecordBuilder) -> Activity {
    static INTAKE: LazyLock<Intake> =
        LazyLock::new(|| Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() });
    match INTAKE.read(&record.bytes()) {
        Read::Activity(activity) => *activity,
        other => panic!("no activity but {other:?}"),
    }
}

#[test]
fn a_copy_says_nothing_strange_without_asking_what_others_wrote_since() {
    let shared = Arc::new(ReferenceStore::default());
    let one = pipeline(Remembering::of(Counting::of(shared.clone())));
    let bob = Caller::user("bob");
    for day in 1..=28 {
        let time = format!("2026-02-{day:02}T09:00:00Z");
        let read =
            records::get_secret_value(&bob, "prod/db").at(&time).id(&unique("event", &time)).from("194.65.30.34");
        pollster::block_on(one.learn(&activity(&read))).unwrap();
    }
    let from_a_rented_machine = |minute: i32| {
        let time = format!("2026-03-03T09:{minute:02}:00Z");
        let read = records::get_secret_value(&bob, "prod/db").at(&time).id(&unique("event", &time));
        activity(&read.from("45.76.85.203"))
    };
    pollster::block_on(one.judge(&from_a_rented_machine(0))).unwrap();
    let asked = |minute: i32| {
        let before = one.store.inner().requests();
        pollster::block_on(one.judge(&from_a_rented_machine(minute))).unwrap();
        one.store.inner().requests() - before
    };
    // Nothing of it is new, and it is strange all the same.
    assert!(asked(1) > 0 && asked(2) > 0);
}

#[test]
fn two_that_remember_share_one_memory_and_miss_nothing_the_other_learned() {
    let all = logs::activities(&[examples()]);
    let asking = pipeline(LocalStore::in_memory());
    let shared = Arc::new(ReferenceStore::default());
    let (one, other) = (pipeline(Remembering::of(shared.clone())), pipeline(Remembering::of(shared)));
    for (place, activity) in all.iter().enumerate() {
        pollster::block_on(asking.judge(activity)).unwrap();
        let function = if place % 2 == 0 { &one } else { &other };
        pollster::block_on(function.judge(activity)).unwrap();
    }
    let told: BTreeSet<FindingId> = gist(&asking).into_keys().collect();
    let mut by_two: BTreeSet<FindingId> = gist(&one).into_keys().collect();
    by_two.extend(gist(&other).into_keys());
    assert!(told.is_subset(&by_two), "{told:?} against {by_two:?}");
}
