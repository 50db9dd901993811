//! A deed: what an activity means, in words every platform shares.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PrincipalKey, SecretId};
use crate::principal::Privilege;

/// A record that repeats a read which the store logs by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Echo {
    /// The store's own record names the secret: nothing is said here that is not said there.
    OfNamed,
    /// The store's own record may name only the path the secret lies under.
    OfPath,
}

/// The kind of a credential, whichever platform issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A long-lived API key of an identity.
    AccessKey,
    /// A password for a console.
    Password,
    /// An SSH key of an identity or a server.
    SshKey,
    /// An X.509 certificate that proves an identity.
    Certificate,
    /// A password or key for one service only.
    ServiceCredential,
    /// A second factor.
    MfaDevice,
    /// A temporary session issued on request.
    SessionToken,
    /// A key pair or password for a machine.
    InstanceAccess,
    /// A password for a database or warehouse.
    DatabasePassword,
    /// A key for an API.
    ApiKey,
    /// A client of an identity pool or token issuer.
    OauthClient,
    /// A certificate of a device or server.
    MachineCertificate,
    /// A password in a pool of an application's own users.
    PoolPassword,
    /// A seat in a directory, group or permission set.
    Membership,
}

impl CredentialKind {
    /// The kind in an operator's words, with its article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AccessKey => "an access key",
            Self::Password => "a password",
            Self::SshKey => "an SSH key",
            Self::Certificate => "a certificate",
            Self::ServiceCredential => "a service credential",
            Self::MfaDevice => "an MFA device",
            Self::SessionToken => "a session token",
            Self::InstanceAccess => "access to a machine",
            Self::DatabasePassword => "a database password",
            Self::ApiKey => "an API key",
            Self::OauthClient => "an OAuth client",
            Self::MachineCertificate => "a machine's certificate",
            Self::PoolPassword => "a password for an application's user",
            Self::Membership => "access through a group or permission set",
        }
    }
}

/// A credential: its kind and, where the platform tells, its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Credential {
    /// The kind.
    pub kind: CredentialKind,
    /// The id, never the secret itself.
    pub id: Option<String>,
}

/// What happened to a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CredentialChange {
    /// It is new.
    Added,
    /// It was replaced or reset.
    Modified,
    /// It works again.
    Reactivated,
    /// It existed and was handed to the caller.
    Obtained,
    /// It stopped working.
    Deactivated,
    /// It is gone.
    Removed,
}

impl CredentialChange {
    /// Whether somebody can now get in who could not before.
    #[must_use]
    pub fn opens(self) -> bool {
        matches!(self, Self::Added | Self::Modified | Self::Reactivated | Self::Obtained)
    }
}

/// Whom or what a deed was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Target {
    /// The name under which the memory knows it: the platform's full name where there is one.
    pub key: PrincipalKey,
    /// What it is, in one or two words: `user`, `role`, `key pair` …
    pub what: String,
    /// What people call it.
    pub name: String,
    /// The account it belongs to.
    pub account: AccountId,
}

/// Somebody a trust or resource policy lets in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Party {
    /// Everybody.
    Anyone,
    /// Another account, wholly or through one of its identities.
    Account(AccountId),
    /// An identity provider.
    Provider(String),
}

/// What a change of trust was made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustKind {
    /// Who may wear a role.
    Role,
    /// A provider whose word is taken for who somebody is.
    IdentityProvider,
    /// An authority whose certificates are taken for who somebody is.
    TrustAnchor,
    /// Which roles such certificates open.
    Profile,
}

/// What happened to a secret other than being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretChange {
    /// It is new.
    Created,
    /// Its value or version stages changed.
    Written,
    /// Its rotation was started or stopped.
    Rotation,
    /// It was copied to, or withdrawn from, other regions.
    Replicated,
    /// It was deleted or brought back.
    Deleted,
    /// Its policy was taken away.
    PolicyRemoved,
}

/// A step of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SignInStep {
    /// Somebody got in, or failed to: the end of the sign-in.
    Completed,
    /// A proof was asked for or checked on the way.
    Challenge,
    /// A second factor was checked.
    SecondFactor,
    /// A password was recovered or an account's address changed.
    Recovery,
    /// Credentials or a token were handed out of an existing sign-in.
    TokenIssued,
    /// A device or program was authorised to sign in later.
    DeviceAuthorised,
    /// A role was entered or left in a console.
    RoleSwitched,
    /// The platform itself warned of a sign-in.
    PlatformWarning,
}

/// What an activity means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// A credential was added to an identity, changed, or taken away.
    CredentialChanged {
        /// What happened to it.
        change: CredentialChange,
        /// Which credential.
        credential: Credential,
        /// Whose.
        target: Target,
    },
    /// An identity is new.
    IdentityCreated {
        /// Who.
        target: Target,
        /// Its unique id, where the platform told.
        unique_id: Option<String>,
    },
    /// Who may become an identity changed.
    TrustChanged {
        /// What the trust is in.
        kind: TrustKind,
        /// What was opened.
        target: Target,
        /// Whom it now lets in, the owner's own account left out.
        parties: Vec<Party>,
        /// Whether what was trusted before changed, rather than something new.
        renewed: bool,
    },
    /// An identity may do more.
    PermissionGranted {
        /// Who.
        target: Target,
        /// What was granted, in the platform's words.
        grant: String,
        /// How much that is.
        privilege: Privilege,
    },
    /// Secrets left their store, or somebody tried to make them.
    SecretRead {
        /// Which, as far as the record names them.
        secrets: Vec<SecretId>,
        /// Whether this record repeats a read its store logs by itself.
        echo: Option<Echo>,
    },
    /// Somebody looked at what secrets there are.
    SecretListed {
        /// Which, where single ones were looked at.
        secrets: Vec<SecretId>,
    },
    /// A secret changed.
    SecretChanged {
        /// Which.
        secret: SecretId,
        /// How.
        change: SecretChange,
    },
    /// Who may read a secret, or use the key that locks it, changed.
    SecretShared {
        /// Which secret or key.
        secret: SecretId,
        /// Whom it now lets in, the owner's own account left out.
        parties: Vec<Party>,
    },
    /// Somebody signed in, or tried to.
    SignIn {
        /// Which step.
        step: SignInStep,
        /// Whether a second factor was shown; `None` where the platform cannot know.
        mfa: Option<bool>,
    },
    /// An identity was put on.
    RoleAssumed {
        /// Which.
        role: Target,
        /// The temporary credential that was issued.
        issued: Option<String>,
        /// The name the caller gave the session.
        session: Option<String>,
    },
    /// Somebody asked who they are.
    WhoAmI,
    /// Somebody asked which credentials there are.
    CredentialsListed {
        /// Whose.
        target: Target,
    },
    /// An eye was put out: logging, detection or delivery was weakened.
    WatchImpaired {
        /// Which, in the platform's words.
        what: String,
        /// Whether it sees nothing now, rather than something else.
        blinded: bool,
        /// Whether it is a part of this detector.
        ours: bool,
    },
    /// Somebody said that an identity's credentials will change.
    Announced {
        /// Whose.
        target: Target,
        /// Until when it holds.
        until: Timestamp,
        /// The ticket or change it belongs to.
        reference: Option<String>,
    },
    /// A credential under watch was used.
    Presence,
}
