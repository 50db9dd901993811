//! With faults: whatever call fails and whenever the process dies, a retry ends as if nothing had.

use std::time::Duration;

use serde_json::Value;

use crate::lambda::Function;
use crate::stack::{Stack, a_key_for_a_privileged_other, locally};
use crate::table::Fault;
use crate::topic::Fate;

/// What is told in the end: each (id, revision) once, in the order first told.
pub(crate) fn distinct(told: Vec<Value>) -> Vec<Value> {
    let mut distinct: Vec<Value> = Vec::new();
    for finding in told {
        if !distinct.contains(&finding) {
            distinct.push(finding);
        }
    }
    distinct
}

/// Delivers an event as Lambda does: until it is taken. Answers how often it was given back.
pub(crate) fn deliver(function: &Function, event: &Value) -> usize {
    (0..5).find(|_| function.invoke(event).is_ok()).expect("taken within five deliveries")
}

#[tokio::test]
async fn a_topic_that_fails_after_learning_changes_nothing_in_the_end() {
    let [grant, key] = a_key_for_a_privileged_other();
    let undisturbed = locally(&[grant.clone(), key.clone()]).await;
    for fates in
        [&[Fate::Refused][..], &[Fate::Cut], &[Fate::Unanswered], &[Fate::Refused, Fate::Cut, Fate::Unanswered]]
    {
        let stack = Stack::deploy().await;
        let function = stack.start();
        function.invoke(&grant.event()).unwrap();
        stack.topic.next(fates);
        assert_eq!(deliver(&function, &key.event()), fates.len(), "each failure gives the event back");
        assert_eq!(distinct(stack.told()), undisturbed, "{fates:?}");
    }
}

#[tokio::test]
async fn whichever_request_to_the_table_fails_a_retry_tells_the_same() {
    let [grant, key] = a_key_for_a_privileged_other();
    let undisturbed = locally(&[grant.clone(), key.clone()]).await;
    for fault in [Fault::Before, Fault::After] {
        for nth in 1.. {
            let stack = Stack::deploy().await;
            let function = stack.start();
            function.invoke(&grant.event()).unwrap();
            stack.gateway.taken();
            stack.gateway.fail(nth, fault);
            let given_back = deliver(&function, &key.event());
            assert_eq!(distinct(stack.told()), undisturbed, "request {nth} fails {fault:?}");
            if given_back == 0 {
                eprintln!("a telling event asks the table {} times", nth - 1);
                assert!(nth > 4, "an event that is told asks more than once");
                break;
            }
        }
    }
}

#[tokio::test]
async fn an_event_whose_time_is_up_is_given_back_and_told_on_the_retry() {
    let [grant, key] = a_key_for_a_privileged_other();
    let stack = Stack::deploy().await;
    let function = stack.start();
    function.invoke(&grant.event()).unwrap();
    stack.topic.next(&[Fate::Hangs]);
    let answer = function.invoke_within(&key.event(), Duration::from_millis(1500));
    assert!(answer.unwrap_err().contains("its time was up"));
    assert_eq!(stack.told(), Vec::<Value>::new());
    function.invoke(&key.event()).unwrap();
    assert_eq!(stack.told(), locally(&[grant, key]).await);
}

#[tokio::test]
async fn a_clock_that_jumped_changes_when_an_event_is_told_and_not_what_is_said() {
    let [grant, key] = a_key_for_a_privileged_other();
    let undisturbed = locally(&[grant.clone(), key.clone()]).await;
    for jumped in [Duration::ZERO, Duration::from_hours(24)] {
        let stack = Stack::deploy().await;
        let function = stack.start();
        // Ahead: by the function's clock the time it is told of is over. Behind: there is a day of it.
        let given_back: Vec<bool> =
            [&grant, &key].map(|record| function.invoke_within(&record.event(), jumped).is_err()).into();
        assert_eq!(given_back, [jumped.is_zero(); 2]);
        for record in [&grant, &key] {
            deliver(&function, &record.event());
        }
        assert_eq!(distinct(stack.told()), undisturbed, "{jumped:?}");
    }
}

#[tokio::test]
async fn a_process_killed_between_learning_and_telling_tells_on_the_retry() {
    let [grant, key] = a_key_for_a_privileged_other();
    let stack = Stack::deploy().await;
    let function = stack.start();
    function.invoke(&grant.event()).unwrap();
    stack.topic.next(&[Fate::Hangs]);
    function.begin(&key.event());
    stack.topic.wait_until_one_hangs();
    function.kill();
    assert_eq!(stack.told(), Vec::<Value>::new());
    let next = stack.start();
    next.invoke(&key.event()).unwrap();
    assert_eq!(stack.told(), locally(&[grant, key]).await);
}
