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
fn what_was_called_legitimate_and_taken_back_is_told_when_it_comes_again() {
    for decision in [Decision::TakenBack, Decision::DealtWith] {
        let (pipeline, first) = told();
        hear(&pipeline, &answer(&first, Decision::Legitimate, "2026-03-03T12:00:00Z"));
        let back = answer(&first, decision, "2026-03-03T13:00:00Z");
        hear(&pipeline, &back);
        hear(&pipeline, &back);
        judge(&pipeline, &key("k2", "2026-03-10T09:00:00Z"));
        let again = keys(&pipeline).pop().unwrap();
        assert_eq!((again.expected_change, again.status), (None, Status::Open), "{decision:?}");
    }
}

/// How often somebody was told of the key.
fn notices(pipeline: &Pipeline<ReferenceStore, Heard>) -> usize {
    let of_keys = |finding: &&Finding| finding.kind == "credential-added.for-another-identity";
    pipeline.publisher.notices().iter().filter(of_keys).count()
}

fn expected(change: Expected) -> Expected {
    Expected { until: Some("2026-03-20T00:00:00Z".parse().unwrap()), by: "ann".to_owned(), ..change }
}

fn say(pipeline: &Pipeline<ReferenceStore, Heard>, change: &Expected, at: &str) -> Expected {
    let said = at.parse().unwrap();
    let change = Expected { from: Some(said), said: Some(said), ..change.clone() };
    pollster::block_on(pipeline.expect(&change, said)).unwrap();
    change
}

fn take_back(pipeline: &Pipeline<ReferenceStore, Heard>, change: &Expected, at: &str) {
    pollster::block_on(pipeline.withdraw(change, at.parse().unwrap())).unwrap();
}

#[test]
fn a_change_taken_back_covers_what_came_before_and_nothing_after_until_it_is_said_again() {
    let alice = expected(Expected { who: Some("alice".to_owned()), ..Expected::default() });
    let covered = |at: &str, again: &[&str]| {
        let pipeline = pipeline();
        judge(&pipeline, &grant("2026-03-03T08:00:00Z"));
        let first = say(&pipeline, &alice, "2026-03-03T08:30:00Z");
        take_back(&pipeline, &first, "2026-03-04T12:00:00Z");
        take_back(&pipeline, &first, "2026-03-04T12:00:00Z");
        for again in again {
            assert_eq!(say(&pipeline, &alice, again).id(), first.id(), "the same is called the same");
        }
        judge(&pipeline, &key("k1", at));
        one(&pipeline).expected_change.is_some()
    };
    assert!(covered("2026-03-04T09:00:00Z", &[]));
    assert!(!covered("2026-03-05T09:00:00Z", &[]));
    assert!(!covered("2026-03-05T09:00:00Z", &["2026-03-03T08:30:00Z"]), "the event that announced it comes again");
    assert!(covered("2026-03-05T09:00:00Z", &["2026-03-05T08:30:00Z"]));
}

#[test]
fn what_is_suppressed_is_kept_and_rated_as_ever_and_told_nobody_until_that_ends() {
    let quiet = |silences: Severity, scope: Expected| {
        let pipeline = pipeline();
        judge(&pipeline, &grant("2026-03-03T08:00:00Z"));
        let scope = Expected { silences: Some(silences), reference: Some("our scanner".to_owned()), ..expected(scope) };
        let said = say(&pipeline, &scope, "2026-03-03T08:30:00Z");
        judge(&pipeline, &key("k1", "2026-03-03T09:00:00Z"));
        (pipeline, said)
    };
    let alice = || Expected { who: Some("alice".to_owned()), ..Expected::default() };
    let account = |id: &str| Expected { account: Some(id.to_owned()), ..Expected::default() };
    let (_, plain) = told();
    for scope in [alice(), account("111122223333")] {
        let (pipeline, said) = quiet(Severity::Critical, scope);
        let finding = one(&pipeline);
        assert_eq!((finding.status, finding.severity), (Status::Suppressed, plain.severity));
        let why = finding.evidence.iter().find(|reason| reason.signal == "suppressed").unwrap();
        assert!(why.claim.contains("ann") && why.claim.contains("our scanner"), "{}", why.claim);
        assert_eq!((why.weight, finding.expected_change), (0.0, None));
        assert_eq!(notices(&pipeline), 0);
        take_back(&pipeline, &said, "2026-03-03T10:00:00Z");
        judge(&pipeline, &key("k2", "2026-03-03T11:00:00Z"));
        assert_eq!((one(&pipeline).status, notices(&pipeline)), (Status::Open, 1));
    }
    // What is graver than was meant, and what is somebody else's, is told.
    for (least, scope) in [(Severity::Low, alice()), (Severity::Critical, account("999999999999"))] {
        let (pipeline, _) = quiet(least, scope);
        assert_eq!((one(&pipeline).status, notices(&pipeline)), (Status::Open, 1));
    }
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
        until: Some("2026-03-04T00:00:00Z".parse().unwrap()),
        by: "change board".to_owned(),
        reference: Some("CHG-7".to_owned()),
        ..Expected::default()
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
