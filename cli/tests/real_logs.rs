//! Real logs nobody here wrote: what is found in them, and that no record is lost.
//!
//! They lie beside the repository and are never copied into it; where they are absent, these tests say so.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use program::{shared, trailwarden};
use serde_json::Value;

/// Findings a person should look at, and the events they cite.
fn serious(findings: &[Value]) -> Vec<&Value> {
    findings
        .iter()
        .filter(|finding| ["MEDIUM", "HIGH", "CRITICAL"].contains(&finding["severity"].as_str().unwrap()))
        .collect()
}

fn cited(findings: &[&Value]) -> BTreeSet<String> {
    findings
        .iter()
        .flat_map(|finding| finding["events"].as_array().unwrap())
        .map(|event| event["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_detonated_behaviour_of_the_three_techniques_is_found() {
    let Some(folder) = shared("invictus") else { return };
    let run = trailwarden(&["replay".as_ref(), "--format".as_ref(), "jsonl".as_ref(), folder.as_os_str()]);
    assert_eq!(run.status, 0, "{}", run.err);
    let findings = run.findings();
    let serious = serious(&findings);
    let cited = cited(&serious);
    let labels = fs::read_to_string(folder.join("labels.jsonl")).unwrap();
    let mut by_name: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for label in labels.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        if label["role"] == "detonation" {
            let counts = by_name.entry(label["eventName"].as_str().unwrap().to_owned()).or_default();
            counts.0 += 1;
            counts.1 += usize::from(cited.contains(label["eventID"].as_str().unwrap()));
        }
    }
    for name in ["GetSecretValue", "GetParameters", "GetPasswordData", "CreateAccessKey", "CreateLoginProfile"] {
        let (detonated, found) = by_name[name];
        assert!(found > 0, "{name}: none of {detonated} detonated events is cited");
    }
    assert!(serious.len() <= 12, "{} findings for one hour of one account", serious.len());
}

#[test]
fn terraforms_own_work_alone_is_hardly_a_finding() {
    let Some(folder) = shared("invictus") else { return };
    let run = trailwarden(&["replay".as_ref(), "--format".as_ref(), "jsonl".as_ref(), folder.as_os_str()]);
    let labels = fs::read_to_string(folder.join("labels.jsonl")).unwrap();
    let terraform: BTreeSet<String> = labels
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|label| label["role"] == "terraform-warmup-or-cleanup")
        .map(|label| label["eventID"].as_str().unwrap().to_owned())
        .collect();
    let findings = run.findings();
    let only_terraform: Vec<&str> = serious(&findings)
        .into_iter()
        .filter(|finding| {
            finding["events"].as_array().unwrap().iter().all(|event| terraform.contains(event["id"].as_str().unwrap()))
        })
        .map(|finding| finding["title"].as_str().unwrap())
        .collect();
    // One: a password for a user made a second before, on a day on which the same hand, with the same
    // program, also stopped a trail.
    assert!(only_terraform.len() <= 1, "{only_terraform:#?}");
}

#[track_caller]
fn reconciles(name: &str, arguments: &[&str]) {
    let Some(path) = shared(name) else { return };
    let mut all = vec!["replay".as_ref(), "--format".as_ref(), "jsonl".as_ref()];
    all.extend(arguments.iter().map(std::ffi::OsStr::new));
    all.push(path.as_os_str());
    let run = trailwarden(&all);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains(" records in "), "{}", run.err);
    assert!(!run.err.contains("do not reconcile"), "{}", run.err);
}

#[test]
fn every_record_of_odd_and_old_shapes_is_an_activity_out_of_scope_or_a_named_reject() {
    for arguments in [&[][..], &["--coverage", "wide"][..]] {
        reconciles("traildiscover/events.jsonl", arguments);
        reconciles("shapes/events.jsonl", arguments);
        reconciles("invictus", arguments);
    }
}
