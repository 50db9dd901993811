//! Findings gathered in memory, each in its latest state.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use trailwarden_model::{Finding, FindingId};
use trailwarden_pipeline::Publisher;

/// Every finding told so far.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    findings: Mutex<BTreeMap<FindingId, Finding>>,
}

impl Gathered {
    /// Everything told, ordered by `first_seen`, then id.
    pub(super) fn in_order(&self) -> Vec<Finding> {
        let findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Finding> = findings.values().cloned().collect();
        all.sort_by(|a, b| (a.first_seen, &a.id).cmp(&(b.first_seen, &b.id)));
        all
    }
}

impl Publisher for Gathered {
    type Error = Infallible;

    async fn publish(&self, finding: &Finding) -> Result<(), Infallible> {
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        findings.insert(finding.id.clone(), finding.clone());
        Ok(())
    }
}
