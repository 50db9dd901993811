//! Place: from which network, country and kind of place, and in which region.

use trailwarden_model::{Address, Evidence, NetworkKind, PrincipalKind};

use super::{against, describe, usual};
use crate::case::Case;
use crate::memory::Dimension;

/// What a strange place of rented machines adds for somebody human: people seldom live there.
const HOSTING_BITS: f64 = 2.0;

pub(super) fn place(case: &Case<'_>) -> Option<Evidence> {
    let origin = &case.activity.origin;
    if allowlisted(case) || !matches!(origin.address, Address::Ip(_)) {
        return None;
    }
    let network = origin.network_key()?;
    let horizon = case.horizon();
    let rarity = horizon.novelty(case.actor(), case.account(), Dimension::Network, &network)?;
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
    let peers = if rarity.known_to_peers { "peers use it" } else { "nobody in the account uses it" };
    let claim = format!("{} is a new network for {}{also}; {peers}.", describe(case), case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Network), against(&rarity));
    Some(Evidence::new("new-network", claim, describe(case), expected, weight))
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
    let rarity = case.horizon().novelty(case.actor(), case.account(), Dimension::Region, region)?;
    let claim = format!("{} never worked in {region} before.", case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Region), against(&rarity));
    Some(Evidence::new("new-region", claim, region.to_owned(), expected, rarity.bits))
}
