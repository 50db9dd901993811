//! Resources: who did it, to whom or what, which credentials and secrets, and in which account.

use std::collections::BTreeMap;

use trailwarden_model::{CredentialKind, Finding, PrincipalKind};

use super::{AccessKey, Details, Place, Resource, Role, Room, Secret, User};
use crate::text::{plain, said};

/// The longest id of a resource, in characters.
const ID: usize = 512;
/// The longest value that names something.
const NAME: usize = 256;
/// The longest value of our own: fewer than 1,024 characters.
const VALUE: usize = 1023;

/// How many secrets are looked at: some may be alike once their names are cut.
const LOOKED_AT: usize = 64;

/// Every resource, each once, the account last; secrets fill what room is left.
pub(super) fn all(finding: &Finding, home: &Place, room: Room) -> Vec<Resource> {
    let people = [target(finding, home), actor(finding, home)];
    let secrets = finding.target.secret.iter().flat_map(|secret| &secret.ids).take(LOOKED_AT);
    let secrets = secrets.map(|id| secret(id, finding, home));
    let account = account(home);
    let mut once: Vec<Resource> = Vec::new();
    for resource in people.into_iter().chain(credentials(finding, home)).chain(secrets) {
        if once.len() + 1 >= room.resources {
            break;
        }
        if !once.iter().any(|known| known.id == resource.id) {
            once.push(resource);
        }
    }
    if !once.iter().any(|known| known.id == account.id) {
        once.push(account);
    }
    for value in once.iter_mut().flat_map(|resource| resource.details.other.values_mut()) {
        *value = said(value, room.field.min(VALUE));
    }
    once
}

/// The partition as a resource spells it; not every one has a spelling.
fn partition(home: &Place) -> Option<&'static str> {
    match home.partition {
        "aws" => Some("aws"),
        "aws-cn" => Some("aws-cn"),
        "aws-us-gov" => Some("aws-us-gov"),
        "aws-iso" => Some("aws-us-iso"),
        "aws-iso-b" => Some("aws-us-iso-b"),
        _ => None,
    }
}

fn resource(kind: &'static str, id: &str, role: Option<&'static str>, home: &Place) -> Resource {
    Resource {
        kind,
        id: said(id, ID),
        partition: partition(home),
        region: home.region.clone(),
        role,
        details: Details::default(),
    }
}

fn account(home: &Place) -> Resource {
    resource("AwsAccount", &format!("AWS::::Account:{}", home.account), None, home)
}

fn target(finding: &Finding, home: &Place) -> Resource {
    let target = &finding.target;
    let kind = match target.kind.as_str() {
        "user" => "AwsIamUser",
        "role" => "AwsIamRole",
        "group" => "AwsIamGroup",
        "account" | "root" => return Resource { role: Some("Target"), ..account(home) },
        _ => "Other",
    };
    let id =
        if target.key.starts_with("arn:") { target.key.clone() } else { format!("{}/{}", target.kind, target.key) };
    let mut resource = resource(kind, &id, Some("Target"), home);
    named(&mut resource, &target.name, None);
    let other = [
        ("name", Some(target.name.as_str())),
        ("kind", Some(target.kind.as_str())),
        ("privilege", Some(word(&target.privilege).as_str())),
        ("credential", target.credential.as_ref().map(|credential| credential.kind.words())),
    ]
    .map(|(name, value)| (name, value.and_then(|value| plain(value, VALUE))));
    resource.details.other = kept(other);
    resource
}

fn actor(finding: &Finding, home: &Place) -> Resource {
    let actor = &finding.actor;
    let kind = match actor.kind {
        PrincipalKind::User => "AwsIamUser",
        PrincipalKind::Role => "AwsIamRole",
        PrincipalKind::Root | PrincipalKind::Account => "AwsAccount",
        _ => "Other",
    };
    let mut resource = resource(kind, actor.arn.as_deref().unwrap_or(actor.key.as_str()), Some("Actor"), home);
    let id = actor.key.as_str().rsplit(':').next().filter(|id| id.starts_with("AIDA") || id.starts_with("AROA"));
    named(&mut resource, &actor.name, id);
    let other = [
        ("name", Some(actor.name.as_str())),
        ("kind", Some(actor.kind.words())),
        ("privilege", Some(word(&actor.privilege).as_str())),
        ("session", actor.session.as_deref()),
        ("via", actor.via.as_deref()),
    ]
    .map(|(name, value)| (name, value.and_then(|value| plain(value, VALUE))));
    resource.details.other = kept(other);
    resource
}

/// Gives a user or role its name.
fn named(resource: &mut Resource, name: &str, id: Option<&str>) {
    let (name, id) = (said(name, NAME), id.and_then(|id| plain(id, NAME)));
    match resource.kind {
        "AwsIamUser" => resource.details.aws_iam_user = Some(User { user_name: name, user_id: id }),
        "AwsIamRole" => resource.details.aws_iam_role = Some(Role { role_name: name, role_id: id }),
        _ => {}
    }
}

/// The key that was added, and the key it was done with.
fn credentials(finding: &Finding, home: &Place) -> Vec<Resource> {
    let (actor, target) = (&finding.actor, &finding.target);
    let added = target.credential.as_ref().filter(|credential| credential.kind == CredentialKind::AccessKey);
    let added = added.and_then(|credential| credential.id.as_deref());
    let key = |id: &str, role: &'static str, name: &str, kind: &str| {
        let mut resource = resource("AwsIamAccessKey", &format!("AWS::IAM::AccessKey:{id}"), Some(role), home);
        resource.details.aws_iam_access_key = Some(AccessKey {
            access_key_id: said(id, NAME),
            principal_name: plain(name, NAME),
            principal_type: plain(kind, NAME),
            account_id: home.account.clone(),
        });
        resource
    };
    let added = added.map(|id| key(id, "Target", &target.name, &target.kind));
    let used = actor.access_key_id.as_deref().map(|id| key(id, "Actor", &actor.name, actor.kind.words()));
    added.into_iter().chain(used).collect()
}

/// A secret by our id: `aws:secretsmanager:account:name`, `aws:ssm:account:region:name`, `aws:kms:key`.
fn secret(id: &str, finding: &Finding, home: &Place) -> Resource {
    let partition = home.partition;
    let mut words = id.splitn(3, ':');
    let (store, rest) = (words.nth(1).unwrap_or_default(), words.next().unwrap_or_default());
    match (store, rest.split_once(':')) {
        ("secretsmanager", Some((account, name))) => {
            let arn = format!("arn:{partition}:secretsmanager:{}:{account}:secret:{name}", home.region);
            let mut resource = resource("AwsSecretsManagerSecret", &arn, Some("Target"), home);
            resource.details.aws_secrets_manager_secret = Some(Secret { name: said(name, NAME) });
            resource
        }
        ("ssm", Some((account, parameter))) => {
            let (region, name) = parameter.split_once(':').unwrap_or((home.region.as_str(), parameter));
            let arn = format!("arn:{partition}:ssm:{region}:{account}:parameter/{name}");
            resource("Other", &arn, Some("Target"), home)
        }
        ("kms", _) => resource("AwsKmsKey", rest, Some("Target"), home),
        _ => resource("Other", if id.is_empty() { finding.target.key.as_str() } else { id }, Some("Target"), home),
    }
}

fn kept<const N: usize>(all: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// A value of ours, by the name it has in code.
fn word(value: &dyn std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}
