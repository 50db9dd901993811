//! A second credential an identity gives itself, and the rotation that explains it.

use trailwarden_model::{Effect, Finding, Signal};

use super::{opens_an_identity, provenance};
use crate::acts;
use crate::case::Case;
use crate::circumstances::{at_home, circumstances};
use crate::detector::Detector;
use crate::telling::{self, ask, because, from_where, look_up};

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "credential-added.for-itself",
    step: "a second credential",
    summary: "An identity gave itself another credential; a rotation closes the finding by itself.",
    techniques: &["T1098.001"],
    analytics: &["AN1470"],
    blind_spots: &[
        "A thief on the owner's own machine and network who rotates like the owner.",
        "A rotation whose second half comes after the rotation window.",
    ],
    settings: &[
        "credential_added.rotation_window",
        "credential_added.source_ip_allowlist",
        "credential_added.unannounced_privileged_bits",
    ],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let (change, credential, target) = telling::credential(case)?;
    if !case.activity.outcome.succeeded()
        || !opens_an_identity(credential.kind)
        || !acts::is_itself(case.activity, target)
    {
        return None;
    }
    let mut shown = telling::target(case, target);
    shown.credential = Some(credential.clone());
    if !change.opens() {
        return provenance::rotation(case, target, credential.id.as_deref()?)
            .map(|reason| Signal { effect: Effect::Resolves, ..Signal::about(DETECTOR.id, shown, vec![reason]) });
    }
    let act = acts::act(case.activity)?;
    let claim = format!("{} rarely or never gives itself {}.", case.activity.actor.name, credential.kind.words());
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    evidence.extend(provenance::onboarding(case, target));
    evidence.extend(telling::privilege_evidence(shown.privilege, &target.name));
    evidence.extend(at_home(case));
    evidence.extend(circumstances(case));
    Some(Signal::about(DETECTOR.id, shown, evidence))
}

fn tell(finding: &Finding) -> (String, String) {
    let credential = finding.target.credential.as_ref().map_or("a credential", |credential| credential.kind.words());
    (format!("{} gave itself {credential}{}", finding.actor.name, from_where(finding)), because(finding))
}

fn respond(finding: &Finding) -> Vec<String> {
    let mut steps: Vec<String> = telling::disable_key(finding).into_iter().collect();
    steps.push(look_up(finding));
    steps.push(ask(finding));
    steps
}
