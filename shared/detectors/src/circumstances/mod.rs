//! Circumstances: from where, with what and when, against what is usual for whoever acted.
//!
//! They speak for any claim. A journey brings a new network, a new country and odd hours at once:
//! they are not independent, which [`crate::dependence`] corrects.

mod place;
mod program;
mod session;
mod time;
mod watch;

use trailwarden_model::{Evidence, PrincipalKind};

pub(crate) use self::place::{at_home, browses, machine, place as strange_place};
use self::place::{place, region};
use self::program::client;
use self::session::{elsewhere_too, escaped, fresh, moved, travelled};
use self::time::{dormancy, hour};
use self::watch::impaired;
use crate::case::Case;
use crate::memory::Dimension;
use crate::surprise::Rarity;

/// A circumstance must be rarer than a coin's fall to be worth a line.
const WORTH_SAYING: f64 = 1.0;

pub(crate) fn circumstances(case: &Case<'_>) -> Vec<Evidence> {
    if matches!(case.activity.actor.kind, PrincipalKind::Service) {
        return Vec::new();
    }
    [place, client, hour, region, dormancy, escaped, moved, travelled, elsewhere_too, fresh, impaired]
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
