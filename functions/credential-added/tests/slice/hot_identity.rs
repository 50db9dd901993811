//! A hot identity: a payment service that is never idle for half a minute, and a thief in its clothes.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use trailwarden_fixtures::records::{Caller, RecordBuilder, call, create_access_key, get_secret_value, unique};

use crate::intrusion::on;

/// Where the service runs: MEO, Portugal.
const HOME: &str = "194.65.30.34";
/// A rented machine: The Constant Company, Germany.
const RENTED: &str = "45.76.85.203";
/// How far apart the events of the dense life are.
const PACE: SignedDuration = SignedDuration::from_secs(24);
/// What the service reads.
const OWN: [&str; 5] = ["pay/db", "pay/queue", "pay/stripe", "pay/adyen", "pay/mail"];
/// What the thief reads.
const OTHERS: [&str; 8] =
    ["hr/payroll", "crm/token", "ledger/db", "ledger/key", "mail/smtp", "ci/deploy", "vpn/root", "backup/key"];

fn at(record: RecordBuilder, from: &str, when: Timestamp, id: &str) -> RecordBuilder {
    record.from(from).at(&when.to_string()).id(id)
}

fn who_am_i(caller: &Caller) -> RecordBuilder {
    call(caller, "sts.amazonaws.com", "GetCallerIdentity")
}

/// Two weeks of the service and of an administrator before it became hot.
pub(crate) fn settled() -> Vec<RecordBuilder> {
    let mut all = Vec::new();
    for day in -14..0 {
        all.push(at(who_am_i(&Caller::user("alice")), HOME, on(day, 8, 0), &format!("alice{day}")));
        for hour in 0..12 {
            let (when, secret) = (on(day, 2 * hour, 7), OWN[usize::try_from(hour).unwrap() % OWN.len()]);
            let service = Caller::role("payments", &format!("task-{day}"));
            all.push(at(get_secret_value(&service, secret), HOME, when, &format!("before{day}-{hour}")));
        }
    }
    all
}

/// When the nth event of the dense life is.
pub(crate) fn moment(nth: usize) -> Timestamp {
    on(0, 0, 0) + PACE * i32::try_from(nth).unwrap()
}

/// The nth event of the dense life of so many, in order of time: the thief comes at half time.
pub(crate) fn event(nth: usize, of: usize) -> RecordBuilder {
    let (when, id) = (moment(nth), format!("e{nth}"));
    let task = nth / 2000;
    let service = Caller::role("payments", &format!("task{task}"));
    if let Some(stolen) = nth.checked_sub(of / 2).and_then(|step| theft(step, &service)) {
        return at(stolen, RENTED, when, &id);
    }
    let record = match nth {
        nth if nth % 400 == 17 => who_am_i(&Caller::user("alice")),
        nth if nth % 10 == 3 => who_am_i(&service),
        _ => get_secret_value(&service, OWN[nth % OWN.len()]),
    };
    at(record, HOME, when, &id)
}

/// What the thief does, step by step.
fn theft(step: usize, service: &Caller) -> Option<RecordBuilder> {
    let trust = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": "arn:aws:iam::999988887777:root" } }] });
    let record = match step {
        0 => who_am_i(service),
        1 => call(service, "secretsmanager.amazonaws.com", "ListSecrets"),
        2..=9 => get_secret_value(service, OTHERS[step - 2]),
        10 => create_access_key(service, "alice", &unique("AKIA", "next")),
        11 => call(service, "iam.amazonaws.com", "UpdateAssumeRolePolicy")
            .with("requestParameters", json!({ "roleName": "exports", "policyDocument": trust.to_string() })),
        _ => return None,
    };
    Some(record)
}

/// Whether the nth of so many is the thief's.
pub(crate) fn is_theft(nth: usize, of: usize) -> bool {
    (of / 2..of / 2 + 12).contains(&nth)
}
