//! A snapshot: what was known of identities before anything happened.

use jiff::Timestamp;
use trailwarden_model::Privilege;

use super::{Dimension, Observation, Seen, Subject};

impl Observation {
    /// What a snapshot says an identity may do, and since when it is taken to be so.
    #[must_use]
    pub fn of_privilege(name: &str, privilege: Privilege, since: Timestamp) -> Self {
        let level = format!("{privilege:?}").to_lowercase();
        let seen = vec![Seen::Habit(Dimension::Privilege, level)];
        Self { subject: Subject::named(name), time: since, act: "snapshot".to_owned(), seen }
    }
}
