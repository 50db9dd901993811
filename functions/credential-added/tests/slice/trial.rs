//! A trial: every fault at every outward call of some deliveries, run by run, and the table of what became of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use std::thread;

use crate::plan::{Fault, Place};

/// Set to run every fault at every call, and not only every fault at the first of each kind and some at the last.
const FULL: &str = "TRAILWARDEN_FAULTS";
/// Set to try only the calls whose kind has this in it.
const ONLY: &str = "TRAILWARDEN_FAULTS_OF";
/// What every delivery of an event suffers in the short form.
const REPEATED: [Fault; 3] = [Fault::Broken, Fault::LostAfter, Fault::KilledAfter];
/// How many deployments are tried at a time: each mostly waits.
const LANES: usize = 4;
/// How often Lambda delivers an event before it goes to the queue of failures.
pub(crate) const DELIVERIES: usize = 3;

/// How an event comes again after its fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Again {
    /// By Lambda's retry, before anything else happens.
    AtOnce,
    /// Every retry suffers the same, and what waits in the queue is redriven after other events.
    Redriven,
}

/// One run: which call of which event's delivery suffers what, and how the event comes again.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// None: of the start of the process that is to take the first event.
    pub(crate) event: Option<usize>,
    pub(crate) place: Place,
    pub(crate) fault: Fault,
    pub(crate) again: Again,
}

/// What a run ended in, against the clean one.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) suffered: usize,
    pub(crate) lost: Vec<String>,
    pub(crate) new: Vec<String>,
    pub(crate) gave_way: usize,
}

impl Run {
    /// Whether the nth delivery of its event suffers the fault.
    pub(crate) fn suffers(&self, attempt: usize) -> bool {
        self.event.is_some() && (attempt == 0 || self.again == Again::Redriven)
    }

    /// What is to befall which call.
    pub(crate) fn planned(&self) -> (Place, Fault) {
        (self.place.clone(), self.fault)
    }
}

/// Every place a fault can be put at, by the kind of call.
fn places(start: &[String], calls: &[Vec<String>]) -> BTreeMap<String, Vec<(Option<usize>, Place)>> {
    let mut all: BTreeMap<String, Vec<(Option<usize>, Place)>> = BTreeMap::new();
    let of_events = calls.iter().enumerate().map(|(event, calls)| (Some(event), calls.as_slice()));
    for (event, calls) in std::iter::once((None, start)).chain(of_events) {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for kind in calls {
            let nth = count.entry(kind).or_default();
            *nth += 1;
            all.entry(kind.clone()).or_default().push((event, Place { kind: kind.clone(), nth: *nth }));
        }
    }
    all
}

/// The runs for what a process asks while it starts, and for what each event's delivery asks.
pub(crate) fn runs(start: &[String], calls: &[Vec<String>]) -> Vec<Run> {
    let (every, only) = (std::env::var_os(FULL).is_some(), std::env::var(ONLY).unwrap_or_default());
    let mut runs = Vec::new();
    for (_, places) in places(start, calls).into_iter().filter(|(kind, _)| kind.contains(&only)) {
        for (number, (event, place)) in places.iter().enumerate() {
            let (first, last) = (number == 0, number + 1 == places.len());
            // A start has no event yet to come again, and no deadline.
            let starts = event.is_none();
            for fault in Fault::ALL.into_iter().filter(|fault| !(starts && fault.expires())) {
                for again in [Again::AtOnce, Again::Redriven] {
                    let short = if again == Again::AtOnce { first } else { last && REPEATED.contains(&fault) };
                    if (every || short) && !(starts && again == Again::Redriven) {
                        runs.push(Run { event: *event, place: place.clone(), fault, again });
                    }
                }
            }
        }
    }
    runs
}

/// Tries every run, some at a time, prints the tables, and fails where one lost or invented anything.
pub(crate) fn hold(runs: Vec<Run>, outcome: impl Fn(&Run) -> Outcome + Sync) {
    let waiting = Mutex::new(VecDeque::from(runs));
    let done = Mutex::new(Vec::new());
    thread::scope(|lanes| {
        for _ in 0..LANES {
            lanes.spawn(|| {
                while let Some(run) = { waiting.lock().unwrap().pop_front() } {
                    let outcome = outcome(&run);
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
    let wrong = done.iter().filter(|(_, outcome)| !outcome.lost.is_empty() || !outcome.new.is_empty()).count();
    assert_eq!(wrong, 0, "of {} runs so many lost or invented something", done.len());
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
