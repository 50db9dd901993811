//! Left behind: what a run under faults left in the ledger and under watch, against a clean one.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use trailwarden_aws::{PARTITION_KEY, SORT_KEY};

use crate::ledger_table::{Row, text};
use crate::moment::Moment;

/// The item of the keys under watch.
pub(crate) const WATCHED: &str = "watch/keys";

/// One row or finding as it is compared: attribute by attribute.
type Plain = BTreeMap<String, String>;

fn is_finding(row: &Row) -> bool {
    text(row, PARTITION_KEY).starts_with("finding/")
}

/// The rows that are no findings, by key: an act as it is, the day of somebody with something as any process writes it.
///
/// A day's last time may lag an hour, and its names are of whoever was told first ([0015]).
///
/// [0015]: ../../../../docs/decisions/0015-ledger.md
fn happened(moment: &Moment) -> BTreeMap<(String, String), Plain> {
    let rows = moment.ledger.iter().filter(|row| !is_finding(row));
    rows.map(|row| ((text(row, PARTITION_KEY), text(row, SORT_KEY)), plain(row))).collect()
}

fn plain(row: &Row) -> Plain {
    let is_day = row.contains_key("hours");
    let compared = row.iter().filter(|(name, _)| !(is_day && *name == "body"));
    let told = compared.map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("last", AttributeValue::S(time)) => time[..13].to_owned(),
            ("ttl", AttributeValue::N(second)) if is_day => (second.parse::<i64>().unwrap() / 3600).to_string(),
            (_, value) => format!("{value:?}"),
        };
        (name.clone(), value)
    });
    told.collect()
}

/// What a ledger's row says of a finding, and what it has beside it to be looked for by.
fn of_finding(finding: &Value) -> Plain {
    let field = |name: &str| (name.to_owned(), finding[name].to_string());
    ["id", "type", "revision", "severity", "status", "created_at", "last_seen", "related", "events"]
        .map(field)
        .into_iter()
        .collect()
}

/// Every finding the memory has, as it is there.
fn remembered(moment: &Moment) -> BTreeMap<String, Plain> {
    let bodies = moment.items.iter().filter_map(|item| item.get("body")?.as_s().ok());
    let findings = bodies.map(|body| serde_json::from_str::<Value>(body).unwrap()["finding"].take());
    findings.map(|finding| (finding["id"].as_str().unwrap().to_owned(), of_finding(&finding))).collect()
}

/// What a ledger has lost, and what it has that nobody found or did.
///
/// Every finding is there in the last revision the memory has, under its day and its rank; which findings the memory
/// should have is compared elsewhere. Acts and days are those of the clean run.
pub(crate) fn ledger_differs(clean: &Moment, end: &Moment) -> (Vec<String>, Vec<String>) {
    let (mut lost, mut new) = (Vec::new(), Vec::new());
    let mut known = remembered(end);
    for row in end.ledger.iter().filter(|row| is_finding(row)) {
        let finding: Value = serde_json::from_str(&text(row, "body")).unwrap();
        let (id, written) = (text(row, SORT_KEY), of_finding(&finding));
        let day = format!("finding/{}", &finding["created_at"].as_str().unwrap()[..10]);
        match known.remove(&id) {
            None => new.push(format!("the ledger has {id}, which is not remembered")),
            Some(finding) if finding != written => {
                lost.push(format!("the ledger has {written:?} instead of {finding:?}"));
            }
            Some(_) if day != text(row, PARTITION_KEY) || row["rank"].as_n().unwrap() != &written["revision"] => {
                lost.push(format!("the ledger has {id} in another place or of another rank: {row:?}"));
            }
            Some(_) => {}
        }
    }
    lost.extend(known.keys().map(|id| format!("the ledger has no {id}")));
    let (wanted, found) = (happened(clean), happened(end));
    for (key, row) in &wanted {
        if found.get(key) != Some(row) {
            lost.push(format!("the ledger says of {key:?} {:?} instead of {row:?}", found.get(key)));
        }
    }
    let invented = found.keys().filter(|key| !wanted.contains_key(*key));
    new.extend(invented.map(|key| format!("the ledger says {key:?} happened")));
    (lost, new)
}

/// Which keys are watched until when, and which the rule names.
fn watched(moment: &Moment) -> (Vec<String>, Value) {
    let is_it = |item: &&Row| item.get("id").is_some_and(|id| id.as_s().is_ok_and(|id| id == WATCHED));
    let item = moment.items.iter().find(is_it);
    let mut keys = item.map_or_else(Vec::new, |item| item["keys"].as_ss().unwrap().clone());
    keys.sort();
    (keys, moment.rule["EventPattern"].clone())
}

/// What is watched otherwise than in the clean run.
pub(crate) fn watch_differs(clean: &Moment, end: &Moment) -> Option<String> {
    let (wanted, found) = (watched(clean), watched(end));
    (wanted != found).then(|| format!("watched is {found:?} instead of {wanted:?}"))
}

/// How much there is that could be lost: findings, acts and days in the ledger, and keys under watch.
pub(crate) fn at_stake(moment: &Moment) -> [usize; 4] {
    let findings = moment.ledger.iter().filter(|row| is_finding(row)).count();
    let days = moment.ledger.iter().filter(|row| row.contains_key("hours")).count();
    [findings, moment.ledger.len() - findings - days, days, watched(moment).0.len()]
}
