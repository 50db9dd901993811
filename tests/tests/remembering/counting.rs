//! A store that counts what `DynamoDB` would be asked for the memory.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::{Observation, Subject};
use trailwarden_model::FindingId;
use trailwarden_pipeline::{Episode, Store};

/// A store that counts: one update a subject written, one batch for all only read.
#[derive(Debug)]
pub(crate) struct Counting<S> {
    store: S,
    requests: AtomicUsize,
}

impl<S> Counting<S> {
    pub(crate) fn of(store: S) -> Self {
        Self { store, requests: AtomicUsize::new(0) }
    }

    /// How many requests there were.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

impl<S: Store> Store for Counting<S> {
    type Error = S::Error;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, S::Error> {
        let written: BTreeSet<&Subject> =
            observations.iter().filter(|one| !one.seen.is_empty()).map(|one| &one.subject).collect();
        let read = observations.iter().any(|one| !written.contains(&one.subject));
        self.requests.fetch_add(written.len() + usize::from(read), Ordering::Relaxed);
        self.store.exchange(observations).await
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
