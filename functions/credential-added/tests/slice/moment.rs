//! A moment of a deployment, and the findings as they stand in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use trailwarden_aws::{KEY, PARTITION_KEY, SORT_KEY};

use crate::outside::Told;
use crate::table::Items;

/// A moment of a deployment: what it remembers and has told, its ledger, and the rule over keys under watch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moment {
    pub(crate) items: Items,
    pub(crate) told: Vec<Told>,
    pub(crate) ledger: Items,
    /// Null: as the template makes it.
    pub(crate) rule: Value,
}

/// A finding as it stands in the memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) kind: String,
    pub(crate) severity: String,
    pub(crate) status: String,
    pub(crate) events: BTreeSet<String>,
    pub(crate) related: Vec<String>,
}

impl State {
    /// Whether it is a story that an earlier one of these took over, which it names: no new finding.
    pub(crate) fn gave_way_to_one_of(&self, standing: &States) -> bool {
        let heirs = self.related.iter().filter(|heir| standing.contains_key(*heir)).count();
        self.kind == "story.intrusion" && self.status == "RESOLVED" && heirs == 1
    }
}

/// Every finding as it stands.
pub(crate) type States = BTreeMap<String, State>;

impl Moment {
    /// Everything that lies in its tables, and its rule, by name and in words; sets are sorted.
    pub(crate) fn in_words(&self) -> BTreeMap<String, String> {
        let key = |item: &HashMap<String, AttributeValue>, name: &str| item[name].as_s().unwrap().clone();
        let items = self.items.iter().map(|item| (format!("memory {}", key(item, KEY)), words(item)));
        let rows = self.ledger.iter();
        let rows = rows.map(|row| (format!("ledger {} {}", key(row, PARTITION_KEY), key(row, SORT_KEY)), words(row)));
        items.chain(rows).chain([("rule".to_owned(), self.rule.to_string())]).collect()
    }

    /// The findings as they stand.
    ///
    /// Of two functions that begin a story of the same parts at once, one may have kept it when the other's,
    /// which begins earlier, already has the parts: it is told to nobody, and nothing leads to it.
    pub(crate) fn states(&self) -> States {
        let kept =
            self.items.iter().filter_map(|item| Some((item.get("body")?.as_s().ok()?, item.get("told").is_some())));
        let all: Vec<((String, State), bool)> =
            kept.map(|(body, told)| (state(&serde_json::from_str::<Value>(body).unwrap()["finding"]), told)).collect();
        let has_a_part = |story: &String| all.iter().any(|((_, part), _)| part.related == [story.clone()]);
        let stands = |id: &String, state: &State, told| told || state.kind != "story.intrusion" || has_a_part(id);
        let standing = all.iter().filter(|((id, state), told)| stands(id, state, *told));
        standing.map(|((id, state), _)| (id.clone(), state.clone())).collect()
    }
}

fn words(item: &HashMap<String, AttributeValue>) -> String {
    let sorted = |all: &[String]| all.iter().cloned().collect::<BTreeSet<String>>();
    let word = |value: &AttributeValue| match value {
        AttributeValue::Ns(numbers) => format!("{:?}", sorted(numbers)),
        AttributeValue::Ss(texts) => format!("{:?}", sorted(texts)),
        other => format!("{other:?}"),
    };
    let words: BTreeMap<&String, String> = item.iter().map(|(name, value)| (name, word(value))).collect();
    format!("{words:?}")
}

fn state(finding: &Value) -> (String, State) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = |list: &Value, name: fn(&Value) -> &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| text(name(one))).collect()
    };
    let state = State {
        kind: text(&finding["type"]),
        severity: text(&finding["severity"]),
        status: text(&finding["status"]),
        events: all(&finding["events"], |event| &event["id"]).into_iter().collect(),
        related: all(&finding["related"], |id| id),
    };
    (text(&finding["id"]), state)
}
