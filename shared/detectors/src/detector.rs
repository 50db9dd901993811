//! A detector: what it is, and how it judges and tells.

use trailwarden_model::{Finding, Signal};

use crate::case::Case;

/// A detector: a specification and pure functions.
#[derive(Debug)]
pub struct Detector {
    /// The finding type, the folder and the page: `credential-added.for-another-identity`.
    pub id: &'static str,
    /// What it is called as a step of a story: `secrets read`.
    pub step: &'static str,
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
