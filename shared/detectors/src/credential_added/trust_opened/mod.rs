//! A role opened to outsiders, or a stranger's word taken for who somebody is.

use trailwarden_model::{Deed, Evidence, Finding, Party, PrincipalKind, Signal, TrustKind};

use crate::acts;
use crate::case::Case;
use crate::circumstances::{at_home, circumstances};
use crate::detector::Detector;
use crate::memory::Dimension;
use crate::telling::{self, ask, because, from_where, look_up};

/// What it takes away that identities of the outside account are active here already.
const KNOWN_PARTY_BITS: f64 = -4.0;

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "credential-added.trust-opened",
    step: "trust opened",
    summary: "A role was opened to an outside account or to anyone, or an identity provider, trust anchor or profile was added or changed.",
    techniques: &["T1098.001"],
    analytics: &["AN1470", "AN1469"],
    blind_spots: &[
        "A policy document too large for CloudTrail to record.",
        "A refused opening of a role: the platform hides the policy it would have set.",
        "Which accounts are the organisation's own is learned from who is active, not known.",
    ],
    settings: &["credential_added.source_ip_allowlist", "credential_added.unannounced_privileged_bits"],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let Deed::TrustChanged { kind, target, parties, renewed } = &case.activity.deed else { return None };
    let failed = !case.activity.outcome.succeeded() && !case.activity.outcome.denied();
    let harmless = *kind == TrustKind::Role && parties.is_empty();
    if failed || harmless || case.activity.actor.kind == PrincipalKind::Service {
        return None;
    }
    let act = acts::act(case.activity)?;
    let claim = match kind {
        TrustKind::Role => format!("{} was opened to {}.", target.name, named(parties)),
        _ => format!("{} may now vouch for identities in account {}.", target.name, case.activity.account),
    };
    let shown = telling::target(case, target);
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    evidence.extend(known_party(case, parties));
    evidence.extend(telling::privilege_evidence(shown.privilege, &target.name));
    evidence.extend(telling::refused_evidence(case, 1));
    if *renewed {
        // Certificates of providers run out, and are renewed from where administrators always are.
        evidence.extend(at_home(case));
    }
    evidence.extend(circumstances(case));
    Some(Signal::about(DETECTOR.id, shown, evidence))
}

fn named(parties: &[Party]) -> String {
    let names: Vec<String> = parties
        .iter()
        .map(|party| match party {
            Party::Anyone => "anyone".to_owned(),
            Party::Account(id) => format!("account {id}"),
            Party::Provider(name) => name.clone(),
        })
        .collect();
    names.join(", ")
}

fn known_party(case: &Case<'_>, parties: &[Party]) -> Option<Evidence> {
    let horizon = case.horizon();
    let known = |account: &str| horizon.known(case.account(), Dimension::Identity, &format!("aws:account:{account}"));
    let all =
        !parties.is_empty() && parties.iter().all(|party| matches!(party, Party::Account(id) if known(id.as_str())));
    all.then(|| {
        Evidence::new(
            "known-party",
            format!("{} is active in this account already.", named(parties)),
            named(parties),
            "outsiders seen before".to_owned(),
            KNOWN_PARTY_BITS,
        )
    })
}

fn tell(finding: &Finding) -> (String, String) {
    let verb = if telling::tried(finding) { "tried to open" } else { "opened" };
    let title = format!(
        "{} {verb} trust through {} {}{}",
        finding.actor.name,
        finding.target.kind,
        finding.target.name,
        from_where(finding)
    );
    (title, because(finding))
}

fn respond(finding: &Finding) -> Vec<String> {
    let mut steps = Vec::new();
    if finding.target.kind == "role" {
        steps.push(format!(
            "aws iam get-role --role-name {} --query Role.AssumeRolePolicyDocument",
            telling::quoted(&finding.target.name)
        ));
    }
    steps.push(look_up(finding));
    steps.push(ask(finding));
    steps
}
