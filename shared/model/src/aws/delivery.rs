//! Delivery: to which function of a deployment a call goes, and what its events are recognised by.

use super::catalog::{ALIASES, Call};
use super::meaning::Meaning;

/// What names the secret in a `kms:Decrypt` on behalf of Secrets Manager.
pub(super) const SECRET_CONTEXT: &str = "SecretARN";
/// What names the parameter in a `kms:Decrypt` on behalf of Parameter Store.
pub(super) const PARAMETER_CONTEXT: &str = "PARAMETER_ARN";
/// What names the secret in a `kms:Decrypt` on behalf of Secrets Manager, and of Parameter Store.
const SECRET_CONTEXTS: &[&str] = &[SECRET_CONTEXT, PARAMETER_CONTEXT];

/// What the name of each part of this detector holds, because the name of its stack does.
pub const OWN_NAME: &str = "trailwarden";

/// The behaviour a call is received for: in a deployment, the function it goes to.
///
/// Every function judges by every detector; that each call goes to one alone is what keeps a
/// deployment from paying twice for one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Behaviour {
    /// Credentials added, identities made, trust and permissions changed.
    CredentialAdded,
    /// Secrets read, listed, changed or shared.
    SecretAccessed,
    /// Accounts used: sign-ins, roles assumed, and what is done first with them.
    ConsoleLogin,
}

impl Behaviour {
    /// Every behaviour.
    pub const ALL: [Self; 3] = [Self::CredentialAdded, Self::SecretAccessed, Self::ConsoleLogin];

    /// The name of its function: `credential-added` …
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CredentialAdded => "credential-added",
            Self::SecretAccessed => "secret-accessed",
            Self::ConsoleLogin => "console-login",
        }
    }

    /// `CredentialAdded` …, as what is its own begins in a template.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::CredentialAdded => "CredentialAdded",
            Self::SecretAccessed => "SecretAccessed",
            Self::ConsoleLogin => "ConsoleLogin",
        }
    }
}

impl Call {
    /// The behaviour it is received for.
    #[must_use]
    pub fn behaviour(&self) -> Behaviour {
        match self.meaning {
            Meaning::Credential(..)
            | Meaning::Created(..)
            | Meaning::Trust(_)
            | Meaning::Grant(..)
            | Meaning::Tagged(..) => Behaviour::CredentialAdded,
            Meaning::SecretRead
            | Meaning::ParameterRead
            | Meaning::Decrypt
            | Meaning::Listed
            | Meaning::SecretChanged(_)
            | Meaning::Shared => Behaviour::SecretAccessed,
            Meaning::SignIn(_)
            | Meaning::Assumed
            | Meaning::WhoAmI
            | Meaning::KeysListed
            | Meaning::Impaired
            | Meaning::Own(_) => Behaviour::ConsoleLogin,
        }
    }

    /// The `requestParameters.encryptionContext` keys of which it must carry one to be in scope; none
    /// where it is in scope whatever it carries.
    #[must_use]
    pub fn encryption_contexts(&self) -> &'static [&'static str] {
        if self.meaning == Meaning::Decrypt { SECRET_CONTEXTS } else { &[] }
    }

    /// The parameter that must name a part of this detector for the call to be in scope; none where any may.
    #[must_use]
    pub fn own_parameter(&self) -> Option<&'static str> {
        if let Meaning::Own(parameter) = self.meaning { Some(parameter) } else { None }
    }

    /// Every `eventSource` it is written under, in the commercial partition.
    #[must_use]
    pub fn event_sources(&self) -> Vec<String> {
        let others = ALIASES.iter().filter(|(_, source)| *source == self.source).map(|(alias, _)| *alias);
        std::iter::once(self.source).chain(others).map(|source| format!("{source}.amazonaws.com")).collect()
    }
}
