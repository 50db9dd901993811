//! An item: what is remembered about one subject, as it lies in the table.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use trailwarden_detectors::memory::{
    Baseline, Day, Dimension, Kept, Moment, Observation, RETENTION_DAYS, SIGHTING, Seen, sighted,
};

use super::element;
use super::error::StoreError;

/// The attribute every item is found by.
pub const KEY: &str = "id";
/// The days a subject was seen on at all.
pub(super) const DAYS: &str = "days";
/// The trace.
pub(super) const TRACE: &str = "trace";
/// The version of the form.
pub(super) const FORM: &str = "version";
/// The version of the form that is written; those before it are read. Form 1 had the trace as text alone.
pub(super) const ITEM_FORM: u8 = 2;
/// When DynamoDB may forget the item, in seconds since 1970.
pub(super) const EXPIRES: &str = "expires";
/// An item's attributes.
pub(super) type Attributes = HashMap<String, AttributeValue>;

/// Sets of elements by attribute: what is added to an item, taken from it, or lies in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Elements {
    /// The days, and of each value of a dimension its days.
    pub(super) numbers: BTreeMap<String, BTreeSet<i128>>,
    /// Of each entry of the trace that comes again and again, its moments.
    pub(super) moments: BTreeMap<String, BTreeSet<i128>>,
    /// The rest of the trace.
    pub(super) trace: BTreeSet<String>,
}

impl Elements {
    /// Adds what an observation showed.
    pub(super) fn observe(&mut self, observation: &Observation) {
        let day = element::of_day(Day::of(observation.time));
        self.numbers.entry(DAYS.to_owned()).or_default().insert(day);
        for seen in &observation.seen {
            match seen {
                Seen::Habit(dimension, value) => {
                    self.numbers.entry(element::attribute(*dimension, value)).or_default().insert(day);
                }
                Seen::Sighting(place) => {
                    self.trace.insert(element::of_trace(sighted(observation.time), "", SIGHTING, place));
                }
                Seen::Trace(what, value) => self.enter(observation.time, &observation.act, what, value),
            }
        }
    }

    /// Adds an entry of the trace, in whichever form takes less room.
    fn enter(&mut self, time: Timestamp, act: &str, what: &str, value: &str) {
        match element::of_moment(time, act, what, value) {
            Some((name, moment)) => drop(self.moments.entry(name).or_default().insert(moment)),
            None => drop(self.trace.insert(element::of_trace(time, act, what, value))),
        }
    }

    /// What another memory of the subject holds, its days folded as upkeep would fold them.
    pub(super) fn of(memory: &Baseline) -> Self {
        let mut days: BTreeMap<String, BTreeSet<Day>> = BTreeMap::new();
        let mut all = Self::default();
        for kept in memory.kept() {
            match kept {
                Kept::Day(day) => {
                    days.entry(DAYS.to_owned()).or_default().insert(day);
                }
                Kept::Habit(dimension, value, day) => {
                    days.entry(element::attribute(dimension, &value)).or_default().insert(day);
                }
                Kept::Trace(what, Moment { time, act, value }) => all.enter(time, &act, &what, &value),
            }
        }
        all.numbers = days.into_iter().map(|(name, days)| (name, element::fewest(&days))).collect();
        all
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.moments.is_empty() && self.trace.is_empty()
    }

    /// The latest day named, as a number.
    pub(super) fn last_day(&self) -> Option<Day> {
        self.numbers.values().flatten().flat_map(|number| element::days(*number)).max()
    }

    /// How many bytes they take, generously counted.
    pub(super) fn bytes(&self) -> usize {
        let sets = self.sets();
        let numbers: usize = sets.map(|(name, set)| name.len() + 3 + set.len() * NUMBER_BYTES).sum();
        numbers + self.trace.iter().map(|entry| entry.len() + 1).sum::<usize>()
    }

    /// Every set of numbers by its attribute's name.
    pub(super) fn sets(&self) -> impl Iterator<Item = (&String, &BTreeSet<i128>)> {
        self.numbers.iter().chain(&self.moments)
    }

    /// The same in parts, of which each fits in one request: so many bytes, so many attributes.
    pub(super) fn parts(self, bytes: usize, attributes: usize) -> Vec<Self> {
        if self.bytes() <= bytes && self.sets().count() <= attributes {
            return vec![self];
        }
        let mut parts: Vec<Self> = Vec::new();
        let mut taken = 0;
        for piece in self.pieces() {
            taken += piece.bytes();
            match parts.last_mut() {
                Some(last) if taken <= bytes && last.sets().count() < attributes => last.add(piece),
                _ => {
                    taken = piece.bytes();
                    parts.push(piece);
                }
            }
        }
        parts
    }

    fn pieces(self) -> impl Iterator<Item = Self> {
        let numbers = self
            .numbers
            .into_iter()
            .map(|(name, set)| Self { numbers: BTreeMap::from([(name, set)]), ..Self::default() });
        let moments = self
            .moments
            .into_iter()
            .map(|(name, set)| Self { moments: BTreeMap::from([(name, set)]), ..Self::default() });
        let trace = self.trace.into_iter().map(|entry| Self { trace: BTreeSet::from([entry]), ..Self::default() });
        numbers.chain(moments).chain(trace)
    }

    fn add(&mut self, other: Self) {
        for (name, set) in other.numbers {
            self.numbers.entry(name).or_default().extend(set);
        }
        for (name, set) in other.moments {
            self.moments.entry(name).or_default().extend(set);
        }
        self.trace.extend(other.trace);
    }

    /// What lies in an item, under the name errors give it.
    pub(super) fn read(item: &str, attributes: &Attributes) -> Result<Self, StoreError> {
        match attributes.get(FORM) {
            Some(AttributeValue::N(found)) if !found.parse().is_ok_and(|found| (1..=ITEM_FORM).contains(&found)) => {
                return Err(StoreError::Form { item: item.to_owned(), found: found.clone(), known: ITEM_FORM });
            }
            _ => {}
        }
        let malformed = |name: &str| StoreError::Malformed {
            item: item.to_owned(),
            problem: format!("attribute `{name}` is no set of ours"),
        };
        let mut read = Self::default();
        for (name, value) in attributes.iter().collect::<BTreeMap<_, _>>() {
            match value {
                AttributeValue::Ns(numbers) => {
                    let sets = match name {
                        name if element::moments_of(name).is_some() => &mut read.moments,
                        name if name == DAYS || element::habit(name).is_some() => &mut read.numbers,
                        _ => continue,
                    };
                    let numbers: Result<BTreeSet<i128>, _> = numbers.iter().map(|number| number.parse()).collect();
                    sets.insert(name.clone(), numbers.map_err(|_| malformed(name))?);
                }
                AttributeValue::Ss(entries) if name == TRACE => read.trace.extend(entries.iter().cloned()),
                _ => {}
            }
        }
        Ok(read)
    }

    /// The memory these elements make.
    pub(super) fn baseline(&self, item: &str) -> Result<Baseline, StoreError> {
        let mut kept: Vec<Kept> = Vec::with_capacity(self.numbers.len() + self.trace.len());
        for (name, set) in &self.numbers {
            let days = set.iter().flat_map(|number| element::days(*number));
            match element::habit(name) {
                Some((dimension, value)) => kept.extend(days.map(|day| habit(dimension, value, day))),
                None => kept.extend(days.map(Kept::Day)),
            }
        }
        let unread =
            || StoreError::Malformed { item: item.to_owned(), problem: "an entry of the trace is not ours".to_owned() };
        for (name, set) in &self.moments {
            let (what, value) = element::moments_of(name).ok_or_else(unread)?;
            for moment in set {
                let (time, act) = element::moment_of(*moment).ok_or_else(unread)?;
                kept.push(Kept::Trace(what.to_owned(), Moment { time, act, value: value.to_owned() }));
            }
        }
        for entry in &self.trace {
            kept.push(element::trace(entry).ok_or_else(unread)?);
        }
        Ok(Baseline::from_kept(kept))
    }
}

fn habit(dimension: Dimension, value: &str, day: Day) -> Kept {
    Kept::Habit(dimension, value.to_owned(), day)
}

/// What one number takes at most: half a byte a digit, and one.
const NUMBER_BYTES: usize = 16;

/// When an item whose last sign of life was on `day` may be forgotten.
pub(super) fn expiry(day: Day) -> i64 {
    i64::from(day.plus(RETENTION_DAYS).since(Day::default())) * 86_400
}

/// The form an item says it has; the present one where it says nothing.
pub(super) fn form(attributes: &Attributes) -> u8 {
    let said = attributes.get(FORM).and_then(|form| form.as_n().ok()).and_then(|form| form.parse().ok());
    said.unwrap_or(ITEM_FORM)
}

/// When an item says it may be forgotten.
pub(super) fn expires(attributes: &Attributes) -> Option<i64> {
    attributes.get(EXPIRES)?.as_n().ok()?.parse().ok()
}
