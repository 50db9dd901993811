//! Stories: what hangs together is told as one, in whatever order it arrives and wherever a run is cut off.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use serde_json::json;
use trailwarden_detectors::memory::Observation;
use trailwarden_detectors::{Recalled, Settings};
use trailwarden_fixtures::ReferenceStore;
use trailwarden_fixtures::records::{self, Caller, RecordBuilder, unique};
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_model::{Activity, Finding, FindingId, Severity, Status};
use trailwarden_pipeline::{Episode, Failure, Pipeline, Publisher, Store};

/// A store that dies once, after so many requests.
#[derive(Debug)]
struct Mortal {
    store: ReferenceStore,
    left: AtomicI64,
}

#[derive(Debug, thiserror::Error)]
#[error("died")]
struct Died;

impl Failure for Died {
    fn is_retryable(&self) -> bool {
        true
    }
}

impl Mortal {
    fn dying_after(requests: i64) -> Self {
        Self { store: ReferenceStore::default(), left: AtomicI64::new(requests) }
    }

    fn live(&self) -> Result<(), Died> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 { Err(Died) } else { Ok(()) }
    }
}

impl Store for Mortal {
    type Error = Died;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Died> {
        self.live()?;
        self.store.exchange(observations).await.map_err(|never| match never {})
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Episode>, Died> {
        self.live()?;
        self.store.episodes(ids).await.map_err(|never| match never {})
    }

    async fn keep(&self, episode: &Episode, read_revision: Option<u32>) -> Result<bool, Died> {
        self.live()?;
        self.store.keep(episode, read_revision).await.map_err(|never| match never {})
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Died> {
        self.live()?;
        self.store.mark_told(id, revision).await.map_err(|never| match never {})
    }
}

/// A store before one of whose requests somebody else has their say.
struct Interrupted<F> {
    store: Arc<ReferenceStore>,
    left: AtomicI64,
    other: F,
}

impl<F: Fn() + Send + Sync> Interrupted<F> {
    fn next(&self) -> &ReferenceStore {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            (self.other)();
        }
        &self.store
    }
}

impl<F: Fn() + Send + Sync> Store for Interrupted<F> {
    type Error = Infallible;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Infallible> {
        self.next().exchange(observations).await
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Episode>, Infallible> {
        self.next().episodes(ids).await
    }

    async fn keep(&self, episode: &Episode, read_revision: Option<u32>) -> Result<bool, Infallible> {
        self.next().keep(episode, read_revision).await
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Infallible> {
        self.next().mark_told(id, revision).await
    }
}

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
        let (pipeline, chain) = (pipeline(Mortal::dying_after(requests)), chain());
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

/// Two functions over one memory: while one judges what adds to a story, the other judges what adds to the same part.
#[test]
fn whoever_else_tells_the_same_story_in_between_two_requests_the_last_word_is_whole() {
    let chain = chain();
    let again = |link: usize| chain[link].clone().id(&format!("again{link}")).at("2026-03-04T09:00:30Z");
    for requests in 0.. {
        let memory = Arc::new(ReferenceStore::default());
        let other = pipeline(memory.clone());
        for record in &chain {
            pollster::block_on(other.judge(&activity(record))).unwrap();
        }
        let meanwhile = || {
            pollster::block_on(other.judge(&activity(&again(2).at("2026-03-04T09:00:10Z").id("meanwhile")))).unwrap();
        };
        let interrupted = Interrupted { store: memory.clone(), left: AtomicI64::new(requests), other: meanwhile };
        let one = pipeline(interrupted);
        pollster::block_on(one.judge(&activity(&again(2)))).unwrap();
        let last = other.publisher.last.lock().unwrap();
        let id = last.values().find(|finding| finding.kind.starts_with("story.")).unwrap().id.clone();
        let told = pollster::block_on(memory.episodes(&[id])).unwrap().pop().unwrap().finding;
        let cited: BTreeSet<&str> = told.events.iter().map(|event| event.id.as_str()).collect();
        if one.store.left.load(Ordering::Relaxed) >= 0 {
            assert!(requests > 7, "only {requests} requests to be interrupted at");
            break;
        }
        let whole = BTreeSet::from(["e1", "e2", "e3", "again2", "meanwhile"]);
        assert_eq!(cited, whole, "interrupted at request {requests}");
    }
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

/// The records cited by each story that stands, as the memory has it.
fn standing(memory: &ReferenceStore, heard: [&Heard; 2]) -> Vec<BTreeSet<String>> {
    let ids = heard.iter().flat_map(|heard| heard.last.lock().unwrap().keys().cloned().collect::<Vec<_>>());
    let ids: Vec<FindingId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let kept = pollster::block_on(memory.episodes(&ids)).unwrap();
    let findings = kept.iter().map(|episode| &episode.finding);
    let stories = findings.filter(|story| story.kind.starts_with("story.") && story.status == Status::Open);
    stories.map(|story| story.events.iter().map(|event| event.id.as_str().to_owned()).collect()).collect()
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

/// Two functions over one memory, each with one link of a chain whose other links are known: the one in between any
/// two requests of the other. Earlier links take the story over, later ones add to it.
#[test]
fn any_two_links_judged_at_once_end_in_one_story_that_tells_them_all() {
    let chain = longer_chain();
    let whole: BTreeSet<String> = ["e1", "e2", "e3", "e4", "again"].map(str::to_owned).into();
    let pairs = (0..chain.len()).flat_map(|one| (0..chain.len()).map(move |other| (one, other)));
    for (disturbed, disturbing) in pairs.filter(|(one, other)| one != other) {
        for requests in 0.. {
            let memory = Arc::new(ReferenceStore::default());
            let other = pipeline(memory.clone());
            for (place, record) in chain.iter().enumerate() {
                if place != disturbed && place != disturbing {
                    pollster::block_on(other.judge(&activity(record))).unwrap();
                }
            }
            let meanwhile = || {
                pollster::block_on(other.judge(&activity(&chain[disturbing]))).unwrap();
            };
            let interrupted = Interrupted { store: memory.clone(), left: AtomicI64::new(requests), other: meanwhile };
            let one = pipeline(interrupted);
            pollster::block_on(one.judge(&activity(&chain[disturbed]))).unwrap();
            if one.store.left.load(Ordering::Relaxed) >= 0 {
                assert!(requests > 7, "only {requests} requests to be interrupted at");
                break;
            }
            let told = standing(&memory, [&one.publisher, &other.publisher]);
            assert_eq!(told, [whole.clone()], "{disturbed} interrupted by {disturbing} at request {requests}");
        }
    }
}

/// A store that lets everybody else go first before each request.
struct Polite(Arc<ReferenceStore>);

impl Polite {
    async fn after_you(&self) -> &ReferenceStore {
        let mut asked = false;
        std::future::poll_fn(|_| if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        &self.0
    }
}

impl Store for Polite {
    type Error = Infallible;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Infallible> {
        self.after_you().await.exchange(observations).await
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Episode>, Infallible> {
        self.after_you().await.episodes(ids).await
    }

    async fn keep(&self, episode: &Episode, read_revision: Option<u32>) -> Result<bool, Infallible> {
        self.after_you().await.keep(episode, read_revision).await
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Infallible> {
        self.after_you().await.mark_told(id, revision).await
    }
}

/// Judges every record at once over one memory, their requests interleaved by a seed; what is given back comes again.
fn judged_at_once(chain: &[RecordBuilder], seed: u64) -> Vec<BTreeSet<String>> {
    let memory = Arc::new(ReferenceStore::default());
    let pipeline = pipeline(Polite(memory.clone()));
    let activities: Vec<Activity> = chain.iter().map(activity).collect();
    let judging = |place: usize| Box::pin(pipeline.judge(&activities[place]));
    let mut running: Vec<_> = (0..chain.len()).map(|place| (place, judging(place))).collect();
    let (mut dice, mut context) = (seed | 1, Context::from_waker(Waker::noop()));
    while !running.is_empty() {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let turn = usize::try_from(dice >> 33).unwrap() % running.len();
        let (place, judged) = &mut running[turn];
        match judged.as_mut().poll(&mut context) {
            Poll::Pending => {}
            Poll::Ready(Err(_)) => *judged = judging(*place),
            Poll::Ready(Ok(_)) => drop(running.swap_remove(turn)),
        }
    }
    standing(&memory, [&pipeline.publisher; 2])
}

#[test]
fn all_links_judged_at_once_end_in_one_story_that_tells_them_all() {
    let chain = longer_chain();
    let whole: BTreeSet<String> = ["e1", "e2", "e3", "e4", "again"].map(str::to_owned).into();
    for seed in 0_u64..500 {
        let told = judged_at_once(&chain, seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        assert_eq!(told, [whole.clone()], "seed {seed}");
    }
}
