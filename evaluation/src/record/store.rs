//! The stores: secrets and parameters, and what reading them leaves in the log.

use serde_json::{Value, json};

use super::{Caller, Scribe};
use crate::world::{Moment, Secret, store_key};

/// How `caller` names `secret`: people type the name, programs are configured with the ARN.
fn called_by(caller: &Caller, secret: &Secret) -> String {
    let inside = caller.account == secret.account;
    if inside && caller.agent.is_command_line() { secret.name.clone() } else { secret.arn() }
}

/// `caller` reads `secret`: the read, and its decryption a moment later.
pub(crate) fn read(at: Moment, caller: &Caller, secret: &Secret, scribe: &mut Scribe) {
    let asked = json!({ "secretId": called_by(caller, secret) });
    scribe.call(at, caller, ("secretsmanager", "GetSecretValue"), asked);
    decrypt_secret(at, caller, secret, scribe);
}

/// `caller` asks for `secret` and may not have it.
pub(crate) fn read_refused(at: Moment, caller: &Caller, secret: &Secret, scribe: &mut Scribe) {
    scribe.denied(at, caller, ("secretsmanager", "GetSecretValue"), &secret.arn());
}

/// `caller` reads many secrets in one call, which logs itself, each read and each decryption.
pub(crate) fn read_batch(at: Moment, caller: &Caller, secrets: &[Secret], scribe: &mut Scribe) {
    for page in secrets.chunks(20) {
        let list: Vec<String> = page.iter().map(Secret::arn).collect();
        scribe.call(at, caller, ("secretsmanager", "BatchGetSecretValue"), json!({ "secretIdList": list }));
        for secret in page {
            let asked = json!({ "secretId": secret.arn() });
            scribe.call(at, caller, ("secretsmanager", "GetSecretValue"), asked);
            decrypt_secret(at, caller, secret, scribe);
        }
    }
}

/// `caller` reads every parameter under `path`, decrypted; `names` are the ones there.
pub(crate) fn read_path(at: Moment, caller: &Caller, (path, names): (&str, &[&str]), scribe: &mut Scribe) {
    let asked = json!({ "path": path, "recursive": true, "withDecryption": true, "maxResults": 10 });
    scribe.call(at, caller, ("ssm", "GetParametersByPath"), asked);
    for name in names {
        let arn = format!("arn:aws:ssm:{}:{}:parameter{path}/{name}", caller.region, caller.account.id);
        let key = format!("arn:aws:kms:{}:{}:key/{}", caller.region, caller.account.id, store_key(&caller.account));
        decrypt(at, &caller.through("AWS Internal"), (&key, &json!({ "PARAMETER_ARN": arn })), scribe);
    }
}

/// `caller` makes `secret`.
pub(crate) fn create_secret(at: Moment, caller: &Caller, secret: &Secret, scribe: &mut Scribe) {
    let asked = json!({
        "name": secret.name,
        "clientRequestToken": secret.version(),
        "kmsKeyId": secret.key(),
    });
    let answer = json!({ "aRN": secret.arn(), "name": secret.name, "versionId": secret.version() });
    scribe.answered(at, caller, ("secretsmanager", "CreateSecret"), (asked, answer));
    let record = scribe.record(at, &caller.through("secretsmanager.amazonaws.com"), ("kms", "GenerateDataKey"));
    let asked = json!({
        "keyId": secret.key(),
        "encryptionContext": { "SecretARN": secret.arn(), "SecretVersionId": secret.version() },
        "keySpec": "AES_256",
    });
    scribe.write(record.asking(asked).with("readOnly", true.into()).on("AWS::KMS::Key", secret.key()));
}

/// The decryption of `secret` the store makes on `caller`'s behalf.
fn decrypt_secret(at: Moment, caller: &Caller, secret: &Secret, scribe: &mut Scribe) {
    let context = json!({ "SecretARN": secret.arn(), "SecretVersionId": secret.version() });
    let through = caller.through("secretsmanager.amazonaws.com");
    decrypt(at, &through, (secret.key(), &context), scribe);
}

fn decrypt(at: Moment, through: &Caller, (key, context): (&str, &Value), scribe: &mut Scribe) {
    let record = scribe.record(at, through, ("kms", "Decrypt")).asking(json!({
        "encryptionContext": context,
        "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
    }));
    scribe.write(record.on("AWS::KMS::Key", key));
}
