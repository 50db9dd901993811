//! Every fault at every outward call: after retries, or a redrive days later, the findings are those of a clean run.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use std::thread;

use serde_json::Value;
use trailwarden_fixtures::records::RecordBuilder;

use crate::deployment::{Deployment, Moment};
use crate::intrusion::{after, before, intrusion};
use crate::lambda::{Delivery, Function};
use crate::outside::Told;
use crate::plan::{Fault, Place};

/// Set to run every fault at every call, and not only at the first and last of each kind.
const FULL: &str = "TRAILWARDEN_FAULTS";
/// How many deployments are tried at a time: each mostly waits.
const LANES: usize = 4;
/// How often Lambda delivers an event before it goes to the queue of failures.
const DELIVERIES: usize = 3;

/// How an event comes again after its fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Again {
    /// By Lambda's retry, before anything else happens.
    AtOnce,
    /// Every retry suffers the same, and what waits in the queue is redriven after three days of other events.
    Redriven,
}

/// One run: which call of which event's delivery suffers what, and how the event comes again.
#[derive(Debug, Clone)]
struct Run {
    /// None: of the start of the process that is to judge the first event.
    event: Option<usize>,
    place: Place,
    fault: Fault,
    again: Again,
}

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

/// What a run ended in, against the clean one.
#[derive(Debug, Default)]
struct Outcome {
    suffered: usize,
    lost: Vec<String>,
    new: Vec<String>,
    gave_way: usize,
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
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

    /// Every place a fault can be put at, by the kind of call.
    fn places(&self) -> BTreeMap<String, Vec<(Option<usize>, Place)>> {
        let mut all: BTreeMap<String, Vec<(Option<usize>, Place)>> = BTreeMap::new();
        let of_events = self.calls.iter().take(self.intrusion).enumerate().map(|(event, calls)| (Some(event), calls));
        for (event, calls) in std::iter::once((None, &self.start)).chain(of_events) {
            let mut count: BTreeMap<&str, usize> = BTreeMap::new();
            for kind in calls {
                let nth = count.entry(kind).or_default();
                *nth += 1;
                all.entry(kind.clone()).or_default().push((event, Place { kind: kind.clone(), nth: *nth }));
            }
        }
        all
    }

    fn runs(&self, every: bool) -> Vec<Run> {
        let mut runs = Vec::new();
        for places in self.places().into_values() {
            for (number, (event, place)) in places.iter().enumerate() {
                let (first, last) = (number == 0, number + 1 == places.len());
                // A start has no event yet to come again, and no deadline.
                let starts = event.is_none();
                for fault in Fault::ALL.into_iter().filter(|fault| !(starts && fault.expires())) {
                    for again in [Again::AtOnce, Again::Redriven] {
                        let short = if again == Again::AtOnce { first } else { last };
                        if (every || short) && !(starts && again == Again::Redriven) {
                            runs.push(Run { event: *event, place: place.clone(), fault, again });
                        }
                    }
                }
            }
        }
        runs
    }
}

impl Run {
    fn outcome(&self, clean: &Clean) -> Outcome {
        let first = self.event.unwrap_or_default();
        let deployment = block_on(Deployment::at(&clean.moments[first]));
        let fault = Some((self.place.clone(), self.fault));
        let mut function = match self.event {
            Some(_) => deployment.start(None).0,
            None => deployment.start(fault.clone()).0,
        };
        let event = &clean.events[first];
        for attempt in 0..DELIVERIES {
            let suffers = self.event.is_some() && (attempt == 0 || self.again == Again::Redriven);
            let process = function.take().unwrap_or_else(|| started(&deployment));
            let (delivery, _) = deployment.deliver(&process, event, fault.clone().filter(|_| suffers));
            match delivery {
                Delivery::Taken => {
                    function = Some(process);
                    break;
                }
                Delivery::GivenBack => function = Some(process),
                Delivery::Died => {}
            }
        }
        let process = function.unwrap_or_else(|| started(&deployment));
        let until = if self.again == Again::AtOnce { clean.intrusion } else { clean.events.len() };
        let redriven = (self.again == Again::Redriven).then_some(event);
        for event in clean.events[first + 1..until].iter().chain(redriven) {
            assert_eq!(deployment.deliver(&process, event, None).0, Delivery::Taken);
        }
        let suffered = deployment.outside.plan.suffered();
        let end = block_on(deployment.moment());
        block_on(deployment.end());
        Outcome { suffered, ..compared(&clean.moments[until], &end, self.again) }
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
    outcome
}

/// A row for each kind of call, a column for each fault: how many runs, how many of them lost or invented anything.
fn print(again: Again, done: &[(Run, Outcome)]) {
    let of: Vec<&(Run, Outcome)> = done.iter().filter(|(run, _)| run.again == again).collect();
    let kinds: BTreeSet<&str> = of.iter().map(|(run, _)| run.place.kind.as_str()).collect();
    eprintln!("\n{again:?}: runs/lost/new");
    eprintln!("| call | {} |", Fault::ALL.map(Fault::name).join(" | "));
    eprintln!("|---|{}", "---:|".repeat(Fault::ALL.len()));
    let cell = |kind: Option<&str>, fault: Fault| {
        let these: Vec<&Outcome> = of
            .iter()
            .filter(|(run, _)| kind.is_none_or(|kind| run.place.kind == kind) && run.fault == fault)
            .map(|(_, outcome)| outcome)
            .collect();
        let lost = these.iter().filter(|outcome| !outcome.lost.is_empty()).count();
        let new = these.iter().filter(|outcome| !outcome.new.is_empty()).count();
        if these.is_empty() { "–".to_owned() } else { format!("{}/{lost}/{new}", these.len()) }
    };
    for kind in kinds.into_iter().map(Some).chain([None]) {
        let cells = Fault::ALL.map(|fault| cell(kind, fault));
        eprintln!("| {} | {} |", kind.unwrap_or("all"), cells.join(" | "));
    }
    let gave_way: usize = of.iter().map(|(_, outcome)| outcome.gave_way).sum();
    let unreached = of.iter().filter(|(_, outcome)| outcome.suffered == 0).count();
    eprintln!("{} runs, {unreached} whose call was not made; {gave_way} stories gave way to an earlier one", of.len());
}

#[test]
fn whatever_call_fails_however_retries_and_redrives_end_in_the_findings_of_a_clean_run() {
    let clean = Clean::run();
    let told: BTreeSet<&str> = clean.moments[clean.intrusion].told.iter().map(|told| told.sink).collect();
    assert_eq!(told, BTreeSet::from(["chat", "hub queue", "mail"]));
    for (id, state) in clean.moments[clean.events.len()].states() {
        eprintln!("{id} {} {} {} {} events", state.kind, state.severity, state.status, state.events.len());
    }
    let runs = clean.runs(std::env::var_os(FULL).is_some());
    let waiting = Mutex::new(VecDeque::from(runs));
    let done = Mutex::new(Vec::new());
    thread::scope(|lanes| {
        for _ in 0..LANES {
            lanes.spawn(|| {
                while let Some(run) = { waiting.lock().unwrap().pop_front() } {
                    let outcome = run.outcome(&clean);
                    if !outcome.lost.is_empty() || !outcome.new.is_empty() {
                        eprintln!("\n{run:?}\n  lost {:#?}\n  new {:#?}", outcome.lost, outcome.new);
                    }
                    done.lock().unwrap().push((run, outcome));
                }
            });
        }
    });
    let done = done.into_inner().unwrap();
    print(Again::AtOnce, &done);
    print(Again::Redriven, &done);
    let wrong: Vec<&(Run, Outcome)> =
        done.iter().filter(|(_, outcome)| !outcome.lost.is_empty() || !outcome.new.is_empty()).collect();
    assert!(wrong.is_empty(), "{} of {} runs lost or invented a finding", wrong.len(), done.len());
}
