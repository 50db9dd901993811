//! What a deed shows about those it was done to: a secret, a target, a credential, a source.

use trailwarden_model::{Activity, Address, CredentialChange, Deed, PrincipalKind, SecretChange, SignInStep};

use super::maker::Maker;
use super::observation::{knocked, manager};
use super::{Dimension, Seen, Subject};

/// How many secrets of one record are looked up by themselves.
const SECRETS_LOOKED_UP: usize = 10;

pub(super) fn of_deed(activity: &Activity) -> Vec<(Subject, Vec<Seen>)> {
    let worked = activity.outcome.succeeded();
    match &activity.deed {
        Deed::SecretRead { secrets, .. } => {
            secrets.iter().take(SECRETS_LOOKED_UP).map(|id| (Subject::secret(id), of_secret_read(activity))).collect()
        }
        Deed::SecretChanged { secret, change } if worked && !secret.is_empty() => {
            let manages = matches!(change, SecretChange::Created | SecretChange::Written);
            let seen = manages.then(|| Seen::Habit(Dimension::Manager, manager(activity)));
            vec![(Subject::secret(secret), seen.into_iter().collect())]
        }
        Deed::CredentialChanged { change, credential, target } => {
            of_credential_change(activity, *change, credential.id.as_deref(), target.key.as_str())
        }
        Deed::IdentityCreated { target, unique_id } if worked => {
            let unique = unique_id.iter().map(|id| Seen::Habit(Dimension::UniqueId, id.clone()));
            let mut seen: Vec<Seen> = unique.collect();
            seen.push(Seen::Habit(Dimension::Manager, manager(activity)));
            seen.push(Seen::Trace("created", manager(activity)));
            vec![(Subject::named(target.key.as_str()), seen)]
        }
        Deed::TrustChanged { target, parties, .. } => {
            let opened = worked && !parties.is_empty();
            let seen = opened.then(|| Seen::Trace("trust-opened", Maker::trace(activity)));
            vec![(Subject::named(target.key.as_str()), seen.into_iter().collect())]
        }
        Deed::SecretShared { secret, parties } if !secret.is_empty() => {
            let opened = worked && !parties.is_empty();
            let seen = opened.then(|| Seen::Trace("secret-opened", Maker::trace(activity)));
            vec![(Subject::secret(secret), seen.into_iter().collect())]
        }
        Deed::CredentialsListed { target } => vec![(Subject::named(target.key.as_str()), Vec::new())],
        Deed::PermissionGranted { target, privilege, .. } if worked => {
            let level = format!("{privilege:?}").to_lowercase();
            vec![(
                Subject::named(target.key.as_str()),
                vec![
                    Seen::Habit(Dimension::Privilege, level.clone()),
                    Seen::Trace("granted", level),
                    Seen::Trace("granted-by", Maker::trace(activity)),
                ],
            )]
        }
        Deed::RoleAssumed { issued, .. } => {
            let mut all = Vec::new();
            // What a service puts on for its own machines has no maker worth remembering.
            let by_somebody = activity.actor.kind != PrincipalKind::Service;
            if let (Some(issued), true) = (issued, worked && by_somebody) {
                all.push((Subject::credential(issued), vec![Seen::Trace("issued", Maker::trace(activity))]));
            }
            all
        }
        Deed::SignIn { step, .. } => of_sign_in(activity, *step),
        _ => Vec::new(),
    }
}

fn of_secret_read(activity: &Activity) -> Vec<Seen> {
    if activity.outcome.succeeded() && activity.actor.kind != PrincipalKind::Service {
        vec![Seen::Habit(Dimension::Identity, activity.actor.key.as_str().to_owned())]
    } else {
        Vec::new()
    }
}

fn of_credential_change(
    activity: &Activity,
    change: CredentialChange,
    id: Option<&str>,
    target: &str,
) -> Vec<(Subject, Vec<Seen>)> {
    if !activity.outcome.succeeded() {
        return vec![(Subject::named(target), Vec::new())];
    }
    let mut seen = vec![Seen::Habit(Dimension::Identity, activity.actor.key.as_str().to_owned())];
    if change.opens() {
        seen.push(Seen::Trace("credential-added", format!("{}|{}", id.unwrap_or_default(), Maker::trace(activity))));
        seen.extend(id.map(|id| Seen::Habit(Dimension::Credential, id.to_owned())));
    }
    let mut all = vec![(Subject::named(target), seen)];
    if let (Some(id), true) = (id, change.opens()) {
        all.push((Subject::credential(id), vec![Seen::Trace("issued", Maker::trace(activity))]));
    }
    all
}

fn of_sign_in(activity: &Activity, step: SignInStep) -> Vec<(Subject, Vec<Seen>)> {
    // A proof that failed on the way is a sign-in that failed: directories say no more.
    let proof = matches!(step, SignInStep::Challenge | SignInStep::SecondFactor);
    let failed = proof && !activity.outcome.succeeded();
    if step != SignInStep::Completed && !failed {
        return Vec::new();
    }
    // A directory logs one attempt twice, as a proof and as a sign-in.
    let what = match (activity.outcome.succeeded(), step) {
        (true, _) => "sign-in",
        (false, SignInStep::Completed) => "sign-in-failed",
        (false, _) => "proof-failed",
    };
    let who = activity.actor.full_name();
    let mut all = Vec::new();
    if let Address::Ip(ip) = activity.origin.address {
        all.push((Subject::source(&ip.to_string()), vec![Seen::Trace(what, who.to_owned())]));
    }
    if activity.actor.kind == PrincipalKind::Unknown {
        all.push((Subject::account(activity.account.as_str()), knocked(activity).into_iter().collect()));
    } else {
        all.push((Subject::named(who), vec![Seen::Trace(what, source(activity))]));
    }
    all
}

pub(super) fn of_credential(activity: &Activity) -> Vec<Seen> {
    let mut seen = Vec::new();
    if let (Address::Ip(_), Some(network)) = (&activity.origin.address, activity.origin.network_key()) {
        let place = if activity.origin.inside_platform() { "inside" } else { "outside" };
        seen.push(Seen::Trace("used", format!("{place} {network}")));
        seen.push(Seen::Habit(Dimension::Network, network));
    }
    seen
}

pub(super) fn source(activity: &Activity) -> String {
    activity.origin.address.ip().map(|ip| ip.to_string()).unwrap_or_default()
}
