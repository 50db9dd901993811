//! What a call in scope means: the catalog's meaning applied to one record.

use jiff::Timestamp;
use serde_json::Value;

use super::announced;
use super::arn::{self, Arn};
use super::catalog::Call;
use super::delivery::{OWN_NAME, PARAMETER_CONTEXT, SECRET_CONTEXT};
use super::meaning::{Change, Meaning, Whose};
use super::policy;
use super::record::{Record, at};
use super::secret;
use crate::activity::Outcome;
use crate::deed::{Credential, CredentialChange, CredentialKind, Deed, Echo, Party, SignInStep, Target, TrustKind};
use crate::ids::{AccountId, NAME_LIMIT, PrincipalKey, SecretId, bounded};
use crate::principal::{Principal, Privilege};

/// How many secrets one record is taken to name at most; Parameter Store returns 10, a batch 20.
const SECRETS_LIMIT: usize = 64;
/// How many outsiders one policy is taken to let in at most.
const PARTIES_LIMIT: usize = 32;

/// What a deed is read from.
pub(super) struct Scene<'a> {
    pub(super) record: &'a Record<'a>,
    pub(super) call: &'a Call,
    pub(super) actor: &'a Principal,
    pub(super) outcome: &'a Outcome,
    pub(super) partition: &'a str,
    pub(super) account: &'a str,
    pub(super) region: &'a str,
    pub(super) time: Timestamp,
}

/// The deed; `None` where the call, by its parameters, is none of our business after all.
pub(super) fn deed(scene: &Scene<'_>) -> Option<Deed> {
    Some(match scene.call.meaning {
        Meaning::Credential(kind, change, whose, id) => return credential(scene, kind, change, whose, id),
        Meaning::Created(what, parameter) => created(scene, what, parameter),
        Meaning::Trust(kind) => trust(scene, kind),
        Meaning::Grant(what, parameter) => grant(scene, what, parameter),
        Meaning::SecretRead => Deed::SecretRead { secrets: scene.named_secrets(), echo: None },
        Meaning::ParameterRead => parameter_read(scene),
        Meaning::Decrypt => return decrypt(scene),
        Meaning::Listed => Deed::SecretListed { secrets: scene.named_secrets() },
        Meaning::SecretChanged(change) => Deed::SecretChanged { secret: scene.one_secret(), change },
        Meaning::Shared => shared(scene),
        Meaning::SignIn(step) => Deed::SignIn { step, mfa: second_factor(scene, step) },
        Meaning::Assumed => assumed(scene),
        Meaning::WhoAmI => Deed::WhoAmI,
        Meaning::KeysListed => Deed::CredentialsListed { target: scene.user_or_caller() },
        Meaning::Tagged(what, parameter) => return announced::deed(scene, what, parameter),
        Meaning::Impaired => {
            let what = impaired(scene);
            let ours = what.contains(OWN_NAME);
            Deed::WatchImpaired { blinded: blinded(scene) || ours, what, ours }
        }
        Meaning::Own(parameter) => {
            let part = scene.record.asked(parameter).filter(|part| part.contains(OWN_NAME))?;
            let part = part.rsplit(['/', ':']).find(|part| part.contains(OWN_NAME)).unwrap_or(part);
            Deed::WatchImpaired {
                what: format!("{} {}", scene.call.name, bounded(part, 128)),
                blinded: true,
                ours: true,
            }
        }
    })
}

impl Scene<'_> {
    /// The thing a request parameter names; IAM's things by their ARN.
    pub(super) fn target(&self, what: &str, parameter: &str) -> Target {
        let refused = || {
            refused_resource(self.record)
                .filter(|name| *name != "*" && (self.call.source == "iam" || Arn::parse(name).is_some()))
        };
        let record = self.record;
        let named = record.asked(parameter).or_else(|| record.answered(&[parameter])).or_else(refused);
        let named = named.unwrap_or_default();
        if named.is_empty() {
            return Target {
                key: PrincipalKey::new(&format!("aws:unnamed:{}:{}:{what}", self.call.source, self.account)),
                what: what.to_owned(),
                name: "that the record does not name".to_owned(),
                account: AccountId::new(self.account),
            };
        }
        self.target_called(what, named)
    }

    fn target_called(&self, what: &str, named: &str) -> Target {
        let key = match (Arn::parse(named), self.call.source, what) {
            (None, _, "person") => format!("aws:directory:{named}"),
            (Some(_), _, _) => named.to_owned(),
            (None, "iam", "user" | "role" | "group") => arn::iam(self.partition, self.account, what, named),
            (None, source, _) => format!("aws:{source}:{}:{}:{what}:{named}", self.account, self.region),
        };
        Target {
            key: PrincipalKey::new(&key),
            what: what.to_owned(),
            name: bounded(Arn::parse(named).map_or(named, |arn| arn.name()), NAME_LIMIT),
            account: AccountId::new(self.account),
        }
    }

    fn caller(&self) -> Target {
        Target {
            key: PrincipalKey::new(self.actor.full_name()),
            what: self.actor.kind.words().to_owned(),
            name: self.actor.name.clone(),
            account: self.actor.account.clone().unwrap_or_default(),
        }
    }

    fn user_or_caller(&self) -> Target {
        match self.record.asked("userName") {
            Some(_) => self.target("user", "userName"),
            // A refused call hides its parameters: whose credential it was to be is not known.
            None if self.outcome.denied() => self.target("user", "userName"),
            None => self.caller(),
        }
    }

    fn secret_id(&self, named: &str) -> SecretId {
        if self.call.source == "ssm" || Arn::parse(named).is_some_and(|arn| arn.service == "ssm") {
            secret::parameter(named, self.account, self.region)
        } else if self.call.source == "kms" && !named.contains(":secret:") {
            SecretId::new(&format!("aws:kms:{named}"))
        } else {
            secret::secrets_manager(named, self.account)
        }
    }

    /// Every secret the request names, each once, in order.
    fn named_secrets(&self) -> Vec<SecretId> {
        let record = self.record;
        let mut secrets: Vec<SecretId> = ["secretId", "secretIdList", "name", "names", "path"]
            .iter()
            .flat_map(|parameter| record.asked_all(parameter))
            .chain(refused_resource(record).filter(|named| Arn::parse(named).is_some()))
            .map(|named| self.secret_id(named))
            .collect();
        secrets.sort_unstable();
        secrets.dedup();
        secrets.truncate(SECRETS_LIMIT);
        secrets
    }

    fn one_secret(&self) -> SecretId {
        let answered =
            || self.record.answered(&["aRN"]).or_else(|| self.record.answered(&["arn"])).map(|arn| self.secret_id(arn));
        self.named_secrets().into_iter().next().or_else(answered).unwrap_or_default()
    }
}

/// A new identity; a directory's person goes by the directory's id, as in whatever it does later.
fn created(scene: &Scene<'_>, what: &str, parameter: &str) -> Deed {
    let record = scene.record;
    let unique_id = record.answered(&["user", "userId"]).or_else(|| record.answered(&["userId"]));
    let target = match (what, unique_id) {
        ("person", Some(id)) => scene.target_called(what, id),
        _ => scene.target(what, parameter),
    };
    Deed::IdentityCreated { target, unique_id: unique_id.map(ToOwned::to_owned) }
}

fn credential(scene: &Scene<'_>, kind: CredentialKind, change: Change, whose: Whose, id: &[&str]) -> Option<Deed> {
    let record = scene.record;
    let change = match change {
        Change::Is(change) => change,
        Change::ByStatus => by_status(record),
        Change::Only(parameter) => {
            record.request_parameters.get(parameter)?;
            CredentialChange::Modified
        }
    };
    let target = match whose {
        Whose::User => scene.user_or_caller(),
        Whose::Caller => scene.caller(),
        Whose::Named(what, parameter) => scene.target(what, parameter),
    };
    let answered = record.answered(id).or_else(|| id.last().and_then(|last| record.asked(last)));
    let id = answered.filter(|_| !id.is_empty()).map(|id| bounded(id, NAME_LIMIT));
    Some(Deed::CredentialChanged { change, credential: Credential { kind, id }, target })
}

fn by_status(record: &Record<'_>) -> CredentialChange {
    match record.asked("status").or_else(|| record.asked("newStatus")).map(str::to_ascii_lowercase).as_deref() {
        Some("active") => CredentialChange::Reactivated,
        Some("inactive" | "revoked") => CredentialChange::Deactivated,
        _ => CredentialChange::Modified,
    }
}

fn trust(scene: &Scene<'_>, kind: TrustKind) -> Deed {
    let record = scene.record;
    let document = record.asked("policyDocument").or_else(|| record.asked("assumeRolePolicyDocument"));
    let mut parties = document.map(|document| policy::parties(document, scene.account)).unwrap_or_default();
    let target = match kind {
        TrustKind::Role => scene.target("role", "roleName"),
        TrustKind::IdentityProvider => {
            let named = ["sAMLProviderArn", "openIDConnectProviderArn", "name", "url", "trustedTokenIssuerName"];
            let parameter = named.iter().find(|name| record.asked(name).is_some()).unwrap_or(&"name");
            scene.target("identity provider", parameter)
        }
        TrustKind::TrustAnchor => {
            scene.target("trust anchor", if record.asked("name").is_some() { "name" } else { "trustAnchorId" })
        }
        TrustKind::Profile => {
            scene.target("Roles Anywhere profile", if record.asked("name").is_some() { "name" } else { "profileId" })
        }
    };
    if kind == TrustKind::IdentityProvider {
        parties.push(Party::Provider(target.name.clone()));
    }
    parties.truncate(PARTIES_LIMIT);
    let renewed = kind != TrustKind::Role && scene.call.name.starts_with("Update");
    Deed::TrustChanged { kind, target, parties, renewed }
}

fn grant(scene: &Scene<'_>, what: &str, parameter: &str) -> Deed {
    let record = scene.record;
    let (grant, privilege) = if let Some(arn) = record.asked("policyArn").or_else(|| record.asked("managedPolicyArn")) {
        (arn.to_owned(), policy::privilege_of_policy(arn))
    } else if let Some(document) = record.asked("policyDocument").or_else(|| record.asked("inlinePolicy")) {
        let name = record.asked("policyName").unwrap_or("inline policy");
        (name.to_owned(), policy::privilege_of_document(document))
    } else if let Some(group) = record.asked("groupName") {
        (format!("group {group}"), Privilege::Unknown)
    } else {
        (scene.call.name.to_owned(), Privilege::Unknown)
    };
    Deed::PermissionGranted { target: scene.target(what, parameter), grant: bounded(&grant, NAME_LIMIT), privilege }
}

/// Only with decryption does a secret leave Parameter Store; a refused call hides whether it asked for it.
fn parameter_read(scene: &Scene<'_>) -> Deed {
    let secrets = scene.named_secrets();
    let decrypts = scene.record.request_parameters.get("withDecryption").and_then(Value::as_bool) == Some(true);
    if decrypts || scene.outcome.denied() || scene.record.omitted() {
        return Deed::SecretRead { secrets, echo: None };
    }
    Deed::SecretListed { secrets }
}

/// A decryption on behalf of a store repeats a read the store logs by itself.
fn decrypt(scene: &Scene<'_>) -> Option<Deed> {
    let context = scene.record.request_parameters.get("encryptionContext")?;
    let contexts = [(SECRET_CONTEXT, Echo::OfNamed), (PARAMETER_CONTEXT, Echo::OfPath)];
    let (named, echo) = contexts.iter().find_map(|(key, echo)| Some((at(context, &[key])?, *echo)))?;
    Some(Deed::SecretRead { secrets: vec![scene.secret_id(named)], echo: Some(echo) })
}

fn shared(scene: &Scene<'_>) -> Deed {
    let record = scene.record;
    if scene.call.name == "CreateGrant" {
        let party = policy::parties(
            &format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":{}}}}}}}"#,
                Value::from(record.asked("granteePrincipal").unwrap_or_default())
            ),
            scene.account,
        );
        let key = record.asked("keyId").unwrap_or_default();
        return Deed::SecretShared { secret: scene.secret_id(key), parties: party };
    }
    let document = record.asked("resourcePolicy").or_else(|| record.asked("policy"));
    let mut parties = document.map(|document| policy::parties(document, scene.account)).unwrap_or_default();
    parties.truncate(PARTIES_LIMIT);
    let secret = match record.asked("keyId") {
        Some(key) => scene.secret_id(key),
        None => scene.one_secret(),
    };
    Deed::SecretShared { secret, parties }
}

/// Under single sign-on and SAML AWS writes `MFAUsed: No` although the provider asked: only users and
/// root have a second factor AWS can know of.
fn second_factor(scene: &Scene<'_>, step: SignInStep) -> Option<bool> {
    use crate::principal::PrincipalKind;
    if step != SignInStep::Completed || !matches!(scene.actor.kind, PrincipalKind::Root | PrincipalKind::User) {
        return None;
    }
    match at(&scene.record.additional_event_data, &["MFAUsed"]) {
        Some("Yes") => Some(true),
        Some("No") => Some(false),
        _ => None,
    }
}

fn assumed(scene: &Scene<'_>) -> Deed {
    let record = scene.record;
    let named = record
        .asked("roleArn")
        .or_else(|| record.asked("targetPrincipal"))
        .or_else(|| record.answered(&["assumedRoleUser", "arn"]))
        .map(ToOwned::to_owned)
        .or_else(|| refused_resource(record).map(ToOwned::to_owned));
    let role = match named.as_deref().and_then(Arn::parse) {
        Some(arn) if arn.service == "sts" => {
            let name = arn.resource.split('/').nth(1).unwrap_or_default();
            role_target(&arn::iam(arn.partition, arn.account, "role", name))
        }
        Some(_) => role_target(named.as_deref().unwrap_or_default()),
        // The root of a member account goes by the account's number.
        None if named
            .as_deref()
            .is_some_and(|named| named.len() == 12 && named.bytes().all(|b| b.is_ascii_digit())) =>
        {
            let account = named.as_deref().unwrap_or_default();
            role_target(&format!("arn:{}:iam::{account}:root", scene.partition))
        }
        None => scene.target("role", "roleArn"),
    };
    Deed::RoleAssumed {
        role,
        issued: record.answered(&["credentials", "accessKeyId"]).map(ToOwned::to_owned),
        session: record.asked("roleSessionName").map(|name| bounded(name, 128)),
    }
}

/// A refused call hides its parameters, but its message names the resource: an ARN, or `user NAME`.
fn refused_resource<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let message = record.error_message.as_deref()?;
    let start = message.find("on resource: ")? + "on resource: ".len();
    let mut words = message.get(start..)?.split_whitespace();
    let first = words.next()?;
    if matches!(first, "user" | "role" | "group") { words.next() } else { Some(first) }
}

fn role_target(arn: &str) -> Target {
    let parsed = Arn::parse(arn);
    Target {
        key: PrincipalKey::new(arn),
        what: if arn.ends_with(":root") { "root" } else { "role" }.to_owned(),
        name: parsed.map_or(arn, |arn| arn.name()).to_owned(),
        account: AccountId::new(parsed.map_or("", |arn| arn.account)),
    }
}

/// Whether the call stops a watch altogether; rules of the bus come and go with every deployment.
fn blinded(scene: &Scene<'_>) -> bool {
    let (service, name) = (scene.call.source, scene.call.name);
    let stops = ["Stop", "Delete", "Disable", "Disassociate", "Leave"].iter().any(|verb| name.starts_with(verb));
    match service {
        "events" => name == "DisableRule",
        _ => stops || name == "PutEventSelectors",
    }
}

/// What was weakened: the call, and the thing it names.
fn impaired(scene: &Scene<'_>) -> String {
    let record = scene.record;
    let named = ["name", "trailName", "rule", "detectorId", "eventDataStore", "configurationRecorderName"];
    let thing = named.iter().find_map(|parameter| record.asked(parameter));
    let thing = thing.map(|thing| Arn::parse(thing).map_or(thing, |arn| arn.name()));
    match thing {
        Some(thing) => format!("{} {}", scene.call.name, bounded(thing, 128)),
        None => scene.call.name.to_owned(),
    }
}
