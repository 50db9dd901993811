//! Counters that reconcile: what was received is judged, learned, out of scope, rejected or a duplicate.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What became of the records of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Counters {
    /// Records seen.
    pub received: u64,
    /// Records judged.
    pub judged: u64,
    /// Records learned from in silence.
    pub learned: u64,
    /// Good records no detector wants, or outside the asked span.
    pub out_of_scope: u64,
    /// Records seen before.
    pub duplicate: u64,
    /// Signals of staged detectors, which told nobody.
    #[serde(default)]
    pub staged_signals: u64,
    /// Records turned away, by reason.
    pub rejected: BTreeMap<String, u64>,
}

impl Counters {
    /// How many records were turned away.
    #[must_use]
    pub fn rejected_in_all(&self) -> u64 {
        self.rejected.values().sum()
    }

    /// Counts one record turned away.
    pub fn reject(&mut self, reason: &str) {
        *self.rejected.entry(reason.to_owned()).or_default() += 1;
    }

    /// Whether nothing was lost on the way.
    #[must_use]
    pub fn reconcile(&self) -> bool {
        self.received == self.judged + self.learned + self.out_of_scope + self.duplicate + self.rejected_in_all()
    }

    /// Adds another part's counts.
    pub fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.judged += other.judged;
        self.learned += other.learned;
        self.out_of_scope += other.out_of_scope;
        self.duplicate += other.duplicate;
        self.staged_signals += other.staged_signals;
        for (reason, count) in &other.rejected {
            *self.rejected.entry(reason.clone()).or_default() += count;
        }
    }
}
