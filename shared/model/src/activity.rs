//! An activity: a record understood. Who did what to what, from where, when, and whether it worked.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::deed::Deed;
use crate::ids::{AccountId, EventId, Region, bounded};
use crate::network::{Network, NetworkKind};
use crate::principal::Principal;

/// The platform a record came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Amazon Web Services, through CloudTrail.
    Aws,
}

impl Platform {
    /// The name platforms carry in keys and findings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
        }
    }
}

/// Why an activity is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// One of the three behaviours itself.
    Subject,
    /// Changes what the behaviours mean: permissions granted, eyes put out.
    Context,
    /// Any call by a credential under watch.
    Presence,
}

/// What was called, in the platform's own words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Action {
    /// The service: `iam`, `secretsmanager` …
    pub service: String,
    /// The call: `CreateAccessKey` …
    pub name: String,
}

/// Whether it worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It worked.
    Succeeded,
    /// It was refused for want of permission or proof; the code as recorded.
    Denied(String),
    /// It failed otherwise; the code as recorded.
    Failed(String),
}

impl Outcome {
    /// Whether it worked.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        matches!(self, Self::Succeeded)
    }

    /// Whether it was refused.
    #[must_use]
    pub fn denied(&self) -> bool {
        matches!(self, Self::Denied(_))
    }
}

/// The source of a call as recorded, which is not always an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub enum Address {
    /// A real address, public or private.
    Ip(IpAddr),
    /// A service of the platform, by name.
    Service(String),
    /// Something else, or nothing: a dimension is lost, never the activity.
    #[default]
    Unknown,
}

impl Address {
    /// Reads what a record says about its source.
    ///
    /// Service names end in a domain of the platform; `AWS Internal` is the platform itself.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if let Ok(ip) = text.parse::<IpAddr>() {
            // 0.0.0.0 and :: are what redaction leaves behind, not places.
            return if ip.is_unspecified() { Self::Unknown } else { Self::Ip(ip.to_canonical()) };
        }
        if text == "AWS Internal" || text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") {
            return Self::Service(bounded(text, 128));
        }
        Self::Unknown
    }

    /// The address, where it is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(ip) => Some(*ip),
            _ => None,
        }
    }
}

/// Where a call came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Origin {
    /// The source as recorded.
    pub address: Address,
    /// The program that claims to have called.
    pub client: Client,
    /// What the address table knows; filled in by the pipeline.
    pub network: Network,
}

impl Origin {
    /// What identifies the network for the memory: the AS, or the private block, or the service's name.
    ///
    /// `None` where nothing is known: an unknown place is no evidence in either direction.
    #[must_use]
    pub fn network_key(&self) -> Option<String> {
        match (&self.address, self.network.asn) {
            // Calls reach the platform from private addresses only inside it: one place, whichever subnet.
            (Address::Ip(_), None) if self.network.kind == NetworkKind::Private => Some("private".to_owned()),
            (_, Some(asn)) => Some(format!("AS{asn}")),
            (Address::Ip(ip), None) => Some(block(*ip)),
            (Address::Service(name), None) => Some(name.clone()),
            (Address::Unknown, None) => None,
        }
    }

    /// Whether the call came from inside the platform: a service, or a machine rented from it.
    #[must_use]
    pub fn inside_platform(&self) -> bool {
        matches!(self.network.kind, NetworkKind::Aws | NetworkKind::Service | NetworkKind::Private)
    }
}

/// The block of an address no table knows: /16 for IPv4, /48 for IPv6.
fn block(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, _, _] = v4.octets();
            format!("{a}.{b}.0.0/16")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// A machine of the platform that wears an identity by design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Workload {
    /// A virtual machine.
    Instance,
    /// A function.
    Function,
    /// A container.
    Container,
}

/// The session an identity acted in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Session {
    /// The credential that signed the call: an access key id, long-lived or temporary.
    pub credential: Option<String>,
    /// Whether that credential expires by itself.
    pub temporary: bool,
    /// The session's name, chosen by whoever opened it.
    pub name: Option<String>,
    /// When the session was opened.
    pub started: Option<Timestamp>,
    /// Whether a second factor was shown, where the platform can know.
    pub mfa: Option<bool>,
    /// The source identity an administrator made callers carry.
    pub source_identity: Option<String>,
    /// The machine this session was issued to, where the platform says so.
    pub workload: Option<Workload>,
    /// The service that called on the identity's behalf.
    pub via: Option<String>,
}

/// A record understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The platform's id of the record.
    pub id: EventId,
    /// The id of the act: equal for the twins of one call logged in two accounts.
    pub act: EventId,
    /// When it happened.
    pub time: Timestamp,
    /// The platform.
    pub platform: Platform,
    /// The part of the platform's world, `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// The account the target is in.
    pub account: AccountId,
    /// The account that logged it.
    pub recorded_in: AccountId,
    /// The region.
    pub region: Region,
    /// Whether the region was the caller's choice: a global service logs where it lives.
    pub regional: bool,
    /// What was called.
    pub action: Action,
    /// Why it is looked at.
    pub tier: Tier,
    /// Whether the platform calls it a read.
    pub read_only: bool,
    /// Whether it worked.
    pub outcome: Outcome,
    /// Who did it.
    pub actor: Principal,
    /// In which session.
    pub session: Session,
    /// From where.
    pub origin: Origin,
    /// What it means.
    pub deed: Deed,
}

impl Activity {
    /// Whether its record repeats an act that another record tells.
    #[must_use]
    pub fn is_echo(&self) -> bool {
        matches!(self.deed, Deed::SecretRead { echo: Some(_), .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_not_one_loses_a_dimension_and_nothing_else() {
        assert_eq!(
            Address::parse("secretsmanager.amazonaws.com"),
            Address::Service("secretsmanager.amazonaws.com".into())
        );
        assert_eq!(Address::parse("AWS Internal"), Address::Service("AWS Internal".into()));
        assert_eq!(Address::parse("XXXXX"), Address::Unknown);
        assert_eq!(Address::parse("0.0.0.0"), Address::Unknown);
        assert_eq!(Address::parse("::ffff:8.8.8.8"), Address::Ip("8.8.8.8".parse().unwrap()));
    }
}
