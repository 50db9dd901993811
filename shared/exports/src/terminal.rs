//! The table people read: one card a finding, the gravest first, at any width from 60 columns.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WordSplitter};
use trailwarden_model::text::visible;
use trailwarden_model::{Evidence, Finding, Severity, Status};

use crate::words::{from, moment, when, who};

/// How far a card's body is set in: as wide as its widest label.
const INDENT: &str = "          ";
/// How many reasons a card shows.
const REASONS: usize = 2;
/// How many events an explanation lists.
const EVENTS: usize = 40;

/// Whether what is written carries colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Styling {
    /// No colours.
    Plain,
    /// Colours of a terminal.
    Coloured,
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::White.on(AnsiColor::Red).bold(),
        Severity::High => AnsiColor::Red.on_default().bold(),
        Severity::Medium => AnsiColor::Yellow.on_default().bold(),
        Severity::Low => AnsiColor::Cyan.on_default(),
        Severity::Informational => AnsiColor::BrightBlack.on_default(),
    }
}

/// Text in a style, where styles are shown.
#[must_use]
pub fn paint(text: &str, style: Style, styling: Styling) -> String {
    match styling {
        Styling::Plain => text.to_owned(),
        Styling::Coloured => format!("{style}{text}{style:#}"),
    }
}

/// Names are to be copied: nothing is broken but at spaces.
fn options<'a>(width: usize) -> Options<'a> {
    Options::new(width).word_separator(WordSeparator::AsciiSpace).word_splitter(WordSplitter::NoHyphenation)
}

/// Text wrapped under a label.
#[must_use]
pub fn wrap(label: &str, text: &str, width: usize) -> String {
    let first = format!("{label:<10}");
    textwrap::fill(&visible(text), options(width).initial_indent(&first).subsequent_indent(INDENT))
}

/// Writes cards, the gravest first, within a severity in order of time.
pub fn write(writer: &mut dyn Write, findings: &[&Finding], styling: Styling, width: usize) -> io::Result<()> {
    let mut cards: Vec<&&Finding> = findings.iter().collect();
    cards.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.first_seen.cmp(&b.first_seen)).then(a.id.cmp(&b.id)));
    for finding in cards {
        writeln!(writer, "{}", card(finding, styling, width))?;
    }
    Ok(())
}

fn card(finding: &Finding, styling: Styling, width: usize) -> String {
    let mut lines = vec![heading(finding, styling, width)];
    lines.push(wrap("    who", &who(finding), width));
    lines.push(wrap("    from", &from(finding), width));
    lines.push(wrap("    when", &when(finding), width));
    for (index, reason) in reasons(finding).take(REASONS).enumerate() {
        lines.push(wrap(if index == 0 { "    why" } else { "" }, &because(reason), width));
    }
    lines.push(paint(
        &wrap("", &format!("{} · {}", finding.kind, finding.id), width),
        AnsiColor::BrightBlack.on_default(),
        styling,
    ));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn heading(finding: &Finding, styling: Styling, width: usize) -> String {
    let label = match finding.status {
        Status::Open => label(finding.severity),
        Status::Resolved => "RESOLVED",
        Status::Suppressed => "SILENCED",
    };
    let wrapped = wrap(label, &finding.title, width);
    // The label is padded by the wrapping; only the label itself is coloured.
    match wrapped.strip_prefix(label) {
        Some(rest) => {
            format!("{}{}", paint(label, style(finding.severity), styling), paint(rest, Style::new().bold(), styling))
        }
        None => wrapped,
    }
}

fn label(severity: Severity) -> &'static str {
    match severity {
        Severity::Informational => "INFO",
        other => other.name(),
    }
}

fn reasons(finding: &Finding) -> impl Iterator<Item = &Evidence> {
    finding.evidence.iter().filter(|reason| reason.weight > 0.0)
}

fn because(reason: &Evidence) -> String {
    format!("{} Usual: {}. ({:+.1} bits)", reason.claim, reason.expected, reason.weight)
}

/// One finding in words: everything it rests on, and what to do.
#[must_use]
pub fn explain(finding: &Finding, styling: Styling, width: usize) -> String {
    let strong = Style::new().bold();
    let mut lines = vec![heading(finding, styling, width), String::new()];
    for (label, text) in [
        ("who", who(finding)),
        ("from", from(finding)),
        ("with", finding.origin.user_agent.clone()),
        ("when", when(finding)),
        ("target", format!("{} {}", finding.target.kind, finding.target.name)),
        (
            "score",
            format!(
                "{} of 100, confidence {} of 100, revision {}",
                finding.score, finding.confidence, finding.revision
            ),
        ),
        ("attack", format!("{} · {}", finding.techniques.join(", "), finding.analytics.join(", "))),
    ] {
        lines.push(wrap(label, &text, width));
    }
    if let Some(secret) = &finding.target.secret {
        lines.push(wrap("secrets", &secret.ids.join(", "), width));
    }
    if let Some(change) = &finding.expected_change {
        let reference = change.reference.as_deref().unwrap_or("no reference");
        lines.push(wrap("expected", &format!("by {}, {reference}", change.by), width));
    }
    lines.push(format!("\n{}", paint("Why", strong, styling)));
    for reason in &finding.evidence {
        lines.push(wrap(
            &format!("{:+6.1}", reason.weight),
            &format!("{} Seen: {}. Usual: {}.", reason.claim, reason.observed, reason.expected),
            width,
        ));
    }
    lines.push(format!("\n{}", paint("Timeline (UTC)", strong, styling)));
    for event in finding.events.iter().take(EVENTS) {
        lines.push(visible(&format!("  {}  {}  {}  {}", moment(event.time), event.name, event.region, event.id)));
    }
    if finding.events.len() > EVENTS {
        lines.push(format!("  and {} more cited", finding.events.len() - EVENTS));
    }
    lines.push(format!("\n{}", paint("What to do", strong, styling)));
    for (index, step) in finding.response.iter().enumerate() {
        // Commands stay on one line, to be copied.
        lines.push(visible(&format!("  {}. {step}", index + 1)));
    }
    lines.push(format!("\n{}\n", visible(&format!("{} · {}", finding.kind, finding.id))));
    lines.join("\n")
}
