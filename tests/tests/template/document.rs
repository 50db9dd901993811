//! The document: `template.yaml` as it lies in the repository, and the rules in it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Number, Value};
use yaml_rust2::{Yaml, YamlLoader};

use super::pattern;

/// The folder all of it lies in.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// The template; `!GetAtt A.B` reads `A.B`, `!If [c, a, b]` is the list.
pub(crate) fn template() -> Value {
    let text = fs::read_to_string(repository().join("template.yaml")).unwrap();
    json(&YamlLoader::load_from_str(&text).unwrap()[0])
}

fn json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Real(number) => number.parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number),
        Yaml::Integer(number) => Value::from(*number),
        Yaml::String(text) => Value::from(text.clone()),
        Yaml::Boolean(is) => Value::from(*is),
        Yaml::Array(items) => Value::Array(items.iter().map(json).collect()),
        Yaml::Hash(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (text(name), json(value))).collect::<Map<_, _>>())
        }
        Yaml::Alias(_) | Yaml::Null | Yaml::BadValue => Value::Null,
    }
}

fn text(name: &Yaml) -> String {
    match name {
        Yaml::Integer(number) => number.to_string(),
        other => other.as_str().unwrap().to_owned(),
    }
}

/// Every resource of that type, by logical id.
pub(crate) fn resources(template: &Value, kind: &str) -> Vec<(String, Value)> {
    let all = template["Resources"].as_object().unwrap();
    let of_kind = all.iter().filter(|(_, resource)| resource["Type"] == kind);
    of_kind.map(|(id, resource)| (id.clone(), resource.clone())).collect()
}

/// One rule that events reach.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) state: Value,
    pub(crate) pattern: Value,
    pub(crate) targets: Vec<Value>,
}

/// Every rule that has a pattern.
pub(crate) fn rules(template: &Value) -> Vec<Rule> {
    let all = resources(template, "AWS::Events::Rule").into_iter().map(|(id, resource)| {
        let properties = &resource["Properties"];
        Rule {
            id,
            state: properties["State"].clone(),
            pattern: properties["EventPattern"].clone(),
            targets: properties["Targets"].as_array().unwrap().clone(),
        }
    });
    all.filter(|rule| !rule.pattern.is_null()).collect()
}

/// The state in which a rule is given reads.
pub(crate) const WITH_READS: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

impl Rule {
    /// Whether EventBridge gives the event to this rule's targets.
    pub(crate) fn receives(&self, event: &Value) -> bool {
        let read = event["detail"]["readOnly"] == true;
        let awake = self.state == WITH_READS || (self.state != "DISABLED" && !read);
        awake && pattern::matches(&self.pattern, event).expect("our rules use operators the matcher knows")
    }
}

/// The targets an event reaches, each as often as it is reached.
pub(crate) fn reached(rules: &[Rule], event: &Value) -> Vec<String> {
    let receiving = rules.iter().filter(|rule| rule.receives(event)).flat_map(|rule| &rule.targets);
    receiving.map(|target| target["Arn"].as_str().unwrap().to_owned()).collect()
}
