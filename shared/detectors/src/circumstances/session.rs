//! Session: whether a credential is where it was issued, made or used before.

use jiff::{SignedDuration, Timestamp};
use trailwarden_model::geography::kilometres_apart;
use trailwarden_model::{Evidence, NetworkKind, Workload};

use super::describe;
use crate::case::Case;
use crate::memory::{Dimension, Maker, Moment, SIGHTING, SIGHTING_SPAN, Subject};

/// What it adds that a machine's credential is used from outside the platform: it never travels.
const ESCAPED_BITS: f64 = 11.0;
/// What it adds that a long-lived credential is first used from elsewhere than it was made.
const ELSEWHERE_BITS: f64 = 6.0;
/// What it adds that this happens within the window in which a thief tries what they planted.
const AT_ONCE_BITS: f64 = 2.0;
/// What it adds that one temporary credential is used from a second network.
const MOVED_BITS: f64 = 4.0;
/// What it adds to a new network that its owner is at work elsewhere: one new network in 2³ is a phone's or a VPN's.
const TWO_PLACES_BITS: f64 = 3.0;
/// Within what time two places are one too many.
const AT_ONCE_SPAN: SignedDuration = SignedDuration::from_mins(30);
/// What it adds to a new country that nobody gets there so fast: of 2⁶ addresses one is put into a wrong country.
const TRAVELLED_BITS: f64 = 6.0;

pub(super) fn escaped(case: &Case<'_>) -> Option<Evidence> {
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
pub(super) fn moved(case: &Case<'_>) -> Option<Evidence> {
    let session = &case.activity.session;
    let credential = session.credential.as_deref().filter(|_| session.temporary)?;
    let network = case.activity.origin.network_key()?;
    case.activity.origin.address.ip()?;
    let used = case.about(&Subject::credential(credential));
    // A machine seen on its private and on its public address has not moved.
    let inside = case.activity.origin.inside_platform();
    let (_, earlier) = case
        .window(used, "used", case.settings.console_login.anomalous_location_window)
        .filter_map(|moment| moment.value.split_once(' '))
        .find(|(place, earlier)| *earlier != network && !(inside && *place == "inside"))?;
    Some(Evidence::new(
        "session-moved",
        format!("The session's credential was used from {} after {earlier} in the same session.", describe(case)),
        network,
        earlier.to_owned(),
        MOVED_BITS,
    ))
}

/// Where the actor was within a time: since when, in which country, on which network.
fn sightings<'a>(case: &'a Case<'_>, within: SignedDuration) -> impl Iterator<Item = (Timestamp, &'a str, &'a str)> {
    let now = case.activity.time;
    case.window(case.actor(), SIGHTING, within)
        // What comes later in the same five minutes must not be seen before it happened.
        .filter(move |moment| moment.time + SIGHTING_SPAN <= now)
        .filter_map(|Moment { time, value, .. }| {
            value.split_once(' ').map(|(country, network)| (*time, country, network))
        })
}

/// The same person in two countries sooner than anybody travels.
///
/// Relays, VPNs and rented machines are not places people are in, and take no part; nor does a country
/// that is usual for them, which a colleague's office egress or a home abroad is.
pub(super) fn travelled(case: &Case<'_>) -> Option<Evidence> {
    let network = &case.activity.origin.network;
    let here = network.country.as_deref()?;
    if !matches!(network.kind, NetworkKind::Residential | NetworkKind::Business)
        || case.horizon().known(case.actor(), Dimension::Country, here)
    {
        return None;
    }
    let now = case.activity.time;
    let window = case.settings.console_login.anomalous_location_window;
    let most = case.settings.console_login.anomalous_location_threshold_kmh;
    let (there, kilometres, hours) = sightings(case, window)
        .filter(|(_, there, _)| *there != here)
        .filter_map(|(then, there, _)| {
            // The five minutes began before they were seen in it: the time between is at most this.
            let hours = now.duration_since(then).as_secs_f64() / 3600.0;
            Some((there, kilometres_apart(there, here)?, hours))
        })
        .find(|(_, kilometres, hours)| *kilometres > most * hours)?;
    Some(Evidence::new(
        "impossible-travel",
        format!(
            "{} was in {there} at most {hours:.1} hours before, at least {kilometres:.0} km away.",
            case.activity.actor.name
        ),
        format!("{there} to {here}"),
        format!("at most {most:.0} km/h"),
        TRAVELLED_BITS,
    ))
}

/// A person at work where they usually are, and within the half hour on a network they never used.
pub(super) fn elsewhere_too(case: &Case<'_>) -> Option<Evidence> {
    let (horizon, here) = (case.horizon(), case.activity.origin.network_key()?);
    let usual = |network: &str| horizon.known(case.actor(), Dimension::Network, network);
    // A VPN switched on at the desk is one place with two addresses.
    let relayed = case.activity.origin.network.kind == NetworkKind::Vpn;
    if relayed || usual(&here) || case.activity.origin.address.ip().is_none() {
        return None;
    }
    let (then, _, there) = sightings(case, AT_ONCE_SPAN).filter(|(_, _, there)| usual(there)).last()?;
    let minutes = case.activity.time.duration_since(then).as_mins();
    Some(Evidence::new(
        "two-places",
        format!("{} was at work from {there} at most {minutes} minutes before.", case.activity.actor.name),
        format!("{there} and {here}"),
        "one place at a time".to_owned(),
        TWO_PLACES_BITS,
    ))
}

/// A long-lived credential made lately, used from another network than its maker's.
pub(super) fn fresh(case: &Case<'_>) -> Option<Evidence> {
    let session = &case.activity.session;
    let credential = session.credential.as_deref().filter(|_| !session.temporary)?;
    let network = case.activity.origin.network_key()?;
    case.activity.origin.address.ip()?;
    let known = case.about(&Subject::credential(credential));
    let Moment { time: issued, value, .. } = case.window(known, "issued", SignedDuration::from_hours(48)).next()?;
    let maker = Maker::read(value)?;
    if maker.network == network {
        return None;
    }
    let age = case.activity.time.duration_since(*issued);
    let at_once = age <= case.settings.credential_added.new_credential_usage_window;
    Some(Evidence::new(
        "first-use-elsewhere",
        format!(
            "Credential {credential}, made {} minutes before by {}, was used from another network than it was made in.",
            age.as_mins(),
            maker.name
        ),
        describe(case),
        format!("used where it was made: {}", maker.network),
        ELSEWHERE_BITS + if at_once { AT_ONCE_BITS } else { 0.0 },
    ))
}
