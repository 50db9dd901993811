//! A store that gathers what is learned instead of writing it, so that a subject is written once and not at each event.
//!
//! What is only asked about comes from the store beneath, once for each subject.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::{Baseline, Observation, Subject};
use trailwarden_model::FindingId;

use crate::episode::Episode;
use crate::ports::Store;

/// Another store, whose memory is read and not yet added to.
#[derive(Debug)]
pub struct Gathering<S> {
    store: S,
    gathered: Mutex<BTreeMap<Subject, Baseline>>,
    asked: Mutex<Recalled>,
}

impl<S> Gathering<S> {
    /// Gathers what is to be added to a store.
    #[must_use]
    pub fn of(store: S) -> Self {
        Self { store, gathered: Mutex::default(), asked: Mutex::default() }
    }

    /// What was gathered, subject by subject, and the store it is for.
    #[must_use]
    pub fn into_parts(self) -> (S, BTreeMap<Subject, Baseline>) {
        (self.store, self.gathered.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn gather(&self, observation: &Observation) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.entry(observation.subject.clone()).or_default().remember(observation);
    }

    fn at_hand(&self, subject: &Subject) -> Option<Arc<Baseline>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).get(subject).cloned()
    }
}

impl<S: Store> Store for Gathering<S> {
    type Error = S::Error;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, S::Error> {
        let (only_asked, shown): (Vec<_>, Vec<_>) =
            observations.iter().partition(|observation| observation.seen.is_empty());
        for observation in shown {
            self.gather(observation);
        }
        let unknown: Vec<Observation> =
            only_asked.iter().filter(|asked| self.at_hand(&asked.subject).is_none()).copied().cloned().collect();
        if !unknown.is_empty() {
            let mut heard = self.store.exchange(&unknown).await?;
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            for Observation { subject, .. } in unknown {
                let known = heard.remove(&subject).unwrap_or_default();
                asked.insert(subject, known);
            }
        }
        let known = |asked: &&Observation| Some((asked.subject.clone(), self.at_hand(&asked.subject)?));
        Ok(only_asked.iter().filter_map(known).collect())
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
