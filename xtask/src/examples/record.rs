//! A record: one entry of the audit log, built up as `CloudTrail` would write it.

use serde_json::{Map, Value, json};
use trailwarden_evaluation::cloudtrail;

use super::{
    attack::Step,
    calendar::Moment,
    caller::Caller,
    dice::Dice,
    organization::{Account, GLOBAL},
};

/// A call of an API: its service and its name.
pub(super) type Call<'a> = (&'a str, &'a str);

/// One entry of the audit log.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) at: Moment,
    /// The account whose log it is in.
    pub(super) account: Account,
    pub(super) region: &'static str,
    pub(super) id: String,
    /// The step of the attack it shows, if it shows one.
    pub(super) step: Option<&'static Step>,
    body: Map<String, Value>,
}

impl Record {
    /// A call that worked and answered nothing worth logging.
    pub(super) fn new(at: Moment, caller: &Caller, call: Call<'_>, dice: &mut Dice) -> Self {
        let (service, name) = call;
        let region = if cloudtrail::is_global(service) { GLOBAL } else { caller.region };
        let id = dice.uuid();
        let request = if service == "s3" { dice.hex(16).to_uppercase() } else { dice.uuid() };
        let body = [
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
            ("requestID", request.into()),
            ("eventID", id.clone().into()),
            ("readOnly", cloudtrail::reads_only(name).into()),
            ("eventType", "AwsApiCall".into()),
            ("managementEvent", true.into()),
            ("recipientAccountId", caller.account.id().into()),
            ("eventCategory", "Management".into()),
        ];
        let body = body.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        let record = Self { at, account: caller.account, region, id, step: None, body };
        record.in_transport(caller, service)
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
        if let Some(endpoint) = caller.endpoint {
            self = self.with("vpcEndpointId", endpoint.into()).with("vpcEndpointAccountId", caller.account.id().into());
        }
        self
    }

    /// Sets any field.
    pub(super) fn with(mut self, field: &str, value: Value) -> Self {
        self.body.insert(field.to_owned(), value);
        self
    }

    /// Takes a field away.
    pub(super) fn without(mut self, field: &str) -> Self {
        self.body.remove(field);
        self
    }

    /// What was asked for.
    pub(super) fn asking(self, parameters: Value) -> Self {
        self.with("requestParameters", parameters)
    }

    /// What a writing call answered.
    pub(super) fn answered(self, elements: Value) -> Self {
        self.with("responseElements", elements)
    }

    /// The call was refused.
    pub(super) fn refused(self, code: &str, message: String) -> Self {
        self.with("errorCode", code.into()).with("errorMessage", message.into())
    }

    /// The resource it touched.
    pub(super) fn on(self, kind: &str, arn: &str) -> Self {
        let account = self.account.id();
        self.with("resources", json!([{ "accountId": account, "type": kind, "ARN": arn }]))
    }

    /// A service tells what happened inside it, instead of logging a call.
    pub(super) fn service_event(self, details: Value) -> Self {
        self.with("eventType", "AwsServiceEvent".into())
            .with("readOnly", false.into())
            .with("serviceEventDetails", details)
            .without("tlsDetails")
    }

    /// The entry the same act leaves in another account's log.
    pub(super) fn twin(&self, account: Account, identity: Value, dice: &mut Dice) -> Self {
        let id = dice.uuid();
        let mut twin = self.clone().with("eventID", id.clone().into()).with("userIdentity", identity);
        twin.id = id;
        twin.account = account;
        twin.with("recipientAccountId", account.id().into())
    }

    /// A field's text; empty where there is none.
    pub(super) fn tells(&self, field: &str) -> &str {
        self.body.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// What puts records that look alike side by side: a delivered file promises no order, and likeness compresses.
    pub(super) fn likeness(&self) -> String {
        let asked = self.body.get("requestParameters").map(Value::to_string).unwrap_or_default();
        let told = ["sourceIPAddress", "userAgent", "eventName"].map(|field| self.tells(field));
        format!("{} {asked}", told.join(" "))
    }

    /// The record as one JSON object, its fields in `CloudTrail`'s order.
    pub(super) fn json(&self) -> String {
        let fields = cloudtrail::FIELDS.iter().filter_map(|field| {
            let mut value = self.body.get(*field)?.clone();
            // Another crate of the workspace may ask serde_json to keep insertion order.
            value.sort_all_objects();
            Some(format!("\"{field}\":{value}"))
        });
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
impl Record {
    /// Fails on a field that would not be written.
    pub(super) fn fields_all_known(&self) {
        for field in self.body.keys() {
            assert!(cloudtrail::FIELDS.contains(&field.as_str()), "{field} has no place in FIELDS");
        }
    }
}
