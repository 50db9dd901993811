//! At once: functions that judge links of one chain at the same time tell one story.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};

use trailwarden_fixtures::ReferenceStore;
use trailwarden_fixtures::records::RecordBuilder;
use trailwarden_model::{Activity, FindingId, Status};
use trailwarden_pipeline::Store;

use crate::stories::stores::{Beset, Interrupted, Polite};
use crate::{Heard, activity, chain, longer_chain, pipeline};

/// The records cited by each story that stands, as the memory has it.
fn standing(memory: &ReferenceStore, heard: [&Heard; 2]) -> Vec<BTreeSet<String>> {
    let ids = heard.iter().flat_map(|heard| heard.last.lock().unwrap().keys().cloned().collect::<Vec<_>>());
    let ids: Vec<FindingId> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let kept = pollster::block_on(memory.episodes(&ids)).unwrap();
    let findings = kept.iter().map(|episode| &episode.finding);
    let stories = findings.filter(|story| story.kind.starts_with("story.") && story.status == Status::Open);
    stories.map(|story| story.events.iter().map(|event| event.id.as_str().to_owned()).collect()).collect()
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
        let interrupted = Interrupted { left: AtomicI64::new(requests), other: meanwhile };
        let one = pipeline(Beset { store: memory.clone(), by: interrupted });
        pollster::block_on(one.judge(&activity(&again(2)))).unwrap();
        let last = other.publisher.last.lock().unwrap();
        let id = last.values().find(|finding| finding.kind.starts_with("story.")).unwrap().id.clone();
        let told = pollster::block_on(memory.episodes(&[id])).unwrap().pop().unwrap().finding.clone();
        let cited: BTreeSet<&str> = told.events.iter().map(|event| event.id.as_str()).collect();
        if one.store.by.left.load(Ordering::Relaxed) >= 0 {
            assert!(requests > 7, "only {requests} requests to be interrupted at");
            break;
        }
        let whole = BTreeSet::from(["e1", "e2", "e3", "again2", "meanwhile"]);
        assert_eq!(cited, whole, "interrupted at request {requests}");
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
            let interrupted = Interrupted { left: AtomicI64::new(requests), other: meanwhile };
            let one = pipeline(Beset { store: memory.clone(), by: interrupted });
            pollster::block_on(one.judge(&activity(&chain[disturbed]))).unwrap();
            if one.store.by.left.load(Ordering::Relaxed) >= 0 {
                assert!(requests > 7, "only {requests} requests to be interrupted at");
                break;
            }
            let told = standing(&memory, [&one.publisher, &other.publisher]);
            assert_eq!(
                told,
                std::slice::from_ref(&whole),
                "{disturbed} interrupted by {disturbing} at request {requests}"
            );
        }
    }
}

/// Judges every record at once over one memory, their requests interleaved by a seed; what is given back comes again.
fn judged_at_once(chain: &[RecordBuilder], seed: u64) -> Vec<BTreeSet<String>> {
    let memory = Arc::new(ReferenceStore::default());
    let pipeline = pipeline(Beset { store: memory.clone(), by: Polite });
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
        assert_eq!(told, std::slice::from_ref(&whole), "seed {seed}");
    }
}
