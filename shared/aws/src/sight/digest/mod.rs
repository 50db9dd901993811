//! The weekly digest: what is seen, what was received and judged, found and told, and what it cost, for people.
//!
//! It is of the seven whole days (UTC) before it is asked for, so that every number is in by then and all of them
//! are of the same span; the coverage is that of the moment.

mod asked;
mod cost;
mod counted;
mod findings;
mod metrics;
mod words;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use trailwarden_model::text::json;

pub(super) use asked::Asked;
use cost::{Cost, Held};
use counted::{Counted, Events, Quantity};
use findings::Findings;
use metrics::Span;

use super::news::Mail;
use super::report::{Place, Report, State};
use super::settings::SightSettings;
use crate::call::CallError;

/// The form of the digest this version writes.
const VERSION: u32 = 1;
/// How many days it is about.
const DAYS: i64 = 7;
/// How many places it lists: a message holds 256 KB.
const PLACES: usize = 1200;
/// The line before the digest as JSON, which is all that follows.
const JSON_LINE: &str = "---- the digest, as JSON ----";

/// All of it; a part that could not be read is left out, and said.
#[derive(Debug, Serialize)]
pub(super) struct Digest {
    version: u32,
    stack: String,
    home: Place,
    /// The first day.
    from: Date,
    /// The last day.
    until: Date,
    coverage: Coverage,
    events: Option<Events>,
    findings: Option<Findings>,
    notices: Option<Notices>,
    cost: Option<Cost>,
    /// What could not be read, and why.
    unread: Vec<String>,
}

/// What is seen at this moment.
#[derive(Debug, Serialize)]
struct Coverage {
    at: Timestamp,
    accounts: usize,
    /// Accounts' regions.
    places: usize,
    /// How many paths there are in each state.
    paths: BTreeMap<&'static str, usize>,
    /// How many things are at fault.
    faults: usize,
    /// By account, region and path.
    seen: BTreeMap<String, BTreeMap<String, BTreeMap<&'static str, State>>>,
    /// How many places are not in that list.
    unlisted: usize,
}

/// What people were sent.
#[derive(Debug, Serialize)]
struct Notices {
    /// On the topic of findings.
    sent: u64,
    /// How many times a subscriber did not get one.
    failed: u64,
}

impl Digest {
    /// Gathers the week before the report.
    pub(super) async fn of(
        config: &SdkConfig,
        dynamodb: &Client,
        settings: &SightSettings,
        (asked, report): (&Asked, &Report),
    ) -> Self {
        let (days, span) = week(report.at);
        let mut unread = Vec::new();
        let counted = kept("what was received and told", Counted::of(config, settings, asked, span).await, &mut unread);
        let found = Findings::of(dynamodb, &asked.ledger, &days).await;
        let findings = kept("what was found", found, &mut unread);
        let sizes = kept("how much the tables hold", sizes(dynamodb, settings, asked).await, &mut unread);
        let held = Held { bytes: sizes.unwrap_or_default(), places: report.rows.len() };
        let notices = counted.as_ref().map(|counted| Notices {
            sent: counted.times(Quantity::Notices),
            failed: counted.times(Quantity::NoticesFailed),
        });
        Self {
            version: VERSION,
            stack: settings.stack.clone(),
            home: settings.home.clone(),
            from: days.first().copied().unwrap_or_default(),
            until: days.last().copied().unwrap_or_default(),
            coverage: Coverage::of(report),
            events: counted.as_ref().map(Events::of),
            findings,
            notices,
            cost: counted.as_ref().and_then(|counted| Cost::of(counted, asked, held)),
            unread,
        }
    }

    /// As a mail: for people first, and then for programs.
    pub(super) fn mail(&self, report: &Report) -> Result<Mail, serde_json::Error> {
        let body = format!("{}\n{JSON_LINE}\n{}\n", words::body(self, report), json(self)?);
        Ok(Mail { subject: words::subject(self), body })
    }
}

/// The seven whole days before a moment.
fn week(at: Timestamp) -> (Vec<Date>, Span) {
    let today = at.to_zoned(TimeZone::UTC).date();
    let days: Vec<Date> = (1..=DAYS).rev().map(|back| today.saturating_sub(back.days())).collect();
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).map_or(at, |midnight| midnight.timestamp());
    let from = days.first().map_or(at, |first| midnight(*first));
    (days, Span { from, until: midnight(today) })
}

/// Says what could not be read: the rest is worth telling all the same.
fn kept<T>(what: &str, read: Result<T, CallError>, unread: &mut Vec<String>) -> Option<T> {
    read.map_err(|error| {
        tracing::error!(retryable = error.is_retryable(), %error, what, "not read for the digest");
        unread.push(format!("{what}: {error}"));
    })
    .ok()
}

/// How many bytes both tables hold, as DynamoDB knew within the last six hours.
async fn sizes(client: &Client, settings: &SightSettings, asked: &Asked) -> Result<u64, CallError> {
    let mut bytes = 0;
    for table in [&settings.table, &asked.ledger] {
        let described = client.describe_table().table_name(table).send().await;
        let described = described.map_err(|error| CallError::of("DescribeTable", error))?;
        let size = described.table.and_then(|table| table.table_size_bytes).unwrap_or_default();
        bytes += u64::try_from(size).unwrap_or_default();
    }
    Ok(bytes)
}

impl Coverage {
    fn of(report: &Report) -> Self {
        let mut coverage = Self {
            at: report.at,
            accounts: 0,
            places: report.rows.len(),
            paths: BTreeMap::new(),
            faults: report.faults.len(),
            seen: BTreeMap::new(),
            unlisted: report.rows.len().saturating_sub(PLACES),
        };
        for (nth, row) in report.rows.iter().enumerate() {
            let regions = coverage.seen.entry(row.place.account.clone()).or_default();
            for sighting in row.paths.values() {
                *coverage.paths.entry(sighting.state.name()).or_default() += 1;
            }
            if nth < PLACES {
                let paths = row.paths.iter().map(|(path, sighting)| (*path, sighting.state)).collect();
                regions.insert(row.place.region.clone(), paths);
            }
        }
        coverage.accounts = coverage.seen.len();
        coverage
    }

    /// How many paths are in a state.
    fn paths(&self, state: State) -> usize {
        self.paths.get(state.name()).copied().unwrap_or_default()
    }
}
