//! Stories: what hangs together is told as one, in whatever order it arrives and wherever a run is cut off.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod stories {
    mod at_once;
    pub(crate) mod stores;
}

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use trailwarden_detectors::Settings;
use trailwarden_fixtures::ReferenceStore;
use trailwarden_fixtures::records::{self, Caller, RecordBuilder, unique};
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_model::{Activity, Finding, FindingId, Severity, Status};
use trailwarden_pipeline::{Pipeline, Publisher, Store};

use crate::stories::stores::{Beset, Died, Dying};

/// Every finding in its last state, and every notice.
#[derive(Debug, Default)]
struct Heard {
    last: Mutex<BTreeMap<FindingId, Finding>>,
    notices: Mutex<Vec<Finding>>,
}

impl Publisher for Heard {
    type Error = Infallible;

    async fn publish(&self, finding: &Finding) -> Result<(), Infallible> {
        self.notices.lock().unwrap().push(finding.clone());
        Ok(())
    }

    async fn follow(&self, finding: &Finding) -> Result<(), Infallible> {
        self.last.lock().unwrap().insert(finding.id.clone(), finding.clone());
        Ok(())
    }
}

/// A stolen key makes a key for a service user, that one makes another, and that one opens a role to strangers.
fn chain() -> Vec<RecordBuilder> {
    let (made, next) = (unique("AKIA", "made"), unique("AKIA", "next"));
    let with_key = |call: RecordBuilder, key: &str| {
        let mut identity = call.record()["userIdentity"].clone();
        identity["accessKeyId"] = json!(key);
        call.with("userIdentity", identity)
    };
    let trust = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": "arn:aws:iam::999988887777:root" } }] });
    let opened = records::call(&Caller::user("svc-two"), "iam.amazonaws.com", "UpdateAssumeRolePolicy")
        .with("requestParameters", json!({ "roleName": "exports", "policyDocument": trust.to_string() }));
    vec![
        records::create_access_key(&Caller::user("alice"), "svc-one", &made).at("2026-03-03T02:00:00Z").id("e1"),
        with_key(records::create_access_key(&Caller::user("svc-one"), "svc-two", &next), &made)
            .at("2026-03-03T05:00:00Z")
            .id("e2"),
        with_key(opened, &next).at("2026-03-04T09:00:00Z").id("e3"),
    ]
}

fn activity(record: &RecordBuilder) -> Activity {
    let Reading::Activity(activity) = read(&record.clone().from("198.51.100.7").bytes(), Coverage::Catalog) else {
        panic!("not in scope");
    };
    *activity
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(count - 1);
    let insert = |all: &Vec<usize>, place: usize| {
        let mut all = all.clone();
        all.insert(place, count - 1);
        all
    };
    shorter.iter().flat_map(|all| (0..count).map(move |place| insert(all, place))).collect()
}

fn pipeline<S: Store>(store: S) -> Pipeline<S, Heard> {
    Pipeline {
        store,
        publisher: Heard::default(),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    }
}

/// The stories that stand, with their parts, and the severities of the parts.
fn stories(heard: &Heard) -> BTreeMap<FindingId, BTreeSet<(FindingId, Severity)>> {
    let last = heard.last.lock().unwrap();
    let standing = last.values().filter(|story| story.kind.starts_with("story.") && story.status == Status::Open);
    let parts = |story: &Finding| {
        story.related.iter().filter_map(|id| last.get(id)).map(|part| (part.id.clone(), part.severity)).collect()
    };
    standing.map(|story| (story.id.clone(), parts(story))).collect()
}

fn told(order: &[usize]) -> BTreeMap<FindingId, BTreeSet<(FindingId, Severity)>> {
    let (pipeline, chain) = (pipeline(ReferenceStore::default()), chain());
    for place in order {
        pollster::block_on(pipeline.judge(&activity(&chain[*place]))).unwrap();
    }
    stories(&pipeline.publisher)
}

#[test]
fn a_chain_is_one_story_in_whatever_order_its_links_arrive() {
    let in_order = told(&[0, 1, 2]);
    assert_eq!(in_order.len(), 1, "{in_order:#?}");
    assert_eq!(in_order.values().next().unwrap().len(), 3, "{in_order:#?}");
    for order in permutations(3) {
        assert_eq!(told(&order), in_order, "arriving as {order:?}");
    }
}

#[test]
fn a_story_is_rated_above_its_parts_and_tells_of_all_but_the_first() {
    let (pipeline, chain) = (pipeline(ReferenceStore::default()), chain());
    for record in &chain {
        pollster::block_on(pipeline.judge(&activity(record))).unwrap();
    }
    let last = pipeline.publisher.last.lock().unwrap();
    let story = last.values().find(|finding| finding.kind.starts_with("story.")).unwrap();
    let parts: Vec<&Finding> = story.related.iter().filter_map(|id| last.get(id)).collect();
    assert!(parts.iter().all(|part| part.score <= story.score && part.related == [story.id.clone()]));
    let loud: Vec<&&Finding> = parts.iter().filter(|part| part.severity >= Severity::Medium).collect();
    assert!(loud.len() <= 1, "{loud:#?}");
    let cited: BTreeSet<&str> = story.events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(cited, BTreeSet::from(["e1", "e2", "e3"]));
}

#[test]
fn a_death_anywhere_and_a_retry_tell_what_an_undisturbed_run_tells() {
    let undisturbed = told(&[0, 1, 2]);
    let mut deaths = 0;
    for requests in 0.. {
        let (pipeline, chain) =
            (pipeline(Beset { store: Arc::default(), by: Dying(AtomicI64::new(requests)) }), chain());
        let mut died = false;
        for record in &chain {
            while pollster::block_on(pipeline.judge(&activity(record))).is_err() {
                died = true;
            }
        }
        assert_eq!(stories(&pipeline.publisher), undisturbed, "dying after {requests} requests");
        let notices = pipeline.publisher.notices.lock().unwrap();
        let told = notices.iter().any(|notice| notice.kind.starts_with("story.") && notice.event_count == 3);
        assert!(told || notices.iter().any(|notice| notice.kind.starts_with("story.")), "no notice of the story");
        if !died {
            break;
        }
        deaths += 1;
    }
    assert!(deaths > 20, "only {deaths} places to die in");
}

/// One who is told and cannot be reached when a revision is to be followed, until it can.
#[derive(Debug)]
struct Deaf {
    heard: Heard,
    refuses: AtomicI64,
}

impl Publisher for Deaf {
    type Error = Died;

    async fn publish(&self, finding: &Finding) -> Result<(), Died> {
        self.heard.publish(finding).await.map_err(|never| match never {})
    }

    async fn note(&self, _activity: &Activity) -> Result<(), Died> {
        if self.refuses.fetch_sub(1, Ordering::Relaxed) > 0 { Err(Died) } else { Ok(()) }
    }

    async fn follow(&self, finding: &Finding) -> Result<(), Died> {
        if self.refuses.fetch_sub(1, Ordering::Relaxed) > 0 {
            return Err(Died);
        }
        self.heard.follow(finding).await.map_err(|never| match never {})
    }
}

#[test]
fn whoever_cannot_follow_keeps_nobody_from_being_told_and_hears_all_of_it_on_the_retry() {
    let (chain, undisturbed) = (chain(), told(&[0, 1, 2]));
    for refuses in [1, 2, 3, 5, 8, 1000] {
        let heard = Heard::default();
        let deaf = Pipeline {
            store: ReferenceStore::default(),
            publisher: Deaf { heard, refuses: AtomicI64::new(refuses) },
            settings: Settings::default(),
            expected: Vec::new(),
            tell_from: Severity::Medium,
        };
        let given_back = chain.iter().filter(|record| pollster::block_on(deaf.judge(&activity(record))).is_err());
        assert!(given_back.count() > 0);
        let notices = || deaf.publisher.heard.notices.lock().unwrap().clone();
        let told: BTreeSet<FindingId> = notices().into_iter().map(|notice| notice.id).collect();
        assert!(undisturbed.keys().all(|story| told.contains(story)), "{refuses} refusals keep nobody from the story");
        deaf.publisher.refuses.store(0, Ordering::Relaxed);
        for record in &chain {
            pollster::block_on(deaf.judge(&activity(record))).unwrap();
        }
        let notices: Vec<(FindingId, u32)> = notices().into_iter().map(|notice| (notice.id, notice.revision)).collect();
        assert_eq!(notices.iter().collect::<BTreeSet<_>>().len(), notices.len(), "nobody is told twice");
        assert_eq!(stories(&deaf.publisher.heard), undisturbed, "{refuses} refusals");
    }
}

#[test]
fn strangers_who_share_nothing_share_no_story() {
    let pipeline = pipeline(ReferenceStore::default());
    for (name, key, id) in [("alice", "made1", "a"), ("bob", "made2", "b")] {
        let record = records::create_access_key(&Caller::user(name), &format!("svc-{name}"), &unique("AKIA", key));
        pollster::block_on(pipeline.judge(&activity(&record.id(id)))).unwrap();
    }
    assert!(stories(&pipeline.publisher).is_empty());
}

/// A chain of four links, and one more act that belongs to the third.
fn longer_chain() -> Vec<RecordBuilder> {
    let mut all = chain();
    let last = unique("AKIA", "last");
    let made = records::create_access_key(&Caller::user("svc-two"), "svc-three", &last);
    let next = all[2].record()["userIdentity"]["accessKeyId"].clone();
    let mut maker = made.record()["userIdentity"].clone();
    maker["accessKeyId"] = next;
    all.push(made.with("userIdentity", maker).at("2026-03-04T10:00:00Z").id("e4"));
    all.push(all[2].clone().id("again").at("2026-03-04T09:00:30Z"));
    all
}

#[test]
fn a_link_too_far_from_a_beginning_that_arrives_late_speaks_for_itself_as_in_order() {
    let mut chain = longer_chain();
    chain.truncate(3);
    // Within a week of the second link, and not of the first.
    chain[2] = chain[2].clone().at("2026-03-10T03:00:00Z");
    let told = |order: &[usize]| {
        let pipeline = pipeline(ReferenceStore::default());
        for place in order {
            pollster::block_on(pipeline.judge(&activity(&chain[*place]))).unwrap();
        }
        let last = pipeline.publisher.last.lock().unwrap();
        let open = last.values().filter(|finding| finding.status == Status::Open);
        let state = |finding: &Finding| (finding.id.clone(), (finding.severity, finding.related.clone()));
        open.map(state).collect::<BTreeMap<_, _>>()
    };
    let in_order = told(&[0, 1, 2]);
    let alone = in_order.values().filter(|(_, related)| related.is_empty()).count();
    assert_eq!(alone, 1, "{in_order:#?}");
    for order in permutations(3) {
        assert_eq!(told(&order), in_order, "arriving as {order:?}");
    }
}
