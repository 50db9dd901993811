//! Names: whose id a directory's record shows, from records that show both.

use std::collections::HashMap;

use trailwarden_model::{Activity, Principal, PrincipalKind};

/// How many people are remembered: more than any directory holds.
const LIMIT: usize = 200_000;

/// People by the directory's id, as far as earlier records told.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashMap<String, String>,
}

impl Names {
    /// The activity with its actor's name, where only the id stands in the record and an earlier one told whose it is.
    pub(super) fn named(&mut self, activity: Activity) -> Activity {
        let actor = &activity.actor;
        if let Some(id) = actor.unnamed_person() {
            let Some(name) = self.known.get(id) else { return activity };
            let named = Principal {
                unique_id: actor.unique_id.clone(),
                account: actor.account.clone(),
                ..Principal::person(activity.platform.name(), name)
            };
            return Activity { actor: named, ..activity };
        }
        if let (PrincipalKind::Person, Some(id)) = (actor.kind, &actor.unique_id)
            && (self.known.len() < LIMIT || self.known.contains_key(id))
        {
            self.known.insert(id.clone(), actor.name.clone());
        }
        activity
    }
}
