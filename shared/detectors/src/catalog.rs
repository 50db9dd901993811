//! The catalog of detectors: what each is, and how it judges.

use trailwarden_model::{Finding, Signal};

use crate::case::Case;
use crate::{console_login, credential_added, secret_accessed};

/// A detector: a specification and pure functions.
#[derive(Debug)]
pub struct Detector {
    /// The finding type, the folder and the page: `credential-added.for-another-identity`.
    pub id: &'static str,
    /// What it finds, in one sentence.
    pub summary: &'static str,
    /// ATT&CK techniques.
    pub techniques: &'static [&'static str],
    /// ATT&CK analytics.
    pub analytics: &'static [&'static str],
    /// What it cannot see.
    pub blind_spots: &'static [&'static str],
    /// The settings that turn it, by their dotted names.
    pub settings: &'static [&'static str],
    /// Its page, as Markdown.
    pub page: &'static str,
    /// Judges one case.
    pub judge: fn(&Case<'_>) -> Option<Signal>,
    /// A finding's title and description.
    pub tell: fn(&Finding) -> (String, String),
    /// What to do about a finding, the first ones copy-paste commands.
    pub respond: fn(&Finding) -> Vec<String>,
}

/// Every detector, by id.
pub const DETECTORS: &[&Detector] = &[
    &console_login::brute_force::DETECTOR,
    &console_login::unusual_session::DETECTOR,
    &console_login::unusual_sign_in::DETECTOR,
    &credential_added::for_another_identity::DETECTOR,
    &credential_added::for_itself::DETECTOR,
    &credential_added::machine_access::DETECTOR,
    &credential_added::other_access::DETECTOR,
    &credential_added::second_factor::DETECTOR,
    &credential_added::trust_opened::DETECTOR,
    &secret_accessed::opened::DETECTOR,
    &secret_accessed::unusual_read::DETECTOR,
];

/// The detector of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Detector> {
    DETECTORS.iter().copied().find(|detector| detector.id == id)
}

/// Judges one case by every detector.
#[must_use]
pub fn judge(case: &Case<'_>) -> Vec<Signal> {
    DETECTORS.iter().filter_map(|detector| (detector.judge)(case)).collect()
}
