//! Victims of our own making: programs and people with IAM users, and the lives they lead besides.

use serde_json::{Value, json};

use super::hunt::Hunt;
use crate::{
    record::{Caller, Scribe, Story, console_login, read},
    world::{
        Account, Agent, Desk, Kind, Moment, Person, Provider, Role, Secret, User, World, aws_address, command_line,
        provider,
    },
};

/// A program outside AWS with an IAM user, and the life it leads.
#[derive(Clone, Debug)]
pub(super) struct Servant {
    pub(super) user: User,
    /// The server it runs on.
    pub(super) address: String,
    pub(super) agent: Agent,
    /// The one secret it reads.
    pub(super) own: Option<Secret>,
    /// Hours from one job to the next.
    every: i64,
}

/// Somebody who signs in to the console as an IAM user.
#[derive(Clone, Debug)]
pub(super) struct Resident {
    pub(super) user: User,
    pub(super) country: &'static str,
    /// Where they are at home on the day of the attack.
    pub(super) address: String,
    pub(super) browser: Agent,
    home: &'static Provider,
    /// The minute of the UTC day at which they usually begin.
    start: i64,
}

impl Hunt<'_> {
    /// An IAM user of a program in `account`: one of the world's, or one more.
    pub(super) fn service(&self, account: &Account, story: &mut Story) -> User {
        let known = story.service(self.world, |user| user.account == *account).cloned();
        known.unwrap_or_else(|| self.servant(account, false, story).user)
    }

    /// One more program with an IAM user in `account`, living all through the log.
    pub(super) fn servant(&self, account: &Account, privileged: bool, story: &mut Story) -> Servant {
        const PLAIN: [&str; 8] = [
            "svc-archive",
            "svc-invoicing",
            "svc-label-print",
            "svc-edi",
            "svc-crm-sync",
            "svc-forecast",
            "svc-uploader",
            "svc-shopfloor",
        ];
        const STRONG: [&str; 4] = ["terraform-admin", "ops-automation", "infra-provisioner", "bootstrap-admin"];
        let name = unused(account, if privileged { &STRONG } else { &PLAIN }, story);
        let secrets: Vec<Secret> = self.world.secrets_in(account).into_iter().cloned().collect();
        let dice = &mut story.bystander.dice;
        let created = self.world.start.days(-dice.between(60, 800));
        let user = User::new(account, &name).with_key(created, dice);
        let address = match self.world.offices.first() {
            Some(office) if dice.chance(40) => office.provider.neighbour(&office.address, dice),
            _ if dice.chance(50) => provider(Kind::Hosting, "DE", dice).address(dice),
            _ => aws_address(account.region, dice),
        };
        let agent = if dice.chance(50) { World::old_program() } else { command_line(Desk::Linux, dice.between(0, 3)) };
        let own = dice.choose(&secrets).cloned();
        let servant = Servant { user, address, agent, own, every: dice.between(6, 16) };
        if privileged {
            servant.promoted(self.world, &mut story.bystander);
        }
        servant.live(self.world, (1, self.world.days), privileged, &mut story.bystander);
        servant
    }

    /// A program with an IAM user that was in use for the first days of the log and then left alone.
    pub(super) fn forgotten(&self, account: &Account, story: &mut Story) -> Servant {
        let name = unused(account, &["old-reporting", "migration-2023", "poc-importer", "intern-scripts"], story);
        let dice = &mut story.bystander.dice;
        let user = User::new(account, &name).with_key(self.world.start.days(-700), dice);
        let address = aws_address(account.region, dice);
        let agent = World::old_program();
        let servant = Servant { user, address, agent, own: None, every: dice.between(3, 8) };
        servant.live(self.world, (1, 6), false, &mut story.bystander);
        servant
    }

    /// Somebody who signs in to the console of an account by password: one of the world's people, or a contractor.
    pub(super) fn resident(&self, mfa: bool, story: &mut Story) -> Resident {
        let day = self.world.day_of(self.start);
        let fits = |person: &Person| {
            person.user().is_some_and(|user| user.mfa == mfa) && person.is_around(day) && person.left.is_none()
        };
        if let Some(person) = story.person(self.world, fits)
            && let Some(user) = person.user()
        {
            let (address, browser) = (person.home_address(day), person.browser(day));
            let (start, home) = (person.rhythm.start - person.zone * 60, person.home);
            return Resident { user: user.clone(), country: person.country, address, browser, home, start };
        }
        let account = self.world.first(crate::world::Purpose::Production);
        self.contractor(account, mfa, story)
    }

    /// One more person with a password in `account`, signing in on every working day.
    pub(super) fn contractor(&self, account: &Account, mfa: bool, story: &mut Story) -> Resident {
        const NAMES: [&str; 8] =
            ["ext-keller", "ext-moreno", "ext-das", "ext-novotny", "ext-lund", "ext-haddad", "ext-osei", "ext-park"];
        let name = unused(account, &NAMES, story);
        let mut user = User::new(account, &name);
        user.mfa = mfa;
        let dice = &mut story.bystander.dice;
        let (country, zone) = self.world.offices.first().map_or(("DE", 1), |office| (office.country, office.zone));
        let home = provider(Kind::Residential, country, dice);
        let address = home.address(dice);
        let browser = Agent::program(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 \
             Safari/537.36",
        );
        let start = dice.between(8 * 60, 10 * 60) - zone * 60;
        let resident = Resident { user, country, address, browser, home, start };
        for day in 1..=self.world.days {
            resident.work(self.world, day, &mut story.bystander);
        }
        resident
    }
}

/// A name of `names` nobody has in `account` yet.
fn unused(account: &Account, names: &[&str], story: &mut Story) -> String {
    let order = story.scribe.dice.some(names, names.len());
    for turn in 1..50 {
        for name in &order {
            let name = if turn == 1 { (*name).to_owned() } else { format!("{name}-{turn}") };
            if story.take(&User::new(account, &name).arn()) {
                return name;
            }
        }
    }
    "svc-batch".to_owned()
}

impl Resident {
    /// When they sign in on `day`.
    pub(super) fn morning(&self, world: &World, day: i64) -> Moment {
        world.day(day).minutes(self.start)
    }

    /// Another address of their own neighbourhood.
    pub(super) fn next_door(&self, story: &mut Story) -> String {
        self.home.neighbour(&self.address, &mut story.scribe.dice)
    }

    /// A working day at the console.
    fn work(&self, world: &World, day: i64, scribe: &mut Scribe) {
        if world.day(day).is_weekend() || scribe.dice.chance(10) {
            return;
        }
        let at = self.morning(world, day).plus(scribe.dice.between(0, 2_400));
        let session = console_login(at, &self.user, (&self.address, self.browser.clone()), scribe);
        for (service, name) in [("ec2", "DescribeInstances"), ("cloudwatch", "DescribeAlarms"), ("s3", "ListBuckets")] {
            let later = at.plus(scribe.dice.between(20, 6_000));
            scribe.call(later, &session, (service, name), Value::Null);
        }
    }
}

impl Servant {
    /// Another address of the subnet it runs in.
    pub(super) fn next_door(&self, story: &mut Story) -> String {
        let (subnet, own) = self.address.rsplit_once('.').unwrap_or((&self.address, "7"));
        let other = story.scribe.dice.between(2, 250);
        let other = if own == other.to_string() { other - 1 } else { other };
        format!("{subnet}.{other}")
    }

    /// Is given every right on the first day, by whoever sets an account up.
    fn promoted(&self, world: &World, scribe: &mut Scribe) {
        let at = world.day(1).hours(9);
        let setup = Role::new(&self.user.account, "OrganizationAccountAccessRole");
        let session = Caller::session(&setup, "setup", at, &mut scribe.dice);
        let session = session.from(&self.address, self.agent.clone());
        let asked = json!({ "userName": self.user.name, "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess" });
        scribe.call(at.minutes(7), &session, ("iam", "AttachUserPolicy"), asked);
    }

    /// Lives from the first day to the last: a job every few hours.
    fn live(&self, world: &World, (first, last): (i64, i64), privileged: bool, scribe: &mut Scribe) {
        let caller = Caller::user(&self.user, world.start, &self.address, self.agent.clone());
        let account = &self.user.account;
        let mut at = world.day(first).minutes(scribe.dice.between(0, 300));
        while at < world.day(last + 1) {
            scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null);
            if privileged && scribe.dice.chance(8) {
                let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"*"}]}"#;
                let asked = json!({ "roleName": format!("{}-runtime", account.stage()), "policyName": "logs", "policyDocument": policy });
                scribe.call(at.plus(4), &caller, ("iam", "PutRolePolicy"), asked);
            } else if let Some(own) = &self.own {
                read(at.plus(2), &caller, own, scribe);
            }
            scribe.call(at.plus(5), &caller, ("s3", "ListBuckets"), Value::Null);
            at = at.hours(self.every).plus(scribe.dice.between(-240, 240));
        }
    }
}
