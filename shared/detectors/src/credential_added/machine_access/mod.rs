//! Keys and passwords of machines and databases, taken or planted, one or many.

use trailwarden_model::{CredentialChange, CredentialKind, Evidence, Finding, PrincipalKind, Signal};

use crate::acts;
use crate::case::Case;
use crate::circumstances::circumstances;
use crate::detector::Detector;
use crate::memory::Dimension;
use crate::telling::{self, ask, because, from_where, look_up};

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "credential-added.machine-access",
    step: "access to machines",
    summary: "Somebody planted or fetched keys or passwords of machines, databases or warehouses.",
    techniques: &["T1098.001"],
    analytics: &["AN1470"],
    blind_spots: &["Keys copied onto a machine by other means than the platform's."],
    settings: &["secret_accessed.time_window", "credential_added.source_ip_allowlist"],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let (change, credential, target) = telling::credential(case)?;
    let failed = !case.activity.outcome.succeeded() && !case.activity.outcome.denied();
    let ours = matches!(credential.kind, CredentialKind::InstanceAccess | CredentialKind::DatabasePassword);
    if failed || !ours || !change.opens() || case.activity.actor.kind == PrincipalKind::Service {
        return None;
    }
    let act = acts::act(case.activity)?;
    let verb = if change == CredentialChange::Obtained { "fetches" } else { "plants" };
    let claim = format!("{} rarely or never {verb} {}.", case.activity.actor.name, credential.kind.words());
    let mut evidence = vec![telling::act_evidence(case, &act, claim)];
    let touched = touched(case, &act.name);
    evidence.extend(breadth(case, touched));
    evidence.extend(telling::refused_evidence(case, touched));
    evidence.extend(circumstances(case));
    let mut shown = telling::account_target(case);
    "machines".clone_into(&mut shown.kind);
    shown.name = format!("{} in account {}", target.what, case.activity.account);
    shown.key = format!("{}:{}", case.activity.account, target.what);
    shown.credential = Some(credential.clone());
    Some(Signal::about(DETECTOR.id, shown, evidence))
}

/// How many different machines were asked for in the window, refused calls included.
fn touched(case: &Case<'_>, act: &str) -> usize {
    let window = case.settings.secret_accessed.time_window;
    let denied =
        case.different(case.actor(), "denied", window).into_iter().filter(|value| value.starts_with(act)).count();
    let opened = case
        .different(case.actor(), "opened", window)
        .into_iter()
        .filter(|value| value.starts_with("InstanceAccess ") || value.starts_with("DatabasePassword "))
        .count();
    denied + opened
}

fn breadth(case: &Case<'_>, touched: usize) -> Option<Evidence> {
    let horizon = case.horizon();
    let per_day = horizon.per_day(case.actor(), Dimension::Identity);
    let rarity = horizon.breadth(case.actor(), &per_day, touched);
    (rarity.bits > 0.0).then(|| {
        Evidence::new(
            "many-machines",
            format!("{touched} different machines within the window."),
            format!("{touched} machines"),
            "one at a time".to_owned(),
            rarity.bits,
        )
    })
}

fn tell(finding: &Finding) -> (String, String) {
    let verb = if telling::tried(finding) { "tried to get or set" } else { "got or set" };
    (
        format!("{} {verb} keys or passwords of {}{}", finding.actor.name, finding.target.name, from_where(finding)),
        because(finding),
    )
}

fn respond(finding: &Finding) -> Vec<String> {
    vec![look_up(finding), ask(finding)]
}
