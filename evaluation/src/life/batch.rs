//! Batch jobs: nightly, weekly, monthly and quarterly, each reading many secrets in one go.

use crate::{
    record::{Actor, Caller, Scribe, assume, by_service, read, read_batch},
    world::{Account, Agent, Purpose, Role, Secret, Size, World, sdk},
};

/// How often a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Night,
    /// On that day of the week, counted from the log's first.
    Week(i64),
    /// On that day of the month.
    Month(i64),
    /// Once, on that day of the log.
    Quarter(i64),
}

/// A job.
struct Job {
    name: String,
    account: Account,
    role: Role,
    every: Every,
    /// Minutes after midnight UTC.
    at: i64,
    secrets: Vec<Secret>,
    agent: Agent,
    /// Whether it asks for all at once.
    batch: bool,
    address: String,
    /// A role elsewhere it goes on into.
    onward: Option<Role>,
}

/// The jobs of `world`.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    let count = match world.size {
        Size::Small => 2,
        Size::Medium => 6,
        Size::Large => 16,
    };
    (0..count).filter_map(|turn| Some(Box::new(job(world, turn)?) as Box<dyn Actor>)).collect()
}

fn job(world: &World, turn: i64) -> Option<Job> {
    const NAMES: [&str; 8] = [
        "settlement",
        "reporting",
        "reconciliation",
        "etl",
        "archive",
        "compliance-export",
        "warehouse-load",
        "dunning",
    ];
    let mut dice = world.dice(&format!("job {turn}"));
    let accounts = world.of(Purpose::Production);
    let account = (*dice.choose(&accounts)?).clone();
    let name = format!("{}-{turn}", dice.choose(&NAMES)?);
    let every = match turn % 8 {
        0 | 1 | 4 | 7 => Every::Night,
        2 | 6 => Every::Week(dice.between(0, 6)),
        3 => Every::Month(dice.between(1, 28)),
        _ => Every::Quarter(dice.between(world.days / 3, world.days - 2)),
    };
    let there: Vec<Secret> = world.secrets_in(&account).into_iter().cloned().collect();
    let breadth = usize::try_from(dice.between(4, 24)).unwrap_or(4);
    let staging = world.of(Purpose::Staging);
    Some(Job {
        role: Role::new(&account, &format!("{}-{name}", account.stage())),
        every,
        at: dice.between(0, 300),
        secrets: dice.some(&there, breadth),
        agent: sdk("AWS_ECS_FARGATE", &mut dice),
        batch: dice.chance(50),
        address: format!("10.{}.{}.{}", dice.between(16, 120), dice.between(1, 6), dice.between(10, 250)),
        onward: dice.choose(&staging).filter(|_| turn % 3 == 0).map(|account| Role::new(account, "report-writer")),
        account,
        name,
    })
}

impl Actor for Job {
    fn name(&self) -> String {
        format!("job {} {}", self.name, self.account.id)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let date: i64 = world.day(day).written("%-d").parse().unwrap_or_default();
        let runs = match self.every {
            Every::Night => true,
            Every::Week(of) => day % 7 == of,
            Every::Month(of) => date == of,
            Every::Quarter(of) => day == of,
        };
        if !runs {
            return;
        }
        match self.every {
            Every::Month(_) | Every::Quarter(_) => {
                let title = format!("the {} job runs and reads {} secrets", self.name, self.secrets.len());
                let kind = if matches!(self.every, Every::Month(_)) { "monthly-job" } else { "quarterly-job" };
                scribe.oddity(kind, &title, |scribe| self.run(world, day, scribe));
            }
            _ => self.run(world, day, scribe),
        }
    }
}

impl Job {
    fn run(&self, world: &World, day: i64, scribe: &mut Scribe) {
        let at = world.day(day).minutes(self.at).plus(scribe.dice.between(0, 240));
        let task = scribe.dice.hex(32);
        let mut session =
            Caller::session(&self.role, &task, at, &mut scribe.dice).from(&self.address, self.agent.clone());
        session.endpoint = Some(format!("vpce-0{}", self.account.nature("batch endpoint").hex(16)));
        by_service(at, "ecs-tasks.amazonaws.com", (&self.role, &task), &session, scribe);
        if self.batch {
            read_batch(at.plus(30), &session, &self.secrets, scribe);
        } else {
            let mut now = at.plus(20);
            for secret in &self.secrets {
                read(now, &session, secret, scribe);
                now = now.plus(scribe.dice.between(0, 90));
            }
        }
        if let Some(role) = &self.onward {
            let there = assume(at.minutes(20), &session, (role, &self.name), scribe);
            scribe.call(at.minutes(20).plus(2), &there, ("sts", "GetCallerIdentity"), serde_json::Value::Null);
        }
    }
}
