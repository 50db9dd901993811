//! Place: from which network, country and kind of place, and in which region.

use trailwarden_model::{Address, Evidence, NetworkKind, PrincipalKind};

use super::{against, describe, usual};
use crate::case::Case;
use crate::memory::{Day, Days, Dimension, Subject, TRACE_SPAN};
use crate::surprise::Horizon;

/// What a strange place of rented machines adds for somebody human: people seldom live there.
const HOSTING_BITS: f64 = 2.0;
/// What it takes away that an act comes from its owner's usual place and program.
const HOME_BITS: f64 = -3.0;
/// On how many days, by weight, a network was used to be a usual place.
const HOME_DAYS: f64 = 3.0;
/// Within how many days new regions are counted together.
const SWEEP_DAYS: i32 = 2;

pub(crate) fn place(case: &Case<'_>) -> Option<Evidence> {
    let origin = &case.activity.origin;
    // Nobody has no habits.
    if case.activity.actor.kind == PrincipalKind::Unknown
        || allowlisted(case)
        || !matches!(origin.address, Address::Ip(_))
    {
        return None;
    }
    let network = origin.network_key()?;
    let horizon = case.horizon();
    // Nearly always known: nothing more is asked then.
    if horizon.known(case.actor(), Dimension::Network, &network) {
        return None;
    }
    let others = others(case, &network);
    let vouched = horizon.known(case.account(), Dimension::Network, &network) || others.settled > 0;
    let rarity = horizon.novelty_vouched(case.actor(), case.account(), Dimension::Network, (&network, vouched))?;
    let moved = machine(case).then(|| horizon.machine_move(case.actor(), Dimension::Network, &network)).flatten();
    let rarity = moved.filter(|moved| moved.bits > rarity.bits).unwrap_or(rarity);
    let mut weight = rarity.bits;
    let mut also = String::new();
    if let Some((bits, country)) = abroad(case) {
        weight += bits;
        also = format!(", and {country} a new country");
    }
    let rented = matches!(origin.network.kind, NetworkKind::Hosting | NetworkKind::Vpn);
    if rented && case.activity.actor.kind.is_human() {
        weight += HOSTING_BITS;
        also.push_str(", where machines are rented, not lived in");
    }
    if let Some(bits) = left_platform(case) {
        weight += bits;
        also.push_str(", outside the platform it never left");
    }
    let mut peers = if rarity.known_to_peers { "peers use it" } else { "nobody in the account uses it" }.to_owned();
    let active = active(case);
    // Where machines are rented one hand may hold many identities: there a company moves, or nobody does.
    let together = (!rented || others.lately * 4 >= active).then(|| Horizon::together(others.lately, active)).flatten();
    if let Some(bits) = together.filter(|bits| *bits < weight) {
        weight = bits;
        peers = format!("{} others came to it these days, too", others.lately);
    }
    let claim = format!("{} is a new network for {}{also}; {peers}.", describe(case), case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Network), against(&rarity));
    Some(Evidence::new("new-network", claim, describe(case), expected, weight))
}

/// What a new country adds, and which: it is not a second surprise, for of so many new networks one lies in one.
fn abroad<'a>(case: &'a Case<'_>) -> Option<(f64, &'a str)> {
    let (horizon, actor) = (case.horizon(), case.actor());
    let country = case.activity.origin.network.country.as_deref()?;
    let settled = actor.values(Dimension::Country).any(|(_, days)| days.any_before(horizon.cut));
    if !settled || horizon.known(actor, Dimension::Country, country) {
        return None;
    }
    let countries = actor.values(Dimension::Country).count() as f64;
    let networks = actor.values(Dimension::Network).count() as f64;
    Some((((networks + 1.0) / countries.max(1.0)).log2().clamp(0.0, 2.0), country))
}

/// Whether whoever acts is a program: it never used a browser, nor a console.
pub(crate) fn machine(case: &Case<'_>) -> bool {
    let kind = case.activity.actor.kind;
    matches!(kind, PrincipalKind::Role | PrincipalKind::Workload | PrincipalKind::User) && !browses(case)
}

/// Whether the actor ever used a browser.
pub(crate) fn browses(case: &Case<'_>) -> bool {
    let mut clients = case.actor().values(Dimension::Client);
    clients.any(|(client, days)| client.starts_with("browser") && days.any_before(case.horizon().cut))
}

/// It comes from where its owner usually is, with a program the owner uses: of intrusions hardly one in eight does.
pub(crate) fn at_home(case: &Case<'_>) -> Option<Evidence> {
    let (origin, horizon) = (&case.activity.origin, case.horizon());
    let network = origin.network_key()?;
    let usual = horizon.seen(case.actor(), Dimension::Network, &network) >= HOME_DAYS
        && horizon.known(case.actor(), Dimension::Client, &origin.client.family);
    usual.then(|| {
        Evidence::new(
            "usual-place",
            format!("It came from where {} usually is, with a program {0} uses.", case.activity.actor.name),
            describe(case),
            "thieves are seldom at home with their victims".to_owned(),
            HOME_BITS,
        )
    })
}

/// Who else of the organisation comes from a network: on days that count as normal, and since.
struct Others {
    settled: usize,
    lately: usize,
}

fn others(case: &Case<'_>, network: &str) -> Others {
    let (own, cut) = (case.activity.actor.key.as_str(), case.horizon().cut);
    let there = case.about(&Subject::network(network));
    let settled = |who: &str| there.value(Dimension::Identity, who).is_some_and(|days| days.any_before(cut));
    let known = there.values(Dimension::Identity).filter(|(who, _)| *who != own && settled(who)).count();
    let lately =
        case.different(there, "came", TRACE_SPAN).into_iter().filter(|who| *who != own && !settled(who)).count();
    Others { settled: known, lately }
}

/// How many identities were active in the account within a week, today left out.
fn active(case: &Case<'_>) -> usize {
    let today = Day::of(case.activity.time);
    let lately = |days: &Days| days.before(today).next().is_some_and(|last| last >= today.plus(-7));
    case.account().values(Dimension::Identity).filter(|(_, days)| lately(days)).count()
}

/// How rarely a machine's identity, so far seen only inside the platform, is seen outside: once in
/// as many days as it has stayed, and one more (Krichevsky–Trofimov).
fn left_platform(case: &Case<'_>) -> Option<f64> {
    let outside = ["residential", "business", "hosting", "vpn"];
    let kind = format!("{:?}", case.activity.origin.network.kind).to_lowercase();
    let horizon = case.horizon();
    let days = horizon.experience(case.actor());
    let left_before = outside.iter().any(|place| horizon.known(case.actor(), Dimension::Place, place));
    (machine(case) && days >= 1.0 && outside.contains(&kind.as_str()) && !left_before)
        .then(|| (2.0 * (days + 1.0)).log2())
}

fn allowlisted(case: &Case<'_>) -> bool {
    let Some(ip) = case.activity.origin.address.ip() else { return false };
    case.settings.credential_added.source_ip_allowlist.iter().any(|cidr| crate::cidr::contains(cidr, ip))
}

pub(super) fn region(case: &Case<'_>) -> Option<Evidence> {
    let region = case.activity.region.as_str();
    if !case.activity.regional {
        return None;
    }
    let horizon = case.horizon();
    let rarity = horizon.novelty(case.actor(), case.account(), Dimension::Region, region)?;
    // Region after region within days: each new one is rarer by the law of breadth.
    let today = case.new_today(case.actor(), Dimension::Region, "searched", Some);
    let days = (Day::of(case.activity.time), SWEEP_DAYS);
    let sweep = horizon.drip(case.actor(), Dimension::Region, days, today);
    let (count, more) = sweep.map_or((1, 0.0), |(count, rarity)| (count, rarity.bits));
    let mut claim = format!("{} never worked in {region} before", case.activity.actor.name);
    if more > 0.0 {
        claim.push_str(&format!(", {count} new regions within {SWEEP_DAYS} days"));
    }
    claim.push('.');
    let expected = format!("{}; {}", usual(case, Dimension::Region), against(&rarity));
    Some(Evidence::new("new-region", claim, region.to_owned(), expected, rarity.bits + more))
}
