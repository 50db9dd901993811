//! Time: at what hour, and after how long a silence.

use trailwarden_model::Evidence;

use super::{against, usual};
use crate::case::Case;
use crate::memory::{Day, Dimension};

/// What dormancy of twice the set time adds; it grows by one bit for each doubling.
const DORMANCY_BITS: f64 = 3.0;

pub(super) fn hour(case: &Case<'_>) -> Option<Evidence> {
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

pub(super) fn dormancy(case: &Case<'_>) -> Option<Evidence> {
    let today = Day::of(case.activity.time);
    // Whoever only knocked was no sign of life: habits come from proven acts alone.
    let alive = case.actor().values(Dimension::Client);
    let last = alive.filter_map(|(_, days)| days.before(today).next()).max()?;
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
