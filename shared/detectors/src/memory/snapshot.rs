//! A snapshot: what was known of identities before anything happened.

use jiff::Timestamp;
use trailwarden_model::Privilege;

use super::{Dimension, Observation, Seen, Subject};

impl Observation {
    /// What a snapshot says an identity may do: known before anything that happens.
    #[must_use]
    pub fn of_privilege(name: &str, privilege: Privilege) -> Self {
        let level = format!("{privilege:?}").to_lowercase();
        let seen = vec![Seen::Habit(Dimension::Privilege, level)];
        Self { subject: Subject::named(name), time: Timestamp::UNIX_EPOCH, act: "snapshot".to_owned(), seen }
    }
}
