//! Stores: one that dies, one that is interrupted, one that lets others go first.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;

use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::Observation;
use trailwarden_fixtures::ReferenceStore;
use trailwarden_model::FindingId;
use trailwarden_pipeline::{Episode, Failure, Store};

/// A store that dies once, after so many requests.
#[derive(Debug)]
pub(crate) struct Mortal {
    store: ReferenceStore,
    left: AtomicI64,
}

#[derive(Debug, thiserror::Error)]
#[error("died")]
pub(crate) struct Died;

impl Failure for Died {
    fn is_retryable(&self) -> bool {
        true
    }
}

impl Mortal {
    pub(crate) fn dying_after(requests: i64) -> Self {
        Self { store: ReferenceStore::default(), left: AtomicI64::new(requests) }
    }

    fn live(&self) -> Result<(), Died> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 { Err(Died) } else { Ok(()) }
    }
}

impl Store for Mortal {
    type Error = Died;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Died> {
        self.live()?;
        self.store.exchange(observations).await.map_err(|never| match never {})
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Episode>, Died> {
        self.live()?;
        self.store.episodes(ids).await.map_err(|never| match never {})
    }

    async fn keep(&self, episode: &Episode, read_revision: Option<u32>) -> Result<bool, Died> {
        self.live()?;
        self.store.keep(episode, read_revision).await.map_err(|never| match never {})
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Died> {
        self.live()?;
        self.store.mark_told(id, revision).await.map_err(|never| match never {})
    }
}

/// A store before one of whose requests somebody else has their say.
pub(crate) struct Interrupted<F> {
    pub(crate) store: Arc<ReferenceStore>,
    pub(crate) left: AtomicI64,
    pub(crate) other: F,
}

impl<F: Fn() + Send + Sync> Interrupted<F> {
    fn next(&self) -> &ReferenceStore {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            (self.other)();
        }
        &self.store
    }
}

impl<F: Fn() + Send + Sync> Store for Interrupted<F> {
    type Error = Infallible;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Infallible> {
        self.next().exchange(observations).await
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Episode>, Infallible> {
        self.next().episodes(ids).await
    }

    async fn keep(&self, episode: &Episode, read_revision: Option<u32>) -> Result<bool, Infallible> {
        self.next().keep(episode, read_revision).await
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Infallible> {
        self.next().mark_told(id, revision).await
    }
}

/// A store that lets everybody else go first before each request.
pub(crate) struct Polite(pub(crate) Arc<ReferenceStore>);

impl Polite {
    async fn after_you(&self) -> &ReferenceStore {
        let mut asked = false;
        std::future::poll_fn(|_| if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        &self.0
    }
}

impl Store for Polite {
    type Error = Infallible;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Infallible> {
        self.after_you().await.exchange(observations).await
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Episode>, Infallible> {
        self.after_you().await.episodes(ids).await
    }

    async fn keep(&self, episode: &Episode, read_revision: Option<u32>) -> Result<bool, Infallible> {
        self.after_you().await.keep(episode, read_revision).await
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Infallible> {
        self.after_you().await.mark_told(id, revision).await
    }
}
