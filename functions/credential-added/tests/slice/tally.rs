//! The tally: what the function writes of each event is what the template's filter counts and the dashboard shows.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::Stdio;

use serde_json::json;
use trailwarden_fixtures::records::{Caller, call, get_secret_value};

use crate::filter::{STACK, counted, shown};
use crate::lambda::Function;
use crate::stack::{Stack, a_key_for_a_privileged_other};
use crate::table::Fault;

/// What it writes of the events below; the weekly digest is held against the same lines.
const LINES: &str = include_str!("tally.jsonl");

#[tokio::test]
async fn each_event_leaves_a_line_that_is_counted_once_as_what_came_of_it() {
    // Only errors are logged: what is counted is written all the same.
    let stack = Stack::deploy().await.with("STACK_NAME", STACK).with("LOG_LEVEL", "error");
    let (mut log, written) = std::io::pipe().unwrap();
    let function = Function::launch(stack.environment(), Stdio::from(written));
    assert!(function.is_ready());
    let [grant, key] = a_key_for_a_privileged_other();
    let secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:tw/heartbeat";
    let heartbeat = get_secret_value(&Caller::role("tw-member", "trailwarden-sight"), secret)
        .denied("is not authorized to perform: secretsmanager:GetSecretValue");
    let unasked = call(&Caller::user("alice"), "ec2.amazonaws.com", "DescribeInstances");
    function.invoke(&grant.event()).unwrap();
    stack.gateway.taken();
    stack.gateway.fail(1, Fault::Before);
    // Given back, it leaves an error and no line: AWS counts it.
    function.invoke(&key.event()).unwrap_err();
    function.invoke(&key.event()).unwrap();
    function.invoke(&key.event()).unwrap();
    function.invoke(&heartbeat.event()).unwrap();
    function.invoke(&unasked.event()).unwrap();
    function.invoke(&json!({ "detail": { "eventName": 7 } })).unwrap();
    function.kill();
    let mut said = String::new();
    log.read_to_string(&mut said).unwrap();
    assert!(said.contains("event given back"), "{said}");
    let of = |outcome: &str| format!("trailwarden Events {STACK} {outcome}");
    let expected = [("judged", 3), ("heartbeat", 1), ("out-of-scope", 1), ("rejected", 1)];
    assert_eq!(counted(&said), expected.map(|(outcome, times)| (of(outcome), times)).into(), "{said}");
    assert_eq!(shown(), counted(&said).into_keys().collect::<BTreeSet<_>>());
    let lines = said.lines().filter(|line| !line.contains("event given back")).map(|line| format!("{line}\n"));
    assert_eq!(lines.collect::<String>(), LINES);
}
