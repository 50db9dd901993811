//! A new key is put under watch beside being judged: whichever of the two fails, neither is lost.

use trailwarden_fixtures::records::{Caller, get_secret_value};

use crate::faults::{deliver, distinct};
use crate::rule::{Fate, RULE, Rule};
use crate::stack::{Stack, a_key_for_a_privileged_other, locally};
use crate::{table, topic};

/// The key of `a_key_for_a_privileged_other`.
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

async fn deploy() -> (Stack, Rule) {
    let rule = Rule::open();
    let stack = Stack::deploy().await.with("PRESENCE_RULE", RULE);
    let stack = stack.with("AWS_ENDPOINT_URL_EVENTBRIDGE", &format!("http://127.0.0.1:{}", rule.port));
    (stack, rule)
}

#[tokio::test]
async fn a_new_key_is_told_and_put_under_watch() {
    let (stack, rule) = deploy().await;
    let function = stack.start();
    for record in a_key_for_a_privileged_other() {
        function.invoke(&record.event()).unwrap();
    }
    assert_eq!(stack.told(), locally(&a_key_for_a_privileged_other()).await);
    assert_eq!((rule.names(), rule.puts()), (vec![KEY.to_owned()], 1));
    eprintln!("a new key asks the rule {} times", rule.asked());
}

#[tokio::test]
async fn a_watch_that_fails_does_not_keep_the_finding_and_is_made_good_by_the_retry() {
    for fate in [Fate::Broken, Fate::Unanswered] {
        let (stack, rule) = deploy().await;
        let function = stack.start();
        let [grant, key] = a_key_for_a_privileged_other();
        function.invoke(&grant.event()).unwrap();
        rule.next(fate);
        let error = function.invoke(&key.event()).unwrap_err();
        assert!(error.contains("could not be put under watch"), "{error}");
        let undisturbed = locally(&[grant, key.clone()]).await;
        assert_eq!(stack.told(), undisturbed);
        function.invoke(&key.event()).unwrap();
        assert_eq!((rule.names(), stack.told()), (vec![KEY.to_owned()], undisturbed));
    }
}

#[tokio::test]
async fn a_topic_that_fails_does_not_keep_the_key_from_being_watched() {
    let (stack, rule) = deploy().await;
    let function = stack.start();
    let [grant, key] = a_key_for_a_privileged_other();
    function.invoke(&grant.event()).unwrap();
    stack.topic.next(&[topic::Fate::Refused]);
    function.invoke(&key.event()).unwrap_err();
    assert_eq!((stack.told().len(), rule.names()), (0, vec![KEY.to_owned()]));
    function.invoke(&key.event()).unwrap();
    assert_eq!((stack.told().len(), rule.puts()), (1, 1));
}

#[tokio::test]
async fn whichever_request_to_the_table_fails_the_key_is_watched_and_told_in_the_end() {
    let [grant, key] = a_key_for_a_privileged_other();
    let undisturbed = locally(&[grant.clone(), key.clone()]).await;
    for fault in [table::Fault::Before, table::Fault::After] {
        for nth in 1.. {
            let (stack, rule) = deploy().await;
            let function = stack.start();
            function.invoke(&grant.event()).unwrap();
            stack.gateway.taken();
            stack.gateway.fail(nth, fault);
            let given_back = deliver(&function, &key.event());
            assert_eq!(distinct(stack.told()), undisturbed, "request {nth} fails {fault:?}");
            assert_eq!(rule.names(), [KEY], "request {nth} fails {fault:?}");
            if given_back == 0 {
                break;
            }
        }
    }
}

#[tokio::test]
async fn an_event_that_makes_no_key_asks_nothing_of_the_rule() {
    let (stack, rule) = deploy().await;
    let function = stack.start();
    let [grant, key] = a_key_for_a_privileged_other();
    let read = get_secret_value(&Caller::user("dora"), "prod/db");
    for record in [grant, read, key.denied("not you")] {
        function.invoke(&record.event()).unwrap();
    }
    assert_eq!(rule.asked(), 0);
}
