//! The hunt: how a thief comes by somebody's session, key or cookie, and what stands to be robbed.

use serde_json::Value;

use super::{thief::Thief, victims::Servant};
use crate::{
    record::{Caller, Scribe, Story, Visitor},
    world::{Access, Account, Agent, Grant, Moment, Person, Purpose, Secret, Sitting, Team, World},
};

/// The permission set that may do anything.
pub(super) const ADMINISTRATOR: &str = "AdministratorAccess";

/// Where and when a victim is looked for.
#[derive(Clone, Copy)]
pub(super) struct Hunt<'a> {
    pub(super) world: &'a World,
    pub(super) start: Moment,
    /// How many days there are to find one, and to be done.
    pub(super) days: i64,
}

/// Somebody's access in a thief's hands.
#[derive(Clone, Debug)]
pub(super) struct Foothold {
    pub(super) caller: Caller,
    pub(super) thief: Thief,
    /// When the thief goes on.
    pub(super) at: Moment,
    /// `the session of anna.vogel`
    pub(super) whose: String,
    pub(super) why: String,
}

impl Foothold {
    /// `caller`, which is `whose`, from `at` on with `thief`.
    pub(super) fn new(at: Moment, caller: Caller, thief: &Thief, whose: &str) -> Self {
        let why = format!("{whose} is used from {}, where it never was", thief.place);
        Self { caller: thief.wields(caller), thief: thief.clone(), at, whose: whose.to_owned(), why }
    }

    pub(super) const fn account(&self) -> &Account {
        &self.caller.account
    }

    /// Does something that tells, if at all, only by the place it comes from.
    pub(super) fn act<T>(&self, story: &mut Story, act: impl FnOnce(&mut Scribe) -> T) -> T {
        if self.thief.stands_out { story.telling(&self.why, act) } else { act(&mut story.scribe) }
    }

    /// Lets the thief wait for their next call.
    pub(super) fn pause(&mut self, scribe: &mut Scribe) -> Moment {
        self.at = self.thief.next(self.at, scribe);
        self.at
    }

    /// The first question of most thieves.
    pub(super) fn enter(&mut self, story: &mut Story) {
        if self.thief.asks {
            let (at, caller) = (self.at, self.caller.clone());
            self.act(story, |scribe| scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null));
            self.pause(&mut story.scribe);
        }
    }
}

impl<'a> Hunt<'a> {
    /// The first sitting of `person` in the time there is, with a grant that fits.
    pub(super) fn sitting(&self, person: &Person, what: &dyn Fn(&Grant) -> bool) -> Option<Sitting> {
        let first = self.world.day_of(self.start);
        let last = (first + self.days - 1).min(self.world.days);
        (first..last)
            .flat_map(|day| person.sittings(self.world, day))
            .find(|sitting| sitting.from >= self.start && what(&sitting.grant))
    }

    /// Somebody who fits, and a sitting of theirs that does.
    pub(super) fn person(
        &self,
        who: &dyn Fn(&Person) -> bool,
        what: &dyn Fn(&Grant) -> bool,
        story: &mut Story,
    ) -> Option<(&'a Person, Sitting)> {
        let person = story.person(self.world, |person| who(person) && self.sitting(person, what).is_some())?;
        Some((person, self.sitting(person, what)?))
    }

    /// Robs somebody who fits of a session, a portal's cookie or a key, whichever they have.
    pub(super) fn rob(
        &self,
        who: &dyn Fn(&Person) -> bool,
        what: &dyn Fn(&Grant) -> bool,
        story: &mut Story,
    ) -> Option<Foothold> {
        let fits = |person: &Person| who(person) && person.user().is_none_or(|user| !user.keys.is_empty());
        let (person, sitting) = self.person(&fits, what, story)?;
        let thief = Thief::of(self.world, person, sitting.day, &mut story.scribe.dice);
        Some(self.rob_of(person, &sitting, &thief, story))
    }

    /// `thief` takes what `person` has in `sitting`.
    pub(super) fn rob_of(&self, person: &Person, sitting: &Sitting, thief: &Thief, story: &mut Story) -> Foothold {
        let at = sitting.from.minutes(story.scribe.dice.between(12, 50));
        let handle = &person.handle;
        if matches!(person.access, Access::Portal) && (!sitting.types || story.scribe.dice.chance(50)) {
            let whose = format!("the portal session of {handle}");
            let world = self.world;
            let visitor = Visitor::new(world, person, (&thief.address, thief.browser.clone()), &mut story.scribe);
            let stranger = Caller::new(&sitting.grant.account, Value::Null, "", Agent::program(""));
            let hold = Foothold::new(at, stranger, thief, &whose);
            let agent = thief.agent.clone();
            let caller = hold.act(story, |scribe| visitor.command_line(at, &sitting.grant, agent, scribe));
            let at = thief.next(at.plus(3), &mut story.scribe);
            let mut hold = Foothold { caller, at, ..hold };
            hold.enter(story);
            return hold;
        }
        let typing = Sitting { types: true, ..sitting.clone() };
        let robbed = if person.user().is_some() { &typing } else { sitting };
        let caller = Caller::sitting(self.world, person, robbed);
        let whose = match person.user() {
            Some(_) if caller.tells("type") == "IAMUser" => format!("the access key of {handle}"),
            _ => format!("the session of {handle}"),
        };
        let mut hold = Foothold::new(at, caller, thief, &whose);
        hold.enter(story);
        hold
    }

    /// Robs an administrator of an account that fits; where no person is left, an old automation's key.
    pub(super) fn administrator(&self, fits: &dyn Fn(&Account) -> bool, story: &mut Story) -> Option<Foothold> {
        let what = |grant: &Grant| grant.set == ADMINISTRATOR && fits(&grant.account);
        if story.scribe.dice.chance(70)
            && let Some(hold) = self.rob(&|person| person.team == Team::Platform, &what, story)
        {
            return Some(hold);
        }
        let account = self.account(fits, story)?;
        let servant = self.servant(account, true, story);
        Some(self.rob_servant(&servant, story))
    }

    /// The key of `servant` in the hands of a stranger, who carried it off or sits on the server itself.
    pub(super) fn rob_servant(&self, servant: &Servant, story: &mut Story) -> Foothold {
        let mut thief = Thief::strange(&mut story.scribe.dice);
        if story.scribe.dice.chance(35) {
            let (address, agent) = (servant.address.clone(), servant.agent.clone());
            thief = Thief { address, agent, place: "its own server", stands_out: false, ..thief };
        }
        let caller = Caller::user(&servant.user, self.start, &servant.address, servant.agent.clone());
        let whose = format!("the access key of {}", servant.user.name);
        let mut hold = Foothold::new(self.start, caller, &thief, &whose);
        hold.enter(story);
        hold
    }

    /// One of the accounts that fit.
    pub(super) fn account(&self, fits: &dyn Fn(&Account) -> bool, story: &mut Story) -> Option<&'a Account> {
        let accounts: Vec<&Account> = self.world.accounts.iter().filter(|account| fits(account)).collect();
        story.scribe.dice.choose(&accounts).copied()
    }

    /// One of the production accounts that keep at least so many secrets.
    pub(super) fn rich(&self, least: usize, story: &mut Story) -> Option<&'a Account> {
        self.account(&|account| account.purpose >= Purpose::Production && self.holds_secrets(account, least), story)
    }

    /// Whether an account has at least so many secrets.
    pub(super) fn holds_secrets(&self, account: &Account, least: usize) -> bool {
        self.world.secrets_in(account).len() >= least
    }

    /// Up to `count` secrets of `account` that are not among `known`, in an order of chance.
    pub(super) fn loot(&self, account: &Account, known: &[Secret], count: usize, story: &mut Story) -> Vec<Secret> {
        let all: Vec<Secret> =
            self.world.secrets_in(account).into_iter().filter(|secret| !known.contains(secret)).cloned().collect();
        story.scribe.dice.some(&all, count)
    }

    /// Up to `count` secrets of `account` that `person` never works with, in an order of chance.
    pub(super) fn unfamiliar(
        &self,
        person: &Person,
        account: &Account,
        count: usize,
        story: &mut Story,
    ) -> Vec<Secret> {
        // The same throw that decides what people work with in ordinary life.
        let there: Vec<Secret> = self.world.secrets_in(account).into_iter().cloned().collect();
        let breadth = match (person.team, account.purpose) {
            (Team::Platform, _) => 5,
            (_, Purpose::Production) => 1,
            _ => 3,
        };
        let own = person.nature(&format!("secrets in {}", account.id)).some(&there, breadth);
        self.loot(account, &own, count, story)
    }
}
