//! A stage: one function between services of its own, tried with every fault at each call of each delivery.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::lambda::{Delivery, Function};
use crate::plan::{Fault, Place, Plan};
use crate::trial::{Again, DELIVERIES, Outcome, Run, hold, runs};

/// After how long Lambda ends an invocation whose time is to be up.
const UP: Duration = Duration::from_millis(600);

/// Where a function is tried.
pub(crate) trait Stage: Sized {
    /// Whether its events are ticks, which come again whether or not the last one was taken.
    const TICKS: bool;

    /// As it is before anything is delivered.
    fn set() -> Self;

    /// What is to befall the function's calls.
    fn plan(&self) -> &Plan;

    /// What the function is told by its environment.
    fn environment(&self) -> Vec<(&'static str, String)>;

    /// Lets the time between two deliveries pass.
    fn wait(&self) {}

    /// How much time an invocation is told to have, whose time is to be up.
    fn told(_event: &Value) -> Duration {
        UP
    }

    /// What stands in the end, by name.
    fn end(self) -> BTreeMap<String, String>;
}

/// A run without faults.
struct Clean<'a> {
    events: &'a [Value],
    start: Vec<String>,
    calls: Vec<Vec<String>>,
    end: BTreeMap<String, String>,
}

fn start<S: Stage>(stage: &S, fault: Option<(Place, Fault)>) -> (Option<Function>, Vec<String>) {
    stage.plan().begin(fault);
    // What a planned fault makes it log says nothing.
    let function = Function::launch(&stage.environment(), Stdio::null());
    stage.plan().by(function.process());
    let ready = function.is_ready();
    (ready.then_some(function), stage.plan().end())
}

fn started<S: Stage>(stage: &S) -> Function {
    start(stage, None).0.unwrap()
}

fn deliver<S: Stage>(
    stage: &S,
    function: &Function,
    event: &Value,
    fault: Option<(Place, Fault)>,
) -> (Delivery, Vec<String>) {
    let expires = fault.as_ref().is_some_and(|(_, fault)| fault.expires());
    stage.plan().begin(fault);
    stage.plan().by(function.process());
    let attempted =
        if expires { function.attempt_until(event, S::told(event), UP) } else { function.attempt(event, None) };
    let (delivery, _) = attempted;
    (delivery, stage.plan().end())
}

impl<'a> Clean<'a> {
    fn run<S: Stage>(events: &'a [Value]) -> Self {
        let stage = S::set();
        let (function, start) = start(&stage, None);
        let function = function.unwrap();
        let calls = events.iter().map(|event| {
            stage.wait();
            let (delivery, calls) = deliver(&stage, &function, event, None);
            assert_eq!(delivery, Delivery::Taken);
            calls
        });
        let calls = calls.collect();
        drop(function);
        Self { events, start, calls, end: stage.end() }
    }

    fn outcome<S: Stage>(&self, run: &Run) -> Outcome {
        let stage = S::set();
        let mut function = match run.event {
            Some(_) => start(&stage, None).0,
            None => start(&stage, Some(run.planned())).0,
        };
        for (nth, event) in self.events.iter().enumerate() {
            let struck = run.event == Some(nth);
            let mut taken = false;
            for attempt in 0..DELIVERIES {
                stage.wait();
                let process = function.take().unwrap_or_else(|| started(&stage));
                let fault = (struck && run.suffers(attempt)).then(|| run.planned());
                let (delivery, _) = deliver(&stage, &process, event, fault);
                function = (delivery != Delivery::Died).then_some(process);
                taken |= delivery == Delivery::Taken;
                let ticks_on = S::TICKS && struck && run.again == Again::Redriven;
                if taken && !ticks_on {
                    break;
                }
            }
            assert!(taken || (struck && run.again == Again::Redriven), "{run:?} was never over");
        }
        let suffered = stage.plan().suffered();
        if let (Some(nth), Again::Redriven) = (run.event, run.again) {
            stage.wait();
            let process = function.unwrap_or_else(|| started(&stage));
            assert_eq!(deliver(&stage, &process, &self.events[nth], None).0, Delivery::Taken);
        }
        Outcome { suffered, ..self.compared(&stage.end()) }
    }

    fn compared(&self, end: &BTreeMap<String, String>) -> Outcome {
        let mut outcome = Outcome::default();
        for (name, wanted) in &self.end {
            let found = end.get(name);
            if found != Some(wanted) {
                outcome.lost.push(format!("{name} is {found:?} instead of {wanted}"));
            }
        }
        outcome.new = end.keys().filter(|name| !self.end.contains_key(*name)).cloned().collect();
        outcome
    }
}

/// Tries a function with every fault at each call it makes for these events: what stands in the end is as in a clean run.
pub(crate) fn withstands<S: Stage>(events: &[Value]) {
    let clean = Clean::run::<S>(events);
    for (name, state) in &clean.end {
        eprintln!("{name}: {}", state.chars().take(160).collect::<String>());
    }
    hold(runs(&clean.start, &clean.calls), |run| clean.outcome::<S>(run));
}
