//! The thief: where an intruder calls from, with which program, how fast, and whether they first ask who they are.

use serde_json::Value;

use crate::{
    record::{Caller, Scribe},
    world::{Agent, Desk, Dice, Kind, Moment, Person, World, command_line, provider},
};

/// Countries intruders call from.
const COUNTRIES: [&str; 8] = ["RU", "CN", "VN", "NG", "RO", "BR", "PL", "NL"];

/// Somebody who uses what is not theirs.
#[derive(Clone, Debug)]
pub(super) struct Thief {
    pub(super) address: String,
    pub(super) agent: Agent,
    pub(super) browser: Agent,
    /// What kind of place it is, in words.
    pub(super) place: &'static str,
    /// Whether the place alone would make somebody who knows the victim look twice.
    pub(super) stands_out: bool,
    /// Whether they ask who they are before anything else.
    pub(super) asks: bool,
    /// The most seconds they leave between two calls.
    pub(super) pace: i64,
}

impl Thief {
    /// One from a place that fits nobody here.
    pub(super) fn strange(dice: &mut Dice) -> Self {
        let country = dice.choose(&COUNTRIES).copied().unwrap_or("RU");
        let (place, kind) = far(dice);
        let address = provider(kind, if kind == Kind::Residential { country } else { "" }, dice).address(dice);
        Self::at(address, place, true, dice)
    }

    /// One who robbed `person`, from anywhere: often far away, sometimes around the corner.
    pub(super) fn of(world: &World, person: &Person, day: i64, dice: &mut Dice) -> Self {
        if dice.chance(55) {
            return Self::near(world, person, day, dice);
        }
        Self::far_of(person, day, dice)
    }

    /// One who robbed `person` and calls from where they never were.
    pub(super) fn far_of(person: &Person, day: i64, dice: &mut Dice) -> Self {
        let (mut place, mut kind) = far(dice);
        // A victim with a VPN of their own has been seen at many.
        if kind == Kind::Vpn && person.veil.is_some() {
            (place, kind) = ("a rented machine", Kind::Hosting);
        }
        let known =
            |country: &&&str| **country != person.country && person.trips.iter().all(|t| t.country != **country);
        let abroad: Vec<&str> = COUNTRIES.iter().filter(known).copied().collect();
        let country = dice.choose(&abroad).copied().unwrap_or("RU");
        let address = provider(kind, if kind == Kind::Residential { country } else { "" }, dice).address(dice);
        Self { agent: program(Some((person, day)), dice), ..Self::at(address, place, true, dice) }
    }

    /// One who robbed `person` and calls from the same country, or even through the same provider.
    pub(super) fn near(world: &World, person: &Person, day: i64, dice: &mut Dice) -> Self {
        let gateway = world.egress_of(person, day);
        if let Some(address) = gateway.clone().filter(|_| dice.chance(60)) {
            return Self::through(person, day, address, dice);
        }
        let (address, place) = if dice.chance(50) {
            (person.home.neighbour(&person.home_address(day), dice), "the victim's own provider")
        } else {
            (provider(Kind::Residential, person.country, dice).address(dice), "a home in the victim's country")
        };
        // Where everybody leaves by the company's gateway, a bare line is as strange as any.
        let stands_out = gateway.is_some();
        let place = if stands_out { "a bare line, past the company's gateway" } else { place };
        let agent = program(Some((person, day)), dice);
        Self { agent, browser: person.browser(day), ..Self::at(address, place, stands_out, dice) }
    }

    /// One who calls through `person`'s own machine, and so by the company's gateway at `address`.
    fn through(person: &Person, day: i64, address: String, dice: &mut Dice) -> Self {
        let agent = program(Some((person, day)), dice);
        let own = Self::at(address, "the victim's own machine", false, dice);
        Self { agent, browser: person.browser(day), ..own }
    }

    /// One who takes pains to look like `person`: their provider or gateway, their program, their browser.
    pub(super) fn mimic(world: &World, person: &Person, day: i64, dice: &mut Dice) -> Self {
        let own = if let Some(address) = world.egress_of(person, day) {
            Self::through(person, day, address, dice)
        } else {
            let address = person.home.neighbour(&person.home_address(day), dice);
            Self::at(address, "the victim's own provider", false, dice)
        };
        Self { agent: person.command_line(day), browser: person.browser(day), asks: false, ..own }
    }

    fn at(address: String, place: &'static str, stands_out: bool, dice: &mut Dice) -> Self {
        let turn = usize::try_from(dice.between(0, 3)).unwrap_or(1);
        Self {
            address,
            agent: program(None, dice),
            browser: browser(dice),
            place,
            stands_out,
            asks: dice.chance(60),
            pace: [2, 9, 45, 150].get(turn).copied().unwrap_or(9),
        }
    }

    /// `caller` in this thief's hands.
    pub(super) fn wields(&self, caller: Caller) -> Caller {
        let agent = if caller.console { self.browser.clone() } else { self.agent.clone() };
        caller.from(&self.address, agent)
    }

    /// When their next call comes.
    pub(super) fn next(&self, at: Moment, scribe: &mut Scribe) -> Moment {
        at.plus(scribe.dice.between(1.max(self.pace / 4), self.pace))
    }

    /// Asks who `caller` is, if this thief is one who does; tells when they go on.
    pub(super) fn asks_who(&self, at: Moment, caller: &Caller, scribe: &mut Scribe) -> Moment {
        if !self.asks {
            return at;
        }
        scribe.call(at, caller, ("sts", "GetCallerIdentity"), Value::Null);
        self.next(at, scribe)
    }
}

/// A kind of place that is seldom anybody's own.
fn far(dice: &mut Dice) -> (&'static str, Kind) {
    const PLACES: [(&str, Kind); 8] = [
        ("a rented machine", Kind::Hosting),
        ("a rented machine", Kind::Hosting),
        ("a rented machine", Kind::Hosting),
        ("a commercial VPN", Kind::Vpn),
        ("a commercial VPN", Kind::Vpn),
        ("an exit of Tor", Kind::Tor),
        ("a home abroad", Kind::Residential),
        ("a home abroad", Kind::Residential),
    ];
    dice.choose(&PLACES).copied().unwrap_or(("a rented machine", Kind::Hosting))
}

/// The program a thief calls with: the victim's own kind, a script, or a tool.
fn program(victim: Option<(&Person, i64)>, dice: &mut Dice) -> Agent {
    match (dice.between(0, 5), victim) {
        (0 | 1, Some((person, day))) => person.command_line(day),
        (0, None) => command_line(Desk::Linux, dice.between(0, 5)),
        (2 | 3, _) => {
            let patch = dice.between(0, 99);
            Agent::program(&format!(
                "Boto3/1.40.{patch} md/Botocore#1.40.{patch} ua/2.1 os/linux#6.12.25-amd64 md/arch#x86_64 \
                 lang/python#3.13.3 md/pyimpl#CPython m/Z,b cfg/retry-mode#legacy Botocore/1.40.{patch}"
            ))
        }
        (4, _) => Agent::program("S3 Browser/12.4.7 (https://s3browser.com)"),
        _ => Agent::program(
            "aws-sdk-go-v2/1.39.2 ua/2.1 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#amd64 api/sts#1.38.6",
        ),
    }
}

fn browser(dice: &mut Dice) -> Agent {
    const BROWSERS: [&str; 3] = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    ];
    Agent::program(dice.choose(&BROWSERS).copied().unwrap_or(BROWSERS[0]))
}
