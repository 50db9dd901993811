//! Hearing: a judging function that notes heartbeats, and judges everything else.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use trailwarden_model::Activity;
use trailwarden_pipeline::Failure;

use super::{Beat, KEPT, Mark, Senders, item};
use crate::call::{CallError, held};
use crate::store::KEY;
use crate::watch::Watch;

/// Who notes heartbeats, beside what else a function does.
#[derive(Debug)]
pub(crate) struct Hearing<W> {
    pub(crate) client: Client,
    pub(crate) table: String,
    /// None where nobody sends any.
    pub(crate) senders: Option<Senders>,
    /// What else it does.
    pub(crate) beside: W,
}

/// Why a heartbeat was not noted, or what is beside it not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HearingError<E: Failure> {
    /// The heartbeat could not be noted.
    #[error("the heartbeat could not be noted: {0}")]
    Heartbeat(#[source] CallError),
    /// What is beside it.
    #[error(transparent)]
    Beside(E),
}

impl<E: Failure> Failure for HearingError<E> {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Heartbeat(error) => error.is_retryable(),
            Self::Beside(error) => error.is_retryable(),
        }
    }
}

impl<W: Watch> Watch for Hearing<W> {
    type Error = HearingError<W::Error>;

    async fn look(&self, activity: &Activity) -> Result<(), Self::Error> {
        self.beside.look(activity).await.map_err(HearingError::Beside)
    }

    async fn takes(&self, activity: &Activity) -> Result<bool, Self::Error> {
        let Some(beat) = self.senders.as_ref().and_then(|senders| senders.heartbeat(activity)) else {
            return Ok(false);
        };
        self.note(&beat).await.map_err(HearingError::Heartbeat)?;
        tracing::info!(account = beat.account, region = beat.region, path = beat.path.name(), "heartbeat");
        Ok(true)
    }
}

impl<W> Hearing<W> {
    /// Notes when it was made, unless a later one was noted already; noting it again changes nothing.
    async fn note(&self, beat: &Beat) -> Result<(), CallError> {
        let second = beat.time.as_second();
        let noted = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(KEY, AttributeValue::S(item(&beat.account)))
            .update_expression("SET #arrived = :second, expires = :expires")
            .condition_expression("attribute_not_exists(#arrived) OR #arrived < :second")
            .expression_attribute_names("#arrived", Mark::Arrived.attribute(beat.path, &beat.region))
            .expression_attribute_values(":second", AttributeValue::N(second.to_string()))
            .expression_attribute_values(":expires", AttributeValue::N((second + KEPT).to_string()))
            .send();
        // Where a later one was noted already, there is nothing to note.
        held("UpdateItem", noted.await).map(drop)
    }
}
