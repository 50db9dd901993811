//! Observations: what one activity shows about each subject it touches.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Weekday};
use trailwarden_model::{
    Activity, Address, Deed, Echo, NetworkKind, Outcome, Principal, PrincipalKind, SecretChange, SignInStep,
};

use super::deeds::{of_credential, of_deed};
use super::{Baseline, Day, Dimension, Subject};
use crate::acts;

/// One thing seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// A value of a dimension.
    Habit(Dimension, String),
    /// An entry of the trace: what, and of what.
    Trace(&'static str, String),
    /// Where it was, in the trace, by five minutes: a place is not news each second.
    Sighting(String),
}

/// What an activity adds to one baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// To whose.
    pub subject: Subject,
    /// When it happened.
    pub time: Timestamp,
    /// The act, as [`order`] writes it: twins of one call share it and count once.
    pub act: String,
    /// What was seen; may be nothing, where the subject is only looked up.
    pub seen: Vec<Seen>,
}

/// What an activity shows, one observation for each subject it touches: what a store is asked for in one request.
#[must_use]
pub fn observe(activity: &Activity) -> Vec<Observation> {
    let mut all = Vec::with_capacity(5);
    // A store's record says it all, and more: who called, from where, with what.
    if matches!(activity.deed, Deed::SecretRead { echo: Some(Echo::OfNamed), .. }) {
        return all;
    }
    let act = order(activity);
    let mut add = |subject: Subject, seen: Vec<Seen>| {
        all.push(Observation { subject, time: activity.time, act: act.clone(), seen });
    };
    if !matches!(activity.actor.kind, PrincipalKind::Service | PrincipalKind::Unknown) {
        add(Subject::identity(activity.actor.key.as_str()), of_identity(activity));
        add(Subject::account(activity.account.as_str()), of_account(activity));
    }
    for (subject, seen) in of_deed(activity).into_iter().chain(of_directory(activity)) {
        add(subject, seen);
    }
    // Without an address nothing is known of the credential's whereabouts, and nothing is asked.
    if let (Some(credential), Address::Ip(_)) = (&activity.session.credential, &activity.origin.address) {
        add(Subject::credential(credential), of_credential(activity));
    }
    all
}

/// What a closer look at something strange asks for: who else comes from there, and what the actor may do.
///
/// Ordinary life is never looked at so closely, and costs no request more.
#[must_use]
pub fn closer(activity: &Activity) -> Vec<Observation> {
    let mut all = Vec::with_capacity(2);
    let act = order(activity);
    let mut add = |subject: Subject, seen: Vec<Seen>| {
        all.push(Observation { subject, time: activity.time, act: act.clone(), seen });
    };
    if let (Address::Ip(_), Some(network), true) =
        (&activity.origin.address, activity.origin.network_key(), proven(activity))
    {
        let who = activity.actor.key.as_str().to_owned();
        let came = Seen::Trace("came", who.clone());
        add(Subject::network(&network), vec![Seen::Habit(Dimension::Identity, who), came]);
    }
    if let Some(set) = worn(activity) {
        let act = administered(activity);
        let habit = act.clone().map(|act| Seen::Habit(Dimension::Act, act));
        add(Subject::worn(set), habit.into_iter().chain(act.map(|act| Seen::Trace("did", act))).collect());
    }
    if let Some(name) = activity.actor.wearing.as_deref().or(activity.actor.arn.as_deref()) {
        add(Subject::named(name), Vec::new());
    }
    if let Deed::RoleAssumed { role, .. } = &activity.deed {
        add(Subject::named(role.key.as_str()), Vec::new());
    }
    all
}

/// What of administration an activity did, if it did any.
fn administered(activity: &Activity) -> Option<String> {
    let act = acts::act(activity).filter(|act| activity.outcome.succeeded() && acts::administers(&act.name))?;
    Some(act.name)
}

/// The role or permission set somebody wears, by its name: the same one in every account of an organisation.
#[must_use]
pub(crate) fn worn(activity: &Activity) -> Option<&str> {
    let actor = &activity.actor;
    let role = (actor.kind == PrincipalKind::Role).then_some(actor.name.as_str());
    actor.wearing.as_deref().or(role)
}

/// Whether an activity teaches what is looked at more closely than most: a place that is new, an act of administration.
#[must_use]
pub fn deserves_closer(activity: &Activity, elsewhere: bool) -> bool {
    elsewhere || (worn(activity).is_some() && administered(activity).is_some())
}

/// The order of acts within one second, which is as fine as records tell time: what was written was
/// written before it was read; beyond that, by the act's id, of which the first 64 bits are enough.
#[must_use]
pub fn order(activity: &Activity) -> String {
    format!("{}{}", u8::from(activity.read_only), beginning(activity.act.as_str()))
}

/// The first 16 digits of an id of AWS's usual form; any other whole.
fn beginning(id: &str) -> &str {
    let usual = id.len() == 36
        && id.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        });
    id.get(..18).filter(|_| usual).unwrap_or(id)
}

/// Where the memory keeps the name of a person whose record tells only the directory's id.
#[must_use]
pub fn nameless(activity: &Activity) -> Option<Subject> {
    activity.actor.unnamed_person().map(|id| directory(activity, id))
}

/// The person behind such an id, as far as the memory knows: the name seen last.
#[must_use]
pub fn name_of(activity: &Activity, known: &Baseline) -> Option<Principal> {
    // What a day teaches counts from the next day on, so that a second look decides like the first.
    let today = Day::of(activity.time);
    let earlier = known.values(Dimension::Alias).filter(|(_, days)| days.any_before(today));
    let (name, _) = earlier.max_by_key(|(name, days)| (days.before(today).next(), *name))?;
    Some(Principal {
        unique_id: activity.actor.unique_id.clone(),
        account: activity.actor.account.clone(),
        ..Principal::person(activity.platform.name(), name)
    })
}

fn directory(activity: &Activity, id: &str) -> Subject {
    Subject::named(&format!("{}:directory:{id}", activity.platform.name()))
}

/// A record that shows both a person's name and the directory's id teaches which belongs to which.
fn of_directory(activity: &Activity) -> Option<(Subject, Vec<Seen>)> {
    let actor = &activity.actor;
    let id = actor
        .unique_id
        .as_deref()
        .filter(|_| actor.kind == PrincipalKind::Person && actor.unnamed_person().is_none())?;
    Some((directory(activity, id), vec![Seen::Habit(Dimension::Alias, actor.name.clone())]))
}

/// Whether the caller proved who it is: a failed sign-in teaches nothing about its owner.
fn proven(activity: &Activity) -> bool {
    !matches!(activity.deed, Deed::SignIn { .. }) || activity.outcome.succeeded()
}

/// What an account remembers of somebody who knocked in vain: at whose door.
pub(super) fn knocked(activity: &Activity) -> Option<Seen> {
    let Deed::SignIn { step: SignInStep::Completed | SignInStep::Challenge, .. } = activity.deed else { return None };
    let who = match activity.actor.kind {
        // Names nobody has are hidden: each attempt may be another one.
        PrincipalKind::Unknown => format!("unknown {}", activity.act),
        _ => activity.actor.key.as_str().to_owned(),
    };
    (!activity.outcome.succeeded()).then_some(Seen::Trace("sign-in-failed", who))
}

/// The country and network somebody was seen in; a country only where people can be.
fn sighting(activity: &Activity) -> Option<String> {
    let network = &activity.origin.network;
    let lived_in = matches!(network.kind, NetworkKind::Residential | NetworkKind::Business);
    activity.origin.address.ip().filter(|_| activity.actor.kind.is_human())?;
    let country = network.country.as_deref().filter(|_| lived_in).unwrap_or("-");
    Some(format!("{country} {}", activity.origin.network_key()?))
}

/// What speaks for the actor and for its peers alike.
fn circumstances(activity: &Activity) -> Vec<Seen> {
    let origin = &activity.origin;
    let mut seen = vec![
        Seen::Habit(Dimension::Client, origin.client.family.clone()),
        Seen::Habit(Dimension::Hour, hour_of_week(activity.time)),
    ];
    if activity.regional {
        seen.push(Seen::Habit(Dimension::Region, activity.region.as_str().to_owned()));
    }
    if let Address::Ip(_) = origin.address {
        if let Some(network) = origin.network_key() {
            seen.push(Seen::Habit(Dimension::Network, network));
        }
        if let Some(country) = &origin.network.country {
            seen.push(Seen::Habit(Dimension::Country, country.clone()));
        }
        seen.push(Seen::Habit(Dimension::Place, format!("{:?}", origin.network.kind).to_lowercase()));
    }
    seen
}

fn of_identity(activity: &Activity) -> Vec<Seen> {
    // Whoever knocks in vain is not seen to be who they say they are: the day is not one of their owner's.
    if !proven(activity) {
        return Vec::new();
    }
    let mut seen = circumstances(activity);
    seen.extend(sighting(activity).map(Seen::Sighting));
    let act = acts::act(activity);
    match &activity.outcome {
        Outcome::Succeeded => {
            if let Some(act) = &act {
                seen.push(Seen::Habit(Dimension::Act, act.name.clone()));
                if acts::administers(&act.name) {
                    seen.push(Seen::Trace("did", act.name.clone()));
                }
            }
            seen.extend(of_identity_by_deed(activity));
        }
        Outcome::Denied(_) => {
            let act = act.map_or_else(|| activity.action.name.clone(), |act| act.name);
            seen.push(Seen::Trace("denied", format!("{act} {}", denied_thing(activity))));
        }
        Outcome::Failed(_) => {}
    }
    if let Deed::WatchImpaired { what, blinded, .. } = &activity.deed {
        let how = if *blinded { "watch-impaired" } else { "watch-changed" };
        seen.push(Seen::Trace(how, format!("{what} with {}", activity.origin.client.family)));
    }
    if let Deed::SecretListed { secrets } = &activity.deed
        && secrets.is_empty()
    {
        seen.push(Seen::Trace("secrets-listed", activity.account.as_str().to_owned()));
    }
    if activity.regional && matches!(activity.deed, Deed::SecretListed { .. } | Deed::SecretRead { .. }) {
        seen.push(Seen::Trace("searched", activity.region.as_str().to_owned()));
    }
    seen
}

fn of_identity_by_deed(activity: &Activity) -> Vec<Seen> {
    match &activity.deed {
        Deed::SecretRead { secrets, .. } => secrets
            .iter()
            .flat_map(|secret| {
                let with = format!("{} {secret}", activity.origin.client.family);
                [Seen::Habit(Dimension::Secret, secret.as_str().to_owned()), Seen::Trace("secret-read", with)]
            })
            .collect(),
        Deed::CredentialChanged { change, target, credential } => {
            let mut seen = vec![Seen::Habit(Dimension::Identity, target.key.as_str().to_owned())];
            if change.opens() {
                seen.push(Seen::Trace("opened", format!("{:?} {}", credential.kind, target.key)));
            }
            seen
        }
        Deed::RoleAssumed { role, .. } => vec![
            Seen::Habit(Dimension::Identity, role.key.as_str().to_owned()),
            Seen::Trace("role-assumed", role.key.as_str().to_owned()),
        ],
        Deed::SignIn { step: SignInStep::Completed, mfa: Some(mfa) } => {
            vec![Seen::Habit(Dimension::Factor, if *mfa { "mfa" } else { "none" }.to_owned())]
        }
        Deed::SecretChanged { secret, change: SecretChange::Created | SecretChange::Written } => {
            vec![Seen::Trace("secret-written", format!("{} {secret}", activity.origin.client.family))]
        }
        Deed::PermissionGranted { target, grant, .. } => {
            vec![Seen::Trace("permission-granted", format!("{grant} to {}", target.name))]
        }
        _ => Vec::new(),
    }
}

/// What a refused call was about, so that forty refusals of one thing are not forty things.
fn denied_thing(activity: &Activity) -> String {
    match &activity.deed {
        Deed::CredentialChanged { target, .. }
        | Deed::IdentityCreated { target, .. }
        | Deed::TrustChanged { target, .. } => target.key.as_str().to_owned(),
        Deed::RoleAssumed { role, .. } => role.key.as_str().to_owned(),
        Deed::SecretRead { secrets, .. } | Deed::SecretListed { secrets } => {
            secrets.first().map(|secret| secret.as_str().to_owned()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn of_account(activity: &Activity) -> Vec<Seen> {
    if !proven(activity) {
        return knocked(activity).into_iter().collect();
    }
    let mut seen = circumstances(activity);
    seen.push(Seen::Habit(Dimension::Identity, activity.actor.key.as_str().to_owned()));
    if activity.outcome.succeeded()
        && let Some(act) = acts::act(activity)
    {
        seen.push(Seen::Habit(Dimension::Act, act.name));
    }
    seen
}

/// Who did it with which program: a manager of what it makes.
#[must_use]
pub(crate) fn manager(activity: &Activity) -> String {
    format!("{} with {}", activity.actor.key, activity.origin.client.family)
}

/// The hour, weekdays and weekends apart: `weekday 09`.
#[must_use]
pub(crate) fn hour_of_week(time: Timestamp) -> String {
    let civil = time.to_zoned(TimeZone::UTC);
    let weekend = matches!(civil.weekday(), Weekday::Saturday | Weekday::Sunday);
    format!("{} {:02}", if weekend { "weekend" } else { "weekday" }, civil.hour())
}
