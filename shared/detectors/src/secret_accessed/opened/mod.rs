//! A secret, or the key that locks it, opened to outsiders.

use trailwarden_model::{Deed, Finding, FindingTarget, Party, Privilege, Signal};

use crate::acts;
use crate::case::Case;
use crate::catalog::Detector;
use crate::circumstances::circumstances;
use crate::telling::{self, ask, because, from_where, look_up};

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "secret-accessed.opened",
    summary: "A secret's policy or a key's policy or grants let in an outside account, or anyone.",
    techniques: &["T1555.006"],
    analytics: &["AN0366"],
    blind_spots: &["A policy document too large for CloudTrail to record."],
    settings: &["credential_added.source_ip_allowlist"],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let Deed::SecretShared { secret, parties } = &case.activity.deed else { return None };
    let failed = !case.activity.outcome.succeeded() && !case.activity.outcome.denied();
    if failed || parties.is_empty() {
        return None;
    }
    let act = acts::act(case.activity)?;
    let to = if parties.contains(&Party::Anyone) { "anyone" } else { "an outside account" };
    let claim = format!("{secret} was opened to {to}.");
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    evidence.extend(telling::refused_evidence(case));
    evidence.extend(circumstances(case));
    let target = FindingTarget {
        key: secret.as_str().to_owned(),
        kind: "secret".to_owned(),
        name: secret.as_str().to_owned(),
        privilege: Privilege::Unknown,
        credential: None,
        secret: None,
    };
    Some(Signal { secrets: vec![secret.clone()], ..Signal::about(DETECTOR.id, target, evidence) })
}

fn tell(finding: &Finding) -> (String, String) {
    let verb = if telling::tried(finding) { "tried to open" } else { "opened" };
    (format!("{} {verb} {} to outsiders{}", finding.actor.name, finding.target.name, from_where(finding)), because(finding))
}

fn respond(finding: &Finding) -> Vec<String> {
    let name = finding.target.name.rsplit(':').next().unwrap_or_default();
    vec![
        format!("aws secretsmanager get-resource-policy --region {} --secret-id {name}", finding.region),
        look_up(finding),
        ask(finding),
    ]
}
