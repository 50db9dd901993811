//! Merging: a memory learned elsewhere, added to what the table holds, and what that costs.
//!
//! It is added as every event is, by the union of sets: merging it again changes nothing, neither order nor other
//! writers matter, and what dies half-way is made whole by merging it once more.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use trailwarden_detectors::memory::{Baseline, Subject};

use super::item::Elements;
use super::{DynamoStore, StoreError};

/// What writing took so far.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spent {
    /// How many requests wrote something.
    pub requests: u64,
    /// How many write units the table says they took.
    pub units: f64,
}

/// Counts what writing takes.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter(Arc<Mutex<Spent>>);

impl Meter {
    pub(super) fn count(&self, units: Option<f64>) {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.requests += 1;
        spent.units += units.unwrap_or_default();
    }
}

impl DynamoStore {
    /// The same store, asking of each write what it took.
    #[must_use]
    pub fn metered(client: Client, table: &str) -> Self {
        Self { meter: Some(Meter::default()), ..Self::new(client, table) }
    }

    /// What writing took so far, where that is asked.
    #[must_use]
    pub fn spent(&self) -> Spent {
        let spent = |meter: &Meter| *meter.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.meter.as_ref().map(spent).unwrap_or_default()
    }

    /// Adds everything another memory of a subject holds. Adding it again changes nothing.
    ///
    /// # Errors
    ///
    /// What the table refused; what was added until then stays, and may be added again.
    pub async fn merge(&self, subject: &Subject, memory: &Baseline) -> Result<(), StoreError> {
        let added = Elements::of(memory);
        if added.is_empty() {
            return Ok(());
        }
        self.learn(subject, added).await.map(|_| ())
    }
}
