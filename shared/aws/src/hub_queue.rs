//! The queue before Security Hub: findings wait there while it cannot be reached, days if need be.

use aws_sdk_sqs::Client;
use trailwarden_exports::mail::fitted;
use trailwarden_model::Finding;
use trailwarden_pipeline::Publisher;

use crate::call::CallError;
use crate::topic::PublishError;

/// Hands findings to the function that imports them.
#[derive(Debug, Clone)]
pub(crate) struct HubQueue {
    client: Client,
    url: String,
}

impl HubQueue {
    /// The queue at a URL.
    pub(crate) fn new(client: Client, url: &str) -> Self {
        Self { client, url: url.to_owned() }
    }
}

impl Publisher for HubQueue {
    type Error = PublishError;

    async fn publish(&self, finding: &Finding) -> Result<(), PublishError> {
        let body = fitted(finding).map_err(|error| PublishError::Unwritable(finding.id.to_string(), error))?;
        let sent = self.client.send_message().queue_url(&self.url).message_body(body).send().await;
        sent.map_err(|error| CallError::of("SendMessage", error))?;
        Ok(())
    }
}
