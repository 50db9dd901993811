//! The catalog of detectors: every one of them, by id.

use trailwarden_model::Signal;

use crate::case::Case;
use crate::detector::Detector;
use crate::{console_login, credential_added, secret_accessed};

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
