//! Earlier: a memory that an earlier version wrote, in the middle of an intrusion, is gone on with by this one.
//!
//! `earlier/2026-11-22.json` is such a table, item by item; `UPDATE_EXPECT=1` writes the table this version would
//! write beside it, under the name `earlier/new.json`, to be kept under its date when the form changes.

use std::collections::HashMap;
use std::path::PathBuf;
use std::{env, fs};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value, json};
use trailwarden_fixtures::records::RecordBuilder;

use crate::deployment::Deployment;
use crate::every_fault::started;
use crate::intrusion::{after, before, intrusion};
use crate::lambda::Delivery;
use crate::moment::{Moment, States};
use crate::table::{Items, block_on};

/// How much of the intrusion the earlier version has seen.
const SEEN: usize = 6;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/slice/earlier"))
}

fn written(value: &AttributeValue) -> Value {
    let sorted = |all: &[String]| {
        let mut all = all.to_vec();
        all.sort();
        all
    };
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Ss(texts) => json!({ "SS": sorted(texts) }),
        AttributeValue::Ns(numbers) => json!({ "NS": sorted(numbers) }),
        other => panic!("nothing of ours: {other:?}"),
    }
}

fn read(value: &Value) -> AttributeValue {
    let (kind, held) = value.as_object().unwrap().iter().next().unwrap();
    let text = |one: &Value| one.as_str().unwrap().to_owned();
    let all = |list: &Value| list.as_array().unwrap().iter().map(text).collect();
    match kind.as_str() {
        "S" => AttributeValue::S(text(held)),
        "N" => AttributeValue::N(text(held)),
        "SS" => AttributeValue::Ss(all(held)),
        "NS" => AttributeValue::Ns(all(held)),
        other => panic!("nothing of ours: {other}"),
    }
}

fn to_json(items: &Items) -> Value {
    let item = |item: &HashMap<String, AttributeValue>| -> Map<String, Value> {
        item.iter().map(|(name, value)| (name.clone(), written(value))).collect()
    };
    let mut all: Vec<Value> = items.iter().map(|one| Value::Object(item(one))).collect();
    all.sort_by_key(|item| item["id"]["S"].as_str().unwrap().to_owned());
    Value::Array(all)
}

fn from_json(items: &Value) -> Items {
    let item =
        |item: &Value| item.as_object().unwrap().iter().map(|(name, value)| (name.clone(), read(value))).collect();
    items.as_array().unwrap().iter().map(item).collect()
}

/// What a deployment that begins at a moment remembers when it has taken these.
fn lived(moment: &Moment, records: &[RecordBuilder]) -> Moment {
    let deployment = block_on(Deployment::at(moment));
    let function = started(&deployment);
    for record in records {
        assert_eq!(deployment.deliver(&function, &record.event(), None).0, Delivery::Taken);
    }
    drop(function);
    let end = block_on(deployment.moment());
    block_on(deployment.end());
    end
}

#[test]
fn a_memory_written_by_an_earlier_version_is_gone_on_with() {
    let life: Vec<RecordBuilder> = before().into_iter().chain(intrusion()).chain(after()).collect();
    let (seen, rest) = life.split_at(before().len() + SEEN);
    let halfway = lived(&Moment::default(), seen);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(folder().join("new.json"), serde_json::to_string_pretty(&to_json(&halfway.items)).unwrap()).unwrap();
    }
    let wanted: States = lived(&halfway, rest).states();
    assert!(wanted.values().any(|state| state.kind == "story.intrusion"));
    for file in fs::read_dir(folder()).unwrap() {
        let path = file.unwrap().path();
        let items = from_json(&serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap());
        let gone_on = lived(&Moment { items, ..Moment::default() }, rest);
        assert_eq!(gone_on.states(), wanted, "{}", path.display());
    }
}

#[test]
fn a_memory_of_a_form_to_come_is_left_alone_and_the_event_given_back() {
    let records: Vec<RecordBuilder> = before();
    let mut moment = lived(&Moment::default(), &records);
    for item in moment.items.iter_mut().filter(|item| item.contains_key("version")) {
        item.insert("version".to_owned(), AttributeValue::N("99".to_owned()));
    }
    let deployment = block_on(Deployment::at(&moment));
    let function = started(&deployment);
    let (delivery, _) = deployment.deliver(&function, &intrusion().remove(0).event(), None);
    assert!(matches!(delivery, Delivery::GivenBack), "{delivery:?}");
    drop(function);
    block_on(deployment.end());
}
