//! Central roles and vendors: what looks into every account, from inside and from outside the organisation.

use serde_json::{Value, json};

use crate::{
    record::{Actor, Caller, Scribe, assume, assume_from_outside, by_service, outsider, read},
    world::{Account, Agent, Moment, Purpose, Role, Secret, Vendor, World, aws_address, sdk},
};

/// Everything central.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    let mut actors: Vec<Box<dyn Actor>> = Vec::new();
    let home = world.of(Purpose::Security).first().map_or_else(|| world.management().clone(), |first| (*first).clone());
    for (name, hours, kind) in [
        ("security-audit", 24, Visits::Audit),
        ("inventory", 12, Visits::Inventory),
        ("backup-orchestrator", 24, Visits::Backup),
    ] {
        let mut dice = world.dice(&format!("central {name}"));
        if dice.chance(75) {
            let agent = sdk("AWS_Lambda_python3.13", &mut dice);
            let address = aws_address(home.region, &mut dice);
            let minute = dice.between(0, hours * 60 - 30);
            actors.push(Box::new(Central { name, home: home.clone(), hours, kind, agent, address, minute }));
        }
    }
    actors.extend(world.vendors.iter().map(|vendor| Box::new(Outside(vendor.clone())) as Box<dyn Actor>));
    let mut dice = world.dice("shared secrets");
    let shared = world.of(Purpose::Shared);
    for workload in &world.workloads {
        if let Some(account) = dice.choose(&shared).filter(|_| workload.nature("shared").chance(12)) {
            let secret = Secret::new(account, "shared/artifact-registry");
            actors.push(Box::new(Shared { workload: workload.clone(), secret }));
        }
    }
    actors
}

/// What a central role does where it comes.
#[derive(Clone, Copy)]
enum Visits {
    Audit,
    Inventory,
    Backup,
}

/// A function of the security account with a role in every other.
struct Central {
    name: &'static str,
    home: Account,
    hours: i64,
    kind: Visits,
    agent: Agent,
    address: String,
    minute: i64,
}

impl Actor for Central {
    fn name(&self) -> String {
        format!("central {}", self.name)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let mut at = world.day(day).minutes(self.minute);
        while at < world.day(day + 1) {
            let role = Role::new(&self.home, self.name);
            let session = Caller::session(&role, self.name, at, &mut scribe.dice);
            let session = session.from(&self.address, self.agent.clone());
            by_service(at, "lambda.amazonaws.com", (&role, self.name), &session, scribe);
            for (account, turn) in world.accounts.iter().filter(|account| **account != self.home).zip(1..) {
                let at = at.plus(turn * 9 + scribe.dice.between(0, 3));
                let there = Role::new(account, &format!("{}-member", self.name));
                let member = assume(at, &session, (&there, self.name), scribe);
                self.visit(at.plus(1), &member, scribe);
            }
            at = at.hours(self.hours);
        }
    }
}

impl Central {
    fn visit(&self, at: Moment, member: &Caller, scribe: &mut Scribe) {
        let calls: &[(&str, &str)] = match self.kind {
            Visits::Audit => &[
                ("iam", "ListUsers"),
                ("iam", "GetAccountSummary"),
                ("secretsmanager", "ListSecrets"),
                ("iam", "ListRoles"),
                ("ssm", "DescribeParameters"),
            ],
            Visits::Inventory => &[("ec2", "DescribeInstances"), ("rds", "DescribeDBInstances"), ("s3", "ListBuckets")],
            Visits::Backup => &[("backup", "ListBackupJobs"), ("rds", "DescribeDBSnapshots")],
        };
        for (call, turn) in calls.iter().zip(0..) {
            scribe.call(at.plus(turn / 2), member, *call, json!({ "maxResults": 100 }));
        }
        if matches!(self.kind, Visits::Audit) {
            for turn in 0..scribe.dice.between(1, 3) {
                let name = format!("svc-{}", member.account.nature(&format!("audited {turn}")).hex(4));
                scribe.call(at.plus(3), member, ("iam", "ListAccessKeys"), json!({ "userName": name }));
            }
        }
    }
}

/// A vendor that looks in from its own account.
struct Outside(Vendor);

impl Actor for Outside {
    fn name(&self) -> String {
        format!("vendor {}", self.0.name)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self(vendor) = self;
        if day < vendor.since {
            return;
        }
        if day == vendor.since && day > 0 {
            let title = format!("the new vendor {} gets a role in every account", vendor.name);
            scribe.oddity("new-vendor", &title, |scribe| let_in(world, vendor, day, scribe));
            return;
        }
        for account in &world.accounts {
            let mut at = world.day(day).plus(account.nature(vendor.name).between(0, vendor.every * 3_600));
            while at < world.day(day + 1) {
                visit(vendor, account, at, scribe);
                at = at.hours(vendor.every);
            }
        }
    }
}

/// An administrator makes the roles a new vendor comes in by.
fn let_in(world: &World, vendor: &Vendor, day: i64, scribe: &mut Scribe) {
    let start = super::access::office_hours(world, day, scribe);
    for (account, turn) in world.accounts.iter().zip(0..) {
        let at = start.minutes(turn * 3);
        let Some(host) = super::access::administrator(world, account, at, scribe) else { continue };
        let role = Role::new(account, &vendor.role);
        let trust = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\
             \"Principal\":{{\"AWS\":\"arn:aws:iam::{}:root\"}},\"Condition\":{{\"StringEquals\":\
             {{\"sts:ExternalId\":\"{}\"}}}}}}]}}",
            vendor.account.id, vendor.external_id
        );
        let asked = json!({ "roleName": &*role.name, "assumeRolePolicyDocument": trust });
        let answer =
            json!({ "role": { "roleName": &*role.name, "roleId": &*role.id, "arn": role.arn(), "path": "/" } });
        scribe.answered(at.plus(20), &host, ("iam", "CreateRole"), (asked, answer));
        let asked = json!({ "roleName": &*role.name, "policyArn": "arn:aws:iam::aws:policy/SecurityAudit" });
        scribe.call(at.plus(50), &host, ("iam", "AttachRolePolicy"), asked);
    }
}

fn visit(vendor: &Vendor, account: &Account, at: Moment, scribe: &mut Scribe) {
    const CALLS: [(&str, &str); 8] = [
        ("ec2", "DescribeInstances"),
        ("iam", "ListUsers"),
        ("s3", "ListBuckets"),
        ("secretsmanager", "ListSecrets"),
        ("rds", "DescribeDBInstances"),
        ("iam", "ListRoles"),
        ("sts", "GetCallerIdentity"),
        ("kms", "ListKeys"),
    ];
    let address = scribe.dice.choose(&vendor.addresses).cloned().unwrap_or_default();
    let principal = format!("{}:{}", Role::new(&vendor.account, "scanner").id, vendor.name);
    let identity = outsider(&vendor.account, &principal);
    let stranger = Caller::new(&vendor.account, json!({ "principalId": principal }), &address, vendor.agent.clone());
    let mut stranger = stranger.in_region(account.region);
    stranger.put("type", identity.get("type").cloned().unwrap_or_default());
    let role = Role::new(account, &vendor.role);
    let session = assume_from_outside(at, &stranger, (&role, vendor.name), Some(&vendor.external_id), scribe);
    let looks = usize::try_from(scribe.dice.between(2, 6)).unwrap_or(2);
    for (call, turn) in scribe.dice.some(&CALLS, looks).into_iter().zip(1..) {
        scribe.call(at.plus(turn), &session, call, Value::Null);
    }
}

/// A workload that reads a secret of the shared account: both accounts log it.
struct Shared {
    workload: crate::world::Workload,
    secret: Secret,
}

impl Actor for Shared {
    fn name(&self) -> String {
        format!("shared secret for {} {}", self.workload.name, self.workload.account.id)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self { workload, secret } = self;
        if day < workload.since.max(1) {
            return;
        }
        let mut at = world.day(day).max(workload.shipped).minutes(workload.nature("shared hour").between(20, 400));
        while at < world.day(day + 1) {
            let session = Caller::workload(workload, 0, at);
            if session.account == secret.account {
                read(at, &session, secret, scribe);
            } else {
                read_across(at, &session, secret, scribe);
            }
            at = at.hours(workload.nature("shared every").between(6, 24));
        }
    }
}

/// The read in the reader's log, and its twin in the log of the account the secret is in.
fn read_across(at: Moment, session: &Caller, secret: &Secret, scribe: &mut Scribe) {
    let shared: Value = scribe.dice.uuid().into();
    let record = scribe
        .record(at, session, ("secretsmanager", "GetSecretValue"))
        .asking(json!({ "secretId": secret.arn() }))
        .with("sharedEventID", shared);
    let stranger = outsider(&session.account, session.tells("principalId"));
    let twin = record.twin(&secret.account, stranger, &mut scribe.dice);
    scribe.write(record);
    scribe.write(twin);
}
