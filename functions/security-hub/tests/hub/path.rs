//! Findings in, imports out; and what an analyst answered.

use serde_json::{Value, json};
use trailwarden_fixtures::findings::{filled, hostile_texts, kinds, ordinary};
use trailwarden_model::{Finding, FindingId, Status};

use crate::hub::{Fate, Hub};
use crate::lambda::Function;

/// The account the function runs in.
pub(crate) const ACCOUNT: &str = "999988887777";

pub(crate) fn start(hub: &Hub, attempts: &str) -> Function {
    Function::start(&[
        ("ACCOUNT_ID", ACCOUNT.to_owned()),
        ("LOG_LEVEL", "error".to_owned()),
        ("AWS_MAX_ATTEMPTS", attempts.to_owned()),
        ("AWS_ENDPOINT_URL_SECURITYHUB", format!("http://127.0.0.1:{}", hub.port)),
    ])
}

pub(crate) fn finding(name: &str) -> Finding {
    Finding {
        id: FindingId::new(&format!("tw-{name}")),
        title: name.to_owned(),
        ..ordinary("credential-added.for-itself")
    }
}

/// A batch of the queue: a message for each body, named m0, m1 …
pub(crate) fn batch(bodies: impl IntoIterator<Item = String>) -> Value {
    let record = |(nth, body): (usize, String)| json!({ "messageId": format!("m{nth}"), "body": body, "eventSource": "aws:sqs" });
    json!({ "Records": bodies.into_iter().enumerate().map(record).collect::<Vec<_>>() })
}

pub(crate) fn bodies(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| json!({ "finding": finding }).to_string()).collect()
}

/// The messages that failed.
pub(crate) fn failed(answer: &Result<String, String>) -> Vec<String> {
    let answer: Value = serde_json::from_str(answer.as_ref().unwrap()).unwrap();
    let named = |item: &Value| item["itemIdentifier"].as_str().unwrap().to_owned();
    answer["batchItemFailures"].as_array().unwrap().iter().map(named).collect()
}

#[test]
fn findings_are_imported_for_the_account_the_function_runs_in() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    let mut sent = bodies(&[finding("a")]);
    // By itself, or under `finding`.
    sent.push(serde_json::to_string(&finding("b")).unwrap());
    assert_eq!(failed(&function.invoke(&batch(sent))), Vec::<String>::new());
    let imported = hub.imported();
    assert_eq!(imported.len(), 2);
    assert_eq!(imported[0]["Id"], "trailwarden/tw-a");
    assert_eq!(imported[0]["AwsAccountId"], ACCOUNT);
    assert_eq!(imported[0]["ProductFields"]["trailwarden/account"], "111122223333");
    assert_eq!(imported[0]["RecordState"], "ACTIVE");
    assert_eq!(hub.requests(), [2]);
}

#[test]
fn a_finding_that_resolved_itself_is_archived_under_the_same_id() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    let open = finding("a");
    let resolved = Finding { revision: 2, status: Status::Resolved, ..open.clone() };
    function.invoke(&batch(bodies(&[open]))).unwrap();
    function.invoke(&batch(bodies(&[resolved]))).unwrap();
    let states: Vec<(Value, Value)> =
        hub.imported().iter().map(|finding| (finding["Id"].clone(), finding["RecordState"].clone())).collect();
    assert_eq!(states[0], (json!("trailwarden/tw-a"), json!("ACTIVE")));
    assert_eq!(states[1], (json!("trailwarden/tw-a"), json!("ARCHIVED")));
}

#[test]
fn of_two_revisions_in_one_batch_the_later_one_is_imported() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    let first = finding("a");
    let second = Finding { revision: 2, status: Status::Resolved, ..first.clone() };
    assert_eq!(failed(&function.invoke(&batch(bodies(&[second, first])))), Vec::<String>::new());
    assert_eq!(hub.imported().len(), 1);
    assert_eq!(hub.imported()[0]["RecordState"], "ARCHIVED");
}

#[test]
fn only_the_finding_that_was_refused_comes_again() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    for code in ["InternalError", "InvalidInput", "InvalidAccess"] {
        hub.next(&[Fate::Refuses("b", code)]);
        let answer = function.invoke(&batch(bodies(&[finding("a"), finding("b"), finding("c")])));
        assert_eq!(failed(&answer), ["m1"], "{code}");
    }
    assert_eq!(hub.imported().len(), 6);
}

#[test]
fn one_poisonous_finding_does_not_keep_its_neighbours_out() {
    let hub = Hub::open();
    hub.always(Fate::Poisoned("c"));
    let function = start(&hub, "1");
    let names = ["a", "b", "c", "d", "e"];
    assert_eq!(failed(&function.invoke(&batch(bodies(&names.map(finding))))), ["m2"]);
    assert_eq!(hub.imported().len(), 4);
}

#[test]
fn a_message_that_is_no_finding_goes_to_the_failure_queue_alone() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    let mut sent = vec!["not json".to_owned(), "{}".to_owned(), "null".to_owned(), r#"{"finding":7}"#.to_owned()];
    sent.extend(bodies(&[finding("a")]));
    assert_eq!(failed(&function.invoke(&batch(sent))), ["m0", "m1", "m2", "m3"]);
    assert_eq!(hub.imported().len(), 1);
}

#[test]
fn a_hub_that_is_not_there_gives_every_message_back() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    for fate in [Fate::NotEnabled, Fate::Denied, Fate::Throttled, Fate::Broken] {
        hub.next(&[fate]);
        let answer = function.invoke(&batch(bodies(&[finding("a"), finding("b")])));
        assert_eq!(failed(&answer), ["m0", "m1"], "{fate:?}");
    }
    assert_eq!(hub.imported(), Vec::<Value>::new());
}

#[test]
fn a_throttle_is_waited_out_and_a_refusal_is_not() {
    let hub = Hub::open();
    let function = start(&hub, "3");
    hub.next(&[Fate::Throttled, Fate::Broken]);
    assert_eq!(failed(&function.invoke(&batch(bodies(&[finding("a")])))), Vec::<String>::new());
    assert_eq!(hub.requests().len(), 3);
    hub.next(&[Fate::NotEnabled]);
    assert_eq!(failed(&function.invoke(&batch(bodies(&[finding("a")])))), ["m0"]);
    assert_eq!(hub.requests().len(), 4);
}

#[test]
fn more_and_larger_findings_than_a_request_takes_go_in_several() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    let many: Vec<Finding> = (0..230).map(|nth| finding(&nth.to_string())).collect();
    assert_eq!(failed(&function.invoke(&batch(bodies(&many)))), Vec::<String>::new());
    assert_eq!(hub.imported().len(), 230);
    let mut sizes = hub.requests();
    sizes.sort_unstable();
    assert_eq!(sizes, [30, 100, 100]);
    let long = "€".repeat(680);
    let large: Vec<Finding> =
        (0..60).map(|nth| Finding { id: FindingId::new(&format!("tw-{nth}")), ..filled("x.y", &long, 40) }).collect();
    assert_eq!(failed(&function.invoke(&batch(bodies(&large)))), Vec::<String>::new());
    assert_eq!(hub.imported().len(), 290);
}

#[test]
fn every_kind_of_finding_with_hostile_text_is_imported() {
    let hub = Hub::open();
    let function = start(&hub, "1");
    let texts = hostile_texts();
    let hostile = texts.iter().zip(kinds().into_iter().cycle()).enumerate();
    let findings: Vec<Finding> = hostile
        .map(|(nth, (text, kind))| Finding { id: FindingId::new(&format!("tw-{nth}")), ..filled(kind, text, 3) })
        .collect();
    assert_eq!(failed(&function.invoke(&batch(bodies(&findings)))), Vec::<String>::new());
    assert_eq!(hub.imported().len(), texts.len());
}

#[test]
fn an_invocation_that_is_no_batch_is_an_error() {
    let hub = Hub::open();
    assert!(start(&hub, "1").invoke(&json!({ "anything": "else" })).is_err());
    assert_eq!(hub.requests(), Vec::<usize>::new());
}
