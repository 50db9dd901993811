//! The deployment: the function's own process over a world, and the heartbeats that arrive.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use trailwarden_model::aws::rules;

use crate::lambda::Function;
use crate::table::{client, emulator, new_table};
use crate::world::{BUS, HOME, HOME_REGION, ORGANIZATION, Stage, World, central_rule, home_rule};

/// The function over a world.
pub(crate) struct Deployment {
    pub(crate) stage: Stage,
    pub(crate) function: Function,
    environment: Vec<(&'static str, String)>,
    table: String,
}

/// What the template tells the function.
pub(crate) fn environment(url: &str, table: &str) -> Vec<(&'static str, String)> {
    let named = |names: Vec<String>| names.join(",");
    let all = rules::all();
    let queue = |name: &str, called: &str| format!("{name}=https://sqs.{HOME_REGION}.amazonaws.com/{HOME}/{called}");
    vec![
        ("STACK_NAME", "tw".to_owned()),
        ("TABLE_NAME", table.to_owned()),
        ("ALARMS_TOPIC_ARN", format!("arn:aws:sns:{HOME_REGION}:{HOME}:tw-alarms")),
        ("FORWARDED_FROM", ORGANIZATION.to_owned()),
        ("CENTRAL_BUS_ARN", BUS.to_owned()),
        ("HOME_RULES", named(all.iter().map(|rule| format!("{}={}", rule.name, home_rule(rule))).collect())),
        ("CENTRAL_RULES", named(all.iter().map(|rule| format!("{}={}", rule.name, central_rule(rule))).collect())),
        (
            "HOME_QUEUES",
            named(vec![
                queue("failures", "failures"),
                queue("undelivered", "undelivered"),
                queue("hub-refused", "refused"),
            ]),
        ),
        ("SECURITY_HUB", "on".to_owned()),
        ("LOG_LEVEL", "error".to_owned()),
        ("AWS_REGION", HOME_REGION.to_owned()),
        ("AWS_ENDPOINT_URL", url.to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", emulator()),
    ]
}

impl Deployment {
    /// A deployment over that world, before it ever looked.
    pub(crate) async fn over(world: World) -> Self {
        Self::with(world, &[]).await
    }

    /// The same, with some of its environment changed.
    pub(crate) async fn with(world: World, changed: &[(&'static str, &str)]) -> Self {
        let stage = Stage::open(world);
        let table = new_table(&client(&emulator())).await;
        let mut environment = environment(&stage.url(), &table);
        environment.extend(changed.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let function = Function::start(&environment);
        Self { stage, function, environment, table }
    }

    /// Another process of the same function.
    pub(crate) fn beside(&self) -> Function {
        Function::start(&self.environment)
    }

    /// One run, at that time; the report.
    pub(crate) fn run(&self, time: &str) -> Value {
        serde_json::from_str(&self.function.invoke(&tick(time)).unwrap()).unwrap()
    }

    /// The weekly tick; the digest.
    pub(crate) fn digest(&self, time: &str, asked: &Value) -> Value {
        let answer = self.function.invoke(&json!({ "time": time, "digest": asked })).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    /// Lets every heartbeat that was sent arrive at that second, but for those somebody cut.
    pub(crate) async fn arrive(&self, second: i64, cut: impl Fn(&str, &str, &str) -> bool) {
        let beats = std::mem::take(&mut self.stage.world().beats);
        for (account, region, operation) in beats {
            let path = if operation == "CreateAccessKey" { "credential-added" } else { "secret-accessed" };
            if !cut(&account, &region, path) {
                self.note(&account, &format!("arrived {path} {region}"), second).await;
            }
        }
    }

    async fn note(&self, account: &str, attribute: &str, second: i64) {
        client(&emulator())
            .update_item()
            .table_name(&self.table)
            .key("id", AttributeValue::S(format!("heartbeat/{account}")))
            .update_expression("SET #a = :a")
            .expression_attribute_names("#a", attribute)
            .expression_attribute_values(":a", AttributeValue::N(second.to_string()))
            .send()
            .await
            .unwrap();
    }
}

/// The clock's event at that time.
pub(crate) fn tick(time: &str) -> Value {
    json!({ "source": "aws.events", "time": time })
}

/// The checks that found something, each once, in order.
pub(crate) fn checks(report: &Value) -> Vec<String> {
    let faults = report["faults"].as_array().unwrap().iter();
    let mut checks: Vec<String> = faults.map(|fault| fault["check"].as_str().unwrap().to_owned()).collect();
    checks.sort();
    checks.dedup();
    checks
}

/// The state of a path.
pub(crate) fn state(report: &Value, account: &str, region: &str, path: &str) -> String {
    let rows = report["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["account"] == account && row["region"] == region).unwrap();
    row["paths"][path]["state"].as_str().unwrap().to_owned()
}
