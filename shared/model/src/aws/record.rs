//! A CloudTrail record, as written: every field optional, every odd spelling tolerated.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::ids::{NAME_LIMIT, bounded};

/// The fields of a record that mean something here.
///
/// Source: CloudTrail record contents, event versions 1.0 to 1.11.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Record<'a> {
    #[serde(borrow)]
    pub(crate) event_time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) event_source: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) event_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) aws_region: Option<Cow<'a, str>>,
    #[serde(rename = "sourceIPAddress", borrow)]
    pub(crate) source_ip_address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) user_agent: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) error_code: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) error_message: Option<Cow<'a, str>>,
    #[serde(rename = "eventID", borrow)]
    pub(crate) event_id: Option<Cow<'a, str>>,
    #[serde(rename = "sharedEventID", borrow)]
    pub(crate) shared_event_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) recipient_account_id: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "flag")]
    pub(crate) read_only: Option<bool>,
    #[serde(deserialize_with = "tolerant")]
    pub(crate) user_identity: Option<UserIdentity>,
    #[serde(deserialize_with = "object")]
    pub(crate) request_parameters: Value,
    #[serde(deserialize_with = "object")]
    pub(crate) response_elements: Value,
    #[serde(deserialize_with = "object")]
    pub(crate) additional_event_data: Value,
    #[serde(deserialize_with = "object")]
    pub(crate) service_event_details: Value,
    pub(crate) resources: Value,
}

/// Who CloudTrail says called.
#[derive(Debug, Deserialize, Default, Clone)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct UserIdentity {
    #[serde(rename = "type", deserialize_with = "text")]
    pub(crate) kind: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) principal_id: Option<String>,
    // Some Secrets Manager records before 2024 spell it `aRN`.
    #[serde(alias = "aRN", alias = "ARN", deserialize_with = "text")]
    pub(crate) arn: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) account_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) access_key_id: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) user_name: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) invoked_by: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) identity_provider: Option<String>,
    #[serde(deserialize_with = "text")]
    pub(crate) credential_id: Option<String>,
    #[serde(deserialize_with = "object")]
    pub(crate) session_context: Value,
    #[serde(deserialize_with = "object")]
    pub(crate) on_behalf_of: Value,
    #[serde(deserialize_with = "object")]
    pub(crate) in_scope_of: Value,
}

/// Text that is present and not empty, no longer than a name; anything else is absent.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) if !text.is_empty() => Some(bounded(&text, NAME_LIMIT)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A flag, also where an old exporter wrote it as text.
fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(flag) => Some(flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// An object or a list; the text `"null"` of old exporters and other scalars are nothing.
fn object<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(if value.is_object() || value.is_array() { value } else { Value::Null })
}

/// A `userIdentity` that is no object counts as absent.
fn tolerant<'de, D: Deserializer<'de>>(from: D) -> Result<Option<UserIdentity>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).ok())
}

/// Looks a path of keys up; the text at its end, when it is text and not empty.
pub(crate) fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    let mut here = value;
    for key in path {
        here = here.get(key)?;
    }
    here.as_str().filter(|text| !text.is_empty())
}

impl Record<'_> {
    /// A request parameter as text.
    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        at(&self.request_parameters, &[name])
    }

    /// A response element as text.
    pub(crate) fn answered(&self, path: &[&str]) -> Option<&str> {
        at(&self.response_elements, path)
    }

    /// A request parameter that is a list of text, or one text.
    pub(crate) fn asked_all(&self, name: &str) -> Vec<&str> {
        match self.request_parameters.get(name) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(item)) => vec![item.as_str()],
            _ => Vec::new(),
        }
    }

    /// Whether the request's parameters were left out for being too large.
    pub(crate) fn omitted(&self) -> bool {
        self.request_parameters.get("omitted").and_then(Value::as_bool) == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_spellings_of_old_exporters_are_understood() {
        let record: Record<'_> = serde_json::from_str(
            r#"{"readOnly":"false","requestParameters":"null","userIdentity":{"aRN":"arn:aws:iam::1:user/a","accessKeyId":""}}"#,
        )
        .unwrap();
        assert_eq!(record.read_only, Some(false));
        assert!(record.request_parameters.is_null());
        let identity = record.user_identity.unwrap();
        assert_eq!(identity.arn.as_deref(), Some("arn:aws:iam::1:user/a"));
        assert_eq!(identity.access_key_id, None);
    }
}
