//! Stores to which something happens: one dies, one is interrupted, one lets others go first.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;

use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::Observation;
use trailwarden_fixtures::ReferenceStore;
use trailwarden_model::FindingId;
use trailwarden_pipeline::{Episode, Failure, Store};

/// What happens before each request to a store.
pub(crate) trait Before: Send + Sync {
    /// Does it; an error keeps the request from being made.
    fn before(&self) -> impl Future<Output = Result<(), Died>> + Send;
}

/// A store to which something happens before each request.
pub(crate) struct Beset<B> {
    pub(crate) store: Arc<ReferenceStore>,
    pub(crate) by: B,
}

#[derive(Debug, thiserror::Error)]
#[error("died")]
pub(crate) struct Died;

impl Failure for Died {
    fn is_retryable(&self) -> bool {
        true
    }
}

/// It dies once, after so many requests.
pub(crate) struct Dying(pub(crate) AtomicI64);

impl Before for Dying {
    async fn before(&self) -> Result<(), Died> {
        if self.0.fetch_sub(1, Ordering::Relaxed) == 0 { Err(Died) } else { Ok(()) }
    }
}

/// After so many requests somebody else has their say.
pub(crate) struct Interrupted<F> {
    pub(crate) left: AtomicI64,
    pub(crate) other: F,
}

impl<F: Fn() + Send + Sync> Before for Interrupted<F> {
    async fn before(&self) -> Result<(), Died> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            (self.other)();
        }
        Ok(())
    }
}

/// Everybody else goes first.
pub(crate) struct Polite;

impl Before for Polite {
    async fn before(&self) -> Result<(), Died> {
        let mut asked = false;
        std::future::poll_fn(|_| if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        Ok(())
    }
}

impl<B: Before> Store for Beset<B> {
    type Error = Died;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, Died> {
        self.by.before().await?;
        self.store.exchange(observations).await.map_err(|never| match never {})
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, Died> {
        self.by.before().await?;
        self.store.episodes(ids).await.map_err(|never| match never {})
    }

    async fn keep(&self, episode: &Arc<Episode>, read_revision: Option<u32>) -> Result<bool, Died> {
        self.by.before().await?;
        self.store.keep(episode, read_revision).await.map_err(|never| match never {})
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), Died> {
        self.by.before().await?;
        self.store.mark_told(id, revision).await.map_err(|never| match never {})
    }
}
