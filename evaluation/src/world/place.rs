//! Places: the networks a person is in on a day, and how they travel between them.

use super::{DAY, Dice, Kind, Moment, Person, Provider, World, network};

/// A journey: away from the evening of the first day until the night of the last.
#[derive(Clone, Debug)]
pub(crate) struct Trip {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) country: &'static str,
    /// Hours its clock is ahead of UTC.
    pub(crate) zone: i64,
    /// Hours from door to door.
    pub(crate) hours: i64,
    /// Who provides the hotel's line.
    pub(crate) hotel: &'static Provider,
}

/// An office: its line, and the one it has after it moved.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    pub(crate) country: &'static str,
    pub(crate) zone: i64,
    pub(crate) provider: &'static Provider,
    pub(crate) address: String,
    pub(crate) moved: Option<(i64, String)>,
}

impl Office {
    /// Its address on `day`.
    pub(crate) fn address(&self, day: i64) -> &str {
        self.moved.as_ref().filter(|(since, _)| day >= *since).map_or(&self.address, |(_, address)| address)
    }
}

/// Where somebody is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) address: String,
    /// What kind of place it is: `home`, `office`, `hotel`, `mobile`, `veil`, `egress`.
    pub(crate) what: &'static str,
}

impl Person {
    /// Where they are at the sitting that begins at `at` on `day`.
    pub(crate) fn place(&self, world: &World, day: i64, at: Moment) -> Place {
        let mut dice = self.nature(&format!("place {day}"));
        if let Some(egress) = world.egress_of(self, day) {
            return Place { address: egress, what: "egress" };
        }
        if let Some((provider, percent)) = self.veil
            && dice.chance(percent)
        {
            return Place { address: self.veiled(provider, day), what: "veil" };
        }
        if let Some(trip) = self.trip(day, self.clock(world, day, 12 * 60).until(at) > 0) {
            let mut dice = self.nature(&format!("hotel {}", trip.from));
            return Place { address: trip.hotel.address(&mut dice), what: "hotel" };
        }
        // Nobody is in the office at night or on a day off.
        let hour = at.hours(self.zone).seconds().rem_euclid(DAY) / 3_600;
        let open = (6..20).contains(&hour) && !world.is_day_off(self, day);
        let office = self.office.and_then(|at| world.offices.get(at)).filter(|_| open);
        if let Some(office) = office
            && dice.chance(self.rhythm.office)
        {
            return Place { address: office.address(day).to_owned(), what: "office" };
        }
        if dice.chance(2) {
            return Place { address: self.mobile.address(&mut dice), what: "mobile" };
        }
        Place { address: self.home_address(day), what: "home" }
    }

    /// The journey they are on; on its first day it begins at noon.
    pub(crate) fn trip(&self, day: i64, afternoon: bool) -> Option<&Trip> {
        self.trips.iter().find(|trip| (trip.from + i64::from(!afternoon)..=trip.to).contains(&day))
    }

    /// The address of their home on `day`: their provider changes it now and then, mostly within the neighbourhood.
    pub(crate) fn home_address(&self, day: i64) -> String {
        let mut dice = self.nature("home");
        let shift = dice.between(0, self.lease - 1);
        let first = self.home.address(&mut dice);
        let lease = (day + shift) / self.lease;
        if lease == 0 {
            return first;
        }
        let mut dice = self.nature(&format!("lease {lease}"));
        if dice.chance(80) { self.home.neighbour(&first, &mut dice) } else { self.home.address(&mut dice) }
    }

    /// An address of their VPN or relay: one of a few exits.
    fn veiled(&self, provider: &Provider, day: i64) -> String {
        let exits = if provider.kind == Kind::Relay { 12 } else { 4 };
        let exit = self.nature(&format!("exit of {day}")).between(1, exits);
        provider.address(&mut self.nature(&format!("exit {exit}")))
    }
}

impl World {
    /// The address everybody's traffic leaves by on `day`, for those whose company sends it through its own egress.
    pub(crate) fn egress_of(&self, person: &Person, day: i64) -> Option<String> {
        let provider = match self.new_egress {
            Some((since, provider)) if day >= since => Some(provider),
            _ => self.egress,
        }?;
        let mut dice = Dice::named(self.seed, &format!("egress {} {}", provider.name, person.country));
        let nodes: Vec<String> = (0..3).map(|_| provider.address(&mut dice)).collect();
        person.nature(&format!("node {day}")).prefer(&nodes).cloned()
    }

    /// A network of a hotel, a shop or an aeroplane somewhere in `country`.
    pub(crate) fn line_in(country: &str, dice: &mut Dice) -> &'static Provider {
        network::provider(if dice.chance(60) { Kind::Residential } else { Kind::Business }, country, dice)
    }
}
