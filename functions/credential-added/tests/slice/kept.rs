//! What a function leaves in the ledger: the same rows whatever fails on the way, and nobody waits for it.

use serde_json::Value;
use trailwarden_aws::{PARTITION_KEY, SORT_KEY};
use trailwarden_fixtures::records::{Caller, RecordBuilder, get_secret_value};
use trailwarden_model::Fact;

use crate::ledger_table::{Row, new_table, rows, text};
use crate::stack::{Stack, a_key_for_a_privileged_other, locally};
use crate::table::Fault;
use crate::topic::Fate;

/// A stack that keeps a ledger, and the ledger's name.
async fn deploy() -> (Stack, String) {
    let ledger = new_table().await;
    let stack = Stack::deploy().await.with("LEDGER_TABLE_NAME", &ledger).with("LEDGER_DAYS", "30");
    (stack, ledger)
}

fn findings(rows: &[Row]) -> Vec<Value> {
    let findings = rows.iter().filter(|row| text(row, PARTITION_KEY).starts_with("finding/"));
    findings.map(|row| serde_json::from_str(&text(row, "body")).unwrap()).collect()
}

#[tokio::test]
async fn the_function_keeps_what_happened_and_what_was_found() {
    let (stack, ledger) = deploy().await;
    let function = stack.start();
    for record in a_key_for_a_privileged_other() {
        function.invoke(&record.event()).unwrap();
        function.invoke(&record.event()).unwrap();
    }
    let rows = rows(&ledger).await;
    let keys: Vec<(String, String)> = rows.iter().map(|row| (text(row, PARTITION_KEY), text(row, SORT_KEY))).collect();
    assert_eq!(keys[0], ("credential-added/2026-03-03".to_owned(), "key".to_owned()));
    assert!(keys[1..].iter().all(|(partition, _)| partition.starts_with("finding/")), "{keys:?}");
    let last = stack.told().pop().unwrap();
    assert!(findings(&rows).contains(&last), "the ledger has the finding as it was told last");
    let fact: Fact = serde_json::from_str(&text(&rows[0], "body")).unwrap();
    assert_eq!(rows[0]["ttl"].as_n().unwrap(), &(fact.time.as_second() + 30 * 86_400).to_string());
}

#[tokio::test]
async fn a_ledger_that_fails_keeps_nobody_from_being_told_and_the_event_comes_again() {
    let stack = Stack::deploy().await.with("LEDGER_TABLE_NAME", "no-such-table");
    let function = stack.start();
    let [grant, key] = a_key_for_a_privileged_other();
    // A grant is no fact, but what it raises is followed.
    let _grant = function.invoke(&grant.event());
    for _ in 0..3 {
        let refused = function.invoke(&key.event()).unwrap_err();
        assert!(refused.contains("the ledger could not be written"), "{refused}");
    }
    assert_eq!(stack.told(), locally(&[grant, key]).await, "told at once, and once");
}

#[tokio::test]
async fn a_topic_that_fails_does_not_keep_the_ledger_from_hearing() {
    let (stack, ledger) = deploy().await;
    let function = stack.start();
    let [grant, key] = a_key_for_a_privileged_other();
    function.invoke(&grant.event()).unwrap();
    stack.topic.next(&[Fate::Refused]);
    assert!(function.invoke(&key.event()).is_err());
    let undisturbed = locally(&[grant, key]).await;
    assert!(findings(&rows(&ledger).await).contains(&undisturbed[0]));
}

#[tokio::test]
async fn whichever_request_fails_a_retry_leaves_the_same_ledger() {
    let [grant, key] = a_key_for_a_privileged_other();
    let (stack, ledger) = deploy().await;
    let function = stack.start();
    for record in [&grant, &key] {
        function.invoke(&record.event()).unwrap();
    }
    let undisturbed = rows(&ledger).await;
    for fault in [Fault::Before, Fault::After] {
        for nth in 1.. {
            let (stack, ledger) = deploy().await;
            let function = stack.start();
            function.invoke(&grant.event()).unwrap();
            stack.gateway.taken();
            stack.gateway.fail(nth, fault);
            let given_back = function.invoke(&key.event()).is_err();
            // The retry comes to a process that remembers nothing, and may meet the fault again.
            drop(function);
            let next = stack.start();
            assert!((0..3).any(|_| next.invoke(&key.event()).is_ok()), "taken within three deliveries");
            assert_eq!(rows(&ledger).await, undisturbed, "request {nth} fails {fault:?}");
            if !given_back {
                assert!(nth > 6, "an event that is told asks both tables");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_quiet_event_asks_the_ledger_once_an_hour_a_process() {
    let (stack, _) = deploy().await;
    let function = stack.start();
    let app = Caller::role("app", "i-0123456789abcdef0");
    let read = |day: u32, minute: u32| -> RecordBuilder {
        let time = format!("2026-03-{day:02}T09:{minute:02}:00Z");
        get_secret_value(&app, "prod/db").id(&format!("read-{day}-{minute}")).at(&time)
    };
    for day in 1..=20 {
        function.invoke(&read(day, 15).event()).unwrap();
    }
    let mut asked = Vec::new();
    for minute in [15, 16, 17] {
        stack.gateway.taken();
        function.invoke(&read(21, minute).event()).unwrap();
        asked.push(stack.gateway.taken().len());
    }
    eprintln!("reads of one secret in one hour ask both tables: {asked:?}");
    assert_eq!(asked, [5, 0, 0]);
    assert_eq!(stack.told(), Vec::<Value>::new());
}
