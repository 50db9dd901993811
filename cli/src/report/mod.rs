//! `report`: logs or a deployment in, a page for people out.

mod deployed;

use std::path::Path;

use trailwarden_detectors::DETECTORS;
use trailwarden_exports::html::{self, Report, Watch};
use trailwarden_model::Severity;
use trailwarden_model::aws::catalog::CALLS;
use trailwarden_model::text::grouped;
use trailwarden_pipeline::Counters;

use crate::Exit;
use crate::args::{CoverageArg, ReportArgs};
use crate::output;
use crate::replay::{self, Judged, Run};
use deployed::Deployed;

/// Runs `report`.
pub(crate) fn run(arguments: &ReportArgs) -> anyhow::Result<Exit> {
    let min_severity = arguments.min_severity.unwrap_or(Severity::Informational);
    if arguments.paths.is_empty() {
        let deployed = Deployed::of(arguments)?;
        let report = deployed.report(min_severity);
        write(&report, &arguments.output)?;
        deployed.summarise();
        return Ok(Exit::of(report.findings, arguments.fail_on));
    }
    let judged = Judged::of(&Run {
        paths: &arguments.paths,
        since: arguments.since,
        until: arguments.until,
        notices: None,
        judging: &arguments.judging,
    })?;
    let report = of_logs(&judged, arguments.judging.coverage, min_severity);
    write(&report, &arguments.output)?;
    replay::summarise(&judged, &report);
    Ok(Exit::of(&judged.findings, arguments.fail_on))
}

fn write(report: &Report<'_>, path: &Path) -> anyhow::Result<()> {
    let file = (path != Path::new("-")).then_some(path);
    output::deliver(file, |writer, _| {
        html::write(report, writer)?;
        Ok(writer.flush()?)
    })?;
    if let Some(file) = file {
        anstream::eprintln!("written: {}", file.display());
    }
    Ok(())
}

/// What a page of judged logs tells of.
pub(crate) fn of_logs(judged: &Judged, coverage: CoverageArg, min_severity: Severity) -> Report<'_> {
    let Judged { findings, counters, files, period } = judged;
    let mut notes = vec![match coverage {
        CoverageArg::Catalog => format!("Judged was what a deployment would receive: {}.", catalog()),
        CoverageArg::Wide => "Every record was judged, and not only what a deployment would receive.".to_owned(),
    }];
    if counters.rejected_in_all() > 0 {
        notes.push("Records were rejected: nobody looked at what they say.".to_owned());
    }
    Report {
        of: format!("{} file{} of logs", grouped(*files as u64), if *files == 1 { "" } else { "s" }),
        findings,
        min_severity,
        period: *period,
        records: records(counters),
        notes,
        detectors: watched(),
        rest: "`trailwarden replay --format jsonl` writes each, and `trailwarden explain` shows it",
    }
}

/// What became of the records, in order; what did not happen is left out, but for what was judged.
fn records(counters: &Counters) -> Vec<(String, u64)> {
    let outcomes = [
        ("read", counters.received),
        ("learned from", counters.learned),
        ("judged", counters.judged),
        ("out of scope", counters.out_of_scope),
        ("given again", counters.duplicate),
    ];
    let rejected = counters.rejected.iter().map(|(reason, count)| (format!("rejected: {reason}"), *count));
    let told = outcomes.into_iter().filter(|(what, count)| *count > 0 || ["read", "judged"].contains(what));
    told.map(|(what, count)| (what.to_owned(), count)).chain(rejected).collect()
}

/// The calls in scope, in words.
fn catalog() -> String {
    let mut sources: Vec<&str> = CALLS.iter().map(|call| call.source).collect();
    sources.sort_unstable();
    sources.dedup();
    format!("{} calls of {} sources, the catalog", CALLS.len(), sources.len())
}

/// Every detector, and the story that joins what they find.
fn watched() -> Vec<Watch<'static>> {
    let story = Watch {
        id: "story.intrusion",
        summary: "Findings that hang together, told as one; its parts count as LOW while it is MEDIUM or above.",
        techniques: &[],
    };
    let detectors = DETECTORS.iter().map(|detector| Watch {
        id: detector.id,
        summary: detector.summary,
        techniques: detector.techniques,
    });
    detectors.chain([story]).collect()
}
