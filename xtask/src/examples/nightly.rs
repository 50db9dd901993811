//! The machines of the night: a settlement that reads in batches, a rotation, an instance with parameters.

use serde_json::{Value, json};

use super::{
    agents,
    calendar::Moment,
    caller::{Agent, Caller},
    organization::{Account, Role},
    scribe::{Actor, Scribe},
    store::{self, Secret},
    sts,
};

/// Settles the day at half past one: eight secrets in one call.
pub(super) struct Settlement;

impl Actor for Settlement {
    fn name(&self) -> String {
        "settlement".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        const NAMES: [&str; 8] = [
            "orders/database",
            "billing/database",
            "billing/datev",
            "warehouse/database",
            "reporting/database",
            "reporting/snowflake",
            "payments/adyen",
            "payments/ledger-signing",
        ];
        let at = Moment::on(day, 1, 30).plus(scribe.dice.between(5, 90));
        let role = Role::new(Account::Production, "prod-nightly-settlement");
        let task = format!("{}{}", scribe.dice.hex(16), scribe.dice.hex(16));
        let caller = sts::by_service(at, "ecs-tasks.amazonaws.com", (&role, &task), scribe)
            .from("10.40.2.61", Agent::Program(agents::BOTO_ECS))
            .behind(Some("vpce-0b7e4c1a95d2f3860"));
        let secrets = NAMES.map(|name| Secret::new(Account::Production, name));
        store::read_batch(at.plus(40), &caller, &secrets, scribe);
        let reporting = Role::new(Account::Staging, "stag-report-writer");
        let there = sts::by_caller(at.minutes(6), &caller, (&reporting, "settlement"), scribe);
        scribe.call(at.minutes(6).plus(3), &there, ("sts", "GetCallerIdentity"), Value::Null);
    }
}

/// Rotates the database passwords on Sundays at three.
pub(super) struct Rotation;

impl Actor for Rotation {
    fn name(&self) -> String {
        "rotation".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        if day % 7 != 0 {
            return;
        }
        for (turn, name) in ["orders/database", "tracking/database"].iter().enumerate() {
            let at = Moment::on(day, 3, 2).minutes(4 * i64::try_from(turn).unwrap_or_default());
            rotate(at, &Secret::new(Account::Production, name), scribe);
        }
    }
}

/// One rotation: the service tells its start and end, the function does the work in between.
fn rotate(at: Moment, secret: &Secret, scribe: &mut Scribe) {
    let service = Caller::service(secret.account, "secretsmanager.amazonaws.com");
    let token = scribe.dice.uuid();
    let record = scribe.record(at, &service, ("secretsmanager", "RotationStarted")).service_event(Value::Null);
    scribe.write(record.with("additionalEventData", json!({ "SecretId": secret.arn() })));
    let role = Role::new(secret.account, "prod-secret-rotation");
    let name = "prod-secret-rotation";
    let mut worker = sts::by_service(at.plus(1), "lambda.amazonaws.com", (&role, name), scribe);
    sts::in_scope(&mut worker, "AWS::Lambda::Function", name, secret.account);
    let worker = worker.from("3.121.214.77", Agent::Program(agents::BOTO_LAMBDA));
    let asked = json!({ "secretId": secret.arn() });
    scribe.call(at.plus(2), &worker, ("secretsmanager", "DescribeSecret"), asked.clone());
    store::read(at.plus(3), &worker, secret, scribe);
    let put = json!({ "secretId": secret.arn(), "clientRequestToken": token, "versionStages": ["AWSPENDING"] });
    scribe.call(at.plus(5), &worker, ("secretsmanager", "PutSecretValue"), put);
    store::read(at.plus(9), &worker, secret, scribe);
    let moved = json!({ "secretId": secret.arn(), "versionStage": "AWSCURRENT", "moveToVersionId": token });
    scribe.call(at.plus(14), &worker, ("secretsmanager", "UpdateSecretVersionStage"), moved);
    let record =
        scribe.record(at.plus(15), &service, ("secretsmanager", "RotationSucceeded")).service_event(Value::Null);
    scribe.write(record.with("additionalEventData", json!({ "SecretId": secret.arn() })));
}

/// An instance with a role: it reports to Systems Manager, and some read their parameters from there.
pub(super) struct Instance {
    pub(super) account: Account,
    pub(super) id: &'static str,
    pub(super) service: &'static str,
    pub(super) address: &'static str,
    /// The parameters it reads every two hours.
    pub(super) parameters: &'static [&'static str],
}

/// The instances.
pub(super) const INSTANCES: &[Instance] = &[
    Instance {
        account: Account::Production,
        id: "i-0c8d3f6e5a1b47290",
        service: "warehouse-sync",
        address: "18.196.121.40",
        parameters: &["database-url", "scanner-mqtt", "label-key"],
    },
    Instance {
        account: Account::Production,
        id: "i-07b2e9a4d1c6f8350",
        service: "bastion",
        address: "3.66.187.212",
        parameters: &[],
    },
    Instance {
        account: Account::Staging,
        id: "i-0f41a7c3b8e2d9651",
        service: "warehouse-sync",
        address: "35.158.33.108",
        parameters: &["database-url"],
    },
];

impl Actor for Instance {
    fn name(&self) -> String {
        format!("instance {}", self.id)
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let role = Role::new(self.account, &format!("{}-{}", self.account.stage(), self.service));
        for turn in 0..4 {
            let renewed = Moment::on(day, turn * 6, 7).plus(scribe.dice.between(0, 200));
            let mut caller = sts::by_service(renewed, "ec2.amazonaws.com", (&role, self.id), scribe);
            caller.put_in_session("ec2RoleDelivery", "2.0".into());
            sts::in_scope(&mut caller, "AWS::EC2::Instance", self.id, self.account);
            let caller = caller.from(self.address, Agent::Program(agents::SSM_AGENT));
            for hour in 0..6 {
                self.report(renewed.minutes(60 * hour + 1), &caller, scribe);
                if hour % 2 == 0 && !self.parameters.is_empty() {
                    let program = caller.clone().from(self.address, Agent::Program(agents::CLI_OLD));
                    let path = (self.path(), self.parameters);
                    store::read_path(renewed.minutes(60 * hour + 9), &program, path, scribe);
                }
            }
        }
    }
}

impl Instance {
    fn path(&self) -> &'static str {
        match self.account {
            Account::Production => "/prod/warehouse",
            _ => "/stag/warehouse",
        }
    }

    fn report(&self, at: Moment, caller: &Caller, scribe: &mut Scribe) {
        let asked = json!({
            "instanceId": self.id,
            "agentVersion": "3.3.3270.0",
            "agentStatus": "Active",
            "platformType": "Linux",
            "platformName": "Amazon Linux",
        });
        scribe.call(at, caller, ("ssm", "UpdateInstanceInformation"), asked);
    }
}
