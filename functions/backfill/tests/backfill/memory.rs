//! A memory as it is compared: every item of a table by what it means, and not by how its days are folded.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use trailwarden_detectors::memory::reach;

/// One item: the days of each attribute, and the trace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Item {
    pub(crate) days: BTreeMap<String, BTreeSet<i128>>,
    pub(crate) trace: BTreeSet<String>,
}

/// Every item, by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Memory(pub(crate) BTreeMap<String, Item>);

impl Memory {
    /// Reads a table. Left out are `expires`, which follows from when an item was made, entries of the trace
    /// that no window after `newest` reaches, and the days of credentials and sources, of which nothing but the
    /// trace is ever asked.
    pub(crate) async fn of(client: &Client, table: &str, newest: impl Into<std::time::SystemTime>) -> Self {
        let newest = newest.into().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        let newest = i64::try_from(newest).unwrap();
        let mut all = BTreeMap::new();
        let mut from = None;
        loop {
            let page = client.scan().table_name(table).consistent_read(true).set_exclusive_start_key(from).send().await;
            let page = page.unwrap();
            for found in page.items.unwrap_or_default() {
                let key = found["id"].as_s().unwrap().clone();
                assert_eq!(found["version"].as_n().unwrap(), "2");
                assert!(found.contains_key("expires"), "{key}");
                let mut item = read(&found, newest);
                if key.starts_with("credential/") || key.starts_with("source/") {
                    item.days.clear();
                }
                if item != Item::default() {
                    all.insert(key, item);
                }
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                return Self(all);
            }
        }
    }

    /// Says in which items two memories differ, and fails if they do.
    #[track_caller]
    pub(crate) fn must_equal(&self, other: &Self) {
        assert!(!self.0.is_empty());
        let keys: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        let differ: Vec<&&String> = keys.iter().filter(|key| self.0.get(**key) != other.0.get(**key)).collect();
        if let Some(first) = differ.first() {
            let (one, two) = (self.0.get(**first), other.0.get(**first));
            panic!("{} of {} differ, {first}: {one:#?} against {two:#?}; all: {differ:?}", differ.len(), keys.len());
        }
    }
}

fn read(found: &HashMap<String, AttributeValue>, newest: i64) -> Item {
    let mut item = Item::default();
    let reached = |second: i64, what: &str| second >= newest - reach(what).as_secs();
    for (name, value) in found.iter().collect::<BTreeMap<_, _>>() {
        match value {
            AttributeValue::Ns(moments) if name.starts_with("t:") => {
                let moments = moments.iter().map(|moment| moment.parse().unwrap());
                let what = name[2..].split(' ').next().unwrap();
                let kept = moments.filter(|moment: &i128| reached(i64::try_from(moment >> 65).unwrap(), what));
                item.trace.extend(kept.map(|moment| format!("{moment} {name}")));
            }
            AttributeValue::Ns(numbers) => {
                let days = numbers.iter().flat_map(|number| days(number.parse().unwrap())).collect();
                item.days.insert(name.clone(), days);
            }
            AttributeValue::Ss(entries) => {
                let kept = |entry: &&String| {
                    let second = entry.split(',').next().unwrap().parse().unwrap();
                    reached(second, entry.split(' ').nth(1).unwrap())
                };
                item.trace.extend(entries.iter().filter(kept).cloned());
            }
            _ => {}
        }
    }
    item
}

/// The days a number stands for: itself, or a block of 64 as a mask.
fn days(number: i128) -> Vec<i128> {
    if number < 1 << 64 {
        return vec![number];
    }
    let first = ((number >> 64) - 1) * 64;
    (0..64).filter(|bit| number >> bit & 1 == 1).map(|bit| first + bit).collect()
}
