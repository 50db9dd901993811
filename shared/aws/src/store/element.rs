//! Elements: the smallest things sets are made of, and how each is written.
//!
//! A number in a set stands for days: a small one for a single day, a large one for the days of
//! one block of 64, as a mask. A set means the union of its elements, so that folding days into a
//! block changes nothing that is read, whoever adds to the set meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use trailwarden_detectors::memory::{Day, Dimension, Kept, Moment, Subject};
use trailwarden_model::ids::hex;

/// How long a key may be, in bytes; DynamoDB allows 2,048.
const KEY_LIMIT: usize = 1024;
/// How long a value may be, in bytes: longer than any the model makes.
const VALUE_LIMIT: usize = 4096;
/// How many elements one value may have before they are folded: a week of loose days.
pub(super) const LOOSE: usize = 8;
/// How many days a block holds.
const BLOCK: i32 = 64;

/// The key of a subject's item; a name DynamoDB would not take goes by its digest.
pub(super) fn key(subject: &Subject) -> String {
    let name = subject.as_str();
    // Digests begin with a sign no subject's own name may begin with: nobody can choose another's.
    if name.is_empty() || name.len() > KEY_LIMIT || name.starts_with('~') {
        format!("~{}", digest(name))
    } else {
        name.to_owned()
    }
}

fn digest(text: &str) -> String {
    hex(&Sha256::digest(text), 32)
}

fn bounded(value: &str) -> String {
    if value.len() > VALUE_LIMIT { format!("sha256:{}", digest(value)) } else { value.to_owned() }
}

/// The attribute that holds the days of one value: one character for the dimension, then the value.
pub(super) fn attribute(dimension: Dimension, value: &str) -> String {
    format!("{}:{}", tag(dimension), bounded(value))
}

/// What an attribute holds the days of; `None` for the attributes that are no habits.
pub(super) fn habit(attribute: &str) -> Option<(Dimension, &str)> {
    let (name, value) = attribute.split_once(':')?;
    let dimension =
        Dimension::ALL.into_iter().find(|dimension| name.len() == 1 && name.starts_with(tag(*dimension)))?;
    Some((dimension, value))
}

fn tag(dimension: Dimension) -> char {
    match dimension {
        Dimension::Credential => 'K',
        Dimension::Network => 'N',
        Dimension::Country => 'C',
        Dimension::Place => 'P',
        Dimension::Client => 'U',
        Dimension::Hour => 'H',
        Dimension::Region => 'R',
        Dimension::Act => 'A',
        Dimension::Secret => 'S',
        Dimension::Identity => 'I',
        Dimension::Manager => 'M',
        Dimension::Factor => 'F',
        Dimension::Privilege => 'G',
        Dimension::UniqueId => 'Q',
        Dimension::Alias => 'L',
        Dimension::Part => 'T',
        Dimension::Announced => 'E',
    }
}

/// The number of a day.
pub(super) fn of_day(day: Day) -> i128 {
    i128::from(day.since(Day::default()))
}

/// The days a number stands for.
pub(super) fn days(number: i128) -> Vec<Day> {
    let day = |count: i32| Day::default().plus(count);
    if let Ok(single) = i32::try_from(number) {
        return vec![day(single)];
    }
    let first = i32::try_from((number >> 64) - 1).unwrap_or(0).saturating_mul(BLOCK);
    (0..BLOCK).filter(|bit| number >> bit & 1 == 1).map(|bit| day(first.saturating_add(bit))).collect()
}

/// The same days in whatever takes less room: one by one while they are few, in blocks once they are not.
pub(super) fn fewest(days: &BTreeSet<Day>) -> BTreeSet<i128> {
    if days.len() < LOOSE / 2 { days.iter().map(|day| of_day(*day)).collect() } else { folded(days) }
}

/// The same days in as few numbers as they fit in.
pub(super) fn folded(days: &BTreeSet<Day>) -> BTreeSet<i128> {
    let counts = days.iter().map(|day| day.since(Day::default()));
    let mut blocks: BTreeMap<i128, i128> = BTreeMap::new();
    for count in counts.clone().filter(|count| *count >= 0) {
        *blocks.entry(i128::from(count / BLOCK) + 1).or_default() |= 1 << (count % BLOCK);
    }
    let before_1970 = counts.filter(|count| *count < 0).map(i128::from);
    before_1970.chain(blocks.into_iter().map(|(block, mask)| block << 64 | mask)).collect()
}

/// What the names of the attributes begin with that hold the moments of one entry of the trace.
pub(super) const MOMENTS: &str = "t:";

/// One entry of the trace as its attribute's name and the number in its set: the second, whether it only read, and the
/// first 64 bits of the act's id, above one another. None where the moment is finer, or the act goes by another name.
pub(super) fn of_moment(time: Timestamp, act: &str, what: &str, value: &str) -> Option<(String, i128)> {
    let (reads, id) = (act.get(..1)?.parse::<u8>().ok().filter(|flag| *flag < 2)?, act.get(1..)?);
    let number = u64::from_str_radix(&id.replace('-', ""), 16).ok()?;
    let second = u32::try_from(time.as_second()).ok().filter(|_| time.subsec_nanosecond() == 0)?;
    let packed = (i128::from(second) << 1 | i128::from(reads)) << 64 | i128::from(number);
    // Only what comes out again as it went in.
    (moment_of(packed)? == (time, act.to_owned())).then(|| (format!("{MOMENTS}{what} {}", bounded(value)), packed))
}

/// The moment and the act such a number stands for.
pub(super) fn moment_of(number: i128) -> Option<(Timestamp, String)> {
    let (reads, id) = (number >> 64 & 1, u64::try_from(number & i128::from(u64::MAX)).ok()?);
    let time = Timestamp::from_second(second_of(number)).ok()?;
    let (front, middle, back) = (id >> 32, id >> 16 & 0xffff, id & 0xffff);
    Some((time, format!("{reads}{front:08x}-{middle:04x}-{back:04x}")))
}

/// The second such a number stands for, since 1970.
pub(super) fn second_of(number: i128) -> i64 {
    i64::try_from(number >> 65).unwrap_or(i64::MIN)
}

/// What such an attribute holds the moments of.
pub(super) fn moments_of(attribute: &str) -> Option<(&str, &str)> {
    attribute.strip_prefix(MOMENTS)?.split_once(' ')
}

/// One entry of the trace as text: `seconds what length-of-act act value`.
pub(super) fn of_trace(time: Timestamp, act: &str, what: &str, value: &str) -> String {
    let (second, nano) = (time.as_second(), time.subsec_nanosecond());
    let act = bounded(act);
    format!("{second},{nano} {what} {} {act}{}", act.len(), bounded(value))
}

/// The entry such a text stands for.
pub(super) fn trace(text: &str) -> Option<Kept> {
    let mut parts = text.splitn(4, ' ');
    let (second, nano) = parts.next()?.split_once(',')?;
    let time = Timestamp::new(second.parse().ok()?, nano.parse().ok()?).ok()?;
    let what = parts.next()?.to_owned();
    let length = parts.next()?.parse().ok()?;
    let (act, value) = parts.next()?.split_at_checked(length)?;
    Some(Kept::Trace(what, Moment { time, act: act.to_owned(), value: value.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(days: &[i32]) -> BTreeSet<Day> {
        days.iter().map(|day| Day::default().plus(*day)).collect()
    }

    #[test]
    fn folded_days_are_the_same_days_in_fewer_numbers() {
        for all in [set(&[]), set(&[0]), set(&[-3, -1, 0, 63, 64, 65]), set(&[20_000, 20_001, 20_063, 20_100])] {
            let numbers = folded(&all);
            assert_eq!(numbers.iter().flat_map(|number| days(*number)).collect::<BTreeSet<_>>(), all);
        }
        assert_eq!(folded(&set(&[640, 641, 700, 703])).len(), 1);
    }

    #[test]
    fn an_entry_survives_whatever_its_parts_hold() {
        let time: Timestamp = "2026-03-01T10:00:00.123456789Z".parse().unwrap();
        for (act, value) in [("", ""), ("a b", "c d"), ("é|#:", "1 2 3"), ("3 abc", "\u{1f}\n")] {
            let kept =
                Kept::Trace("secret-read".to_owned(), Moment { time, act: act.to_owned(), value: value.to_owned() });
            assert_eq!(trace(&of_trace(time, act, "secret-read", value)), Some(kept));
        }
    }

    #[test]
    fn a_moment_survives_whatever_its_value_holds_and_other_acts_stay_text() {
        let time: Timestamp = "2026-03-01T10:00:00Z".parse().unwrap();
        for act in ["01f0c2a3b-1111-4222", "1ffffffff-ffff-ffff", "000000000-0000-0000"] {
            let (name, number) = of_moment(time, act, "secret-read", "a b: c").unwrap();
            assert_eq!(moments_of(&name), Some(("secret-read", "a b: c")));
            assert_eq!(moment_of(number), Some((time, act.to_owned())));
            assert_eq!(habit(&name), None);
        }
        for act in ["", "0", "e1", "0e1", "21f0c2a3b-1111-4222", "01F0C2A3B-1111-4222", "0\u{e9}f0c2a3b-1111-422"] {
            assert_eq!(of_moment(time, act, "secret-read", "x"), None, "{act}");
        }
        let finer: Timestamp = "2026-03-01T10:00:00.5Z".parse().unwrap();
        assert_eq!(of_moment(finer, "01f0c2a3b-1111-4222", "secret-read", "x"), None);
    }

    #[test]
    fn every_dimension_has_an_attribute_of_its_own() {
        for dimension in Dimension::ALL {
            assert_eq!(habit(&attribute(dimension, "a:b")), Some((dimension, "a:b")));
        }
    }

    #[test]
    fn a_key_is_never_empty_never_too_long_and_never_anothers() {
        let long = Subject::from_stored(&"x".repeat(2048));
        let forged = Subject::from_stored(&key(&long));
        assert!(key(&long).len() <= KEY_LIMIT);
        assert_ne!(key(&long), key(&forged));
        assert!(!key(&Subject::from_stored("")).is_empty());
    }
}
