//! Attempts: what one actor tries in vain at ever other targets is one episode, whatever each aimed at.
//!
//! A refused call changes nothing and costs its maker nothing, so a finding for each would let anybody write
//! thousands of them.

use serde::{Deserialize, Serialize};
use trailwarden_model::text::grouped;
use trailwarden_model::{Activity, Effect, FindingTarget, Signal};

use crate::acts::Acts;

/// What attempts are about, as far as their episode is concerned.
const ATTEMPTS: &str = "attempts";

/// Whether a signal is of a refused call that was aimed at one target among others.
pub(super) fn is_attempt(signal: &Signal, activity: &Activity) -> bool {
    // What is about an account as a whole, or about more than its target, gathers by itself.
    let one_of_many = signal.scope == signal.target.key && signal.target.key != activity.account.as_str();
    activity.outcome.denied() && signal.effect == Effect::Supports && one_of_many
}

/// What the episode of a signal is about.
pub(super) fn scope<'a>(signal: &'a Signal, activity: &Activity) -> &'a str {
    if is_attempt(signal, activity) { ATTEMPTS } else { &signal.scope }
}

/// What was aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Aims {
    targets: Acts,
}

impl Aims {
    /// Takes up what was aimed at; of several the first by key is shown.
    pub(super) fn take(&mut self, shown: &mut FindingTarget, aim: &FindingTarget) {
        if aim.key < shown.key {
            let privilege = shown.privilege.max(aim.privilege);
            *shown = FindingTarget { privilege, ..aim.clone() };
        }
        self.targets.count(&aim.key);
    }

    /// The name of the one that is shown, and how many others there are: `alice and 41 more`.
    pub(super) fn words(&self, shown: &FindingTarget) -> String {
        match self.targets.number().saturating_sub(1) {
            0 => shown.name.clone(),
            more => format!("{} and {} more", shown.name, grouped(more)),
        }
    }
}
