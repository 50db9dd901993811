//! ASFF: a finding as Security Hub takes it, every documented limit kept.
//!
//! A finding is imported by the account it is imported for
//! (<https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html>):
//! either one account imports all of them, and where each belongs stands in its resources and fields,
//! or each account imports its own.

mod fields;
mod resources;
mod shape;

use std::net::IpAddr;

use jiff::Timestamp;
use trailwarden_model::aws::catalog::CALLS;
use trailwarden_model::{AccountId, Finding, FindingId, Privilege, Region, Severity as Grade, Status};

pub use shape::{
    AccessKey, Action, ApiCall, Asff, Country, Details, Domain, Network, Organization, ProviderFields,
    ProviderSeverity, Recommendation, RecordState, Related, Remediation, RemoteIp, Resource, Role, Secret, Severity,
    User,
};

use crate::attack;
use crate::text::{plain, said, whole_lines};

/// The largest finding, in bytes of JSON; the service takes 240 KB.
pub const LARGEST: usize = 240_000;
/// What our ids begin with, so that an answer is recognised as ours.
pub const ID_PREFIX: &str = "trailwarden/";
/// What people call the product.
pub const PRODUCT: &str = "trailwarden";
/// How many findings of the same story are named.
const RELATED: usize = 10;

/// For which account, and where, a finding is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// One account imports every finding, wherever it belongs.
    Central {
        /// The account that imports.
        account: AccountId,
        /// The region it imports in.
        region: Region,
    },
    /// Each account imports its own findings, where they happened.
    PerMember,
}

/// How much room there is: the longest field, and the most resources.
#[derive(Debug, Clone, Copy)]
struct Room {
    field: usize,
    resources: usize,
}

/// From all that is allowed to what always fits.
const ROOMS: [Room; 4] = [
    Room { field: 2048, resources: 32 },
    Room { field: 1023, resources: 16 },
    Room { field: 512, resources: 8 },
    Room { field: 128, resources: 3 },
];

/// The account and region a finding goes to, made safe to stand in an ARN.
#[derive(Debug, Clone)]
struct Place {
    partition: &'static str,
    account: String,
    region: String,
}

impl Asff {
    /// The finding as it is imported.
    ///
    /// Its id does not depend on where or when it was seen first: an event that arrives late may change both.
    #[must_use]
    pub fn of(finding: &Finding, import: &Import) -> Self {
        let [most, rest @ ..] = ROOMS;
        let mut asff = Self::within(finding, import, most);
        for room in rest {
            if asff.size() <= LARGEST {
                break;
            }
            asff = Self::within(finding, import, room);
        }
        asff
    }

    /// How many bytes it takes as JSON.
    #[must_use]
    pub fn size(&self) -> usize {
        // What cannot be written cannot be imported; no field of ours is of that kind.
        serde_json::to_string(self).map_or(usize::MAX, |json| json.len())
    }

    /// Its id, as every revision of the finding has it.
    #[must_use]
    pub fn id_of(finding: &FindingId) -> String {
        said(&format!("{ID_PREFIX}{finding}"), 512)
    }

    fn within(finding: &Finding, import: &Import, room: Room) -> Self {
        let home = Place { partition: partition(finding), account: account(finding), region: region(&finding.region) };
        let place = match import {
            Import::PerMember => home.clone(),
            Import::Central { account, region: at } => {
                Place { partition: home.partition, account: said(account.as_str(), 12), region: region(at) }
            }
        };
        let types = types(finding);
        let severity = severity(finding);
        Self {
            schema_version: "2018-10-08",
            id: Self::id_of(&finding.id),
            product_arn: product(&place),
            product_name: PRODUCT,
            company_name: PRODUCT,
            region: place.region.clone(),
            generator_id: said(&format!("{ID_PREFIX}{}", finding.kind), 512),
            aws_account_id: place.account.clone(),
            first_observed_at: time(finding.first_seen),
            last_observed_at: time(finding.last_seen),
            created_at: time(finding.created_at),
            updated_at: time(finding.updated_at),
            title: said(&finding.title, 256),
            description: said(&finding.description, 1024),
            remediation: remediation(finding),
            product_fields: fields::all(finding, room.field),
            network: network(finding),
            resources: resources::all(finding, &home, room),
            record_state: match finding.status {
                Status::Open => RecordState::Active,
                Status::Resolved | Status::Suppressed => RecordState::Archived,
            },
            action: action(finding),
            finding_provider_fields: ProviderFields {
                confidence: i32::from(finding.confidence.min(100)),
                criticality: criticality(finding),
                related_findings: related(finding, &place),
                severity: ProviderSeverity { label: severity.label, original: severity.original.clone() },
                types: types.clone(),
            },
            types,
            severity,
        }
    }
}

/// The default product of the account and region it is imported in.
fn product(place: &Place) -> String {
    let Place { partition, account, region } = place;
    format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
}

/// The partition, if it is one: the text comes from a log.
fn partition(finding: &Finding) -> &'static str {
    let others = ["aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"];
    others.into_iter().find(|name| *name == finding.partition).unwrap_or("aws")
}

/// The region, if it looks like one; the global one otherwise.
fn region(region: &Region) -> String {
    let name = region.as_str();
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if letters && (1..=16).contains(&name.len()) { name.to_owned() } else { "us-east-1".to_owned() }
}

/// The account of a finding, or of the first event that names one: twelve digits and nothing else.
fn account(finding: &Finding) -> String {
    let named = std::iter::once(&finding.account).chain(finding.events.iter().map(|event| &event.account));
    named.map(AccountId::as_str).find(|id| is_account(id)).unwrap_or("000000000000").to_owned()
}

fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// RFC 3339 in milliseconds; our revisions are at least one apart.
fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The bands: <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html>.
fn severity(finding: &Finding) -> Severity {
    let (lowest, highest) = match finding.severity {
        Grade::Informational => (0, 0),
        Grade::Low => (1, 39),
        Grade::Medium => (40, 69),
        Grade::High => (70, 89),
        Grade::Critical => (90, 100),
    };
    let label = finding.severity.name();
    Severity {
        label,
        normalized: i32::from(finding.score).clamp(lowest, highest),
        original: format!("{label}, score {} of 100", finding.score),
    }
}

/// The taxonomy: <https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html#Types>.
fn types(finding: &Finding) -> Vec<String> {
    let one_part = |text: &str| said(text, 128).replace('/', "-");
    let mut all = vec![format!("Unusual Behaviors/User/{}", one_part(&finding.kind))];
    for id in finding.techniques.iter().take(50) {
        for tactic in attack::technique(id).iter().flat_map(|technique| technique.tactics) {
            all.push(format!("TTPs/{}/{}", tactic.name, one_part(id)));
        }
    }
    all.truncate(50);
    all
}

fn remediation(finding: &Finding) -> Option<Remediation> {
    let text = whole_lines(&finding.response, 512);
    let url = finding.techniques.iter().find_map(|id| attack::page(id));
    (text.is_some() || url.is_some()).then_some(Remediation { recommendation: Recommendation { text, url } })
}

/// How much those concerned may do, where anything tells.
fn criticality(finding: &Finding) -> Option<i32> {
    match finding.actor.privilege.max(finding.target.privilege) {
        Privilege::Unknown => None,
        Privilege::Ordinary => Some(30),
        Privilege::Privileged => Some(70),
        Privilege::Administrator => Some(100),
    }
}

fn related(finding: &Finding, place: &Place) -> Vec<Related> {
    let named = finding.related.iter().take(RELATED);
    named.map(|id| Related { product_arn: product(place), id: Asff::id_of(id) }).collect()
}

fn address(finding: &Finding) -> Option<IpAddr> {
    finding.origin.ip.as_deref()?.parse().ok()
}

fn network(finding: &Finding) -> Option<Network> {
    let address = address(finding)?;
    Some(Network {
        direction: "IN",
        source_ip_v4: address.is_ipv4().then(|| address.to_string()),
        source_ip_v6: address.is_ipv6().then(|| address.to_string()),
    })
}

fn action(finding: &Finding) -> Option<Action> {
    let first = finding.events.first()?;
    let address = address(finding);
    let domain = finding.origin.ip.as_deref().filter(|_| address.is_none()).and_then(|name| plain(name, 128));
    let origin = &finding.origin;
    let organization = Organization {
        asn: origin.asn.and_then(|asn| i32::try_from(asn).ok()),
        asn_org: origin.network.as_deref().and_then(|name| plain(name, 256)),
    };
    let remote = address.map(|address| RemoteIp {
        ip_address_v4: address.is_ipv4().then(|| address.to_string()),
        organization: Some(organization).filter(|known| known.asn.is_some() || known.asn_org.is_some()),
        country: origin
            .country
            .as_deref()
            .and_then(|code| plain(code, 64))
            .map(|country_code| Country { country_code }),
    });
    Some(Action {
        action_type: "AWS_API_CALL",
        aws_api_call_action: ApiCall {
            api: said(&first.name, 128),
            service_name: service(&first.name),
            caller_type: remote.as_ref().map(|_| "remoteIp").or(domain.as_ref().map(|_| "domain")),
            remote_ip_details: remote,
            domain_details: domain.map(|domain| Domain { domain }),
            first_seen: time(finding.first_seen),
            last_seen: time(finding.last_seen),
        },
    })
}

/// The service of a call, where only one service has a call of that name in scope.
pub(crate) fn service(call: &str) -> Option<String> {
    let mut sources = CALLS.iter().filter(|known| known.name == call).map(|known| known.source);
    let source = sources.next()?;
    sources.all(|other| other == source).then(|| format!("{source}.amazonaws.com"))
}
