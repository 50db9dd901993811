//! Ablation: what each signal is worth, by runs in which it weighs nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::Judged;
use super::metrics::Ratio;

/// What each signal is worth.
#[derive(Debug, Clone)]
pub(super) struct Ablation {
    /// How many days were learned from.
    pub(super) learn: u32,
    /// With every signal.
    pub(super) whole: Count,
    /// One for each signal that occurs, the most missed first.
    pub(super) rows: Vec<Without>,
}

/// What counts in an ablation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) recall: Ratio,
    /// Attacks noticed at the earliest event that could tell.
    pub(super) earliest: usize,
    pub(super) false_findings: usize,
}

/// The runs in which one signal weighs nothing.
#[derive(Debug, Clone)]
pub(super) struct Without {
    pub(super) signal: String,
    /// How many findings of MEDIUM or above rest on it when it weighs.
    pub(super) findings: usize,
    pub(super) count: Count,
    /// The attacks told with it and not without it, by organisation and id.
    pub(super) lost: Vec<String>,
}

impl Count {
    fn of(judged: &[Judged]) -> Self {
        let attacks = || judged.iter().flat_map(|one| &one.attacks);
        Self {
            recall: Ratio::new(attacks().filter(|attack| attack.told()).count(), attacks().count()),
            earliest: attacks().filter(|attack| attack.first.is_some_and(|first| first.delay <= 0)).count(),
            false_findings: judged.iter().map(|one| one.falsehoods.len()).sum(),
        }
    }
}

/// Every signal that occurs in findings, with how many that ask for a look rest on it.
pub(super) fn signals(whole: &[Judged]) -> BTreeMap<String, usize> {
    let mut signals = BTreeMap::new();
    for (signal, findings) in whole.iter().flat_map(|one| &one.signals) {
        *signals.entry(signal.clone()).or_default() += findings;
    }
    signals
}

/// Holds the runs without each signal against the run with all of them.
pub(super) fn compare(learn: u32, whole: &[Judged], without: BTreeMap<String, Vec<Judged>>) -> Ablation {
    let findings = signals(whole);
    let told = told(whole);
    let row = |(signal, judged): (String, Vec<Judged>)| Without {
        findings: findings.get(&signal).copied().unwrap_or_default(),
        count: Count::of(&judged),
        lost: told.difference(&self::told(&judged)).cloned().collect(),
        signal,
    };
    let mut rows: Vec<Without> = without.into_iter().map(row).collect();
    rows.sort_by(|a, b| a.count.recall.hit.cmp(&b.count.recall.hit).then_with(|| a.signal.cmp(&b.signal)));
    Ablation { learn, whole: Count::of(whole), rows }
}

fn told(judged: &[Judged]) -> BTreeSet<String> {
    let told = |one: &Judged| {
        let seed = one.organization.seed;
        let told = one.attacks.iter().filter(|attack| attack.told());
        told.map(|attack| format!("{seed}/{}", attack.id)).collect::<Vec<_>>()
    };
    judged.iter().flat_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::super::matching::judge;
    use super::super::run::tests::finding;
    use super::super::run::{Finding, Output};
    use super::super::truth::tests::{attack, truth};
    use super::*;

    const TIME: &str = "2026-01-20T10:00:00Z";

    fn judged(findings: Vec<Finding>) -> Vec<Judged> {
        let attacks = attack("a1", "f", &["x1"], TIME) + &attack("a2", "f", &["x2"], TIME);
        vec![judge(&truth(&attacks, ""), &BTreeMap::new(), &Output { findings, notices: Vec::new() }, 14)]
    }

    #[test]
    fn a_signal_is_worth_the_attacks_missed_without_it_and_the_false_findings_it_raises() {
        let telling = [finding("f1", "HIGH", TIME, &["x1"]), finding("f2", "HIGH", TIME, &["x2"])];
        let wrong = finding("f3", "MEDIUM", TIME, &["ordinary"]);
        let whole = judged(vec![telling[0].clone(), telling[1].clone(), wrong]);
        assert_eq!(signals(&whole), BTreeMap::from([("new-network".to_owned(), 3)]));
        let without = BTreeMap::from([("new-network".to_owned(), judged(vec![telling[1].clone()]))]);
        let ablation = compare(14, &whole, without);
        let row = &ablation.rows[0];
        assert_eq!((ablation.whole.recall, row.count.recall), (Ratio::new(2, 2), Ratio::new(1, 2)));
        assert_eq!((ablation.whole.false_findings, row.count.false_findings), (1, 0));
        assert_eq!(row.lost, ["7/a1"]);
    }
}
