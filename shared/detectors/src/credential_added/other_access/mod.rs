//! Session tokens, memberships, API keys, OAuth clients and device certificates.

use trailwarden_model::{CredentialKind, Finding, PrincipalKind, Signal};

use crate::acts;
use crate::case::Case;
use crate::circumstances::circumstances;
use crate::detector::Detector;
use crate::telling::{self, ask, because, from_where, look_up};

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "credential-added.other-access",
    step: "access handed out",
    summary: "A federation or session token, group or permission-set membership, API key, OAuth client or device certificate was handed out.",
    techniques: &["T1098.001"],
    analytics: &["AN1470", "AN1469", "AN1471"],
    blind_spots: &["Tokens an outside identity provider issues."],
    settings: &["credential_added.source_ip_allowlist", "credential_added.unannounced_privileged_bits"],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let (change, credential, target) = telling::credential(case)?;
    let failed = !case.activity.outcome.succeeded() && !case.activity.outcome.denied();
    let ours = matches!(
        credential.kind,
        CredentialKind::SessionToken
            | CredentialKind::ApiKey
            | CredentialKind::OauthClient
            | CredentialKind::Membership
            | CredentialKind::MachineCertificate
            | CredentialKind::PoolPassword
    );
    if failed || !ours || !change.opens() || case.activity.actor.kind == PrincipalKind::Service {
        return None;
    }
    let act = acts::act(case.activity)?;
    let claim = format!("{} rarely or never hands out {}.", case.activity.actor.name, credential.kind.words());
    let mut shown = telling::target(case, target);
    shown.credential = Some(credential.clone());
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    evidence.extend(telling::privilege_evidence(shown.privilege, &target.name));
    evidence.extend(telling::refused_evidence(case, 1));
    evidence.extend(circumstances(case));
    Some(Signal::about(DETECTOR.id, shown, evidence))
}

fn tell(finding: &Finding) -> (String, String) {
    let credential = finding.target.credential.as_ref().map_or("access", |credential| credential.kind.words());
    let verb = if telling::tried(finding) { "tried to hand out" } else { "handed out" };
    (
        format!(
            "{} {verb} {credential} for {} {}{}",
            finding.actor.name,
            finding.target.kind,
            finding.target.name,
            from_where(finding)
        ),
        because(finding),
    )
}

fn respond(finding: &Finding) -> Vec<String> {
    vec![look_up(finding), ask(finding)]
}
