//! The proof of sight, as the templates let it look: it is told every rule, and refused what makes a heartbeat.

use std::collections::BTreeSet;

use serde_json::Value;
use trailwarden_model::aws::rules;

use super::document;

/// What it calls in another account.
const NEEDED: [&str; 9] = [
    "cloudtrail:DescribeTrails",
    "cloudtrail:GetTrailStatus",
    "cloudtrail:GetEventSelectors",
    "events:DescribeRule",
    "events:ListTargetsByRule",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "s3:GetLifecycleConfiguration",
    "securityhub:DescribeHub",
];

fn environment() -> Value {
    document::template()["Resources"]["SightFunction"]["Properties"]["Environment"]["Variables"].clone()
}

/// `NAME=${ID}` as name and id; where the id is taken from an ARN, it stands beside it.
fn named(items: &Value) -> BTreeSet<(String, String)> {
    let pair = |item: &Value| {
        let text = item.get(0).unwrap_or(item).as_str().unwrap();
        let (name, id) = text.split_once('=').unwrap();
        let id = item.pointer("/1/Rule/1/1").and_then(Value::as_str).unwrap_or(id);
        (name.to_owned(), id.trim_start_matches("${").trim_end_matches('}').to_owned())
    };
    items.as_array().unwrap().iter().map(pair).collect()
}

/// Every action some policy of a role allows, whatever the condition it stands under.
pub(super) fn actions(role: &Value) -> BTreeSet<String> {
    let statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].as_array().unwrap();
    let statements = statements.iter().map(|statement| statement.get(1).unwrap_or(statement));
    let named = statements.flat_map(|statement| match &statement["Action"] {
        Value::Array(actions) => actions.clone(),
        one => vec![one.clone()],
    });
    named.map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_proof_of_sight_is_told_what_every_rule_of_the_catalog_is_called() {
    let environment = environment();
    let expected = |id: fn(&rules::Rule) -> String| -> BTreeSet<(String, String)> {
        rules::all().iter().map(|rule| (rule.name.clone(), id(rule))).collect()
    };
    assert_eq!(named(&environment["HOME_RULES"][1]), expected(|rule| rule.id.clone()));
    assert_eq!(named(&environment["CENTRAL_RULES"][1][1]), expected(|rule| format!("Central{}.Arn", rule.id)));
}

#[test]
fn the_proof_of_sight_looks_at_the_hub_of_whoever_imports() {
    let whose = environment()["SECURITY_HUB"].clone();
    assert_eq!(whose, serde_json::json!(["WithHub", ["WithImportPerMember", "per-member", "on"], "off"]));
    let resources = document::template()["Resources"].clone();
    // Both turn on one condition: the function enters other accounts exactly where the proof of sight looks there.
    let importing = &resources["SecurityHubFunction"]["Properties"]["Environment"]["Variables"]["MEMBER_ROLE_ARN"];
    assert_eq!(importing[0], "WithImportPerMember");
}

#[test]
fn nobody_who_sends_a_heartbeat_may_do_what_it_is_refused() {
    let roles = [
        document::template()["Resources"]["SightRole"].clone(),
        document::forwarder()["Resources"]["MemberRole"].clone(),
    ];
    for role in roles {
        let allowed = actions(&role);
        assert!(NEEDED.iter().all(|action| allowed.contains(*action)), "{allowed:?}");
        // It looks at how long things are kept, and reads nothing of them but what functions left of events.
        for action in allowed.iter().filter(|action| action.starts_with("s3:") || action.starts_with("logs:")) {
            let looks = ["s3:GetLifecycleConfiguration", "logs:DescribeLogGroups", "logs:FilterLogEvents"];
            assert!(looks.contains(&action.as_str()), "{action}");
        }
        for action in allowed {
            let refused =
                action.starts_with("secretsmanager:") || action == "iam:CreateAccessKey" || action.contains('*');
            assert!(!refused || action.starts_with("kms:"), "{action}");
        }
    }
}

#[test]
fn the_logs_of_the_judging_functions_are_the_only_ones_read() {
    let document = document::template();
    let statements =
        document["Resources"]["SightRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].clone();
    let reads: Vec<Value> = statements
        .as_array()
        .unwrap()
        .iter()
        .filter(|each| each["Action"] == "logs:FilterLogEvents")
        .cloned()
        .collect();
    assert_eq!(reads.len(), 1);
    let judging = ["CredentialAddedLogs.Arn", "SecretAccessedLogs.Arn", "ConsoleLoginLogs.Arn"];
    assert_eq!(reads[0]["Resource"], serde_json::json!(judging));
}

#[test]
fn the_proof_of_sight_runs_each_hour_under_the_name_doctor_asks_for() {
    let resources = document::template()["Resources"].clone();
    assert_eq!(resources["SightFunction"]["Properties"]["FunctionName"], "${AWS::StackName}-sight");
    let schedule = &resources["SightSchedule"]["Properties"];
    assert_eq!(schedule["ScheduleExpression"], "rate(1 hour)");
    assert_eq!(schedule["Targets"][0]["Arn"], "SightFunction.Arn");
}

/// What the weekly rule tells the function, with every name for itself.
fn digest() -> Value {
    let template = document::template();
    let target = &template["Resources"]["DigestSchedule"]["Properties"]["Targets"][0];
    assert_eq!(target["Arn"], "SightFunction.Arn");
    let input = target["InputTransformer"]["InputTemplate"][0].as_str().unwrap().replace("<time>", "\"\"");
    // A number stands without quotes.
    let input = input.replace("\"${", "\"").replace("}\"", "\"").replace("${", "\"").replace("Size}", "Size\"");
    serde_json::from_str::<Value>(&input.replace("Metrics}", "Metrics\"")).unwrap()["digest"].clone()
}

#[test]
fn the_weekly_digest_counts_every_function_queue_and_alarm_there_is() {
    let (template, digest) = (document::template(), digest());
    let functions = document::resources(&template, "AWS::Serverless::Function");
    let expected: Vec<(String, Value)> = functions
        .iter()
        .map(|(id, function)| {
            let group = id.trim_end_matches("Function");
            let logs = template["Resources"][format!("{group}Logs")]["Properties"]["LogGroupName"].as_str().unwrap();
            let memory = &function["Properties"]["MemorySize"];
            let memory = if memory.is_null() { Value::from("MemorySize") } else { memory.clone() };
            (logs.rsplit('/').next().unwrap().to_owned(), serde_json::json!({ "name": id, "memory": memory }))
        })
        .collect();
    let named = digest["functions"].as_object().unwrap();
    assert_eq!(named.len(), expected.len());
    for (name, function) in expected {
        assert_eq!(named[&name], function, "{name}");
    }
    let queues: BTreeSet<String> = document::resources(&template, "AWS::SQS::Queue")
        .into_iter()
        .map(|(id, _)| format!("{id}.QueueName"))
        .collect();
    assert_eq!(
        queues,
        digest["queues"].as_array().unwrap().iter().map(|queue| queue.as_str().unwrap().to_owned()).collect()
    );
    let metrics = |(_, alarm): &(String, Value)| alarm["Properties"]["Metrics"].as_array().unwrap().len() - 1;
    let alarms = document::resources(&template, "AWS::CloudWatch::Alarm");
    let said =
        &template["Resources"]["DigestSchedule"]["Properties"]["Targets"][0]["InputTransformer"]["InputTemplate"];
    assert_eq!(said[1]["AlarmMetrics"][1], Value::from(alarms.iter().map(metrics).sum::<usize>()));
    let always = alarms.iter().filter(|(_, alarm)| alarm["Condition"].is_null());
    assert_eq!(said[1]["AlarmMetrics"][2], Value::from(always.map(metrics).sum::<usize>()));
}

#[test]
fn what_a_function_that_judges_leaves_in_its_log_is_counted_by_stack_and_outcome() {
    let template = document::template();
    let filters: Vec<(String, Value)> = document::resources(&template, "AWS::Logs::MetricFilter");
    let judges: BTreeSet<String> = document::rules(&template)
        .iter()
        .flat_map(|rule| &rule.targets)
        .map(|target| target["Arn"].as_str().unwrap().replace("Function.Arn", "Logs"))
        .filter(|logs| template["Resources"][logs.replace("Logs", "Tally")].is_object())
        .collect();
    assert_eq!(judges.len(), 4);
    assert_eq!(
        judges,
        filters.iter().map(|(_, filter)| filter["Properties"]["LogGroupName"].as_str().unwrap().to_owned()).collect()
    );
    let judging: BTreeSet<String> =
        digest()["judges"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(
        judging,
        ["console-login", "credential-added", "credential-used", "secret-accessed"].map(ToOwned::to_owned).into()
    );
    for (id, filter) in filters {
        assert_eq!(filter["Properties"]["FilterPattern"], "{ $.counted = * }", "{id}");
        let counts = &filter["Properties"]["MetricTransformations"][0];
        assert_eq!(
            (&counts["MetricNamespace"], &counts["MetricName"]),
            (&Value::from("trailwarden"), &Value::from("Events"))
        );
        let dimensions =
            serde_json::json!([{ "Key": "stack", "Value": "$.stack" }, { "Key": "counted", "Value": "$.counted" }]);
        assert_eq!(counts["Dimensions"], dimensions, "{id}");
    }
}

#[test]
fn the_dashboard_shows_what_is_seen_by_what_the_proof_of_sight_logs_of_each_place() {
    let body = document::template()["Resources"]["DashboardPage"]["Properties"]["DashboardBody"].clone();
    let body: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    let tables: Vec<&str> = widgets
        .iter()
        .filter(|widget| widget["type"] == "log" && widget["properties"]["view"] == "table")
        .map(|widget| widget["properties"]["query"].as_str().unwrap())
        .collect();
    assert_eq!(tables.len(), 1);
    // The names are those of `Row::line`, whose own test holds them.
    for words in
        ["SOURCE '${SightLogs}'", "latest(credentials)", "latest(secrets)", "latest(sign_ins)", "by account, region"]
    {
        assert!(tables[0].contains(words), "{words}: {}", tables[0]);
    }
    assert!(tables[0].contains("ispresent(sign_ins)"), "nothing else in that log is a place");
    // No widget lies over another.
    let place = |widget: &Value| ["x", "y", "width", "height"].map(|name| widget[name].as_u64().unwrap());
    let places: Vec<[u64; 4]> = widgets.iter().map(place).collect();
    for (nth, [x, y, width, height]) in places.iter().enumerate() {
        let over =
            |[a, b, wide, high]: &[u64; 4]| x < &(a + wide) && *a < x + width && y < &(b + high) && *b < y + height;
        assert!(!places[..nth].iter().any(over), "{:?}", widgets[nth]);
    }
}
