//! Ticks: what is over ends, and a rule that fell behind catches up.

use serde_json::{Value, json};
use trailwarden_aws::presence::NOBODY;

use crate::lambda::Function;
use crate::rule::{Fate, RULE, Rule};
use crate::table::{client, emulator, new_table};
use crate::watch::{at, key, presence};

fn start(rule: &Rule, table: &str) -> Function {
    Function::start(&[
        ("TABLE_NAME", table.to_owned()),
        ("PRESENCE_RULE", RULE.to_owned()),
        ("LOG_LEVEL", "error".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", emulator()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", format!("http://127.0.0.1:{}", rule.port)),
    ])
}

pub(crate) fn tick(second: i64) -> Value {
    json!({ "source": "aws.events", "detail-type": "Scheduled Event", "time": at(second).to_string(), "detail": {} })
}

fn read(answer: &Result<String, String>) -> Value {
    serde_json::from_str(answer.as_ref().unwrap()).unwrap()
}

#[tokio::test]
async fn a_tick_ends_what_is_over_and_the_next_finds_nothing_to_do() {
    let (rule, table) = (Rule::open(), new_table(&client(&emulator())).await);
    let presence = presence(&rule, &table);
    presence.watch(&key(1), at(100)).await.unwrap();
    presence.watch(&key(2), at(200)).await.unwrap();
    let function = start(&rule, &table);
    let ended = json!({ "watching": 1, "left_out": 0, "ended": 1, "rule_changed": true });
    assert_eq!(read(&function.invoke(&tick(150))), ended);
    assert_eq!(rule.names(), [key(2)]);
    let quiet = json!({ "watching": 1, "left_out": 0, "ended": 0, "rule_changed": false });
    assert_eq!(read(&function.invoke(&tick(150))), quiet);
}

#[tokio::test]
async fn a_tick_by_hand_goes_by_the_clock() {
    let (rule, table) = (Rule::open(), new_table(&client(&emulator())).await);
    let presence = presence(&rule, &table);
    presence.watch(&key(1), "2001-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
    presence.watch(&key(2), "2999-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
    let function = start(&rule, &table);
    for odd in [json!({}), Value::Null, json!({ "time": 7 }), json!({ "time": "soon" }), json!([])] {
        function.invoke(&odd).unwrap();
        assert_eq!(rule.names(), [key(2)], "{odd}");
    }
}

#[tokio::test]
async fn a_rule_whose_put_failed_or_that_a_deployment_reset_catches_up() {
    let (rule, table) = (Rule::open(), new_table(&client(&emulator())).await);
    rule.next(Fate::Broken);
    presence(&rule, &table).watch(&key(1), at(100)).await.unwrap_err();
    assert_eq!(rule.names(), [NOBODY]);
    let function = start(&rule, &table);
    function.invoke(&tick(0)).unwrap();
    assert_eq!(rule.names(), [key(1)]);
    rule.deploy(r#"{"source":["new"],"detail":{"userIdentity":{"accessKeyId":["nobody-is-watched"]}}}"#);
    function.invoke(&tick(0)).unwrap();
    assert_eq!(rule.names(), [key(1)]);
    assert!(rule.text("EventPattern").contains(r#""source":["new"]"#));
}

#[tokio::test]
async fn a_tick_that_fails_is_an_error_and_the_next_one_does_its_work() {
    let (rule, table) = (Rule::open(), new_table(&client(&emulator())).await);
    presence(&rule, &table).watch(&key(1), at(100)).await.unwrap();
    let function = start(&rule, &table);
    rule.next(Fate::Broken);
    let error = function.invoke(&tick(100)).unwrap_err();
    assert!(error.contains("PutRule failed"), "{error}");
    assert_eq!(rule.names(), [key(1)]);
    function.invoke(&tick(100)).unwrap();
    assert_eq!(rule.names(), [NOBODY]);
}
