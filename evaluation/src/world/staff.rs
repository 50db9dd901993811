//! Drawing the staff: who they are, when they work, from where, and how they get in.

use super::{
    Access, Account, Desk, Dice, Grant, Kind, Person, Profile, Provider, Purpose, Rhythm, Rotator, Size, Team, Trip,
    User, World,
    draw::{ABROAD, Count},
    names, provider,
};

impl World {
    pub(super) fn draw_staff(&mut self, count: &Count, home: (&'static str, i64), dice: &mut Dice) {
        for turn in 0..count.people {
            let mut handle = format!(
                "{}.{}",
                dice.choose(names::GIVEN).copied().unwrap_or("anna"),
                dice.choose(names::FAMILY).copied().unwrap_or("vogel")
            );
            if self.people.iter().any(|known| known.handle == handle) {
                handle.push_str(&turn.to_string());
            }
            let person = self.person(handle, turn, home, dice);
            self.people.push(person);
        }
    }

    fn team(turn: i64, dice: &mut Dice) -> Team {
        match turn % 10 {
            0 => Team::Platform,
            6 if turn < 10 || dice.chance(30) => Team::Security,
            5 => Team::Data,
            7 => Team::Support,
            8 if dice.chance(50) => Team::Finance,
            _ => {
                if dice.chance(15) {
                    Team::Platform
                } else {
                    Team::Backend
                }
            }
        }
    }

    fn desk(team: Team, dice: &mut Dice) -> Desk {
        match (team, dice.between(0, 9)) {
            (Team::Support | Team::Finance, 0..=6) => Desk::Windows,
            (_, 0..=5) => Desk::Mac,
            (Team::Platform | Team::Backend | Team::Data | Team::Security, 6..=7) => Desk::Linux,
            _ => Desk::Windows,
        }
    }

    fn person(&self, handle: String, turn: i64, home: (&'static str, i64), dice: &mut Dice) -> Person {
        let team = Self::team(turn, dice);
        let away = match self.profile {
            Profile::Remote => 70,
            _ => 18,
        };
        let (country, zone) = if dice.chance(away) { dice.choose(ABROAD).copied().unwrap_or(home) } else { home };
        let desk = Self::desk(team, dice);
        let joined = if dice.chance(7) { self.workday(dice.between(8, self.days - 2)) } else { 0 };
        let access = self.access(&handle, (team, joined), dice);
        let grants = self.grants(team, &access, dice);
        let desks = [Desk::Mac, Desk::Linux, Desk::Windows];
        let new_desk = dice.choose(&desks).map(|desk| (self.workday(dice.clone().between(3, self.days)), *desk));
        let home_line = provider(Kind::Residential, country, dice);
        Person {
            seed: self.seed,
            domain: self.domain.clone(),
            team,
            access,
            zone,
            country,
            desk,
            new_desk: new_desk.filter(|_| dice.chance(12)),
            home: home_line,
            mobile: provider(Kind::Mobile, country, dice),
            lease: [1, 7, 14, 40, 120, 400]
                .get(usize::try_from(dice.between(0, 5)).unwrap_or(3))
                .copied()
                .unwrap_or(40),
            office: self.offices.iter().position(|office| office.country == country && office.zone == zone),
            veil: self.veil(dice),
            rhythm: self.rhythm(team, dice),
            grants,
            promoted: self.promotion(team, dice),
            joined,
            left: dice.chance(5).then(|| dice.between(12, self.days)),
            leave: dice
                .chance(14)
                .then(|| dice.between(3, self.days - 6))
                .map(|from| (from, from + dice.between(9, 20))),
            trips: self.trips(country, zone, dice),
            handle,
        }
    }

    fn access(&self, handle: &str, (team, joined): (Team, i64), dice: &mut Dice) -> Access {
        let users = match self.profile {
            Profile::Legacy => 85,
            Profile::SingleSignOn | Profile::Remote => 0,
            Profile::Platform => 5,
            Profile::Federated => 4,
        };
        if dice.chance(users) {
            let account = if self.size == Size::Small || dice.chance(40) {
                self.first(Purpose::Production)
            } else {
                self.management()
            };
            let mut user = User::new(account, handle);
            user.mfa = dice.chance(75);
            if !matches!(team, Team::Support | Team::Finance) {
                let ago = self.ago(dice.between(10, 600));
                user = user.with_key(if joined > 0 { self.day(joined - 1) } else { ago }, dice);
                if joined == 0 && dice.chance(30) {
                    let day = self.workday(dice.between(2, self.days - 2));
                    let hour = 12 - self.offices.first().map_or(0, |office| office.zone);
                    let at = self.day(day).hours(hour).minutes(dice.between(-90, 200));
                    user = user.rotated(at, Rotator::Owner, dice);
                }
            }
            return Access::User(user);
        }
        if self.profile == Profile::Federated { Access::Saml } else { Access::Portal }
    }

    /// A VPN or relay of their own.
    fn veil(&self, dice: &mut Dice) -> Option<(&'static Provider, i64)> {
        let odds = if self.profile == Profile::Remote { 35 } else { 8 };
        dice.chance(odds).then(|| {
            let kind = if dice.chance(55) { Kind::Relay } else { Kind::Vpn };
            (
                provider(kind, "", dice),
                [5, 30, 95].get(usize::try_from(dice.between(0, 2)).unwrap_or(1)).copied().unwrap_or(30),
            )
        })
    }

    fn rhythm(&self, team: Team, dice: &mut Dice) -> Rhythm {
        let office = if self.profile == Profile::Remote { 10 } else { self.dice("culture").between(20, 75) };
        let (types, secrets) = match team {
            Team::Platform => (dice.between(40, 80), dice.between(8, 25)),
            Team::Backend => (dice.between(25, 75), dice.between(2, 15)),
            Team::Data => (dice.between(10, 40), dice.between(0, 8)),
            Team::Security => (dice.between(20, 50), 2),
            Team::Support | Team::Finance => (0, 0),
        };
        let most_absent = if dice.chance(20) { 60 } else { 12 };
        Rhythm {
            start: dice.between(7 * 60, 10 * 60),
            length: dice.between(7 * 60, 10 * 60),
            sittings: dice.between(1, 4),
            pages: dice.between(1, 5),
            types,
            office: (office + dice.between(-20, 20)).clamp(0, 95),
            weekends: if dice.chance(20) { dice.between(5, 30) } else { 1 },
            late: if dice.chance(25) { dice.between(3, 18) } else { 1 },
            typos: dice.between(1, 9),
            secrets,
            absent: dice.between(3, most_absent),
        }
    }

    fn grants(&self, team: Team, access: &Access, dice: &mut Dice) -> Vec<Grant> {
        let grant = |account: &Account, set: &'static str| Grant { account: account.clone(), set };
        let mut grants: Vec<Grant> = Vec::new();
        let (purposes, set): (&[Purpose], &'static str) = match team {
            Team::Platform => (
                &[Purpose::Production, Purpose::Staging, Purpose::Shared, Purpose::Management, Purpose::Development],
                "AdministratorAccess",
            ),
            Team::Backend => (&[Purpose::Staging, Purpose::Development, Purpose::Production], "DeveloperAccess"),
            Team::Data => (&[Purpose::Production, Purpose::Staging], "AnalystAccess"),
            Team::Support => (&[Purpose::Production], "ReadOnlyAccess"),
            Team::Finance => (&[Purpose::Management], "Billing"),
            Team::Security => (&[Purpose::Security, Purpose::Management, Purpose::Production], "SecurityAudit"),
        };
        for purpose in purposes {
            let of: Vec<Account> = self.of(*purpose).into_iter().cloned().collect();
            let breadth = usize::try_from(dice.between(1, 2)).unwrap_or(1);
            grants.extend(dice.some(&of, breadth).iter().map(|account| grant(account, set)));
        }
        // An IAM user's own account comes first: that is where it signs in.
        if let Access::User(user) = access {
            grants.retain(|known| known.account != user.account);
            grants.insert(0, grant(&user.account, set));
        }
        grants
    }

    /// Something more to do from some day on.
    fn promotion(&self, team: Team, dice: &mut Dice) -> Option<(i64, Grant)> {
        let set = match team {
            Team::Backend => "DeveloperAccess",
            Team::Platform => "AdministratorAccess",
            Team::Data => "AnalystAccess",
            _ => return None,
        };
        let day = self.workday(dice.between(5, self.days));
        let account = dice.choose(&self.accounts)?.clone();
        dice.chance(12).then_some((day, Grant { account, set }))
    }

    fn trips(&self, country: &str, zone: i64, dice: &mut Dice) -> Vec<Trip> {
        let mut trips = Vec::new();
        let mut from = dice.between(2, 40);
        while dice.chance(12) && from < self.days {
            let (there, clock) = dice.choose(ABROAD).copied().unwrap_or(("US", -5));
            let to = from + dice.between(2, 8);
            let hours = if there == country { 4 } else { 4 + (clock - zone).abs() };
            trips.push(Trip { from, to, country: there, zone: clock, hours, hotel: Self::line_in(there, dice) });
            from = to + dice.between(10, 30);
        }
        trips
    }
}
