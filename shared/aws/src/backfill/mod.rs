//! Backfill: what somebody learned from a history of logs, merged into the memory of a deployment.
//!
//! The function is invoked with a batch and answers how far it came; whoever sent it sends the rest again.
//! Nothing is lost by sending too much: merging is a union (`docs/decisions/0020-backfill.md`).

mod shard;
mod teacher;

use std::time::Duration;

use futures_util::stream::{StreamExt, iter};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use trailwarden_detectors::memory::{Baseline, Subject, VERSION};
use trailwarden_pipeline::Failure;

pub use shard::learn;
pub use teacher::{Taught, Teacher};

use crate::clock::left_until;
use crate::settings::Form;
use crate::store::{DynamoStore, StoreError};
use crate::{clients, logs};

/// How many subjects are written at a time.
const AT_ONCE: usize = 8;
/// What must be left of an invocation before another subject is begun: three attempts of a call, and the answer.
const ENOUGH: Duration = Duration::from_secs(20);

/// What is to be merged.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The form of the memories in it.
    pub version: u8,
    /// What was learned about each subject.
    pub subjects: Vec<(Subject, Baseline)>,
}

/// Why a batch was not merged to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stopped {
    /// The invocation's time was up.
    Late,
    /// The table had no room, or was in trouble.
    Busy,
}

/// How far a batch came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Merged {
    /// So many subjects from its beginning are in the table.
    pub merged: usize,
    /// How many requests it took.
    pub requests: u64,
    /// How many write units it took.
    pub units: f64,
    /// Why it ended before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stopped>,
}

/// Gets ready, and merges batches until Lambda ends the process.
///
/// # Errors
///
/// What is missing in the environment, all of it at once, or what the runtime could not do.
pub async fn serve() -> Result<(), Error> {
    let mut form = Form::new(|name: &str| std::env::var(name).ok());
    let read = (form.required("TABLE_NAME", "the table of the memory"), form.log_level());
    let (table, log_level) = form.finish(read)?;
    logs::start(log_level);
    let client = aws_sdk_dynamodb::Client::new(&clients::config().await);
    Box::pin(run(service_fn(|asked: LambdaEvent<Box<RawValue>>| {
        let store = DynamoStore::metered(client.clone(), &table);
        async move { handle(&store, asked).await }
    })))
    .await
}

/// Merges one batch.
async fn handle(store: &DynamoStore, asked: LambdaEvent<Box<RawValue>>) -> Result<Merged, Error> {
    let deadline = asked.context.deadline();
    let unread = |error: serde_json::Error| format!("the batch cannot be read ({error}): use the version deployed");
    let batch: Batch = serde_json::from_str(asked.payload.get()).map_err(unread)?;
    if batch.version != VERSION {
        let found = batch.version;
        return Err(format!(
            "the batch is of form {found}, this function writes form {VERSION}: use the version deployed"
        )
        .into());
    }
    let merged = merge(store, &batch.subjects, || left_until(deadline)).await.inspect_err(|error| {
        tracing::error!(retryable = error.is_retryable(), %error, "batch not merged");
    })?;
    tracing::info!(subjects = batch.subjects.len(), ?merged, "batch merged");
    Ok(merged)
}

/// Merges memories into the table while there is time; `left` says how much.
///
/// # Errors
///
/// What will not pass by itself: a table that is not ours to write, or of a newer form.
pub async fn merge(
    store: &DynamoStore,
    subjects: &[(Subject, Baseline)],
    left: impl Fn() -> Duration,
) -> Result<Merged, StoreError> {
    let (left, mut merged, mut stopped) = (&left, 0, None);
    let mut became = iter(subjects)
        .map(|(subject, memory)| async move {
            if left() < ENOUGH { None } else { Some(store.merge(subject, memory).await) }
        })
        .buffered(AT_ONCE);
    while let Some(became) = became.next().await {
        match became {
            Some(Ok(())) => merged += 1,
            Some(Err(error)) if error.is_retryable() => {
                tracing::warn!(%error, "the table takes no more now");
                stopped = Some(Stopped::Busy);
            }
            Some(Err(error)) => return Err(error),
            None => stopped = Some(Stopped::Late),
        }
        if stopped.is_some() {
            break;
        }
    }
    let spent = store.spent();
    Ok(Merged { merged, requests: spent.requests, units: spent.units, stopped })
}
