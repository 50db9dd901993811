//! Telling over SNS: a message a person can act on from a mail, with the finding itself as its last line,
//! and the same for a chat on a topic of its own.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::publish::PublishError as Refused;
use aws_sdk_sns::types::MessageAttributeValue;
use trailwarden_exports::chat::chat;
use trailwarden_exports::mail::{Attribute, Message};
use trailwarden_model::Finding;
use trailwarden_pipeline::{Failure, Publisher};

use crate::call::CallError;

/// Why a finding could not be told.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The finding could not be written down.
    #[error("finding {0} could not be written as JSON")]
    Unwritable(String, #[source] serde_json::Error),
}

impl Failure for PublishError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Call(error) => error.is_retryable(),
            Self::Unwritable(..) => false,
        }
    }
}

/// Tells findings to a topic, and to a chat's where there is one.
#[derive(Debug, Clone)]
pub struct SnsPublisher {
    client: Client,
    topic: String,
    chat: Option<String>,
}

impl SnsPublisher {
    /// The publisher of a topic.
    #[must_use]
    pub fn new(client: Client, topic: &str) -> Self {
        Self { client, topic: topic.to_owned(), chat: None }
    }

    /// The same, that also tells a chat's topic.
    #[must_use]
    pub fn with_chat(self, chat: Option<String>) -> Self {
        Self { chat, ..self }
    }

    async fn send(
        &self,
        topic: &str,
        subject: Option<String>,
        body: String,
        attributes: &[Attribute],
    ) -> Result<(), CallError> {
        let mut request = self.client.publish().topic_arn(topic).set_subject(subject).message(body);
        for (name, kind, value) in attributes {
            let value = MessageAttributeValue::builder().data_type(*kind).string_value(value).build();
            let value =
                value.map_err(|error| CallError::of::<Refused>("Publish", SdkError::construction_failure(error)))?;
            request = request.message_attributes(*name, value);
        }
        request.send().await.map_err(|error| CallError::of("Publish", error))?;
        Ok(())
    }
}

impl Publisher for SnsPublisher {
    type Error = PublishError;

    /// One topic that fails does not keep the other from being told; a retry tells both again, recognisably.
    async fn publish(&self, finding: &Finding) -> Result<(), PublishError> {
        let message =
            Message::about(finding).map_err(|error| PublishError::Unwritable(finding.id.to_string(), error))?;
        let told = self.send(&self.topic, Some(message.subject), message.body, &message.attributes).await;
        let chatted = match &self.chat {
            Some(topic) => self.send(topic, None, chat(finding), &message.attributes).await,
            None => Ok(()),
        };
        Ok(told.and(chatted)?)
    }
}
