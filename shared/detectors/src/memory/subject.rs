//! Subjects of the memory: who and what something is remembered about.

use serde::{Deserialize, Serialize};
use trailwarden_model::SecretId;

/// Something the memory remembers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Subject(String);

impl Subject {
    /// An identity that acts, by its key.
    #[must_use]
    pub fn identity(key: &str) -> Self {
        Self(format!("identity/{key}"))
    }

    /// An identity or thing that is acted on, by its name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(format!("named/{name}"))
    }

    /// A secret: who reads it, who manages it.
    #[must_use]
    pub fn secret(id: &SecretId) -> Self {
        Self(format!("secret/{id}"))
    }

    /// An account: the peer group of everybody active in it.
    #[must_use]
    pub fn account(id: &str) -> Self {
        Self(format!("account/{id}"))
    }

    /// A credential: who made it, where it is used.
    #[must_use]
    pub fn credential(id: &str) -> Self {
        Self(format!("credential/{id}"))
    }

    /// An address people try to sign in from.
    #[must_use]
    pub fn source(address: &str) -> Self {
        Self(format!("source/{address}"))
    }

    /// What ties findings together: the credential, identity, source or secret of that name.
    #[must_use]
    pub(crate) fn thread(what: &str, name: &str) -> Self {
        Self(format!("thread/{what}/{name}"))
    }

    /// Whether it is a thread through such a thing.
    pub(crate) fn is_thread_of(&self, what: &str) -> bool {
        self.0
            .strip_prefix("thread/")
            .and_then(|rest| rest.strip_prefix(what))
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// A role or permission set people wear: what its wearers administer.
    #[must_use]
    pub fn worn(set: &str) -> Self {
        Self(format!("worn/{set}"))
    }

    /// Whom or what a change is expected of, by any name of theirs.
    #[must_use]
    pub fn announced(whom: &str) -> Self {
        Self(format!("announced/{whom}"))
    }

    /// A network: who else of the organisation comes from it.
    #[must_use]
    pub fn network(network: &str) -> Self {
        Self(format!("network/{network}"))
    }

    /// Whether nothing of it matters but its trace: a credential, a source of sign-ins.
    #[must_use]
    pub fn is_short_lived(&self) -> bool {
        self.0.starts_with("credential/") || self.0.starts_with("source/")
    }

    /// The name a store keeps it under.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The subject a store kept under this name.
    #[must_use]
    pub fn from_stored(name: &str) -> Self {
        Self(name.to_owned())
    }
}
