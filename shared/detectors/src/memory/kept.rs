//! Kept things: a memory taken apart, so that a store without our structures can hold it.
//!
//! A store that keeps sets keeps one element for each of these, and a memory is their union.

use jiff::Timestamp;

use super::{Baseline, Day, Days, Dimension, Moment, VALUES_LIMIT};

/// One remembered thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// A day the subject was seen on.
    Day(Day),
    /// A day a value of a dimension was seen on.
    Habit(Dimension, String, Day),
    /// An entry of the trace: its kind, and when it was, by which act, and of what.
    Trace(String, Moment),
}

impl Baseline {
    /// The memory that holds these things, in whatever order and however often they are named.
    ///
    /// The limits hold afterwards: the least recently seen values and the oldest entries go first.
    #[must_use]
    pub fn from_kept(kept: impl IntoIterator<Item = Kept>) -> Self {
        let mut memory = Self::default();
        for thing in kept {
            memory.put_back(thing);
        }
        memory.forget_beyond_limits();
        memory
    }

    /// The things it holds, each once: of days long past only the first.
    pub fn kept(&self) -> impl Iterator<Item = Kept> {
        let days = self.days.iter().flat_map(Days::all).map(Kept::Day);
        let habits = self.habits.iter().flat_map(|(dimension, values)| {
            let of = move |(value, days): (&String, &Days)| {
                let value = value.clone();
                days.all().map(move |day| Kept::Habit(*dimension, value.clone(), day)).collect::<Vec<_>>()
            };
            values.iter().flat_map(of)
        });
        let trace = self.trace.all().map(|(what, moment)| Kept::Trace(what.to_owned(), moment.clone()));
        days.chain(habits).chain(trace)
    }

    fn put_back(&mut self, thing: Kept) {
        match thing {
            Kept::Day(day) => match &mut self.days {
                Some(days) => days.insert(day),
                None => self.days = Some(Days::one(day)),
            },
            Kept::Habit(dimension, value, day) => {
                let values = self.habits.entry(dimension).or_default();
                values.entry(value).and_modify(|days| days.insert(day)).or_insert_with(|| Days::one(day));
            }
            Kept::Trace(what, moment) => self.trace.put_back(&what, moment),
        }
    }

    fn forget_beyond_limits(&mut self) {
        for values in self.habits.values_mut().filter(|values| values.len() > VALUES_LIMIT) {
            let mut by_age: Vec<(Day, String)> =
                values.iter().map(|(value, days)| (days.last(), value.clone())).collect();
            by_age.sort_unstable();
            for (_, value) in by_age.iter().rev().skip(VALUES_LIMIT) {
                values.remove(value);
            }
        }
        // Not by age: a record that comes days late must find itself, and windows leave older entries out.
        self.trace.make_room(Timestamp::MAX);
    }
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Self; 17] = [
        Self::Network,
        Self::Country,
        Self::Place,
        Self::Client,
        Self::Hour,
        Self::Region,
        Self::Act,
        Self::Secret,
        Self::Identity,
        Self::Credential,
        Self::Manager,
        Self::Factor,
        Self::Privilege,
        Self::UniqueId,
        Self::Alias,
        Self::Part,
        Self::Announced,
    ];
}
