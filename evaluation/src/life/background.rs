//! The background: services of AWS that act by themselves or on somebody's behalf.

use serde_json::{Value, json};

use crate::{
    record::{Actor, Caller, Scribe, by_service},
    world::{Account, Role, World},
};

/// Each account's background.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    world.accounts.iter().map(|account| Box::new(Background(account.clone())) as Box<dyn Actor>).collect()
}

/// The background of one account.
struct Background(Account);

/// A service, its linked role, and the calls it makes.
type Linked = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const LINKED: [Linked; 5] = [
    (
        "config.amazonaws.com",
        "AWSServiceRoleForConfig",
        &[
            ("ec2", "DescribeSecurityGroups"),
            ("iam", "ListUsers"),
            ("secretsmanager", "ListSecrets"),
            ("kms", "ListKeys"),
        ],
    ),
    ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling", &[("ec2", "DescribeInstances")]),
    (
        "trustedadvisor.amazonaws.com",
        "AWSServiceRoleForTrustedAdvisor",
        &[("iam", "ListAccessKeys"), ("rds", "DescribeDBInstances")],
    ),
    (
        "securityhub.amazonaws.com",
        "AWSServiceRoleForSecurityHub",
        &[("iam", "GetAccountSummary"), ("cloudtrail", "DescribeTrails")],
    ),
    ("ecs.amazonaws.com", "AWSServiceRoleForECS", &[("elasticloadbalancing", "DescribeTargetHealth")]),
];

impl Actor for Background {
    fn name(&self) -> String {
        format!("background {}", self.0.id)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self(account) = self;
        for (host, name, calls) in LINKED {
            let mut nature = account.nature(name);
            if !nature.chance(60) {
                continue;
            }
            let times = nature.between(1, 6);
            for turn in 0..times {
                let at = world.day(day).minutes(turn * 1_440 / times).plus(scribe.dice.between(0, 1_200));
                let role = Role::linked(account, host, name);
                let session = Caller::session(&role, name, at, &mut scribe.dice);
                by_service(at, host, (&role, name), &session, scribe);
                for (call, turn) in calls.iter().zip(1..) {
                    scribe.call(at.plus(turn), &session.through(host), *call, Value::Null);
                }
            }
        }
        if account.nature("volumes").chance(60) {
            for _ in 0..scribe.dice.between(0, 3) {
                let at = world.day(day).plus(scribe.dice.between(0, 86_000));
                let role = Role::linked(account, "autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling");
                let session = Caller::session(&role, "AutoScaling", at, &mut scribe.dice);
                let asked = json!({
                    "granteePrincipal": format!("arn:aws:sts::{}:assumed-role/aws:ec2-infrastructure", account.id),
                    "operations": ["Decrypt"],
                    "keyId": account.nature("volume key").uuid(),
                });
                scribe.call(at, &session.through("ec2.amazonaws.com"), ("kms", "CreateGrant"), asked);
            }
        }
        if account.nature("logs key").chance(50) {
            let at = world.day(day).plus(scribe.dice.between(0, 80_000));
            let service = Caller::service(account, "cloudtrail.amazonaws.com");
            let asked = json!({ "keySpec": "AES_256", "encryptionContext": { "aws:cloudtrail:arn": "audit" } });
            scribe.call(at, &service, ("kms", "GenerateDataKey"), asked);
        }
    }
}
