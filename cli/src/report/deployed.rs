//! The findings of a deployment, as its ledger keeps them: each in its latest revision.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;
use trailwarden_exports::html::Report;
use trailwarden_model::text::grouped;
use trailwarden_model::{Finding, FindingId, Severity};

use super::{catalog, watched};
use crate::args::ReportArgs;
use crate::input::Progress;
use crate::ledger::Days;

/// What the partition of findings is called.
const FINDING: &str = "finding";

/// A row of the ledger.
#[derive(Deserialize)]
struct Row {
    body: Finding,
}

/// What a deployment found in some days.
pub(super) struct Deployed {
    days: Days,
    findings: Vec<Finding>,
}

impl Deployed {
    /// Asks for the findings that were first made in the span.
    pub(super) fn of(arguments: &ReportArgs) -> anyhow::Result<Self> {
        let days = Days::of(&arguments.deployment, arguments.since, arguments.until)?;
        let progress = Progress::of_steps();
        let mut findings: BTreeMap<FindingId, Finding> = BTreeMap::new();
        days.each_part(&[FINDING], |rows, next| {
            for row in rows {
                let Row { body } = serde_json::from_value(row)
                    .context("a finding of the ledger is not understood: use the deployed version")?;
                let made = body.created_at;
                if arguments.since.is_none_or(|since| since <= made) && arguments.until.is_none_or(|until| made < until)
                {
                    findings.insert(body.id.clone(), body);
                }
            }
            if let Some(next) = next {
                progress.said(&format!("{} findings before {next}", grouped(findings.len() as u64)));
            }
            Ok(())
        })?;
        progress.finish();
        Ok(Self { days, findings: findings.into_values().collect() })
    }

    /// What the page tells of.
    pub(super) fn report(&self, min_severity: Severity) -> Report<'_> {
        let Days { from, to, .. } = self.days;
        Report {
            of: self.days.deployment.place(),
            findings: &self.findings,
            min_severity,
            period: None,
            records: Vec::new(),
            notes: vec![
                format!(
                    "Findings first made from {from} to {to} (UTC days), as the ledger keeps them; what began before, and goes on, is not among them."
                ),
                format!("A deployment judges {}, unless it is told to judge all.", catalog()),
                "What it receives and what it does not see: `trailwarden doctor`.".to_owned(),
            ],
            detectors: watched(),
            rest: "ask for fewer days with --since and --until",
        }
    }

    /// Says which days these were, and what was found.
    pub(super) fn summarise(&self) {
        let Days { from, to, .. } = self.days;
        let count = grouped(self.findings.len() as u64);
        anstream::eprintln!("{}: {count} findings, {from} to {to}", self.days.deployment.place());
    }
}
