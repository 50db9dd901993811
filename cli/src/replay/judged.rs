//! Judged: logs read whole, in order of time, and what was found in them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use trailwarden_local::{LocalStore, Ordered};
use trailwarden_model::aws::authorization::privileges;
use trailwarden_model::{Finding, Severity};
use trailwarden_pipeline::{Counters, Pipeline};

use super::gathered::Gathered;
use crate::args::JudgingArgs;
use crate::input::{self, Input, Progress, Source};
use crate::settings;

/// How often what was learned goes to the baseline's file while a run goes on.
const FLUSH_EVERY: u64 = 500_000;

/// What is to be judged, and how.
pub(crate) struct Run<'a> {
    /// Files and folders.
    pub(crate) paths: &'a [PathBuf],
    /// From when on it is judged; what comes before is learned from.
    pub(crate) since: Option<Timestamp>,
    /// Until when.
    pub(crate) until: Option<Timestamp>,
    /// Where notices are written.
    pub(crate) notices: Option<&'a Path>,
    /// How it is judged.
    pub(crate) judging: &'a JudgingArgs,
}

/// What a run found.
pub(crate) struct Judged {
    /// Every finding in its final state, ordered by `first_seen`, then id.
    pub(crate) findings: Vec<Finding>,
    /// What became of the records.
    pub(crate) counters: Counters,
    /// How many files were read.
    pub(crate) files: usize,
    /// When the first and the last activity that was judged happened.
    pub(crate) period: Option<(Timestamp, Timestamp)>,
}

impl Judged {
    /// Reads and judges.
    pub(crate) fn of(run: &Run<'_>) -> anyhow::Result<Self> {
        let judging = run.judging;
        let settings = settings::load(judging.config.as_deref())?;
        let expected = input::expected(judging.expected.as_deref())?;
        let snapshots = snapshots(&judging.authorization_details)?;
        let store = match &judging.baseline {
            Some(path) => {
                LocalStore::open(path).with_context(|| format!("cannot use the baseline {}", path.display()))?
            }
            None => LocalStore::in_memory(),
        };
        let Input { ordered, mut counters, files, progress } = input::read(&Source {
            paths: run.paths,
            coverage: judging.coverage,
            networks: judging.networks.as_deref(),
            jobs: judging.jobs,
        })?;
        let pipeline = Pipeline {
            store,
            publisher: Gathered::with_notices(run.notices).context("cannot write the notices")?,
            settings,
            expected,
            tell_from: Severity::Medium,
        };
        know_privileges(&pipeline, &snapshots)?;
        let period = pollster::block_on(judge_all(&pipeline, ordered, &Span::of(run), &mut counters, &progress))?;
        pipeline.store.flush()?;
        progress.finish();
        let findings = pipeline.publisher.in_order().context("cannot write the notices")?;
        Ok(Self { findings, counters, files, period })
    }
}

fn snapshots(paths: &[PathBuf]) -> anyhow::Result<Vec<(&PathBuf, String)>> {
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read the snapshot {}", path.display()))
    };
    paths.iter().map(|path| Ok((path, read(path)?))).collect()
}

fn know_privileges(pipeline: &Pipeline<LocalStore, Gathered>, snapshots: &[(&PathBuf, String)]) -> anyhow::Result<()> {
    for (path, text) in snapshots {
        let known = privileges(text).with_context(|| {
            format!("{} is no output of `aws iam get-account-authorization-details`", path.display())
        })?;
        if known.is_empty() {
            bail!(
                "{} names no identity: give the output of `aws iam get-account-authorization-details`",
                path.display()
            );
        }
        pollster::block_on(pipeline.know_privileges(&known, Timestamp::UNIX_EPOCH))?;
    }
    Ok(())
}

/// Which part of the data is judged.
struct Span {
    learn: Option<SignedDuration>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Span {
    fn of(run: &Run<'_>) -> Self {
        Self {
            learn: run.judging.learn.map(|days| SignedDuration::from_hours(24 * i64::from(days))),
            from: run.judging.learn_until.max(run.since),
            until: run.until,
        }
    }
}

/// Judges what is in the span and learns from what comes before it; from when until when that was.
async fn judge_all(
    pipeline: &Pipeline<LocalStore, Gathered>,
    ordered: Ordered,
    span: &Span,
    counters: &mut Counters,
    progress: &Progress,
) -> anyhow::Result<Option<(Timestamp, Timestamp)>> {
    let mut ordered = ordered;
    let mut period: Option<(Timestamp, Timestamp)> = None;
    let mut learned_until = span.from;
    let mut done: u64 = 0;
    for activity in ordered.by_ref() {
        let activity = activity.context("cannot read back what was sorted")?;
        if done == 0
            && let Some(learn) = span.learn
        {
            learned_until = learned_until.max(activity.time.saturating_add(learn).ok());
        }
        done += 1;
        if span.until.is_some_and(|until| activity.time >= until) {
            counters.out_of_scope += 1;
        } else if learned_until.is_some_and(|until| activity.time < until) {
            pipeline.learn(&activity).await?;
            counters.learned += 1;
        } else {
            let verdict = pipeline.judge(&activity).await?;
            counters.judged += 1;
            period = Some((period.map_or(activity.time, |(from, _)| from), activity.time));
            counters.staged_signals += verdict.staged as u64;
        }
        progress.judged(done);
        if done.is_multiple_of(FLUSH_EVERY) {
            pipeline.store.flush()?;
        }
    }
    counters.duplicate += ordered.duplicates();
    Ok(period)
}
