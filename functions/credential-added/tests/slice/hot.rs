//! A hot identity, many processes at a time: shuffled, redelivered and killed, they find what one pipeline finds in order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex};
use std::thread;

use trailwarden_detectors::Settings;
use trailwarden_detectors::memory::{Baseline, Dimension, Observation, Subject};
use trailwarden_fixtures::{Heard, ReferenceStore};
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Finding, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read, Remembering, Store};

use crate::deployment::Deployment;
use crate::every_fault::started;
use crate::hot_identity::{event, is_theft, moment, settled};
use crate::lambda::Delivery;
use crate::left_behind::WATCHED;
use crate::moment::{Moment, State, States};
use crate::plan::{Fault, Place};
use crate::table::block_on;

/// How many events the dense life has, and how many processes deal with them.
const EVENTS: (&str, usize) = ("TRAILWARDEN_HOT_EVENTS", 500);
const PROCESSES: (&str, usize) = ("TRAILWARDEN_HOT_PROCESSES", 6);
/// Within how many seconds of event time the order is shuffled.
const SHUFFLED: usize = 15 * 60;
/// One delivery in so many has its process killed after a write; of the thief's, every other.
const KILLED: usize = 150;
/// After how many other deliveries Lambda tries again.
const LATER: usize = 40;
/// The writes a process is killed after, in turn.
const WRITES: [&str; 7] = [
    "UpdateItem: learn",
    "UpdateItem: learn, second look",
    "UpdateItem: keep an episode",
    "UpdateItem: weave a thread",
    "UpdateItem: mark as told",
    "Publish mail",
    "SendMessage hub queue",
];

fn number((name, otherwise): (&str, usize)) -> usize {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

/// Numbers without order, always the same.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % bound
    }
}

/// One delivery of an event, and after which write its process is killed.
#[derive(Debug, Clone)]
struct Parcel {
    event: usize,
    attempt: u32,
    killed: Option<Place>,
}

/// Every delivery: a fifth of the events twice, each up to a quarter of an hour late.
fn parcels(events: usize) -> VecDeque<Parcel> {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let mut all: Vec<(i64, Parcel)> = Vec::new();
    let mut kills = 0;
    for event in 0..events {
        for copy in 0..2 {
            if copy == 1 && dice.below(5) > 0 {
                continue;
            }
            let late = i64::try_from(dice.below(SHUFFLED)).unwrap();
            let rare = if is_theft(event, events) { 2 } else { KILLED };
            let killed = (dice.below(rare) == 0).then(|| {
                kills += 1;
                Place { kind: WRITES[kills % WRITES.len()].to_owned(), nth: 1 + dice.below(2) }
            });
            all.push((moment(event).as_second() + late, Parcel { event, attempt: 0, killed }));
        }
    }
    all.sort_by_key(|(arrives, parcel)| (*arrives, parcel.event));
    all.into_iter().map(|(_, parcel)| parcel).collect()
}

/// What became of all deliveries.
#[derive(Debug, Default)]
struct Tally {
    sent: usize,
    taken: usize,
    given_back: usize,
    died: usize,
    most_attempts: u32,
    calls: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Road {
    waiting: Mutex<(VecDeque<Parcel>, usize)>,
    changed: Condvar,
    tally: Mutex<Tally>,
}

impl Road {
    /// The next delivery; none once everything was taken.
    fn next(&self) -> Option<Parcel> {
        let open = |(waiting, under_way): &mut (VecDeque<Parcel>, usize)| waiting.is_empty() && *under_way > 0;
        let mut all = self.changed.wait_while(self.waiting.lock().unwrap(), open).unwrap();
        let parcel = all.0.pop_front()?;
        all.1 += 1;
        Some(parcel)
    }

    fn done(&self, again: Option<Parcel>) {
        let mut all = self.waiting.lock().unwrap();
        all.1 -= 1;
        if let Some(parcel) = again {
            let place = LATER.min(all.0.len());
            all.0.insert(place, parcel);
        }
        self.changed.notify_all();
    }

    /// One process after another, each until it is killed or everything was taken.
    fn work(&self, deployment: &Deployment, events: usize) {
        let mut function = None;
        while let Some(mut parcel) = self.next() {
            let process = function.take().unwrap_or_else(|| started(deployment));
            let fault = parcel.killed.take().map(|place| (place, Fault::KilledAfter));
            let (delivery, calls) = deployment.deliver(&process, &event(parcel.event, events).event(), fault);
            let mut tally = self.tally.lock().unwrap();
            tally.sent += 1;
            if tally.sent.is_multiple_of(5000) {
                eprintln!("{} deliveries", tally.sent);
            }
            parcel.attempt += 1;
            tally.most_attempts = tally.most_attempts.max(parcel.attempt);
            for call in calls {
                *tally.calls.entry(call).or_default() += 1;
            }
            match delivery {
                Delivery::Taken => tally.taken += 1,
                Delivery::GivenBack => tally.given_back += 1,
                Delivery::Died => tally.died += 1,
            }
            drop(tally);
            if delivery != Delivery::Died {
                function = Some(process);
            }
            self.done((delivery != Delivery::Taken).then_some(parcel));
        }
    }
}

/// The pipeline without AWS, in order of time: what it finds, and what it remembers.
fn in_order(events: usize) -> (States, Pipeline<Remembering<ReferenceStore>, Heard>) {
    let pipeline = Pipeline {
        store: Remembering::of(ReferenceStore::default()),
        publisher: Heard::default(),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() };
    let read = |bytes: Vec<u8>| -> Box<Activity> {
        match intake.read(&bytes) {
            Read::Activity(activity) => activity,
            other => panic!("not an activity: {other:?}"),
        }
    };
    for record in settled() {
        block_on(pipeline.judge(&read(record.bytes()))).unwrap();
    }
    for nth in 0..events {
        block_on(pipeline.judge(&read(event(nth, events).bytes()))).unwrap();
    }
    let states = pipeline.publisher.findings().values().map(state).collect();
    (states, pipeline)
}

fn state(finding: &Finding) -> (String, State) {
    let state = State {
        kind: finding.kind.clone(),
        severity: finding.severity.name().to_owned(),
        status: format!("{:?}", finding.status).to_uppercase(),
        events: finding.events.iter().map(|event| event.id.as_str().to_owned()).collect(),
        related: finding.related.iter().map(ToString::to_string).collect(),
    };
    (finding.id.to_string(), state)
}

/// Every subject of the hot life, and what a store remembers of each.
async fn remembered<S: Store>(store: &S, subjects: &[Subject]) -> BTreeMap<Subject, Baseline> {
    let time = moment(0);
    let ask = |subject: &Subject| Observation { subject: subject.clone(), time, act: String::new(), seen: Vec::new() };
    let asked: Vec<Observation> = subjects.iter().map(ask).collect();
    let known = store.exchange(&asked).await.unwrap();
    known.into_iter().map(|(subject, baseline)| (subject, (*baseline).clone())).collect()
}

/// The days of every value of every dimension: what is written whatever process it comes through.
fn days(baseline: &Baseline) -> String {
    let mut text = format!("{:?}\n", baseline.days());
    for dimension in Dimension::ALL {
        for (value, days) in baseline.values(dimension) {
            text.push_str(&format!("{dimension:?} {value}: {days:?}\n"));
        }
    }
    text
}

/// How many subjects a deployment remembers, and of which other days than the pipeline in order.
///
/// Compared are the days of each subject and of each value of each dimension. Of the trace a function writes what
/// is not said already (0014), which depends on what its process has heard, so its entries are not compared; nor
/// are threads, which name the findings that are compared themselves.
fn forgotten(end: &Moment, found: &impl Store, wanted: &impl Store) -> (usize, Vec<String>) {
    let ids = end.items.iter().filter_map(|item| item.get("id")?.as_s().ok());
    // Which keys are under watch is no subject's memory: the pipeline knows nothing of it.
    let subjects = ids.filter(|id| !id.starts_with("finding/") && !id.starts_with("thread/") && *id != WATCHED);
    let subjects: Vec<Subject> = subjects.map(|id| Subject::from_stored(id)).collect();
    let (wanted, found) = (block_on(remembered(wanted, &subjects)), block_on(remembered(found, &subjects)));
    let known = |from: &BTreeMap<Subject, Baseline>, subject: &Subject| from.get(subject).map(days);
    let otherwise = subjects.iter().filter(|subject| known(&wanted, subject) != known(&found, subject));
    let told = otherwise.map(|subject| {
        let (found, wanted) = (known(&found, subject), known(&wanted, subject));
        format!("{}: {} instead of {}", subject.as_str(), found.unwrap_or_default(), wanted.unwrap_or_default())
    });
    (subjects.len(), told.collect())
}

/// What differs between two states of all findings, and how many of the owner's own acts are cited otherwise.
///
/// Ids, severities, whether they stand, and which acts of the thief they cite must be the same, but for a story
/// that gave way to one that begins earlier. Which of the owner's
/// acts are strange enough to be cited beside them depends on what was at hand when each was judged: a copy may be
/// two hours old ([0014]), and a trace of more than 512 acts forgets by what was written ([0004]).
///
/// [0004]: ../../../../docs/decisions/0004-memory-is-a-set-of-days.md
/// [0014]: ../../../../docs/decisions/0014-asking-only-for-news.md
fn differences(wanted: &States, found: &States, events: usize) -> (Vec<String>, usize) {
    let stolen = |state: &State| -> BTreeSet<String> {
        let thefts = (0..events).filter(|nth| is_theft(*nth, events)).map(|nth| format!("e{nth}"));
        thefts.filter(|id| state.events.contains(id)).collect()
    };
    let (mut all, mut owners) = (Vec::new(), 0);
    for (id, state) in wanted {
        match found.get(id) {
            Some(other)
                if (&state.severity, &state.status, stolen(state))
                    == (&other.severity, &other.status, stolen(other)) =>
            {
                owners += state.events.difference(&other.events).count();
            }
            other => all.push(format!("{id} is {other:?} instead of {state:?}")),
        }
    }
    let new = found.iter().filter(|(id, state)| !wanted.contains_key(*id) && !state.gave_way_to_one_of(wanted));
    all.extend(new.map(|(id, state)| format!("{id} is new: {state:?}")));
    (all, owners)
}

#[test]
fn many_processes_on_one_hot_identity_find_and_remember_what_one_pipeline_does_in_order() {
    let (events, processes) = (number(EVENTS), number(PROCESSES));
    let alone = thread::spawn(move || in_order(events));
    let deployment = block_on(Deployment::at(&Moment::default()));
    let first = started(&deployment);
    for record in settled() {
        assert_eq!(deployment.deliver(&first, &record.event(), None).0, Delivery::Taken);
    }
    drop(first);
    let parcels = parcels(events);
    let (parcels_count, planned) = (parcels.len(), parcels.iter().filter(|parcel| parcel.killed.is_some()).count());
    let road = Road { waiting: Mutex::new((parcels, 0)), changed: Condvar::new(), tally: Mutex::default() };
    thread::scope(|all| {
        for _ in 0..processes {
            let beside = deployment.beside();
            let road = &road;
            all.spawn(move || road.work(&beside, events));
        }
    });
    let tally = road.tally.into_inner().unwrap();
    eprintln!("{events} events, {parcels_count} deliveries by {processes} processes, {planned} to be killed");
    eprintln!("{tally:#?}");
    assert_eq!(tally.taken, parcels_count, "each delivery was taken in the end");
    assert_eq!(tally.sent, tally.taken + tally.given_back + tally.died);

    let (wanted, pipeline) = alone.join().unwrap();
    let end = block_on(deployment.moment());
    let (differences, owners) = differences(&wanted, &end.states(), events);
    eprintln!("{} findings, {} differ; {owners} acts of the owner cited otherwise", wanted.len(), differences.len());
    for difference in differences.iter().take(20) {
        eprintln!("  {difference}");
    }
    let (subjects, forgotten) = forgotten(&end, &deployment.store(), pipeline.store.inner());
    eprintln!("{subjects} subjects remembered, {} otherwise", forgotten.len());
    assert_eq!(forgotten, Vec::<String>::new(), "no update is lost");
    assert!(differences.is_empty(), "{} findings differ", differences.len());
    block_on(deployment.end());
}
