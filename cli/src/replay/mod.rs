//! `replay`: logs in, findings out.

mod gathered;

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use trailwarden_local::{LocalStore, Ordered};
use trailwarden_model::aws::authorization::privileges;
use trailwarden_model::{Finding, Severity};
use trailwarden_pipeline::{Counters, Pipeline};

use crate::args::{Format, ReplayArgs};
use crate::input::{self, Input, Progress, Source};
use crate::output::{self, Summary};
use crate::{Exit, settings};
use gathered::Gathered;

/// How often what was learned goes to the baseline's file while a run goes on.
const FLUSH_EVERY: u64 = 500_000;

/// Runs `replay`.
pub(crate) fn run(arguments: &ReplayArgs) -> anyhow::Result<Exit> {
    let settings = settings::load(arguments.config.as_deref())?;
    let expected = input::expected(arguments.expected.as_deref())?;
    let snapshots = arguments
        .authorization_details
        .iter()
        .map(|path| {
            Ok((
                path,
                std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read the snapshot {}", path.display()))?,
            ))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let store = match &arguments.baseline {
        Some(path) => LocalStore::open(path).with_context(|| format!("cannot use the baseline {}", path.display()))?,
        None => LocalStore::in_memory(),
    };
    let format = arguments.format.unwrap_or_else(|| default_format(arguments));
    let min_severity = arguments.min_severity.unwrap_or(match format {
        Format::Table => Severity::Medium,
        Format::Jsonl | Format::Asff | Format::Ocsf => Severity::Informational,
    });

    let Input { ordered, mut counters, files, progress } = input::read(&Source {
        paths: &arguments.paths,
        coverage: arguments.coverage,
        networks: arguments.networks.as_deref(),
        jobs: arguments.jobs,
    })?;

    let pipeline = Pipeline {
        store,
        publisher: Gathered::with_notices(arguments.notices.as_deref()).context("cannot write the notices")?,
        settings,
        expected,
        tell_from: Severity::Medium,
    };
    for (path, text) in &snapshots {
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
    let span = Span::of(arguments);
    pollster::block_on(judge_all(&pipeline, ordered, &span, &mut counters, &progress))?;
    pipeline.store.flush()?;
    progress.finish();

    let all = pipeline.publisher.in_order().context("cannot write the notices")?;
    let shown: Vec<&Finding> = all.iter().filter(|finding| finding.severity >= min_severity).collect();
    let hidden = all.len() - shown.len();
    output::deliver(arguments.output.as_deref(), |writer, styling| output::write(writer, format, &shown, styling))?;
    output::summarise(&Summary { counters: &counters, files, findings: &all, hidden, min_severity });
    let worst = all.iter().map(|finding| finding.severity).max();
    let failed = arguments.fail_on.is_some_and(|limit| worst.is_some_and(|worst| worst >= limit));
    Ok(if failed { Exit::Found } else { Exit::Done })
}

fn default_format(arguments: &ReplayArgs) -> Format {
    if arguments.output.is_none() && output::to_terminal() { Format::Table } else { Format::Jsonl }
}

/// Which part of the data is judged.
struct Span {
    learn: Option<SignedDuration>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Span {
    fn of(arguments: &ReplayArgs) -> Self {
        Self {
            learn: arguments.learn.map(|days| SignedDuration::from_hours(24 * i64::from(days))),
            from: arguments.learn_until.max(arguments.since),
            until: arguments.until,
        }
    }
}

async fn judge_all(
    pipeline: &Pipeline<LocalStore, Gathered>,
    ordered: Ordered,
    span: &Span,
    counters: &mut Counters,
    progress: &Progress,
) -> anyhow::Result<()> {
    let mut ordered = ordered;
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
            counters.staged_signals += verdict.staged as u64;
        }
        progress.judged(done);
        if done.is_multiple_of(FLUSH_EVERY) {
            pipeline.store.flush()?;
        }
    }
    counters.duplicate += ordered.duplicates();
    Ok(())
}
