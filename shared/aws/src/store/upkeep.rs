//! Upkeep: folding and forgetting what an item holds too much of, without losing what others add.
//!
//! Only elements that were read are taken away, one by one; an element another writer adds at the
//! same time stays, and a value whose every element goes, goes with them.

use std::collections::{BTreeMap, BTreeSet};

use trailwarden_detectors::memory::{Day, TRACE_LIMIT, VALUES_LIMIT, fair_share, reach};

use super::element::{self, LOOSE};
use super::item::{DAYS, Elements, ITEM_FORM, expiry};

/// How far past a limit an item may be: forgetting one thing at a time would double the requests.
const SLACK: usize = 32;
/// How many entries nobody looks back for may linger: each is paid for by every write, and taking them away is one
/// write more; with entries of 130 bytes in an item of some kilobytes both together cost least at about this many.
const STALE: usize = 8;
/// How many entries a trace of so many acts may have: most acts leave one or two.
const ENTRIES: usize = 2 * TRACE_LIMIT;
/// The item's size above which even what is within the limits is forgotten, oldest first.
pub(super) const SIZE_LIMIT: usize = 192 * 1024;
/// The size it then shrinks to.
const SIZE_AFTER: usize = 128 * 1024;
/// How many days before the last one are kept: as many as a set of days spans.
const SPAN_DAYS: i32 = 128;
/// How many days an item's expiry may lag behind its last sign of life.
const EXPIRY_LAG: i64 = 30 * 86_400;

/// What is to be done to an item.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Upkeep {
    /// Blocks that take the place of loose days: added before anything is taken.
    pub(super) add: Elements,
    /// What goes.
    pub(super) take: Elements,
    /// The later expiry it has earned.
    pub(super) expires: Option<i64>,
    /// The form it has by now, where it says an earlier one: whoever knows only that one must not read it.
    pub(super) form: Option<u8>,
}

impl Upkeep {
    /// What an item needs, if anything.
    pub(super) fn of(item: &Elements, expires: Option<i64>, form: u8) -> Option<Self> {
        let earned = item.last_day().map(expiry).filter(|earned| earned - expires.unwrap_or(*earned) > EXPIRY_LAG);
        let form = (form < ITEM_FORM).then_some(ITEM_FORM);
        let target = match overgrown(item) {
            true => target(item),
            false if earned.is_some() || form.is_some() => item.clone(),
            false => return None,
        };
        Some(Self { add: minus(&target, item), take: minus(item, &target), expires: earned, form })
    }
}

/// Whether anything is past a limit by more than the slack.
fn overgrown(item: &Elements) -> bool {
    let mut values: BTreeMap<&str, usize> = BTreeMap::new();
    for name in item.numbers.keys().filter(|name| *name != DAYS) {
        *values.entry(name.split(':').next().unwrap_or_default()).or_default() += 1;
    }
    item.numbers.values().any(|set| set.len() > LOOSE)
        || values.values().any(|count| *count > VALUES_LIMIT + SLACK)
        || item.trace.len() + item.moments.values().map(BTreeSet::len).sum::<usize>() > ENTRIES + SLACK
        || stale(item) > STALE
        || item.bytes() > SIZE_LIMIT
}

/// One entry of the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Entry<'a> {
    Text(&'a String),
    Moment(&'a String, i128),
}

impl<'a> Entry<'a> {
    /// The kind of thing it is an entry of.
    fn kind(&self) -> &'a str {
        let what = match self {
            Self::Text(text) => text.split(' ').nth(1),
            Self::Moment(name, _) => element::moments_of(name).map(|(what, _)| what),
        };
        what.unwrap_or_default()
    }

    /// Whether nobody looks back for it any more, where the latest entry is of that second.
    fn is_stale(&self, second: i64, latest: i64) -> bool {
        second < latest - reach(self.kind()).as_secs()
    }
}

/// Trace entries by the second they were made in, oldest first.
fn by_age(item: &Elements) -> Vec<(i64, Entry<'_>)> {
    let second = |entry: &String| entry.split(',').next().and_then(|second| second.parse().ok()).unwrap_or(i64::MIN);
    let texts = item.trace.iter().map(|text| (second(text), Entry::Text(text)));
    let moments = item.moments.iter().flat_map(|(name, set)| set.iter().map(move |number| (name, *number)));
    let mut all: Vec<(i64, Entry<'_>)> =
        texts.chain(moments.map(|(name, number)| (element::second_of(number), Entry::Moment(name, number)))).collect();
    all.sort_unstable();
    all
}

/// How many entries are older than anybody looks back for.
fn stale(item: &Elements) -> usize {
    let all = by_age(item);
    let Some((latest, _)) = all.last() else { return 0 };
    all.iter().filter(|(second, entry)| entry.is_stale(*second, *latest)).count()
}

/// What the item is to hold.
fn target(item: &Elements) -> Elements {
    let mut kept = Elements { numbers: latest_values(item), ..latest_trace(item, ENTRIES) };
    let mut limit = ENTRIES;
    while kept.bytes() > SIZE_AFTER && limit > 0 {
        limit /= 2;
        kept = Elements { numbers: kept.numbers, ..latest_trace(item, limit) };
    }
    while kept.bytes() > SIZE_AFTER {
        let stalest =
            kept.numbers.iter().filter(|(name, _)| *name != DAYS).min_by_key(|(name, set)| (last(set), name.len()));
        let Some(stalest) = stalest.map(|(name, _)| name.clone()) else { break };
        kept.numbers.remove(&stalest);
    }
    kept
}

fn last(set: &BTreeSet<i128>) -> Option<Day> {
    set.iter().flat_map(|number| element::days(*number)).max()
}

/// The latest of the trace, so many entries at most: of the commonest kinds the oldest go.
fn latest_trace(item: &Elements, limit: usize) -> Elements {
    let mut all = by_age(item);
    let latest = all.last().map_or(i64::MIN, |(second, _)| *second);
    all.retain(|(second, entry)| !entry.is_stale(*second, latest));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, entry) in &all {
        *counts.entry(entry.kind()).or_default() += 1;
    }
    let share = fair_share(counts.into_values(), limit);
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kept = Elements::default();
    for (_, entry) in all.iter().rev() {
        let taken = taken.entry(entry.kind()).or_default();
        *taken += 1;
        if *taken > share {
            continue;
        }
        match *entry {
            Entry::Text(text) => drop(kept.trace.insert(text.clone())),
            Entry::Moment(name, number) => drop(kept.moments.entry(name.clone()).or_default().insert(number)),
        }
    }
    kept
}

/// Of each dimension the values seen last, each with its days folded.
fn latest_values(item: &Elements) -> BTreeMap<String, BTreeSet<i128>> {
    let mut by_dimension: BTreeMap<&str, Vec<(Option<Day>, &String)>> = BTreeMap::new();
    for (name, set) in &item.numbers {
        by_dimension.entry(name.split(':').next().unwrap_or_default()).or_default().push((last(set), name));
    }
    let mut kept = BTreeMap::new();
    for mut values in by_dimension.into_values() {
        values.sort_unstable();
        for (_, name) in values.into_iter().rev().take(VALUES_LIMIT) {
            let Some(set) = item.numbers.get(name) else { continue };
            kept.insert(name.clone(), fold(set));
        }
    }
    kept
}

/// The days a set of days would remember exactly, and the first.
fn fold(set: &BTreeSet<i128>) -> BTreeSet<i128> {
    // A block takes more room than a few loose days.
    if set.len() < LOOSE / 2 {
        return set.clone();
    }
    let days: BTreeSet<Day> = set.iter().flat_map(|number| element::days(*number)).collect();
    let (Some(first), Some(last)) = (days.first().copied(), days.last().copied()) else { return BTreeSet::new() };
    element::folded(&days.into_iter().filter(|day| *day == first || last.since(*day) < SPAN_DAYS).collect())
}

fn minus(from: &Elements, what: &Elements) -> Elements {
    Elements {
        numbers: without(&from.numbers, &what.numbers),
        moments: without(&from.moments, &what.moments),
        trace: from.trace.difference(&what.trace).cloned().collect(),
    }
}

type Sets = BTreeMap<String, BTreeSet<i128>>;

fn without(from: &Sets, what: &Sets) -> Sets {
    let none = BTreeSet::new();
    let rest = from.iter().map(|(name, set)| (name, set - what.get(name).unwrap_or(&none)));
    rest.filter(|(_, rest)| !rest.is_empty()).map(|(name, rest)| (name.clone(), rest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(values: usize, days: i128) -> Elements {
        let numbers = (0..values).map(|value| (format!("N:{value:05}"), (20_000..20_000 + days).collect()));
        Elements { numbers: numbers.collect(), ..Elements::default() }
    }

    fn tended(item: &Elements) -> Elements {
        let upkeep = Upkeep::of(item, None, ITEM_FORM).unwrap();
        let mut numbers = item.numbers.clone();
        for (name, set) in upkeep.add.numbers {
            numbers.entry(name).or_default().extend(set);
        }
        for (name, set) in &upkeep.take.numbers {
            numbers.get_mut(name).unwrap().retain(|number| !set.contains(number));
        }
        numbers.retain(|_, set| !set.is_empty());
        Elements { numbers, ..minus(item, &upkeep.take) }
    }

    #[test]
    fn what_is_small_is_left_alone() {
        assert_eq!(Upkeep::of(&item(10, 3), None, ITEM_FORM), None);
    }

    #[test]
    fn folding_changes_nothing_that_is_read_and_needs_no_second_time() {
        let item = item(3, 90);
        let tended = tended(&item);
        assert_eq!(tended.baseline("x").unwrap(), item.baseline("x").unwrap());
        assert!(tended.bytes() < item.bytes() / 10);
        assert_eq!(Upkeep::of(&tended, None, ITEM_FORM), None);
    }

    #[test]
    fn too_many_values_lose_the_least_recently_seen() {
        let mut item = item(VALUES_LIMIT + SLACK, 1);
        item.numbers.insert("N:new".to_owned(), BTreeSet::from([20_001]));
        let tended = tended(&item);
        assert_eq!(tended.numbers.len(), VALUES_LIMIT);
        assert!(tended.numbers.contains_key("N:new"));
    }

    #[test]
    fn whatever_is_added_an_item_shrinks_to_its_size() {
        let mut item = item(0, 0);
        for index in 0..100 {
            item.numbers.insert(format!("S:{index}{}", "x".repeat(2000)), BTreeSet::from([20_000 + index]));
            item.trace.insert(format!("{},0 secret-read 0 {index}{}", 20_000 * 86_400 + index, "y".repeat(2000)));
        }
        assert!(item.bytes() > SIZE_LIMIT);
        assert!(tended(&item).bytes() <= SIZE_AFTER);
    }

    #[test]
    fn an_item_of_an_earlier_form_says_so_no_longer() {
        let upkeep = Upkeep::of(&item(1, 1), None, ITEM_FORM - 1).unwrap();
        assert_eq!(upkeep, Upkeep { form: Some(ITEM_FORM), ..Upkeep::default() });
    }

    #[test]
    fn a_subject_that_lives_on_expires_later() {
        let item = item(1, 1);
        let upkeep = Upkeep::of(&item, Some(0), ITEM_FORM).unwrap();
        assert_eq!(upkeep.expires, item.last_day().map(expiry));
        assert!(upkeep.take.is_empty());
    }
}
