//! People: who works here, as what, when, and how they get in.

use super::{Account, Agent, Desk, Dice, Moment, Provider, Role, User, World, agent, place::Trip};

/// What somebody works on, which decides what they may do and what they look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Team {
    Platform,
    Backend,
    Data,
    Support,
    Finance,
    Security,
}

/// How somebody gets in.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    /// Through Identity Center's portal.
    Portal,
    /// As an IAM user, with a password and keys.
    User(User),
    /// Through the company's own identity provider, straight into roles.
    Saml,
}

/// A permission set, or the role that stands for it, held in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) account: Account,
    pub(crate) set: &'static str,
}

/// When somebody works, and how.
#[derive(Clone, Debug)]
pub(crate) struct Rhythm {
    /// Minutes after midnight, on their own wall, at which a day begins.
    pub(crate) start: i64,
    /// Minutes from there to the evening.
    pub(crate) length: i64,
    /// How many sittings a day has.
    pub(crate) sittings: i64,
    /// How many pages or errands a sitting has.
    pub(crate) pages: i64,
    /// How often in a hundred sittings they type instead of clicking.
    pub(crate) types: i64,
    /// How often in a hundred days they are in the office.
    pub(crate) office: i64,
    /// How often in a hundred weekend days they work a little.
    pub(crate) weekends: i64,
    /// How often in a hundred days they come back late in the evening.
    pub(crate) late: i64,
    /// How often in a hundred sign-ins the password goes wrong first.
    pub(crate) typos: i64,
    /// How often in a hundred sittings they need a secret.
    pub(crate) secrets: i64,
    /// How often in a hundred days they stay away.
    pub(crate) absent: i64,
}

/// Somebody who works here.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) seed: u64,
    /// `anna.vogel`
    pub(crate) handle: String,
    pub(crate) domain: String,
    pub(crate) team: Team,
    pub(crate) access: Access,
    /// Hours their clock is ahead of UTC.
    pub(crate) zone: i64,
    pub(crate) country: &'static str,
    pub(crate) desk: Desk,
    /// A second machine they get on that day.
    pub(crate) new_desk: Option<(i64, Desk)>,
    /// Who provides their line at home.
    pub(crate) home: &'static Provider,
    /// Who provides their telephone.
    pub(crate) mobile: &'static Provider,
    /// How many days their provider leaves them one address.
    pub(crate) lease: i64,
    /// The office they go to, by its place in the world's list.
    pub(crate) office: Option<usize>,
    /// A VPN or relay of their own choice, and on how many days in a hundred it is on.
    pub(crate) veil: Option<(&'static Provider, i64)>,
    pub(crate) rhythm: Rhythm,
    /// The accounts they open, the usual ones first.
    pub(crate) grants: Vec<Grant>,
    /// An account they may also open from that day on.
    pub(crate) promoted: Option<(i64, Grant)>,
    /// The day they joined; nought for everybody who was here before.
    pub(crate) joined: i64,
    /// The day after their last.
    pub(crate) left: Option<i64>,
    /// First and last day of a longer leave.
    pub(crate) leave: Option<(i64, i64)>,
    pub(crate) trips: Vec<Trip>,
}

impl Person {
    pub(crate) fn mail(&self) -> String {
        format!("{}@{}", self.handle, self.domain)
    }

    /// Dice that decide what is lasting about them: the same `of` throws the same.
    pub(crate) fn nature(&self, of: &str) -> Dice {
        Dice::named(self.seed, &format!("{of} of {}", self.handle))
    }

    /// Their id in the directory.
    pub(crate) fn user_id(&self) -> String {
        let mut dice = self.nature("user id");
        format!("{}-{}", dice.hex(10), dice.uuid())
    }

    /// Whether they are employed on `day`, and not on leave.
    pub(crate) fn is_around(&self, day: i64) -> bool {
        let employed = day >= self.joined && self.left.is_none_or(|left| day < left);
        employed && self.leave.is_none_or(|(from, to)| !(from..=to).contains(&day))
    }

    /// The machine they use on `day`.
    pub(crate) fn desk(&self, day: i64) -> Desk {
        self.new_desk.filter(|(since, _)| day >= *since).map_or(self.desk, |(_, desk)| desk)
    }

    /// Their browser on `day`.
    pub(crate) fn browser(&self, day: i64) -> Agent {
        let mut dice = self.nature("browser");
        let taste = dice.between(0, 4);
        agent::browser(self.desk(day), taste, (day + dice.between(0, 12)) / 28)
    }

    /// Their command line on `day`.
    pub(crate) fn command_line(&self, day: i64) -> Agent {
        let mut dice = self.nature("command line");
        let every = dice.between(20, 90);
        agent::command_line(self.desk(day), dice.between(0, 3) + (day + dice.between(0, 20)) / every)
    }

    /// The role they hold by `grant`.
    pub(crate) fn role(&self, grant: &Grant, world: &World) -> Role {
        match self.access {
            Access::Portal => Role::reserved(&grant.account, grant.set, world.home),
            Access::User(_) => Role::new(&grant.account, grant.set),
            Access::Saml => Role::new(&grant.account, &format!("corp-{}", grant.set)),
        }
    }

    /// `hour`:`minute` on their wall on `day`.
    pub(crate) fn clock(&self, world: &World, day: i64, minutes: i64) -> Moment {
        world.day(day).minutes(minutes - self.zone * 60)
    }

    /// Whether they exchange their key for a session with a second factor before they use it.
    pub(crate) fn uses_session_tokens(&self) -> bool {
        self.user().is_some_and(|user| user.mfa) && self.nature("session tokens").chance(40)
    }

    /// Whether their command line signs in through a browser (`aws login`) instead of holding a key.
    pub(crate) fn signs_in_by_browser(&self) -> bool {
        self.user().is_some() && !self.uses_session_tokens() && self.nature("aws login").chance(12)
    }

    /// Whether they call with a key as it is.
    pub(crate) fn uses_bare_keys(&self) -> bool {
        !self.uses_session_tokens() && !self.signs_in_by_browser()
    }

    /// Their IAM user, if they get in by one.
    pub(crate) const fn user(&self) -> Option<&User> {
        match &self.access {
            Access::User(user) => Some(user),
            _ => None,
        }
    }
}
