//! Episodes in the table: one item for each finding, written only over the revision that was read.
//!
//! | attribute | type | what |
//! |---|---|---|
//! | `id` | S | `finding/` and the finding's id |
//! | `body` | S | the episode as JSON |
//! | `revision` | N | the finding's revision |
//! | `told` | N | the last revision that was told; no writer of the body touches it |
//! | `expires` | N | when DynamoDB may forget it (TTL) |

use std::sync::Arc;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use trailwarden_detectors::memory::Day;
use trailwarden_model::FindingId;
use trailwarden_pipeline::Episode;

use super::DynamoStore;
use super::error::StoreError;
use super::item::{Attributes, KEY, expiry};
use crate::call::held;

fn key(id: &FindingId) -> String {
    format!("finding/{id}")
}

fn number(number: impl Into<i64>) -> AttributeValue {
    let number: i64 = number.into();
    AttributeValue::N(number.to_string())
}

fn read(key: &str, attributes: &Attributes) -> Result<Episode, StoreError> {
    let malformed = |problem: String| StoreError::Malformed { item: key.to_owned(), problem };
    let Some(Ok(body)) = attributes.get("body").map(AttributeValue::as_s) else {
        return Err(malformed("it has no `body`".to_owned()));
    };
    let mut episode: Episode = serde_json::from_str(body).map_err(|error| malformed(error.to_string()))?;
    let told = attributes.get("told").and_then(|told| told.as_n().ok()?.parse().ok());
    episode.told = told.unwrap_or(0);
    Ok(episode)
}

impl DynamoStore {
    pub(super) async fn read_episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, StoreError> {
        let keys: Vec<String> = ids.iter().map(key).collect();
        let found = self.read(&keys).await?;
        keys.iter().filter_map(|key| found.get(key).map(|attributes| read(key, attributes).map(Arc::new))).collect()
    }

    pub(super) async fn write_episode(
        &self,
        episode: &Episode,
        read_revision: Option<u32>,
    ) -> Result<bool, StoreError> {
        let finding = &episode.finding;
        let body =
            serde_json::to_string(episode).map_err(|error| StoreError::Unwritable(finding.id.to_string(), error))?;
        let request = self
            .update(&key(&finding.id))
            .update_expression("SET body = :body, revision = :revision, expires = :expires")
            .expression_attribute_values(":body", AttributeValue::S(body))
            .expression_attribute_values(":revision", number(finding.revision))
            .expression_attribute_values(":expires", number(expiry(Day::of(finding.last_seen))));
        let kept = sent(match read_revision {
            None => request.condition_expression("attribute_not_exists(body)"),
            Some(read) => {
                request.condition_expression("revision = :read").expression_attribute_values(":read", number(read))
            }
        })
        .await?;
        self.races.after(kept).await;
        Ok(kept)
    }

    pub(super) async fn write_told(&self, id: &FindingId, revision: u32) -> Result<(), StoreError> {
        let request = self
            .update(&key(id))
            .update_expression("SET told = :told")
            .expression_attribute_values(":told", number(revision))
            .condition_expression("attribute_exists(body) AND (attribute_not_exists(told) OR told < :told)");
        sent(request).await.map(|_| ())
    }

    fn update(&self, key: &str) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).key(KEY, AttributeValue::S(key.to_owned()))
    }
}

/// Whether the condition held.
async fn sent(request: UpdateItemFluentBuilder) -> Result<bool, StoreError> {
    Ok(held("UpdateItem", request.send().await)?)
}
