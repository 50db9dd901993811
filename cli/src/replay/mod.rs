//! `replay`: logs in, findings out.

mod gathered;
mod judged;

use trailwarden_model::{Finding, Severity};

use crate::Exit;
use crate::args::{Format, ReplayArgs};
use crate::output::{self, Summary};

use judged::{Judged, Run};

/// Runs `replay`.
pub(crate) fn run(arguments: &ReplayArgs) -> anyhow::Result<Exit> {
    let format = arguments.format.unwrap_or_else(|| default_format(arguments));
    let min_severity = arguments.min_severity.unwrap_or(match format {
        Format::Table => Severity::Medium,
        Format::Jsonl | Format::Asff | Format::Ocsf => Severity::Informational,
    });
    let judged = Judged::of(&Run {
        paths: &arguments.paths,
        since: arguments.since,
        until: arguments.until,
        notices: arguments.notices.as_deref(),
        judging: &arguments.judging,
    })?;
    let Judged { findings, counters, files } = judged;
    let shown: Vec<&Finding> = findings.iter().filter(|finding| finding.severity >= min_severity).collect();
    let hidden = findings.len() - shown.len();
    output::deliver(arguments.output.as_deref(), |writer, styling| output::write(writer, format, &shown, styling))?;
    output::summarise(&Summary { counters: &counters, files, findings: &findings, hidden, min_severity });
    Ok(Exit::of(&findings, arguments.fail_on))
}

fn default_format(arguments: &ReplayArgs) -> Format {
    if arguments.output.is_none() && output::to_terminal() { Format::Table } else { Format::Jsonl }
}
