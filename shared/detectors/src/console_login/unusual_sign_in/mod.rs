//! A sign-in that does not look like its owner's.

use jiff::SignedDuration;
use trailwarden_model::{Deed, Evidence, Finding, PrincipalKind, SignInStep, Signal};

use crate::acts;
use crate::case::Case;
use crate::circumstances::{at_home, browses, circumstances};
use crate::detector::Detector;
use crate::memory::{Baseline, Dimension, Maker, Subject};
use crate::telling::{self, ask, because, from_where, look_up};

/// How many failures before a success are a person's typing.
const TYPOS: usize = 2;
/// The most that failures before a success add.
const FAILURES_CAP: f64 = 10.0;
/// What it adds that a sign-in showed no second factor, before its habit is known.
const NO_FACTOR_BITS: f64 = 2.0;
/// What it adds that somebody else gave this identity its credential within the day.
const PLANTED_BITS: f64 = 4.0;

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "console-login.unusual-sign-in",
    step: "a sign-in unlike its owner",
    summary: "A sign-in that does not fit its owner: root, a strange place or time, no second factor, failures before it, a password just planted.",
    techniques: &["T1078.004"],
    analytics: &["AN1504", "AN1503", "AN1506"],
    blind_spots: &[
        "Whether a second factor was asked for under single sign-on or SAML: the platform does not know.",
        "A thief on the owner's own machine and network.",
    ],
    settings: &[
        "console_login.failure_window",
        "console_login.business_hours",
        "memory.dormant_after_days",
        "console_login.anomalous_location_window",
        "console_login.anomalous_location_threshold_kmh",
        "credential_added.source_ip_allowlist",
    ],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let Deed::SignIn { step, mfa } = &case.activity.deed else { return None };
    let end = matches!(step, SignInStep::Completed | SignInStep::Recovery | SignInStep::PlatformWarning);
    if !end || !case.activity.outcome.succeeded() || case.activity.actor.kind == PrincipalKind::Service {
        return None;
    }
    let named = case.about(&Subject::named(case.activity.actor.full_name()));
    let mut evidence = Vec::new();
    if let Some(act) = acts::act(case.activity).filter(|act| act.name != "signs-in-as-user") {
        let claim = match step {
            SignInStep::Recovery => "A password was recovered, or the account's address was changed.".to_owned(),
            SignInStep::PlatformWarning => "The platform itself warned of this sign-in.".to_owned(),
            _ => format!("{} signed in: nothing restrains it, and nothing should need it.", case.activity.actor.name),
        };
        let act = telling::act_evidence(case, &act, claim);
        // Who forgot a password mistyped it first: one reason, not two.
        let recovered = *step == SignInStep::Recovery;
        evidence.push(if recovered { Evidence { signal: "account-recovered".to_owned(), ..act } } else { act });
    }
    evidence.extend(failures_before(case, named));
    evidence.extend(planted(case, named));
    evidence.extend(no_factor(case, *mfa));
    evidence.extend(first_console(case, *step));
    evidence.extend(at_home(case));
    evidence.extend(circumstances(case));
    let scope = case.activity.actor.key.as_str().to_owned();
    Some(Signal { scope, ..Signal::about(DETECTOR.id, telling::account_target(case), evidence) })
}

/// Each failure beyond a typo is half as likely as the one before, for somebody who knows the password.
fn failures_before(case: &Case<'_>, named: &Baseline) -> Option<Evidence> {
    let failed = case.failures(named, case.settings.console_login.failure_window);
    (failed > TYPOS).then(|| {
        let weight = ((failed - TYPOS) as f64).min(FAILURES_CAP);
        Evidence::new(
            "failures-before",
            format!("{failed} sign-ins failed before this one succeeded."),
            format!("{failed} failures"),
            format!("a typo or {TYPOS}"),
            weight,
        )
    })
}

fn planted(case: &Case<'_>, named: &Baseline) -> Option<Evidence> {
    let own = case.activity.actor.key.as_str();
    let (when, maker) = case
        .window(named, "credential-added", SignedDuration::from_hours(24))
        .filter_map(|moment| Some((moment.time, Maker::read(moment.value.split_once('|')?.1)?)))
        .find(|(_, maker)| maker.key != own)?;
    let maker = maker.name;
    let age = case.activity.time.duration_since(when);
    Some(Evidence::new(
        "credential-just-planted",
        format!("{maker} gave {} a credential {} minutes before.", case.activity.actor.name, age.as_mins()),
        format!("credential made by {maker}"),
        "people sign in with credentials of their own making".to_owned(),
        PLANTED_BITS,
    ))
}

fn no_factor(case: &Case<'_>, mfa: Option<bool>) -> Option<Evidence> {
    if mfa != Some(false) {
        return None;
    }
    let horizon = case.horizon();
    let (with, without) =
        (horizon.seen(case.actor(), Dimension::Factor, "mfa"), horizon.seen(case.actor(), Dimension::Factor, "none"));
    let prior = (-NO_FACTOR_BITS).exp2();
    let weight = -((without + prior) / (with + without + 1.0)).log2();
    // Where only a password stands between, a strange place says more.
    let weight = if case.is_elsewhere() { weight.max(NO_FACTOR_BITS) } else { weight };
    // An empty sum is minus zero, which nobody wants to read.
    let expected = format!("{:.0} days with a second factor, {:.0} without", with + 0.0, without + 0.0);
    (weight >= 1.0).then(|| {
        Evidence::new(
            "no-second-factor",
            format!("{} showed no second factor.", case.activity.actor.name),
            "MFAUsed: No".to_owned(),
            expected,
            weight,
        )
    })
}

/// An identity that only ever worked by programs signs in to a console: a service account has no eyes.
///
/// Once in as many days as it did without, and one more (Krichevsky–Trofimov).
fn first_console(case: &Case<'_>, step: SignInStep) -> Option<Evidence> {
    let horizon = case.horizon();
    let days = horizon.experience(case.actor());
    let user = case.activity.actor.kind == PrincipalKind::User && step == SignInStep::Completed;
    let signed_in = horizon.known(case.actor(), Dimension::Act, "signs-in-as-user");
    (user && days >= 1.0 && !browses(case) && !signed_in).then(|| {
        Evidence::new(
            "first-console-sign-in",
            format!("{} worked by programs only, and never signed in to a console.", case.activity.actor.name),
            "a console sign-in".to_owned(),
            format!("{days:.0} active days without one"),
            (2.0 * (days + 1.0)).log2(),
        )
    })
}

fn tell(finding: &Finding) -> (String, String) {
    let verb = if finding.actor.kind == PrincipalKind::Root { "Root signed in to" } else { "signed in to" };
    let title = if finding.actor.kind == PrincipalKind::Root {
        format!("{verb} account {}{}", finding.account, from_where(finding))
    } else {
        format!("{} {verb} account {} unlike its owner{}", finding.actor.name, finding.account, from_where(finding))
    };
    (title, because(finding))
}

fn respond(finding: &Finding) -> Vec<String> {
    let mut steps = Vec::new();
    if finding.actor.kind == PrincipalKind::User {
        steps.push(format!("aws iam delete-login-profile --user-name {}", telling::quoted(&finding.actor.name)));
    }
    steps.push(look_up(finding));
    steps.push(ask(finding));
    steps
}
