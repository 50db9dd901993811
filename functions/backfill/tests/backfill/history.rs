//! A history: some days of the example logs, in order, and a table that learned them event by event.

use std::path::Path;
use std::sync::LazyLock;

use trailwarden_aws::DynamoStore;
use trailwarden_detectors::Settings;
use trailwarden_detectors::memory::{Baseline, Subject, nameless, still_speaks};
use trailwarden_local::LocalStore;
use trailwarden_model::{Activity, Severity};
use trailwarden_pipeline::{Lesson, Pipeline, Store};

use crate::logs::activities;
use crate::memory::Memory;
use crate::table::{client, emulator, new_table};

/// One of so many activities is learned: enough for every kind of subject, few enough for a test.
const ONE_OF: usize = 6;

/// What happened, in order of time.
pub(crate) static HISTORY: LazyLock<Vec<Activity>> = LazyLock::new(|| {
    let all = activities(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")]);
    // People whose record tells only a directory's id, and those who teach whose it is, are all kept.
    let named = |activity: &Activity| nameless(activity).is_some() || activity.actor.kind.is_human();
    let some: Vec<Activity> =
        all.into_iter().enumerate().filter(|(nth, one)| nth % ONE_OF == 0 || named(one)).map(|(_, one)| one).collect();
    assert!(some.iter().filter(|activity| nameless(activity).is_some()).count() > 5);
    some
});

/// What a table remembers that learned all of it event by event, as functions do.
pub(crate) static ONE_BY_ONE: LazyLock<Memory> = LazyLock::new(|| {
    let all = &*HISTORY;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let one_by_one = std::thread::spawn(move || {
        runtime.block_on(async {
            let table = Table::new().await;
            let pipeline = pipeline(table.store());
            for activity in all {
                pipeline.learn(activity).await.unwrap();
            }
            table.memory().await
        })
    });
    one_by_one.join().unwrap()
});

/// A table of its own.
pub(crate) struct Table {
    pub(crate) client: aws_sdk_dynamodb::Client,
    pub(crate) name: String,
}

impl Table {
    pub(crate) async fn new() -> Self {
        let client = client(&emulator());
        let name = new_table(&client).await;
        Self { client, name }
    }

    pub(crate) fn store(&self) -> DynamoStore {
        DynamoStore::metered(self.client.clone(), &self.name)
    }

    /// What it remembers, as far as it matters after the history.
    pub(crate) async fn memory(&self) -> Memory {
        Memory::of(&self.client, &self.name, HISTORY.last().unwrap().time).await
    }
}

pub(crate) fn pipeline<S: Store>(store: S) -> Pipeline<S, ()> {
    let (settings, tell_from) = (Settings::default(), Severity::Medium);
    Pipeline { store, publisher: (), settings, expected: Vec::new(), tell_from }
}

/// What a machine learns of some of it by itself and sends: as `trailwarden backfill` does.
pub(crate) async fn learned_here(activities: &[Activity]) -> Vec<(Subject, Baseline)> {
    learned_knowing(&[], activities).await
}

/// The same where it knows already whom directories' ids belong to.
pub(crate) async fn learned_knowing(named: &[Activity], activities: &[Activity]) -> Vec<(Subject, Baseline)> {
    let pipeline = pipeline(LocalStore::in_memory());
    for activity in named {
        pipeline.learn_part(activity, Lesson::Names).await.unwrap();
    }
    for activity in activities {
        pipeline.learn(activity).await.unwrap();
    }
    let newest = activities.iter().map(|activity| activity.time).max().unwrap();
    let mut sent = Vec::new();
    let visit = |subject: Subject, memory: Baseline| {
        sent.extend(still_speaks(&subject, memory, newest).map(|memory| (subject, memory)));
        Ok::<_, trailwarden_local::StoreError>(std::ops::ControlFlow::Continue(()))
    };
    pipeline.store.walk(None, visit).unwrap();
    sent
}
