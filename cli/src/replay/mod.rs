//! `replay`: logs in, findings out.

mod expected;
mod gathered;
mod progress;
mod scan;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use trailwarden_local::input::discover;
use trailwarden_local::{LocalStore, Ordered};
use trailwarden_model::aws::Coverage;
use trailwarden_model::aws::authorization::privileges;
use trailwarden_model::{Finding, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Counters, Pipeline};

use crate::args::{CoverageArg, Format, ReplayArgs};
use crate::output::{self, Summary};
use crate::{Exit, settings};
use gathered::Gathered;
use progress::Progress;

/// How often what was learned goes to the baseline's file while a run goes on.
const FLUSH_EVERY: u64 = 500_000;

/// Runs `replay`.
pub(crate) fn run(arguments: &ReplayArgs) -> anyhow::Result<Exit> {
    let settings = settings::load(arguments.config.as_deref())?;
    let networks = networks(arguments)?;
    let expected = expected::load(arguments.expected.as_deref())?;
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

    if let Some(bucket) = arguments.paths.iter().find(|path| path.starts_with("s3:")) {
        bail!("{} is a bucket, and buckets are not read yet: copy it first with `aws s3 sync`", bucket.display());
    }
    let discovery = discover(&arguments.paths);
    for problem in &discovery.problems {
        output::warn(&problem.to_string());
    }
    if discovery.files.is_empty() {
        bail!("nothing to read: name CloudTrail logs (.json, .jsonl, .ndjson, each also .gz) or folders of them");
    }
    let progress = Progress::start(discovery.size());
    let coverage = match arguments.coverage {
        CoverageArg::Catalog => Coverage::Catalog,
        CoverageArg::Wide => Coverage::Wide,
    };
    let scanned = scan::scan(&discovery.files, coverage, networks, arguments.jobs, &progress)?;
    for sample in &scanned.samples {
        output::warn(sample);
    }
    let mut counters = scanned.counters;
    if counters.received > 0 && counters.rejected_in_all() == counters.received {
        bail!("every one of {} records was rejected: none of this is CloudTrail", counters.received);
    }

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
    pollster::block_on(judge_all(&pipeline, scanned.ordered, &span, &mut counters, &progress))?;
    pipeline.store.flush()?;
    progress.finish();

    let all = pipeline.publisher.in_order().context("cannot write the notices")?;
    let shown: Vec<&Finding> = all.iter().filter(|finding| finding.severity >= min_severity).collect();
    let hidden = all.len() - shown.len();
    write_findings(arguments, format, &shown)?;
    output::summarise(&Summary {
        counters: &counters,
        files: discovery.files.len(),
        findings: &all,
        hidden,
        min_severity,
    });
    let worst = all.iter().map(|finding| finding.severity).max();
    let failed = arguments.fail_on.is_some_and(|limit| worst.is_some_and(|worst| worst >= limit));
    Ok(if failed { Exit::Found } else { Exit::Done })
}

fn default_format(arguments: &ReplayArgs) -> Format {
    if arguments.output.is_none() && io::stdout().is_terminal() { Format::Table } else { Format::Jsonl }
}

fn networks(arguments: &ReplayArgs) -> anyhow::Result<NetworkTable> {
    let Some(path) = &arguments.networks else { return Ok(NetworkTable::shipped()) };
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the address table {}", path.display()))?;
    NetworkTable::from_bytes(bytes).with_context(|| format!("cannot use the address table {}", path.display()))
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

fn write_findings(arguments: &ReplayArgs, format: Format, findings: &[&Finding]) -> anyhow::Result<()> {
    match &arguments.output {
        None => output::write(&mut io::stdout().lock(), format, findings, output::Styling::of_stdout()),
        // A device, a pipe: what is no file must not be replaced by one.
        Some(path) if path.exists() && !path.is_file() => {
            let file = File::options().write(true).open(path);
            let file = file.with_context(|| format!("cannot write {}", path.display()))?;
            output::write(&mut BufWriter::new(file), format, findings, output::Styling::Plain)
        }
        Some(path) => {
            // Written beside it first: a reader never sees half a file.
            let mut beside = path.as_os_str().to_owned();
            beside.push(".part");
            let file = File::create(&beside).with_context(|| format!("cannot write {}", path.display()))?;
            let mut writer = BufWriter::new(file);
            output::write(&mut writer, format, findings, output::Styling::Plain)?;
            writer.flush()?;
            std::fs::rename(&beside, path).with_context(|| format!("cannot write {}", path.display()))
        }
    }
}

/// How often a progress bar is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(100);
