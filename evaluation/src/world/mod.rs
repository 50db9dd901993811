//! The organisation: its accounts, people, users, roles, machines, secrets and networks, all drawn from one seed.

mod account;
mod agent;
mod dice;
mod draw;
mod moment;
mod names;
mod network;
mod person;
mod place;
mod plan;
mod providers;
mod secret;
mod services;
mod sitting;
mod staff;
mod user;
mod workload;

pub use self::plan::{Plan, Profile, Size};
pub(crate) use self::{
    account::{Account, Purpose, Role},
    agent::{ACTIONS, Agent, CLI_OLD, Desk, SSM_AGENT, SSO_INTERNAL, command_line, runner_cli, sdk},
    dice::Dice,
    moment::{DAY, Moment},
    names::SERVICES,
    network::{Kind, Provider, aws_address, provider},
    person::{Access, Grant, Person, Rhythm, Team},
    place::{Office, Place, Trip},
    secret::{Secret, names_of, store_key},
    services::{Pipeline, Runner, Vendor},
    sitting::Sitting,
    user::{Key, Rotator, User},
    workload::{Runs, Workload},
};

/// An organisation and everything in it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) size: Size,
    pub(crate) profile: Profile,
    /// Midnight UTC at the start of day one.
    pub(crate) start: Moment,
    pub(crate) days: i64,
    pub(crate) learn_days: i64,
    /// `o-…`
    pub(crate) id: String,
    /// `kranich`
    pub(crate) name: String,
    /// `kranich.example`
    pub(crate) domain: String,
    /// Where its Identity Center and most of its work are.
    pub(crate) home: &'static str,
    /// Whether its Identity Center leaves passwords to an identity provider outside AWS.
    pub(crate) external_idp: bool,
    /// `d-…`
    pub(crate) directory: String,
    /// All accounts, the management account first.
    pub(crate) accounts: Vec<Account>,
    pub(crate) people: Vec<Person>,
    /// IAM users that are programs.
    pub(crate) services: Vec<User>,
    pub(crate) workloads: Vec<Workload>,
    /// Every secret there is from the first day, whoever reads it.
    pub(crate) secrets: Vec<Secret>,
    pub(crate) pipelines: Vec<Pipeline>,
    /// Outside accounts that look in, each by a role of ours.
    pub(crate) vendors: Vec<Vendor>,
    pub(crate) offices: Vec<Office>,
    /// The egress everybody's traffic leaves by, where the company has one.
    pub(crate) egress: Option<&'static Provider>,
    /// Another one from that day on.
    pub(crate) new_egress: Option<(i64, &'static Provider)>,
    /// Public holidays: where, and on which day.
    pub(crate) holidays: Vec<(&'static str, i64)>,
}

impl World {
    /// Dice of `name`'s own.
    pub(crate) fn dice(&self, name: &str) -> Dice {
        Dice::named(self.seed, name)
    }

    /// Midnight UTC at the start of `day`, days being counted from one.
    pub(crate) const fn day(&self, day: i64) -> Moment {
        self.start.days(day - 1)
    }

    /// The day `at` lies in.
    pub(crate) const fn day_of(&self, at: Moment) -> i64 {
        self.start.until(at).div_euclid(DAY) + 1
    }

    /// That day, or the next one that is no weekend.
    pub(crate) fn workday(&self, day: i64) -> i64 {
        (day..day + 3).find(|day| !self.day(*day).is_weekend()).unwrap_or(day)
    }

    /// Whether `day` is a weekend, or a holiday where `person` lives.
    pub(crate) fn is_day_off(&self, person: &Person, day: i64) -> bool {
        let noon = self.day(day).hours(12 - person.zone);
        noon.is_weekend()
            || self.holidays.iter().any(|(country, holiday)| *country == person.country && *holiday == day)
    }

    /// The account that owns the organisation.
    pub(crate) fn management(&self) -> &Account {
        self.first(Purpose::Management)
    }

    /// The first account of that purpose, or the management account.
    pub(crate) fn first(&self, purpose: Purpose) -> &Account {
        static NONE: std::sync::OnceLock<Account> = std::sync::OnceLock::new();
        let found = self.accounts.iter().find(|account| account.purpose == purpose).or(self.accounts.first());
        found.unwrap_or_else(|| {
            NONE.get_or_init(|| Account {
                id: "000000000000".into(),
                name: "none".into(),
                purpose: Purpose::Management,
                region: "us-east-1",
            })
        })
    }

    /// The accounts of that purpose.
    pub(crate) fn of(&self, purpose: Purpose) -> Vec<&Account> {
        self.accounts.iter().filter(|account| account.purpose == purpose).collect()
    }

    /// The secrets of `account`.
    pub(crate) fn secrets_in(&self, account: &Account) -> Vec<&Secret> {
        self.secrets.iter().filter(|secret| secret.account == *account).collect()
    }

    /// How many identities act here: people once, users and roles of workloads each.
    pub(crate) fn identities(&self) -> usize {
        self.people.len() + self.services.len() + self.workloads.len() + self.pipelines.len() + self.vendors.len()
    }
}
