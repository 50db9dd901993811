//! What is left from before: a backup job with an access key, and the rotation of that key.

use serde_json::{Value, json};

use super::{
    agents,
    calendar::{Moment, Zone},
    caller::{Agent, Caller},
    dice::Dice,
    organization::{Account, legacy_backup},
    people::{Grant, person},
    portal::Visitor,
    scribe::{Actor, Scribe},
    workday::BERLIN_OFFICE,
};

/// The machine in the Berlin office the job has always run on.
const BACKUP_ADDRESS: &str = "217.91.40.21";

/// The job that backs documents up at night.
pub(super) struct BackupJob;

impl Actor for BackupJob {
    fn name(&self) -> String {
        "backup job".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let user = legacy_backup();
        // The new key of the first Thursday is in the job's configuration by the night after.
        let key = if day < 5 { old_key() } else { new_key() };
        let caller = Caller::new(user.account, user.identity(&key), BACKUP_ADDRESS, Agent::Program(agents::CLI_OLD));
        let mut at = Moment::on(day, 2, 10).plus(scribe.dice.between(2, 50));
        scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null);
        for bucket in ["kranich-shipment-documents", "kranich-customs-archive", "kranich-invoices"] {
            at = at.minutes(scribe.dice.between(3, 9));
            let asked = json!({ "bucketName": bucket, "location": "", "Host": "s3.eu-central-1.amazonaws.com" });
            scribe.call(at, &caller, ("s3", "GetBucketLocation"), asked);
            let asked = json!({ "bucketName": bucket, "versioning": "", "Host": "s3.eu-central-1.amazonaws.com" });
            scribe.call(at.plus(2), &caller, ("s3", "GetBucketVersioning"), asked);
        }
    }
}

/// Katrin rotates the job's key: a new one, the old one off the next morning, and gone after the weekend.
pub(super) struct KeyRotation;

impl Actor for KeyRotation {
    fn name(&self) -> String {
        "key rotation".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let Some(katrin) = person("katrin.sommer").filter(|_| matches!(day, 4 | 5 | 8)) else {
            return;
        };
        let visitor = Visitor::new(katrin, BERLIN_OFFICE.to_owned(), scribe);
        let at = Zone::Berlin.at(day, 10, 14).plus(scribe.dice.between(0, 720));
        let signed_in = visitor.sign_in(at, 0, scribe);
        let grant = Grant(Account::Production, "AdministratorAccess");
        let caller = visitor.console(signed_in.plus(25), grant, scribe);
        let user = legacy_backup();
        let at = signed_in.minutes(3);
        scribe.call(at, &caller, ("iam", "ListAccessKeys"), json!({ "userName": user.name }));
        let at = at.plus(35);
        match day {
            4 => {
                let record = scribe.record(at, &caller, ("iam", "CreateAccessKey"));
                let answer = json!({ "accessKey": {
                    "accessKeyId": new_key(),
                    "status": "Active",
                    "userName": user.name,
                    "createDate": at.spoken(),
                } });
                scribe.write(record.asking(json!({ "userName": user.name })).answered(answer));
            }
            5 => {
                let asked = json!({ "userName": user.name, "accessKeyId": old_key(), "status": "Inactive" });
                scribe.call(at, &caller, ("iam", "UpdateAccessKey"), asked);
            }
            _ => {
                let asked = json!({ "userName": user.name, "accessKeyId": old_key() });
                scribe.call(at, &caller, ("iam", "DeleteAccessKey"), asked);
            }
        }
    }
}

fn old_key() -> String {
    Dice::named("backup key of 2021").access_key("AKIA", Account::Production)
}

fn new_key() -> String {
    Dice::named("backup key of 2026").access_key("AKIA", Account::Production)
}
