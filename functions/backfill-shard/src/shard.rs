//! A shard: the objects one worker is given, read, put in order, and taught.

use aws_sdk_s3::Client;
use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent};
use serde::{Deserialize, Serialize};
use trailwarden_aws::backfill::{Taught, Teacher};
use trailwarden_aws::clock::left_until;
use trailwarden_pipeline::{Counters, Lesson};

use crate::objects::Objects;

/// What the map gives a worker.
#[derive(Debug, Deserialize)]
pub(crate) struct Shard {
    #[serde(rename = "BatchInput")]
    input: Common,
    #[serde(rename = "Items")]
    items: Vec<Object>,
}

/// What all workers of a lesson are told.
#[derive(Debug, Deserialize)]
struct Common {
    lesson: String,
    bucket: String,
    /// When the backfill began: what cannot matter any more by then is not written.
    now: Timestamp,
}

/// One object of the bucket, as S3 lists it.
#[derive(Debug, Deserialize)]
struct Object {
    #[serde(rename = "Key")]
    key: String,
}

/// What one worker came to.
#[derive(Debug, Serialize)]
pub(crate) struct Came {
    objects: usize,
    records: Counters,
    taught: Taught,
}

/// Deals with one shard; whatever fails, it is given again, and learning it again changes nothing.
pub(crate) async fn handle(teacher: &Teacher, s3: &Client, shard: LambdaEvent<Shard>) -> Result<Came, Error> {
    let deadline = shard.context.deadline();
    let Shard { input: Common { lesson, bucket, now }, items } = shard.payload;
    let lesson = Lesson::parse(&lesson).ok_or("the lesson is `names`, `habits` or `places`")?;
    let mut objects = Objects::of(&teacher.intake);
    for object in &items {
        objects.read(s3, &bucket, &object.key).await.inspect_err(|error| {
            tracing::error!(bucket, key = object.key, %error, "object not read");
        })?;
    }
    let (activities, mut records) = objects.in_order();
    records.learned = u64::try_from(activities.len())?;
    let taught = teacher.teach(lesson, &activities, now, || left_until(deadline)).await;
    let taught = taught.inspect_err(|error| tracing::error!(%error, "shard not learned"))?;
    tracing::info!(?lesson, objects = items.len(), ?records, ?taught, "shard learned");
    Ok(Came { objects: items.len(), records, taught })
}
