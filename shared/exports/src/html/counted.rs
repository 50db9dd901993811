//! Counted: findings by severity, technique, account and detector.

use std::collections::BTreeMap;

use trailwarden_model::text::grouped;
use trailwarden_model::{Finding, Severity};

use super::card::{Anchors, Card, TechniqueLink};
use super::shown::Shown;
use super::{Watch, deserves_a_person};

/// How many rows a table of counts has; the rest is counted.
const ROWS: usize = 100;

/// The context of one severity.
pub(super) struct Group {
    pub(super) severity: Severity,
    pub(super) cards: Vec<Card>,
}

impl Group {
    /// Findings, which are in order, by severity.
    pub(super) fn of(findings: &[&Finding], anchors: &Anchors<'_>) -> Vec<Self> {
        let same = findings.chunk_by(|a, b| a.severity == b.severity);
        same.filter_map(|group| {
            let severity = group.first()?.severity;
            Some(Self { severity, cards: group.iter().map(|finding| Card::of(finding, anchors)).collect() })
        })
        .collect()
    }
}

/// How many findings there are of something.
pub(super) struct Tally {
    pub(super) what: TechniqueLink,
    /// Those that deserve a person.
    pub(super) urgent: String,
    pub(super) all: String,
}

/// How many findings there are of each name, those first of which most deserve a person; and how many more names.
pub(super) fn tallies<'a>(findings: &'a [Finding], names: impl Fn(&'a Finding) -> Vec<&'a str>) -> (Vec<Tally>, usize) {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for finding in findings {
        for name in names(finding) {
            let (urgent, all) = counts.entry(name).or_default();
            *urgent += u64::from(deserves_a_person(finding));
            *all += 1;
        }
    }
    let more = counts.len().saturating_sub(ROWS);
    let mut counts: Vec<(&str, (u64, u64))> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let tally = |(name, (urgent, all)): (&str, (u64, u64))| Tally {
        what: TechniqueLink::of(name),
        urgent: grouped(urgent),
        all: grouped(all),
    };
    (counts.into_iter().take(ROWS).map(tally).collect(), more)
}

/// A detector, and what it found.
pub(super) struct Watched {
    pub(super) id: Shown,
    pub(super) summary: Shown,
    pub(super) techniques: Vec<TechniqueLink>,
    pub(super) urgent: String,
    pub(super) all: String,
}

impl Watched {
    pub(super) fn of(watch: &Watch<'_>, findings: &[Finding]) -> Self {
        let of_it = || findings.iter().filter(|finding| finding.kind == watch.id);
        Self {
            id: Shown::of(watch.id),
            summary: Shown::of(watch.summary),
            techniques: watch.techniques.iter().map(|id| TechniqueLink::of(id)).collect(),
            urgent: grouped(of_it().filter(|finding| deserves_a_person(finding)).count() as u64),
            all: grouped(of_it().count() as u64),
        }
    }
}
