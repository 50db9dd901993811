//! Reading one record: bare, in an EventBridge envelope, or a sign-in alert of the platform's own.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::arn::Arn;
use super::catalog::{self, Call, Home};
use super::deeds::{self, Scene};
use super::identity;
use super::record::{Record, at};
use super::session;
use super::surrogates;
use crate::activity::{Action, Activity, Address, Origin, Outcome, Platform, Tier};
use crate::client::Client;
use crate::deed::Deed;
use crate::ids::{AccountId, EventId, Region, bounded, hex};
use crate::network::{Network, NetworkKind};

/// Which records are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Coverage {
    /// What a deployment would receive: the catalog's calls.
    #[default]
    Catalog,
    /// Every record; what the catalog does not know counts as presence.
    Wide,
    /// What the catalog leaves out: its own calls are judged by somebody else.
    Rest,
}

impl Coverage {
    /// Whether a call is wanted, or whatever is none of the catalog's.
    fn wants(self, call: Option<&Call>) -> bool {
        match self {
            Self::Catalog => call.is_some(),
            Self::Wide => true,
            Self::Rest => call.is_none(),
        }
    }
}

/// Why a record was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// It is not JSON, or not an object.
    NotARecord,
    /// It names no `eventSource` and `eventName`.
    NoCall,
    /// Its `eventTime` is missing or not a time a trail can be of.
    NoTime,
}

impl Refusal {
    /// A stable name, for counters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotARecord => "not-a-record",
            Self::NoCall => "no-call",
            Self::NoTime => "no-time",
        }
    }

    /// What is wrong, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotARecord => "not a CloudTrail record: expected a JSON object",
            Self::NoCall => "no `eventSource` and `eventName`: this is not a CloudTrail record",
            Self::NoTime => "`eventTime` is missing or not an ISO 8601 time between 1970 and 2106",
        }
    }
}

/// What one record turned out to be.
#[derive(Debug)]
pub enum Reading {
    /// An activity.
    Activity(Box<Activity>),
    /// A good record that no detector wants.
    OutOfScope,
    /// A bad record.
    Refused(Refusal),
}

/// An EventBridge envelope.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, rename = "detail-type")]
    detail_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    detail: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    account: Option<Cow<'a, str>>,
    #[serde(borrow)]
    region: Option<Cow<'a, str>>,
}

/// The detail-type of the native sign-in alert, which no trail's file ever holds.
const SIGN_IN_ALERT: &str = "Sign-in Anomaly Alert";

/// Reads one record.
///
/// `bytes` is one JSON object: a bare CloudTrail record or an EventBridge envelope around one.
/// Decisions rest on `eventSource` and `eventName`, never on the envelope's detail-type, whose
/// spelling differs between AWS's own pages.
#[must_use]
pub fn read(bytes: &[u8], coverage: Coverage) -> Reading {
    match read_whole(bytes, coverage) {
        Reading::Refused(Refusal::NotARecord) => match surrogates::mended(bytes) {
            Some(whole) => read_whole(&whole, coverage),
            None => Reading::Refused(Refusal::NotARecord),
        },
        reading => reading,
    }
}

fn read_whole(bytes: &[u8], coverage: Coverage) -> Reading {
    let Ok(record) = serde_json::from_slice::<Record<'_>>(bytes) else {
        return Reading::Refused(Refusal::NotARecord);
    };
    if record.event_name.is_some() {
        return understand(&record, bytes, coverage);
    }
    let envelope = serde_json::from_slice::<Envelope<'_>>(bytes).ok();
    let Some((envelope, detail)) = envelope.and_then(|envelope| envelope.detail.map(|detail| (envelope, detail)))
    else {
        return Reading::Refused(Refusal::NoCall);
    };
    let detail = detail.get().as_bytes();
    let Ok(mut record) = serde_json::from_slice::<Record<'_>>(detail) else {
        return Reading::Refused(Refusal::NotARecord);
    };
    if envelope.detail_type.as_deref() == Some(SIGN_IN_ALERT) && record.event_name.is_none() {
        adopt(&mut record, &envelope);
    }
    understand(&record, detail, coverage)
}

/// Gives the platform's own alert the fields a trail's record would have had.
fn adopt<'a>(record: &mut Record<'a>, envelope: &Envelope<'a>) {
    record.event_source = Some(Cow::Borrowed("signin.amazonaws.com"));
    record.event_name = Some(Cow::Borrowed("SignInAnomalyAlert"));
    record.event_id = record.event_id.take().or_else(|| envelope.id.clone());
    record.event_time = record.event_time.take().or_else(|| envelope.time.clone());
    record.recipient_account_id = record.recipient_account_id.take().or_else(|| envelope.account.clone());
    record.aws_region = record.aws_region.take().or_else(|| envelope.region.clone());
}

fn understand(record: &Record<'_>, bytes: &[u8], coverage: Coverage) -> Reading {
    let (Some(source), Some(name)) = (record.event_source.as_deref(), record.event_name.as_deref()) else {
        return Reading::Refused(Refusal::NoCall);
    };
    let Some(time) = record.event_time.as_deref().and_then(time) else {
        return Reading::Refused(Refusal::NoTime);
    };
    let call = catalog::find(source, name);
    if !coverage.wants(call) {
        return Reading::OutOfScope;
    }
    match activity(record, bytes, time, call) {
        Some(activity) => Reading::Activity(Box::new(activity)),
        None => Reading::OutOfScope,
    }
}

/// CloudTrail writes ISO 8601 in UTC; some exporters leave the zone away.
///
/// A time is one from 1970 on whose seconds fit in 32 bits: no trail is of any other, and at the ends of time there is
/// no hour before, and none after.
fn time(text: &str) -> Option<Timestamp> {
    let time: Timestamp = text.parse().ok().or_else(|| format!("{text}Z").parse().ok())?;
    u32::try_from(time.as_second()).is_ok().then_some(time)
}

fn activity(record: &Record<'_>, bytes: &[u8], time: Timestamp, call: Option<&Call>) -> Option<Activity> {
    let actor = identity::principal(record);
    let outcome = outcome(record);
    let recorded_in = recorded_in(record, &actor);
    let account = target_account(record).unwrap_or_else(|| recorded_in.clone());
    let region = bounded(record.aws_region.as_deref().unwrap_or_default(), 64);
    let partition = partition(record, &region);
    let (deed, tier) = match call {
        Some(call) => {
            let scene = Scene {
                record,
                call,
                actor: &actor,
                outcome: &outcome,
                partition,
                account: account.as_str(),
                region: &region,
                time,
            };
            (deeds::deed(&scene)?, call.tier)
        }
        None => (Deed::Presence, Tier::Presence),
    };
    let id = event_id(record, bytes);
    let source = catalog::short(record.event_source.as_deref().unwrap_or_default());
    Some(Activity {
        act: record.shared_event_id.as_deref().filter(|id| !id.is_empty()).map_or_else(|| id.clone(), EventId::new),
        id,
        time,
        platform: Platform::Aws,
        partition: partition.to_owned(),
        account,
        recorded_in,
        region: Region::new(&region),
        regional: call.is_none_or(|call| call.home == Home::Regional),
        action: Action {
            service: bounded(source, 128),
            name: bounded(record.event_name.as_deref().unwrap_or_default(), 128),
        },
        tier,
        read_only: record.read_only.unwrap_or_else(|| call.is_some_and(|call| call.read_only)),
        session: session::session(record),
        origin: origin(record),
        outcome,
        actor,
        deed,
    })
}

/// The record's id; one without gets the digest of its text, so that a copy is still recognised.
fn event_id(record: &Record<'_>, bytes: &[u8]) -> EventId {
    if let Some(id) = record.event_id.as_deref().filter(|id| !id.is_empty()) {
        return EventId::new(&bounded(id, 128));
    }
    EventId::new(&format!("sha256-{}", hex(&Sha256::digest(bytes), 16)))
}

fn recorded_in(record: &Record<'_>, actor: &crate::principal::Principal) -> AccountId {
    match record.recipient_account_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => AccountId::new(id),
        None => actor.account.clone().unwrap_or_default(),
    }
}

/// The account of what was called, where the record names it: a cross-account call's other side.
fn target_account(record: &Record<'_>) -> Option<AccountId> {
    let named = ["roleArn", "secretId", "keyId", "name"];
    let from_request = named.iter().filter_map(|parameter| record.asked(parameter)).find_map(arn_account);
    let from_resources =
        || {
            record.resources.as_array()?.iter().find_map(|resource| {
                at(resource, &["accountId"]).or_else(|| at(resource, &["ARN"]).and_then(arn_account))
            })
        };
    from_request.or_else(from_resources).map(AccountId::new)
}

fn arn_account(text: &str) -> Option<&str> {
    Arn::parse(text).map(|arn| arn.account).filter(|account| account.len() == 12)
}

fn partition<'a>(record: &Record<'_>, region: &str) -> &'a str {
    let arn = record.user_identity.as_ref().and_then(|identity| identity.arn.as_deref()).and_then(Arn::parse);
    match arn.map(|arn| arn.partition) {
        Some("aws-cn") => "aws-cn",
        Some("aws-us-gov") => "aws-us-gov",
        Some("aws") => "aws",
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// Words that mark a refusal in an error code, whichever service wrote it.
const REFUSALS: [&str; 5] = ["AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden", "AuthFailure"];

fn outcome(record: &Record<'_>) -> Outcome {
    if let Some(code) = record.error_code.as_deref().filter(|code| !code.is_empty()) {
        let code = bounded(code, 128);
        return if REFUSALS.iter().any(|word| code.contains(word)) {
            Outcome::Denied(code)
        } else {
            Outcome::Failed(code)
        };
    }
    // Sign-in and service events say it in a field of their own, named after the event.
    let name = record.event_name.as_deref().unwrap_or_default();
    let said = at(&record.response_elements, &[name])
        .or_else(|| at(&record.service_event_details, &[name]))
        .or_else(|| at(&record.service_event_details, &["CredentialVerification"]));
    match said {
        Some("Failure") => {
            let why = record.error_message.as_deref().filter(|why| !why.is_empty()).unwrap_or("Failure");
            Outcome::Failed(bounded(why, 128))
        }
        _ => Outcome::Succeeded,
    }
}

fn origin(record: &Record<'_>) -> Origin {
    let address = Address::parse(record.source_ip_address.as_deref().unwrap_or_default());
    let network = match &address {
        Address::Service(_) => Network { kind: NetworkKind::Service, ..Network::default() },
        _ => Network::default(),
    };
    Origin { address, client: Client::parse(record.user_agent.as_deref().unwrap_or_default()), network }
}
