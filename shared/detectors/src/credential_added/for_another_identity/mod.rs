//! A key, password, SSH key or certificate given to somebody else.

use trailwarden_model::{CredentialKind, Effect, Evidence, Finding, Signal};

use super::{opens_an_identity, provenance};
use crate::acts;
use crate::case::Case;
use crate::circumstances::circumstances;
use crate::detector::Detector;
use crate::telling::{self, ask, because, from_where, look_up};

/// What it takes away that an operator named the actor as one who adds credentials.
const EXPECTED_BITS: f64 = -6.0;

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "credential-added.for-another-identity",
    step: "a credential for another identity",
    summary: "Somebody gave another identity a credential: access key, password, SSH key, certificate or service credential.",
    techniques: &["T1098.001"],
    analytics: &["AN1470"],
    blind_spots: &[
        "A credential added while the trail was off, or in a region that does not forward.",
        "A denied call hides whom it was for, unless its message says so.",
    ],
    settings: &[
        "credential_added.expected_creators",
        "credential_added.source_ip_allowlist",
        "credential_added.unannounced_privileged_bits",
        "credential_added.rotation_window",
    ],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let (change, credential, target) = telling::credential(case)?;
    let failed = !case.activity.outcome.succeeded() && !case.activity.outcome.denied();
    if failed || !opens_an_identity(credential.kind) || acts::is_itself(case.activity, target) {
        return None;
    }
    let mut shown = telling::target(case, target);
    shown.credential = Some(credential.clone());
    if !change.opens() {
        return provenance::rotation(case, target, credential.id.as_deref()?)
            .map(|reason| Signal { effect: Effect::Resolves, ..Signal::about(DETECTOR.id, shown, vec![reason]) });
    }
    let act = acts::act(case.activity)?;
    let claim = format!("{} rarely or never gives others {}.", case.activity.actor.name, credential.kind.words());
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    evidence.extend(provenance::onboarding(case, target));
    evidence.extend(telling::privilege_evidence(shown.privilege, &target.name));
    evidence.extend(telling::refused_evidence(case, 1));
    if case.actor_is_among(&case.settings.credential_added.expected_creators) {
        evidence.push(expected(case));
    }
    evidence.extend(circumstances(case));
    Some(Signal::about(DETECTOR.id, shown, evidence))
}

fn expected(case: &Case<'_>) -> Evidence {
    let name = &case.activity.actor.name;
    Evidence::new(
        "expected-creator",
        format!("{name} is expected to add credentials."),
        name.clone(),
        "credential_added.expected_creators".to_owned(),
        EXPECTED_BITS,
    )
}

fn tell(finding: &Finding) -> (String, String) {
    let credential = finding.target.credential.as_ref().map_or("a credential", |credential| credential.kind.words());
    let verb = if telling::tried(finding) { "tried to give" } else { "gave" };
    let title = format!(
        "{} {verb} {} {} {credential}{}",
        finding.actor.name,
        finding.target.kind,
        finding.target.name,
        from_where(finding)
    );
    (title, because(finding))
}

fn respond(finding: &Finding) -> Vec<String> {
    let mut steps: Vec<String> = telling::disable_key(finding).into_iter().collect();
    if finding.target.credential.as_ref().is_some_and(|credential| credential.kind == CredentialKind::Password) {
        steps.push(format!("aws iam delete-login-profile --user-name {}", telling::quoted(&finding.target.name)));
    }
    steps.push(look_up(finding));
    steps.push(ask(finding));
    steps
}
