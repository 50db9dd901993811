//! A principal: the identity behind an activity, whatever session it wears.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, PrincipalKey};

/// What kind of identity it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalKind {
    /// The account's owner: nothing restrains it.
    Root,
    /// A user with credentials of its own.
    User,
    /// A role, worn by machines or by people who assumed it.
    Role,
    /// A person known through single sign-on, the same in every account.
    Person,
    /// Somebody a SAML provider vouched for, or a federated user.
    Federated,
    /// A workload an `OpenID` Connect provider vouched for.
    Workload,
    /// A service of the platform itself.
    Service,
    /// Another account, of which no more is known.
    Account,
    /// The record does not say.
    #[default]
    Unknown,
}

impl PrincipalKind {
    /// Whether a human being may be behind it, with a place and hours of their own.
    #[must_use]
    pub fn is_human(self) -> bool {
        matches!(self, Self::Person | Self::User | Self::Root | Self::Federated)
    }

    /// The kind in an operator's words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::User => "user",
            Self::Role => "role",
            Self::Person => "person",
            Self::Federated => "federated user",
            Self::Workload => "workload",
            Self::Service => "service",
            Self::Account => "account",
            Self::Unknown => "unknown caller",
        }
    }
}

/// How much an identity may do, as far as anything seen tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Privilege {
    /// Nothing seen tells.
    #[default]
    Unknown,
    /// Nothing that changes identities or permissions.
    Ordinary,
    /// May change identities, permissions or keys.
    Privileged,
    /// May do everything.
    Administrator,
}

/// The identity that acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Principal {
    /// What stays the same from run to run.
    pub key: PrincipalKey,
    /// What kind of identity.
    pub kind: PrincipalKind,
    /// What people call it.
    pub name: String,
    /// The platform's full name of the identity itself, not of its session.
    pub arn: Option<String>,
    /// The account it belongs to.
    pub account: Option<AccountId>,
    /// The platform's unique id, which a recreated namesake does not share.
    pub unique_id: Option<String>,
    /// The role or permission set a person wore.
    pub wearing: Option<String>,
}

impl Principal {
    /// The name others act on it by: the platform's full name, or its key where there is none.
    #[must_use]
    pub fn full_name(&self) -> &str {
        self.arn.as_deref().unwrap_or(self.key.as_str())
    }

    /// The directory's id of a person whose name the record does not tell.
    #[must_use]
    pub fn unnamed_person(&self) -> Option<&str> {
        let id = self.unique_id.as_deref()?;
        (self.kind == PrincipalKind::Person && self.name == id).then_some(id)
    }

    /// The same person under the name single sign-on knows.
    ///
    /// Names differ in case between forms, never between people.
    #[must_use]
    pub fn person(platform: &str, name: &str) -> Self {
        Self {
            key: PrincipalKey::new(&format!("{platform}:person:{}", name.to_lowercase())),
            kind: PrincipalKind::Person,
            name: name.to_owned(),
            ..Self::default()
        }
    }
}
