//! Rotation: secrets by their functions, access keys by their owners, administrators or automation.

use serde_json::{Value, json};

use super::access;
use crate::{
    record::{Actor, Caller, Scribe, by_service, read},
    world::{Account, Agent, Grant, Key, Moment, Person, Role, Rotator, Secret, User, World, aws_address, sdk},
};

/// Every rotation of `world`.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    let mut actors: Vec<Box<dyn Actor>> = Vec::new();
    for secret in &world.secrets {
        let mut dice = secret.account.nature(&format!("rotation of {}", secret.name));
        if dice.chance(12) {
            let every = if dice.chance(60) { 30 } else { 7 };
            let hour = dice.between(0, 23);
            let turn = dice.between(0, every - 1);
            actors.push(Box::new(Rotated { secret: secret.clone(), every, turn, hour }));
        }
    }
    let people = world.people.iter().filter_map(|person| Some((person.user()?.clone(), Some(person.clone()))));
    for (user, person) in world.services.iter().map(|user| (user.clone(), None)).chain(people) {
        if user.keys.iter().any(|key| key.rotated.is_some()) {
            actors.push(Box::new(Keyed { user, person }));
        }
    }
    actors
}

/// A secret that a function rotates.
struct Rotated {
    secret: Secret,
    every: i64,
    turn: i64,
    hour: i64,
}

impl Actor for Rotated {
    fn name(&self) -> String {
        format!("rotation of {}", self.secret.arn())
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        if day % self.every == self.turn {
            let at = world.day(day).hours(self.hour).plus(scribe.dice.between(0, 3_000));
            rotate(at, &self.secret, scribe);
        }
    }
}

/// The function that rotates in `account`, called at `at`.
fn function(at: Moment, account: &Account, name: &str, scribe: &mut Scribe) -> Caller {
    let role = Role::new(account, name);
    let mut nature = account.nature(name);
    let agent = sdk("AWS_Lambda_python3.13", &mut nature);
    let address = if nature.chance(60) {
        aws_address(account.region, &mut nature)
    } else {
        aws_address(account.region, &mut scribe.dice)
    };
    let session = Caller::session(&role, name, at, &mut scribe.dice).from(&address, agent);
    by_service(at, "lambda.amazonaws.com", (&role, name), &session, scribe);
    session
}

/// One rotation: the service tells its start and end, the function does the work in between.
fn rotate(at: Moment, secret: &Secret, scribe: &mut Scribe) {
    let service = Caller::service(&secret.account, "secretsmanager.amazonaws.com");
    let token = scribe.dice.uuid();
    let told = json!({ "SecretId": secret.arn() });
    for (event, later) in [("RotationStarted", 0), ("RotationSucceeded", 16)] {
        let record = scribe.record(at.plus(later), &service, ("secretsmanager", event)).service_event(Value::Null);
        scribe.write(record.with("additionalEventData", told.clone()));
    }
    let worker = function(at.plus(1), &secret.account, "secrets-rotation", scribe);
    let asked = json!({ "secretId": secret.arn() });
    scribe.call(at.plus(2), &worker, ("secretsmanager", "DescribeSecret"), asked);
    read(at.plus(3), &worker, secret, scribe);
    let put = json!({ "secretId": secret.arn(), "clientRequestToken": token, "versionStages": ["AWSPENDING"] });
    scribe.call(at.plus(5), &worker, ("secretsmanager", "PutSecretValue"), put);
    read(at.plus(9), &worker, secret, scribe);
    let moved = json!({ "secretId": secret.arn(), "versionStage": "AWSCURRENT", "moveToVersionId": token });
    scribe.call(at.plus(14), &worker, ("secretsmanager", "UpdateSecretVersionStage"), moved);
}

/// A user whose keys are replaced.
struct Keyed {
    user: User,
    /// Who it is, if it is somebody.
    person: Option<Person>,
}

impl Actor for Keyed {
    fn name(&self) -> String {
        format!("keys of {}", self.user.arn())
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self { user, person } = self;
        let (dawn, dusk) = (world.day(day), world.day(day + 1));
        for (old, new) in user.keys.iter().zip(user.keys.iter().skip(1)) {
            let Some(by) = new.rotated else { continue };
            if new.created >= dawn && new.created < dusk {
                let title = format!("the access key of {} is rotated", user.name);
                scribe.oddity("key-rotation", &title, |scribe| {
                    if let Some(rotator) = rotator(world, (user, person.as_ref()), (by, new.created), scribe) {
                        create(user, new, (by, &rotator), scribe);
                    }
                });
            }
            if let Some(end) = old.retired.filter(|end| (dawn..dusk).contains(end))
                && let Some(rotator) = rotator(world, (user, person.as_ref()), (by, end), scribe)
            {
                retire(user, old, (end, &rotator), scribe);
            }
        }
    }
}

/// Whoever rotates, in the session they do it in.
fn rotator(
    world: &World,
    (user, person): (&User, Option<&Person>),
    (by, at): (Rotator, Moment),
    scribe: &mut Scribe,
) -> Option<Caller> {
    match (by, person) {
        (Rotator::Owner, Some(person)) => {
            let grant = Grant { account: user.account.clone(), set: "own" };
            let types = person.nature("rotates").chance(60);
            Some(access::impromptu(world, person, (at, grant, types), scribe))
        }
        (Rotator::Automation, _) => Some(function(at.plus(-3), &user.account, "access-key-rotator", scribe)),
        _ => access::administrator(world, &user.account, at, scribe),
    }
}

fn create(user: &User, key: &Key, (by, rotator): (Rotator, &Caller), scribe: &mut Scribe) {
    let at = key.created;
    scribe.call(at.plus(-2), rotator, ("iam", "ListAccessKeys"), json!({ "userName": user.name }));
    let own = by == Rotator::Owner && !rotator.console;
    let asked = if own { Value::Null } else { json!({ "userName": user.name }) };
    let answer = json!({ "accessKey": {
        "userName": user.name,
        "accessKeyId": key.id,
        "status": "Active",
        "createDate": at.spoken(),
    } });
    scribe.answered(at, rotator, ("iam", "CreateAccessKey"), (asked, answer));
    if by == Rotator::Automation {
        let secret = Secret::new(&user.account, &format!("users/{}", user.name));
        let asked = json!({ "secretId": secret.arn(), "clientRequestToken": scribe.dice.uuid() });
        scribe.call(at.plus(3), rotator, ("secretsmanager", "PutSecretValue"), asked);
    }
}

fn retire(user: &User, key: &Key, (at, rotator): (Moment, &Caller), scribe: &mut Scribe) {
    let asked = json!({ "userName": user.name, "accessKeyId": key.id, "status": "Inactive" });
    scribe.call(at, rotator, ("iam", "UpdateAccessKey"), asked);
    if scribe.dice.chance(80) {
        let later = at.plus(scribe.dice.between(20, 900));
        let asked = json!({ "userName": user.name, "accessKeyId": key.id });
        scribe.call(later, rotator, ("iam", "DeleteAccessKey"), asked);
    }
}

/// The program that uses the keys of service users on old servers.
pub(super) fn old_server() -> Agent {
    World::old_program()
}
