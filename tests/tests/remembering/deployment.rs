//! A deployment in one process: each function's warm processes, which remember, end and start cold, over one memory.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use trailwarden_detectors::memory::Observation;
use trailwarden_detectors::{Recalled, Settings};
use trailwarden_fixtures::ReferenceStore;
use trailwarden_model::aws::catalog::find;
use trailwarden_model::{Activity, Finding, FindingId, Severity};
use trailwarden_pipeline::{Episode, Failure, Pipeline, PipelineError, Publisher, Remembering, Store, Verdict};

use crate::counting::Counting;

/// The memory all processes share.
pub(crate) type Memory = Arc<Counting<ReferenceStore>>;

/// What was told by all processes together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Heard>>);

/// Every finding in its last state, and each notice with the id of the event it was sent at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Heard {
    now: String,
    pub(crate) findings: BTreeMap<FindingId, Finding>,
    pub(crate) notices: Vec<(String, Finding)>,
}

impl Told {
    fn with<T>(&self, act: impl FnOnce(&mut Heard) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Says which event is being dealt with.
    pub(crate) fn at(&self, activity: &Activity) {
        self.with(|heard| activity.id.as_str().clone_into(&mut heard.now));
    }

    /// What was heard.
    pub(crate) fn heard(&self) -> Heard {
        self.with(|heard| heard.clone())
    }
}

impl Publisher for Told {
    type Error = Infallible;

    async fn publish(&self, finding: &Finding) -> Result<(), Infallible> {
        self.with(|heard| heard.notices.push((heard.now.clone(), finding.clone())));
        Ok(())
    }

    async fn follow(&self, finding: &Finding) -> Result<(), Infallible> {
        self.with(|heard| heard.findings.insert(finding.id.clone(), finding.clone()));
        Ok(())
    }
}

/// The process ended while it dealt with an event.
#[derive(Debug, thiserror::Error)]
#[error("the process ended")]
pub(crate) struct Ended;

impl Failure for Ended {
    fn is_retryable(&self) -> bool {
        true
    }
}

/// The memory as one process reaches it, while it lives.
#[derive(Debug)]
struct Mortal {
    memory: Memory,
    /// How many requests it still makes.
    left: AtomicUsize,
}

impl Mortal {
    fn live(&self) -> Result<(), Ended> {
        let one_less = |left: usize| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).map(drop).map_err(|_| Ended)
    }
}

impl Store for Mortal {
    type Error = Ended;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Ended> {
        self.live()?;
        let Ok(recalled) = self.memory.exchange(observations).await;
        Ok(recalled)
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, Ended> {
        self.live()?;
        let Ok(episodes) = self.memory.episodes(ids).await;
        Ok(episodes)
    }

    async fn keep(&self, episode: &Arc<Episode>, read_revision: Option<u32>) -> Result<bool, Ended> {
        self.live()?;
        let Ok(kept) = self.memory.keep(episode, read_revision).await;
        Ok(kept)
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Ended> {
        self.live()?;
        let Ok(()) = self.memory.mark_told(id, revision).await;
        Ok(())
    }
}

/// How processes fare.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fortune {
    /// How many of each function are warm; an event goes to any of them.
    pub(crate) processes: usize,
    /// One event in so many ends a process: every other time while it deals with it.
    pub(crate) ends_at_one_in: Option<u32>,
    /// One event in so many is delivered again: at once to another process, or some events later.
    pub(crate) again_one_in: Option<u32>,
    /// After how long without an event a process ends.
    pub(crate) idle: SignedDuration,
    /// After how long it ends at the latest.
    pub(crate) old: SignedDuration,
}

impl Fortune {
    /// As Lambda is taken to do with little to do: one process, ended after ten idle minutes or two hours.
    pub(crate) const CALM: Self = Self {
        processes: 1,
        ends_at_one_in: None,
        again_one_in: None,
        idle: SignedDuration::from_mins(10),
        old: SignedDuration::from_hours(2),
    };
    /// Three of each, which live until they are ended, so that copies grow as old as they may.
    pub(crate) const ROUGH: Self = Self {
        processes: 3,
        ends_at_one_in: Some(100),
        again_one_in: Some(20),
        idle: SignedDuration::MAX,
        old: SignedDuration::MAX,
    };
}

/// A warm process.
struct Process {
    pipeline: Pipeline<Remembering<Mortal>, Told>,
    began: Timestamp,
    last: Timestamp,
}

/// What happened to the processes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fate {
    /// How many started cold.
    pub(crate) started: usize,
    /// How many ended while they dealt with an event.
    pub(crate) ended_within: usize,
    /// How many events were delivered again.
    pub(crate) again: usize,
}

/// All processes, the memory they share, and what they told.
pub(crate) struct Deployment {
    pub(crate) memory: Memory,
    pub(crate) told: Told,
    pub(crate) fate: Fate,
    fortune: Fortune,
    dice: ChaCha8Rng,
    warm: BTreeMap<(&'static str, usize), Process>,
}

impl Deployment {
    pub(crate) fn new(fortune: Fortune, seed: u64) -> Self {
        Self {
            memory: Arc::new(Counting::of(ReferenceStore::default())),
            told: Told::default(),
            fate: Fate::default(),
            fortune,
            dice: ChaCha8Rng::seed_from_u64(seed),
            warm: BTreeMap::new(),
        }
    }

    /// Every process ends.
    pub(crate) fn end_all(&mut self) {
        self.warm.clear();
    }

    fn falls(&mut self, one_in: Option<u32>) -> bool {
        one_in.is_some_and(|many| self.dice.random_ratio(1, many))
    }

    /// Delivers an event, until a process has dealt with it; sometimes one ends before or meanwhile.
    pub(crate) fn deliver(&mut self, activity: &Activity) -> Verdict {
        self.told.at(activity);
        let mut breath = usize::MAX;
        if self.falls(self.fortune.ends_at_one_in) {
            if self.dice.random() {
                let place = self.chosen(activity);
                self.warm.remove(&place);
            } else {
                breath = self.dice.random_range(0..4);
            }
        }
        loop {
            let place = self.chosen(activity);
            let process = self.process(place, activity.time);
            process.pipeline.store.inner().left.store(std::mem::replace(&mut breath, usize::MAX), Ordering::Relaxed);
            match pollster::block_on(process.pipeline.judge(activity)) {
                Ok(verdict) => {
                    process.pipeline.store.inner().left.store(usize::MAX, Ordering::Relaxed);
                    return verdict;
                }
                Err(PipelineError::Store(Ended)) => {
                    self.fate.ended_within += 1;
                    self.warm.remove(&place);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Whether an event comes again, and how many events later.
    pub(crate) fn comes_again(&mut self) -> Option<usize> {
        let again = self.falls(self.fortune.again_one_in);
        self.fate.again += usize::from(again);
        again.then(|| if self.dice.random() { 0 } else { self.dice.random_range(1..50) })
    }

    /// The process an event goes to: any of its function's.
    fn chosen(&mut self, activity: &Activity) -> (&'static str, usize) {
        let source = format!("{}.amazonaws.com", activity.action.service);
        let function = find(&source, &activity.action.name).map_or("credential-used", |call| call.behaviour().name());
        (function, self.dice.random_range(0..self.fortune.processes))
    }

    fn process(&mut self, place: (&'static str, usize), now: Timestamp) -> &mut Process {
        let Fortune { idle, old, .. } = self.fortune;
        let ended =
            |process: &Process| now.duration_since(process.last) > idle || now.duration_since(process.began) > old;
        if self.warm.get(&place).is_none_or(ended) {
            let mortal = Mortal { memory: Arc::clone(&self.memory), left: AtomicUsize::new(usize::MAX) };
            let pipeline = pipeline(Remembering::of(mortal), self.told.clone());
            self.warm.insert(place, Process { pipeline, began: now, last: now });
            self.fate.started += 1;
        }
        let process = self.warm.get_mut(&place).unwrap();
        process.last = now;
        process
    }
}

/// The pipeline of a function.
pub(crate) fn pipeline<S: Store>(store: S, publisher: Told) -> Pipeline<S, Told> {
    Pipeline { store, publisher, settings: Settings::default(), expected: Vec::new(), tell_from: Severity::Medium }
}
