//! What a trail has is looked for in what the judging functions left in their logs.

use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::world::World;

/// 2026-03-03T09:00:00Z, in milliseconds.
const NINE: i64 = 1_772_528_400_000;
const MINUTE: i64 = 60_000;

fn line(minutes: i64, id: &str) -> (i64, String) {
    (NINE + minutes * MINUTE, json!({ "counted": "judged", "event": id, "stack": "tw" }).to_string() + "\n")
}

fn event(id: &str, path: &str) -> Value {
    json!({ "id": id, "time": "2026-03-03T09:00:00Z", "path": path })
}

#[tokio::test]
async fn an_event_arrived_where_its_own_function_dealt_with_it_within_the_time_events_are_tried_for() {
    let mut world = World::healthy();
    let other = (NINE, "{\"counted\":\"out-of-scope\",\"stack\":\"tw\"}".to_owned());
    let secrets = vec![other, line(1, "at-once"), line(20 * 60, "after-many-retries"), line(40 * 60, "never")];
    world.lines.insert("/trailwarden/tw/secret-accessed".to_owned(), secrets);
    world.lines.insert("/trailwarden/tw/console-login".to_owned(), vec![line(0, "elsewhere")]);
    let deployment = Deployment::over(world).await;
    let mut events: Vec<Value> =
        ["at-once", "after-many-retries", "never", "elsewhere", "lost"].map(|id| event(id, "secret-accessed")).into();
    events.push(event("no id\" || $.event = *", "secret-accessed"));
    events.push(event("elsewhere-too", "a-function-there-is-not"));
    let asked = json!({ "arrived": { "events": events } });
    let answer: Value = serde_json::from_str(&deployment.function.invoke(&asked).unwrap()).unwrap();
    assert_eq!(answer["arrived"], json!(["after-many-retries", "at-once"]));
    assert_eq!(answer["unlooked"], json!(["elsewhere-too", "no id\" || $.event = *"]));
    // It was asked, and did nothing else.
    assert_eq!(deployment.stage.world().beats, []);
}

#[tokio::test]
async fn logs_that_may_not_be_read_are_an_error_that_says_so() {
    let mut world = World::healthy();
    world.denied.insert("FilterLogEvents".to_owned());
    let deployment = Deployment::over(world).await;
    let asked = json!({ "arrived": { "events": [event("e-1", "console-login")] } });
    let failed = deployment.function.invoke(&asked).unwrap_err();
    assert!(failed.contains("FilterLogEvents failed: AccessDeniedException"), "{failed}");
}
