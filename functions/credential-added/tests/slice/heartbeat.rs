//! A heartbeat is noted and not judged; what only looks like one is judged as any other event.

use aws_sdk_dynamodb::types::AttributeValue;
use trailwarden_fixtures::records::{Caller, RecordBuilder, call, get_secret_value};

use crate::lambda::Function;
use crate::stack::Stack;
use crate::table::{Fault, client, emulator};

const SECRET: &str = "arn:aws:secretsmanager:us-east-1:111122223333:secret:tw/heartbeat";
const ARRIVED: &str = "arrived secret-accessed us-east-1";

fn member() -> Caller {
    Caller::role("tw-member", "trailwarden-sight")
}

/// As Secrets Manager refuses.
fn heartbeat(caller: &Caller) -> RecordBuilder {
    get_secret_value(caller, SECRET).denied("is not authorized to perform: secretsmanager:GetSecretValue")
}

async fn deploy() -> (Stack, Function) {
    let stack = Stack::deploy().await.with("STACK_NAME", "tw").with("SIGHT_ROLE", "tw-SightRole-1A2B");
    let function = stack.start();
    (stack, function)
}

/// When the last heartbeat that arrived was made.
async fn noted(stack: &Stack, attribute: &str) -> Option<i64> {
    let table = stack.environment().iter().find(|(name, _)| *name == "TABLE_NAME").unwrap().1.clone();
    let key = AttributeValue::S("heartbeat/111122223333".to_owned());
    let read = client(&emulator()).get_item().table_name(table).key("id", key).send().await.unwrap();
    read.item?.get(attribute)?.as_n().ok()?.parse().ok()
}

fn second(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().unwrap().as_second()
}

#[tokio::test]
async fn a_heartbeat_is_noted_by_one_request_and_judged_by_nobody() {
    let (stack, function) = deploy().await;
    for caller in [member(), Caller::role("tw-SightRole-1A2B", "x")] {
        function.invoke(&heartbeat(&caller).event()).unwrap();
        assert_eq!(stack.gateway.taken(), ["UpdateItem"]);
    }
    assert_eq!(noted(&stack, ARRIVED).await, Some(second("2026-03-03T09:15:00Z")));
    let key = call(&member(), "iam.amazonaws.com", "CreateAccessKey")
        .denied("is not authorized to perform: iam:CreateAccessKey on resource: user tw-heartbeat because no policy");
    function.invoke(&key.event()).unwrap();
    assert_eq!(stack.gateway.taken(), ["UpdateItem"]);
    assert_eq!(noted(&stack, "arrived credential-added us-east-1").await, Some(second("2026-03-03T09:15:00Z")));
    assert!(stack.told().is_empty());
}

#[tokio::test]
async fn the_later_of_two_heartbeats_stays_in_whatever_order_and_however_often_they_arrive() {
    let (stack, function) = deploy().await;
    for time in ["2026-03-03T10:00:00Z", "2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z", "2026-03-03T08:00:00Z"] {
        function.invoke(&heartbeat(&member()).at(time).event()).unwrap();
    }
    assert_eq!(noted(&stack, ARRIVED).await, Some(second("2026-03-03T10:00:00Z")));
}

#[tokio::test]
async fn a_heartbeat_that_cannot_be_noted_is_given_back() {
    for fault in [Fault::Before, Fault::After] {
        let (stack, function) = deploy().await;
        stack.gateway.fail(1, fault);
        let error = function.invoke(&heartbeat(&member()).event()).unwrap_err();
        assert!(error.contains("the heartbeat could not be noted"), "{error}");
        function.invoke(&heartbeat(&member()).event()).unwrap();
        assert_eq!(noted(&stack, ARRIVED).await, Some(second("2026-03-03T09:15:00Z")));
    }
}

#[tokio::test]
async fn a_forged_heartbeat_is_judged_as_any_other_event() {
    let forged = [
        heartbeat(&Caller::role("tw-other", "x")),
        heartbeat(&Caller::user("tw-member")),
        get_secret_value(&member(), "prod/db").denied("is not authorized"),
        // It worked.
        get_secret_value(&member(), SECRET),
    ];
    for record in forged {
        let (stack, function) = deploy().await;
        function.invoke(&record.event()).unwrap();
        let asked = stack.gateway.taken();
        assert!(asked.len() > 1, "judging asks the memory more than once: {asked:?}");
        assert_eq!(noted(&stack, ARRIVED).await, None, "{}", record.record());
    }
}
