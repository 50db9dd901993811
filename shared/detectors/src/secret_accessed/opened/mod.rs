//! A secret, or the key that locks it, opened to outsiders.

use trailwarden_model::{Deed, Finding, FindingTarget, Party, Privilege, Signal};

use crate::acts;
use crate::case::Case;
use crate::circumstances::circumstances;
use crate::detector::Detector;
use crate::telling::{self, ask, because, from_where, look_up};

/// What a key that locks secrets is called.
const KEY: &str = "key";

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "secret-accessed.opened",
    step: "a secret opened",
    summary: "A secret's policy or a key's policy or grants let in an outside account, or anyone.",
    techniques: &["T1555.006"],
    analytics: &["AN0366"],
    blind_spots: &[
        "A policy document too large for CloudTrail to record.",
        "A refused attempt: the platform hides the policy it would have set.",
    ],
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
    let kind = if secret.as_str().starts_with("aws:kms:") { KEY } else { "secret" };
    let claim = format!("{} was opened to {to}.", short(secret.as_str()));
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    evidence.extend(telling::refused_evidence(case, 1));
    evidence.extend(circumstances(case));
    let target = FindingTarget {
        key: secret.as_str().to_owned(),
        kind: kind.to_owned(),
        name: secret.as_str().to_owned(),
        privilege: Privilege::Unknown,
        credential: None,
        secret: None,
    };
    Some(Signal { secrets: vec![secret.clone()], ..Signal::about(DETECTOR.id, target, evidence) })
}

fn tell(finding: &Finding) -> (String, String) {
    let verb = if telling::tried(finding) { "tried to open" } else { "opened" };
    let (kind, name) = (&finding.target.kind, short(&finding.target.name));
    (format!("{} {verb} {kind} {name} to outsiders{}", finding.actor.name, from_where(finding)), because(finding))
}

/// The secret or key as people call it: without platform and account, a key by its id.
fn short(name: &str) -> &str {
    let last = name.rsplit(':').next().unwrap_or(name);
    if name.starts_with("aws:kms:") { last.strip_prefix("key/").unwrap_or(last) } else { last }
}

fn respond(finding: &Finding) -> Vec<String> {
    let (region, name) = (&finding.region, short(&finding.target.name));
    let mut steps = if finding.target.kind == KEY {
        vec![
            format!("aws kms get-key-policy --region {region} --key-id {name} --policy-name default"),
            format!("aws kms list-grants --region {region} --key-id {name}"),
        ]
    } else {
        vec![format!("aws secretsmanager get-resource-policy --region {region} --secret-id {name}")]
    };
    steps.push(look_up(finding));
    steps.push(ask(finding));
    steps
}
