//! The pipeline: GitHub's runners, a new address each run, assuming a role with a token of GitHub's.

use serde_json::{Value, json};

use super::{
    agents,
    calendar::{Moment, is_weekend},
    caller::{Agent, Caller},
    organization::{Account, Role},
    pages,
    scribe::{Actor, Scribe},
    store::{self, Secret},
    sts, workday,
};

/// Networks the runners come from.
const RUNNERS: [&str; 8] = ["20.57", "20.161", "40.76", "52.234", "172.183", "13.82", "4.156", "20.98"];
/// The repositories that deploy.
const REPOSITORIES: [&str; 5] = ["orders", "tracking", "labels", "infrastructure", "infrastructure"];
const PROVIDER: &str = "token.actions.githubusercontent.com";

/// The pipeline of every repository.
pub(super) struct Pipeline;

impl Actor for Pipeline {
    fn name(&self) -> String {
        "pipeline".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let runs = if is_weekend(day) { 1 } else { scribe.dice.between(7, 11) };
        for _ in 0..runs {
            let at = Moment::on(day, 7, 30).plus(scribe.dice.between(0, 36_000));
            let Some(repository) = scribe.dice.choose(&REPOSITORIES).copied() else {
                continue;
            };
            let account = if scribe.dice.chance(45) { Account::Production } else { Account::Staging };
            run(at, repository, account, scribe);
        }
        if day == 10 {
            ship_webhooks(Moment::on(day, 11, 4), scribe);
        }
    }
}

/// One run: a plan for the infrastructure, a deployment for anything else.
fn run(at: Moment, repository: &str, account: Account, scribe: &mut Scribe) {
    let caller = runner(at, repository, account, scribe);
    if repository == "infrastructure" {
        let terraform = caller.clone().from(&caller.address, Agent::Program(agents::TERRAFORM));
        plan(at.plus(30), &terraform, scribe);
        store::read(at.plus(50), &terraform, &Secret::new(account, "platform/datadog"), scribe);
    } else {
        let name = format!("{repository}/database");
        if repository != "labels" {
            store::read(at.plus(40), &caller, &Secret::new(account, &name), scribe);
        }
        deploy(at.plus(90), &caller, repository, scribe);
    }
}

/// The runner signs in with its token.
pub(super) fn runner(at: Moment, repository: &str, account: Account, scribe: &mut Scribe) -> Caller {
    let network = scribe.dice.choose(&RUNNERS).copied().unwrap_or("20.57");
    let address = format!("{network}.{}.{}", scribe.dice.between(8, 126), scribe.dice.between(2, 250));
    let role = Role::new(account, "github-deploy");
    let subject = format!("repo:kranich-logistics/{repository}:ref:refs/heads/main");
    let provider = format!("arn:aws:iam::{}:oidc-provider/{PROVIDER}", account.id());
    let token = json!({
        "type": "WebIdentityUser",
        "principalId": format!("{provider}:sts.amazonaws.com:{subject}"),
        "userName": subject,
        "identityProvider": provider,
    });
    let outside = Caller::new(account, token, &address, Agent::Program(agents::ACTIONS));
    let session_name = "GitHubActions";
    let mut session = Caller::session(&role, session_name, at, &mut scribe.dice)
        .from(&address, Agent::CommandLine(agents::CLI_RUNNER));
    let federation = json!({ "federatedProvider": provider, "attributes": {} });
    session.put_in_session("webIdFederationData", federation);
    let record = scribe.record(at, &outside, ("sts", "AssumeRoleWithWebIdentity"));
    scribe.write(sts::assumption(record, &sts::Taken(&role, session_name, 1), &session));
    let named = session.clone().from(&address, Agent::Program(agents::ACTIONS));
    scribe.call(at.plus(1), &named, ("sts", "GetCallerIdentity"), Value::Null);
    session
}

/// Terraform reads everything it manages.
fn plan(at: Moment, caller: &Caller, scribe: &mut Scribe) {
    for page in pages::TERRAFORM {
        workday::look(at, caller, page, scribe);
    }
}

/// A service is deployed: a new task definition, and the service told to use it.
pub(super) fn deploy(at: Moment, caller: &Caller, service: &str, scribe: &mut Scribe) {
    scribe.call(at, caller, ("ecr", "GetAuthorizationToken"), Value::Null);
    let family = format!("{service}-api");
    let asked = json!({ "family": family, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"] });
    scribe.call(at.plus(20), caller, ("ecs", "RegisterTaskDefinition"), asked);
    let asked = json!({ "cluster": "core", "service": family, "taskDefinition": family });
    scribe.call(at.plus(22), caller, ("ecs", "UpdateService"), asked);
    for wait in 1..=3 {
        let asked = json!({ "cluster": "core", "services": [family] });
        scribe.call(at.plus(22 + 15 * wait), caller, ("ecs", "DescribeServices"), asked);
    }
}

/// The second week's new service: its secrets, its role, its first deployment.
fn ship_webhooks(at: Moment, scribe: &mut Scribe) {
    let caller = runner(at, "infrastructure", Account::Production, scribe);
    let terraform = caller.clone().from(&caller.address, Agent::Program(agents::TERRAFORM));
    for name in ["webhooks/signing-key", "webhooks/customer-tokens"] {
        let secret = Secret::new(Account::Production, name);
        let record = scribe
            .record(at.plus(60), &terraform, ("secretsmanager", "CreateSecret"))
            .asking(json!({ "name": secret.name, "forceOverwriteReplicaSecret": false }))
            .answered(json!({ "arn": secret.arn(), "name": secret.name }));
        scribe.write(record);
    }
    let role = Role::new(Account::Production, "prod-tracking-webhooks");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let record = scribe
        .record(at.plus(75), &terraform, ("iam", "CreateRole"))
        .asking(json!({ "roleName": role.name(), "path": "/", "assumeRolePolicyDocument": trust }))
        .answered(json!({ "role": { "roleName": role.name(), "roleId": role.id, "arn": role.arn(), "createDate": at.spoken() } }));
    scribe.write(record);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:eu-central-1:444455556666:secret:prod/webhooks/*"}]}"#;
    let asked = json!({ "roleName": role.name(), "policyName": "read-secrets", "policyDocument": policy });
    scribe.call(at.plus(80), &terraform, ("iam", "PutRolePolicy"), asked);
    deploy(
        at.minutes(25),
        &runner(at.minutes(22), "tracking", Account::Production, scribe),
        "tracking-webhooks",
        scribe,
    );
}
