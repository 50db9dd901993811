//! Acts: what an activity amounts to, and how rarely ordinary life does it.
//!
//! The prior is in bits: an act of ten bits is done by an ordinary identity on one active day in 2¹⁰.
//! It is only where judging starts; what the account and the identity do themselves takes over
//! (see [`crate::surprise`]). The figures are this project's estimates, and are stated as such in
//! the decision record on judgement.

use trailwarden_model::{
    Activity, CredentialChange, CredentialKind, Deed, Party, PrincipalKind, SignInStep, Target, TrustKind,
};

/// What an activity amounts to.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// A stable name, remembered as a habit.
    pub name: String,
    /// How rare it is before anything is known, in bits.
    pub prior: f64,
}

fn named(name: &str, prior: f64) -> Act {
    Act { name: name.to_owned(), prior }
}

/// The act; `None` for what everybody does all the time.
#[must_use]
pub fn act(activity: &Activity) -> Option<Act> {
    match &activity.deed {
        Deed::CredentialChanged { change, credential, target } => {
            Some(credential_act(*change, credential.kind, is_itself(activity, target)))
        }
        Deed::IdentityCreated { .. } => Some(named("creates-identity", 8.0)),
        Deed::TrustChanged { kind, parties, .. } => Some(trust_act(*kind, parties)),
        Deed::PermissionGranted { .. } => Some(named("grants-permission", 6.0)),
        Deed::SecretRead { .. } => Some(named("reads-secret", 1.0)),
        Deed::SecretListed { secrets } if secrets.is_empty() => Some(named("lists-secrets", 3.0)),
        Deed::SecretShared { parties, .. } if parties.contains(&Party::Anyone) => {
            Some(named("opens-secret-to-anyone", 14.0))
        }
        Deed::SecretShared { parties, .. } if parties.is_empty() => Some(named("changes-secret-policy", 6.0)),
        Deed::SecretShared { .. } => Some(named("opens-secret-to-outside", 12.0)),
        Deed::SignIn { step, .. } => sign_in_act(activity, *step),
        // By CloudFormation it is an update; by hand it is worth waking somebody by itself, at 12 bits, since whoever
        // succeeds is not heard of again.
        Deed::WatchImpaired { ours: true, .. } if activity.session.via.is_none() => {
            Some(named("touches-trailwarden", 13.0))
        }
        Deed::WatchImpaired { blinded: true, ours: false, .. } => Some(named("puts-watch-out", 10.0)),
        Deed::WatchImpaired { .. } => Some(named("changes-watch", 5.0)),
        _ => None,
    }
}

/// What everybody may do any day; every other act is one of administration, and worth a memory of its own.
const EVERYDAY: [&str; 5] =
    ["reads-secret", "lists-secrets", "signs-in-as-user", "recovers-account", "obtained databasepassword for another"];

/// Whether an act of that name is one of administration.
#[must_use]
pub fn administers(name: &str) -> bool {
    !EVERYDAY.contains(&name)
}

/// Whether the target is the actor.
#[must_use]
pub fn is_itself(activity: &Activity, target: &Target) -> bool {
    let actor = &activity.actor;
    let key = target.key.as_str();
    actor.arn.as_deref() == Some(key)
        || actor.key.as_str() == key
        || (target.what == "person" && actor.unique_id.as_deref() == Some(target.name.as_str()))
}

fn credential_act(change: CredentialChange, kind: CredentialKind, itself: bool) -> Act {
    use CredentialKind as K;
    let prior = match (kind, itself) {
        (K::MfaDevice, true) if !change.opens() => 7.0,
        (K::MfaDevice, false) if !change.opens() => 10.0,
        _ if !change.opens() => 3.0,
        // Told from the first minute on, before anything is learned.
        (K::AccessKey | K::Password, false) => 11.2,
        (K::SshKey | K::Certificate | K::ServiceCredential | K::SessionToken, false) => 10.0,
        // A machine's administrator password is fetched once in its life; a database's token at each login.
        (K::InstanceAccess, _) if change == CredentialChange::Obtained => 6.0,
        (K::DatabasePassword, _) if change == CredentialChange::Obtained => 3.0,
        (K::MfaDevice, false) | (K::Membership, _) => 7.0,
        (K::AccessKey | K::SshKey | K::Certificate | K::ServiceCredential, true)
        | (K::ApiKey | K::OauthClient | K::MachineCertificate | K::PoolPassword, _) => 6.0,
        (K::InstanceAccess | K::DatabasePassword, _) => 5.0,
        (K::Password | K::SessionToken | K::MfaDevice, true) => 4.0,
    };
    let whose = if itself { "itself" } else { "another" };
    Act { name: format!("{change:?} {kind:?} for {whose}").to_lowercase(), prior }
}

fn trust_act(kind: TrustKind, parties: &[Party]) -> Act {
    match kind {
        TrustKind::Role if parties.contains(&Party::Anyone) => named("opens-role-to-anyone", 14.0),
        TrustKind::Role if parties.iter().any(|party| matches!(party, Party::Account(_))) => {
            named("opens-role-to-outside", 12.0)
        }
        TrustKind::Role if !parties.is_empty() => named("opens-role-to-provider", 8.0),
        TrustKind::Role => named("changes-role-trust", 5.0),
        // Once a year in an organisation of dozens, to renew a certificate.
        TrustKind::IdentityProvider => named("changes-identity-provider", 12.0),
        TrustKind::TrustAnchor => named("changes-trust-anchor", 13.0),
        TrustKind::Profile => named("changes-roles-anywhere-profile", 10.0),
    }
}

fn sign_in_act(activity: &Activity, step: SignInStep) -> Option<Act> {
    match (activity.actor.kind, step) {
        (PrincipalKind::Root, SignInStep::Completed) => Some(named("signs-in-as-root", 13.0)),
        (PrincipalKind::User, SignInStep::Completed) => Some(named("signs-in-as-user", 2.0)),
        (_, SignInStep::Recovery) => Some(named("recovers-account", 5.0)),
        (_, SignInStep::PlatformWarning) => Some(named("platform-warned", 10.0)),
        _ => None,
    }
}
