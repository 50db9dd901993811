//! Circumstances: from where, with what and when, against what is usual for whoever acted.
//!
//! They speak for any claim. A journey brings a new network, a new country and odd hours at once:
//! they are not independent, which [`crate::dependence`] corrects.

use jiff::SignedDuration;
use trailwarden_model::{Address, Evidence, NetworkKind, PrincipalKind, Workload};

use crate::case::Case;
use crate::memory::{Day, Dimension, Subject};
use crate::surprise::Rarity;

/// A circumstance must be rarer than a coin's fall to be worth a line.
const WORTH_SAYING: f64 = 1.0;
/// What a strange place of rented machines adds for somebody human: people seldom live there.
const HOSTING_BITS: f64 = 2.0;
/// What dormancy of twice the set time adds; it grows by one bit for each doubling.
const DORMANCY_BITS: f64 = 3.0;
/// What it adds that the same identity just put out an eye: one such coincidence in 2⁵.
const IMPAIRED_BITS: f64 = 5.0;
/// What it adds that a machine's credential is used from outside the platform: it never travels.
const ESCAPED_BITS: f64 = 11.0;
/// What it adds that a long-lived credential is first used from elsewhere than it was made.
const ELSEWHERE_BITS: f64 = 6.0;
/// What it adds that this happens within the window in which a thief tries what they planted.
const AT_ONCE_BITS: f64 = 2.0;
/// What it adds that one temporary credential is used from a second network.
const MOVED_BITS: f64 = 4.0;

/// Every circumstance worth saying.
#[must_use]
pub(crate) fn circumstances(case: &Case<'_>) -> Vec<Evidence> {
    if matches!(case.activity.actor.kind, PrincipalKind::Service) {
        return Vec::new();
    }
    [place, client, hour, region, dormancy, escaped, moved, fresh, impaired]
        .iter()
        .filter_map(|circumstance| circumstance(case))
        .filter(|reason| reason.weight > WORTH_SAYING)
        .collect()
}

/// How long the history is that something is new against, in words.
pub(crate) fn against(rarity: &Rarity) -> String {
    if rarity.own_days >= 1.0 {
        format!("{:.0} active days without it", rarity.own_days)
    } else if rarity.peer_days >= 1.0 {
        format!("no history of its own; {:.0} identity-days of peers", rarity.peer_days)
    } else {
        "no history yet".to_owned()
    }
}

/// The most usual values of a dimension, most usual first, as a short list.
pub(crate) fn usual(case: &Case<'_>, dimension: Dimension) -> String {
    let horizon = case.horizon();
    let mut values: Vec<(f64, &str)> = case
        .actor()
        .values(dimension)
        .map(|(value, days)| (days.weight_before(horizon.cut, horizon.half_life), value))
        .filter(|(weight, _)| *weight > 0.0)
        .collect();
    values.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let names: Vec<&str> = values.iter().take(3).map(|(_, value)| *value).collect();
    match (names.is_empty(), values.len() > names.len()) {
        (true, _) => "nothing known".to_owned(),
        (false, false) => names.join(", "),
        (false, true) => format!("{} and {} more", names.join(", "), values.len() - names.len()),
    }
}

fn place(case: &Case<'_>) -> Option<Evidence> {
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

/// The network as people read it: number, organisation, country.
pub(crate) fn describe(case: &Case<'_>) -> String {
    let origin = &case.activity.origin;
    let mut words = origin.network_key().unwrap_or_else(|| "an unknown network".to_owned());
    if let Some(organisation) = &origin.network.organisation {
        words = format!("{words} {organisation}");
    }
    match &origin.network.country {
        Some(country) => format!("{words} ({country})"),
        None => words,
    }
}

fn allowlisted(case: &Case<'_>) -> bool {
    let Some(ip) = case.activity.origin.address.ip() else { return false };
    case.settings.credential_added.source_ip_allowlist.iter().any(|cidr| crate::cidr::contains(cidr, ip))
}

fn client(case: &Case<'_>) -> Option<Evidence> {
    if matches!(case.activity.origin.address, Address::Service(_)) {
        return None;
    }
    let family = &case.activity.origin.client.family;
    let rarity = case.horizon().novelty(case.actor(), case.account(), Dimension::Client, family)?;
    let claim = format!("{} never used {family} before.", case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Client), against(&rarity));
    Some(Evidence::new("new-client", claim, family.clone(), expected, rarity.bits))
}

fn hour(case: &Case<'_>) -> Option<Evidence> {
    let hour = crate::memory::hour_of_week(case.activity.time);
    if let Some((first, last)) = case.settings.console_login.business_hours {
        let inside = hour
            .strip_prefix("weekday ")
            .and_then(|hour| hour.parse::<u8>().ok())
            .is_some_and(|hour| (first..=last).contains(&hour));
        let observed = format!("{hour}:00 UTC");
        return (!inside).then(|| {
            Evidence::new(
                "unusual-hour",
                format!("It happened outside business hours, {observed}."),
                observed,
                format!("weekday {first:02}:00 to {last:02}:59 UTC"),
                3.0,
            )
        });
    }
    let horizon = case.horizon();
    // The hours before and after count as the same time of day.
    let near = neighbours(&hour);
    if near.iter().any(|hour| horizon.known(case.actor(), Dimension::Hour, hour)) {
        return None;
    }
    let peers = near.iter().find(|hour| horizon.known(case.account(), Dimension::Hour, hour)).unwrap_or(&hour);
    let rarity = horizon.novelty(case.actor(), case.account(), Dimension::Hour, peers)?;
    let claim = format!("{} was never active around {hour}:00 UTC before.", case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Hour), against(&rarity));
    Some(Evidence::new("unusual-hour", claim, format!("{hour}:00 UTC"), expected, rarity.bits.min(4.0)))
}

fn neighbours(hour: &str) -> Vec<String> {
    let Some((week, number)) = hour.split_once(' ') else { return Vec::new() };
    let Ok(number) = number.parse::<i32>() else { return Vec::new() };
    [0, -1, 1].iter().map(|step| format!("{week} {:02}", (number + step).rem_euclid(24))).collect()
}

fn region(case: &Case<'_>) -> Option<Evidence> {
    let region = case.activity.region.as_str();
    if !case.activity.regional {
        return None;
    }
    let rarity = case.horizon().novelty(case.actor(), case.account(), Dimension::Region, region)?;
    let claim = format!("{} never worked in {region} before.", case.activity.actor.name);
    let expected = format!("{}; {}", usual(case, Dimension::Region), against(&rarity));
    Some(Evidence::new("new-region", claim, region.to_owned(), expected, rarity.bits))
}

fn dormancy(case: &Case<'_>) -> Option<Evidence> {
    let today = Day::of(case.activity.time);
    let last = case.actor().days()?.before(today).next()?;
    let asleep = today.since(last);
    let limit = i32::from(case.settings.memory.dormant_after_days.max(1));
    if asleep < limit {
        return None;
    }
    let weight = DORMANCY_BITS - 1.0 + (f64::from(asleep) / f64::from(limit)).log2();
    let name = &case.activity.actor.name;
    Some(Evidence::new(
        "woke-up",
        format!("{name} showed no sign of life for {asleep} days before this."),
        format!("{asleep} days of silence"),
        format!("a sign of life every {limit} days or oftener"),
        weight.min(6.0),
    ))
}

fn escaped(case: &Case<'_>) -> Option<Evidence> {
    let kind = case.activity.session.workload?;
    let origin = &case.activity.origin;
    let outside = matches!(
        origin.network.kind,
        NetworkKind::Residential | NetworkKind::Business | NetworkKind::Hosting | NetworkKind::Vpn
    );
    if !outside || case.horizon().known(case.actor(), Dimension::Network, &origin.network_key()?) {
        return None;
    }
    let machine = match kind {
        Workload::Instance => "an instance",
        Workload::Function => "a function",
        Workload::Container => "a container",
    };
    Some(Evidence::new(
        "machine-credential-outside",
        format!("Credentials issued to {machine} were used from outside the platform, from {}.", describe(case)),
        describe(case),
        "addresses of the platform".to_owned(),
        ESCAPED_BITS,
    ))
}

/// One temporary credential seen on a second network.
fn moved(case: &Case<'_>) -> Option<Evidence> {
    let session = &case.activity.session;
    let credential = session.credential.as_deref().filter(|_| session.temporary)?;
    let network = case.activity.origin.network_key()?;
    case.activity.origin.address.ip()?;
    let used = case.about(&Subject::credential(credential));
    // A machine seen on its private and on its public address has not moved.
    let inside = case.activity.origin.inside_platform();
    let (_, earlier) = case
        .window(used, case.settings.console_login.anomalous_location_window)
        .filter(|(_, _, trace)| trace.what == "used")
        .filter_map(|(_, _, trace)| trace.value.split_once(' '))
        .find(|(place, earlier)| *earlier != network && !(inside && *place == "inside"))?;
    Some(Evidence::new(
        "session-moved",
        format!("The session's credential was used from {} after {earlier} in the same session.", describe(case)),
        network,
        earlier.to_owned(),
        MOVED_BITS,
    ))
}

/// A long-lived credential made lately, used from another network than its maker's.
fn fresh(case: &Case<'_>) -> Option<Evidence> {
    let session = &case.activity.session;
    let credential = session.credential.as_deref().filter(|_| !session.temporary)?;
    let network = case.activity.origin.network_key()?;
    case.activity.origin.address.ip()?;
    let known = case.about(&Subject::credential(credential));
    let (issued, _, trace) =
        case.window(known, SignedDuration::from_hours(48)).find(|(_, _, trace)| trace.what == "issued")?;
    let (maker, made_from) = trace.value.rsplit_once(" from ")?;
    let maker = maker.split_once('|').map_or(maker, |(_, name)| name);
    if made_from == network {
        return None;
    }
    let age = case.activity.time.duration_since(issued);
    let at_once = age <= case.settings.credential_added.new_credential_usage_window;
    Some(Evidence::new(
        "first-use-elsewhere",
        format!(
            "Credential {credential}, made {} minutes before by {maker}, was used from another network than it was made in.",
            age.as_mins()
        ),
        describe(case),
        format!("used where it was made: {made_from}"),
        ELSEWHERE_BITS + if at_once { AT_ONCE_BITS } else { 0.0 },
    ))
}

fn impaired(case: &Case<'_>) -> Option<Evidence> {
    let seen: Vec<(&str, &str)> = case
        .window(case.actor(), SignedDuration::from_hours(24))
        .filter(|(_, _, trace)| trace.what == "watch-impaired")
        .filter_map(|(_, _, trace)| trace.value.rsplit_once(" with "))
        .collect();
    // The same hand with another program is a weaker coincidence: half.
    let alike = seen.iter().find(|(_, with)| *with == case.activity.origin.client.family);
    let (same, (what, _)) = (alike.is_some(), *alike.or(seen.first())?);
    Some(Evidence::new(
        "watch-impaired",
        format!("{} also weakened what watches it within a day, or tried to.", case.activity.actor.name),
        what.to_owned(),
        "nobody touches the logging".to_owned(),
        if same { IMPAIRED_BITS } else { IMPAIRED_BITS / 2.0 },
    ))
}
