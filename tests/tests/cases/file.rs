//! A case file: one idea, the history it is judged against, and the records to be judged.
//!
//! ```json
//! {"idea": "A sentence.",
//!  "settings": {"secret_accessed": {"privileged_roles": ["ann"]}},
//!  "like": {"ann": {"userIdentity": {}, "sourceIPAddress": "217.91.40.18"}},
//!  "history": [{"every_day_for": 40, "weekdays_only": true, "at": ["08:12", "14:40"],
//!               "record": {"$like": "ann", "eventTime": "2026-03-12T08:12:00Z"}}],
//!  "records": [{"$like": "ann"}]}
//! ```
//! `like` holds what records of this file share; a record with `$like` is laid over it.
//! A history's `eventTime` is that of the last of its days; `at` repeats the record at other times of
//! each day. Records without an `eventID` get one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};
use trailwarden_detectors::Settings;

/// A case file, read and expanded.
pub(crate) struct Case {
    /// The file's name without its ending.
    pub(crate) stem: String,
    /// The detector's folder and the file, for messages.
    folder: String,
    /// What it shows, in a sentence.
    pub(crate) idea: String,
    /// Whether it must be found.
    pub(crate) fires: bool,
    /// What it is judged by.
    pub(crate) settings: Settings,
    /// The records learned from in silence.
    pub(crate) history: Vec<Value>,
    /// The records judged.
    pub(crate) records: Vec<Value>,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    idea: String,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    like: BTreeMap<String, Value>,
    #[serde(default)]
    history: Vec<Habit>,
    records: Vec<Value>,
}

/// A record that repeats from day to day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Habit {
    every_day_for: i64,
    #[serde(default)]
    weekdays_only: bool,
    #[serde(default)]
    at: Vec<String>,
    record: Value,
}

impl Case {
    /// Reads a case; what is wrong with the file fails the test.
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let written: Written =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let folder = path.ancestors().nth(2).unwrap().file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            stem.starts_with("fires-") || stem.starts_with("quiet-"),
            "{}: a case is called fires-* or quiet-*",
            path.display()
        );
        let mut ids = Ids(0);
        let history = written
            .history
            .iter()
            .flat_map(|habit| days(habit, &laid_over(&habit.record, &written.like)))
            .map(|record| ids.give(record))
            .collect();
        let records = written.records.iter().map(|record| ids.give(laid_over(record, &written.like))).collect();
        Self {
            fires: stem.starts_with("fires-"),
            stem,
            folder,
            idea: written.idea,
            settings: written.settings,
            history,
            records,
        }
    }

    /// The detector's folder and the case's name.
    pub(crate) fn name(&self) -> String {
        format!("{}/cases/{}", self.folder, self.stem)
    }
}

/// Gives each record that has none an id of its own.
struct Ids(u64);

impl Ids {
    fn give(&mut self, mut record: Value) -> Value {
        self.0 += 1;
        let fields = record.as_object_mut().unwrap();
        fields
            .entry("eventID")
            .or_insert_with(|| Value::from(format!("{:08x}-c0de-4000-8000-{:012x}", self.0, self.0)));
        record
    }
}

/// The record laid over what it is like.
fn laid_over(record: &Value, like: &BTreeMap<String, Value>) -> Value {
    let mut fields = record.as_object().unwrap().clone();
    let Some(name) = fields.remove("$like") else { return Value::Object(fields) };
    let name = name.as_str().unwrap();
    let under = like.get(name).unwrap_or_else(|| panic!("nothing is called {name} under `like`"));
    let mut under = laid_over(under, like).as_object().unwrap().clone();
    merge(&mut under, fields);
    Value::Object(under)
}

fn merge(under: &mut Map<String, Value>, over: Map<String, Value>) {
    for (name, value) in over {
        match (under.get_mut(&name), value) {
            (Some(Value::Object(under)), Value::Object(over)) => merge(under, over),
            (_, value) => {
                under.insert(name, value);
            }
        }
    }
}

/// The record on each day of its habit, the last day last.
fn days(habit: &Habit, record: &Value) -> Vec<Value> {
    let last: Timestamp = record.get("eventTime").and_then(Value::as_str).unwrap().parse().unwrap();
    let mut all = Vec::new();
    for back in (0..habit.every_day_for).rev() {
        let civil = (last - SignedDuration::from_hours(24 * back)).to_zoned(TimeZone::UTC);
        if habit.weekdays_only && matches!(civil.weekday(), Weekday::Saturday | Weekday::Sunday) {
            continue;
        }
        let own = [civil.strftime("%H:%M:%S").to_string()];
        let times: Vec<String> =
            if habit.at.is_empty() { own.to_vec() } else { habit.at.iter().map(|at| format!("{at}:00")).collect() };
        for time in times {
            let mut record = record.clone();
            record
                .as_object_mut()
                .unwrap()
                .insert("eventTime".to_owned(), Value::from(format!("{}T{time}Z", civil.date())));
            all.push(record);
        }
    }
    all
}
