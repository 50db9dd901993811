//! Sinks: everybody a finding is told to, each whether or not the others can be reached.

use futures_util::future::join;
use trailwarden_model::Finding;
use trailwarden_pipeline::Publisher;

use crate::hub_queue::HubQueue;
use crate::topic::{PublishError, SnsPublisher};

/// The topics, and Security Hub's queue where findings go there.
#[derive(Debug, Clone)]
pub(crate) struct Sinks {
    pub(crate) topics: SnsPublisher,
    pub(crate) hub: Option<HubQueue>,
}

impl Publisher for Sinks {
    type Error = PublishError;

    /// Tells all at once. If one fails the others are told all the same, and the retry tells each of them
    /// again under the same id and revision.
    async fn publish(&self, finding: &Finding) -> Result<(), PublishError> {
        let imported = async {
            match &self.hub {
                Some(queue) => queue.publish(finding).await,
                None => Ok(()),
            }
        };
        let (told, imported) = join(self.topics.publish(finding), imported).await;
        told.and(imported)
    }
}
