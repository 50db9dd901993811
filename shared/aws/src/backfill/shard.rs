//! A shard: some of a history, learned for one lesson by one of many who learn at once.
//!
//! What is learned is gathered first, so that a subject is written once for the whole shard. No shard waits for
//! another within a lesson; whoever directs them waits between lessons ([`Lesson`]).

use jiff::Timestamp;
use trailwarden_detectors::Settings;
use trailwarden_detectors::memory::{Baseline, Subject, still_speaks};
use trailwarden_model::{Activity, Severity};
use trailwarden_pipeline::{Gathering, Lesson, Pipeline, PipelineError};

use crate::store::{DynamoStore, StoreError};

/// What a lesson teaches of some activities, subject by subject, as far as it can matter from `now` on.
///
/// # Errors
///
/// The table could not be read.
pub async fn learn(
    store: &DynamoStore,
    settings: &Settings,
    lesson: Lesson,
    activities: &[Activity],
    now: Timestamp,
) -> Result<Vec<(Subject, Baseline)>, StoreError> {
    let pipeline = Pipeline {
        store: Gathering::of(store.clone()),
        publisher: (),
        settings: settings.clone(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    for activity in activities {
        pipeline.learn_part(activity, lesson).await.map_err(|error| match error {
            PipelineError::Store(error) => error,
            PipelineError::Publisher(never) => match never {},
            PipelineError::Contended(item) => {
                StoreError::Malformed { item, problem: "learning keeps no finding".to_owned() }
            }
        })?;
    }
    let (_, gathered) = pipeline.store.into_parts();
    let speaks = |(subject, memory): (Subject, Baseline)| {
        let memory = still_speaks(&subject, memory, now)?;
        Some((subject, memory))
    };
    Ok(gathered.into_iter().filter_map(speaks).collect())
}
