//! The keys under watch: a set of `EXPIRES ID`, which any number of writers may add to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// How many keys are remembered at most: many times what a pattern holds.
const MOST: usize = 512;
/// How many are left once there were more.
const KEPT: usize = 256;

/// The keys under watch, as they lie in the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Keys(pub(super) BTreeSet<String>);

/// One key's element.
pub(super) fn element(key: &str, until: Timestamp) -> String {
    format!("{} {key}", until.as_second())
}

/// The end and the id in an element of ours.
fn read(element: &str) -> Option<(i64, &str)> {
    let (until, key) = element.split_once(' ')?;
    Some((until.parse().ok()?, key)).filter(|_| is_key(key))
}

/// Whether it has the form of a long-lived key's id.
pub(super) fn is_key(id: &str) -> bool {
    let letters = id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    id.starts_with("AKIA") && (16..=128).contains(&id.len()) && letters
}

impl Keys {
    /// The keys, each once, those watched longest from now first.
    pub(super) fn newest(&self) -> Vec<&str> {
        let mut ends: BTreeMap<&str, i64> = BTreeMap::new();
        for (until, key) in self.0.iter().filter_map(|element| read(element)) {
            let end = ends.entry(key).or_insert(until);
            *end = until.max(*end);
        }
        let mut keys: Vec<(&str, i64)> = ends.into_iter().collect();
        keys.sort_by_key(|(key, until)| (std::cmp::Reverse(*until), *key));
        keys.into_iter().map(|(key, _)| key).collect()
    }

    /// What is over.
    pub(super) fn ended(&self, now: Timestamp) -> Self {
        let over = |element: &&String| read(element).is_some_and(|(until, _)| until <= now.as_second());
        Self(self.0.iter().filter(over).cloned().collect())
    }

    /// What is to go where there are too many: the oldest, which no pattern has had room for since long.
    pub(super) fn too_many(&self) -> Self {
        if self.0.len() <= MOST {
            return Self::default();
        }
        let mut by_end: Vec<(i64, &String)> =
            self.0.iter().map(|element| (read(element).map_or(i64::MIN, |(until, _)| until), element)).collect();
        by_end.sort_unstable();
        Self(by_end.into_iter().rev().skip(KEPT).map(|(_, element)| element.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(elements: &[&str]) -> Keys {
        Keys(elements.iter().map(|&element| element.to_owned()).collect())
    }

    #[test]
    fn a_key_watched_twice_is_one_key_until_its_later_end() {
        let twice = keys(&["100 AKIAAAAAAAAAAAAAAAAA", "300 AKIAAAAAAAAAAAAAAAAA", "200 AKIABBBBBBBBBBBBBBBB"]);
        assert_eq!(twice.newest(), ["AKIAAAAAAAAAAAAAAAAA", "AKIABBBBBBBBBBBBBBBB"]);
        let now = Timestamp::from_second(200).unwrap();
        assert_eq!(twice.ended(now), keys(&["100 AKIAAAAAAAAAAAAAAAAA", "200 AKIABBBBBBBBBBBBBBBB"]));
    }

    #[test]
    fn what_is_no_element_of_ours_is_neither_watched_nor_taken_for_over() {
        let odd = keys(&[
            "",
            " ",
            "1",
            "x AKIAAAAAAAAAAAAAAAAA",
            "1 ASIAAAAAAAAAAAAAAAAA",
            "1 AKIA\"]}}AAAAAAAAA",
            "1  AKIA",
        ]);
        assert_eq!(odd.newest(), Vec::<&str>::new());
        assert_eq!(odd.ended(Timestamp::MAX), Keys::default());
    }

    #[test]
    fn of_too_many_the_oldest_go() {
        let many = Keys((0..=MOST).map(|nth| format!("{} AKIA{nth:016}", 1_000 + nth)).collect());
        let go = many.too_many();
        assert_eq!(go.0.len(), MOST + 1 - KEPT);
        assert!(go.0.contains("1000 AKIA0000000000000000"));
        assert!(!go.0.contains(&format!("{} AKIA{MOST:016}", 1_000 + MOST)));
        assert_eq!(Keys(many.0.difference(&go.0).cloned().collect()).too_many(), Keys::default());
    }
}
