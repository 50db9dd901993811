//! The work file: what was learned from which inputs, and how far it was sent.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use trailwarden_detectors::memory::{Baseline, Subject};
use trailwarden_local::LocalStore;
use trailwarden_local::input::discover;
use trailwarden_model::Severity;
use trailwarden_pipeline::{Counters, Pipeline};

use crate::args::{BackfillArgs, CoverageArg};
use crate::input::{self, Input, Source};
use crate::settings;

/// How often what was learned goes to the file meanwhile.
const FLUSH_EVERY: u64 = 500_000;

/// What was to be learned from.
const INPUTS: &str = "backfill-inputs";
/// That all of it was learned from, and what came of that.
const LEARNED: &str = "backfill-learned";
/// The last subject that was sent.
const CURSOR: &str = "backfill-cursor";

/// What learning came to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Learned {
    pub(super) counters: Counters,
    pub(super) files: usize,
    /// When the newest activity happened; none where nothing was in scope.
    pub(super) newest: Option<Timestamp>,
}

/// The memory being made of the logs, in a file.
pub(super) struct Work {
    store: Arc<LocalStore>,
    path: PathBuf,
}

impl Work {
    /// Opens the file of an earlier run over the same inputs, or a new one.
    pub(super) fn open(arguments: &BackfillArgs, deployment: &str) -> anyhow::Result<Self> {
        let named = || PathBuf::from(format!("trailwarden-backfill-{}.work", arguments.deployment.stack));
        let path = arguments.work.clone().unwrap_or_else(named);
        let (existed, inputs) = (path.exists(), digest(arguments, deployment)?);
        let store = LocalStore::open(&path).with_context(|| format!("cannot use the work file {}", path.display()))?;
        match store.noted(INPUTS)? {
            Some(known) if known == inputs => {}
            // A run that was killed before it noted anything left a file that holds nothing.
            None if !existed || store.size()? == 0 => store.note(INPUTS, &inputs)?,
            Some(_) => bail!(
                "{} holds a backfill of other inputs, or for another deployment, that was not finished: remove it, or name another with --work",
                path.display()
            ),
            None => bail!("{} is no work file of backfill: name another with --work", path.display()),
        }
        Ok(Self { store: Arc::new(store), path })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Learns from all inputs, unless an earlier run did.
    pub(super) fn learned(&self, arguments: &BackfillArgs) -> anyhow::Result<Learned> {
        if let Some(text) = self.store.noted(LEARNED)? {
            anstream::eprintln!("learned by an earlier run already");
            return serde_json::from_str(&text)
                .with_context(|| format!("{} is damaged: remove it", self.path.display()));
        }
        let learned = self.learn(arguments)?;
        self.store.note(LEARNED, &serde_json::to_string(&learned)?)?;
        Ok(learned)
    }

    fn learn(&self, arguments: &BackfillArgs) -> anyhow::Result<Learned> {
        let Input { mut ordered, mut counters, files, progress } = input::read(&Source {
            paths: &arguments.paths,
            coverage: CoverageArg::Catalog,
            networks: arguments.networks.as_deref(),
            jobs: arguments.jobs,
        })?;
        let pipeline = Pipeline {
            store: Arc::clone(&self.store),
            publisher: (),
            settings: settings::load(arguments.config.as_deref())?,
            expected: Vec::new(),
            tell_from: Severity::Medium,
        };
        let mut newest = None;
        for (done, activity) in ordered.by_ref().enumerate() {
            let activity = activity.context("cannot read back what was sorted")?;
            let early = arguments.since.is_some_and(|since| activity.time < since);
            if early || arguments.until.is_some_and(|until| activity.time >= until) {
                counters.out_of_scope += 1;
                continue;
            }
            pollster::block_on(pipeline.learn(&activity))?;
            counters.learned += 1;
            newest = newest.max(Some(activity.time));
            if done.is_multiple_of(1024) {
                progress.said(&format!("learned from {} activities", counters.learned));
            }
            if counters.learned.is_multiple_of(FLUSH_EVERY) {
                self.store.flush()?;
            }
        }
        counters.duplicate += ordered.duplicates();
        progress.finish();
        Ok(Learned { counters, files, newest })
    }

    /// How many subjects there are.
    pub(super) fn size(&self) -> anyhow::Result<u64> {
        Ok(self.store.size()?)
    }

    /// Which subject was the last to arrive.
    pub(super) fn cursor(&self) -> anyhow::Result<Option<Subject>> {
        Ok(self.store.noted(CURSOR)?.as_deref().map(Subject::from_stored))
    }

    /// Remembers which subject was the last to arrive.
    pub(super) fn sent_until(&self, subject: &Subject) -> anyhow::Result<()> {
        Ok(self.store.note(CURSOR, subject.as_str())?)
    }

    /// Visits every subject after one.
    pub(super) fn walk(
        &self,
        after: Option<&Subject>,
        visit: impl FnMut(Subject, Baseline) -> anyhow::Result<ControlFlow<()>>,
    ) -> anyhow::Result<()> {
        self.store.walk(after, visit)
    }

    /// Everything arrived: nothing is left to go on with.
    pub(super) fn done(self) -> anyhow::Result<()> {
        drop(self.store);
        std::fs::remove_file(&self.path).with_context(|| format!("cannot remove {}", self.path.display()))
    }
}

/// What says that two runs are the same: files by name and size, how they are read, and what for.
fn digest(arguments: &BackfillArgs, deployment: &str) -> anyhow::Result<String> {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    };
    for file in discover(&arguments.paths).files {
        if file.size.is_none() {
            bail!("{} has no end to come back to: give files and folders", file.path.display());
        }
        add(&file.path.to_string_lossy());
        add(&format!("{:?}", file.size));
    }
    for path in [&arguments.networks, &arguments.config].into_iter().flatten() {
        add(&String::from_utf8_lossy(&std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?));
    }
    add(deployment);
    add(&format!("{:?}", arguments.deployment.profile));
    add(&format!("{:?} {:?} {}", arguments.since, arguments.until, env!("CARGO_PKG_VERSION")));
    Ok(digest.finalize().iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}")))
}
