//! Pipelines: what hosted runners and the company's own build servers do when something is merged.

use serde_json::{Value, json};

use super::pages::{REFRESH, look};
use crate::{
    record::{Actor, Caller, Scribe, assume, create_secret, read, read_path, with_web_identity},
    world::{ACTIONS, Account, Agent, Moment, Pipeline, Role, Runner, Secret, Workload, World, runner_cli},
};

/// Every pipeline, and every service that is shipped while the log lasts.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    let pipelines = world.pipelines.iter().map(|pipeline| Box::new(Merged(pipeline.clone())) as Box<dyn Actor>);
    let shipped = world.workloads.iter().filter(|workload| workload.since > 0);
    pipelines.chain(shipped.map(|workload| Box::new(Shipped(workload.clone())) as Box<dyn Actor>)).collect()
}

/// The days of one pipeline.
struct Merged(Pipeline);

impl Actor for Merged {
    fn name(&self) -> String {
        format!("pipeline {}", self.0.repository)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self(pipeline) = self;
        if day < pipeline.since {
            return;
        }
        if day == pipeline.since && day > 0 {
            let title = format!("a new pipeline for {} is let in", pipeline.repository);
            scribe.oddity("new-pipeline", &title, |scribe| let_in(world, pipeline, day, scribe));
            return;
        }
        let percent = if world.day(day).is_weekend() { pipeline.runs / 12 } else { pipeline.runs };
        let runs = percent / 100 + i64::from(scribe.dice.chance(percent % 100));
        for _ in 0..runs {
            let at = super::access::office_hours(world, day, scribe).minutes(scribe.dice.between(-60, 120));
            let session = runner(world, pipeline, at, scribe);
            if pipeline.infrastructure {
                terraform(world, pipeline, (at.plus(30), &session), scribe);
            } else {
                deploy(world, pipeline, (at.plus(20), &session), scribe);
            }
        }
        // Drift is looked for every night.
        if pipeline.infrastructure && pipeline.runs % 2 == 0 && day > 0 {
            let at = world.day(day).hours(3).plus(scribe.dice.between(0, 900));
            let session = runner(world, pipeline, at, scribe);
            plan(world, pipeline, (at.plus(40), &session), scribe);
        }
    }
}

/// An administrator trusts the issuer of a pipeline's tokens, and makes the role it deploys with.
fn let_in(world: &World, pipeline: &Pipeline, day: i64, scribe: &mut Scribe) {
    let at = super::access::office_hours(world, day, scribe);
    let Some(host) = super::access::administrator(world, &pipeline.account, at, scribe) else { return };
    let issuer = pipeline.issuer();
    let known = world
        .pipelines
        .iter()
        .any(|other| other.since < pipeline.since && other.account == pipeline.account && other.issuer() == issuer);
    let arn = format!("arn:aws:iam::{}:oidc-provider/{issuer}", pipeline.account.id);
    if !known {
        let asked = json!({
            "url": format!("https://{issuer}"),
            "clientIDList": ["sts.amazonaws.com"],
            "thumbprintList": [scribe.dice.hex(40)],
        });
        let answer = json!({ "openIDConnectProviderArn": arn });
        scribe.answered(at, &host, ("iam", "CreateOpenIDConnectProvider"), (asked, answer));
    }
    let trust = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Federated\":\"{arn}\"}},\
         \"Action\":\"sts:AssumeRoleWithWebIdentity\",\"Condition\":{{\"StringLike\":{{\"{issuer}:sub\":\"{}\"}}}}}}]}}",
        pipeline.subject(&world.name)
    );
    let role = &pipeline.role;
    let asked = json!({ "roleName": &*role.name, "assumeRolePolicyDocument": trust });
    let answer = json!({ "role": { "roleName": &*role.name, "roleId": &*role.id, "arn": role.arn(), "path": "/" } });
    scribe.answered(at.plus(70), &host, ("iam", "CreateRole"), (asked, answer));
    let policy = "arn:aws:iam::aws:policy/PowerUserAccess";
    let asked = json!({ "roleName": &*role.name, "policyArn": policy });
    scribe.call(at.plus(95), &host, ("iam", "AttachRolePolicy"), asked);
}

/// A runner gets its session.
pub(super) fn runner(world: &World, pipeline: &Pipeline, at: Moment, scribe: &mut Scribe) -> Caller {
    let address = pipeline.address(at);
    let subject = pipeline.subject(&world.name);
    match &pipeline.runner {
        Runner::GitHub => {
            let agent = Agent::program(ACTIONS);
            let named = (&pipeline.role, "GitHubActions");
            let session = with_web_identity(at, (pipeline.issuer(), &subject), named, (&address, &agent), scribe);
            session.from(&address, pipeline.agent.clone())
        }
        Runner::GitLab => {
            let name = format!("run-{}", scribe.dice.digits(7));
            let named = (&pipeline.role, name.as_str());
            with_web_identity(at, (pipeline.issuer(), &subject), named, (&address, &pipeline.agent), scribe)
        }
        Runner::Own(user, _) => {
            let caller = Caller::user(user, at, &address, runner_cli());
            scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null);
            let name = format!("ci-{}", scribe.dice.digits(6));
            let session = assume(at.plus(2), &caller, (&pipeline.role, &name), scribe);
            session.from(&address, pipeline.agent.clone())
        }
    }
}

/// A service is rolled out: a few secrets for the build, and the new version starts.
fn deploy(world: &World, pipeline: &Pipeline, (at, session): (Moment, &Caller), scribe: &mut Scribe) {
    scribe.call(at, session, ("sts", "GetCallerIdentity"), Value::Null);
    let there: Vec<Secret> = world.secrets_in(&pipeline.account).into_iter().cloned().collect();
    let mut nature = pipeline.account.nature(&format!("build secrets of {}", pipeline.repository));
    let needs = usize::try_from(nature.between(0, 3)).unwrap_or(0);
    for (secret, turn) in nature.some(&there, needs).iter().zip(1..) {
        read(at.plus(turn * 2), session, secret, scribe);
    }
    if nature.chance(40) {
        let path = format!("/build/{}", pipeline.repository);
        read_path(at.plus(9), session, (&path, &["npm-token", "sentry-dsn"]), scribe);
    }
    if nature.chance(25) {
        // CloudFormation resolves references to secrets on behalf of whoever deploys.
        let through = session.through("cloudformation.amazonaws.com");
        scribe.call(at.plus(60), session, ("cloudformation", "ExecuteChangeSet"), Value::Null);
        for secret in nature.some(&there, 1) {
            read(at.plus(64), &through, &secret, scribe);
        }
    }
    scribe.call(at.plus(90), session, ("ecr", "GetAuthorizationToken"), Value::Null);
    let asked = json!({ "cluster": pipeline.account.stage(), "service": pipeline.repository });
    scribe.call(at.plus(140), session, ("ecs", "UpdateService"), asked.clone());
    scribe.call(at.plus(150), session, ("ecs", "DescribeServices"), asked);
}

/// Terraform looks at everything it keeps.
fn plan(world: &World, pipeline: &Pipeline, (at, session): (Moment, &Caller), scribe: &mut Scribe) {
    scribe.call(at, session, ("sts", "GetCallerIdentity"), Value::Null);
    let mut console = session.clone();
    // Terraform asks for whole pages at once, as the console does.
    console.console = false;
    for (page, turn) in REFRESH.iter().zip(1..) {
        look(at.plus(turn * 3), &console, page, &pipeline.repository, scribe);
    }
    let there: Vec<Secret> = world.secrets_in(&pipeline.account).into_iter().cloned().collect();
    let mut nature = pipeline.account.nature("terraform's secrets");
    let keeps = usize::try_from(nature.between(2, 14)).unwrap_or(2);
    for (secret, turn) in nature.some(&there, keeps).iter().zip(0..) {
        let at = at.plus(20 + turn / 4);
        let asked = json!({ "secretId": secret.arn() });
        scribe.call(at, session, ("secretsmanager", "DescribeSecret"), asked.clone());
        scribe.call(at, session, ("secretsmanager", "GetResourcePolicy"), asked);
        read(at, session, secret, scribe);
    }
}

/// Terraform plans, and mostly applies something.
fn terraform(world: &World, pipeline: &Pipeline, (at, session): (Moment, &Caller), scribe: &mut Scribe) {
    plan(world, pipeline, (at, session), scribe);
    if !scribe.dice.chance(60) {
        return;
    }
    let at = at.plus(scribe.dice.between(60, 1_500));
    let service = scribe.dice.choose(crate::world::SERVICES).copied().unwrap_or("orders");
    let role = format!("{}-{service}-{}", pipeline.account.stage(), scribe.dice.hex(4));
    match scribe.dice.between(0, 9) {
        0..=2 => policy(at, session, &role, scribe),
        3 => rule(at, session, service, scribe),
        4 => scribe.oddity("terraform-role", "Terraform makes a role nobody uses yet", |scribe| {
            create_role(at, session, &Role::new(&session.account, &role), "lambda.amazonaws.com", scribe);
        }),
        5 if scribe.dice.chance(30) => mail_user(at, session, service, scribe),
        6 if scribe.dice.chance(20) => trail(at, session, scribe),
        8 if scribe.dice.chance(30) => share(world, at, session, scribe),
        7 => {
            let asked = json!({ "groupId": format!("sg-0{}", scribe.dice.hex(16)) });
            scribe.call(at, session, ("ec2", "AuthorizeSecurityGroupIngress"), asked);
        }
        _ => {
            let asked =
                json!({ "name": format!("/{}/{service}/log-level", session.account.stage()), "overwrite": true });
            scribe.call(at, session, ("ssm", "PutParameter"), asked);
        }
    }
}

fn policy(at: Moment, session: &Caller, role: &str, scribe: &mut Scribe) {
    let arn = format!("arn:aws:iam::{}:policy/{role}", session.account.id);
    let document =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}"#;
    let asked = json!({ "policyArn": arn, "policyDocument": document, "setAsDefault": true });
    scribe.call(at, session, ("iam", "CreatePolicyVersion"), asked);
    let asked = json!({ "roleName": role, "policyArn": arn });
    scribe.call(at.plus(2), session, ("iam", "AttachRolePolicy"), asked);
}

fn rule(at: Moment, session: &Caller, service: &str, scribe: &mut Scribe) {
    let asked =
        json!({ "name": format!("{service}-hourly"), "scheduleExpression": "rate(1 hour)", "state": "ENABLED" });
    scribe.call(at, session, ("events", "PutRule"), asked);
    let function = format!("arn:aws:lambda:{}:{}:function:{service}", session.region, session.account.id);
    let asked = json!({ "rule": format!("{service}-hourly"), "targets": [{ "id": "1", "arn": function }] });
    scribe.call(at.plus(1), session, ("events", "PutTargets"), asked);
}

fn trail(at: Moment, session: &Caller, scribe: &mut Scribe) {
    scribe.oddity("trail-updated", "Terraform changes the settings of a trail", |scribe| {
        let asked = json!({ "name": "audit", "s3BucketName": "audit-logs", "enableLogFileValidation": true });
        scribe.call(at, session, ("cloudtrail", "UpdateTrail"), asked);
    });
}

/// A secret may be read by a role of another account of the company.
fn share(world: &World, at: Moment, session: &Caller, scribe: &mut Scribe) {
    let there: Vec<Secret> = world.secrets_in(&session.account).into_iter().cloned().collect();
    let Some(secret) = scribe.dice.choose(&there).cloned() else { return };
    let Some(other) = scribe.dice.choose(&world.workloads) else { return };
    let policy = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\"{}\"}},\
         \"Action\":\"secretsmanager:GetSecretValue\",\"Resource\":\"*\"}}]}}",
        other.role.arn()
    );
    scribe.oddity("secret-shared", "Terraform lets another role of the company read a secret", |scribe| {
        let asked = json!({ "secretId": secret.arn(), "resourcePolicy": policy, "blockPublicPolicy": true });
        scribe.call(at, session, ("secretsmanager", "PutResourcePolicy"), asked);
    });
}

/// A user whose only purpose is to send mail.
fn mail_user(at: Moment, session: &Caller, service: &str, scribe: &mut Scribe) {
    scribe.oddity("smtp-user", "Terraform makes a user with a key for sending mail", |scribe| {
        let name = format!("ses-{service}-{}", scribe.dice.hex(3));
        let user = crate::world::User::new(&session.account, &name);
        let answer = json!({ "user": { "userName": name, "userId": user.id, "arn": user.arn(), "path": "/" } });
        scribe.answered(at, session, ("iam", "CreateUser"), (json!({ "userName": name }), answer));
        let asked = json!({ "userName": name, "policyName": "send", "policyDocument": "{\"Statement\":[]}" });
        scribe.call(at.plus(1), session, ("iam", "PutUserPolicy"), asked);
        let key = scribe.dice.access_key("AKIA", session.account.number());
        let answer = json!({ "accessKey": { "userName": name, "accessKeyId": key, "status": "Active" } });
        scribe.answered(at.plus(2), session, ("iam", "CreateAccessKey"), (json!({ "userName": name }), answer));
        let secret = Secret::new(&session.account, &format!("{}/{service}/smtp-{name}", session.account.stage()));
        create_secret(at.plus(3), session, &secret, scribe);
    });
}

/// A role is made, for `host` to assume, with what it may do.
pub(super) fn create_role(at: Moment, session: &Caller, role: &Role, host: &str, scribe: &mut Scribe) {
    let trust = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"{host}\"}},\
         \"Action\":\"sts:AssumeRole\"}}]}}"
    );
    let asked = json!({ "roleName": &*role.name, "assumeRolePolicyDocument": trust });
    let answer = json!({ "role": { "roleName": &*role.name, "roleId": &*role.id, "arn": role.arn(), "path": "/" } });
    scribe.answered(at, session, ("iam", "CreateRole"), (asked, answer));
    let document = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"secretsmanager:GetSecretValue\",\
         \"Resource\":\"arn:aws:secretsmanager:*:{}:secret:{}/*\"}}]}}",
        role.account.id,
        role.account.stage()
    );
    let asked = json!({ "roleName": &*role.name, "policyName": "secrets", "policyDocument": document });
    scribe.call(at.plus(2), session, ("iam", "PutRolePolicy"), asked);
}

/// A service shipped while the log lasts: its role and its secrets are made shortly before it first runs.
struct Shipped(Workload);

impl Actor for Shipped {
    fn name(&self) -> String {
        format!("shipping {} {}", self.0.name, self.0.account.id)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self(workload) = self;
        if day != workload.since {
            return;
        }
        let title = format!("the new service {} is shipped to {}", workload.name, workload.account.name);
        scribe.oddity("new-service", &title, |scribe| ship(world, workload, scribe));
    }
}

fn ship(world: &World, workload: &Workload, scribe: &mut Scribe) {
    let at = workload.shipped.minutes(-25);
    let Some(session) = builder(world, &workload.account, at, scribe) else { return };
    let host = match workload.runs {
        crate::world::Runs::Fleet => "ec2.amazonaws.com",
        crate::world::Runs::Task => "ecs-tasks.amazonaws.com",
        _ => "lambda.amazonaws.com",
    };
    create_role(at.plus(60), &session, &workload.role, host, scribe);
    let older = |secret: &Secret| {
        let mut others = world.workloads.iter().filter(|other| other.since == 0 || other.since < workload.since);
        others.any(|other| other.secrets.contains(secret))
    };
    for (secret, turn) in workload.secrets.iter().filter(|secret| !older(secret)).zip(0..) {
        create_secret(at.plus(70 + turn), &session, secret, scribe);
    }
    scribe.call(at.plus(90), &session, ("events", "PutRule"), json!({ "name": workload.name, "state": "ENABLED" }));
}

/// Whatever builds infrastructure in `account`: its own pipeline, or another's through a role there.
pub(super) fn builder(world: &World, account: &Account, at: Moment, scribe: &mut Scribe) -> Option<Caller> {
    let own = world.pipelines.iter().find(|pipeline| pipeline.infrastructure && pipeline.account == *account);
    if let Some(own) = own {
        return Some(runner(world, own, at, scribe));
    }
    let other = world.pipelines.iter().find(|pipeline| pipeline.infrastructure)?;
    let session = runner(world, other, at, scribe);
    Some(assume(at.plus(5), &session, (&Role::new(account, "terraform"), "terraform"), scribe))
}
