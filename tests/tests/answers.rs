//! Answers: what people say will come, and what they decide about findings, comes back into judging.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use serde_json::json;
use trailwarden_detectors::Settings;
use trailwarden_fixtures::records::{self, Caller, RecordBuilder};
use trailwarden_fixtures::{Heard, ReferenceStore};
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_model::{Finding, Severity, Status};
use trailwarden_pipeline::{Answer, Decision, Expected, Pipeline};

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

fn pipeline() -> Pipeline<ReferenceStore, Heard> {
    Pipeline {
        store: ReferenceStore::default(),
        publisher: Heard::default(),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    }
}

fn judge(pipeline: &Pipeline<ReferenceStore, Heard>, record: &RecordBuilder) {
    let Reading::Activity(activity) = read(&record.bytes(), Coverage::Catalog) else { panic!("not an activity") };
    pollster::block_on(pipeline.judge(&activity)).unwrap();
}

fn grant(at: &str) -> RecordBuilder {
    records::attach_user_policy(&Caller::user("carol"), "bob", ADMINISTRATOR).at(at).id("grant")
}

/// Alice gives Bob, who may do anything, a key.
fn key(id: &str, at: &str) -> RecordBuilder {
    records::create_access_key(&Caller::user("alice"), "bob", &records::unique("AKIA", id)).at(at).id(id)
}

fn tag(tagger: &str, value: &str) -> RecordBuilder {
    let tags = json!([{ "key": "team", "value": "x" }, { "key": "trailwarden:expected", "value": value }]);
    records::call(&Caller::user(tagger), "iam.amazonaws.com", "TagUser")
        .with("requestParameters", json!({ "userName": "bob", "tags": tags }))
        .at("2026-03-03T08:30:00Z")
        .id("tag")
}

/// The findings about the key, in order of time.
fn keys(pipeline: &Pipeline<ReferenceStore, Heard>) -> Vec<Finding> {
    let mut all: Vec<Finding> = pipeline.publisher.findings().values().cloned().collect();
    all.retain(|finding| finding.kind == "credential-added.for-another-identity");
    all.sort_by_key(|finding| finding.first_seen);
    all
}

fn one(pipeline: &Pipeline<ReferenceStore, Heard>) -> Finding {
    let all = keys(pipeline);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.into_iter().next().unwrap()
}

fn told() -> (Pipeline<ReferenceStore, Heard>, Finding) {
    let pipeline = pipeline();
    judge(&pipeline, &grant("2026-03-03T08:00:00Z"));
    judge(&pipeline, &key("k1", "2026-03-03T09:00:00Z"));
    let finding = one(&pipeline);
    assert!(finding.severity >= Severity::Medium);
    (pipeline, finding)
}

fn answer(finding: &Finding, decision: Decision, at: &str) -> Answer {
    let (by, note) = ("ann".to_owned(), Some("our new pipeline".to_owned()));
    Answer { finding_id: finding.id.clone(), decision, note, by, at: at.parse().unwrap() }
}

fn hear(pipeline: &Pipeline<ReferenceStore, Heard>, answer: &Answer) -> bool {
    pollster::block_on(pipeline.hear(answer)).unwrap()
}

#[test]
fn what_was_called_legitimate_is_suppressed_and_expected_to_come_again() {
    let (pipeline, first) = told();
    let answer = answer(&first, Decision::Legitimate, "2026-03-03T12:00:00Z");
    assert!(hear(&pipeline, &answer));
    let suppressed = one(&pipeline);
    assert_eq!((suppressed.status, suppressed.revision), (Status::Suppressed, first.revision + 1));
    assert!(hear(&pipeline, &answer), "the same answer again");
    assert_eq!(one(&pipeline), suppressed);

    judge(&pipeline, &key("k2", "2026-03-10T09:00:00Z"));
    let again = keys(&pipeline).pop().unwrap();
    let expected = again.expected_change.clone().unwrap();
    assert_eq!((expected.by.as_str(), expected.reference.as_deref()), ("ann", Some("our new pipeline")));
    assert!(again.score < first.score, "{} after {}", again.score, first.score);
}

#[test]
fn what_was_called_legitimate_long_ago_is_news_again() {
    let (pipeline, first) = told();
    hear(&pipeline, &answer(&first, Decision::Legitimate, "2026-03-03T12:00:00Z"));
    judge(&pipeline, &key("k2", "2026-04-10T09:00:00Z"));
    assert_eq!(keys(&pipeline).pop().unwrap().expected_change, None);
}

#[test]
fn what_was_dealt_with_reopens_when_it_goes_on() {
    let (pipeline, first) = told();
    hear(&pipeline, &answer(&first, Decision::DealtWith, "2026-03-03T12:00:00Z"));
    let resolved = one(&pipeline);
    assert_eq!(resolved.status, Status::Resolved);
    judge(&pipeline, &key("k1", "2026-03-03T09:00:00Z"));
    assert_eq!(one(&pipeline), resolved, "an event that comes a second time is no news");
    judge(&pipeline, &key("k2", "2026-03-03T13:00:00Z"));
    let reopened = one(&pipeline);
    assert_eq!(reopened.status, Status::Open);
    assert!(reopened.revision > resolved.revision && reopened.updated_at > resolved.updated_at);
    assert_eq!(reopened.expected_change, None, "that it was dealt with does not make it legitimate");
}

#[test]
fn an_answer_taken_back_no_longer_holds_and_an_older_one_does_not_return() {
    let (pipeline, first) = told();
    let legitimate = answer(&first, Decision::Legitimate, "2026-03-03T12:00:00Z");
    hear(&pipeline, &legitimate);
    hear(&pipeline, &answer(&first, Decision::TakenBack, "2026-03-03T13:00:00Z"));
    assert_eq!(one(&pipeline).status, Status::Open);
    hear(&pipeline, &legitimate);
    assert_eq!(one(&pipeline).status, Status::Open);
}

#[test]
fn an_answer_kept_by_an_attempt_that_died_is_followed_by_the_retry_and_not_by_an_echo() {
    let (pipeline, first) = told();
    let given = answer(&first, Decision::DealtWith, "2026-03-03T12:00:00Z");
    hear(&pipeline, &given);
    // It died before anybody heard.
    pipeline.publisher.findings().clear();
    hear(&pipeline, &given);
    assert_eq!(one(&pipeline).status, Status::Resolved);
    pipeline.publisher.findings().clear();
    hear(&pipeline, &answer(&first, Decision::DealtWith, "2026-03-03T13:00:00Z"));
    assert_eq!(keys(&pipeline), Vec::new());
}

#[test]
fn nothing_decided_changes_nothing_and_an_unknown_finding_is_nobodys() {
    let (pipeline, first) = told();
    assert!(hear(&pipeline, &answer(&first, Decision::TakenBack, "2026-03-03T12:00:00Z")));
    assert_eq!(one(&pipeline), first);
    let stranger = Finding { id: trailwarden_model::FindingId::new("tw-0"), ..first };
    assert!(!hear(&pipeline, &answer(&stranger, Decision::Legitimate, "2026-03-03T12:00:00Z")));
}

#[test]
fn a_tag_by_somebody_else_announces_a_change_until_its_end() {
    let change = |tagger: &str, value: &str| {
        let pipeline = pipeline();
        judge(&pipeline, &grant("2026-03-03T08:00:00Z"));
        judge(&pipeline, &tag(tagger, value));
        judge(&pipeline, &key("k1", "2026-03-03T09:00:00Z"));
        let finding = one(&pipeline);
        (finding.expected_change, finding.score)
    };
    let (plain, score) = (change("carol", "").0, change("carol", "2026-03-03T08:45:00Z CHG-1").1);
    assert_eq!(plain.map(|change| change.by).as_deref(), Some("carol"), "without an end it holds a day");
    let (announced, lower) = change("carol", "2026-03-03 CHG-1042 new laptop");
    let announced = announced.unwrap();
    assert_eq!(announced.reference.as_deref(), Some("CHG-1042 new laptop"));
    assert_eq!(announced.until, Some("2026-03-04T00:00:00Z".parse().unwrap()), "a day holds to its end");
    assert!(lower < score, "{lower} instead of {score}");
    assert_eq!(change("alice", "2026-03-03 CHG-1042").0, None, "nobody vouches for themselves");
    assert_eq!(change("carol", "2026-03-03T08:45:00Z CHG-1042").0, None, "its end was before");
}

#[test]
fn a_change_remembered_covers_as_one_given_in_a_file_does() {
    let expected = |who: Option<&str>, target: Option<&str>| Expected {
        who: who.map(ToOwned::to_owned),
        what: Some("credential-added".to_owned()),
        target: target.map(ToOwned::to_owned),
        from: None,
        until: Some("2026-03-04T00:00:00Z".parse().unwrap()),
        by: "change board".to_owned(),
        reference: Some("CHG-7".to_owned()),
        never: None,
    };
    let cases = [
        (Some("alice"), None),
        (Some("arn:aws:iam::111122223333:user/alice"), Some("bob")),
        (None, Some("bob")),
        (None, None),
        (Some("mallory"), None),
        (None, Some("mallory")),
    ];
    for (who, target) in cases {
        let judged = |given: Vec<Expected>, remembered: Option<Expected>| {
            let pipeline = Pipeline { expected: given, ..pipeline() };
            if let Some(expected) = remembered {
                pollster::block_on(pipeline.expect(&expected, "2026-03-01T00:00:00Z".parse().unwrap())).unwrap();
            }
            judge(&pipeline, &grant("2026-03-03T08:00:00Z"));
            judge(&pipeline, &key("k1", "2026-03-03T09:00:00Z"));
            one(&pipeline)
        };
        let given = judged(vec![expected(who, target)], None);
        assert_eq!(given, judged(Vec::new(), Some(expected(who, target))), "{who:?} {target:?}");
        let covers = who != Some("mallory") && target != Some("mallory");
        assert_eq!(given.expected_change.is_some(), covers, "{who:?} {target:?}");
    }
}
