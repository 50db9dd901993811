//! Coverage: what a deployment says it sees, by account, region and path, and what is at fault.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whether a path is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// What is known about one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Whether it is seen.
    pub state: State,
    /// When the last heartbeat that arrived was sent (RFC 3339).
    pub heard: Option<String>,
}

/// An account's region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The account.
    pub account: String,
    /// The region; `every region` where the account could not be entered.
    pub region: String,
}

/// What is known about one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// By path: `credential-added`, `secret-accessed`, `console-login`.
    pub paths: BTreeMap<String, Sighting>,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Which check found it.
    pub check: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// The paths it blinds.
    pub blinds: Vec<String>,
    /// What it is.
    pub says: String,
    /// What puts it right.
    pub mend: String,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The form it is written in.
    pub version: u32,
    /// The deployment's stack.
    pub stack: String,
    /// When it was looked (RFC 3339).
    pub at: String,
    /// Where the deployment is.
    pub home: Place,
    /// Every account's every region, the deployment's own account first.
    pub rows: Vec<Row>,
    /// Everything at fault.
    pub faults: Vec<Fault>,
    /// What it does not prove.
    pub notes: Vec<String>,
}

impl Coverage {
    /// Whether all of it is seen and nothing is at fault.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let sees = |sighting: &Sighting| !matches!(sighting.state, State::Blind | State::Unknown);
        self.faults.is_empty() && self.rows.iter().flat_map(|row| row.paths.values()).all(sees)
    }
}
