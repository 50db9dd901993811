//! Who CloudTrail says called, reduced to the identity that stays the same from run to run.
//!
//! Sources: the CloudTrail `userIdentity` reference, and for Identity Center its changes of July 2025.

use super::arn::{self, Arn};
use super::record::{Record, UserIdentity, at};
use super::session;
use crate::ids::{AccountId, NAME_LIMIT, PrincipalKey, bounded};
use crate::principal::{Principal, PrincipalKind};

/// How the key of a person begins of whom only the directory's id is known.
const UNNAMED_PERSON: &str = "aws:person-id:";
/// What CloudTrail writes in place of a user name nobody has.
pub(super) const HIDDEN_USER: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
/// How Identity Center names the roles it keeps in each account.
const SSO_ROLE: &str = "AWSReservedSSO_";

/// The identity behind a record.
pub(super) fn principal(record: &Record<'_>) -> Principal {
    let Some(identity) = &record.user_identity else {
        return service(record.source_ip_address.as_deref().unwrap_or_default());
    };
    let mut principal = match identity.kind.as_deref().unwrap_or_default() {
        "Root" => root(identity),
        "IAMUser" | "User" => user(identity),
        "AssumedRole" | "Role" => role(identity),
        "FederatedUser" => federated(identity),
        "SAMLUser" => vouched(identity, PrincipalKind::Federated, "saml"),
        "WebIdentityUser" => vouched(identity, PrincipalKind::Workload, "oidc"),
        "AWSService" => service(identity.invoked_by.as_deref().unwrap_or_default()),
        "AWSAccount" => outside(identity),
        _ => directory(record, identity),
    };
    principal.account = account(identity);
    principal.name = bounded(&principal.name, NAME_LIMIT);
    principal
}

fn account(identity: &UserIdentity) -> Option<AccountId> {
    let own = identity.account_id.as_deref();
    let from_arn = || identity.arn.as_deref().and_then(Arn::parse).map(|arn| arn.account).filter(|id| !id.is_empty());
    own.or_else(from_arn).map(AccountId::new)
}

fn root(identity: &UserIdentity) -> Principal {
    let account = identity.account_id.as_deref().unwrap_or_default();
    Principal {
        key: PrincipalKey::new(&format!("aws:root:{account}")),
        kind: PrincipalKind::Root,
        name: format!("root of {account}"),
        arn: identity.arn.clone(),
        ..Principal::default()
    }
}

/// The unique id CloudTrail hides in `principalId`, before a session's colon.
fn unique_id(principal_id: Option<&str>, prefixes: &[&str]) -> Option<String> {
    let id = principal_id?.split(':').next()?;
    prefixes.iter().any(|prefix| id.starts_with(prefix) && id.len() > prefix.len()).then(|| id.to_owned())
}

fn user(identity: &UserIdentity) -> Principal {
    let arn = identity.arn.clone();
    let name = identity
        .user_name
        .clone()
        .or_else(|| arn.as_deref().and_then(Arn::parse).map(|arn| arn.name().to_owned()))
        .unwrap_or_default();
    if name == HIDDEN_USER || (name.is_empty() && identity.principal_id.is_none()) {
        return Principal {
            key: PrincipalKey::new("aws:unknown"),
            kind: PrincipalKind::Unknown,
            name: "an unknown user name".to_owned(),
            ..Principal::default()
        };
    }
    let unique = unique_id(identity.principal_id.as_deref(), &["AIDA"]);
    let account = identity.account_id.as_deref().unwrap_or_default();
    let arn = arn.or_else(|| (!account.is_empty()).then(|| arn::iam("aws", account, "user", &name)));
    let id = unique.clone().or_else(|| arn.clone()).unwrap_or_else(|| format!("{account}:{name}"));
    Principal {
        key: PrincipalKey::new(&format!("aws:user:{id}")),
        kind: PrincipalKind::User,
        name,
        arn,
        unique_id: unique,
        ..Principal::default()
    }
}

fn role(identity: &UserIdentity) -> Principal {
    let context = &identity.session_context;
    let session_arn = identity.arn.as_deref().and_then(Arn::parse);
    let issuer_arn = at(context, &["sessionIssuer", "arn"]).map(ToOwned::to_owned);
    let name = at(context, &["sessionIssuer", "userName"])
        .or_else(|| session_arn.and_then(|arn| arn.resource.split('/').nth(1)))
        .unwrap_or_default()
        .to_owned();
    if let Some(person) = single_sign_on(identity, &name) {
        return person;
    }
    if let Some(subject) = oidc_subject(identity) {
        return Principal { wearing: Some(name), arn: issuer_arn, ..subject };
    }
    let unique = unique_id(at(context, &["sessionIssuer", "principalId"]), &["AROA"])
        .or_else(|| unique_id(identity.principal_id.as_deref(), &["AROA"]));
    let account = identity.account_id.as_deref().unwrap_or_default();
    let partition = session_arn.map_or("aws", |arn| arn.partition);
    let arn = issuer_arn.or_else(|| (!name.is_empty()).then(|| arn::iam(partition, account, "role", &name)));
    let id = unique.clone().or_else(|| arn.clone()).unwrap_or_else(|| account.to_owned());
    Principal {
        key: PrincipalKey::new(&format!("aws:role:{id}")),
        kind: PrincipalKind::Role,
        name,
        arn,
        unique_id: unique,
        ..Principal::default()
    }
}

/// The person behind a role that single sign-on keeps: the same in every account.
fn single_sign_on(identity: &UserIdentity, role: &str) -> Option<Principal> {
    let set = role.strip_prefix(SSO_ROLE)?;
    let name = session::name(identity)?;
    let set = set.rsplit_once('_').map_or(set, |(set, _)| set);
    Some(Principal {
        arn: at(&identity.session_context, &["sessionIssuer", "arn"]).map(ToOwned::to_owned),
        wearing: Some(set.to_owned()),
        ..person(name)
    })
}

fn person(name: &str) -> Principal {
    Principal::person("aws", name)
}

/// The subject of a web identity session: the workload, whatever role it wears.
fn oidc_subject(identity: &UserIdentity) -> Option<Principal> {
    let data = identity.session_context.get("webIdFederationData")?;
    let provider = at(data, &["federatedProvider"])?;
    let provider = Arn::parse(provider).map_or(provider, |arn| arn.resource.trim_start_matches("oidc-provider/"));
    let attributes = data.get("attributes")?.as_object()?;
    let subject = attributes.iter().find(|(name, _)| name.ends_with(":sub"))?.1.as_str()?;
    Some(Principal {
        key: PrincipalKey::new(&format!("aws:oidc:{provider}:{subject}")),
        kind: PrincipalKind::Workload,
        name: subject.to_owned(),
        ..Principal::default()
    })
}

fn federated(identity: &UserIdentity) -> Principal {
    let issuer = at(&identity.session_context, &["sessionIssuer", "principalId"])
        .or_else(|| at(&identity.session_context, &["sessionIssuer", "arn"]))
        .or(identity.account_id.as_deref())
        .unwrap_or_default();
    let name = identity
        .arn
        .as_deref()
        .and_then(Arn::parse)
        .map(|arn| arn.name().to_owned())
        .or_else(|| identity.principal_id.clone())
        .unwrap_or_default();
    Principal {
        key: PrincipalKey::new(&format!("aws:federated:{issuer}:{name}")),
        kind: PrincipalKind::Federated,
        name,
        arn: identity.arn.clone(),
        wearing: at(&identity.session_context, &["sessionIssuer", "userName"]).map(ToOwned::to_owned),
        ..Principal::default()
    }
}

fn vouched(identity: &UserIdentity, kind: PrincipalKind, protocol: &str) -> Principal {
    let name = identity.user_name.clone().or_else(|| identity.principal_id.clone()).unwrap_or_default();
    let provider = identity.identity_provider.as_deref().unwrap_or_default();
    let provider = Arn::parse(provider).map_or(provider, |arn| arn.resource.trim_start_matches("oidc-provider/"));
    // Identity Center signs its people into accounts through a SAML provider of its own.
    if protocol == "saml" && [SSO_ROLE, "AWSSSO_", "portal.sso."].iter().any(|mark| provider.contains(mark)) {
        return person(&name);
    }
    Principal {
        key: PrincipalKey::new(&format!("aws:{protocol}:{provider}:{name}")),
        kind,
        name,
        ..Principal::default()
    }
}

fn service(name: &str) -> Principal {
    let name = if name.is_empty() { "AWS Internal" } else { name };
    Principal {
        key: PrincipalKey::new(&format!("aws:service:{name}")),
        kind: PrincipalKind::Service,
        name: name.to_owned(),
        ..Principal::default()
    }
}

/// The other side of a cross-account call; its unique id joins it with the caller's own record.
fn outside(identity: &UserIdentity) -> Principal {
    let account = identity.account_id.as_deref().unwrap_or_default();
    let principal_id = identity.principal_id.as_deref();
    if let Some(id) = unique_id(principal_id, &["AROA"]) {
        return Principal {
            key: PrincipalKey::new(&format!("aws:role:{id}")),
            kind: PrincipalKind::Role,
            name: format!("{id} of account {account}"),
            unique_id: Some(id),
            ..Principal::default()
        };
    }
    if let Some(id) = unique_id(principal_id, &["AIDA"]) {
        return Principal {
            key: PrincipalKey::new(&format!("aws:user:{id}")),
            kind: PrincipalKind::User,
            name: format!("{id} of account {account}"),
            unique_id: Some(id),
            ..Principal::default()
        };
    }
    Principal {
        key: PrincipalKey::new(&format!("aws:account:{account}")),
        kind: PrincipalKind::Account,
        name: format!("account {account}"),
        ..Principal::default()
    }
}

/// Identity Center: a person by name where the record has one, else by the directory's id.
fn directory(record: &Record<'_>, identity: &UserIdentity) -> Principal {
    let name = identity
        .user_name
        .as_deref()
        .or_else(|| at(&record.additional_event_data, &["UserName"]))
        .filter(|name| *name != HIDDEN_USER);
    let id = at(&identity.on_behalf_of, &["userId"])
        .or_else(|| identity.principal_id.as_deref().filter(|id| id.len() >= 36 && id.contains('-')));
    match (name, id) {
        // A record that shows both is how a directory's id gets its name in the memory.
        (Some(name), id) => return Principal { unique_id: id.map(ToOwned::to_owned), ..person(name) },
        (None, Some(id)) => return by_directory_id(id),
        (None, None) => {}
    }
    if let Some(by) = identity.invoked_by.as_deref() {
        return service(by);
    }
    let known = identity.arn.as_deref().or(identity.principal_id.as_deref());
    let Some(id) = known.filter(|id| *id != identity.account_id.as_deref().unwrap_or_default()) else {
        return Principal {
            key: PrincipalKey::new("aws:unknown"),
            name: "an unnamed caller".to_owned(),
            ..Principal::default()
        };
    };
    Principal {
        key: PrincipalKey::new(&format!("aws:other:{id}")),
        name: id.to_owned(),
        arn: identity.arn.clone(),
        ..Principal::default()
    }
}

fn by_directory_id(id: &str) -> Principal {
    Principal {
        key: PrincipalKey::new(&format!("{UNNAMED_PERSON}{id}")),
        kind: PrincipalKind::Person,
        name: id.to_owned(),
        unique_id: Some(id.to_owned()),
        ..Principal::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(identity: &str, key: &str, kind: PrincipalKind, name: &str) {
        let text = format!(r#"{{"userIdentity":{identity}}}"#);
        let record: Record<'_> = serde_json::from_str(&text).unwrap();
        let principal = principal(&record);
        assert_eq!((principal.key.as_str(), principal.kind, principal.name.as_str()), (key, kind, name));
    }

    #[test]
    fn each_form_of_user_identity_has_one_stable_key() {
        use PrincipalKind as P;
        check(
            r#"{"type":"Root","accountId":"111122223333"}"#,
            "aws:root:111122223333",
            P::Root,
            "root of 111122223333",
        );
        check(
            r#"{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::1:user/ops/ann","accountId":"1","userName":"ann"}"#,
            "aws:user:AIDAEXAMPLE",
            P::User,
            "ann",
        );
        check(
            r#"{"type":"AssumedRole","principalId":"AROAEXAMPLE:build-7","arn":"arn:aws:sts::1:assumed-role/ci/build-7","accountId":"1"}"#,
            "aws:role:AROAEXAMPLE",
            P::Role,
            "ci",
        );
        check(
            r#"{"type":"AssumedRole","principalId":"AROAX:Ann@example.com","arn":"arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/Ann@example.com","accountId":"1"}"#,
            "aws:person:ann@example.com",
            P::Person,
            "Ann@example.com",
        );
        check(
            r#"{"type":"AssumedRole","principalId":"AROAX:gh","arn":"arn:aws:sts::1:assumed-role/deploy/gh","sessionContext":{"webIdFederationData":{"federatedProvider":"arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com","attributes":{"token.actions.githubusercontent.com:sub":"repo:acme/shop"}}}}"#,
            "aws:oidc:token.actions.githubusercontent.com:repo:acme/shop",
            P::Workload,
            "repo:acme/shop",
        );
        check(
            r#"{"type":"SAMLUser","principalId":"q:ann","userName":"ann","identityProvider":"idp"}"#,
            "aws:saml:idp:ann",
            P::Federated,
            "ann",
        );
        check(
            r#"{"type":"WebIdentityUser","userName":"sub","identityProvider":"accounts.google.com"}"#,
            "aws:oidc:accounts.google.com:sub",
            P::Workload,
            "sub",
        );
        check(
            r#"{"type":"FederatedUser","principalId":"1:bob","arn":"arn:aws:sts::1:federated-user/bob","sessionContext":{"sessionIssuer":{"type":"IAMUser","principalId":"AIDAEX"}}}"#,
            "aws:federated:AIDAEX:bob",
            P::Federated,
            "bob",
        );
        check(
            r#"{"type":"AWSAccount","principalId":"AROAEXAMPLE:s","accountId":"2"}"#,
            "aws:role:AROAEXAMPLE",
            P::Role,
            "AROAEXAMPLE of account 2",
        );
        check(r#"{"type":"AWSAccount","accountId":"2"}"#, "aws:account:2", P::Account, "account 2");
        check(
            r#"{"type":"AWSService","invokedBy":"lambda.amazonaws.com"}"#,
            "aws:service:lambda.amazonaws.com",
            P::Service,
            "lambda.amazonaws.com",
        );
    }

    #[test]
    fn an_identity_center_user_is_a_person_before_and_after_july_2025() {
        check(
            r#"{"type":"Unknown","principalId":"00000000-0000-0000-0000-000000000000","userName":"me@dev.com"}"#,
            "aws:person:me@dev.com",
            PrincipalKind::Person,
            "me@dev.com",
        );
        check(
            r#"{"type":"IdentityCenterUser","onBehalfOf":{"userId":"u-1","identityStoreArn":"arn:aws:identitystore::1:identitystore/d-1"}}"#,
            "aws:person-id:u-1",
            PrincipalKind::Person,
            "u-1",
        );
    }

    #[test]
    fn a_hidden_user_name_is_never_an_identity() {
        check(
            r#"{"type":"IAMUser","accountId":"1","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#,
            "aws:unknown",
            PrincipalKind::Unknown,
            "an unknown user name",
        );
    }
}
