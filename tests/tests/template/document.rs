//! The document: a template as it lies in the repository, and the rules in it.

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
    read("template.yaml")
}

/// What every other account and region is given.
pub(crate) fn forwarder() -> Value {
    read("infra/forwarder.yaml")
}

/// A template of that path.
pub(crate) fn read(path: &str) -> Value {
    parsed(&fs::read_to_string(repository().join(path)).unwrap())
}

/// A template of that text.
pub(crate) fn parsed(text: &str) -> Value {
    json(&YamlLoader::load_from_str(text).unwrap()[0])
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
    /// The bus it looks at; none is the default one.
    pub(crate) bus: Option<String>,
}

/// The bus that others send to.
pub(crate) const CENTRAL: &str = "CentralBus.Name";

/// Every rule that has a pattern, but for those over the central bus.
pub(crate) fn rules(template: &Value) -> Vec<Rule> {
    every_rule(template).into_iter().filter(|rule| rule.bus.as_deref() != Some(CENTRAL)).collect()
}

/// Those over the central bus.
pub(crate) fn central_rules(template: &Value) -> Vec<Rule> {
    every_rule(template).into_iter().filter(|rule| rule.bus.as_deref() == Some(CENTRAL)).collect()
}

/// Every rule that has a pattern, whichever bus it is over.
pub(crate) fn every_rule(template: &Value) -> Vec<Rule> {
    let all = resources(template, "AWS::Events::Rule").into_iter().map(|(id, resource)| {
        let properties = &resource["Properties"];
        Rule {
            id,
            state: properties["State"].clone(),
            pattern: properties["EventPattern"].clone(),
            targets: properties["Targets"].as_array().unwrap().clone(),
            bus: properties["EventBusName"].as_str().map(ToOwned::to_owned),
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
