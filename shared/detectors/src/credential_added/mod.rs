//! Credentials added to identities (ATT&CK T1098.001, DET0531).

pub(crate) mod for_another_identity;
pub(crate) mod for_itself;
pub(crate) mod machine_access;
pub(crate) mod other_access;
mod provenance;
pub(crate) mod second_factor;
pub(crate) mod trust_opened;

use trailwarden_model::CredentialKind;

/// Whether a credential of this kind opens an identity by itself.
fn opens_an_identity(kind: CredentialKind) -> bool {
    matches!(
        kind,
        CredentialKind::AccessKey
            | CredentialKind::Password
            | CredentialKind::SshKey
            | CredentialKind::Certificate
            | CredentialKind::ServiceCredential
    )
}
