//! Every fault at every call to Security Hub: what the queue delivers again, or a redrive days later, ends as a clean run.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trailwarden_model::{Finding, Status};

use crate::hub::{CALL, Hub};
use crate::lambda::Delivery;
use crate::path::{batch, finding, start};
use crate::plan::{Fault, Place, Plan};

/// How many findings wait: they take two calls.
const FINDINGS: usize = 104;
/// How often the queue delivers a message before it goes to the queue of failures.
const RECEIVES: usize = 3;

/// A finding as Security Hub shows it: what came with the latest `UpdatedAt`, for it ignores anything older.
fn shown(hub: &Hub) -> BTreeMap<String, Value> {
    let mut shown: BTreeMap<String, Value> = BTreeMap::new();
    for finding in hub.imported() {
        let at = |finding: &Value| finding["UpdatedAt"].as_str().unwrap().to_owned();
        let known = shown.entry(finding["Id"].as_str().unwrap().to_owned()).or_insert_with(|| finding.clone());
        if at(known) < at(&finding) {
            *known = finding;
        }
    }
    shown
}

/// The first findings, and later revisions of some of them.
fn waiting() -> (Vec<Finding>, Vec<Finding>) {
    let first: Vec<Finding> = (0..FINDINGS).map(|nth| finding(&nth.to_string())).collect();
    let later = first.iter().step_by(10).map(|finding| Finding {
        revision: finding.revision + 1,
        updated_at: finding.updated_at + jiff::SignedDuration::from_hours(72),
        status: Status::Resolved,
        ..finding.clone()
    });
    let later = later.collect();
    (first, later)
}

/// Delivers messages as the queue does: those that failed again, at most so often. Answers what is left of them.
fn deliver(
    hub: &Hub,
    plan: &Plan,
    findings: &[Finding],
    suffers: impl Fn(usize) -> Option<(Place, Fault)>,
) -> Vec<Finding> {
    let mut left = findings.to_vec();
    for receive in 0..RECEIVES {
        if left.is_empty() {
            break;
        }
        plan.begin(suffers(receive));
        let function = start(hub, "1");
        plan.by(function.process());
        let bodies = left.iter().map(|finding| json!({ "finding": finding }).to_string());
        let (delivery, answer) = function.attempt(&batch(bodies), None);
        plan.end();
        // Who did not answer has failed with all of them.
        if delivery != Delivery::Taken {
            continue;
        }
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let failed = answer["batchItemFailures"].as_array().unwrap().iter();
        let failed = failed.map(|item| item["itemIdentifier"].as_str().unwrap()[1..].parse::<usize>().unwrap());
        left = failed.map(|nth| left[nth].clone()).collect();
    }
    left
}

#[test]
fn whatever_a_call_to_security_hub_suffers_every_finding_is_shown_in_its_last_state() {
    let (first, later) = waiting();
    let run = |fault: Option<(usize, Fault)>, exhausted: bool| {
        let plan = Plan::default();
        let hub = Hub::behind(plan.clone());
        let suffers = |receive: usize| {
            let (nth, fault) = fault.filter(|_| receive == 0 || exhausted)?;
            Some((Place { kind: CALL.to_owned(), nth }, fault))
        };
        let failed = deliver(&hub, &plan, &first, suffers);
        assert_eq!(deliver(&hub, &plan, &later, |_| None), []);
        let redriven = failed.len();
        // Days later, after what is newer.
        assert_eq!(deliver(&hub, &plan, &failed, |_| None), []);
        let suffered = plan.suffered();
        (shown(&hub), redriven, suffered)
    };
    let (clean, ..) = run(None, false);
    assert_eq!(clean.len(), FINDINGS);
    eprintln!("| {CALL} | runs | lost | new | redriven |\n|---|---:|---:|---:|---:|");
    // A function whose time is up is killed by Lambda: it has nothing to give back by itself.
    for fault in Fault::ALL.into_iter().filter(|fault| !fault.expires()) {
        let (mut runs, mut lost, mut new, mut redriven) = (0, 0, 0, 0);
        for nth in 1..=2 {
            for exhausted in [false, true] {
                let (found, late, suffered) = run(Some((nth, fault)), exhausted);
                assert!(suffered > 0, "call {nth} is made");
                runs += 1;
                redriven += late;
                lost += clean.iter().filter(|(id, state)| found.get(*id) != Some(*state)).count();
                new += found.keys().filter(|id| !clean.contains_key(*id)).count();
            }
        }
        eprintln!("| {} | {runs} | {lost} | {new} | {redriven} |", fault.name());
        assert_eq!((lost, new), (0, 0), "{fault:?}");
    }
}
