//! Errands: what a sitting now and then ends with, beyond looking; each person has a few that are theirs.

use serde_json::{Value, json};

use super::workday::own_secrets;
use crate::{
    record::{Caller, Scribe, assume, create_secret, read, read_refused},
    world::{Moment, Person, Purpose, Role, Secret, Sitting, Team, World},
};

/// A moment, and the session it happens in.
type Now<'a> = (Moment, &'a Caller);

/// Something `person` does at the end of a sitting.
pub(super) fn errand(
    world: &World,
    person: &Person,
    (at, sitting, session): (Moment, &Sitting, &Caller),
    scribe: &mut Scribe,
) {
    let now = (at, session);
    if sitting.types && scribe.dice.chance(25) {
        scribe.call(at.plus(-20), session, ("sts", "GetCallerIdentity"), Value::Null);
    }
    if scribe.dice.rarely(120) {
        refused(world, person, now, scribe);
    }
    legacy(person, now, scribe);
    match person.team {
        Team::Platform => platform(world, person, now, scribe),
        Team::Backend => backend(world, person, now, scribe),
        Team::Data => data(person, now, scribe),
        Team::Security => security(world, now, scribe),
        Team::Support | Team::Finance => {}
    }
}

/// Something somebody may not do, tried out of curiosity or by mistake.
fn refused(world: &World, person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let arn = session.tells("arn").to_owned();
    match scribe.dice.between(0, 4) {
        0 => scribe.denied(at, session, ("iam", "ListUsers"), &arn),
        1 => scribe.denied(at, session, ("ec2", "CreateKeyPair"), "*"),
        2 => scribe.denied(at, session, ("ssm", "GetParameter"), "*"),
        3 => scribe.denied(at, session, ("logs", "FilterLogEvents"), "*"),
        _ if matches!(person.team, Team::Support | Team::Finance) => {
            scribe.denied(at, session, ("secretsmanager", "ListSecrets"), "*");
        }
        _ => {
            let there: Vec<Secret> = world.secrets_in(&session.account).into_iter().cloned().collect();
            if let Some(secret) = scribe.dice.choose(&there) {
                read_refused(at, session, secret, scribe);
            }
        }
    }
}

/// What IAM users do about their own credentials.
fn legacy(person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let Some(user) = person.user().filter(|user| user.account == session.account) else { return };
    if scribe.dice.rarely(60) && session.console {
        let title = format!("{} changes the password as the policy demands", person.handle);
        scribe.oddity("password-changed", &title, |scribe| {
            scribe.call(at.plus(40), session, ("iam", "ChangePassword"), Value::Null);
        });
    }
    if person.nature("commits").chance(15) && scribe.dice.rarely(25) {
        let title = format!("{} uploads an SSH key for CodeCommit", person.handle);
        scribe.oddity("ssh-key", &title, |scribe| {
            let asked = json!({ "userName": user.name, "sSHPublicKeyBody": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" });
            let id = scribe.dice.unique_id("APKA", user.account.number());
            let answer = json!({ "sSHPublicKey": { "userName": user.name, "sSHPublicKeyId": id, "status": "Active" } });
            scribe.answered(at.plus(50), session, ("iam", "UploadSSHPublicKey"), (asked, answer));
        });
    }
}

/// Whether `person` has a habit that so many in a hundred have, and gives in to it now, so often in a thousand.
fn gives_in(person: &Person, (habit, percent): (&str, i64), in_thousand: i64, scribe: &mut Scribe) -> bool {
    person.nature(habit).chance(percent) && scribe.dice.rarely(in_thousand * 10)
}

fn platform(world: &World, person: &Person, now: Now<'_>, scribe: &mut Scribe) {
    let (at, session) = now;
    if gives_in(person, ("ssh", 45), 350, scribe) {
        ssh(now, scribe);
    }
    if gives_in(person, ("windows", 20), 150, scribe) {
        let asked = json!({ "instanceId": instance(session, scribe) });
        scribe.call(at.plus(60), session, ("ec2", "GetPasswordData"), asked);
    }
    if gives_in(person, ("reviews keys", 40), 60, scribe) {
        review_keys(world, now, scribe);
    }
    if gives_in(person, ("operates", 50), 250, scribe) && session.account.purpose == Purpose::Management {
        operate(world, person, now, scribe);
    }
    if gives_in(person, ("database passwords", 40), 5, scribe) {
        database_password(person, now, scribe);
    }
    if gives_in(person, ("key pairs", 50), 12, scribe) {
        key_pair(person, now, scribe);
    }
    if gives_in(person, ("parameters", 70), 120, scribe) {
        parameter(person, now, scribe);
    }
    if gives_in(person, ("updates secrets", 70), 40, scribe) {
        update_secret(world, person, now, scribe);
    }
    if gives_in(person, ("keeps secrets", 60), 15, scribe) {
        keep_secret(person, now, scribe);
    }
    if gives_in(person, ("clusters", 30), 6, scribe) {
        let title = format!("{} lets a role into a cluster", person.handle);
        scribe.oddity("cluster-access", &title, |scribe| {
            let role = Role::new(&session.account, "cluster-operators").arn();
            let asked = json!({ "name": session.account.stage(), "principalArn": role, "type": "STANDARD" });
            scribe.call(at.plus(30), session, ("eks", "CreateAccessEntry"), asked);
            let policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
            let asked = json!({ "name": session.account.stage(), "principalArn": role, "policyArn": policy });
            scribe.call(at.plus(40), session, ("eks", "AssociateAccessPolicy"), asked);
        });
    }
}

/// A secret is made, retired, shared or copied by hand.
fn keep_secret(person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let service = super::workday::service(person, scribe);
    let name = format!("{}/{service}/{}", session.account.stage(), scribe.dice.hex(5));
    let secret = Secret::new(&session.account, &name);
    let named = json!({ "secretId": secret.name });
    let title = format!("{} looks after the secret {name} by hand", person.handle);
    scribe.oddity("secret-kept", &title, |scribe| match scribe.dice.between(0, 4) {
        0 | 1 => create_secret(at, session, &secret, scribe),
        2 => {
            let asked = json!({ "secretId": secret.name, "recoveryWindowInDays": 30 });
            scribe.call(at, session, ("secretsmanager", "DeleteSecret"), asked);
        }
        3 => {
            scribe.call(at, session, ("secretsmanager", "RotateSecret"), named);
        }
        _ => {
            let asked = json!({ "secretId": secret.name, "addReplicaRegions": [{ "region": "eu-west-1" }] });
            scribe.call(at, session, ("secretsmanager", "ReplicateSecretToRegions"), asked);
        }
    });
}

fn backend(world: &World, person: &Person, now: Now<'_>, scribe: &mut Scribe) {
    let trusted = now.1.account.purpose != Purpose::Production;
    if gives_in(person, ("parameters", 70), 150, scribe) {
        parameter(person, now, scribe);
    }
    if trusted && gives_in(person, ("updates secrets", 50), 30, scribe) {
        update_secret(world, person, now, scribe);
    }
    if trusted && gives_in(person, ("key pairs", 25), 15, scribe) {
        key_pair(person, now, scribe);
    }
    if trusted && gives_in(person, ("debugs", 60), 12, scribe) {
        debug(world, person, now, scribe);
    }
}

fn data(person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    if gives_in(person, ("redshift", 70), 500, scribe) {
        let asked = json!({
            "dbUser": person.handle.replace('.', "_"),
            "dbName": "warehouse",
            "clusterIdentifier": "warehouse",
            "autoCreate": false,
            "durationSeconds": 3_600,
        });
        match person.nature("warehouse").between(0, 3) {
            0 => {
                let asked = json!({ "clusterIdentifier": "warehouse", "dbName": "warehouse" });
                scribe.call(at.plus(40), session, ("redshift", "GetClusterCredentialsWithIAM"), asked);
            }
            1 => {
                let asked = json!({ "workgroupName": "analysts", "dbName": "warehouse" });
                scribe.call(at.plus(40), session, ("redshift-serverless", "GetCredentials"), asked);
            }
            _ => scribe.call(at.plus(40), session, ("redshift", "GetClusterCredentials"), asked),
        }
    }
}

fn security(world: &World, now: Now<'_>, scribe: &mut Scribe) {
    if scribe.dice.chance(10) {
        review_keys(world, now, scribe);
    }
    if scribe.dice.rarely(60) {
        let (at, session) = now;
        let title = "the security team mutes a noisy finding of GuardDuty";
        scribe.oddity("guardduty-filter", title, |scribe| {
            let asked = json!({
                "detectorId": session.account.nature("detector").hex(32),
                "name": format!("mute-scanner-{}", scribe.dice.hex(4)),
                "action": "ARCHIVE",
                "findingCriteria": { "criterion": { "service.action.portProbeAction.blocked": { "eq": ["true"] } } },
            });
            scribe.call(at.plus(90), session, ("guardduty", "CreateFilter"), asked);
        });
    }
}

/// A few connections to instances, each with a key of a minute.
fn ssh((at, session): Now<'_>, scribe: &mut Scribe) {
    let key = format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{}", scribe.dice.alphanumeric(43));
    for turn in 0..scribe.dice.between(1, 4) {
        let asked = json!({
            "instanceId": instance(session, scribe),
            "instanceOSUser": "ec2-user",
            "sSHPublicKey": key,
        });
        let answer = json!({ "requestId": scribe.dice.uuid(), "success": true });
        let at = at.plus(turn * 240 + scribe.dice.between(0, 60));
        scribe.answered(at, session, ("ec2-instance-connect", "SendSSHPublicKey"), (asked, answer));
    }
}

/// One of a handful of instances of the account.
fn instance(session: &Caller, scribe: &mut Scribe) -> String {
    let which = scribe.dice.between(1, 6);
    format!("i-0{}", session.account.nature(&format!("instance {which}")).hex(16))
}

/// Who has which keys, and how old are they?
fn review_keys(world: &World, (at, session): Now<'_>, scribe: &mut Scribe) {
    scribe.call(at, session, ("iam", "ListUsers"), json!({ "maxItems": 1_000 }));
    let people = world.people.iter().filter_map(Person::user);
    let users = world.services.iter().chain(people).filter(|user| user.account == session.account);
    let names: Vec<String> = users.map(|user| user.name.clone()).take(12).collect();
    for (name, turn) in names.into_iter().zip(1..) {
        scribe.call(at.plus(turn), session, ("iam", "ListAccessKeys"), json!({ "userName": name }));
    }
}

/// From the management account into another.
fn operate(world: &World, person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let others = world.of(Purpose::Production);
    let Some(account) = scribe.dice.prefer(&others).copied() else { return };
    let role = Role::new(account, "OrganizationAccountAccessRole");
    let there = assume(at, session, (&role, &person.handle), scribe);
    scribe.call(at.plus(20), &there, ("ec2", "DescribeInstances"), json!({ "maxResults": 1_000 }));
    if scribe.dice.chance(20) {
        let own = own_secrets(world, person, &there);
        if let Some(secret) = scribe.dice.prefer(&own) {
            read(at.plus(70), &there, secret, scribe);
        }
    }
}

/// The master password of a database is changed.
fn database_password(person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let title = format!("{} changes the master password of a database", person.handle);
    scribe.oddity("database-password", &title, |scribe| {
        let asked = json!({
            "dBInstanceIdentifier": format!("{}-reports", session.account.stage()),
            "applyImmediately": true,
            "masterUserPassword": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "allowMajorVersionUpgrade": false,
        });
        let answer = json!({ "dBInstanceStatus": "available", "engine": "postgres", "masterUsername": "postgres" });
        scribe.answered(at.plus(120), session, ("rds", "ModifyDBInstance"), (asked, answer));
    });
}

/// A new machine needs a key pair.
fn key_pair(person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let name = format!("{}-{}", person.handle.replace('.', "-"), scribe.dice.hex(3));
    let title = format!("{} makes a key pair for a new instance", person.handle);
    scribe.oddity("key-pair", &title, |scribe| {
        let id = format!("key-0{}", scribe.dice.hex(16));
        if person.nature("imports keys").chance(40) {
            let asked = json!({ "keyName": name, "publicKeyMaterial": "c3NoLWVkMjU1MTkgQUFBQUMz" });
            let answer = json!({ "keyName": name, "keyPairId": id });
            scribe.answered(at.plus(80), session, ("ec2", "ImportKeyPair"), (asked, answer));
        } else {
            let asked = json!({ "keyName": name, "keyType": "ed25519", "keyFormat": "pem" });
            let answer = json!({ "keyName": name, "keyPairId": id, "keyMaterial": "<sensitiveDataRemoved>" });
            scribe.answered(at.plus(80), session, ("ec2", "CreateKeyPair"), (asked, answer));
        }
        let asked = json!({ "instancesSet": { "items": [{ "keyName": name, "minCount": 1, "maxCount": 1 }] } });
        scribe.call(at.plus(150), session, ("ec2", "RunInstances"), asked);
    });
}

/// A parameter is looked up, or set.
fn parameter(person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let service = super::workday::service(person, scribe);
    let name = format!(
        "/{}/{service}/{}",
        session.account.stage(),
        if scribe.dice.chance(50) { "log-level" } else { "token" }
    );
    let secret = name.ends_with("token");
    if scribe.dice.chance(20) {
        let asked = json!({ "name": name, "value": "HIDDEN_DUE_TO_SECURITY_REASONS", "overwrite": true });
        scribe.call(at, session, ("ssm", "PutParameter"), asked);
    } else {
        scribe.call(at, session, ("ssm", "GetParameter"), json!({ "name": name, "withDecryption": secret }));
    }
}

/// A secret of theirs gets a new value.
fn update_secret(world: &World, person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let own = own_secrets(world, person, session);
    let Some(secret) = scribe.dice.prefer(&own) else { return };
    let asked = json!({ "secretId": secret.name, "clientRequestToken": scribe.dice.uuid() });
    let call = if session.console { "PutSecretValue" } else { "UpdateSecret" };
    scribe.call(at, session, ("secretsmanager", "DescribeSecret"), json!({ "secretId": secret.name }));
    scribe.call(at.plus(25), session, ("secretsmanager", call), asked);
}

/// Something does not work, and several secrets of one service are looked at one after another.
fn debug(world: &World, person: &Person, (at, session): Now<'_>, scribe: &mut Scribe) {
    let there: Vec<Secret> = world.secrets_in(&session.account).into_iter().cloned().collect();
    let Some(first) = scribe.dice.choose(&there).cloned() else { return };
    let prefix = first.name.rsplit_once('/').map_or("", |(prefix, _)| prefix).to_owned();
    let of: Vec<&Secret> = there.iter().filter(|secret| secret.name.starts_with(&prefix)).collect();
    let title = format!("{} debugs and reads {} secrets of {prefix}", person.handle, of.len());
    scribe.oddity("debugging", &title, |scribe| {
        let mut now = at;
        for secret in of {
            read(now, session, secret, scribe);
            now = now.plus(scribe.dice.between(20, 200));
        }
    });
}
