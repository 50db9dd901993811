//! The ledger on DynamoDB: every finding in its latest revision, and what happened whether or not it was strange.
//!
//! | `pk` | `sk` | what | written |
//! |---|---|---|---|
//! | `finding/<day>` of the act it was made by | the finding's id | a finding | over lower revisions only |
//! | `credential-added/<day>`, `sign-in/<day>` | the act's id | one fact | once; by a twin that tells more, again |
//! | `secret-read/<day>`, `session-opened/<day>` | identity and thing, or their digest | one day of both, see [`digest`] | when it has something new to say |
//! | `announced` | the announcement's id | an expected change or a suppression, see `announced.rs` | once; again when it is taken back |
//!
//! Rows carry a `body` (JSON) and what to look for beside it (`time`, `who`, `type`), and `ttl`, the second
//! after which DynamoDB may forget them. Writing anything twice, late or in any order leaves the same rows.

#[cfg(feature = "answers")]
pub(crate) mod announced;
mod digest;
#[cfg(feature = "answers")]
pub(crate) mod pages;
mod recent;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use trailwarden_exports::mail::fitted;
use trailwarden_model::{Activity, Fact, Finding};
use trailwarden_pipeline::{Failure, Publisher};

use crate::call::{CallError, held};
use digest::{Cell, News};
use recent::Recent;

/// The partition key of the ledger.
pub const PARTITION_KEY: &str = "pk";
/// The sort key of the ledger.
pub const SORT_KEY: &str = "sk";
/// When DynamoDB may forget a row, in seconds since 1970.
const TTL: &str = "ttl";
/// How many rows, and how many findings, a process remembers to have written.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("more than none");

/// Why the ledger could not be written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A row could not be written down.
    #[error("{0} could not be written as JSON")]
    Unwritable(String, #[source] serde_json::Error),
}

impl Failure for LedgerError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Call(error) => error.is_retryable(),
            Self::Unwritable(..) => false,
        }
    }
}

/// The ledger, in one table.
///
/// It hears of each act by [`Publisher::note`] and of each finding's revision by [`Publisher::follow`]; a notice is
/// nothing it keeps. Clones share what they remember to have written.
#[derive(Debug, Clone)]
pub struct LedgerTable {
    client: Client,
    table: String,
    retention: i64,
    recent: Arc<Mutex<Recent>>,
}

impl LedgerTable {
    /// The ledger in a table of [`PARTITION_KEY`] and [`SORT_KEY`], both strings, whose rows are kept for so many days.
    #[must_use]
    pub fn new(client: Client, table: &str, days: u16) -> Self {
        Self {
            client,
            table: table.to_owned(),
            retention: i64::from(days) * 86_400,
            recent: Arc::new(Mutex::new(Recent::of(REMEMBERED))),
        }
    }

    fn expiry(&self, time: Timestamp) -> AttributeValue {
        number(time.as_second() + self.retention)
    }

    /// Writes a row unless the one that is there ranks as high.
    async fn put(&self, row: Row<'_>) -> Result<(), CallError> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let sent = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(PARTITION_KEY, AttributeValue::S(row.partition))
            .item(SORT_KEY, text(row.sort))
            .item("rank", number(row.rank))
            .item("time", text(&row.time.to_string()))
            .item("who", text(row.who))
            .item("type", text(row.kind))
            .item("body", AttributeValue::S(row.body))
            .item(TTL, self.expiry(row.time))
            .condition_expression("attribute_not_exists(#rank) OR #rank < :rank")
            .expression_attribute_names("#rank", "rank")
            .expression_attribute_values(":rank", number(row.rank))
            .send()
            .await;
        held("PutItem", sent).map(|_| ())
    }

    async fn keep(&self, fact: &Fact) -> Result<(), LedgerError> {
        let body = written(fact)?;
        let row = Row {
            partition: format!("{}/{}", fact.kind.name(), day(fact.time)),
            sort: &digest::sort_key(fact.act.as_str()),
            rank: fact.depth().into(),
            time: fact.time,
            who: fact.by.key.as_str(),
            kind: fact.kind.name(),
            body,
        };
        Ok(self.put(row).await?)
    }

    /// Writes what a fact adds to the day of one identity and one thing, if this process did not already.
    async fn count(&self, fact: &Fact, object: &str) -> Result<(), LedgerError> {
        let cell = Cell::of(fact, object);
        let news = News::of(fact);
        if self.recent().knows(&cell, &news) {
            return Ok(());
        }
        digest::write(self, fact, &cell, &news).await?;
        // Only afterwards: what failed is written by the retry.
        self.recent().learn(cell, news);
        Ok(())
    }

    fn recent(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One row that is written as a whole.
struct Row<'a> {
    partition: String,
    sort: &'a str,
    rank: i64,
    time: Timestamp,
    who: &'a str,
    kind: &'a str,
    body: String,
}

impl Publisher for LedgerTable {
    type Error = LedgerError;

    /// A notice leaves nothing in the ledger: the revision it tells was followed before.
    async fn publish(&self, _finding: &Finding) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn note(&self, activity: &Activity) -> Result<(), LedgerError> {
        let Some(fact) = Fact::of(activity) else { return Ok(()) };
        if fact.kind.is_frequent() {
            let objects = fact.objects();
            try_join_all(objects.into_iter().map(|object| self.count(&fact, object))).await?;
            return Ok(());
        }
        self.keep(&fact).await
    }

    /// The day in its key is that of `created_at`, which a kept finding never changes.
    async fn follow(&self, finding: &Finding) -> Result<(), LedgerError> {
        if self.recent().knows_finding(finding) {
            return Ok(());
        }
        let body =
            fitted(finding).map_err(|error| LedgerError::Unwritable(format!("finding {}", finding.id), error))?;
        let row = Row {
            partition: format!("finding/{}", day(finding.created_at)),
            sort: finding.id.as_str(),
            rank: finding.revision.into(),
            time: finding.last_seen,
            who: finding.actor.key.as_str(),
            kind: &finding.kind,
            body,
        };
        self.put(row).await?;
        self.recent().learn_finding(finding);
        Ok(())
    }
}

/// A fact as JSON.
fn written(fact: &Fact) -> Result<String, LedgerError> {
    serde_json::to_string(fact).map_err(|error| LedgerError::Unwritable(format!("record {}", fact.event_id), error))
}

fn number(number: i64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// The UTC day of a time, `2026-03-14`.
fn day(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).date().to_string()
}
