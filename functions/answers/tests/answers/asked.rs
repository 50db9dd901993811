//! What is announced is listed, what is taken back holds no longer, and what the ledger holds is told, part by part.

use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::every_fault::{FOUND, announced};
use crate::lambda::Function;
use crate::table::block_on;

fn suppressed(who: &str, time: &str) -> Value {
    json!({
        "detail-type": "Trailwarden Suppression", "time": time,
        "detail": { "who": who, "until": "2026-06-01T00:00:00Z", "by": "ann", "reason": "ours", "up_to": "HIGH" },
    })
}

pub(crate) fn taken_back(id: &str, time: &str) -> Value {
    json!({ "detail-type": "Trailwarden Withdrawal", "time": time, "detail": { "id": id, "by": "ann" } })
}

fn asked(detail: &Value) -> Value {
    json!({ "detail-type": "Trailwarden Question", "detail": detail })
}

fn hear(function: &Function, event: &Value) -> Value {
    serde_json::from_str(&function.invoke(event).unwrap()).unwrap()
}

#[test]
fn what_was_announced_is_listed_once_and_taken_back_once() {
    let deployment = block_on(Deployment::at(&FOUND));
    let function = Function::start(&deployment.environment());
    let said = hear(&function, &announced("alice", "2026-03-04T12:00:00Z"));
    let id = said["id"].as_str().unwrap();
    let before = block_on(deployment.moment()).in_words();
    assert_eq!(hear(&function, &announced("alice", "2026-03-05T12:00:00Z")), said, "said again, it is the same");
    assert_eq!(block_on(deployment.moment()).in_words(), before);
    hear(&function, &suppressed("scanner", "2026-03-05T12:00:00Z"));
    let list = |function| hear(function, &asked(&json!({ "ask": "announced" })))["announced"].clone();
    let of = |who: &str| {
        let all = list(&function).as_array().unwrap().clone();
        let mut of = all.into_iter().filter(|one| one["announced"]["who"] == who);
        of.next().unwrap()
    };
    assert_eq!(list(&function).as_array().unwrap().len(), 3);
    assert_eq!(of("alice")["id"], id);
    assert_eq!((&of("scanner")["announced"]["silences"], &of("scanner")["withdrawn"]), (&json!("HIGH"), &Value::Null));

    let back = taken_back(id, "2026-03-06T00:00:00Z");
    assert_eq!(hear(&function, &back)["withdrawn"], 1);
    let taken = block_on(deployment.moment()).in_words();
    assert_eq!(hear(&function, &taken_back(id, "2026-03-07T00:00:00Z"))["withdrawn"], 1, "it holds no longer");
    assert_eq!(hear(&function, &announced("alice", "2026-03-04T12:00:00Z"))["id"], id, "its event comes again");
    assert_eq!(block_on(deployment.moment()).in_words(), taken);
    assert_eq!(of("alice")["withdrawn_by"], "ann");
    hear(&function, &announced("alice", "2026-03-08T12:00:00Z"));
    assert_eq!(of("alice")["withdrawn"], Value::Null, "said again, it holds again");
    assert_eq!(hear(&function, &taken_back("ex-000000000000", "2026-03-06T00:00:00Z"))["unknown"], 1);
    block_on(Deployment::end(deployment));
}

#[test]
fn the_ledger_is_told_day_by_day_and_goes_on_where_a_part_ended() {
    let deployment = block_on(Deployment::at(&FOUND));
    let function = Function::start(&deployment.environment());
    let ledger = |more: Value| {
        let kinds = ["finding", "credential-added", "secret-read", "sign-in", "session-opened"];
        let mut detail = json!({ "ask": "ledger", "kinds": kinds, "from": "2026-01-01", "to": "2026-03-31" });
        detail.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        hear(&function, &asked(&detail))["ledger"].clone()
    };
    let (mut rows, mut parts, mut begin) = (Vec::new(), 0, Value::Null);
    loop {
        let part = ledger(json!({ "begin": begin }));
        rows.extend(part["rows"].as_array().unwrap().iter().cloned());
        (parts, begin) = (parts + 1, part["next"].clone());
        if begin.is_null() {
            break;
        }
    }
    assert!(parts > 1, "a quarter of a year takes more requests than one part may");
    // What was announced is no row of a day.
    assert_eq!(rows.len(), FOUND.ledger.len() - 1);
    let reads: Vec<&Value> = rows.iter().filter(|row| row["kind"] == "secret-read").collect();
    assert!(!reads.is_empty());
    for read in reads {
        assert!(read["body"]["secrets"].as_array().unwrap().contains(&read["object"]), "{read}");
        assert!(read["hours"].is_array() && read["last"].is_string(), "{read}");
    }
    block_on(Deployment::end(deployment));
}
