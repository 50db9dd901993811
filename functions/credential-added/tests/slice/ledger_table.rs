//! The ledger's table: a new one of the shape the template gives it, and its rows, always in one order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use trailwarden_aws::{PARTITION_KEY, SORT_KEY};

use crate::table::{client, emulator, scan};

/// What the name of a ledger's table begins with.
pub(crate) const LEDGER: &str = "ledger-";

pub(crate) type Row = HashMap<String, AttributeValue>;

static LEDGERS: AtomicU32 = AtomicU32::new(0);

/// A new ledger of the shape the template gives it.
pub(crate) async fn new_table() -> String {
    let name = format!("{LEDGER}{}-{}", std::process::id(), LEDGERS.fetch_add(1, Ordering::Relaxed));
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
    let text = |name: &str| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    client(&emulator())
        .create_table()
        .table_name(&name)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key(PARTITION_KEY, KeyType::Hash))
        .key_schema(key(SORT_KEY, KeyType::Range))
        .attribute_definitions(text(PARTITION_KEY))
        .attribute_definitions(text(SORT_KEY))
        .send()
        .await
        .unwrap();
    name
}

/// Its rows; sets come back in any order, and are sorted.
pub(crate) async fn rows(table: &str) -> Vec<Row> {
    let mut rows = scan(&client(&emulator()), table).await;
    for value in rows.iter_mut().flat_map(HashMap::values_mut) {
        match value {
            AttributeValue::Ns(numbers) => numbers.sort(),
            AttributeValue::Ss(texts) => texts.sort(),
            _ => {}
        }
    }
    rows.sort_by_key(|row| (text(row, PARTITION_KEY), text(row, SORT_KEY)));
    rows
}

pub(crate) fn text(row: &Row, name: &str) -> String {
    row[name].as_s().unwrap().clone()
}
