//! Spending: what the tables ask for a life, by kind of item, as each request's own answer says it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::http::{Reply, Request, forward, serve};
use crate::table::emulator_port;

/// What was asked for, in the units AWS bills.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Spent {
    pub(crate) requests: u64,
    pub(crate) write_units: f64,
    pub(crate) read_units: f64,
}

impl Spent {
    /// All of a bill.
    pub(crate) fn all(bill: &Bill) -> Self {
        bill.values().copied().fold(Self::default(), Self::and)
    }

    fn and(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            write_units: self.write_units + other.write_units,
            read_units: self.read_units + other.read_units,
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "requests": self.requests, "write_units": self.write_units, "read_units": self.read_units })
    }
}

/// What was spent, by `operation kind-of-item`.
pub(crate) type Bill = BTreeMap<String, Spent>;

/// A gateway to the emulator that has every request tell what it took.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    pub(crate) port: u16,
    bill: Arc<Mutex<Bill>>,
}

impl Meter {
    pub(crate) fn open() -> Self {
        let bill = Arc::new(Mutex::new(Bill::new()));
        let within = Arc::clone(&bill);
        let port = serve(move |mut request| {
            let mut body: Value = serde_json::from_slice(&request.body).unwrap();
            body["ReturnConsumedCapacity"] = "TOTAL".into();
            request.body = serde_json::to_vec(&body).unwrap();
            let reply = forward(emulator_port(), &request);
            note(&mut within.lock().unwrap(), &request, &body, &reply);
            reply
        });
        Self { port, bill }
    }

    /// What was spent since the last time this was asked.
    pub(crate) fn taken(&self) -> Bill {
        std::mem::take(&mut *self.bill.lock().unwrap())
    }
}

fn note(bill: &mut Bill, request: &Request, asked: &Value, reply: &Reply) {
    let target = request.headers.get("x-amz-target").map(String::as_str).unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let spent = bill.entry(format!("{operation} {}", kind(asked))).or_default();
    spent.requests += 1;
    let units = units(reply);
    if matches!(operation, "UpdateItem" | "PutItem" | "DeleteItem") {
        spent.write_units += units;
    } else {
        spent.read_units += units;
    }
}

/// What kind of item a request is about: what its key begins with, `identity` …
fn kind(asked: &Value) -> String {
    let batch = asked["RequestItems"].as_object().and_then(|tables| tables.values().next());
    let key = [&asked["Key"], &asked["Item"], batch.map_or(&Value::Null, |table| &table["Keys"][0])];
    let name = key.iter().flat_map(|key| [&key["id"]["S"], &key["pk"]["S"]]).find_map(Value::as_str).unwrap_or("?");
    name.split('/').next().unwrap_or_default().to_owned()
}

/// The capacity an answer names; a condition that did not hold names none, and costs one unit.
fn units(reply: &Reply) -> f64 {
    let Reply::Answer { body, .. } = reply else { return 0.0 };
    let answer: Value = serde_json::from_slice(body).unwrap();
    match &answer["ConsumedCapacity"] {
        Value::Array(tables) => tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum(),
        table => table["CapacityUnits"].as_f64().unwrap_or(1.0),
    }
}

/// What items take in a table, in bytes: names, values as AWS counts them, and a hundred for each item's index.
pub(crate) fn bytes(items: &[HashMap<String, AttributeValue>]) -> usize {
    let item = |item: &HashMap<String, AttributeValue>| -> usize {
        item.iter().map(|(name, value)| name.len() + size(value)).sum()
    };
    items.iter().map(|one| 100 + item(one)).sum()
}

/// AWS's rule: text by the byte, a number half a byte a digit and one more, three for a list or map, one for what is in it.
fn size(value: &AttributeValue) -> usize {
    let number = |digits: &String| digits.len().div_ceil(2) + 1;
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => number(digits),
        AttributeValue::B(blob) => blob.as_ref().len(),
        AttributeValue::Ss(texts) => texts.iter().map(String::len).sum(),
        AttributeValue::Ns(numbers) => numbers.iter().map(number).sum(),
        AttributeValue::Bs(blobs) => blobs.iter().map(|blob| blob.as_ref().len()).sum(),
        AttributeValue::L(list) => 3 + list.iter().map(|one| 1 + size(one)).sum::<usize>(),
        AttributeValue::M(map) => 3 + map.iter().map(|(name, one)| 1 + name.len() + size(one)).sum::<usize>(),
        _ => 1,
    }
}
