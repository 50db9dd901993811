//! `replay`: logs in, findings out.

mod gathered;
mod judged;

use trailwarden_exports::html::Report;
use trailwarden_model::Severity;

use crate::Exit;
use crate::args::{Format, ReplayArgs};
use crate::output::{self, Summary};
use crate::report;

pub(crate) use judged::{Judged, Run};

/// Runs `replay`.
pub(crate) fn run(arguments: &ReplayArgs) -> anyhow::Result<Exit> {
    let format = arguments.format.unwrap_or_else(|| default_format(arguments));
    let min_severity = arguments.min_severity.unwrap_or(match format {
        Format::Table => Severity::Medium,
        Format::Jsonl | Format::Asff | Format::Ocsf | Format::Html => Severity::Informational,
    });
    let judged = Judged::of(&Run {
        paths: &arguments.paths,
        since: arguments.since,
        until: arguments.until,
        notices: arguments.notices.as_deref(),
        judging: &arguments.judging,
    })?;
    let report = report::of_logs(&judged, arguments.judging.coverage, min_severity);
    output::deliver(arguments.output.as_deref(), |writer, styling| output::write(writer, format, &report, styling))?;
    summarise(&judged, &report);
    Ok(Exit::of(&judged.findings, arguments.fail_on))
}

/// Says what the run came to.
pub(crate) fn summarise(judged: &Judged, report: &Report<'_>) {
    let Judged { findings, counters, files, .. } = judged;
    let (hidden, min_severity) = (findings.len() - report.shown().len(), report.min_severity);
    output::summarise(&Summary { counters, files: *files, findings, hidden, min_severity });
}

fn default_format(arguments: &ReplayArgs) -> Format {
    if arguments.output.is_none() && output::to_terminal() { Format::Table } else { Format::Jsonl }
}
