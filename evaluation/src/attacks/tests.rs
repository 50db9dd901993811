//! Every attack is held to the same promises: it happens, it says what tells, and its records are whole.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{
    record::Story,
    world::{Dice, Plan, Size},
};

fn worlds() -> Vec<World> {
    let plans = (1..=8).map(|seed| Plan::new(seed, if seed % 4 == 0 { Size::Medium } else { Size::Small }));
    plans.map(|plan| World::draw(&plan).expect("a plan makes a world")).collect()
}

fn told(world: &World, attack: &dyn Attack) -> Option<(crate::record::Label, Vec<crate::record::Record>)> {
    let dice = Dice::named(world.seed, attack.family());
    let start = world.day(world.learn_days + 3).plus(Dice::named(world.seed, "start").between(0, 80_000));
    let mut story = Story::new(dice, Vec::new());
    attack.act(world, start, &mut story)?;
    let (label, records, _) = story.end("a01".to_owned(), attack);
    Some((label, records))
}

#[test]
fn every_attack_happens_somewhere_and_tells_or_says_why_nobody_could() {
    let worlds = worlds();
    for attack in all() {
        let family = attack.family();
        let labels: Vec<_> = worlds.iter().filter_map(|world| told(world, attack.as_ref())).collect();
        assert!(labels.len() >= 2, "{family} happened in {} worlds", labels.len());
        for (label, _) in labels {
            assert!(!label.events.is_empty(), "{family} leaves nothing");
            assert!(!label.title.is_empty(), "{family} has no title");
            let Some(telling) = label.first_telling else {
                assert!(label.stated_blind_spot.is_some(), "{family} says neither what tells nor why nothing does");
                continue;
            };
            assert!(label.events.contains(&telling.event_id), "{family} is told by somebody else's event");
            assert!(!label.why.is_empty(), "{family} says no why");
        }
    }
}

#[test]
fn every_record_of_an_attack_is_whole_and_falls_within_its_days() {
    for world in worlds() {
        for attack in all() {
            let Some((label, records)) = told(&world, attack.as_ref()) else { continue };
            let family = attack.family();
            let first = world.day(world.learn_days + 1);
            let last = world.day(world.learn_days + 3 + attack.lasts() + 1);
            let ids: BTreeSet<&str> = label.events.iter().map(String::as_str).collect();
            assert_eq!(ids.len(), label.events.len(), "{family} has an id twice");
            for record in &records {
                assert!(record.fields_are_known(), "{family}: {}", record.json());
                if ids.contains(record.id.as_str()) {
                    assert!((first..last).contains(&record.at), "{family} at {}: {}", record.at.iso(), record.json());
                }
            }
        }
    }
}

#[test]
fn an_attack_is_the_same_twice() {
    let world = worlds().swap_remove(0);
    for attack in all() {
        let lines = || {
            told(&world, attack.as_ref()).map(|(label, records)| {
                (label.events, records.iter().map(crate::record::Record::json).collect::<Vec<_>>())
            })
        };
        assert_eq!(lines(), lines(), "{}", attack.family());
    }
}

#[test]
fn families_are_named_in_kebab_case_and_once() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for attack in all() {
        *seen.entry(attack.family()).or_default() += 1;
        assert!(attack.family().chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'));
    }
    assert!(seen.values().all(|count| *count == 1), "{seen:?}");
}

#[test]
fn one_organisation_has_room_for_most_attacks() {
    for world in worlds() {
        let mut taken = Vec::new();
        let mut missing = Vec::new();
        for (turn, attack) in all().iter().enumerate() {
            let start = world.day(world.learn_days + 2).plus(i64::try_from(turn).unwrap() * 900);
            let mut story = Story::new(Dice::named(world.seed, attack.family()), taken.clone());
            if attack.act(&world, start, &mut story).is_none() {
                missing.push(attack.family());
                continue;
            }
            taken = story.end(format!("a{turn:02}"), attack.as_ref()).2;
        }
        assert!(missing.len() * 5 <= all().len(), "{} {}: {missing:?}", world.size.name(), world.profile.name());
    }
}

/// The calls a deployment sees, as its documentation lists them: `iam CreateUser`.
fn catalog() -> BTreeSet<String> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/calls.md")).expect("the calls");
    let named = |line: &str| {
        let mut cells = line.split('`');
        Some(format!("{} {}", cells.nth(1)?, cells.nth(1)?))
    };
    page.lines().filter(|line| line.starts_with("| `")).filter_map(named).collect()
}

#[test]
fn what_tells_is_a_call_a_deployment_sees() {
    let catalog = catalog();
    for world in worlds() {
        for attack in all() {
            let Some((label, records)) = told(&world, attack.as_ref()) else { continue };
            let Some(telling) = label.first_telling else { continue };
            let record = records.iter().find(|record| record.id == telling.event_id).expect("it is there");
            let body: serde_json::Value = serde_json::from_str(&record.json()).expect("a record is JSON");
            let service = body["eventSource"].as_str().unwrap_or_default().trim_end_matches(".amazonaws.com");
            let call = format!("{service} {}", body["eventName"].as_str().unwrap_or_default());
            assert!(catalog.contains(&call), "{}: {call}", attack.family());
        }
    }
}
