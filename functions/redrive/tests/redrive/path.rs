//! What waits is judged, or waits on.

use std::thread;

use serde_json::{Value, json};
use trailwarden_fixtures::findings::hostile_texts;

use crate::functions::{Fate, Functions};
use crate::lambda::Function;
use crate::queues::{FAILURES, Queues, UNDELIVERED};

/// A function of the stack.
pub(crate) const ADDED: &str = "arn:aws:lambda:us-east-1:111122223333:function:tw-CredentialAdded";
/// Another.
pub(crate) const LOGIN: &str = "arn:aws:lambda:us-east-1:111122223333:function:tw-ConsoleLogin";

/// Two queues, the functions, and redrive between them.
struct Stack {
    queues: Queues,
    functions: Functions,
}

impl Stack {
    fn deploy() -> Self {
        Self { queues: Queues::open(), functions: Functions::open() }
    }

    fn start(&self) -> Function {
        Function::start(&[
            ("FAILURES_QUEUE_URL", FAILURES.to_owned()),
            ("UNDELIVERED_QUEUE_URL", UNDELIVERED.to_owned()),
            ("FUNCTION_ARNS", format!("{ADDED},{LOGIN}")),
            ("LOG_LEVEL", "error".to_owned()),
            ("AWS_ENDPOINT_URL_SQS", format!("http://127.0.0.1:{}", self.queues.port)),
            ("AWS_ENDPOINT_URL_LAMBDA", format!("http://127.0.0.1:{}", self.functions.port)),
        ])
    }

    /// One run; its counts.
    fn tick(&self) -> [u64; 4] {
        counts(&self.start().invoke(&tick()).unwrap())
    }
}

pub(crate) fn tick() -> Value {
    json!({ "source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-03-04T10:00:00Z", "detail": {} })
}

/// Redriven, failed, left for later, unreadable.
fn counts(answer: &str) -> [u64; 4] {
    let answer: Value = serde_json::from_str(answer).unwrap();
    ["redriven", "failed", "left_for_later", "unreadable"].map(|name| answer.get(name).unwrap().as_u64().unwrap())
}

pub(crate) fn event(nth: usize) -> Value {
    json!({ "version": "0", "id": format!("event {nth}"), "detail": { "eventName": "CreateAccessKey" } })
}

fn sorted(mut invoked: Vec<(String, Value)>) -> Vec<(String, Value)> {
    invoked.sort_by_key(|(function, event)| (function.clone(), event.to_string()));
    invoked
}

#[test]
fn what_failed_and_what_was_never_delivered_is_given_to_its_function_and_leaves_its_queue() {
    let stack = Stack::deploy();
    stack.queues.failed("a", ADDED, &event(1));
    stack.queues.undelivered("b", LOGIN, &event(2));
    assert_eq!(stack.tick(), [2, 0, 0, 0]);
    let expected = vec![(LOGIN.to_owned(), event(2)), (ADDED.to_owned(), event(1))];
    assert_eq!(sorted(stack.functions.invoked()), sorted(expected));
    assert_eq!(stack.queues.left(), Vec::<String>::new());
}

#[test]
fn empty_queues_are_a_quiet_run() {
    assert_eq!(Stack::deploy().tick(), [0, 0, 0, 0]);
}

#[test]
fn more_than_one_receipt_holds_is_worked_off_in_one_run() {
    let stack = Stack::deploy();
    (0..35).for_each(|nth| stack.queues.failed(&format!("f{nth}"), ADDED, &event(nth)));
    (0..12).for_each(|nth| stack.queues.undelivered(&format!("u{nth}"), LOGIN, &event(nth)));
    assert_eq!(stack.tick(), [47, 0, 0, 0]);
    assert_eq!(stack.queues.left(), Vec::<String>::new());
}

#[test]
fn a_message_stays_whatever_keeps_its_function_from_taking_it_and_goes_when_it_has() {
    let stack = Stack::deploy();
    for fate in [Fate::Fails, Fate::Denied, Fate::Missing, Fate::Unanswered] {
        stack.queues.failed("broken", ADDED, &event(1));
        stack.queues.undelivered("well", LOGIN, &event(2));
        stack.functions.fate(ADDED, Some(fate));
        assert_eq!(stack.tick(), [1, 1, 0, 0], "{fate:?}");
        assert_eq!(stack.queues.left(), ["broken"], "{fate:?}");
        assert_eq!(stack.queues.visible(), Vec::<String>::new(), "not again in the same run: {fate:?}");
        stack.functions.fate(ADDED, None);
        stack.queues.pass_time();
        assert_eq!(stack.tick(), [1, 0, 0, 0], "{fate:?}");
        assert_eq!(stack.queues.left(), Vec::<String>::new(), "{fate:?}");
    }
}

#[test]
fn where_there_is_no_room_to_invoke_redrive_makes_room_for_live_events() {
    let stack = Stack::deploy();
    (0..30).for_each(|nth| stack.queues.failed(&format!("f{nth}"), ADDED, &event(nth)));
    stack.functions.fate(ADDED, Some(Fate::Throttled));
    let [redriven, failed, left_for_later, unreadable] = stack.tick();
    assert_eq!([redriven, failed, unreadable], [0, 0, 0]);
    assert_eq!(left_for_later, 30);
    assert_eq!(stack.queues.visible().len(), 30, "the next run may have them at once");
}

#[test]
fn hostile_messages_are_counted_left_and_given_to_nobody() {
    let stack = Stack::deploy();
    let stranger = "arn:aws:lambda:us-east-1:999988887777:function:tw-CredentialAdded";
    let others =
        [stranger, "arn:aws:lambda:us-east-1:111122223333:function:payroll", "../../functions", "", ":$LATEST"];
    let mut bodies: Vec<String> = hostile_texts();
    bodies.extend(["null", "[]", "{}", r#"{"requestPayload":{}}"#].map(ToOwned::to_owned));
    bodies.push("[".repeat(100_000));
    let mut put = 0_u64;
    for body in &bodies {
        stack.queues.put(FAILURES, &format!("m{put}"), body, json!({}));
        stack.queues.put(UNDELIVERED, &format!("m{}", put + 1), body, json!({}));
        put += 2;
    }
    for other in others {
        stack.queues.failed(&format!("m{put}"), other, &event(9));
        stack.queues.undelivered(&format!("m{}", put + 1), other, &event(9));
        put += 2;
    }
    let binary = json!({ "TARGET_ARN": { "DataType": "Binary", "BinaryValue": "AAAA" } });
    stack.queues.put(UNDELIVERED, "binary", "{}", binary);
    stack.queues.failed("good", ADDED, &event(0));
    assert_eq!(stack.tick(), [1, 0, 0, put + 1]);
    assert_eq!(stack.functions.invoked(), [(ADDED.to_owned(), event(0))]);
    assert_eq!(u64::try_from(stack.queues.left().len()).unwrap(), put + 1);
}

#[test]
fn two_runs_at_once_share_the_work_and_lose_nothing() {
    let stack = Stack::deploy();
    (0..60).for_each(|nth| stack.queues.failed(&format!("f{nth}"), ADDED, &event(nth)));
    let runs = [stack.start(), stack.start()].map(|function| thread::spawn(move || function.invoke(&tick()).unwrap()));
    let redriven: u64 = runs.map(|run| counts(&run.join().unwrap())[0]).iter().sum();
    assert_eq!(redriven, 60);
    assert_eq!(stack.functions.invoked().len(), 60);
    assert_eq!(stack.queues.left(), Vec::<String>::new());
}

#[test]
fn two_runs_that_are_handed_the_same_messages_give_each_at_least_once() {
    let stack = Stack::deploy();
    stack.queues.forget_who_has_what();
    (0..20).for_each(|nth| stack.queues.failed(&format!("f{nth}"), ADDED, &event(nth)));
    let runs = [stack.start(), stack.start()].map(|function| thread::spawn(move || function.invoke(&tick()).unwrap()));
    for [_, failed, left_for_later, unreadable] in runs.map(|run| counts(&run.join().unwrap())) {
        assert_eq!([failed, left_for_later, unreadable], [0, 0, 0]);
    }
    let mut given: Vec<String> = stack.functions.invoked().iter().map(|(_, event)| event.to_string()).collect();
    given.sort_unstable();
    given.dedup();
    assert_eq!(given.len(), 20);
    assert_eq!(stack.queues.left(), Vec::<String>::new());
}

#[test]
fn a_queue_that_cannot_be_read_is_an_error_and_the_other_is_emptied_all_the_same() {
    let stack = Stack::deploy();
    stack.queues.failed("a", ADDED, &event(1));
    stack.queues.undelivered("b", LOGIN, &event(2));
    stack.queues.deny(&format!("ReceiveMessage {FAILURES}"));
    let error = stack.start().invoke(&tick()).unwrap_err();
    assert!(error.contains("ReceiveMessage failed: AccessDenied"), "{error}");
    assert_eq!(stack.queues.left(), ["a"]);
    stack.queues.allow();
    assert_eq!(stack.tick(), [1, 0, 0, 0]);
}

#[test]
fn a_message_that_cannot_be_deleted_comes_again_and_is_deleted_then() {
    let stack = Stack::deploy();
    stack.queues.failed("a", ADDED, &event(1));
    stack.queues.deny("DeleteMessage");
    assert_eq!(stack.tick(), [1, 0, 0, 0]);
    assert_eq!(stack.queues.left(), ["a"]);
    stack.queues.allow();
    stack.queues.pass_time();
    assert_eq!(stack.tick(), [1, 0, 0, 0]);
    assert_eq!(stack.queues.left(), Vec::<String>::new());
}
