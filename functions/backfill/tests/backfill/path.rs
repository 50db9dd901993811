//! The deployed path of a batch, through the function's own binary.

use std::time::Duration;

use serde_json::{Value, json};

use crate::history::{HISTORY, ONE_BY_ONE, Table, learned_here};
use crate::lambda::Function;
use crate::table::{Fault, Gateway};

fn start(table: &Table, port: u16) -> Function {
    Function::start(&[
        ("TABLE_NAME", table.name.clone()),
        ("LOG_LEVEL", "error".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
    ])
}

fn answer(said: Result<String, String>) -> Value {
    serde_json::from_str(&said.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_given_to_the_function_make_the_memory() {
    let (table, subjects) = (Table::new().await, learned_here(&HISTORY).await);
    let function = start(&table, crate::table::emulator_port());
    for some in subjects.chunks(100) {
        let said = answer(function.invoke(&json!({ "version": 1, "subjects": some })));
        assert_eq!((&said["merged"], &said["stopped"]), (&json!(some.len()), &Value::Null));
        assert!(said["units"].as_f64().unwrap() >= some.len() as f64 && said["requests"].as_u64().unwrap() > 0);
    }
    table.memory().await.must_equal(&ONE_BY_ONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_whose_time_is_short_begins_nothing_and_says_so() {
    let (table, subjects) = (Table::new().await, learned_here(&HISTORY[..200]).await);
    let function = start(&table, crate::table::emulator_port());
    let batch = json!({ "version": 1, "subjects": subjects });
    let said = answer(function.invoke_within(&batch, Duration::from_secs(10)));
    assert_eq!((&said["merged"], &said["stopped"], &said["requests"]), (&json!(0), &json!("late"), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_takes_no_more_is_left_alone_and_the_rest_is_sent_again() {
    let (table, subjects) = (Table::new().await, learned_here(&HISTORY).await);
    let gateway = Gateway::open();
    let function = start(&table, gateway.port);
    gateway.fail(40, Fault::Before);
    let said = answer(function.invoke(&json!({ "version": 1, "subjects": subjects })));
    let merged = usize::try_from(said["merged"].as_u64().unwrap()).unwrap();
    assert_eq!(said["stopped"], json!("busy"));
    assert!((20..=47).contains(&merged), "{merged}");
    let said = answer(function.invoke(&json!({ "version": 1, "subjects": subjects[merged..] })));
    assert_eq!((&said["merged"], &said["stopped"]), (&json!(subjects.len() - merged), &Value::Null));
    table.memory().await.must_equal(&ONE_BY_ONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_cannot_read_it_says_and_goes_on() {
    let table = Table::new().await;
    let function = start(&table, crate::table::emulator_port());
    for (asked, says) in [
        (json!({ "version": 2, "subjects": [] }), "form 2"),
        (json!({ "subjects": [] }), "cannot be read"),
        (json!({ "version": 1, "subjects": [["identity/a", { "version": 1, "days": "many" }]] }), "cannot be read"),
        (json!([]), "cannot be read"),
    ] {
        let said = function.invoke(&asked).unwrap_err();
        assert!(said.contains(says), "{said}");
    }
    assert!(Function::fails_to_start(&[]).contains("TABLE_NAME is missing"));
}
