//! An intrusion: a privilege given, a key for it, its first use from a rented machine, secrets swept, trust opened;
//! with a month of ordinary life before it and three days after.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use trailwarden_fixtures::records::{
    Caller, RecordBuilder, attach_user_policy, call, create_access_key, get_secret_value, unique,
};

/// Where everybody works: MEO, Portugal.
const HOME: &str = "194.65.30.34";
/// A rented machine: The Constant Company, Germany.
const RENTED: &str = "45.76.85.203";
/// The day it happens, a Tuesday.
const TODAY: &str = "2026-03-03T00:00:00Z";
/// What the service reads each day.
const OWN: [&str; 2] = ["prod/orders/db", "prod/orders/queue"];

/// So many days, hours and minutes after that day's midnight; days before it are negative.
pub(crate) fn on(day: i64, hour: i64, minute: i64) -> Timestamp {
    TODAY.parse::<Timestamp>().unwrap() + SignedDuration::from_mins((24 * day + hour) * 60 + minute)
}

fn at(record: RecordBuilder, from: &str, when: Timestamp) -> RecordBuilder {
    let (name, second) = (record.record()["eventName"].as_str().unwrap().to_owned(), when.as_second());
    record.from(from).at(&when.to_string()).id(&format!("{second}-{name}"))
}

fn who_am_i(caller: &Caller) -> RecordBuilder {
    call(caller, "sts.amazonaws.com", "GetCallerIdentity")
}

/// One day of ordinary life: two administrators and a service user.
fn day(day: i64, reads: i64) -> Vec<RecordBuilder> {
    let mut all = Vec::new();
    for (nth, name) in (0..).zip(["alice", "carol"]) {
        all.push(at(who_am_i(&Caller::user(name)), HOME, on(day, 8, 5 + nth)));
    }
    for read in 0..reads {
        let secret = OWN[usize::from(read % 2 == 1)];
        all.push(at(get_secret_value(&Caller::user("svc-orders"), secret), HOME, on(day, 6, 31 * read)));
    }
    all
}

/// The month before, which nobody need be told of.
pub(crate) fn before() -> Vec<RecordBuilder> {
    // The last two days fill the trace with what an item lets go of later.
    (-28..0).flat_map(|nth| day(nth, if nth < -2 { 2 } else { 20 })).collect()
}

/// The three days after.
pub(crate) fn after() -> Vec<RecordBuilder> {
    (1..=3).flat_map(|nth| day(nth, 2)).collect()
}

fn with_key(record: RecordBuilder, key: &str) -> RecordBuilder {
    let mut identity = record.record()["userIdentity"].clone();
    identity["accessKeyId"] = json!(key);
    record.with("userIdentity", identity)
}

/// The intrusion itself.
pub(crate) fn intrusion() -> Vec<RecordBuilder> {
    let (service, key) = (Caller::user("svc-orders"), unique("AKIA", "made"));
    let stolen = |record: RecordBuilder, minute: i64| at(with_key(record, &key), RENTED, on(0, 13, minute));
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    let trust = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": "arn:aws:iam::999988887777:root" } }] });
    let mut all = vec![
        at(attach_user_policy(&Caller::user("carol"), "svc-orders", administrator), HOME, on(0, 9, 0)),
        at(create_access_key(&Caller::user("alice"), "svc-orders", &key), HOME, on(0, 10, 0)),
        stolen(who_am_i(&service), 0),
        stolen(call(&service, "secretsmanager.amazonaws.com", "ListSecrets"), 1),
    ];
    for (minute, secret) in (2..).zip(["prod/ledger/db", "prod/payments/stripe", "prod/mail/smtp", "prod/crm/token"]) {
        all.push(stolen(get_secret_value(&service, secret), minute));
    }
    let opened = call(&service, "iam.amazonaws.com", "UpdateAssumeRolePolicy")
        .with("requestParameters", json!({ "roleName": "exports", "policyDocument": trust.to_string() }));
    all.push(stolen(opened, 20));
    all.push(stolen(create_access_key(&service, "alice", &unique("AKIA", "next")), 30));
    all
}
