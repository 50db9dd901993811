//! `trailwarden doctor`: what a deployment sees of each account and region, and what is at fault where it does not.

mod trail;

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};
use jiff::{SignedDuration, Timestamp};
use trailwarden_model::text::{json_in_lines, visible};
use trailwarden_remote::{Coverage, Fault, Place, Row, Sighting, State};

use crate::Exit;
use crate::args::{DoctorArgs, DoctorFormat};
use crate::output::{self, Styling, paint, wrap};
use crate::reach::reach;

/// The paths, by the names the report has for them and the ones people read.
const PATHS: [(&str, &str); 3] =
    [("credential-added", "credentials"), ("secret-accessed", "secrets"), ("console-login", "sign-ins")];
/// How wide a region's column is: as wide as the longest region, `ap-southeast-1`, and then some.
const REGION: usize = 18;
/// How wide a path's column is: as wide as `seen 59m ago` and a gap.
const PATH: usize = 14;

/// Runs the command.
pub(crate) fn run(arguments: &DoctorArgs) -> anyhow::Result<Exit> {
    let default = if io::stdout().is_terminal() { DoctorFormat::Table } else { DoctorFormat::Json };
    let format = arguments.format.unwrap_or(default);
    if !arguments.trail.is_empty() {
        return trail::run(arguments, format);
    }
    let (runtime, deployment) = reach(&arguments.deployment)?;
    let coverage = runtime.block_on(deployment.sight())?;
    let whole = coverage.is_whole();
    output::deliver(None, |writer, styling| {
        match format {
            DoctorFormat::Table => write!(writer, "{}", text(&coverage, styling, output::width()))?,
            DoctorFormat::Json => writeln!(writer, "{}", json_in_lines(&coverage)?)?,
        }
        Ok(())
    })?;
    Ok(if whole { Exit::Done } else { Exit::Found })
}

/// What people read of it, without colours, so many columns wide.
#[must_use]
pub fn table(coverage: &Coverage, width: usize) -> String {
    text(coverage, Styling::Plain, width)
}

fn text(coverage: &Coverage, styling: Styling, width: usize) -> String {
    let mut lines = Vec::new();
    let mut account = "";
    for row in &coverage.rows {
        if row.place.account != account {
            account = &row.place.account;
            lines.extend((!lines.is_empty()).then(String::new));
            lines.push(heading(&row.place, coverage, styling));
        }
        lines.push(line(row, coverage, styling));
    }
    lines.push(String::new());
    for fault in &coverage.faults {
        lines.extend(described(fault, styling, width));
    }
    lines.push(summary(coverage, width));
    for note in &coverage.notes {
        lines.push(wrap("note", note, width));
    }
    lines.join("\n") + "\n"
}

fn heading(place: &Place, coverage: &Coverage, styling: Styling) -> String {
    let home = if place.account == coverage.home.account { " (the deployment's own)" } else { "" };
    let account = visible(&format!("{}{home}", place.account));
    let mut columns = format!("\n  {:<REGION$}", "region");
    for (_, title) in PATHS {
        columns += &format!("{title:<PATH$}");
    }
    let account = paint(&format!("account {account}"), Style::new().bold(), styling);
    account + &paint(columns.trim_end(), AnsiColor::BrightBlack.on_default(), styling)
}

fn line(row: &Row, coverage: &Coverage, styling: Styling) -> String {
    let mut line = format!("  {:<REGION$}", visible(&row.place.region));
    for (path, _) in PATHS {
        let (words, style) =
            row.paths.get(path).map_or(("-".to_owned(), Style::new()), |sighting| words(sighting, &coverage.at));
        // Padded before it is painted: a colour has no width.
        let padding = " ".repeat(PATH.saturating_sub(words.chars().count()));
        line += &(paint(&words, style, styling) + &padding);
    }
    line.trim_end().to_owned()
}

fn words(sighting: &Sighting, at: &str) -> (String, Style) {
    match sighting.state {
        State::Seen => (format!("seen{}", ago(sighting.heard.as_deref(), at)), AnsiColor::Green.on_default()),
        State::Configured => ("configured".to_owned(), AnsiColor::Green.on_default()),
        State::Waiting => ("waiting".to_owned(), AnsiColor::Yellow.on_default()),
        State::Blind => ("BLIND".to_owned(), AnsiColor::Red.on_default().bold()),
        State::Unknown => ("unknown".to_owned(), AnsiColor::Yellow.on_default().bold()),
    }
}

/// How long before the report something was heard: ` 4m`, ` 2h`, ` 3d`.
fn ago(heard: Option<&str>, at: &str) -> String {
    let time = |text: &str| text.parse::<Timestamp>().ok();
    let Some(age) = heard.and_then(time).zip(time(at)).map(|(heard, at)| at.duration_since(heard)) else {
        return String::new();
    };
    let age = age.max(SignedDuration::ZERO);
    match age.as_mins() {
        minutes @ 0..=99 => format!(" {minutes}m"),
        minutes @ 100..=2880 => format!(" {}h", minutes / 60),
        minutes => format!(" {}d", minutes / 1440),
    }
}

fn described(fault: &Fault, styling: Styling, width: usize) -> Vec<String> {
    let blinds: Vec<&str> = PATHS
        .iter()
        .filter(|(path, _)| fault.blinds.iter().any(|name| name == path))
        .map(|(_, title)| *title)
        .collect();
    let (label, style) = if blinds.is_empty() {
        ("FAULT", AnsiColor::Yellow.on_default().bold())
    } else {
        ("BLIND", AnsiColor::Red.on_default().bold())
    };
    let wrapped = wrap(label, &fault.says, width);
    let first = wrapped.strip_prefix(label).map_or_else(|| wrapped.clone(), |rest| paint(label, style, styling) + rest);
    let mut lines = vec![first];
    if !blinds.is_empty() {
        lines.push(wrap("    of", &blinds.join(", "), width));
    }
    // Commands are to be copied: on a line of their own, whatever its length.
    lines.push(format!("    mend  {}", visible(&fault.mend)));
    lines.push(paint(&format!("          {}", visible(&fault.check)), AnsiColor::BrightBlack.on_default(), styling));
    lines.push(String::new());
    lines
}

fn summary(coverage: &Coverage, width: usize) -> String {
    let count = |wanted: State| {
        coverage.rows.iter().flat_map(|row| row.paths.values()).filter(|sighting| sighting.state == wanted).count()
    };
    let paths = [
        (count(State::Seen), "seen"),
        (count(State::Configured), "configured"),
        (count(State::Waiting), "waiting"),
        (count(State::Blind), "blind"),
        (count(State::Unknown), "unknown"),
    ];
    let paths: Vec<String> =
        paths.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let faults = match coverage.faults.len() {
        0 => "nothing at fault".to_owned(),
        1 => "1 fault".to_owned(),
        more => format!("{more} faults"),
    };
    wrap("paths", &format!("{}; {faults}", paths.join(", ")), width)
}
