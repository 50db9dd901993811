//! What holds of every organisation that is generated.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::*;
use crate::{
    record::Scribe,
    world::{Plan, Profile, Size},
};

/// A fortnight of a small organisation, four days of it for learning.
fn fortnight(seed: u64) -> Plan {
    Plan { days: 14, learn_days: 4, ..Plan::new(seed, Size::Small) }
}

/// A folder of its own for one test.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("trailwarden-evaluation-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// Every file below `folder`, by its path.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The records of one log file.
fn records(bytes: &[u8]) -> Vec<Value> {
    let length = u32::from_le_bytes(bytes[bytes.len() - 4..].try_into().unwrap());
    let mut text = vec![0; length as usize];
    libdeflater::Decompressor::new().gzip_decompress(bytes, &mut text).unwrap();
    let container: Value = serde_json::from_slice(&text).unwrap();
    container["Records"].as_array().unwrap().clone()
}

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let [first, again, other] = ["same", "again", "other"].map(folder);
    let told = generate(&fortnight(3), &first).unwrap();
    assert_eq!(told, generate(&fortnight(3), &again).unwrap());
    generate(&fortnight(4), &other).unwrap();
    assert!(files(&first) == files(&again));
    assert!(files(&first) != files(&other));
    for folder in [first, again, other] {
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn labels_name_records_that_are_there_in_files_sorted_by_time() {
    let out = folder("labels");
    let told = generate(&fortnight(5), &out).unwrap();
    let mut times = BTreeMap::new();
    for (path, bytes) in files(&out).into_iter().filter(|(path, _)| path.starts_with("AWSLogs")) {
        let records = records(&bytes);
        let at: Vec<&str> = records.iter().map(|record| record["eventTime"].as_str().unwrap()).collect();
        assert!(at.is_sorted(), "{} is not sorted", path.display());
        for record in &records {
            let id = record["eventID"].as_str().unwrap().to_owned();
            times.insert(id, record["eventTime"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(times.len(), told.records);
    let (attacks, oddities) = (lines(&out, "attacks.jsonl"), lines(&out, "oddities.jsonl"));
    assert_eq!((attacks.len(), oddities.len()), (told.attacks, told.oddities));
    assert!(!oddities.is_empty());
    let quiet_until = "2026-01-09T00:00:00Z";
    for label in attacks.iter().chain(&oddities) {
        for id in label["events"].as_array().unwrap() {
            assert!(times.contains_key(id.as_str().unwrap()), "{label}");
        }
    }
    for attack in &attacks {
        let events = attack["events"].as_array().unwrap();
        assert!(events.iter().all(|id| times[id.as_str().unwrap()].as_str() >= quiet_until), "{attack}");
        if let Some(telling) = attack["first_telling"].as_object() {
            assert!(events.contains(&telling["event_id"]), "{attack}");
        }
    }
    fs::remove_dir_all(out).unwrap();
}

#[test]
fn every_field_of_every_record_has_its_place_whatever_the_profile() {
    for profile in Profile::ALL {
        let plan = Plan { profile: Some(profile), days: 40, ..Plan::new(9, Size::Small) };
        let world = World::draw(&plan).unwrap();
        for mut actor in actors(&world) {
            let mut scribe = Scribe::new(world.dice(&actor.name()));
            for day in 1..=world.days {
                actor.live(&world, day, &mut scribe);
            }
            for record in scribe.take() {
                assert!(record.fields_are_known(), "{}", record.json());
            }
        }
    }
}

#[test]
fn actors_have_names_of_their_own() {
    let world = World::draw(&Plan::new(1, Size::Medium)).unwrap();
    let names: Vec<String> = actors(&world).iter().map(|actor| actor.name()).collect();
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
}

#[test]
fn sizes_are_about_what_they_say() {
    for (size, low, high, accounts) in
        [(Size::Small, 20, 40, 3), (Size::Medium, 90, 150, 8), (Size::Large, 300, 480, 25)]
    {
        for seed in 1..6 {
            let world = World::draw(&Plan::new(seed, size)).unwrap();
            assert!((low..=high).contains(&world.identities()), "{size:?} {seed}: {}", world.identities());
            assert_eq!(world.accounts.len(), accounts);
        }
    }
}

#[test]
fn seeds_differ_in_habits() {
    let worlds: Vec<World> = (0..6).map(|seed| World::draw(&Plan::new(seed, Size::Medium)).unwrap()).collect();
    let differ = |told: fn(&World) -> String| worlds.iter().map(told).collect::<BTreeSet<_>>().len();
    assert!(differ(|world| world.home.to_owned()) > 2);
    assert!(differ(|world| world.profile.name().to_owned()) > 2);
    assert!(differ(|world| world.people.iter().map(|person| person.rhythm.start).sum::<i64>().to_string()) == 6);
    assert!(differ(|world| world.workloads.iter().map(|workload| workload.every).sum::<i64>().to_string()) == 6);
}

#[test]
fn nothing_of_the_workspace_is_beneath() {
    let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let below = manifest.split_once("[dependencies]").unwrap().1;
    assert!(!below.contains("trailwarden") && !below.contains("path ="), "{below}");
}

#[test]
fn nobody_is_in_two_places_at_once() {
    for seed in 0..4 {
        let world = World::draw(&Plan::new(seed, Size::Medium)).unwrap();
        for person in &world.people {
            let sittings: Vec<_> = (1..=world.days).flat_map(|day| person.sittings(&world, day)).collect();
            for pair in sittings.windows(2) {
                assert!(pair[0].from <= pair[1].from || pair[0].day == pair[1].day, "{}", person.handle);
                let travels = pair[0].place.what == "hotel" || pair[1].place.what == "hotel";
                if travels && pair[0].place.what != pair[1].place.what {
                    let hours = pair[0].to.until(pair[1].from) / 3_600;
                    assert!(hours >= 3, "{} travels in {hours} hours", person.handle);
                }
            }
        }
    }
}
