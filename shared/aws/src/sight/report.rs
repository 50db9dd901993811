//! The report: for each account, region and path whether it is seen, and what is at fault where it is not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use trailwarden_model::aws::delivery::Behaviour;

use super::lifecycle::Bucket;

/// An account's region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Place {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
}

impl Place {
    /// The place of that account and region.
    #[must_use]
    pub fn new(account: &str, region: &str) -> Self {
        Self { account: account.to_owned(), region: region.to_owned() }
    }
}

/// Whether a path is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its heartbeat arrives.
    Seen,
    /// Nothing is at fault as far as its configuration tells; it has no heartbeat.
    Configured,
    /// Its first heartbeat was sent and has not arrived yet.
    Waiting,
    /// What happens there is not seen.
    Blind,
    /// It could not be looked at.
    Unknown,
}

impl State {
    /// Its name, as the report writes it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Configured => "configured",
            Self::Waiting => "waiting",
            Self::Blind => "blind",
            Self::Unknown => "unknown",
        }
    }
}

/// What is known about one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sighting {
    /// Whether it is seen.
    pub state: State,
    /// When the last heartbeat that arrived was sent.
    pub heard: Option<Timestamp>,
}

/// One account's region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// By path: `credential-added`, `secret-accessed`, `console-login`.
    pub paths: BTreeMap<&'static str, Sighting>,
}

impl Row {
    /// As a line of the log, which the dashboard's table is made of.
    pub(super) fn line(&self) -> Value {
        let state = |path: Behaviour| self.paths.get(path.name()).map(|sighting| sighting.state.name());
        json!({
            "account": self.place.account,
            "region": self.place.region,
            "credentials": state(Behaviour::CredentialAdded),
            "secrets": state(Behaviour::SecretAccessed),
            "sign_ins": state(Behaviour::ConsoleLogin),
        })
    }
}

/// How far a fault reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Reach {
    /// Its own place.
    #[default]
    Here,
    /// Everywhere but where the deployment is.
    Elsewhere,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Which check found it; the same from version to version.
    pub check: &'static str,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// The paths it blinds there.
    #[serde(serialize_with = "names")]
    pub blinds: Vec<Behaviour>,
    #[serde(skip)]
    pub(super) reach: Reach,
    /// What it is.
    pub says: String,
    /// What puts it right.
    pub mend: String,
}

impl Fault {
    /// Whether it blinds a path of a place.
    pub(super) fn blinds(&self, place: &Place, path: Behaviour, home: &Place) -> bool {
        let there = match self.reach {
            Reach::Here => self.place == *place,
            Reach::Elsewhere => place != home,
        };
        there && self.blinds.contains(&path)
    }
}

fn names<S: serde::Serializer>(paths: &[Behaviour], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(paths.iter().map(|path| path.name()))
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The form of the report.
    pub version: u32,
    /// The deployment's stack.
    pub stack: String,
    /// When it was looked.
    pub at: Timestamp,
    /// Where the deployment is.
    pub home: Place,
    /// Every account's every region.
    pub rows: Vec<Row>,
    /// Everything at fault.
    pub faults: Vec<Fault>,
    /// What the report does not prove.
    pub notes: Vec<String>,
}

/// The form of the report this version writes.
pub(super) const VERSION: u32 = 1;

/// What was found out at one place, or about everything.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) place: Place,
    reach: Reach,
    pub(super) faults: Vec<Fault>,
    /// Whether something could not be looked at.
    pub(super) unsure: bool,
    /// What could not be found out, and is no fault.
    pub(super) notes: Vec<String>,
    /// Where the trails that log here keep their files.
    pub(super) buckets: BTreeSet<Bucket>,
}

impl Found {
    pub(super) fn at(place: &Place) -> Self {
        Self { place: place.clone(), ..Self::default() }
    }

    /// What is at fault here blinds every other place.
    pub(super) fn for_others(place: &Place) -> Self {
        Self { place: place.clone(), reach: Reach::Elsewhere, ..Self::default() }
    }

    /// Something is at fault, which blinds these paths.
    pub(super) fn fault(&mut self, check: &'static str, blinds: &[Behaviour], says: String, mend: String) {
        let (place, blinds) = (self.place.clone(), blinds.to_vec());
        self.faults.push(Fault { check, place, blinds, reach: self.reach, says, mend });
    }

    /// Something could not be looked at.
    pub(super) fn unlooked(&mut self, error: &crate::call::CallError) {
        self.unsure = true;
        let (account, region) = (&self.place.account, &self.place.region);
        let mend = if error.is_retryable() {
            "run it again; if it stays, see whether AWS has trouble in that region".to_owned()
        } else {
            "the role that looks must be allowed this call: deploy the template and the forwarders of this version"
                .to_owned()
        };
        self.fault("look.failed", &[], format!("account {account}, {region} could not be looked at: {error}"), mend);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_of_a_place_what_the_dashboard_shows_of_it() {
        let sighting = |state| Sighting { state, heard: None };
        let states = [State::Seen, State::Blind, State::Configured];
        let paths = Behaviour::ALL.into_iter().zip(states).map(|(path, state)| (path.name(), sighting(state)));
        let row = Row { place: Place::new("111122223333", "eu-west-1"), paths: paths.collect() };
        let said = json!({
            "account": "111122223333", "region": "eu-west-1", "credentials": "seen", "secrets": "blind",
            "sign_ins": "configured",
        });
        assert_eq!(row.line(), said);
    }
}
