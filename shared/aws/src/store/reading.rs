//! Reading: items by their keys, in as few requests as they fit in.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use super::DynamoStore;
use super::error::StoreError;
use super::item::{Attributes, KEY};
use crate::call::CallError;

/// How many items one request reads at most.
const BATCH: usize = 100;
/// How often what a batch left over is asked for again.
const ATTEMPTS: u32 = 4;

impl DynamoStore {
    /// The items of these keys that exist, as they are now and not as they were a moment ago.
    pub(super) async fn read(&self, keys: &[String]) -> Result<HashMap<String, Attributes>, StoreError> {
        let mut found = HashMap::new();
        for keys in keys.chunks(BATCH) {
            self.read_batch(keys, &mut found).await?;
        }
        Ok(found)
    }

    async fn read_batch(&self, keys: &[String], found: &mut HashMap<String, Attributes>) -> Result<(), StoreError> {
        let keys = keys.iter().map(|key| Attributes::from([(KEY.to_owned(), AttributeValue::S(key.clone()))]));
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys.collect())).consistent_read(true).build();
        let wanted = wanted.map_err(|error| {
            CallError::of::<BatchGetItemError>("BatchGetItem", SdkError::construction_failure(error))
        })?;
        let mut left = HashMap::from([(self.table.clone(), wanted)]);
        for _ in 0..ATTEMPTS {
            let request = self.client.batch_get_item().set_request_items(Some(left));
            let answer = request.send().await.map_err(|error| CallError::of("BatchGetItem", error))?;
            for item in answer.responses.into_iter().flat_map(HashMap::into_values).flatten() {
                if let Some(Ok(key)) = item.get(KEY).map(AttributeValue::as_s) {
                    found.insert(key.clone(), item);
                }
            }
            left = answer.unprocessed_keys.unwrap_or_default();
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(StoreError::Throttled { attempts: ATTEMPTS })
    }
}
