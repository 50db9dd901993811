//! Evasion: what a patient, mimicking or noisy thief gains against the memory, and what not.
//!
//! A test whose name ends in `which_is_a_blind_spot` asserts what the program does not see.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::cmp::Reverse;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use trailwarden_detectors::Settings;
use trailwarden_fixtures::records::{self, Caller, RecordBuilder, unique};
use trailwarden_fixtures::{Heard, ReferenceStore};
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Evidence, Finding, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read};

/// Where the owner lives: MEO, Portugal.
const HOME: &str = "194.65.30.34";
/// Where the thief rents a machine: The Constant Company, Germany.
const RENTED: &str = "45.76.85.203";
/// The first day that is judged, a Tuesday; the month before it is learned.
const TODAY: &str = "2026-03-03T00:00:00Z";

/// One organisation, its memory and what was told.
struct World {
    pipeline: Pipeline<ReferenceStore, Heard>,
    records: Cell<u32>,
}

/// So many days and hours after today's midnight; days before it are negative.
fn on(day: i64, hour: i64) -> Timestamp {
    TODAY.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * day + hour)
}

fn who_am_i(caller: &Caller) -> RecordBuilder {
    records::call(caller, "sts.amazonaws.com", "GetCallerIdentity")
}

fn own_key(name: &str) -> RecordBuilder {
    records::create_access_key(&Caller::user(name), name, &unique("AKIA", &format!("{name}2")))
}

impl World {
    fn new() -> Self {
        let pipeline = Pipeline {
            store: ReferenceStore::default(),
            publisher: Heard::default(),
            settings: Settings::default(),
            expected: Vec::new(),
            tell_from: Severity::Medium,
        };
        Self { pipeline, records: Cell::new(0) }
    }

    /// A world in which these users worked from home on each of the last thirty days.
    fn with_settled(names: &[&str]) -> Self {
        let world = Self::new();
        for day in -30..0 {
            for name in names {
                for hour in [8, 11, 14, 17] {
                    world.learn(&who_am_i(&Caller::user(name)), HOME, on(day, hour));
                }
            }
        }
        world
    }

    fn activity(&self, record: &RecordBuilder, from: &str, at: Timestamp) -> Activity {
        static INTAKE: LazyLock<Intake> =
            LazyLock::new(|| Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() });
        self.records.set(self.records.get() + 1);
        let record = record.clone().from(from).at(&at.to_string()).id(&format!("e{}", self.records.get()));
        match INTAKE.read(&record.bytes()) {
            Read::Activity(activity) => *activity,
            other => panic!("no activity but {other:?}"),
        }
    }

    fn learn(&self, record: &RecordBuilder, from: &str, at: Timestamp) {
        pollster::block_on(self.pipeline.learn(&self.activity(record, from, at))).unwrap();
    }

    fn judge(&self, record: &RecordBuilder, from: &str, at: Timestamp) {
        pollster::block_on(self.pipeline.judge(&self.activity(record, from, at))).unwrap();
    }

    /// What was told of a user by one detector, the latest first.
    fn told(&self, kind: &str, name: &str) -> Vec<Finding> {
        let all = self.pipeline.publisher.findings();
        let mut told: Vec<Finding> =
            all.values().filter(|finding| finding.kind == kind && finding.actor.name == name).cloned().collect();
        told.sort_by_key(|finding| Reverse(finding.first_seen));
        told
    }

    /// The gravest of what was told of a user, whichever way.
    fn gravest_of(&self, name: &str) -> Option<Severity> {
        let all = self.pipeline.publisher.findings();
        all.values().filter(|finding| finding.actor.name == name).map(|finding| finding.severity).max()
    }

    /// What one reason weighs in the latest of what a detector told of a user.
    fn weight(&self, kind: &str, name: &str, signal: &str) -> Option<f64> {
        reason(&self.told(kind, name)[0], signal).map(|reason| reason.weight)
    }
}

fn reason<'f>(finding: &'f Finding, signal: &str) -> Option<&'f Evidence> {
    finding.evidence.iter().find(|reason| reason.signal == signal)
}

const FOR_ITSELF: &str = "credential-added.for-itself";
const SESSION: &str = "console-login.unusual-session";
const READ: &str = "secret-accessed.unusual-read";
const SIGN_IN: &str = "console-login.unusual-sign-in";

fn read(name: &str, secret: &str) -> RecordBuilder {
    records::get_secret_value(&Caller::user(name), secret)
}

/// A world in which Rui read the secrets of one program each morning, too.
fn with_a_reader() -> World {
    let world = World::with_settled(&["rui", "ines"]);
    for day in -30..0 {
        world.learn(&read("rui", "app/database"), HOME, on(day, 9));
    }
    world
}

#[test]
fn a_network_used_for_harmless_calls_is_still_new_within_the_quarantine() {
    let world = World::with_settled(&["rui", "ines"]);
    for hour in 9..18 {
        world.judge(&who_am_i(&Caller::user("rui")), RENTED, on(0, hour));
    }
    // The day after, however late: only days before the one a quarantine ago count.
    world.judge(&own_key("rui"), RENTED, on(1, 17));
    assert!(world.weight(FOR_ITSELF, "rui", "new-network").unwrap() > 10.0);
    assert!(world.gravest_of("rui") >= Some(Severity::High));
}

#[test]
fn a_network_used_the_day_before_yesterday_is_no_longer_new_which_is_a_blind_spot() {
    let world = World::with_settled(&["rui", "ines"]);
    world.judge(&who_am_i(&Caller::user("rui")), RENTED, on(0, 11));
    world.judge(&own_key("rui"), RENTED, on(2, 11));
    assert_eq!(world.weight(FOR_ITSELF, "rui", "new-network"), None);
    assert_eq!(world.weight(FOR_ITSELF, "rui", "usual-place"), None);
    assert!(world.told(FOR_ITSELF, "rui")[0].severity < Severity::Medium);
    // What is left is that the visit itself was told.
    assert!(world.weight(SESSION, "rui", "new-network").unwrap() > 10.0);
}

#[test]
fn a_network_visited_for_five_days_passes_for_a_home_which_is_a_blind_spot() {
    for (days, home) in [(4, None), (5, Some(-3.0))] {
        let world = World::with_settled(&["rui", "ines"]);
        for day in 0..days {
            world.judge(&who_am_i(&Caller::user("rui")), RENTED, on(day, 11));
        }
        // The visits of the first two days were a story before anything was done with them.
        assert!(world.gravest_of("rui") >= Some(Severity::Medium));
        world.judge(&own_key("rui"), RENTED, on(days, 11));
        assert_eq!(world.weight(FOR_ITSELF, "rui", "usual-place"), home, "after {days} days");
        assert!(world.told(FOR_ITSELF, "rui")[0].severity < Severity::Medium);
    }
}

#[test]
fn the_owners_program_borrowed_leaves_the_new_network_telling() {
    let world = World::with_settled(&["rui", "ines"]);
    world.judge(&own_key("rui"), RENTED, on(0, 11));
    assert!(world.weight(FOR_ITSELF, "rui", "new-network").unwrap() > 10.0);
    assert_eq!(world.weight(FOR_ITSELF, "rui", "new-client"), None);
    assert_eq!(world.gravest_of("rui"), Some(Severity::Critical));
}

#[test]
fn a_thief_at_the_owners_desk_passes_for_the_owner_which_is_a_blind_spot() {
    let world = World::with_settled(&["rui", "ines"]);
    world.judge(&own_key("rui"), HOME, on(0, 11));
    assert_eq!(world.weight(FOR_ITSELF, "rui", "usual-place"), Some(-3.0));
    assert_eq!(world.gravest_of("rui"), Some(Severity::Informational));
}

#[test]
fn a_secret_a_day_from_elsewhere_is_told_on_the_first_day() {
    let world = with_a_reader();
    world.judge(&read("rui", "finance/0"), RENTED, on(0, 11));
    assert!(world.weight(READ, "rui", "new-network").unwrap() > 10.0);
    assert!(world.gravest_of("rui") >= Some(Severity::High));
}

#[test]
fn a_secret_a_day_from_the_owners_network_weighs_more_with_each_but_stays_below_medium_which_is_a_blind_spot() {
    let world = with_a_reader();
    let mut drips = Vec::new();
    for day in 0..7 {
        world.judge(&read("rui", "app/database"), HOME, on(day, 9));
        world.judge(&read("rui", &format!("finance/{day}")), HOME, on(day, 11));
        drips.push(world.weight(READ, "rui", "drip").unwrap_or_default());
    }
    assert!(drips.is_sorted() && drips[6] > 5.0, "{drips:?}");
    assert!(world.gravest_of("rui") < Some(Severity::Medium));
}

#[test]
fn a_secret_every_eighth_day_is_no_drip_which_is_a_blind_spot() {
    let world = with_a_reader();
    for (number, day) in (0..7).map(|number| (number, number * 8)) {
        for quiet in day - 7..day {
            world.learn(&read("rui", "app/database"), HOME, on(quiet, 9));
        }
        world.judge(&read("rui", &format!("finance/{number}")), HOME, on(day, 11));
        assert_eq!(world.weight(READ, "rui", "drip"), None);
    }
    assert!(world.gravest_of("rui") < Some(Severity::Medium));
}

#[test]
fn two_stolen_identities_used_in_turn_each_tell_by_their_own_novelty() {
    let world = World::with_settled(&["rui", "ines", "joao", "ana"]);
    for hour in 9..13 {
        let name = if hour % 2 == 0 { "rui" } else { "ines" };
        world.judge(&who_am_i(&Caller::user(name)), RENTED, on(0, hour));
    }
    for name in ["rui", "ines"] {
        world.judge(&own_key(name), RENTED, on(0, 13));
        // Two who come to one place may be one hand, and excuse nobody.
        assert!(world.weight(FOR_ITSELF, name, "new-network").unwrap() > 10.0, "{name}");
        assert!(world.gravest_of(name) >= Some(Severity::High), "{name}");
    }
}

#[test]
fn a_fourth_stolen_identity_passes_for_a_company_that_moves_which_is_a_blind_spot() {
    let names = ["rui", "ines", "joao", "ana", "eva", "leo", "max", "pia", "tom", "uwe"];
    let world = World::with_settled(&names);
    for (name, hour) in names.into_iter().take(4).zip(9..) {
        world.judge(&own_key(name), RENTED, on(0, hour));
    }
    let weight = |name: &str| world.weight(FOR_ITSELF, name, "new-network").unwrap();
    // Where machines are rented, a quarter of the account must have come before.
    assert!(weight("rui") > 10.0 && weight("ines") > 10.0 && weight("joao") > 10.0);
    assert!(weight("ana") < 3.0);
    assert_eq!(world.gravest_of("ines"), Some(Severity::Critical));
    assert_eq!(world.gravest_of("joao"), Some(Severity::Critical));
    assert_eq!(world.gravest_of("ana"), Some(Severity::Low));
}

#[test]
fn a_network_one_stolen_identity_made_its_own_is_still_new_for_the_next() {
    let world = World::with_settled(&["rui", "ines"]);
    for day in 0..4 {
        world.judge(&who_am_i(&Caller::user("rui")), RENTED, on(day, 11));
    }
    world.judge(&own_key("ines"), RENTED, on(4, 11));
    assert!(world.weight(FOR_ITSELF, "ines", "new-network").unwrap() > 10.0);
    assert_eq!(world.gravest_of("ines"), Some(Severity::Critical));
}

#[test]
fn three_hundred_harmless_calls_neither_hide_a_sweep_nor_make_its_network_known() {
    let world = with_a_reader();
    let look = records::call(&Caller::user("rui"), "secretsmanager.amazonaws.com", "DescribeSecret");
    for number in 0..300 {
        let asked = look.clone().with("requestParameters", json!({ "secretId": format!("old/{number}") }));
        let tool = json!(format!("tool{number}/1.0"));
        world.judge(&asked.with("userAgent", tool), RENTED, on(0, 9) + SignedDuration::from_secs(number));
    }
    for number in 0..20 {
        world.judge(&read("rui", &format!("finance/{number}")), RENTED, on(0, 10));
    }
    assert!(world.weight(READ, "rui", "breadth").unwrap() > 10.0);
    assert!(world.weight(READ, "rui", "new-network").unwrap() > 10.0);
    assert_eq!(world.gravest_of("rui"), Some(Severity::Critical));
    world.judge(&own_key("rui"), RENTED, on(1, 11));
    assert!(world.weight(FOR_ITSELF, "rui", "new-network").unwrap() > 10.0);
}

/// Harmless calls from three hundred addresses all over the internet, within five minutes.
fn flood_of_networks(world: &World) {
    for number in 0..300 {
        let from = format!("{}.{}.10.10", 31 + number % 60, 10 + number / 2);
        world.judge(&who_am_i(&Caller::user("rui")), &from, on(0, 9) + SignedDuration::from_secs(number));
    }
}

#[test]
fn three_hundred_networks_do_not_make_a_thiefs_network_known() {
    let world = World::with_settled(&["rui", "ines"]);
    flood_of_networks(&world);
    world.judge(&own_key("rui"), RENTED, on(1, 11));
    assert!(world.weight(FOR_ITSELF, "rui", "new-network").unwrap() > 8.0);
    assert!(world.gravest_of("rui") >= Some(Severity::High));
}

#[test]
fn three_hundred_networks_make_the_owners_home_forgotten_which_is_a_blind_spot() {
    let world = World::with_settled(&["rui", "ines"]);
    world.judge(&own_key("rui"), HOME, on(0, 8));
    assert_eq!(world.weight(FOR_ITSELF, "rui", "new-network"), None);
    let world = World::with_settled(&["rui", "ines"]);
    flood_of_networks(&world);
    world.judge(&own_key("rui"), HOME, on(1, 11));
    // A false alarm, not a silence: nothing is home until it was again.
    assert!(world.weight(FOR_ITSELF, "rui", "new-network").is_some());
    assert_eq!(world.weight(FOR_ITSELF, "rui", "usual-place"), None);
}

/// A user who fell silent two months ago, at whose door somebody knocks in vain for five days.
fn knocked_at_in_its_sleep() -> World {
    let world = World::new();
    for day in -120..-60 {
        world.learn(&who_am_i(&Caller::user("rui")), HOME, on(day, 11));
    }
    for day in -60..0 {
        world.learn(&who_am_i(&Caller::user("ines")), HOME, on(day, 11));
    }
    for day in -5..0 {
        world.judge(&records::console_login(&Caller::user("rui"), false, false), RENTED, on(day, 11));
    }
    world.judge(&records::console_login(&Caller::user("rui"), true, false), RENTED, on(0, 11));
    world
}

#[test]
fn failed_sign_ins_do_not_wake_a_dormant_identity() {
    let world = knocked_at_in_its_sleep();
    assert!(world.weight(SIGN_IN, "rui", "woke-up").unwrap() >= 3.0);
    assert_eq!(world.gravest_of("rui"), Some(Severity::Critical));
}

#[test]
fn failed_sign_ins_do_not_make_their_network_known() {
    assert!(knocked_at_in_its_sleep().weight(SIGN_IN, "rui", "new-network").unwrap() > 10.0);
}
