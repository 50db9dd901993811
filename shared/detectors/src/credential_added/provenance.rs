//! Provenance: whether the one who adds a credential made the identity it is for.

use jiff::SignedDuration;
use trailwarden_model::{Evidence, Target};

use crate::case::Case;
use crate::memory::manager;

/// Within what time of its making an identity is still being set up.
const SETTING_UP: SignedDuration = SignedDuration::from_hours(24);
/// What it takes away that the same hand, with the same program, made the identity just before: a new
/// identity has no owner to rob, and one in 2⁵ such keys is all that is left to explain.
const ONBOARDING_BITS: f64 = -5.0;

/// What it takes away that this is an identity being set up by its maker.
pub(super) fn onboarding(case: &Case<'_>, target: &Target) -> Option<Evidence> {
    let maker = manager(case.activity);
    let (_, _, made) = case
        .window(case.target(target), SETTING_UP)
        .find(|(_, _, trace)| trace.what == "created" && trace.value == maker)?;
    Some(Evidence::new(
        "being-set-up",
        format!("{} made {} itself within the day, with the same program: this looks like onboarding.", case.activity.actor.name, target.name),
        made.value.clone(),
        "whoever makes an identity gives it its first credential".to_owned(),
        ONBOARDING_BITS,
    ))
}
