//! Input: what was named on the command line, read whole, sorted, and what is wrong with it told.

mod expected;
mod progress;
mod scan;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use trailwarden_local::Ordered;
use trailwarden_local::input::discover;
use trailwarden_model::aws::Coverage;
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::Counters;

use crate::args::CoverageArg;
use crate::output;

pub(crate) use expected::load as expected;
pub(crate) use progress::Progress;

/// What is to be read, and how.
pub(crate) struct Source<'a> {
    /// Files and folders.
    pub(crate) paths: &'a [PathBuf],
    /// Which records are wanted.
    pub(crate) coverage: CoverageArg,
    /// The address table, where it is not the one shipped.
    pub(crate) networks: Option<&'a Path>,
    /// How many files are read at once.
    pub(crate) jobs: Option<NonZeroUsize>,
}

/// What was read.
pub(crate) struct Input {
    /// The activities in order of time.
    pub(crate) ordered: Ordered,
    /// What became of the records so far.
    pub(crate) counters: Counters,
    /// How many files there were.
    pub(crate) files: usize,
    /// The progress, which goes on.
    pub(crate) progress: Progress,
}

/// Reads everything; a run in which every record was rejected is an error.
pub(crate) fn read(source: &Source<'_>) -> anyhow::Result<Input> {
    let networks = networks(source.networks)?;
    if let Some(bucket) = source.paths.iter().find(|path| path.starts_with("s3:")) {
        bail!("{} is a bucket, and buckets are not read yet: copy it first with `aws s3 sync`", bucket.display());
    }
    let discovery = discover(source.paths);
    for problem in &discovery.problems {
        output::warn(&problem.to_string());
    }
    if discovery.files.is_empty() {
        bail!("nothing to read: name CloudTrail logs (.json, .jsonl, .ndjson, each also .gz) or folders of them");
    }
    let progress = Progress::start(discovery.size());
    let coverage = match source.coverage {
        CoverageArg::Catalog => Coverage::Catalog,
        CoverageArg::Wide => Coverage::Wide,
    };
    let scanned = scan::scan(&discovery.files, coverage, networks, source.jobs, &progress)?;
    for sample in &scanned.samples {
        output::warn(sample);
    }
    let counters = scanned.counters;
    if counters.received > 0 && counters.rejected_in_all() == counters.received {
        bail!("every one of {} records was rejected: none of this is CloudTrail", counters.received);
    }
    Ok(Input { ordered: scanned.ordered, counters, files: discovery.files.len(), progress })
}

fn networks(path: Option<&Path>) -> anyhow::Result<NetworkTable> {
    let Some(path) = path else { return Ok(NetworkTable::shipped()) };
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the address table {}", path.display()))?;
    NetworkTable::from_bytes(bytes).with_context(|| format!("cannot use the address table {}", path.display()))
}
