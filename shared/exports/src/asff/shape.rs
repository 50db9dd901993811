//! The shape of a finding in the AWS Security Finding Format, as far as one of ours fills it.
//!
//! Names and limits: <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html>.
//! `Workflow`, `Note`, `UserDefinedFields` and `VerificationState` are the analyst's and never written.

use std::collections::BTreeMap;

use serde::Serialize;

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Asff {
    /// The format's version.
    pub schema_version: &'static str,
    /// The same for every revision.
    pub id: String,
    /// The product it is imported under: each account's default one.
    pub product_arn: String,
    /// What people call the product.
    pub product_name: &'static str,
    /// Who makes it.
    pub company_name: &'static str,
    /// The region it is imported in.
    pub region: String,
    /// The detector.
    pub generator_id: String,
    /// The account it is imported for.
    pub aws_account_id: String,
    /// `namespace/category/classifier`, at most 50.
    pub types: Vec<String>,
    /// RFC 3339 in milliseconds, like every time here.
    pub first_observed_at: String,
    /// The last event's time.
    pub last_observed_at: String,
    /// When it was first told.
    pub created_at: String,
    /// Later for each revision: an update that is not later is ignored.
    pub updated_at: String,
    /// How grave it is.
    pub severity: Severity,
    /// At most 256 characters.
    pub title: String,
    /// At most 1,024 characters.
    pub description: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<Remediation>,
    /// At most 50 of 128 and 2,048 characters.
    pub product_fields: BTreeMap<String, String>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// 1 to 32.
    pub resources: Vec<Resource>,
    /// Whether it still stands.
    pub record_state: RecordState,
    /// The first call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// What only the provider may say and change.
    pub finding_provider_fields: ProviderFields,
}

/// How grave it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Severity {
    /// In a word.
    pub label: &'static str,
    /// 0 to 100, within the label's band.
    pub normalized: i32,
    /// In our own words, at most 64 characters.
    pub original: String,
}

/// Severity as only the provider may change it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProviderSeverity {
    /// In a word.
    pub label: &'static str,
    /// In our own words, at most 64 characters.
    pub original: String,
}

/// What only the provider may say and change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProviderFields {
    /// 0 to 100.
    pub confidence: i32,
    /// 0 to 100: how much the identities concerned may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criticality: Option<i32>,
    /// At most 10.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related_findings: Vec<Related>,
    /// How grave it is.
    pub severity: ProviderSeverity,
    /// As at the top.
    pub types: Vec<String>,
}

/// Another finding of the same story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Related {
    /// The product it was imported under.
    pub product_arn: String,
    /// Its id there.
    pub id: String,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Remediation {
    /// The advice.
    pub recommendation: Recommendation,
}

/// Advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Recommendation {
    /// At most 512 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where to read on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// From where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Network {
    /// Inwards.
    pub direction: &'static str,
    /// The address, of the older kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip_v4: Option<String>,
    /// The address, of the newer kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip_v6: Option<String>,
}

/// Something that takes part.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    /// `AwsIamUser` …, or `Other`.
    #[serde(rename = "Type")]
    pub kind: &'static str,
    /// An ARN where there is one, at most 512 characters.
    pub id: String,
    /// Which part of AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<&'static str>,
    /// In which region.
    pub region: String,
    /// `Actor` or `Target`.
    #[serde(rename = "ResourceRole", skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    /// What more is known.
    #[serde(skip_serializing_if = "Details::is_empty")]
    pub details: Details,
}

/// What more is known of a resource.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Details {
    /// A user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_iam_user: Option<User>,
    /// A role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_iam_role: Option<Role>,
    /// An access key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_iam_access_key: Option<AccessKey>,
    /// A secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_secrets_manager_secret: Option<Secret>,
    /// At most 50, each of fewer than 128 and 1,024 characters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

impl Details {
    /// Whether nothing more is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// Its name.
    pub user_name: String,
    /// Its unique id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    /// Its name.
    pub role_name: String,
    /// Its unique id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<String>,
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccessKey {
    /// Its id.
    pub access_key_id: String,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<String>,
    /// What kind of identity that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_type: Option<String>,
    /// The account.
    pub account_id: String,
}

/// A secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Secret {
    /// Its name.
    pub name: String,
}

/// Whether a finding still stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordState {
    /// It stands.
    Active,
    /// It closed itself, or somebody said not to tell.
    Archived,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Action {
    /// Always a call.
    pub action_type: &'static str,
    /// The call.
    pub aws_api_call_action: ApiCall,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ApiCall {
    /// Its name, at most 128 characters.
    pub api: String,
    /// The service, where the name alone tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// `remoteIp` or `domain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller_type: Option<&'static str>,
    /// The address it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_ip_details: Option<RemoteIp>,
    /// The service it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain_details: Option<Domain>,
    /// The first one's time.
    pub first_seen: String,
    /// The last one's time.
    pub last_seen: String,
}

/// An address and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RemoteIp {
    /// The address, where it is of the older kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address_v4: Option<String>,
    /// Who announces it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<Organization>,
    /// Where it is said to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
}

/// Who announces an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Organization {
    /// The autonomous system's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asn: Option<i32>,
    /// Its organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asn_org: Option<String>,
}

/// A country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub country_code: String,
}

/// A service, by its domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Domain {
    /// At most 128 characters.
    pub domain: String,
}
