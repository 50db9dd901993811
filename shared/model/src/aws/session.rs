//! The session a record was made in: its credential, its name, its second factor, and the machine behind it.

use jiff::Timestamp;

use super::arn::Arn;
use super::record::{Record, UserIdentity, at};
use crate::activity::{Session, Workload};
use crate::ids::{NAME_LIMIT, bounded};

/// The session a record was made in.
pub(super) fn session(record: &Record<'_>) -> Session {
    let Some(identity) = &record.user_identity else { return Session::default() };
    let context = &identity.session_context;
    let credential = identity.access_key_id.clone().or_else(|| identity.credential_id.clone());
    let name = name(identity).map(ToOwned::to_owned);
    Session {
        temporary: credential.as_deref().is_some_and(|id| !id.starts_with("AKIA")),
        workload: workload(identity, name.as_deref()),
        name,
        credential,
        started: at(context, &["attributes", "creationDate"]).and_then(|time| time.parse::<Timestamp>().ok()),
        mfa: mfa(identity),
        source_identity: at(context, &["sourceIdentity"]).map(|name| bounded(name, NAME_LIMIT)),
        via: identity.invoked_by.clone().filter(|_| identity.kind.as_deref() != Some("AWSService")),
    }
}

/// Whether a second factor was shown; only IAM users and root show theirs to AWS itself.
fn mfa(identity: &UserIdentity) -> Option<bool> {
    if !matches!(identity.kind.as_deref(), Some("Root" | "IAMUser")) {
        return None;
    }
    at(&identity.session_context, &["attributes", "mfaAuthenticated"]).and_then(|flag| flag.parse().ok())
}

/// The machine a session was issued to, as far as the record says.
fn workload(identity: &UserIdentity, session: Option<&str>) -> Option<Workload> {
    let issuer = at(&identity.in_scope_of, &["issuerType"]).unwrap_or_default();
    if issuer.contains("Lambda") {
        return Some(Workload::Function);
    }
    if issuer.contains("ECS") || issuer.contains("EKS") {
        return Some(Workload::Container);
    }
    let delivered = identity.session_context.get("ec2RoleDelivery").is_some();
    let named = session.is_some_and(|name| {
        name.strip_prefix("i-")
            .is_some_and(|id| matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    (delivered || named || issuer.contains("EC2")).then_some(Workload::Instance)
}

/// The name a role session goes by: the last part of its ARN, or of its `principalId`.
pub(super) fn name(identity: &UserIdentity) -> Option<&str> {
    let from_arn = identity.arn.as_deref().and_then(Arn::parse).filter(|arn| arn.service == "sts");
    from_arn
        .and_then(|arn| arn.resource.splitn(3, '/').nth(2))
        .or_else(|| identity.principal_id.as_deref().and_then(|id| id.split_once(':')).map(|(_, name)| name))
        .filter(|name| !name.is_empty())
}
