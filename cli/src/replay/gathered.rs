//! Findings gathered in memory, each in its latest state, and the notices people would have had, as they came.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use trailwarden_model::{Finding, FindingId, text};
use trailwarden_pipeline::{Failure, Publisher};

/// Every finding so far, and where notices are written.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    findings: Mutex<BTreeMap<FindingId, Finding>>,
    notices: Option<Mutex<BufWriter<File>>>,
}

/// A notice could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write a notice")]
pub(super) struct Unwritten(#[from] io::Error);

impl Failure for Unwritten {
    fn is_retryable(&self) -> bool {
        false
    }
}

impl Gathered {
    /// Gathers findings, and writes notices to a file where one is named.
    pub(super) fn with_notices(path: Option<&Path>) -> io::Result<Self> {
        let notices = path.map(|path| File::create(path).map(|file| Mutex::new(BufWriter::new(file)))).transpose()?;
        Ok(Self { findings: Mutex::default(), notices })
    }

    /// Everything told, ordered by `first_seen`, then id.
    pub(super) fn in_order(&self) -> io::Result<Vec<Finding>> {
        if let Some(notices) = &self.notices {
            notices.lock().unwrap_or_else(PoisonError::into_inner).flush()?;
        }
        let findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Finding> = findings.values().cloned().collect();
        all.sort_by(|a, b| (a.first_seen, &a.id).cmp(&(b.first_seen, &b.id)));
        Ok(all)
    }
}

impl Publisher for Gathered {
    type Error = Unwritten;

    async fn publish(&self, finding: &Finding) -> Result<(), Unwritten> {
        if let Some(notices) = &self.notices {
            let line = text::json(finding).map_err(io::Error::from)?;
            writeln!(notices.lock().unwrap_or_else(PoisonError::into_inner), "{line}")?;
        }
        Ok(())
    }

    async fn follow(&self, finding: &Finding) -> Result<(), Unwritten> {
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        // Whatever a story is told from is heard of again each time it is told.
        if findings.get(&finding.id).is_none_or(|known| known.revision != finding.revision) {
            findings.insert(finding.id.clone(), finding.clone());
        }
        Ok(())
    }
}
