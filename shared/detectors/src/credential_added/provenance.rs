//! Provenance: what explains a credential. Its maker made the identity, the identity is new, or it is a rotation.

use jiff::SignedDuration;
use trailwarden_model::{Evidence, Target};

use crate::acts;
use crate::case::Case;
use crate::memory::{Day, Dimension, TRACE_SPAN, manager};

/// Within what time of its making an identity is still being set up.
const SETTING_UP: SignedDuration = SignedDuration::from_hours(24);
/// What it takes away that the same hand, with the same program, made the identity just before: a new
/// identity has no owner to rob, and one in 2⁵ such keys is all that is left to explain.
const ONBOARDING_BITS: f64 = -5.0;

/// The same, where that hand never made an identity before.
const UNUSUAL_ONBOARDING_BITS: f64 = -2.0;

/// What it takes away that the identity is new: made by this very hand, or setting itself up.
pub(super) fn onboarding(case: &Case<'_>, target: &Target) -> Option<Evidence> {
    let itself = acts::is_itself(case.activity, target);
    let maker = manager(case.activity);
    let made =
        case.window(case.target(target), "created", SETTING_UP).find(|moment| itself || moment.value == maker)?;
    // Whoever never made an identity before, and does little else of the kind, made this one to have it.
    let horizon = case.horizon();
    let acts = case
        .actor()
        .values(Dimension::Act)
        .filter(|(act, days)| acts::administers(act) && days.any_before(horizon.cut));
    let creates = horizon.known(case.actor(), Dimension::Act, "creates-identity") || acts.count() > 1;
    let claim = if itself {
        format!("{} was made within the day: newcomers set their own credentials up.", target.name)
    } else {
        format!(
            "{} made {} itself within the day, with the same program: this looks like onboarding.",
            case.activity.actor.name, target.name
        )
    };
    Some(Evidence::new(
        "being-set-up",
        claim,
        made.value.clone(),
        "a new identity gets its first credentials".to_owned(),
        if itself || creates { ONBOARDING_BITS } else { UNUSUAL_ONBOARDING_BITS },
    ))
}

/// The old credential went, after a new one came, within the window: a rotation.
///
/// The one that goes must not be the one that came: a key deleted minutes after its making is no
/// rotation. And it must be the owner who rotates, or somebody who did so before.
pub(super) fn rotation(case: &Case<'_>, target: &Target, gone: &str) -> Option<Evidence> {
    let known = case.target(target);
    let actor = case.activity.actor.key.as_str();
    let today = Day::of(case.activity.time);
    let window = case.settings.credential_added.rotation_window.as_hours() / 24;
    let since = today.plus(-i32::try_from(window).unwrap_or(i32::MAX));
    let just_now: Vec<&str> = case
        .different(known, "credential-added", TRACE_SPAN)
        .into_iter()
        .filter_map(|value| Some(value.split_once('|')?.0))
        .collect();
    let lately = |id: &str| {
        just_now.contains(&id)
            || known.value(Dimension::Credential, id).is_some_and(|days| days.first() >= since && days.first() < today)
    };
    let new = known.values(Dimension::Credential).map(|(id, _)| id).filter(|id| *id != gone && lately(id)).max()?;
    let entitled = acts::is_itself(case.activity, target) || case.horizon().known(known, Dimension::Identity, actor);
    if !entitled || lately(gone) {
        return None;
    }
    Some(Evidence::new(
        "rotation",
        format!("{gone} was switched off or deleted after {new} was made: a rotation."),
        format!("{gone} replaced by {new}"),
        "old credentials end when new ones begin".to_owned(),
        0.0,
    ))
}
