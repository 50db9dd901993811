//! Sinks: everybody who hears of facts and findings, each whether or not the others can be reached.

use futures_util::future::join;
use trailwarden_model::{Activity, Finding};
use trailwarden_pipeline::{Failure, Publisher};

use crate::hub_queue::HubQueue;
use crate::ledger::{LedgerError, LedgerTable};
use crate::topic::{PublishError, SnsPublisher};

/// The topics, Security Hub's queue where findings go there, and the ledger where one is kept.
#[derive(Debug, Clone)]
pub(crate) struct Sinks {
    pub(crate) topics: SnsPublisher,
    pub(crate) hub: Option<HubQueue>,
    pub(crate) ledger: Option<LedgerTable>,
}

/// Who could not be reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SinkError {
    /// A topic or the hub's queue.
    #[error(transparent)]
    Notice(#[from] PublishError),
    /// The ledger.
    #[error("the ledger could not be written: {0}")]
    Ledger(#[from] LedgerError),
}

impl Failure for SinkError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Notice(error) => error.is_retryable(),
            Self::Ledger(error) => error.is_retryable(),
        }
    }
}

impl Publisher for Sinks {
    type Error = SinkError;

    /// Tells all at once. If one fails the others are told all the same, and the retry tells each of them
    /// again under the same id and revision.
    async fn publish(&self, finding: &Finding) -> Result<(), SinkError> {
        let (told, imported) = join(self.topics.publish(finding), self.hub.publish(finding)).await;
        Ok(told.and(imported)?)
    }

    async fn note(&self, activity: &Activity) -> Result<(), SinkError> {
        Ok(self.ledger.note(activity).await?)
    }

    async fn follow(&self, finding: &Finding) -> Result<(), SinkError> {
        Ok(self.ledger.follow(finding).await?)
    }
}
