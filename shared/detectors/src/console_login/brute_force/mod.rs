//! Sign-ins that fail, and fail again: many at one door, or one at many doors.

use trailwarden_model::{Deed, Evidence, Finding, FindingTarget, PrincipalKind, Privilege, SignInStep, Signal};

use crate::case::Case;
use crate::detector::Detector;
use crate::memory::Subject;
use crate::telling::{self, from_where};

/// The most that failures alone say: without a success they are weather, not break-in.
const CAP: f64 = 9.0;
/// What each further door tried from one source adds.
const DOOR_BITS: f64 = 3.0;

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "console-login.brute-force",
    step: "sign-ins that fail",
    summary: "Sign-ins failed again and again at one identity, or from one source at many.",
    techniques: &["T1078.004", "T1110"],
    analytics: &["AN1503", "AN1504"],
    blind_spots: &[
        "Which user name was tried, where nobody has it: the platform hides it.",
        "Failures at an outside identity provider.",
    ],
    settings: &["console_login.failure_window"],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let Deed::SignIn { step: SignInStep::Completed | SignInStep::Challenge, .. } = &case.activity.deed else {
        return None;
    };
    if case.activity.outcome.succeeded() {
        return None;
    }
    let actor = &case.activity.actor;
    let known = actor.kind != PrincipalKind::Unknown;
    let evidence: Vec<Evidence> = [at_door(case), from_source(case)].into_iter().flatten().collect();
    if evidence.is_empty() {
        return None;
    }
    let target = if known {
        FindingTarget {
            key: actor.arn.clone().unwrap_or_else(|| actor.key.as_str().to_owned()),
            kind: actor.kind.words().to_owned(),
            name: actor.name.clone(),
            privilege: Privilege::Unknown,
            credential: None,
            secret: None,
        }
    } else {
        telling::account_target(case)
    };
    Some(Signal::about(DETECTOR.id, target, evidence))
}

/// Failures at one identity, whatever the sources: rotating addresses does not help.
fn at_door(case: &Case<'_>) -> Option<Evidence> {
    let actor = &case.activity.actor;
    if actor.kind == PrincipalKind::Unknown {
        return None;
    }
    let named = case.about(&Subject::named(actor.arn.as_deref().unwrap_or(actor.key.as_str())));
    let window = case.settings.console_login.failure_window;
    let failed = case.window(named, window).filter(|(_, _, trace)| trace.what == "sign-in-failed").count();
    let sources = case.different(named, "sign-in-failed", window).len();
    (failed > 1).then(|| {
        Evidence::new(
            "failures-at-one-identity",
            format!("{failed} sign-ins as {} failed within the window, from {}.", actor.name, addresses(sources)),
            format!("{failed} failures"),
            "a typo or two".to_owned(),
            ((failed - 1) as f64).min(CAP),
        )
    })
}

fn addresses(count: usize) -> String {
    if count == 1 { "one address".to_owned() } else { format!("{count} addresses") }
}

/// Failures from one address at many identities, names nobody has counting as one each time.
fn from_source(case: &Case<'_>) -> Option<Evidence> {
    let ip = case.activity.origin.address.ip()?;
    let source = case.about(&Subject::source(&ip.to_string()));
    let window = case.settings.console_login.failure_window;
    let known =
        case.different(source, "sign-in-failed", window).into_iter().filter(|who| *who != "aws:unknown").count();
    let unknown = case
        .window(source, window)
        .filter(|(_, _, trace)| trace.what == "sign-in-failed" && trace.value == "aws:unknown")
        .count();
    let doors = known + unknown;
    (doors > 1).then(|| {
        Evidence::new(
            "one-source-many-identities",
            format!("{doors} different identities were tried from {ip} within the window."),
            format!("{doors} identities"),
            "one person, one identity".to_owned(),
            (DOOR_BITS * (doors - 1) as f64).min(CAP),
        )
    })
}

fn tell(finding: &Finding) -> (String, String) {
    let title = format!(
        "Sign-ins failed again and again at {} {}{}",
        finding.target.kind,
        finding.target.name,
        from_where(finding)
    );
    (title, telling::because(finding))
}

fn respond(finding: &Finding) -> Vec<String> {
    vec![
        telling::look_up(finding),
        format!("Check that {} has a second factor and a password used nowhere else.", finding.target.name),
    ]
}
