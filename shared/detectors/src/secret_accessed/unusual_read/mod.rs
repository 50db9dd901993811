//! Secrets read by somebody, in a number, or in circumstances that are not usual for them.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use trailwarden_model::{Deed, Echo, Evidence, Finding, PrincipalKind, SecretId, Signal};

use crate::case::Case;
use crate::circumstances::{against, circumstances, machine};
use crate::detector::Detector;
use crate::memory::{Day, Dimension, Subject, TRACE_SPAN, manager};
use crate::telling::{self, ask, because, from_where, look_up};

/// From how many secrets on listing the store first is worth saying.
const SWEEP: usize = 3;
/// What it adds that the store was listed first: one ordinary reader of several in eight does that.
const LISTED_BITS: f64 = 3.0;
/// What it adds that an operator named who may read, and this is somebody else.
const NOT_NAMED_BITS: f64 = 8.0;
/// What it adds that an operator named the regions, and this is another.
const REGION_BITS: f64 = 8.0;

/// What it adds that an outsider reads what was just opened to outsiders: it was opened for this.
const OPENED_BITS: f64 = 6.0;
/// What it adds that a reader was just given more rights: one in 2² that do something new were.
const GRANTED_BITS: f64 = 2.0;
/// What it adds that the giver put the role on: a role is made for somebody else, and tried by its maker once in 2².
const WORN_BITS: f64 = 2.0;
/// Within what time rights are new.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How many days a secret counts as new.
const NEW_SECRET_DAYS: i32 = 7;
/// Over how many days secrets read for the first time are counted together.
const DRIPS: [i32; 2] = [2, 7];

/// The detector.
pub(crate) const DETECTOR: Detector = Detector {
    id: "secret-accessed.unusual-read",
    step: "secrets read",
    summary: "Secrets were read, or tried, by a reader, in a number, or in circumstances that are not usual.",
    techniques: &["T1555.006"],
    analytics: &["AN0366"],
    blind_spots: &[
        "A thief who reads what the owner reads, as the owner, from the owner's network.",
        "Plain parameters read without decryption; secrets kept elsewhere than in the stores.",
        "Denied calls hide which secret was asked for, unless their message says so.",
    ],
    settings: &[
        "secret_accessed.time_window",
        "secret_accessed.privileged_roles",
        "secret_accessed.region_constraints",
        "secret_accessed.always_allowed_breadth",
        "credential_added.source_ip_allowlist",
    ],
    page: include_str!("README.md"),
    judge,
    tell,
    respond,
};

fn judge(case: &Case<'_>) -> Option<Signal> {
    let Deed::SecretRead { secrets, echo } = &case.activity.deed else { return None };
    let failed = !case.activity.outcome.succeeded() && !case.activity.outcome.denied();
    let served = matches!(case.activity.actor.kind, PrincipalKind::Service | PrincipalKind::Unknown);
    let repeated = *echo == Some(Echo::OfNamed);
    // Who knows what it wrote needs no list.
    let managed = !secrets.is_empty() && !listed(case) && secrets.iter().all(|secret| manages(case, secret));
    if repeated || failed || served || managed {
        return None;
    }
    let touched = touched(case);
    if echo.is_some() {
        return echoed(case, secrets, touched);
    }
    let mut evidence: Vec<Evidence> = [
        breadth(case, touched),
        new_reader(case, secrets),
        drip(case, secrets, touched.0),
        just_opened(case, secrets),
        just_granted(case),
        not_named(case),
        wrong_region(case),
    ]
    .into_iter()
    .flatten()
    .collect();
    evidence.extend(telling::refused_evidence(case, touched.0));
    evidence.extend(circumstances(case));
    let target = telling::account_target(case);
    Some(Signal { secrets: secrets.clone(), ..Signal::about(DETECTOR.id, target, evidence) })
}

/// Of what a store's own call repeats, what a read by path brought: the read names the path, its echoes each secret.
fn echoed(case: &Case<'_>, secrets: &[SecretId], touched: (usize, bool)) -> Option<Signal> {
    let window = case.settings.secret_accessed.time_window;
    let mut read =
        case.different(case.actor(), "secret-read", window).into_iter().map(|value| SecretId::new(read(value)));
    if !read.any(|read| secrets.iter().any(|secret| read.is_path_of(secret))) {
        return None;
    }
    let evidence = vec![breadth(case, touched)?];
    let target = telling::account_target(case);
    Some(Signal { secrets: secrets.to_vec(), ..Signal::about(DETECTOR.id, target, evidence) })
}

/// The secret in what a trace says of a read: the program's name, which may be words, and the secret's, which may not.
fn read(value: &str) -> &str {
    value.rsplit_once(' ').map_or(value, |(_, secret)| secret)
}

/// Whether the actor listed the store within the window: who goes by a list may as well be a thief.
fn listed(case: &Case<'_>) -> bool {
    !case.different(case.actor(), "secrets-listed", case.settings.secret_accessed.time_window).is_empty()
}

/// Whether the actor, with this very program, made or wrote the secret: it knows it already.
fn manages(case: &Case<'_>, secret: &SecretId) -> bool {
    let today = Day::of(case.activity.time);
    let before = case
        .about(&Subject::secret(secret))
        .value(Dimension::Manager, &manager(case.activity))
        .is_some_and(|days| days.any_before(today));
    let just_now = format!("{} {secret}", case.activity.origin.client.family);
    before || case.different(case.actor(), "secret-written", TRACE_SPAN).contains(&just_now.as_str())
}

/// How many different secrets were asked for in the window, what the reader itself wrote left out unless by a list.
fn touched(case: &Case<'_>) -> (usize, bool) {
    let window = case.settings.secret_accessed.time_window;
    let written = if listed(case) { Vec::new() } else { case.different(case.actor(), "secret-written", window) };
    let read: BTreeSet<&str> = case
        .different(case.actor(), "secret-read", window)
        .into_iter()
        .filter(|value| written.binary_search(value).is_err())
        .map(read)
        .collect();
    let denied: BTreeSet<&str> = case
        .different(case.actor(), "denied", window)
        .into_iter()
        .filter_map(|value| value.strip_prefix("reads-secret "))
        .collect();
    (read.union(&denied).count(), !denied.is_empty())
}

fn breadth(case: &Case<'_>, (touched, some_denied): (usize, bool)) -> Option<Evidence> {
    if touched <= case.settings.secret_accessed.always_allowed_breadth {
        return None;
    }
    let horizon = case.horizon();
    let per_day = horizon.per_day(case.actor(), Dimension::Secret);
    let rarity = horizon.breadth(case.actor(), &per_day, touched);
    let listed = touched >= SWEEP && listed(case);
    let most = per_day.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let name = &case.activity.actor.name;
    let mut claim = format!("{name} asked for {touched} different secrets within the window");
    if listed {
        claim.push_str(", after listing what there is");
    }
    if some_denied {
        claim.push_str(", some of them refused");
    }
    claim.push('.');
    let weight = rarity.bits + if listed { LISTED_BITS } else { 0.0 };
    (weight > 0.0).then(|| {
        Evidence::new(
            "breadth",
            claim,
            format!("{touched} secrets"),
            format!("at most {most} on any of {:.0} past days", rarity.own_days + 0.0),
            weight,
        )
    })
}

/// A reader new to a secret, and a secret new to a reader: the stronger whole, the other half.
fn new_reader(case: &Case<'_>, secrets: &[SecretId]) -> Option<Evidence> {
    let horizon = case.horizon();
    let key = case.activity.actor.key.as_str();
    let rarest = secrets
        .iter()
        .filter_map(|secret| {
            let own = horizon.own_novelty(case.actor(), Dimension::Secret, secret.as_str())?;
            // What nobody ever read is new to everybody; what others read belongs to others.
            let set_in_its_ways = (machine(case) && readers(case, secret) > 0)
                .then(|| horizon.machine_move(case.actor(), Dimension::Secret, secret.as_str()))
                .flatten();
            let own = set_in_its_ways.filter(|rarity| rarity.bits > own.bits).unwrap_or(own);
            let reader = horizon.own_novelty(case.about(&Subject::secret(secret)), Dimension::Identity, key);
            let (own_bits, reader_bits) = (own.bits, reader.map_or(0.0, |rarity| rarity.bits));
            // Somebody must be the first to read what was made just now.
            let weight = if is_new(case, secret) {
                own_bits / 2.0
            } else {
                own_bits.max(reader_bits) + own_bits.min(reader_bits) / 2.0
            };
            Some((weight, own, secret))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (weight, own, secret) = rarest;
    let readers = readers(case, secret);
    Some(Evidence::new(
        "new-reader",
        format!("{} never read {} before.", case.activity.actor.name, name_of(secret)),
        secret.as_str().to_owned(),
        format!("{readers} known readers of this secret; {}", against(&own)),
        weight,
    ))
}

/// How many identities read the secret on days that count as normal.
fn readers(case: &Case<'_>, secret: &SecretId) -> usize {
    let cut = case.horizon().cut;
    let all = case.about(&Subject::secret(secret)).values(Dimension::Identity);
    all.filter(|(_, days)| days.any_before(cut)).count()
}

/// Secrets new to the reader that come one by one, each too slowly for a window of an hour.
fn drip(case: &Case<'_>, secrets: &[SecretId], touched: usize) -> Option<Evidence> {
    let (horizon, today) = (case.horizon(), Day::of(case.activity.time));
    let new = secrets.iter().any(|secret| !horizon.known(case.actor(), Dimension::Secret, secret.as_str()));
    if !new {
        return None;
    }
    let lately = case.new_today(case.actor(), Dimension::Secret, "secret-read", |value| Some(read(value)));
    let (count, days, rarity) = DRIPS
        .into_iter()
        .filter_map(|days| {
            let (count, rarity) = horizon.drip(case.actor(), Dimension::Secret, (today, days), lately)?;
            Some((count, days, rarity))
        })
        // What comes within the hour is a breadth, and counted there.
        .filter(|(count, ..)| *count > touched)
        .max_by(|a, b| a.2.bits.total_cmp(&b.2.bits))?;
    // Several windows are looked at, and the rarest is told.
    let weight = rarity.bits - (DRIPS.len() as f64).log2();
    (weight > 0.0).then(|| {
        Evidence::new(
            "drip",
            format!("{} read {count} secrets for the first time within {days} days.", case.activity.actor.name),
            format!("{count} new secrets in {days} days"),
            against(&rarity),
            weight,
        )
    })
}

/// Somebody else let outsiders at the secret, or at the key that locks it, and now an outsider reads it.
fn just_opened(case: &Case<'_>, secrets: &[SecretId]) -> Option<Evidence> {
    let actor = &case.activity.actor;
    if actor.account.as_ref() == Some(&case.activity.account) {
        return None;
    }
    let (when, opener) = secrets.iter().find_map(|secret| {
        let opened = case.made(case.about(&Subject::secret(secret)), "secret-opened", TRACE_SPAN);
        opened.filter(|(_, opener)| opener.key != actor.key.as_str()).map(|(when, opener)| (when, opener.name)).next()
    })?;
    let age = telling::words_of(case.activity.time.duration_since(when));
    Some(Evidence::new(
        "policy-just-opened",
        format!("{opener} opened the secret to outsiders {age} before, and an outsider read it."),
        format!("opened by {opener}"),
        "readers the secret was made for".to_owned(),
        OPENED_BITS,
    ))
}

/// An identity with a past was given more rights within a day, or by whoever wears it now, and reads what it never read.
fn just_granted(case: &Case<'_>) -> Option<Evidence> {
    let actor = &case.activity.actor;
    let named = case.about(&Subject::named(actor.arn.as_deref()?));
    let past = case.horizon().experience(case.actor()) >= 1.0;
    let wearer = wearer(case);
    let mut grants = case.made(named, "granted-by", DAY);
    let (when, granter, itself) = grants.find_map(|(when, granter)| {
        let itself = wearer == Some(granter.key);
        (past || itself).then_some((when, granter.name, itself))
    })?;
    let age = telling::words_of(case.activity.time.duration_since(when));
    let (also, weight) = if itself { (", and wears it now", GRANTED_BITS + WORN_BITS) } else { ("", GRANTED_BITS) };
    Some(Evidence::new(
        "newly-granted",
        format!("{granter} gave {} more rights {age} before{also}.", actor.name),
        format!("granted by {granter}"),
        "rights it had all along".to_owned(),
        weight,
    ))
}

/// The key of whoever put on the role this is done with, where that was seen within the day.
fn wearer<'a>(case: &'a Case<'_>) -> Option<&'a str> {
    let credential = case.activity.session.credential.as_deref()?;
    let (_, maker) = case.made(case.about(&Subject::credential(credential)), "issued", DAY).next()?;
    Some(maker.key)
}

/// Whether the secret was made within a week, before our eyes.
fn is_new(case: &Case<'_>, secret: &SecretId) -> bool {
    let since = Day::of(case.activity.time).plus(-NEW_SECRET_DAYS);
    let known = case.about(&Subject::secret(secret));
    let read_before = known.values(Dimension::Identity).any(|(_, days)| days.first() < since);
    let made = known.values(Dimension::Manager).map(|(_, days)| days.first()).min();
    made.is_some_and(|made| made >= since) && !read_before
}

fn name_of(secret: &SecretId) -> &str {
    secret.as_str().rsplit(':').next().unwrap_or_default()
}

fn not_named(case: &Case<'_>) -> Option<Evidence> {
    let named = &case.settings.secret_accessed.privileged_roles;
    (!named.is_empty() && !case.actor_is_among(named)).then(|| {
        let name = &case.activity.actor.name;
        Evidence::new(
            "not-a-named-reader",
            format!("{name} is not among those who may read secrets."),
            name.clone(),
            named.join(", "),
            NOT_NAMED_BITS,
        )
    })
}

fn wrong_region(case: &Case<'_>) -> Option<Evidence> {
    let regions = &case.settings.secret_accessed.region_constraints;
    let region = case.activity.region.as_str();
    (!regions.is_empty() && !regions.iter().any(|allowed| allowed == region)).then(|| {
        Evidence::new(
            "region-not-allowed",
            format!("Secrets are not to be read in {region}."),
            region.to_owned(),
            regions.join(", "),
            REGION_BITS,
        )
    })
}

fn tell(finding: &Finding) -> (String, String) {
    let count = finding.target.secret.as_ref().map_or(0, |secret| secret.count);
    let what = match (count, finding.target.secret.as_ref().and_then(|secret| secret.ids.first())) {
        (0, _) => "secrets".to_owned(),
        (1, Some(id)) => format!("secret {}", id.rsplit(':').next().unwrap_or(id)),
        _ => format!("{count} secrets"),
    };
    let verb = if telling::tried(finding) { "tried to read" } else { "read" };
    (
        format!("{} {verb} {what} of account {}{}", finding.actor.name, finding.account, from_where(finding)),
        because(finding),
    )
}

fn respond(finding: &Finding) -> Vec<String> {
    vec![
        look_up(finding),
        "Rotate every secret listed under the target, the most privileged first.".to_owned(),
        ask(finding),
    ]
}
