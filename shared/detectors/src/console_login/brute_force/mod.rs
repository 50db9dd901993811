//! Sign-ins that fail, and fail again: many at one door, or one at many doors.

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use trailwarden_model::{
    Deed, Evidence, Finding, FindingTarget, Principal, PrincipalKey, PrincipalKind, Privilege, SignInStep, Signal,
};

use crate::case::{Case, KNOCKS};
use crate::circumstances::{at_home, strange_place};
use crate::detector::Detector;
use crate::memory::{Subject, TRACE_LIMIT, TRACE_SPAN};
use crate::telling::{self, from_where};

/// The most that failures alone say: without a success nobody is in yet.
const CAP: f64 = 12.0;
/// What each further door tried from one source adds.
const DOOR_BITS: f64 = 3.0;
/// How many windows a slow spray is looked for in.
const SLOWLY: i32 = 12;

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
    settings: &["console_login.failure_window", "credential_added.source_ip_allowlist"],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let Deed::SignIn { step: SignInStep::Completed | SignInStep::Challenge | SignInStep::SecondFactor, .. } =
        &case.activity.deed
    else {
        return None;
    };
    if case.activity.outcome.succeeded() {
        return None;
    }
    let actor = &case.activity.actor;
    let known = actor.kind != PrincipalKind::Unknown;
    let mut evidence: Vec<Evidence> =
        [at_door(case), from_source(case), many_doors(case)].into_iter().flatten().collect();
    if evidence.is_empty() {
        return None;
    }
    if guessed_names_only(case) {
        // Names nobody has are counted once: whoever guesses those is far from any door.
        evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        evidence.truncate(1);
    }
    evidence.extend(at_home(case));
    evidence.extend(strange_place(case));
    // Many doors are one story, whichever of them is knocked at next.
    let weight = |name: &str| evidence.iter().find(|reason| reason.signal == name).map_or(0.0, |reason| reason.weight);
    let spray = weight("one-source-many-identities").max(weight("many-doors"));
    let guesser = (spray > weight("failures-at-one-identity")).then(|| guesser(case));
    let target = if known && guesser.is_none() {
        FindingTarget {
            key: actor.full_name().to_owned(),
            kind: actor.kind.words().to_owned(),
            name: actor.name.clone(),
            privilege: Privilege::Unknown,
            credential: None,
            secret: None,
        }
    } else {
        telling::account_target(case)
    };
    Some(Signal { actor: guesser, ..Signal::about(DETECTOR.id, target, evidence) })
}

/// Whoever tries many doors: nobody the record names.
fn guesser(case: &Case<'_>) -> Principal {
    Principal {
        key: PrincipalKey::new(&format!("{}:guesser", case.activity.platform.name())),
        kind: PrincipalKind::Unknown,
        name: "somebody guessing".to_owned(),
        ..Principal::default()
    }
}

/// Whether hardly any of the names tried exists.
fn guessed_names_only(case: &Case<'_>) -> bool {
    let window = case.settings.console_login.failure_window;
    case.activity.actor.kind == PrincipalKind::Unknown
        && case.different(case.account(), KNOCKS[0], window).iter().filter(|who| !who.starts_with("unknown ")).count()
            <= 1
}

/// A failure: when, and at which door, by a number of its own.
type Knock = (Timestamp, usize);

/// Failures at many identities of one account, whatever the sources: in a window, and in twelve of them.
fn many_doors(case: &Case<'_>) -> Option<Evidence> {
    let knocks = knocks(case);
    let window = case.settings.console_login.failure_window;
    let long = (window * SLOWLY).min(TRACE_SPAN / 4);
    let (doors, usual, within, weight) = [window, long]
        .into_iter()
        .filter_map(|window| doors_within(&knocks, case.activity.time, window))
        .max_by(|a, b| a.3.total_cmp(&b.3))?;
    let hours = within.as_hours().max(1);
    Some(Evidence::new(
        "many-doors",
        format!("Sign-ins failed at {doors} identities of account {} within {hours} h.", case.activity.account),
        format!("{doors} identities"),
        format!("at most {usual} in any such time of two days"),
        weight.min(CAP),
    ))
}

/// The failures of the account, oldest first; in a spray comparing long names would be most of the work.
fn knocks(case: &Case<'_>) -> Vec<Knock> {
    let mut numbers: HashMap<&str, usize> = HashMap::with_capacity(TRACE_LIMIT);
    case.window(case.account(), KNOCKS[0], TRACE_SPAN)
        .map(|moment| {
            let next = numbers.len();
            (moment.time, *numbers.entry(&moment.value).or_insert(next))
        })
        .collect()
}

/// How many doors were knocked at, the usual number, and what the difference says.
fn doors_within(
    knocks: &[Knock],
    now: Timestamp,
    window: SignedDuration,
) -> Option<(usize, usize, SignedDuration, f64)> {
    let (before, lately) = knocks.split_at(knocks.partition_point(|(when, _)| *when <= now - window));
    let (doors, usual) = (fullest(lately, window), fullest(before, window).max(1));
    // People mistype independently of one another: beyond the usual number each further one is as rare
    // as in a geometric distribution whose mean is the fullest such time known.
    let further = doors.checked_sub(usual).filter(|further| *further > 0)?;
    let mean = usual as f64;
    Some((doors, usual, window, further as f64 * ((1.0 + mean) / mean).log2()))
}

/// The most different doors knocked at within any such time.
fn fullest(knocks: &[Knock], window: SignedDuration) -> usize {
    let mut times = vec![0_usize; knocks.iter().map(|(_, door)| door + 1).max().unwrap_or(0)];
    let mut earliest = knocks.iter().peekable();
    let (mut doors, mut most) = (0, 0);
    for (when, door) in knocks {
        if let Some(times) = times.get_mut(*door) {
            doors += usize::from(*times == 0);
            *times += 1;
        }
        while let Some((_, door)) = earliest.next_if(|(earlier, _)| *earlier <= *when - window) {
            if let Some(times) = times.get_mut(*door) {
                *times -= 1;
                doors -= usize::from(*times == 0);
            }
        }
        most = most.max(doors);
    }
    most
}

/// Failures at one identity, whatever the sources: rotating addresses does not help.
fn at_door(case: &Case<'_>) -> Option<Evidence> {
    let actor = &case.activity.actor;
    if actor.kind == PrincipalKind::Unknown {
        return None;
    }
    let named = case.about(&Subject::named(actor.full_name()));
    let window = case.settings.console_login.failure_window;
    let failed = case.failures(named, window);
    let sources = KNOCKS.iter().map(|what| case.different(named, what, window).len()).max().unwrap_or(1);
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
    let knocks = |what| case.window(source, what, window).map(|moment| moment.value.as_str());
    let nobody = |who: &&str| who.ends_with(":unknown");
    let known: BTreeSet<&str> = KNOCKS.into_iter().flat_map(knocks).filter(|who| !nobody(who)).collect();
    let known = known.len();
    let unknown = knocks(KNOCKS[0]).filter(nobody).count();
    let doors = known + unknown;
    let at_home = case.different(source, "sign-in", TRACE_SPAN).len();
    // Where people get in, others mistype: an office, a home. Where nobody ever got in, nobody belongs.
    let (each, usual) = if at_home > 0 {
        (1.0, format!("{at_home} identities signed in from there within two days"))
    } else {
        (DOOR_BITS, "one person, one identity".to_owned())
    };
    (doors > 1).then(|| {
        Evidence::new(
            "one-source-many-identities",
            format!("{doors} different identities were tried from {ip} within the window."),
            format!("{doors} identities"),
            usual,
            (each * (doors - 1) as f64).min(CAP),
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
