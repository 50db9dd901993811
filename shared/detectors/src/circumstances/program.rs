//! Program: with what.

use trailwarden_model::{Address, Evidence};

use super::{against, usual};
use crate::case::Case;
use crate::memory::Dimension;

/// The most a new program says, in bits: thieves mostly use what everybody uses.
const MOST: f64 = 5.0;

pub(super) fn client(case: &Case<'_>) -> Option<Evidence> {
    if matches!(case.activity.origin.address, Address::Service(_)) {
        return None;
    }
    let family = &case.activity.origin.client.family;
    let rarity = case.horizon().novelty(case.actor(), case.account(), Dimension::Client, family)?;
    let claim = format!("{} never used {family} before.", case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Client), against(&rarity));
    Some(Evidence::new("new-client", claim, family.clone(), expected, rarity.bits.min(MOST)))
}
