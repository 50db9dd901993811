//! The digest: what an identity read or opened on one day, in one line for each thing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use trailwarden_model::{Fact, FactKind, FactOutcome};

/// How many lines one digest holds at most.
const LINES: usize = 20_000;
/// How many addresses a line counts at most.
const ADDRESSES: usize = 100;

/// One identity and one thing on one day.
#[derive(Debug)]
pub(super) struct Line {
    /// The first act, by which the line is told.
    pub(super) first: Fact,
    /// The thing, by its id; empty where the records name none.
    pub(super) object: String,
    /// When it happened last.
    pub(super) last: Timestamp,
    /// How often; of a day that a deployment keeps, unknown.
    pub(super) count: Option<u64>,
    /// How often without success.
    pub(super) refused: u64,
    /// How often an expected change covers it.
    pub(super) expected: u64,
    /// The addresses it came from, as many as are counted.
    pub(super) addresses: BTreeSet<String>,
}

type Key = (FactKind, String, String);

/// The lines of one day so far.
#[derive(Debug, Default)]
pub(super) struct Digest {
    lines: BTreeMap<Key, Line>,
}

impl Digest {
    /// Adds a fact to the line of each thing it was done to.
    pub(super) fn add(&mut self, fact: &Fact) {
        for object in fact.objects() {
            let key = (fact.kind, fact.by.key.as_str().to_owned(), object.to_owned());
            let line = self.lines.entry(key).or_insert_with(|| Line {
                first: fact.clone(),
                object: object.to_owned(),
                last: fact.time,
                count: fact.day.is_none().then_some(0),
                refused: 0,
                expected: 0,
                addresses: BTreeSet::new(),
            });
            line.count = line.count.map(|count| count + 1);
            line.last = fact.day.as_ref().map_or(fact.time, |day| day.last);
            line.refused += u64::from(fact.outcome != FactOutcome::Succeeded);
            line.expected += u64::from(fact.expected_change.is_some());
            if let Some(ip) = fact.origin.ip.as_ref().filter(|_| line.addresses.len() < ADDRESSES) {
                line.addresses.insert(ip.clone());
            }
        }
    }

    /// Whether it must be told before it grows further.
    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= LINES
    }

    /// Its lines in order of their first act; it begins anew.
    pub(super) fn take(&mut self) -> Vec<Line> {
        let mut lines: Vec<Line> = std::mem::take(&mut self.lines).into_values().collect();
        lines.sort_by(|a, b| {
            (a.first.time, &a.first.event_id, &a.object).cmp(&(b.first.time, &b.first.event_id, &b.object))
        });
        lines
    }
}
