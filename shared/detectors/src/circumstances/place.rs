//! Place: from which network, country and kind of place, and in which region.

use trailwarden_model::{Address, Evidence, NetworkKind, PrincipalKind};

use super::{against, describe, usual};
use crate::case::Case;
use crate::memory::{Day, Dimension, Subject};
use crate::surprise::Horizon;

/// What a strange place of rented machines adds for somebody human: people seldom live there.
const HOSTING_BITS: f64 = 2.0;
/// Within how many days new regions are counted together.
const SWEEP_DAYS: i32 = 2;

pub(super) fn place(case: &Case<'_>) -> Option<Evidence> {
    let origin = &case.activity.origin;
    if allowlisted(case) || !matches!(origin.address, Address::Ip(_)) {
        return None;
    }
    let network = origin.network_key()?;
    let horizon = case.horizon();
    let others = others(case, &network);
    let vouched = horizon.known(case.account(), Dimension::Network, &network) || others.settled > 0;
    let rarity = horizon.novelty_vouched(case.actor(), case.account(), Dimension::Network, (&network, vouched))?;
    let mut weight = rarity.bits;
    let mut also = String::new();
    if let Some(country) = &origin.network.country
        && case.actor().values(Dimension::Country).any(|(_, days)| days.any_before(horizon.cut))
        && !horizon.known(case.actor(), Dimension::Country, country)
    {
        // A new country is not a second surprise: one new network in so many lies in one.
        let countries = case.actor().values(Dimension::Country).count() as f64;
        let networks = case.actor().values(Dimension::Network).count() as f64;
        weight += ((networks + 1.0) / countries.max(1.0)).log2().clamp(0.0, 2.0);
        also = format!(", and {country} a new country");
    }
    let human = matches!(
        case.activity.actor.kind,
        PrincipalKind::Person | PrincipalKind::User | PrincipalKind::Root | PrincipalKind::Federated
    );
    if human && matches!(origin.network.kind, NetworkKind::Hosting | NetworkKind::Vpn) {
        weight += HOSTING_BITS;
        also.push_str(", where machines are rented, not lived in");
    }
    if let Some(bits) = left_platform(case) {
        weight += bits;
        also.push_str(", outside the platform it never left");
    }
    let mut peers = if rarity.known_to_peers { "peers use it" } else { "nobody in the account uses it" }.to_owned();
    if let Some(bits) = Horizon::together(others.lately, active(case)).filter(|bits| *bits < weight) {
        weight = bits;
        peers = format!("{} others came to it these days, too", others.lately);
    }
    let claim = format!("{} is a new network for {}{also}; {peers}.", describe(case), case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Network), against(&rarity));
    Some(Evidence::new("new-network", claim, describe(case), expected, weight))
}

/// Who else of the organisation comes from a network: on days that count as normal, and since.
struct Others {
    settled: usize,
    lately: usize,
}

fn others(case: &Case<'_>, network: &str) -> Others {
    let (own, cut) = (case.activity.actor.key.as_str(), case.horizon().cut);
    let there = case.about(&Subject::network(network)).values(Dimension::Identity).filter(|(who, _)| *who != own);
    let (settled, lately): (Vec<_>, Vec<_>) = there.partition(|(_, days)| days.any_before(cut));
    Others { settled: settled.len(), lately: lately.len() }
}

/// How many identities were active in the account within a week.
fn active(case: &Case<'_>) -> usize {
    let since = Day::of(case.activity.time).plus(-7);
    case.account().values(Dimension::Identity).filter(|(_, days)| days.last() >= since).count()
}

/// How rarely a machine's identity, so far seen only inside the platform, is seen outside: once in
/// as many days as it has stayed, and one more (Krichevsky–Trofimov).
fn left_platform(case: &Case<'_>) -> Option<f64> {
    let machine = matches!(case.activity.actor.kind, PrincipalKind::Role | PrincipalKind::Workload);
    let outside = ["residential", "business", "hosting", "vpn"];
    let kind = format!("{:?}", case.activity.origin.network.kind).to_lowercase();
    let horizon = case.horizon();
    let days = horizon.experience(case.actor());
    let left_before = outside.iter().any(|place| horizon.known(case.actor(), Dimension::Place, place));
    (machine && days >= 1.0 && outside.contains(&kind.as_str()) && !left_before).then(|| (2.0 * (days + 1.0)).log2())
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
        claim.push_str(&format!(", the {count}th new region within {SWEEP_DAYS} days"));
    }
    claim.push('.');
    let expected = format!("{}; {}", usual(case, Dimension::Region), against(&rarity));
    Some(Evidence::new("new-region", claim, region.to_owned(), expected, rarity.bits + more))
}
