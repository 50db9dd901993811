//! HTML: a page of findings, whole in one file and inert, for a person with a browser and no time.
//!
//! What deserves a person comes first, then context, then what was looked at. The page fetches nothing and runs
//! nothing, and its policy says so to the browser: no script, no address but its own anchors and ATT&CK's pages.
//! Every value of a log passes through [`Shown`] and the template's escaping
//! ([0024](../../../../docs/decisions/0024-report-page.md)).

mod card;
mod counted;
mod shown;

use std::collections::BTreeMap;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use trailwarden_model::text::grouped;
use trailwarden_model::{Finding, Severity, Status};

use crate::words::moment;
use card::{Anchors, Card};
use counted::{Group, Tally, Watched, tallies};
use shown::Shown;

/// How many findings a page shows in full, the gravest first: see [0024](../../../../docs/decisions/0024-report-page.md).
pub const CARDS: usize = 500;

/// The page's own style; its digest stands in the page's policy.
const STYLE: &str = include_str!("style.css");

/// What a page tells of.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    /// Where the findings come from, as the page's heading says it: `59 files of logs`, `trailwarden in eu-central-1`.
    pub of: String,
    /// Every finding, in any order.
    pub findings: &'a [Finding],
    /// Findings below it are counted, and not shown.
    pub min_severity: Severity,
    /// From when until when was judged, the last moment included; none where nothing was.
    pub period: Option<(Timestamp, Timestamp)>,
    /// What became of the records, in order: what, and how many.
    pub records: Vec<(String, u64)>,
    /// What else there is to know of what was looked at, a sentence each.
    pub notes: Vec<String>,
    /// What was looked for.
    pub detectors: Vec<Watch<'a>>,
    /// How to see findings the page has no room for, as the end of a sentence.
    pub rest: &'a str,
}

/// Something that is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Watch<'a> {
    /// The type of its findings.
    pub id: &'a str,
    /// What it finds, in a sentence.
    pub summary: &'a str,
    /// ATT&CK techniques.
    pub techniques: &'a [&'a str],
}

impl<'a> Report<'a> {
    /// The findings that were asked for, in the order they were given.
    #[must_use]
    pub fn shown(&self) -> Vec<&'a Finding> {
        self.findings.iter().filter(|finding| finding.severity >= self.min_severity).collect()
    }
}

/// The page's template: `page.html`, with a card of `card.html` for each finding.
#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    policy: String,
    style: &'static str,
    of: Shown,
    period: Option<[Shown; 2]>,
    verdict: String,
    severities: Vec<(Severity, usize)>,
    urgent: Vec<Card>,
    context: Vec<Group>,
    left_out: Vec<String>,
    records: Vec<(Shown, String)>,
    notes: Vec<Shown>,
    techniques: Vec<Tally>,
    accounts: Vec<Tally>,
    more_accounts: usize,
    detectors: Vec<Watched>,
    version: &'static str,
}

/// Whether somebody should look, and nobody said not to.
pub(crate) fn deserves_a_person(finding: &Finding) -> bool {
    finding.severity >= Severity::Medium && finding.status == Status::Open
}

/// Whether it tells several findings as one.
fn is_story(finding: &Finding) -> bool {
    finding.kind.starts_with("story.")
}

/// Writes the page: the same findings give the same bytes.
///
/// # Errors
///
/// What the writer could not take.
pub fn write(report: &Report<'_>, writer: &mut dyn std::io::Write) -> std::io::Result<()> {
    Page::of(report).write_into(&mut { writer })?;
    Ok(())
}

impl Page {
    fn of(report: &Report<'_>) -> Self {
        let mut shown = report.shown();
        shown.sort_by_key(|finding| {
            let urgent = deserves_a_person(finding);
            let rank = std::cmp::Reverse((urgent, urgent && is_story(finding), finding.severity));
            (rank, finding.status != Status::Open, finding.first_seen, &finding.id)
        });
        let no_room = shown.split_off(shown.len().min(CARDS));
        let anchors = Anchors::of(&shown);
        let (urgent, context): (Vec<_>, Vec<_>) = shown.into_iter().partition(|finding| deserves_a_person(finding));
        let (techniques, _) =
            tallies(report.findings, |finding| finding.techniques.iter().map(String::as_str).collect());
        let (accounts, more_accounts) = tallies(report.findings, |finding| vec![finding.account.as_str()]);
        Self {
            policy: policy(),
            style: STYLE,
            of: Shown::of(&report.of),
            period: report.period.map(|(from, until)| [moment(from), moment(until)].map(|time| Shown::of(&time))),
            verdict: verdict(report),
            severities: severities(report.findings),
            urgent: urgent.into_iter().map(|finding| Card::of(finding, &anchors)).collect(),
            context: Group::of(&context, &anchors),
            left_out: left_out(report, &no_room),
            records: report.records.iter().map(|(what, count)| (Shown::of(what), grouped(*count))).collect(),
            notes: report.notes.iter().map(|note| Shown::of(note)).collect(),
            techniques,
            accounts,
            more_accounts,
            detectors: report.detectors.iter().map(|watch| Watched::of(watch, report.findings)).collect(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// What the browser may do with the page: apply this one style, and nothing else.
fn policy() -> String {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

/// The page in one sentence.
fn verdict(report: &Report<'_>) -> String {
    match report.findings.iter().filter(|finding| deserves_a_person(finding)).count() {
        0 if report.period.is_none() && !report.records.is_empty() => "Nothing was judged".to_owned(),
        0 => "Nothing deserves a person now".to_owned(),
        1 => "1 finding deserves a person now".to_owned(),
        many => format!("{} findings deserve a person now", grouped(many as u64)),
    }
}

/// How many findings are open, by severity, the gravest first.
fn severities(findings: &[Finding]) -> Vec<(Severity, usize)> {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.status == Status::Open) {
        *counts.entry(finding.severity).or_default() += 1;
    }
    counts.into_iter().rev().collect()
}

/// What is not on the page, and how to see it.
fn left_out(report: &Report<'_>, no_room: &[&Finding]) -> Vec<String> {
    let mut said = Vec::new();
    let findings = |count: usize| format!("{} finding{}", grouped(count as u64), if count == 1 { "" } else { "s" });
    if !no_room.is_empty() {
        let urgent = no_room.iter().filter(|finding| deserves_a_person(finding)).count();
        let grave =
            if urgent > 0 { format!(", {} of which deserve a person", grouped(urgent as u64)) } else { String::new() };
        said.push(format!("{}{grave}, for which a page has no room: {}.", findings(no_room.len()), report.rest));
    }
    let below = report.findings.iter().filter(|finding| finding.severity < report.min_severity).count();
    if below > 0 {
        let severity = report.min_severity.name();
        said.push(format!(
            "{} below {severity}, which were not asked for: --min-severity informational.",
            findings(below)
        ));
    }
    said
}
