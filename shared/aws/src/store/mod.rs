//! The memory on DynamoDB: one item for each subject, sets that only grow by union.
//!
//! What one activity showed about one subject is a single `UpdateItem` of `ADD`s, which also
//! answers with the whole item: learning and recalling are one request and cannot come apart.
//! Adding to a set is idempotent and commutative, so a redelivery, any order of arrival and any
//! number of writers leave the same item. The requests of one activity run at the same time, and
//! its subjects that are only asked about are read in one batch beside them.
//!
//! An item holds (`docs/decisions/0007-dynamodb-memory-shape.md` says why):
//!
//! | attribute | type | what |
//! |---|---|---|
//! | `id` | S | the subject's name, or its digest where it is too long |
//! | `days` | NS | the days it was seen on; see [`element`] for how numbers stand for days |
//! | `N:AS64500`, `H:weekday 09` … | NS | of one value of one dimension, the days it was seen on |
//! | `t:secret-read aws-cli …` | NS | of one entry of the trace of the last two days, its moments; see [`element`] |
//! | `trace` | SS | what of the trace is no such moment, entry by entry |
//! | `version` | N | the form's version |
//! | `expires` | N | when DynamoDB may forget it (TTL) |
//!
//! Episodes lie in the same table under `finding/…`; see [`episodes`].

mod change;
mod element;
mod episodes;
mod error;
mod item;
mod merging;
mod races;
mod reading;
mod upkeep;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use futures_util::future::{try_join, try_join_all};
use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::{Baseline, Observation, Subject};
use trailwarden_model::FindingId;
use trailwarden_pipeline::{Episode, Store};

use change::Change;
pub use error::StoreError;
pub use item::KEY;
use item::{Attributes, EXPIRES, Elements, FORM, ITEM_FORM, expiry};
use merging::Meter;
pub use merging::Spent;
use races::Races;
use upkeep::Upkeep;

use crate::call::CallError;

/// How much one request adds at most, in bytes: the item's limit less what it may hold already.
const REQUEST_BYTES: usize = 96 * 1024;
/// How many attributes one request touches at most: an expression has 300 operators and 4 KB.
const REQUEST_ATTRIBUTES: usize = 150;

/// The memory and the open episodes, in one table.
#[derive(Debug, Clone)]
pub struct DynamoStore {
    client: Client,
    table: String,
    races: Races,
    meter: Option<Meter>,
}

/// Opens the connection to a table by asking for what is not there.
pub(crate) async fn touch(client: &Client, table: &str) -> Result<GetItemOutput, CallError> {
    let nothing = AttributeValue::S("connection".to_owned());
    client.get_item().table_name(table).key(KEY, nothing).send().await.map_err(|error| CallError::of("GetItem", error))
}

impl DynamoStore {
    /// The store in a table whose only key is [`KEY`], a string.
    #[must_use]
    pub fn new(client: Client, table: &str) -> Self {
        Self { client, table: table.to_owned(), races: Races::default(), meter: None }
    }

    /// Adds to one subject's item, and answers with what it then holds.
    async fn learn(&self, subject: &Subject, added: Elements) -> Result<(Subject, Arc<Baseline>), StoreError> {
        let key = element::key(subject);
        let expires = expiry(added.last_day().unwrap_or_default());
        let mut attributes = Attributes::default();
        for part in added.parts(REQUEST_BYTES, REQUEST_ATTRIBUTES) {
            let change = || Change::new("ADD", &part).initially(FORM, ITEM_FORM.into()).initially(EXPIRES, expires);
            attributes = match self.change(&key, change()).await {
                Err(error) if outgrown(&error) => {
                    self.shrink(&key).await?;
                    self.change(&key, change()).await?
                }
                answer => answer?,
            };
        }
        let held = Elements::read(&key, &attributes)?;
        if let Some(upkeep) = Upkeep::of(&held, item::expires(&attributes), item::form(&attributes)) {
            self.tend(&key, upkeep).await;
        }
        Ok((subject.clone(), Arc::new(held.baseline(&key)?)))
    }

    async fn change(&self, key: &str, change: Change) -> Result<Attributes, CallError> {
        let request = self.client.update_item().table_name(&self.table).key(KEY, AttributeValue::S(key.to_owned()));
        let request = request.update_expression(change.expression()).return_values(ReturnValue::AllNew);
        let request = request
            .set_expression_attribute_names(Some(change.names))
            .set_expression_attribute_values(Some(change.values))
            .set_return_consumed_capacity(self.meter.as_ref().map(|_| ReturnConsumedCapacity::Total));
        let answer = request.send().await.map_err(|error| CallError::of("UpdateItem", error))?;
        if let Some(meter) = &self.meter {
            meter.count(answer.consumed_capacity.and_then(|consumed| consumed.capacity_units));
        }
        Ok(answer.attributes.unwrap_or_default())
    }

    /// Makes room in an item that can take no more.
    async fn shrink(&self, key: &str) -> Result<(), StoreError> {
        let found = self.read(&[key.to_owned()]).await?;
        let Some(attributes) = found.get(key) else { return Ok(()) };
        if let Some(upkeep) = Upkeep::of(&Elements::read(key, attributes)?, None, item::form(attributes)) {
            self.try_tend(key, upkeep).await?;
        }
        Ok(())
    }

    /// Tends an item. What fails is left for the next time: nothing that is read depends on it.
    async fn tend(&self, key: &str, upkeep: Upkeep) {
        if let Err(error) = self.try_tend(key, upkeep).await {
            tracing::warn!(item = key, error = %error, "item not tended");
        }
    }

    async fn try_tend(&self, key: &str, upkeep: Upkeep) -> Result<(), CallError> {
        let parts = |elements: Elements| elements.parts(REQUEST_BYTES, REQUEST_ATTRIBUTES);
        let mut changes: Vec<Change> = parts(upkeep.add).iter().map(|part| Change::new("ADD", part)).collect();
        changes.extend(parts(upkeep.take).iter().map(|part| Change::new("DELETE", part)));
        changes.extend(upkeep.expires.map(|expires| Change::default().anew(EXPIRES, expires)));
        changes.extend(upkeep.form.map(|form| Change::default().anew(FORM, form.into())));
        for change in changes.into_iter().filter(|change| !change.is_empty()) {
            self.change(key, change).await?;
        }
        Ok(())
    }

    /// What is remembered about subjects there is nothing to add to.
    async fn recall(&self, subjects: &[&Subject]) -> Result<Vec<(Subject, Arc<Baseline>)>, StoreError> {
        let keys: Vec<String> = subjects.iter().map(|subject| element::key(subject)).collect();
        let found = self.read(&keys).await?;
        let mut recalled = Vec::with_capacity(keys.len());
        for (subject, key) in subjects.iter().zip(&keys) {
            if let Some(attributes) = found.get(key) {
                let baseline = Elements::read(key, attributes)?.baseline(key)?;
                recalled.push(((*subject).clone(), Arc::new(baseline)));
            }
        }
        Ok(recalled)
    }
}

/// Whether an item has come to the 400 KB DynamoDB allows.
fn outgrown(error: &CallError) -> bool {
    error.code() == "ValidationException" && error.message().contains("Item size")
}

impl Store for DynamoStore {
    type Error = StoreError;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, StoreError> {
        let mut asked: BTreeMap<&Subject, Elements> = BTreeMap::new();
        for observation in observations {
            let added = asked.entry(&observation.subject).or_default();
            if !observation.seen.is_empty() {
                added.observe(observation);
            }
        }
        let reads: Vec<&Subject> =
            asked.iter().filter(|(_, added)| added.is_empty()).map(|(subject, _)| *subject).collect();
        let learn =
            asked.into_iter().filter(|(_, added)| !added.is_empty()).map(|(subject, added)| self.learn(subject, added));
        let (learned, read) = try_join(try_join_all(learn), self.recall(&reads)).await?;
        Ok(learned.into_iter().chain(read).collect())
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, StoreError> {
        self.read_episodes(ids).await
    }

    async fn keep(&self, episode: &Arc<Episode>, read_revision: Option<u32>) -> Result<bool, StoreError> {
        self.write_episode(episode, read_revision).await
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), StoreError> {
        self.write_told(id, revision).await
    }
}
