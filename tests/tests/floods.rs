//! Floods: very many failing calls around one real attack, which must be told as if there were none.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    reason = "a test fails by panicking, and shows what it counted"
)]

#[path = "remembering/counting.rs"]
mod counting;

use std::cmp::Reverse;
use std::env;
use std::sync::LazyLock;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use trailwarden_detectors::Settings;
use trailwarden_fixtures::records::{self, ACCOUNT, Caller, RecordBuilder, unique};
use trailwarden_fixtures::{Heard, process};
use trailwarden_local::LocalStore;
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Finding, FindingId, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read, Remembering};

use crate::counting::Counting;

/// How many failing calls a flood has in the long form.
const EVENTS: &str = "TRAILWARDEN_FLOOD_EVENTS";
/// Which floods it tries: those whose name has this in it.
const OF: &str = "TRAILWARDEN_FLOOD_OF";
/// An hour, in milliseconds.
const HOUR: i64 = 3_600_000;
/// Where everybody works: MEO, Portugal.
const HOME: &str = "194.65.30.34";
/// Where the thief rents a machine: The Constant Company, Germany.
const RENTED: &str = "45.76.85.203";
/// Where the flood comes from: the same company's, in the Netherlands.
const ELSEWHERE: &str = "45.77.137.11";
/// The first day that is judged, a Tuesday; the month before it is learned.
const TODAY: &str = "2026-03-03T00:00:00Z";

type World = Pipeline<Remembering<Counting<LocalStore>>, Heard>;

/// So many milliseconds after today's midnight.
fn at(milliseconds: i64) -> Timestamp {
    TODAY.parse::<Timestamp>().unwrap() + SignedDuration::from_millis(milliseconds)
}

fn activity(record: &RecordBuilder, from: &str, id: &str, time: Timestamp) -> Activity {
    static INTAKE: LazyLock<Intake> =
        LazyLock::new(|| Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() });
    let whole = Timestamp::from_second(time.as_second()).unwrap();
    let record = record.clone().from(from).at(&whole.to_string()).id(id);
    match INTAKE.read(&record.bytes()) {
        Read::Activity(activity) => *activity,
        other => panic!("no activity but {other:?}"),
    }
}

/// A small organisation that worked from home on each of the last thirty days.
fn settled() -> World {
    let world = Pipeline {
        store: Remembering::of(Counting::of(LocalStore::in_memory())),
        publisher: Heard::default(),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    for day in -30..0_i64 {
        for name in ["alice", "bob", "carla"] {
            for hour in [8, 11, 14, 17] {
                let time = at(((day * 24 + hour) * 60 + name.len() as i64) * 60_000);
                let record = records::call(&Caller::user(name), "sts.amazonaws.com", "GetCallerIdentity");
                let id = format!("{name}-{day}-{hour}");
                pollster::block_on(world.learn(&activity(&record, HOME, &id, time))).unwrap();
            }
        }
    }
    world
}

/// What bob's stolen key does while everybody looks at the flood: a key for alice, and her secrets with it.
fn attack(began: Timestamp) -> Vec<Activity> {
    let bob = Caller::user("bob");
    let minute = |minutes: i64| began + SignedDuration::from_mins(minutes);
    let mut all =
        vec![activity(&records::create_access_key(&bob, "alice", &unique("AKIA", "alice2")), RENTED, "key", began)];
    for number in 0..12 {
        let read = records::get_secret_value(&Caller::user("alice"), &format!("prod/ledger-{number}"));
        all.push(activity(&read, RENTED, &format!("read-{number}"), minute(1 + number)));
    }
    all
}

/// One way to make very many calls that fail.
struct Flood {
    name: &'static str,
    /// Whether the short form tries it, too.
    short: bool,
    /// The call of a number, and from where.
    call: fn(usize) -> (RecordBuilder, String),
}

const REFUSED: &str = "User: arn:aws:iam::111122223333:user/carla is not authorized to perform this action";

/// A secret asked for in vain.
fn refused_read(secret: &str) -> RecordBuilder {
    let arn = format!("arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{secret}-AbCdEf");
    let message = format!("{REFUSED}: secretsmanager:GetSecretValue on resource: {arn}");
    records::get_secret_value(&Caller::user("carla"), secret).denied(&message)
}

/// A key for the user of that number, in vain.
fn refused_key(caller: &Caller, number: usize) -> RecordBuilder {
    let user = format!("user-{number}");
    let message = format!("{REFUSED}: iam:CreateAccessKey on resource: user {user}");
    records::create_access_key(caller, &user, "x").denied(&message)
}

const FLOODS: &[Flood] = &[
    Flood {
        name: "sign-ins under names nobody has, from ever other addresses",
        short: false,
        call: |number| {
            let nobody = records::console_login(&Caller::user("x"), false, false)
                .with("userIdentity", json!({ "type": "IAMUser", "accountId": ACCOUNT, "accessKeyId": "", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS" }))
                .with("errorMessage", json!("No username found in supplied account"));
            (nobody, format!("45.{}.{}.{}", 76 + number / 65_536 % 4, number / 256 % 256, number % 256))
        },
    },
    Flood {
        name: "sign-ins of people there are, from one address",
        short: true,
        call: |number| {
            let who = Caller::user(["alice", "carla", "bob"].into_iter().cycle().nth(number % 3).unwrap());
            let failed =
                records::console_login(&who, false, false).with("errorMessage", json!("Failed authentication"));
            (failed, ELSEWHERE.to_owned())
        },
    },
    Flood {
        name: "ever other roles put on in vain",
        short: false,
        call: |number| {
            let role = format!("arn:aws:iam::{ACCOUNT}:role/role-{number}");
            let call = records::call(&Caller::user("carla"), "sts.amazonaws.com", "AssumeRole")
                .with("requestParameters", json!({ "roleArn": role, "roleSessionName": "s" }));
            let message = format!("{REFUSED}: sts:AssumeRole on resource: {role}");
            (call.denied(&message), ELSEWHERE.to_owned())
        },
    },
    Flood {
        name: "ever other secrets asked for in vain",
        short: true,
        call: |number| (refused_read(&format!("guess/{number}")), ELSEWHERE.to_owned()),
    },
    Flood {
        name: "keys for ever other users in vain",
        short: false,
        call: |number| (refused_key(&Caller::user("carla"), number), ELSEWHERE.to_owned()),
    },
    Flood {
        name: "keys for ever other users in vain, each time by another session",
        short: true,
        call: |number| (refused_key(&Caller::role("build", &format!("s{number}")), number), ELSEWHERE.to_owned()),
    },
    Flood {
        name: "one secret, asked for in vain again and again",
        short: false,
        call: |_| (refused_read("prod/db"), ELSEWHERE.to_owned()),
    },
];

/// What was told of an attack: after which of its acts, which finding, how grave.
type Told = Vec<(usize, FindingId, Severity)>;

/// What came of a flood.
struct Outcome {
    told: Told,
    notices: usize,
    findings: Vec<Finding>,
    /// Requests the memory was asked for each call of the flood.
    requests: f64,
}

/// Judges an attack in the middle of so many calls of a flood, and says what was told of what.
fn judge(flood: Option<&Flood>, events: usize) -> Outcome {
    let world = settled();
    let before = world.store.inner().requests();
    let deal = |activity: &Activity| {
        let notices = world.publisher.notices().len();
        pollster::block_on(world.judge(activity)).unwrap();
        world.publisher.notices().get(notices..).unwrap().to_vec()
    };
    let mut told = Told::new();
    let mut of_attack = |place: usize, real: &Activity| {
        told.extend(deal(real).into_iter().map(|notice| (place, notice.id, notice.severity)));
    };
    let (attack, step) = (attack(at(12 * HOUR)), 12 * HOUR / events as i64);
    let mut within = attack.iter().enumerate().peekable();
    for (number, flood) in (0..events).zip(flood.into_iter().cycle()) {
        let time = at(6 * HOUR + number as i64 * step);
        while let Some((place, real)) = within.next_if(|(_, real)| real.time <= time) {
            of_attack(place, real);
        }
        let (record, from) = (flood.call)(number);
        deal(&activity(&record, &from, &format!("f{number}"), time));
    }
    within.for_each(|(place, real)| of_attack(place, real));
    let findings = world.publisher.findings().values().cloned().collect();
    let (notices, asked) = (world.publisher.notices().len(), world.store.inner().requests() - before);
    Outcome { told, notices, findings, requests: asked as f64 / events as f64 }
}

/// How many findings stand before those of the attack, where the gravest come first.
fn rank(outcome: &Outcome) -> usize {
    let mut all: Vec<&Finding> = outcome.findings.iter().collect();
    all.sort_by_key(|one| (Reverse(one.severity), Reverse(one.score)));
    all.iter().position(|one| outcome.told.iter().any(|(_, id, _)| *id == one.id)).unwrap()
}

/// After which act of the attack something was first told of it, and how grave it was told to be.
fn first_and_gravest(told: &Told) -> (usize, Severity) {
    let severity = told.iter().map(|(_, _, severity)| *severity).max();
    (told.first().unwrap().0, severity.unwrap())
}

#[test]
fn a_flood_of_failing_calls_drowns_nothing() {
    let events: usize = env::var(EVENTS).map_or(1_200, |events| events.parse().unwrap());
    let of = env::var(OF).ok();
    let tried = |flood: &&Flood| of.as_ref().map_or(flood.short, |of| flood.name.contains(of.as_str()));
    let alone = judge(None, events);
    assert!(!alone.told.is_empty());
    eprintln!(
        "| {events} calls | attack's rank | notices | findings, of MEDIUM and above | requests a call | s | most held |"
    );
    eprintln!("|---|---:|---:|---:|---:|---:|---:|");
    for flood in FLOODS.iter().filter(tried) {
        #[expect(clippy::disallowed_methods, reason = "how long a flood takes is what the long form is for")]
        let began = Instant::now();
        let outcome = judge(Some(flood), events);
        let grave = outcome.findings.iter().filter(|one| one.severity >= Severity::Medium).count();
        eprintln!(
            "| {} | {} | {} | {}, {grave} | {:.3} | {:.0} | {} MB |",
            flood.name,
            rank(&outcome) + 1,
            outcome.notices,
            outcome.findings.len(),
            outcome.requests,
            began.elapsed().as_secs_f64(),
            process::megabytes("VmHWM")
        );
        assert_eq!(first_and_gravest(&outcome.told), first_and_gravest(&alone.told), "{}", flood.name);
        for one in outcome.findings.iter().filter(|one| one.event_count > 1_024 && one.kind != "story.intrusion") {
            assert!(one.title.starts_with("A flood: "), "{} acts: {}", one.event_count, one.title);
        }
        // Each of a few findings is told when it begins, when it grows graver, and at four times the acts.
        let most = 8 * (3 + events.ilog(4) as usize);
        assert!(outcome.findings.len() <= 8 && outcome.notices <= most, "{} notices", outcome.notices);
    }
}
