//! A store that remembers what it has seen of another, so that settled life needs no request.
//!
//! Every request of a function costs time and money, and most events repeat what the memory holds.
//! Whoever asked about a subject lately, and has nothing to add to it, is answered from here.
//! The answer may lack what others wrote since, at most [`FRESH`] ago: anything new an event shows is
//! written through and brings all of it, so only what repeats itself is judged by the older copy, and
//! where that raises a signal the memory itself is asked ([`Store::copied`]).

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use lru::LruCache;
use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::{Baseline, Observation, Subject};
use trailwarden_model::FindingId;

use crate::episode::Episode;
use crate::ports::Store;

/// How long a copy may stand for the memory, by the times of events: what a window counts is written, and so asked for, more often.
const FRESH: SignedDuration = SignedDuration::from_hours(2);
/// How many subjects are kept at hand: some megabytes at their largest.
const SUBJECTS: NonZeroUsize = NonZeroUsize::new(256).expect("not zero");

/// What was last heard of a subject.
#[derive(Debug)]
struct Heard {
    at: Timestamp,
    baseline: Arc<Baseline>,
    /// Whether the last event about it was answered from here.
    answered: bool,
}

/// Another store, asked only where something is new.
#[derive(Debug)]
pub struct Remembering<S> {
    store: S,
    heard: Mutex<LruCache<Subject, Heard>>,
}

impl<S> Remembering<S> {
    /// Remembers for a store.
    #[must_use]
    pub fn of(store: S) -> Self {
        Self { store, heard: Mutex::new(LruCache::new(SUBJECTS)) }
    }

    /// The other store.
    pub fn inner(&self) -> &S {
        &self.store
    }

    /// What must be asked about a subject: what nobody at hand knows of it; or nothing, and what is known at hand.
    fn asked(&self, observed: &[&Observation]) -> Result<Arc<Baseline>, Vec<Observation>> {
        let whole = || observed.iter().map(|observation| (*observation).clone()).collect();
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |known: &&mut Heard| observed.iter().all(|one| one.time.duration_since(known.at).abs() <= FRESH);
        let known = observed.first().and_then(|first| heard.get_mut(&first.subject));
        let Some(known) = known.filter(fresh) else { return Err(whole()) };
        let baseline = &known.baseline;
        let news: Vec<Observation> = observed.iter().filter_map(|observation| baseline.news(observation)).collect();
        if !news.is_empty() {
            return Err(news);
        }
        known.answered = true;
        Ok(Arc::clone(&known.baseline))
    }

    /// Keeps what was heard for the next time, of what was written and of what is at hand already. Of what else was
    /// only asked about, the next event wants to hear anew.
    fn keep_at_hand(&self, asked: &[Observation], answered: &Recalled) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        for Observation { subject, time, seen, .. } in asked {
            if let (false, Some(baseline)) = (seen.is_empty() && !heard.contains(subject), answered.get(subject)) {
                heard.put(subject.clone(), Heard { at: *time, baseline: Arc::clone(baseline), answered: false });
            }
        }
    }
}

impl<S: Store> Store for Remembering<S> {
    type Error = S::Error;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, S::Error> {
        let mut by_subject: BTreeMap<&Subject, Vec<&Observation>> = BTreeMap::new();
        for observation in observations {
            by_subject.entry(&observation.subject).or_default().push(observation);
        }
        let mut recalled = Recalled::new();
        let mut asked = Vec::new();
        for (subject, observed) in by_subject {
            match self.asked(&observed) {
                Ok(baseline) => drop(recalled.insert(subject.clone(), baseline)),
                Err(news) => asked.extend(news),
            }
        }
        if !asked.is_empty() {
            let answered = self.store.exchange(&asked).await?;
            self.keep_at_hand(&asked, &answered);
            recalled.extend(answered);
        }
        Ok(recalled)
    }

    fn copied(&self, observations: &[Observation]) -> Vec<Observation> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let copied = |one: &&Observation| heard.peek(&one.subject).is_some_and(|known| known.answered);
        observations.iter().filter(copied).map(|one| Observation { seen: Vec::new(), ..one.clone() }).collect()
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, S::Error> {
        self.store.episodes(ids).await
    }

    async fn keep(&self, episode: &Arc<Episode>, read_revision: Option<u32>) -> Result<bool, S::Error> {
        self.store.keep(episode, read_revision).await
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), S::Error> {
        self.store.mark_told(id, revision).await
    }
}
