//! Applications that make credentials for their own customers and devices, day in, day out.

use serde_json::{Value, json};

use crate::{
    record::{Actor, Caller, Scribe},
    world::{Moment, Workload, World},
};

/// The applications of `world`: some of its workloads have such a task.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    let mut actors: Vec<Box<dyn Actor>> = Vec::new();
    for workload in world.workloads.iter().filter(|workload| workload.since == 0) {
        let mut dice = workload.nature("makes credentials");
        if !dice.chance(12) {
            continue;
        }
        let makes = match dice.between(0, 5) {
            0 => Makes::Customers,
            1 => Makes::Devices,
            2 => Makes::Keys,
            3 => Makes::Clients,
            4 => Makes::Transfers,
            _ => Makes::Graphs,
        };
        let daily = [1, 4, 12].get(usize::try_from(dice.between(0, 2)).unwrap_or(0)).copied().unwrap_or(4);
        actors.push(Box::new(App { workload: workload.clone(), makes, daily }));
    }
    actors
}

/// What an application makes.
#[derive(Clone, Copy)]
enum Makes {
    Customers,
    Devices,
    Keys,
    Clients,
    Transfers,
    Graphs,
}

/// An application and its task.
struct App {
    workload: Workload,
    makes: Makes,
    /// How often a day, about.
    daily: i64,
}

impl Actor for App {
    fn name(&self) -> String {
        format!("application {} {}", self.workload.name, self.workload.account.id)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        for _ in 0..scribe.dice.between(0, self.daily * 2) {
            let at = world.day(day).plus(scribe.dice.between(0, 86_399));
            let session = Caller::workload(&self.workload, 0, at);
            self.make(at, &session, scribe);
        }
    }
}

impl App {
    fn make(&self, at: Moment, session: &Caller, scribe: &mut Scribe) {
        let mut nature = self.workload.nature("resource");
        let pool = format!("{}_{}", session.region, nature.alphanumeric(9));
        let customer = scribe.dice.uuid();
        let partner = format!("partner-{}", scribe.dice.hex(4));
        match self.makes {
            Makes::Customers => {
                let asked = json!({ "userPoolId": pool, "username": "HIDDEN_DUE_TO_SECURITY_REASONS" });
                scribe.call(at, session, ("cognito-idp", "AdminCreateUser"), asked.clone());
                if scribe.dice.chance(30) {
                    scribe.call(at.plus(2), session, ("cognito-idp", "AdminSetUserPassword"), asked);
                }
            }
            Makes::Devices => {
                let id = scribe.dice.hex(64);
                let answer = json!({
                    "certificateArn": format!("arn:aws:iot:{}:{}:cert/{id}", session.region, session.account.id),
                    "certificateId": id,
                });
                let asked = json!({ "setAsActive": true });
                scribe.answered(at, session, ("iot", "CreateKeysAndCertificate"), (asked, answer));
                let asked = json!({ "certificateId": id, "thingName": customer });
                scribe.call(at.plus(1), session, ("iot", "AttachThingPrincipal"), asked);
            }
            Makes::Keys => {
                let asked = json!({ "createApiKeyInput": { "name": format!("customer-{customer}"), "enabled": true } });
                scribe.call(at, session, ("apigateway", "CreateApiKey"), asked);
            }
            Makes::Clients => {
                let asked = json!({ "userPoolId": pool, "clientName": customer, "generateSecret": true });
                scribe.call(at, session, ("cognito-idp", "CreateUserPoolClient"), asked);
            }
            Makes::Transfers => {
                let server = format!("s-{}", nature.hex(17));
                let asked = json!({ "serverId": server, "userName": partner, "role": &*self.workload.role.name });
                scribe.call(at, session, ("transfer", "CreateUser"), asked);
                let asked = json!({ "serverId": server, "userName": partner, "sshPublicKeyBody": "ssh-rsa AAAA" });
                scribe.call(at.plus(1), session, ("transfer", "ImportSshPublicKey"), asked);
            }
            Makes::Graphs => {
                let asked =
                    json!({ "apiId": nature.alphanumeric(26), "description": customer, "expires": Value::Null });
                scribe.call(at, session, ("appsync", "CreateApiKey"), asked);
            }
        }
    }
}
