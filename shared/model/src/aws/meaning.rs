//! Meanings: how a call in scope is understood, and which of its parameters say so.

use crate::deed::{CredentialChange, CredentialKind, SecretChange, SignInStep, TrustKind};

/// Whose credential a call changes, and where the record says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The IAM user named by `userName`; without one, the caller.
    User,
    /// The caller.
    Caller,
    /// The thing this request parameter names: what it is, and the parameter.
    Named(&'static str, &'static str),
}

/// What a credential call does to the credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Always the same.
    Is(CredentialChange),
    /// The request's `status` or `newStatus` decides: `Active` or `Inactive`.
    ByStatus,
    /// Only where the request carries this parameter is a credential changed at all.
    Only(&'static str),
}

/// How a call is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A credential changed; the path names its id in request or response.
    Credential(CredentialKind, Change, Whose, &'static [&'static str]),
    /// An identity is new: what it is, and the parameter that names it.
    Created(&'static str, &'static str),
    /// Trust changed.
    Trust(TrustKind),
    /// Permissions were granted to what the parameter names.
    Grant(&'static str, &'static str),
    /// A secret was read from Secrets Manager.
    SecretRead,
    /// A parameter was read from Parameter Store.
    ParameterRead,
    /// A key was used to decrypt; in scope only for a secret's encryption context.
    Decrypt,
    /// Secrets were listed or described.
    Listed,
    /// A secret changed.
    SecretChanged(SecretChange),
    /// A secret's or key's policy changed, or a grant was made.
    Shared,
    /// A step of a sign-in.
    SignIn(SignInStep),
    /// A role was assumed.
    Assumed,
    /// The caller asked who it is.
    WhoAmI,
    /// Access keys were listed.
    KeysListed,
    /// A tag of ours says that a change is expected of what the parameter names.
    Tagged(&'static str, &'static str),
    /// An eye was put out.
    Impaired,
    /// A part of this detector itself was touched; in scope only where the parameter that names it says so.
    Own(&'static str),
}
