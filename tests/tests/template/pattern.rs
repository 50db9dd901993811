//! Patterns: EventBridge's verdict on an event, for the operators our rules use.

use serde_json::{Map, Value};

/// Whether the event matches; none where the pattern uses an operator that is not ours.
pub(crate) fn matches(pattern: &Value, event: &Value) -> Option<bool> {
    object(pattern.as_object()?, &event.as_object().cloned().unwrap_or_default())
}

fn object(pattern: &Map<String, Value>, event: &Map<String, Value>) -> Option<bool> {
    let mut all = true;
    for (name, wanted) in pattern {
        all &= match (name.as_str(), wanted) {
            ("$or", Value::Array(choices)) => any(choices, |choice| object(choice.as_object()?, event))?,
            (_, Value::Array(values)) => any(values, |value| leaf(value, event.get(name)))?,
            (_, Value::Object(nested)) => below(nested, event.get(name))?,
            _ => return None,
        };
    }
    Some(all)
}

/// Within an array, one element must match the whole of it.
fn below(pattern: &Map<String, Value>, found: Option<&Value>) -> Option<bool> {
    match found {
        Some(Value::Array(items)) => any(items, |item| below(pattern, Some(item))),
        Some(Value::Object(fields)) => object(pattern, fields),
        _ => object(pattern, &Map::new()),
    }
}

fn leaf(wanted: &Value, found: Option<&Value>) -> Option<bool> {
    match (wanted, found) {
        (Value::Object(operator), Some(Value::Array(items))) if !operator.contains_key("exists") => {
            any(items, |item| leaf(wanted, Some(item)))
        }
        (Value::Object(operator), _) => operate(operator, found),
        (_, Some(Value::Array(items))) => Some(items.contains(wanted)),
        _ => Some(found == Some(wanted)),
    }
}

fn operate(operator: &Map<String, Value>, found: Option<&Value>) -> Option<bool> {
    let (name, operand) = operator.iter().next().filter(|_| operator.len() == 1)?;
    match (name.as_str(), operand) {
        ("prefix", Value::String(prefix)) => {
            Some(found.and_then(Value::as_str).is_some_and(|text| text.starts_with(prefix)))
        }
        ("wildcard", Value::String(pattern)) => {
            found.and_then(Value::as_str).map_or(Some(false), |text| wild(pattern, text))
        }
        // Only leaves exist: an object is the names below it.
        ("exists", Value::Bool(wanted)) => Some(found.is_some_and(|value| !value.is_object()) == *wanted),
        _ => None,
    }
}

/// Whether a text matches a pattern of `*`; none where a `*` may stand elsewhere than at both ends.
fn wild(pattern: &str, text: &str) -> Option<bool> {
    let middle = pattern.strip_prefix('*')?.strip_suffix('*')?;
    (!middle.contains(['*', '\\'])).then(|| text.contains(middle))
}

/// Whether one of them holds; none as soon as one cannot be decided.
fn any<'a>(items: &'a [Value], holds: impl Fn(&'a Value) -> Option<bool>) -> Option<bool> {
    items.iter().map(holds).try_fold(false, |any, verdict| Some(any | verdict?))
}
