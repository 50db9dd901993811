//! How an episode is rated by its evidence, and put into words.

use std::borrow::Cow;

use trailwarden_detectors::dependence::corrected;
use trailwarden_detectors::settings::Findings;
use trailwarden_detectors::{Detector, Settings, find};
use trailwarden_model::ids::bounded;
use trailwarden_model::text::grouped;
use trailwarden_model::{Evidence, Privilege, Severity, Status};

use super::{Episode, SENTENCE};
use crate::acts::EXACT;
use crate::expected::{EXPECTED_BITS, Expected, SILENCED};

/// The reason that says it is a flood.
const FLOOD: &str = "flood";

impl Episode {
    pub(super) fn rate(&mut self, settings: &Settings, expected: &[Expected]) {
        let announced = expected.iter().filter(|expected| expected.silences.is_none());
        self.finding.expected_change =
            announced.into_iter().find(|expected| expected.covers(&self.finding)).map(Expected::note);
        self.finding.evidence = corrected(&self.reasons);
        self.finding.evidence.extend(self.unannounced(settings));
        self.finding.evidence.extend(self.flood());
        self.bits = self.counted().map(|reason| reason.weight).sum();
        let rated = self.rated();
        self.grade(rated, &settings.findings);
        self.finding.evidence.extend(expected.iter().find_map(|expected| expected.silence(&self.finding)));
        let settled = self.closed && rated < settings.findings.medium_bits();
        self.finding.status = self.status(if settled { Status::Resolved } else { Status::Open });
        if let Some(detector) = find(&self.finding.kind) {
            self.put_into_words(detector);
        }
    }

    /// Whether a suppression covers it as it stands.
    pub(crate) fn is_silenced(&self) -> bool {
        self.finding.evidence.iter().any(|reason| reason.signal == SILENCED)
    }

    /// What an operator wants a change to a privileged identity to rise by, where nobody announced it.
    fn unannounced(&self, settings: &Settings) -> Option<Evidence> {
        let bits = settings.credential_added.unannounced_privileged_bits;
        let finding = &self.finding;
        let concerns =
            finding.kind.starts_with("credential-added.") && finding.target.privilege >= Privilege::Privileged;
        (bits > 0.0 && concerns && finding.expected_change.is_none()).then(|| {
            Evidence::new(
                "unannounced",
                format!("{} is privileged, and no expected change covers this.", finding.target.name),
                "no expected change".to_owned(),
                "privileged changes are announced".to_owned(),
                bits,
            )
        })
    }

    /// That it is a flood, which weighs nothing by itself: what was tried so often was tried.
    fn flood(&self) -> Option<Evidence> {
        let one_in = self.acts.one_in()?;
        Some(Evidence::new(
            FLOOD,
            format!(
                "A flood: about {} acts; one in {} is counted, and of the others only what says something new is kept.",
                grouped(self.acts.number()),
                grouped(one_in)
            ),
            format!("about {} acts", grouped(self.acts.number())),
            format!("at most {} are counted one by one", grouped(EXACT as u64)),
            0.0,
        ))
    }

    /// How severe evidence of so many bits makes it; what a story tells is no news of its own.
    pub(crate) fn severity(&self, bits: f64, settings: &Findings) -> Severity {
        let severity = settings.severity(bits);
        if self.ties.told_by_story { severity.min(Severity::Low) } else { severity }
    }

    /// Grades the finding by its evidence.
    pub(crate) fn grade(&mut self, bits: f64, settings: &Findings) {
        self.finding.severity = self.severity(bits, settings);
        self.finding.score = score(bits);
        self.finding.confidence = settings.confidence(bits);
    }

    /// What it says, in bits, after what was expected is taken off.
    pub(crate) fn rated(&self) -> f64 {
        let expected = if self.finding.expected_change.is_some() { EXPECTED_BITS } else { 0.0 };
        (self.bits + expected).max(0.0)
    }

    /// The reasons that count.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &Evidence> {
        // A rotation explains the act, not the circumstances: a thief can rotate, too.
        let explained = |reason: &Evidence| self.closed && reason.signal == "rare-act" && reason.weight > 0.0;
        self.finding.evidence.iter().filter(move |reason| !explained(reason))
    }

    fn put_into_words(&mut self, detector: &Detector) {
        let mut told = Cow::Borrowed(&self.finding);
        if let Some(aims) = &self.aims {
            told.to_mut().target.name = aims.words(&self.finding.target);
        }
        let (title, description) = (detector.tell)(&told);
        let title = if self.acts.one_in().is_some() { format!("A flood: {title}") } else { title };
        self.finding.title = bounded(&title, SENTENCE);
        self.finding.description = bounded(&description, 2 * SENTENCE);
        self.finding.response = (detector.respond)(&self.finding);
    }
}

/// Five points a bit.
fn score(bits: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100 first")]
    let score = (bits * 5.0).round().clamp(0.0, 100.0) as u8;
    score
}
