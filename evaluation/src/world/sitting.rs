//! Sittings: the parts of a person's day, each in one account, at one place, with one program.

use super::{Agent, Grant, Moment, Person, Place, World};

/// A part of a day.
#[derive(Clone, Debug)]
pub(crate) struct Sitting {
    pub(crate) day: i64,
    /// Its place in the day, from nought.
    pub(crate) turn: i64,
    pub(crate) from: Moment,
    pub(crate) to: Moment,
    pub(crate) grant: Grant,
    /// Whether they type, rather than using the console.
    pub(crate) types: bool,
    pub(crate) place: Place,
    pub(crate) agent: Agent,
}

impl Person {
    /// The sittings of `day`, in order; none on a day off. The same day always has the same ones.
    pub(crate) fn sittings(&self, world: &World, day: i64) -> Vec<Sitting> {
        let mut dice = self.nature(&format!("day {day}"));
        let rhythm = &self.rhythm;
        let free = world.is_day_off(self, day);
        let works = if free { dice.chance(rhythm.weekends) } else { !dice.chance(rhythm.absent) };
        if !works || !self.is_around(day) || self.grants.is_empty() {
            return Vec::new();
        }
        let away = self.trip(day, false).map_or(0, |trip| trip.zone - self.zone);
        let start = rhythm.start - away * 60 + dice.between(-25, 40);
        let count = if free { 1 } else { dice.between(1.max(rhythm.sittings - 1), rhythm.sittings + 1) };
        let span = rhythm.length / count.max(1);
        let mut sittings: Vec<(i64, i64)> =
            (0..count).map(|turn| (start + turn * span + dice.between(0, 25), span - dice.between(10, 40))).collect();
        if !free && dice.chance(rhythm.late) {
            sittings.push((dice.between(20 * 60 + 30, 23 * 60), dice.between(20, 90)));
        }
        self.flying(day, &mut sittings);
        sittings.into_iter().zip(0..).filter_map(|(span, turn)| self.sitting(world, (day, turn), span)).collect()
    }

    /// On the day of a flight nobody works from noon until it has landed.
    fn flying(&self, day: i64, sittings: &mut Vec<(i64, i64)>) {
        if let Some(trip) = self.trips.iter().find(|trip| trip.from == day) {
            let noon = 12 * 60;
            sittings.retain(|(from, length)| from + length < noon || *from > noon + trip.hours * 60);
        }
        if let Some(trip) = self.trips.iter().find(|trip| trip.to == day) {
            sittings.retain(|(from, length)| from + length < 23 * 60 - trip.hours * 60);
        }
    }

    fn sitting(&self, world: &World, (day, turn): (i64, i64), (from, length): (i64, i64)) -> Option<Sitting> {
        let mut dice = self.nature(&format!("sitting {day} {turn}"));
        let from = self.clock(world, day, from).plus(dice.between(0, 59));
        let types = dice.chance(self.rhythm.types);
        let new = self.promoted.as_ref().filter(|(since, _)| day >= *since && dice.chance(30));
        let grant = new.map_or_else(|| dice.prefer(&self.grants), |(_, grant)| Some(grant))?.clone();
        let agent = if types { self.command_line(day) } else { self.browser(day) };
        let place = self.place(world, day, from);
        Some(Sitting { day, turn, from, to: from.minutes(length.max(15)), grant, types, place, agent })
    }
}
