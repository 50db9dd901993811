//! A finding: signals addressed to people, joined into one episode with an id and a life.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::activity::{Address, Origin};
use crate::deed::Credential;
use crate::ids::{AccountId, EventId, FindingId, PrincipalKey, Region, hex};
use crate::network::NetworkKind;
use crate::principal::{PrincipalKind, Privilege};
use crate::signal::Evidence;

/// The version of the finding's JSON contract.
pub const SCHEMA_VERSION: &str = "1.0";

/// How much a finding deserves of somebody's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// For the record.
    Informational,
    /// Context.
    Low,
    /// A person should look.
    Medium,
    /// A person should look today.
    High,
    /// A person should look now.
    Critical,
}

impl Severity {
    /// Every severity, lowest first.
    pub const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name in findings, settings and flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Informational => "INFORMATIONAL",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }

    /// The severity of that name, in any case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(name))
    }
}

/// Where a finding is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Nobody has dealt with it.
    Open,
    /// It closed itself: a rotation that completed.
    Resolved,
    /// Somebody said not to tell.
    Suppressed,
}

/// Who did it: the identity, not the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Actor {
    /// The identity's key.
    pub key: PrincipalKey,
    /// What kind of identity.
    pub kind: PrincipalKind,
    /// What people call it.
    pub name: String,
    /// The platform's full name of it.
    pub arn: Option<String>,
    /// The session's name.
    pub session: Option<String>,
    /// The credential that signed the first call.
    pub access_key_id: Option<String>,
    /// Whether a second factor was shown; null where the platform cannot know.
    pub mfa: Option<bool>,
    /// How much it may do, as far as anything seen tells.
    pub privilege: Privilege,
    /// The role or service it acted through.
    pub via: Option<String>,
}

/// Some secrets, by the account that keeps them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SecretTarget {
    /// How many different ones.
    pub count: u64,
    /// Their ids, the first ones when there are very many.
    pub ids: Vec<String>,
}

/// To whom or what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingTarget {
    /// The name the episode goes by.
    pub key: String,
    /// What it is: a kind of identity, `secret`, `secrets`, `account`, `role` …
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// How much it may do, as far as anything seen tells.
    pub privilege: Privilege,
    /// The credential, where one was added.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credential: Option<Credential>,
    /// The secrets, where some were read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub secret: Option<SecretTarget>,
}

/// From where the first call came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindingOrigin {
    /// The address, or the service's name.
    pub ip: Option<String>,
    /// The autonomous system's number.
    pub asn: Option<u32>,
    /// The autonomous system's organisation.
    pub network: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// What kind of place.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub kind: NetworkKind,
    /// The user agent, bounded.
    pub user_agent: String,
}

impl FindingOrigin {
    /// Where an activity came from, as it is told.
    #[must_use]
    pub fn of(origin: &Origin) -> Self {
        Self {
            ip: match &origin.address {
                Address::Ip(ip) => Some(ip.to_string()),
                Address::Service(name) => Some(name.clone()),
                Address::Unknown => None,
            },
            asn: origin.network.asn,
            network: origin.network.organisation.clone(),
            country: origin.network.country.clone(),
            kind: origin.network.kind,
            user_agent: origin.client.agent.clone(),
        }
    }
}

/// One record that makes the case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CitedEvent {
    /// When it happened.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub time: Timestamp,
    /// The CloudTrail `eventID`.
    pub id: EventId,
    /// The call.
    pub name: String,
    /// Where.
    pub region: Region,
    /// In which account it was logged.
    pub account: AccountId,
}

/// A change somebody said would come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpectedChange {
    /// Whether it covers this finding.
    pub matched: bool,
    /// Who said so.
    pub by: String,
    /// Until when it holds.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub until: Option<Timestamp>,
    /// The ticket or change it belongs to.
    pub reference: Option<String>,
}

/// Signals addressed to people. The JSON form is a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The contract's version.
    pub schema_version: String,
    /// What the episode is, digested.
    pub id: FindingId,
    /// Rises with content.
    pub revision: u32,
    /// When the episode was first told.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub created_at: Timestamp,
    /// Strictly later for each revision.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub updated_at: Timestamp,
    /// The type, dotted: detector and what it found.
    #[serde(rename = "type")]
    pub kind: String,
    /// How much it deserves of somebody's time.
    pub severity: Severity,
    /// 0–100, five points a bit of evidence.
    pub score: u8,
    /// 0–100: how likely it is, in percent, that this is not ordinary life.
    pub confidence: u8,
    /// One sentence a tired person understands.
    pub title: String,
    /// What it rests on, in one sentence.
    pub description: String,
    /// ATT&CK techniques.
    pub techniques: Vec<String>,
    /// ATT&CK analytics.
    pub analytics: Vec<String>,
    /// The part of the platform's world.
    pub partition: String,
    /// The target's account.
    pub account: AccountId,
    /// The region of the first event.
    pub region: Region,
    /// The organisation, where it is known.
    pub organization: Option<String>,
    /// Who did it.
    pub actor: Actor,
    /// To whom or what.
    pub target: FindingTarget,
    /// From where.
    pub origin: FindingOrigin,
    /// The first event's time.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub first_seen: Timestamp,
    /// The last event's time.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub last_seen: Timestamp,
    /// How many acts belong to it; twins and echoes of one act count once.
    pub event_count: u64,
    /// The records that make the case; first and last ones when there are very many.
    // Most of what a finding holds, and copies of one are many: they share it.
    pub events: Vec<Arc<CitedEvent>>,
    /// Each reason with what was usual, heaviest first.
    pub evidence: Vec<Evidence>,
    /// The expected change that covers it.
    pub expected_change: Option<ExpectedChange>,
    /// What to do, the first ones copy-paste commands.
    pub response: Vec<String>,
    /// Other findings of the same story.
    pub related: Vec<FindingId>,
    /// Where it is in its life.
    pub status: Status,
}

impl FindingId {
    /// The id of an episode: a digest of what it is, so that replay, redelivery and any order agree.
    #[must_use]
    pub fn of_episode(
        kind: &str,
        organization: Option<&str>,
        actor: &PrincipalKey,
        scope: &str,
        began: Timestamp,
    ) -> Self {
        let day = began.to_zoned(TimeZone::UTC).date();
        let mut digest = Sha256::new();
        for part in [kind, organization.unwrap_or_default(), actor.as_str(), scope, &day.to_string()] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
        Self::new(&format!("tw-{}", hex(&digest.finalize(), 10)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_the_episode_is_and_not_when_in_the_day_it_began() {
        let key = PrincipalKey::new("aws:user:AIDA1");
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let id = |when: &str, scope: &str| FindingId::of_episode("a.b", None, &key, scope, at(when));
        assert_eq!(id("2026-03-01T00:00:00Z", "x"), id("2026-03-01T23:59:59Z", "x"));
        assert_ne!(id("2026-03-01T00:00:00Z", "x"), id("2026-03-02T00:00:00Z", "x"));
        assert_ne!(id("2026-03-01T00:00:00Z", "x"), id("2026-03-01T00:00:00Z", "y"));
    }

    #[test]
    fn a_severity_is_found_by_its_name_in_any_case() {
        assert_eq!(Severity::parse("medium"), Some(Severity::Medium));
        assert_eq!(Severity::parse("med"), None);
    }
}
