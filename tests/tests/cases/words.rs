//! Words: what an operator will read of a case, and what is wrong with it.

use std::fmt::Write;

use trailwarden_model::{Finding, Severity, Status};

use super::folder::Folder;
use super::run::{self, Delivery, Told};

/// The width of everything but commands.
const WIDTH: usize = 80;
/// How many steps of a response are shown.
const STEPS: usize = 3;
/// What means something to a shell, and has no place in a command made of foreign names.
const SHELL: [char; 16] = [';', '|', '&', '$', '`', '<', '>', '(', ')', '\\', '"', '\'', '*', '?', '!', '#'];
/// The longest sentence, in bytes.
const SENTENCE: usize = 1100;

/// The text of a folder's `expected.txt`.
pub(crate) fn expected(folder: &Folder) -> String {
    let mut text = format!("What an operator reads of the cases of {}.\n", folder.detector.id);
    for case in &folder.cases {
        let told = run::run(case, Delivery::Once);
        write!(text, "\n=== {} ===\n{}\n", case.stem, wrapped("", &case.idea)).unwrap();
        let own = |finding: &&Finding| finding.kind == folder.detector.id;
        if case.fires {
            for finding in told.reaching(folder.detector.id) {
                write!(text, "\n{}", fires(finding)).unwrap();
            }
            for finding in told.disturbing().filter(|finding| !own(finding)) {
                write!(text, "\n{}\n", wrapped("also ", &heading(finding))).unwrap();
            }
        } else {
            write!(text, "\n{}", quiet(&told)).unwrap();
        }
    }
    text
}

/// A finding in words: what happened, why it is told, and what to do first.
pub(crate) fn fires(finding: &Finding) -> String {
    let mut text = format!("{}\n{}\n", wrapped("", &heading(finding)), wrapped("", &finding.description));
    reasons(&mut text, finding);
    for (index, step) in finding.response.iter().take(STEPS).enumerate() {
        // Commands stay on one line, to be copied.
        writeln!(text, "  {}. {step}", index + 1).unwrap();
    }
    text
}

/// Why nobody is disturbed: the gravest of what was told, and what it weighs.
pub(crate) fn quiet(told: &Told) -> String {
    let Some(finding) = told.findings.first() else { return "Nothing at all.\n".to_owned() };
    let mut text = format!(
        "{}\n",
        wrapped("", &format!("At most {}: {}", name(told.peak.unwrap_or(finding.severity)), heading(finding)))
    );
    reasons(&mut text, finding);
    text
}

fn heading(finding: &Finding) -> String {
    let severity = if finding.status == Status::Resolved { "RESOLVED" } else { name(finding.severity) };
    format!("{severity} {} ({} events, score {}): {}", finding.kind, finding.event_count, finding.score, finding.title)
}

fn name(severity: Severity) -> &'static str {
    severity.name()
}

fn reasons(text: &mut String, finding: &Finding) {
    for reason in &finding.evidence {
        let sentence = format!("{} Seen: {}. Usual: {}.", reason.claim, reason.observed, reason.expected);
        writeln!(text, "{}", wrapped(&format!("{:+6.1} ", reason.weight), &sentence)).unwrap();
    }
    let bits: f64 = finding.evidence.iter().map(|reason| reason.weight).sum();
    writeln!(text, "{bits:+6.1} bits in all").unwrap();
}

/// Text in lines of at most [`WIDTH`] columns, set in by the label's width.
fn wrapped(label: &str, text: &str) -> String {
    let indent = " ".repeat(label.len());
    let mut lines = vec![label.to_owned()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().unwrap();
        let begun = line.len() > indent.len();
        if begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{indent}{word}"));
        } else {
            line.push_str(if begun { " " } else { "" });
            line.push_str(word);
        }
    }
    lines.join("\n")
}

/// What is wrong with a finding's text.
pub(crate) fn problems(finding: &Finding) -> Vec<String> {
    let mut problems = Vec::new();
    let mut sentence = |what: &str, text: &str, limit: usize| {
        if text.trim().is_empty() {
            problems.push(format!("{what} is empty"));
        }
        if text.len() > limit {
            problems.push(format!("{what} has {} bytes", text.len()));
        }
        if text.chars().any(char::is_control) {
            problems.push(format!("{what} holds a control character: {text:?}"));
        }
    };
    sentence("title", &finding.title, SENTENCE);
    sentence("description", &finding.description, 2 * SENTENCE);
    for reason in &finding.evidence {
        sentence(&format!("{}'s claim", reason.signal), &reason.claim, SENTENCE);
        sentence(&format!("{}'s observation", reason.signal), &reason.observed, SENTENCE);
        sentence(&format!("{}'s expectation", reason.signal), &reason.expected, SENTENCE);
    }
    for step in &finding.response {
        sentence("a step", step, SENTENCE);
    }
    let unsafe_to_paste = |step: &&String| step.starts_with("aws ") && step.contains(SHELL);
    problems.extend(finding.response.iter().filter(unsafe_to_paste).map(|step| format!("not safe to paste: {step}")));
    let absent = |list: &[String], what: &str| list.is_empty().then(|| format!("no {what}"));
    problems.extend(absent(&finding.techniques, "technique"));
    problems.extend(absent(&finding.analytics, "analytic"));
    problems.extend(absent(&finding.response, "response"));
    if finding.evidence.is_empty() {
        problems.push("no evidence".to_owned());
    }
    problems
}
