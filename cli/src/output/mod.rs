//! Output: findings to stdout, everything said about the run to stderr.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anstream::eprintln;
use anyhow::Context;
use serde::Serialize;
use trailwarden_exports::html::{self, Report};
use trailwarden_exports::{Asff, Import, ocsf, terminal};
use trailwarden_model::text::{grouped, json, visible};
use trailwarden_model::{Finding, Severity, Status};
use trailwarden_pipeline::Counters;

use crate::args::Format;

pub(crate) use trailwarden_exports::terminal::{Styling, explain, paint, wrap};

/// What standard output can show: colours on a terminal, unless `NO_COLOR` says no.
pub(crate) fn styling() -> Styling {
    match anstream::AutoStream::choice(&io::stdout()) {
        anstream::ColorChoice::Never => Styling::Plain,
        _ => Styling::Coloured,
    }
}

/// How wide people read: the terminal's width, between 60 and 100 columns, 80 where there is none.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout()).map_or(80, |(width, _)| usize::from(width.0).clamp(60, 100))
}

/// Hands out where data goes: standard output, or a file that is whole or not there.
pub(crate) fn deliver(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write, Styling) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(path) = path else {
        return write(&mut io::stdout().lock(), styling());
    };
    let unwritable = || format!("cannot write {}", path.display());
    // A device, a pipe: what is no file must not be replaced by one.
    if path.exists() && !path.is_file() {
        let mut writer = BufWriter::new(File::options().write(true).open(path).with_context(unwritable)?);
        write(&mut writer, Styling::Plain).with_context(unwritable)?;
        return writer.flush().with_context(unwritable);
    }
    // Written beside it first: a reader never sees half a file.
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let whole = || -> anyhow::Result<()> {
        let mut writer = BufWriter::new(File::create(&beside)?);
        write(&mut writer, Styling::Plain)?;
        writer.flush()?;
        Ok(std::fs::rename(&beside, path)?)
    };
    whole().with_context(unwritable).inspect_err(|_| drop(std::fs::remove_file(&beside)))
}

/// Writes findings.
pub(crate) fn write(
    writer: &mut dyn Write,
    format: Format,
    report: &Report<'_>,
    styling: Styling,
) -> anyhow::Result<()> {
    let findings = report.shown();
    match format {
        Format::Jsonl => lines(writer, findings.iter())?,
        Format::Asff => lines(writer, findings.iter().map(|finding| Asff::of(finding, &Import::PerMember)))?,
        Format::Ocsf => lines(writer, findings.iter().map(|finding| ocsf::detection_finding(finding)))?,
        Format::Table => terminal::write(writer, &findings, styling, width())?,
        Format::Html => html::write(report, writer)?,
    }
    writer.flush()?;
    Ok(())
}

/// Writes one JSON document a line.
fn lines(writer: &mut dyn Write, documents: impl Iterator<Item = impl Serialize>) -> anyhow::Result<()> {
    for document in documents {
        writeln!(writer, "{}", json(&document)?)?;
    }
    Ok(())
}

/// Says something about the input that did not stop the run.
pub(crate) fn warn(text: &str) {
    let style = anstyle::AnsiColor::Yellow.on_default();
    eprintln!("{style}warning:{style:#} {}", visible(text));
}

/// Says why the run could not go on.
pub(crate) fn tell_error(error: &anyhow::Error) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    let text: Vec<String> = error.chain().map(ToString::to_string).collect();
    eprintln!("{style}error:{style:#} {}", visible(&text.join(": ")));
}

/// What a run came to.
pub(crate) struct Summary<'a> {
    /// What became of the records.
    pub(crate) counters: &'a Counters,
    /// How many files were read.
    pub(crate) files: usize,
    /// Every finding.
    pub(crate) findings: &'a [Finding],
    /// How many of them were not shown.
    pub(crate) hidden: usize,
    /// Below which they were not shown.
    pub(crate) min_severity: Severity,
}

/// Says what became of the records: the counters, which reconcile.
pub(crate) fn account_for(counters: &Counters, files: usize, judged: &str) {
    let mut parts = vec![
        format!("{} {judged}", grouped(counters.judged)),
        format!("{} out of scope", grouped(counters.out_of_scope)),
    ];
    if counters.learned > 0 {
        parts.insert(0, format!("{} learned from", grouped(counters.learned)));
    }
    for (count, what) in [(counters.duplicate, "given again"), (counters.rejected_in_all(), "rejected")] {
        if count > 0 {
            parts.push(format!("{} {what}", grouped(count)));
        }
    }
    eprintln!("{} records in {} files: {}", grouped(counters.received), files, parts.join(", "));
    for (reason, count) in &counters.rejected {
        eprintln!("  rejected {}: {reason}", grouped(*count));
    }
    if !counters.reconcile() {
        warn("the counters do not reconcile: this is a fault of trailwarden, please report it");
    }
}

/// Says what a run came to: what became of the records, and the findings by severity.
pub(crate) fn summarise(summary: &Summary<'_>) {
    let counters = summary.counters;
    account_for(counters, summary.files, "judged");
    let by_severity: Vec<String> = Severity::ALL
        .iter()
        .rev()
        .map(|severity| {
            (
                severity,
                summary
                    .findings
                    .iter()
                    .filter(|finding| finding.severity == *severity && finding.status == Status::Open)
                    .count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}", severity.name()))
        .collect();
    let resolved = summary.findings.iter().filter(|finding| finding.status == Status::Resolved).count();
    let mut line = if by_severity.is_empty() {
        "no open findings".to_owned()
    } else {
        format!("findings: {}", by_severity.join(", "))
    };
    if resolved > 0 {
        line += &format!("; {resolved} resolved by themselves");
    }
    if summary.hidden > 0 {
        line += &format!(
            " ({} below {} not shown: --min-severity informational)",
            summary.hidden,
            summary.min_severity.name()
        );
    }
    eprintln!("{line}");
    if counters.staged_signals > 0 {
        eprintln!("{} signals of staged detectors were counted and told nobody", grouped(counters.staged_signals));
    }
}

/// Whether standard output is a terminal.
pub(crate) fn to_terminal() -> bool {
    io::stdout().is_terminal()
}
