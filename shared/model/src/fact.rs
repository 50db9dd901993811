//! A fact: one act as a ledger keeps it. Who added which credential, read which secret, signed in, or opened a session.
//!
//! A finding says what is strange, a fact says what happened: every act of the three behaviours is one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::activity::{Activity, Outcome};
use crate::deed::{Credential, CredentialChange, Deed, SignInStep, Target};
use crate::finding::{ExpectedChange, FindingOrigin};
use crate::ids::{AccountId, EventId, PrincipalKey, Region, SecretId};
use crate::principal::PrincipalKind;

/// The version of the fact's JSON contract.
pub const FACT_VERSION: &str = "1.0";

/// What kind of act it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// A credential was added, changed or taken away.
    CredentialAdded,
    /// Secrets were read, or asked for.
    SecretRead,
    /// Somebody signed in, or tried to, or recovered a way in.
    SignIn,
    /// Temporary credentials were taken: a role was put on, a token issued.
    SessionOpened,
}

impl FactKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::CredentialAdded, Self::SecretRead, Self::SignIn, Self::SessionOpened];

    /// The name in files and flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CredentialAdded => "credential-added",
            Self::SecretRead => "secret-read",
            Self::SignIn => "sign-in",
            Self::SessionOpened => "session-opened",
        }
    }

    /// The behaviour it belongs to, as finding types and expected changes begin with it.
    #[must_use]
    pub fn behaviour(self) -> &'static str {
        match self {
            Self::CredentialAdded => "credential-added",
            Self::SecretRead => "secret-accessed",
            Self::SignIn | Self::SessionOpened => "console-login",
        }
    }

    /// The kind of fact an activity is, if it is one.
    ///
    /// What repeats an act that another record tells is none, nor is a proof asked for on the way to a
    /// sign-in, whose end another record tells; a second factor that failed says that the first did not.
    #[must_use]
    pub fn of(activity: &Activity) -> Option<Self> {
        match &activity.deed {
            Deed::CredentialChanged { .. } => Some(Self::CredentialAdded),
            Deed::SecretRead { echo: None, .. } => Some(Self::SecretRead),
            Deed::SignIn { step: SignInStep::TokenIssued | SignInStep::RoleSwitched, .. } => Some(Self::SessionOpened),
            Deed::SignIn { step: SignInStep::Challenge, .. } => None,
            Deed::SignIn { step: SignInStep::SecondFactor, .. } if activity.outcome.succeeded() => None,
            Deed::SignIn { .. } => Some(Self::SignIn),
            // Services put on the roles made for them day and night: no account is used by anybody.
            Deed::RoleAssumed { .. } if activity.actor.kind == PrincipalKind::Service => None,
            Deed::RoleAssumed { .. } => Some(Self::SessionOpened),
            _ => None,
        }
    }

    /// Whether it happens so often that one line a day for each identity and thing says enough.
    #[must_use]
    pub fn is_frequent(self) -> bool {
        matches!(self, Self::SecretRead | Self::SessionOpened)
    }
}

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FactOutcome {
    /// It worked.
    Succeeded,
    /// It was refused for want of permission or proof.
    Denied,
    /// It failed otherwise.
    Failed,
}

impl FactOutcome {
    /// The name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// By whom: the identity, and the session it acted in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Doer {
    /// The identity's key.
    pub key: PrincipalKey,
    /// What kind of identity.
    pub kind: PrincipalKind,
    /// What people call it.
    pub name: String,
    /// The platform's full name of it.
    pub arn: Option<String>,
    /// The account it belongs to.
    pub account: Option<AccountId>,
    /// The role or permission set a person wore.
    pub role: Option<String>,
    /// The session's name.
    pub session: Option<String>,
    /// The credential that signed the call.
    pub access_key_id: Option<String>,
    /// Whether a second factor was shown; null where the platform cannot know.
    pub mfa: Option<bool>,
    /// The service it acted through.
    pub via: Option<String>,
}

/// To which identity, role or machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactTarget {
    /// The name the memory knows it by.
    pub key: PrincipalKey,
    /// What it is: `user`, `role`, `key pair` …
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// The account it belongs to.
    pub account: AccountId,
}

/// One act as a ledger keeps it. The JSON form is a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fact {
    /// The contract's version.
    pub schema_version: String,
    /// When.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub time: Timestamp,
    /// What kind of act.
    pub kind: FactKind,
    /// How it ended.
    pub outcome: FactOutcome,
    /// Why it did not work, as recorded.
    pub error: Option<String>,
    /// By whom.
    pub by: Doer,
    /// To whom; null where only the doer is concerned.
    pub target: Option<FactTarget>,
    /// What happened to the credential.
    pub change: Option<CredentialChange>,
    /// Which credential was added, changed or taken away.
    pub credential: Option<Credential>,
    /// Which secrets were read; empty where the record does not name them.
    pub secrets: Vec<SecretId>,
    /// Which step of a sign-in.
    pub step: Option<SignInStep>,
    /// The temporary credential that was issued.
    pub issued: Option<String>,
    /// The name given to the session that was opened.
    pub opened: Option<String>,
    /// The part of the platform's world.
    pub partition: String,
    /// The account of what was acted on.
    pub account: AccountId,
    /// The account that logged it.
    pub recorded_in: AccountId,
    /// The region.
    pub region: Region,
    /// From where.
    pub origin: FindingOrigin,
    /// The call, with its service: `iam:CreateAccessKey`.
    pub event: String,
    /// The id of the record.
    pub event_id: EventId,
    /// The id of the act, which its twin in another account's log shares.
    pub act: EventId,
    /// The expected change that covers it.
    pub expected_change: Option<ExpectedChange>,
    /// Where it stands for all the same identity did to the same thing that day, as a deployment keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<FactDay>,
}

/// What a deployment keeps of one identity and one thing on one day, beside the act that was told first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactDay {
    /// The last act; it may lag an hour behind the truth.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub last: Timestamp,
    /// The hours with an act (UTC).
    pub hours: Vec<u8>,
    /// How the acts ended: which outcomes occurred.
    pub outcomes: Vec<FactOutcome>,
    /// From which networks: `AS` and a number, or a block of addresses.
    pub networks: Vec<String>,
}

impl Fact {
    /// What an activity leaves in a ledger, if it is of the three behaviours; expected changes are not asked.
    #[must_use]
    pub fn of(activity: &Activity) -> Option<Self> {
        let kind = FactKind::of(activity)?;
        let (outcome, error) = match &activity.outcome {
            Outcome::Succeeded => (FactOutcome::Succeeded, None),
            Outcome::Denied(code) => (FactOutcome::Denied, Some(code.clone())),
            Outcome::Failed(code) => (FactOutcome::Failed, Some(code.clone())),
        };
        let bare = Self {
            schema_version: FACT_VERSION.to_owned(),
            time: activity.time,
            kind,
            outcome,
            error,
            by: doer(activity),
            target: None,
            change: None,
            credential: None,
            secrets: Vec::new(),
            step: None,
            issued: None,
            opened: None,
            partition: activity.partition.clone(),
            account: activity.account.clone(),
            recorded_in: activity.recorded_in.clone(),
            region: activity.region.clone(),
            origin: FindingOrigin::of(&activity.origin),
            event: format!("{}:{}", activity.action.service, activity.action.name),
            event_id: activity.id.clone(),
            act: activity.act.clone(),
            expected_change: None,
            day: None,
        };
        Some(bare.told_by(&activity.deed))
    }

    fn told_by(self, deed: &Deed) -> Self {
        match deed {
            Deed::CredentialChanged { change, credential, target } => Self {
                change: Some(*change),
                credential: Some(credential.clone()),
                target: Some(FactTarget::of(target)),
                ..self
            },
            Deed::SecretRead { secrets, .. } => Self { secrets: secrets.clone(), ..self },
            Deed::SignIn { step, mfa } => {
                Self { step: Some(*step), by: Doer { mfa: mfa.or(self.by.mfa), ..self.by }, ..self }
            }
            Deed::RoleAssumed { role, issued, session } => {
                Self { target: Some(FactTarget::of(role)), issued: issued.clone(), opened: session.clone(), ..self }
            }
            _ => self,
        }
    }

    /// How much it tells: of twins of one act, the one that names more is kept.
    ///
    /// An account that is called from outside sees of the caller little but its account.
    #[must_use]
    pub fn depth(&self) -> u8 {
        let names_doer = !matches!(self.by.kind, PrincipalKind::Account | PrincipalKind::Unknown);
        let names_object = !self.secrets.is_empty() || self.target.is_some();
        2 * u8::from(names_doer) + u8::from(names_object)
    }

    /// What it was done to, one by one, as a digest of a day tells it: each secret, or the role.
    ///
    /// One nameless thing where the record names none.
    #[must_use]
    pub fn objects(&self) -> Vec<&str> {
        if self.secrets.is_empty() {
            return vec![self.target.as_ref().map_or("", |target| target.key.as_str())];
        }
        self.secrets.iter().map(SecretId::as_str).collect()
    }
}

impl FactTarget {
    fn of(target: &Target) -> Self {
        Self {
            key: target.key.clone(),
            kind: target.what.clone(),
            name: target.name.clone(),
            account: target.account.clone(),
        }
    }
}

fn doer(activity: &Activity) -> Doer {
    let (actor, session) = (&activity.actor, &activity.session);
    Doer {
        key: actor.key.clone(),
        kind: actor.kind,
        name: actor.name.clone(),
        arn: actor.arn.clone(),
        account: actor.account.clone(),
        role: actor.wearing.clone(),
        session: session.name.clone(),
        access_key_id: session.credential.clone(),
        mfa: session.mfa,
        via: session.via.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Coverage, Reading, read};

    fn fact(source: &str, name: &str, rest: &str) -> Option<Fact> {
        let record = format!(
            r#"{{"eventTime":"2026-03-01T10:00:00Z","eventSource":"{source}.amazonaws.com","eventName":"{name}","eventID":"e1","awsRegion":"eu-central-1","recipientAccountId":"111122223333","sourceIPAddress":"8.8.8.8","userIdentity":{{"type":"IAMUser","userName":"ann","arn":"arn:aws:iam::111122223333:user/ann","principalId":"AIDAANN","accountId":"111122223333","accessKeyId":"AKIAANN"}},{rest}}}"#
        );
        match read(record.as_bytes(), Coverage::Catalog) {
            Reading::Activity(activity) => Fact::of(&activity),
            _ => None,
        }
    }

    #[test]
    fn a_key_made_says_whose_it_is_and_who_made_it() {
        let made =
            r#""requestParameters":{"userName":"bob"},"responseElements":{"accessKey":{"accessKeyId":"AKIABOB"}}"#;
        let fact = fact("iam", "CreateAccessKey", made).unwrap();
        assert_eq!((fact.kind, fact.change), (FactKind::CredentialAdded, Some(CredentialChange::Added)));
        assert_eq!(fact.credential.unwrap().id.as_deref(), Some("AKIABOB"));
        assert_eq!(fact.target.unwrap().name, "bob");
        assert_eq!((fact.by.name.as_str(), fact.by.access_key_id.as_deref()), ("ann", Some("AKIAANN")));
        assert_eq!(fact.event, "iam:CreateAccessKey");
    }

    #[test]
    fn a_read_is_a_fact_and_its_decryption_is_none() {
        let named = r#""requestParameters":{"secretId":"prod/db"}"#;
        let read = fact("secretsmanager", "GetSecretValue", named).unwrap();
        assert_eq!(read.objects(), ["aws:secretsmanager:111122223333:prod/db"]);
        let echo = r#""requestParameters":{"encryptionContext":{"SecretARN":"arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/db-AbC123"}}"#;
        assert_eq!(fact("kms", "Decrypt", echo), None);
    }

    #[test]
    fn a_second_factor_on_the_way_is_a_fact_only_where_it_failed() {
        assert_eq!(fact("signin", "CheckMfa", r#""responseElements":{"CheckMfa":"Success"}"#), None);
        let failed = fact("signin", "CheckMfa", r#""responseElements":{"CheckMfa":"Failure"}"#).unwrap();
        assert_eq!((failed.kind, failed.outcome), (FactKind::SignIn, FactOutcome::Failed));
    }

    #[test]
    fn a_fact_survives_being_written_down() {
        let fact = fact("signin", "ConsoleLogin", r#""responseElements":{"ConsoleLogin":"Success"}"#).unwrap();
        let text = serde_json::to_string(&fact).unwrap();
        assert_eq!(serde_json::from_str::<Fact>(&text).unwrap(), fact);
        assert!(text.contains(r#""kind":"sign-in","outcome":"succeeded""#), "{text}");
    }
}
