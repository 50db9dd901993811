//! A session, role or long-lived key used in a way that does not fit its owner.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use trailwarden_model::{Deed, Evidence, Finding, PrincipalKind, SignInStep, Signal, Target};

use crate::acts;
use crate::case::Case;
use crate::circumstances::{against, at_home, circumstances};
use crate::detector::Detector;
use crate::memory::{Day, Dimension, TRACE_SPAN};
use crate::telling::{self, ask, because, from_where, look_up, words_of};

/// From how many refused roles on they were tried, not mistaken, and what that adds.
const PROBING: usize = 3;
const PROBING_BITS: f64 = 2.0;
/// Within how many days new roles are counted together.
const CHAIN_DAYS: i32 = 2;
/// What it adds that a role is put on just after it was opened to outsiders: of new partners most try it at once, of those never seen before hardly one in 2⁴ comes so soon.
const JUST_OPENED_BITS: f64 = 4.0;

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "console-login.unusual-session",
    step: "a session unlike its owner",
    summary: "A session, role or key was used where, when or in a way its owner never does: moved networks, machine credentials outside, roles never worn, many roles probed.",
    techniques: &["T1078.004"],
    analytics: &["AN1504", "AN1505"],
    blind_spots: &[
        "Calls outside the catalog, unless coverage is wide or, in a deployment, the access key is new.",
        "A thief who works only from the owner's network.",
    ],
    settings: &[
        "console_login.role_switch_rate_threshold",
        "credential_added.new_credential_usage_window",
        "credential_added.source_ip_allowlist",
        "console_login.anomalous_location_window",
        "console_login.anomalous_location_threshold_kmh",
    ],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    if !ours(&case.activity.deed) || matches!(case.activity.actor.kind, PrincipalKind::Service | PrincipalKind::Unknown)
    {
        return None;
    }
    let mut evidence = Vec::new();
    if let Deed::RoleAssumed { role, .. } = &case.activity.deed {
        evidence.extend(new_role(case, role));
        evidence.extend(just_opened(case, role));
        let (tried, refused) = roles(case);
        evidence.extend(many_roles(case, tried, refused));
        evidence.extend(telling::refused_evidence(case, tried));
    }
    if let Some(act) = administered(case) {
        evidence.push(act);
        evidence.extend(at_home(case));
        evidence.extend(telling::refused_evidence(case, 1));
    }
    evidence.extend(circumstances(case));
    // One place, one episode: the owner at work and a thief elsewhere are two stories.
    let place = case.activity.origin.network_key().unwrap_or_default();
    let scope = format!("{} from {place}", case.activity.actor.key);
    Some(Signal { scope, ..Signal::about(DETECTOR.id, telling::account_target(case), evidence) })
}

fn ours(deed: &Deed) -> bool {
    match deed {
        Deed::RoleAssumed { .. }
        | Deed::WhoAmI
        | Deed::CredentialsListed { .. }
        | Deed::SecretListed { .. }
        | Deed::IdentityCreated { .. }
        | Deed::PermissionGranted { .. }
        | Deed::WatchImpaired { .. }
        | Deed::Presence => true,
        Deed::SignIn { step, .. } => {
            matches!(step, SignInStep::TokenIssued | SignInStep::DeviceAuthorised | SignInStep::RoleSwitched)
        }
        _ => false,
    }
}

/// An act that changes what others may do, or what is seen of it, beyond what the actor usually does.
fn administered(case: &Case<'_>) -> Option<Evidence> {
    let name = &case.activity.actor.name;
    let claim = match &case.activity.deed {
        Deed::IdentityCreated { .. } => format!("{name} rarely or never creates identities."),
        Deed::PermissionGranted { target, grant, .. } => {
            format!("{name} rarely or never grants permissions, and gave {} {grant}.", target.name)
        }
        Deed::WatchImpaired { what, ours: true, .. } => {
            format!("{name} rarely or never touches trailwarden itself: {what}.")
        }
        Deed::WatchImpaired { what, .. } => format!("{name} rarely or never touches what watches the account: {what}."),
        _ => return None,
    };
    let act = acts::act(case.activity)?;
    Some(telling::act_evidence(case, &act, claim))
}

fn new_role(case: &Case<'_>, role: &Target) -> Option<Evidence> {
    if !case.activity.outcome.succeeded() {
        return None;
    }
    let horizon = case.horizon();
    let rarity = horizon.own_novelty(case.actor(), Dimension::Identity, role.key.as_str())?;
    // Role after role within days: each new one is rarer by the law of breadth.
    let today = case.new_today(case.actor(), Dimension::Identity, "role-assumed", Some);
    let chain = horizon.drip(case.actor(), Dimension::Identity, (Day::of(case.activity.time), CHAIN_DAYS), today);
    let more = chain.map_or(0.0, |(_, rarity)| rarity.bits);
    Some(Evidence::new(
        "new-role",
        format!("{} never took on {} of account {} before.", case.activity.actor.name, role.name, role.account),
        role.key.as_str().to_owned(),
        against(&rarity),
        rarity.bits + more,
    ))
}

/// The role was opened to outsiders within two days, by somebody else than whoever puts it on now.
fn just_opened(case: &Case<'_>, role: &Target) -> Option<Evidence> {
    let own = case.activity.actor.key.as_str();
    let (when, opener) =
        case.made(case.target(role), "trust-opened", TRACE_SPAN).find(|(_, opener)| opener.key != own)?;
    let opener = opener.name;
    let age = case.activity.time.duration_since(when);
    Some(Evidence::new(
        "trust-just-opened",
        format!("{opener} opened {} to outsiders {} before.", role.name, words_of(age)),
        format!("opened by {opener}"),
        "roles are put on by those they were made for".to_owned(),
        JUST_OPENED_BITS,
    ))
}

/// The different roles taken on or tried within the hour, and how many of them were refused.
fn roles(case: &Case<'_>) -> (usize, usize) {
    let hour = SignedDuration::from_hours(1);
    let assumed = case.different(case.actor(), "role-assumed", hour);
    let denied: Vec<&str> = case
        .different(case.actor(), "denied", hour)
        .into_iter()
        .filter_map(|value| value.strip_prefix("AssumeRole "))
        .collect();
    let refused = denied.len();
    let all: BTreeSet<&str> = assumed.into_iter().chain(denied).collect();
    (all.len(), refused)
}

fn many_roles(case: &Case<'_>, tried: usize, refused: usize) -> Option<Evidence> {
    if tried <= case.settings.console_login.role_switch_rate_threshold {
        return None;
    }
    let horizon = case.horizon();
    let per_day = horizon.per_day(case.actor(), Dimension::Identity);
    let rarity = horizon.breadth(case.actor(), &per_day, tried);
    (rarity.bits > 0.0).then(|| {
        Evidence::new(
            "many-roles",
            format!("{tried} different roles were taken on or tried within the hour, {refused} of them refused."),
            format!("{tried} roles"),
            against(&rarity),
            rarity.bits + if refused >= PROBING { PROBING_BITS } else { 0.0 },
        )
    })
}

fn tell(finding: &Finding) -> (String, String) {
    (
        format!(
            "A session of {} in account {} looks like somebody else's{}",
            finding.actor.name,
            finding.account,
            from_where(finding)
        ),
        because(finding),
    )
}

fn respond(finding: &Finding) -> Vec<String> {
    let mut steps = vec![look_up(finding)];
    if let Some(key) = finding.actor.access_key_id.as_deref().filter(|key| key.starts_with("AKIA")) {
        steps.insert(
            0,
            format!(
                "aws iam update-access-key --status Inactive --access-key-id {} --user-name {}",
                telling::quoted(key),
                telling::quoted(&finding.actor.name)
            ),
        );
    }
    steps.push(ask(finding));
    steps
}
