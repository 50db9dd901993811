//! A record: one entry of the audit log, built up as `CloudTrail` would write it.

mod caller;
mod deliver;
mod portal;
mod scribe;
mod signin;
mod store;
mod story;
mod sts;

use serde_json::{Value, json};

pub(crate) use self::{
    caller::Caller,
    deliver::Delivery,
    portal::{Visitor, enter_console},
    scribe::{Actor, Oddity, Scribe},
    signin::{console_entry, console_login, console_login_refused, root_login},
    store::{create_secret, read, read_batch, read_path, read_refused},
    story::{Attack, Label, Story},
    sts::{
        assume, assume_from_outside, assumed, by_service, outsider, web_identity_session, with_saml, with_web_identity,
    },
};
use crate::{
    cloudtrail,
    world::{Account, Dice, Moment},
};

/// A call of an API: its service and its name, `("iam", "CreateUser")`.
pub(crate) type Call<'a> = (&'a str, &'a str);

/// One entry of the audit log.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) at: Moment,
    /// The account whose log it is in.
    pub(crate) account: Account,
    pub(crate) region: &'static str,
    pub(crate) id: String,
    body: Vec<(&'static str, Value)>,
}

impl Record {
    /// A call that worked and answered nothing worth logging.
    pub(crate) fn new(at: Moment, caller: &Caller, (service, name): Call<'_>, dice: &mut Dice) -> Self {
        let region = if cloudtrail::is_global(service) { "us-east-1" } else { caller.region };
        let id = dice.uuid();
        let body = vec![
            ("eventVersion", cloudtrail::version(service).into()),
            ("userIdentity", caller.identity.clone()),
            ("eventTime", at.iso().into()),
            ("eventSource", format!("{service}.amazonaws.com").into()),
            ("eventName", name.into()),
            ("awsRegion", region.into()),
            ("sourceIPAddress", caller.address.clone().into()),
            ("userAgent", caller.agent.text(service, name).into()),
            ("requestParameters", Value::Null),
            ("responseElements", Value::Null),
            ("requestID", dice.uuid().into()),
            ("eventID", id.clone().into()),
            ("readOnly", cloudtrail::reads_only(name).into()),
            ("eventType", "AwsApiCall".into()),
            ("managementEvent", true.into()),
            ("recipientAccountId", (*caller.account.id).into()),
            ("eventCategory", "Management".into()),
        ];
        Self { at, account: caller.account.clone(), region, id, body }.in_transport(caller, service)
    }

    /// What the way a call came in leaves in its record.
    fn in_transport(mut self, caller: &Caller, service: &str) -> Self {
        if caller.outside {
            let host = match service {
                "iam" | "organizations" => format!("{service}.amazonaws.com"),
                "signin" => format!("{}.signin.aws.amazon.com", self.region),
                _ => format!("{service}.{}.amazonaws.com", self.region),
            };
            self = self.with(
                "tlsDetails",
                json!({
                    "tlsVersion": "TLSv1.3",
                    "cipherSuite": "TLS_AES_128_GCM_SHA256",
                    "clientProvidedHostHeader": host,
                }),
            );
        }
        if caller.console {
            self = self.with("sessionCredentialFromConsole", "true".into());
        }
        if let Some(endpoint) = &caller.endpoint {
            self = self.with("vpcEndpointId", endpoint.as_str().into());
        }
        self
    }

    /// Sets any field.
    pub(crate) fn with(mut self, field: &'static str, value: Value) -> Self {
        if let Some((_, known)) = self.body.iter_mut().find(|(name, _)| *name == field) {
            *known = value;
        } else {
            self.body.push((field, value));
        }
        self
    }

    /// Takes a field away.
    pub(crate) fn without(mut self, field: &str) -> Self {
        self.body.retain(|(name, _)| *name != field);
        self
    }

    /// What was asked for.
    pub(crate) fn asking(self, parameters: Value) -> Self {
        self.with("requestParameters", parameters)
    }

    /// What a writing call answered.
    pub(crate) fn answered(self, elements: Value) -> Self {
        self.with("responseElements", elements)
    }

    /// The call was refused; `AccessDenied` leaves no parameters in the log.
    pub(crate) fn refused(self, code: &str, message: &str) -> Self {
        let denied = code.starts_with("AccessDenied");
        let refused = self.with("errorCode", code.into()).with("errorMessage", message.into());
        if denied { refused.asking(Value::Null) } else { refused }
    }

    /// The resource it touched.
    pub(crate) fn on(self, kind: &str, arn: &str) -> Self {
        let account = self.account.id.clone();
        self.with("resources", json!([{ "accountId": &*account, "type": kind, "ARN": arn }]))
    }

    /// A service tells what happened inside it, instead of logging a call.
    pub(crate) fn service_event(self, details: Value) -> Self {
        self.with("eventType", "AwsServiceEvent".into())
            .with("readOnly", false.into())
            .with("serviceEventDetails", details)
            .without("tlsDetails")
    }

    /// The entry the same act leaves in another account's log; give both one `sharedEventID`.
    pub(crate) fn twin(&self, account: &Account, identity: Value, dice: &mut Dice) -> Self {
        let id = dice.uuid();
        let mut twin = self.clone().with("eventID", id.clone().into()).with("userIdentity", identity);
        twin.id = id;
        twin.account = account.clone();
        twin.with("recipientAccountId", (*account.id).into())
    }

    /// The record as one JSON object, its fields in `CloudTrail`'s order.
    pub(crate) fn json(&self) -> String {
        let mut text = String::with_capacity(1_600);
        for field in cloudtrail::FIELDS {
            let Some((_, value)) = self.body.iter().find(|(name, _)| *name == field) else { continue };
            text.push_str(if text.is_empty() { "{\"" } else { ",\"" });
            text.push_str(field);
            text.push_str("\":");
            write_sorted(value, &mut text);
        }
        text.push('}');
        text
    }

    /// Whether every field it holds is one that is written.
    #[cfg(test)]
    pub(crate) fn fields_are_known(&self) -> bool {
        self.body.iter().all(|(field, _)| cloudtrail::FIELDS.contains(field))
    }
}

/// Writes a value, the keys of its objects in order: another crate of the workspace may ask `serde_json` to keep them as
/// they were inserted.
fn write_sorted(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            let mut before = '{';
            for (name, value) in &fields {
                text.push(before);
                write_text(name, text);
                text.push(':');
                write_sorted(value, text);
                before = ',';
            }
            text.push_str(if fields.is_empty() { "{}" } else { "}" });
        }
        Value::Array(values) => {
            let mut before = '[';
            for value in values {
                text.push(before);
                write_sorted(value, text);
                before = ',';
            }
            text.push_str(if values.is_empty() { "[]" } else { "]" });
        }
        Value::String(told) => write_text(told, text),
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(&number.to_string()),
    }
}

/// Writes a text in quotation marks, escaped only where it must be.
fn write_text(told: &str, text: &mut String) {
    if told.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        text.push_str(&Value::from(told).to_string());
    } else {
        text.push('"');
        text.push_str(told);
        text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_json_with_its_keys_in_order() {
        let value = json!({ "b": [1, true, null, {}], "a": "say \"hi\"\n", "c": { "y": [], "x": 2 } });
        let mut text = String::new();
        write_sorted(&value, &mut text);
        assert_eq!(text, r#"{"a":"say \"hi\"\n","b":[1,true,null,{}],"c":{"x":2,"y":[]}}"#);
    }
}
