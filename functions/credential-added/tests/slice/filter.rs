//! The metric filter: what `CloudWatch` counts of a log, by the filter the template sets over it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

/// The stack's name.
pub(crate) const STACK: &str = "tw";

fn resources() -> Yaml {
    let template = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml")).unwrap();
    YamlLoader::load_from_str(&template).unwrap()[0]["Resources"].clone()
}

fn text(yaml: &Yaml) -> &str {
    yaml.as_str().unwrap()
}

/// How often each metric is counted in a log: `NAMESPACE NAME VALUE VALUE`, by the values of its dimensions.
pub(crate) fn counted(log: &str) -> BTreeMap<String, u32> {
    let resources = resources();
    let filter = &resources["CredentialAddedTally"]["Properties"];
    let pattern = text(&filter["FilterPattern"]).strip_prefix("{ $.").unwrap().strip_suffix(" = * }").unwrap();
    let transformed = &filter["MetricTransformations"][0];
    assert_eq!(text(&transformed["MetricValue"]), "1");
    let dimensions = transformed["Dimensions"].as_vec().unwrap();
    let dimensions: Vec<&str> =
        dimensions.iter().map(|each| text(&each["Value"]).strip_prefix("$.").unwrap()).collect();
    let mut all = BTreeMap::new();
    // A pattern over JSON passes by whatever is none.
    for line in log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if line.get(pattern).is_none() {
            continue;
        }
        let values = dimensions.iter().map(|name| line[name].as_str().unwrap());
        let metric = [text(&transformed["MetricNamespace"]), text(&transformed["MetricName"])];
        let metric: Vec<&str> = metric.into_iter().chain(values).collect();
        *all.entry(metric.join(" ")).or_default() += 1;
    }
    all
}

/// The metrics the dashboard shows of what came of events, spelt the same.
pub(crate) fn shown() -> BTreeSet<String> {
    let resources = resources();
    let body = text(&resources["DashboardPage"]["Properties"]["DashboardBody"]).replace("${AWS::StackName}", STACK);
    let body: Value = serde_json::from_str(&body).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    let widget = widgets.iter().find(|widget| widget["properties"]["title"] == "What came of events").unwrap();
    let (mut all, mut before) = (BTreeSet::new(), Vec::new());
    for row in widget["properties"]["metrics"].as_array().unwrap() {
        let row: Vec<&str> = row.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        // Three dots stand for what the row before it begins with.
        if let Some(rest) = row.strip_prefix(&["..."]) {
            before.truncate(before.len() - rest.len());
            before.extend_from_slice(rest);
        } else {
            before = row;
        }
        // Names and values of dimensions take turns.
        let values = before[2..].iter().skip(1).step_by(2);
        all.insert(before[..2].iter().chain(values).copied().collect::<Vec<_>>().join(" "));
    }
    all
}
