//! What was found: the ledger's findings of a span of days, counted, and those a person should look at.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;
use serde::Serialize;
use trailwarden_model::{Finding, Severity, Status};

use crate::PARTITION_KEY;
use crate::call::CallError;

/// How many pages of a day are read: a page holds a megabyte.
const PAGES: usize = 20;
/// How many findings are named.
const NAMED: usize = 10;

/// The findings of some days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct Findings {
    /// How many.
    pub(super) found: u64,
    /// Of which are open, by severity, of those that have any.
    pub(super) open: BTreeMap<&'static str, u64>,
    /// Of which closed themselves.
    pub(super) resolved: u64,
    /// Of which somebody said that they were legitimate.
    pub(super) suppressed: u64,
    /// Of which an expected change covers.
    pub(super) expected: u64,
    /// Whether there are days with more than were read.
    pub(super) incomplete: bool,
    /// The gravest open ones of MEDIUM and above.
    pub(super) gravest: Vec<Named>,
}

/// A finding, as far as a digest tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Named {
    #[serde(skip)]
    rank: (Severity, u8),
    pub(super) severity: &'static str,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) account: String,
    pub(super) last_seen: String,
}

impl Findings {
    /// Reads the ledger of those days.
    pub(super) async fn of(client: &Client, ledger: &str, days: &[Date]) -> Result<Self, CallError> {
        let mut findings = Self::default();
        for day in days {
            let mut start = None;
            for page in 0.. {
                let request = client
                    .query()
                    .table_name(ledger)
                    .key_condition_expression("#day = :day")
                    .projection_expression("body")
                    .expression_attribute_names("#day", PARTITION_KEY)
                    .expression_attribute_values(":day", AttributeValue::S(format!("finding/{day}")))
                    .set_exclusive_start_key(start);
                let answer = request.send().await.map_err(|error| CallError::of("Query", error))?;
                let bodies = answer.items.unwrap_or_default();
                let bodies = bodies.iter().filter_map(|item| item.get("body")?.as_s().ok());
                bodies.filter_map(|body| serde_json::from_str(body).ok()).for_each(|finding| findings.count(&finding));
                start = answer.last_evaluated_key;
                if start.is_none() || page + 1 == PAGES {
                    break;
                }
            }
            findings.incomplete |= start.is_some();
        }
        findings.gravest.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| a.id.cmp(&b.id)));
        findings.gravest.truncate(NAMED);
        Ok(findings)
    }

    fn count(&mut self, finding: &Finding) {
        self.found += 1;
        self.expected += u64::from(finding.expected_change.as_ref().is_some_and(|change| change.matched));
        match finding.status {
            Status::Resolved => self.resolved += 1,
            Status::Suppressed => self.suppressed += 1,
            Status::Open => {
                *self.open.entry(finding.severity.name()).or_default() += 1;
                self.gravest.extend((finding.severity >= Severity::Medium).then(|| Named::of(finding)));
            }
        }
    }

    /// How many are open that a person should look at.
    pub(super) fn to_look_at(&self) -> u64 {
        let named = Severity::ALL.into_iter().filter(|severity| *severity >= Severity::Medium);
        named.filter_map(|severity| self.open.get(severity.name())).sum()
    }
}

impl Named {
    fn of(finding: &Finding) -> Self {
        Self {
            rank: (finding.severity, finding.score),
            severity: finding.severity.name(),
            id: finding.id.to_string(),
            title: finding.title.clone(),
            account: finding.account.to_string(),
            last_seen: finding.last_seen.to_string(),
        }
    }
}
