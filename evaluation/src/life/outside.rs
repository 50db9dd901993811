//! IAM users that are programs: in the company's own rooms, at partners, on servers nobody dares to touch.

use serde_json::json;

use super::rotation::old_server;
use crate::{
    record::{Actor, Caller, Scribe, assume, read, read_path},
    world::{Agent, Kind, Moment, Provider, Role, Secret, User, World, aws_address, provider, sdk},
};

/// Every service user.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    world.services.iter().map(|user| Box::new(Service::new(world, user)) as Box<dyn Actor>).collect()
}

/// What such a program does.
#[derive(Clone, Copy)]
enum Job {
    /// Copies to a bucket every night.
    Copies,
    /// Reads a secret or two every so often.
    Reads,
    /// Gives partners temporary credentials.
    Brokers,
    /// Asks for credentials of the warehouse.
    Queries,
    /// Sends mail: nothing of it is logged, so it only shows when its key changes.
    Mails,
    /// Looks at metrics.
    Watches,
}

/// One service user.
struct Service {
    user: User,
    job: Job,
    agent: Agent,
    /// Where it runs.
    provider: Option<&'static Provider>,
    address: String,
    /// Minutes from one turn to the next.
    every: i64,
    secrets: Vec<Secret>,
}

impl Service {
    fn new(world: &World, user: &User) -> Self {
        let mut dice = world.dice(&format!("service user {}", user.arn()));
        let job = match user.name.split('-').nth(1).unwrap_or_default() {
            "backup" => Job::Copies,
            "mail" | "fax" => Job::Mails,
            "bi" => Job::Queries,
            "partner" => Job::Brokers,
            "monitoring" => Job::Watches,
            _ => Job::Reads,
        };
        let office = world.offices.first().filter(|_| dice.chance(40)).map(|office| office.address.clone());
        let there = world.offices.first().map_or("US", |office| office.country);
        let line = match (&office, dice.between(0, 2)) {
            (Some(_), _) | (_, 0) => None,
            (_, 1) => Some(provider(Kind::Business, there, &mut dice)),
            _ => Some(provider(Kind::Hosting, "", &mut dice)),
        };
        let address = match (office, line) {
            (Some(address), _) => address,
            (None, Some(line)) => line.address(&mut dice),
            (None, None) => aws_address(world.home, &mut dice),
        };
        let agent = if dice.chance(40) { old_server() } else { sdk("EC2", &mut dice) };
        let there: Vec<Secret> = world.secrets_in(&user.account).into_iter().cloned().collect();
        let breadth = usize::try_from(dice.between(1, 3)).unwrap_or(1);
        Self {
            user: user.clone(),
            job,
            agent,
            // Some lines get a new address every few weeks.
            provider: line.filter(|_| dice.chance(20)),
            address,
            every: [60, 240, 720, 1_440].get(usize::try_from(dice.between(0, 3)).unwrap_or(0)).copied().unwrap_or(240),
            secrets: dice.some(&there, breadth),
        }
    }

    fn address(&self, world: &World, at: Moment) -> String {
        let Some(provider) = self.provider else { return self.address.clone() };
        let lease = world.day_of(at) / 17;
        let mut dice = world.dice(&format!("line of {} {lease}", self.user.arn()));
        provider.neighbour(&self.address, &mut dice)
    }
}

impl Actor for Service {
    fn name(&self) -> String {
        format!("service user {}", self.user.arn())
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let shift = world.dice(&format!("turn of {}", self.user.arn())).between(0, self.every - 1);
        let mut at = world.day(day).minutes(shift);
        while at < world.day(day + 1) {
            let now = at.plus(scribe.dice.between(0, 90));
            let address = self.address(world, now);
            let caller = Caller::user(&self.user, now, &address, self.agent.clone());
            self.turn(now, &caller, scribe);
            at = at.minutes(self.every);
        }
    }
}

impl Service {
    fn turn(&self, at: Moment, caller: &Caller, scribe: &mut Scribe) {
        match self.job {
            Job::Copies => {
                scribe.call(at, caller, ("s3", "ListBuckets"), json!(null));
                let role = Role::new(&self.user.account, "backup-writer");
                let session = assume(at.plus(1), caller, (&role, &self.user.name), scribe);
                scribe.call(at.plus(3), &session, ("s3", "GetBucketLocation"), json!({ "bucketName": "backup" }));
            }
            Job::Reads => {
                for (secret, turn) in self.secrets.iter().zip(0..) {
                    read(at.plus(turn), caller, secret, scribe);
                }
                if self.every > 300 {
                    read_path(at.plus(9), caller, ("/shared/erp", &["host", "password"]), scribe);
                }
            }
            Job::Brokers => self.broker(at, caller, scribe),
            Job::Queries => {
                let asked = json!({
                    "dbUser": "bi_reader",
                    "dbName": "warehouse",
                    "clusterIdentifier": "warehouse",
                    "durationSeconds": 3_600,
                });
                scribe.call(at, caller, ("redshift", "GetClusterCredentials"), asked);
            }
            Job::Mails => {}
            Job::Watches => {
                scribe.call(at, caller, ("monitoring", "DescribeAlarms"), json!({ "maxRecords": 100 }));
                scribe.call(at.plus(1), caller, ("ec2", "DescribeInstances"), json!({ "maxResults": 1_000 }));
            }
        }
    }

    /// Temporary credentials for a partner who may fetch files.
    fn broker(&self, at: Moment, caller: &Caller, scribe: &mut Scribe) {
        const PARTNERS: [&str; 4] = ["acme", "globex", "initech", "umbrella"];
        for turn in 0..scribe.dice.between(1, 3) {
            let partner = scribe.dice.choose(&PARTNERS).copied().unwrap_or("acme");
            let account = &self.user.account;
            let key = scribe.dice.access_key("ASIA", account.number());
            let asked = json!({ "name": partner, "durationSeconds": 3_600, "policy": "{\"Statement\":[]}" });
            let answer = json!({
                "credentials": { "accessKeyId": key, "sessionToken": "<encoded session token blob>" },
                "federatedUser": {
                    "federatedUserId": format!("{}:{partner}", account.id),
                    "arn": format!("arn:aws:sts::{}:federated-user/{partner}", account.id),
                },
            });
            scribe.answered(at.plus(turn * 40), caller, ("sts", "GetFederationToken"), (asked, answer));
        }
    }
}
