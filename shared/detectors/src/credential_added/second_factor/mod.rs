//! A second factor enrolled, changed or taken away.

use trailwarden_model::{CredentialKind, Finding, Signal};

use super::provenance;
use crate::acts;
use crate::case::Case;
use crate::circumstances::{at_home, circumstances};
use crate::detector::Detector;
use crate::telling::{self, ask, because, from_where, look_up};

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "credential-added.second-factor",
    step: "a second factor changed",
    summary: "A second factor was enrolled, changed or taken away, for oneself or for another.",
    techniques: &["T1098.001", "T1078.004"],
    analytics: &["AN1469", "AN1470"],
    blind_spots: &["Second factors that an outside identity provider keeps."],
    settings: &["credential_added.source_ip_allowlist", "credential_added.unannounced_privileged_bits"],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let (change, credential, target) = telling::credential(case)?;
    let failed = !case.activity.outcome.succeeded() && !case.activity.outcome.denied();
    if failed || credential.kind != CredentialKind::MfaDevice {
        return None;
    }
    let act = acts::act(case.activity)?;
    let what = if change.opens() { "enrols" } else { "removes" };
    let claim = format!("{} rarely or never {what} a second factor this way.", case.activity.actor.name);
    let mut shown = telling::target(case, target);
    shown.credential = Some(credential.clone());
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    evidence.extend(provenance::onboarding(case, target));
    evidence.extend(telling::privilege_evidence(shown.privilege, &target.name));
    evidence.extend(telling::refused_evidence(case, 1));
    if acts::is_itself(case.activity, target) {
        evidence.extend(at_home(case));
    }
    evidence.extend(circumstances(case));
    Some(Signal::about(DETECTOR.id, shown, evidence))
}

fn tell(finding: &Finding) -> (String, String) {
    let verb = if telling::tried(finding) { "tried to change" } else { "changed" };
    (
        format!(
            "{} {verb} the second factor of {} {}{}",
            finding.actor.name,
            finding.target.kind,
            finding.target.name,
            from_where(finding)
        ),
        because(finding),
    )
}

fn respond(finding: &Finding) -> Vec<String> {
    vec![
        format!("aws iam list-mfa-devices --user-name {}", telling::quoted(&finding.target.name)),
        look_up(finding),
        ask(finding),
    ]
}
