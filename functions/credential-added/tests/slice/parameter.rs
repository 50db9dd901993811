//! What an operator turned, in a parameter.

use serde_json::json;

use crate::http::{Reply, serve};
use crate::lambda::Function;
use crate::stack::{Stack, a_key_for_a_privileged_other};

/// A stack whose functions are told to read their settings from a parameter that holds `text`.
async fn with_settings(text: &'static str) -> Stack {
    let port = serve(move |_| {
        let answer = json!({ "Parameter": { "Name": "/trailwarden/settings", "Type": "String", "Value": text } });
        Reply::of(200, "application/x-amz-json-1.1", &answer.to_string())
    });
    let stack = Stack::deploy().await.with("SETTINGS_PARAMETER", "/trailwarden/settings");
    stack.with("AWS_ENDPOINT_URL_SSM", &format!("http://127.0.0.1:{port}"))
}

#[tokio::test]
async fn what_an_operator_turned_is_heeded() {
    let stack = with_settings("[findings]\nstaged = [\"credential-added.for-another-identity\"]\n").await;
    let function = stack.start();
    for record in a_key_for_a_privileged_other() {
        function.invoke(&record.event()).unwrap();
    }
    assert!(stack.told().is_empty(), "a staged detector is silent");
}

#[tokio::test]
async fn settings_that_make_no_sense_keep_the_function_from_starting() {
    let stack = with_settings("[memroy]\n").await;
    let said = Function::fails_to_start(stack.environment());
    assert!(said.contains("/trailwarden/settings:1: no setting is called `memroy`: did you mean `memory`?"), "{said}");
}
