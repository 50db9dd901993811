//! What is odd and yet ordinary: a night on call, a broken deployment, a new colleague.

use serde_json::{Value, json};

use super::{
    agents,
    calendar::{Moment, Zone},
    caller::Agent,
    organization::{Account, IDENTITY_STORE, Role},
    pages,
    people::{Grant, Person, person},
    pipeline,
    portal::Visitor,
    scribe::{Actor, Scribe},
    store::{self, Secret},
    sts,
    workday::{BERLIN_OFFICE, LISBON_OFFICE, look},
};

/// Inês is on call on the first Wednesday: orders stand still, shortly before midnight.
pub(super) struct NightOnCall;

impl Actor for NightOnCall {
    fn name(&self) -> String {
        "night on call".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let Some(ines) = person("ines.matos").filter(|_| day == 3) else {
            return;
        };
        let visitor = Visitor::new(ines, ines.home(day), scribe);
        let signed_in = visitor.sign_in(Zone::Lisbon.at(day, 22, 38), 1, scribe);
        let grant = Grant(Account::Production, "AdministratorAccess");
        let console = visitor.console(signed_in.plus(15), grant, scribe);
        let pages = [pages::DASHBOARD, pages::LOGS, pages::CONTAINERS, pages::DATABASES, pages::LOGS];
        for (page, minute) in pages.into_iter().zip([1, 4, 9, 17, 31]) {
            look(signed_in.minutes(minute), &console, page, scribe);
        }
        let terminal = visitor.command_line(signed_in.minutes(33), grant, scribe);
        scribe.call(signed_in.minutes(33).plus(5), &terminal, ("sts", "GetCallerIdentity"), Value::Null);
        for (name, minute) in [("orders/database", 35), ("search/opensearch", 48)] {
            store::read(signed_in.minutes(minute), &terminal, &Secret::new(Account::Production, name), scribe);
        }
        let restart = json!({ "cluster": "core", "service": "orders-api", "forceNewDeployment": true });
        scribe.call(signed_in.minutes(71), &terminal, ("ecs", "UpdateService"), restart);
        look(signed_in.minutes(84), &console, pages::CONTAINERS, scribe);
        look(signed_in.minutes(99), &console, pages::DASHBOARD, scribe);
    }
}

/// A deployment on the first Friday ships a role that may read nothing: ten minutes of refusals.
pub(super) struct BrokenDeployment;

impl Actor for BrokenDeployment {
    fn name(&self) -> String {
        "broken deployment".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        if day != 5 {
            return;
        }
        let at = Moment::on(day, 14, 5);
        let runner = pipeline::runner(at, "orders", Account::Production, scribe);
        pipeline::deploy(at.plus(60), &runner, "orders", scribe);
        let mut next = at.minutes(3);
        while next.until(at.minutes(13)) > 0 {
            start_orders(next, false, scribe);
            next = next.plus(scribe.dice.between(22, 31));
        }
        let mender = pipeline::runner(at.minutes(12), "infrastructure", Account::Production, scribe);
        let terraform = mender.clone().from(&mender.address, Agent::Program(agents::TERRAFORM));
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:eu-central-1:444455556666:secret:prod/orders/*"}]}"#;
        let asked = json!({ "roleName": "prod-orders-api", "policyName": "read-secrets", "policyDocument": policy });
        scribe.call(at.minutes(13), &terraform, ("iam", "PutRolePolicy"), asked);
        start_orders(at.minutes(14), true, scribe);
    }
}

/// A task of the orders service starts and asks for its secrets.
fn start_orders(at: Moment, allowed: bool, scribe: &mut Scribe) {
    let role = Role::new(Account::Production, "prod-orders-api");
    let task = format!("{}{}", scribe.dice.hex(16), scribe.dice.hex(16));
    let address = format!("10.40.{}.{}", scribe.dice.between(1, 3), scribe.dice.between(10, 250));
    let caller = sts::by_service(at, "ecs-tasks.amazonaws.com", (&role, &task), scribe)
        .from(&address, Agent::Program(agents::JAVA_ECS))
        .behind(Some("vpce-0b7e4c1a95d2f3860"));
    for (name, later) in [("orders/database", 6), ("payments/stripe", 7), ("search/opensearch", 7)] {
        let secret = Secret::new(Account::Production, name);
        if allowed {
            store::read(at.plus(later), &caller, &secret, scribe);
        } else {
            store::read_refused(at.plus(later), &caller, &secret, scribe);
        }
    }
}

/// Tomás starts on the second Tuesday: Miriam makes his account, he chooses a password and a second factor.
pub(super) struct Onboarding;

impl Actor for Onboarding {
    fn name(&self) -> String {
        "onboarding".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let Some(tomas) = person("tomas.pereira").filter(|tomas| tomas.joined == day) else {
            return;
        };
        if let Some(miriam) = person("miriam.scholz") {
            welcome(Zone::Berlin.at(day, 9, 12), miriam, tomas, scribe);
        }
        let visitor = Visitor::new(tomas, LISBON_OFFICE.to_owned(), scribe);
        let invited = Zone::Lisbon.at(day, 10, 21);
        let choices = ["UpdatePassword", "StartVirtualMfaDeviceRegistration", "CompleteVirtualMfaDeviceRegistration"];
        for (choice, later) in choices.into_iter().zip([0, 40, 95]) {
            visitor.choose(invited.plus(later), choice, scribe);
        }
        let signed_in = visitor.sign_in(invited.minutes(4), 0, scribe);
        let grant = Grant(Account::Staging, "DeveloperAccess");
        let console = visitor.console(signed_in.minutes(2), grant, scribe);
        look(signed_in.minutes(5), &console, pages::CONTAINERS, scribe);
        look(signed_in.minutes(42), &console, pages::LOGS, scribe);
        let terminal = visitor.command_line(signed_in.minutes(190), grant, scribe);
        scribe.call(signed_in.minutes(190).plus(9), &terminal, ("sts", "GetCallerIdentity"), Value::Null);
        let first = Secret::new(Account::Staging, "orders/database");
        store::read(signed_in.minutes(207), &terminal, &first, scribe);
    }
}

/// The newcomer's user and groups.
fn welcome(at: Moment, host: &'static Person, newcomer: &Person, scribe: &mut Scribe) {
    let visitor = Visitor::new(host, BERLIN_OFFICE.to_owned(), scribe);
    let signed_in = visitor.sign_in(at, 0, scribe);
    let caller = visitor.console(signed_in.plus(30), Grant(Account::Management, "AdministratorAccess"), scribe);
    let asked = json!({
        "identityStoreId": IDENTITY_STORE,
        "passwordMode": "EMAIL",
        "active": true,
        "userAttributes": { "displayName": {}, "emails": { "complexListValue": [{ "value": {}, "primary": {} }] } },
    });
    let answer = json!({ "user": { "userId": newcomer.user_id(), "active": true } });
    let record = scribe.record(signed_in.minutes(4), &caller, ("sso-directory", "CreateUser"));
    scribe.write(record.asking(asked).answered(answer));
    for (group, later) in [("developers", 50), ("lisbon", 64)] {
        let id = super::dice::Dice::named(&format!("group {group}")).uuid();
        let asked = json!({
            "identityStoreId": IDENTITY_STORE,
            "groupId": id,
            "memberId": { "userId": newcomer.user_id() },
        });
        scribe.call(signed_in.minutes(4).plus(later), &caller, ("sso-directory", "AddMemberToGroup"), asked);
    }
}
