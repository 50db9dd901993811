//! Every fault at every outward call: after retries, or a redrive days later, the findings are those of a clean run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use trailwarden_fixtures::records::RecordBuilder;

use crate::deployment::Deployment;
use crate::intrusion::{after, before, intrusion};
use crate::lambda::{Delivery, Function};
use crate::left_behind::{at_stake, ledger_differs, watch_differs};
use crate::moment::Moment;
use crate::outside::Told;
use crate::table::block_on;
use crate::trial::{Again, DELIVERIES, Outcome, Run, hold, runs};

/// A run without faults, moment by moment.
struct Clean {
    events: Vec<Value>,
    /// How many of them are the intrusion, the others come after it.
    intrusion: usize,
    /// Before each event, and after the last.
    moments: Vec<Moment>,
    /// What a process asks while it starts.
    start: Vec<String>,
    /// What each event's delivery asks.
    calls: Vec<Vec<String>>,
}

impl Clean {
    fn run() -> Self {
        let deployment = block_on(Deployment::at(&Moment::default()));
        let (function, start) = deployment.start(None);
        let function = function.unwrap();
        let take = |event: &Value| {
            let (delivery, calls) = deployment.deliver(&function, event, None);
            assert_eq!(delivery, Delivery::Taken);
            calls
        };
        for record in before() {
            take(&record.event());
        }
        let intrusion: Vec<Value> = intrusion().iter().map(RecordBuilder::event).collect();
        let after = after().into_iter().map(|record| record.event());
        let mut clean = Self {
            intrusion: intrusion.len(),
            events: intrusion.into_iter().chain(after).collect(),
            moments: Vec::new(),
            start,
            calls: Vec::new(),
        };
        for event in &clean.events {
            clean.moments.push(block_on(deployment.moment()));
            clean.calls.push(take(event));
        }
        clean.moments.push(block_on(deployment.moment()));
        block_on(deployment.end());
        clean
    }

    fn outcome(&self, run: &Run) -> Outcome {
        let first = run.event.unwrap_or_default();
        let deployment = block_on(Deployment::at(&self.moments[first]));
        let mut function = match run.event {
            Some(_) => deployment.start(None).0,
            None => deployment.start(Some(run.planned())).0,
        };
        let event = &self.events[first];
        for attempt in 0..DELIVERIES {
            let fault = run.suffers(attempt).then(|| run.planned());
            let process = function.take().unwrap_or_else(|| started(&deployment));
            let (delivery, _) = deployment.deliver(&process, event, fault);
            match delivery {
                Delivery::Taken => {
                    function = Some(process);
                    break;
                }
                Delivery::GivenBack => function = Some(process),
                Delivery::Died => {}
            }
        }
        // What comes later may mend what was lost, and nobody knows when that is.
        let soon = (run.again == Again::AtOnce).then(|| block_on(deployment.moment()));
        let process = function.unwrap_or_else(|| started(&deployment));
        let until = if run.again == Again::AtOnce { self.intrusion } else { self.events.len() };
        let redriven = (run.again == Again::Redriven).then_some(event);
        for event in self.events[first + 1..until].iter().chain(redriven) {
            assert_eq!(deployment.deliver(&process, event, None).0, Delivery::Taken);
        }
        let suffered = deployment.outside.plan.suffered();
        let end = block_on(deployment.moment());
        block_on(deployment.end());
        let mut outcome = Outcome { suffered, ..compared(&self.moments[until], &end, run.again) };
        if let Some(soon) = soon {
            outcome.left_behind(&self.moments[first + 1], &soon);
        }
        outcome
    }
}

impl Outcome {
    /// Counts what is not in the ledger or not under watch as it should be.
    fn left_behind(&mut self, clean: &Moment, found: &Moment) {
        self.lost.extend(watch_differs(clean, found));
        let (lost, new) = ledger_differs(clean, found);
        self.lost.extend(lost);
        self.new.extend(new);
    }
}

pub(crate) fn started(deployment: &Deployment) -> Function {
    deployment.start(None).0.unwrap()
}

/// What is told last of each finding, by sink: its severity and whether it still stands.
fn last_told(told: &[Told]) -> BTreeMap<(&'static str, &str), (u64, &str, &str)> {
    let mut last: BTreeMap<(&'static str, &str), (u64, &str, &str)> = BTreeMap::new();
    for one in told {
        let state = (one.revision, one.severity.as_str(), one.status.as_str());
        let known = last.entry((one.sink, &one.id)).or_insert(state);
        *known = (*known).max(state);
    }
    last
}

/// What a run ended in: the findings as they stand, and as they were told last to each sink.
///
/// After a retry at once whoever was told in the clean run is told the same. After a redrive the notices on the way
/// may differ: what comes when its story is told already is told by the story, and no more by itself. So there
/// only what stands in the end as grave enough to be told must have been told so last. A story that begins earlier
/// than was known takes over, and the later one, resolved, names its heir ([0011]): that is no new finding. One
/// revision of a finding says one thing, however often it is told.
///
/// [0011]: ../../../../docs/decisions/0011-stories.md
fn compared(clean: &Moment, end: &Moment, again: Again) -> Outcome {
    let mut outcome = Outcome::default();
    let (wanted, found) = (clean.states(), end.states());
    for (id, state) in &wanted {
        match found.get(id) {
            None => outcome.lost.push(format!("{id} ({}) is not there", state.kind)),
            Some(other)
                if (&other.severity, &other.status, &other.events)
                    != (&state.severity, &state.status, &state.events) =>
            {
                outcome.lost.push(format!("{id} is {other:?} instead of {state:?}"));
            }
            Some(_) => {}
        }
    }
    for (id, state) in found.iter().filter(|(id, _)| !wanted.contains_key(*id)) {
        if state.gave_way_to_one_of(&wanted) {
            outcome.gave_way += 1;
        } else {
            outcome.new.push(format!("{id} {state:?}"));
        }
    }
    let told = last_told(&end.told);
    let grave =
        |id: &str| wanted.get(id).is_some_and(|state| ["MEDIUM", "HIGH", "CRITICAL"].contains(&&*state.severity));
    for ((sink, id), (_, severity, status)) in last_told(&clean.told) {
        if again == Again::Redriven && !grave(id) {
            continue;
        }
        match told.get(&(sink, id)) {
            Some((_, other, now)) if (*other, *now) == (severity, status) => {}
            other => outcome.lost.push(format!("{sink} was told of {id}: {other:?} instead of {severity} {status}")),
        }
    }
    outcome.new.extend(told.keys().filter(|(_, id)| !found.contains_key(*id)).map(|key| format!("told {key:?}")));
    let mut said: BTreeMap<(&str, &str, u64), &Value> = BTreeMap::new();
    for one in &end.told {
        if *said.entry((one.sink, &one.id, one.revision)).or_insert(&one.body) != &one.body {
            outcome.lost.push(format!("{} was told two things as {} revision {}", one.sink, one.id, one.revision));
        }
    }
    outcome.left_behind(clean, end);
    outcome
}

#[test]
fn whatever_call_fails_however_retries_and_redrives_end_in_the_findings_of_a_clean_run() {
    let clean = Clean::run();
    let told: BTreeSet<&str> = clean.moments[clean.intrusion].told.iter().map(|told| told.sink).collect();
    assert_eq!(told, BTreeSet::from(["chat", "hub queue", "mail"]));
    for (id, state) in clean.moments[clean.events.len()].states() {
        eprintln!("{id} {} {} {} {} events", state.kind, state.severity, state.status, state.events.len());
    }
    let stake = at_stake(&clean.moments[clean.events.len()]);
    eprintln!("in the ledger and under watch: {stake:?} findings, acts, days and keys");
    assert!(stake.into_iter().all(|count| count > 1), "{stake:?}");
    assert_eq!(ledger_differs(&clean.moments[clean.intrusion], &clean.moments[clean.intrusion]), Default::default());
    hold(runs(&clean.start, &clean.calls[..clean.intrusion]), |run| clean.outcome(run));
}
