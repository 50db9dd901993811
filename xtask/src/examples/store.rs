//! The stores: secrets and parameters, and what reading them leaves in the log.

use serde_json::{Value, json};

use super::{
    calendar::Moment,
    caller::{Agent, Caller},
    dice::Dice,
    organization::{Account, HOME},
    scribe::Scribe,
};

/// A secret in Secrets Manager.
#[derive(Clone)]
pub(super) struct Secret {
    pub(super) account: Account,
    pub(super) name: String,
    suffix: String,
    version: String,
}

impl Secret {
    pub(super) fn new(account: Account, name: &str) -> Self {
        let name = format!("{}/{name}", account.stage());
        let mut dice = Dice::named(&format!("secret {name}"));
        Self { account, suffix: dice.alphanumeric(6), version: dice.uuid(), name }
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:secretsmanager:{HOME}:{}:secret:{}-{}", self.account.id(), self.name, self.suffix)
    }

    /// How `caller` names it: people type the name, programs are configured with the ARN.
    fn called_by(&self, caller: &Caller) -> String {
        match caller.agent {
            Agent::CommandLine(_) => self.name.clone(),
            Agent::Program(_) => self.arn(),
        }
    }
}

/// `caller` reads `secret`: the read, and its decryption a moment later.
pub(super) fn read(at: Moment, caller: &Caller, secret: &Secret, scribe: &mut Scribe) {
    let asked = json!({ "secretId": secret.called_by(caller) });
    scribe.call(at, caller, ("secretsmanager", "GetSecretValue"), asked);
    decrypt_secret(at, caller, secret, scribe);
}

/// `caller` asks for `secret` and may not have it.
pub(super) fn read_refused(at: Moment, caller: &Caller, secret: &Secret, scribe: &mut Scribe) {
    let record = scribe.record(at, caller, ("secretsmanager", "GetSecretValue"));
    let message = format!(
        "User: {} is not authorized to perform: secretsmanager:GetSecretValue on resource: {} because no \
         identity-based policy allows the secretsmanager:GetSecretValue action",
        caller.tells("arn"),
        secret.arn(),
    );
    scribe.write(record.refused("AccessDenied", message));
}

/// `caller` reads many secrets in one call, which logs itself, each read and each decryption.
pub(super) fn read_batch(at: Moment, caller: &Caller, secrets: &[Secret], scribe: &mut Scribe) {
    let list: Vec<String> = secrets.iter().map(Secret::arn).collect();
    scribe.call(at, caller, ("secretsmanager", "BatchGetSecretValue"), json!({ "secretIdList": list }));
    for secret in secrets {
        read(at, caller, secret, scribe);
    }
}

/// `caller` reads every parameter under `path`, decrypted.
pub(super) fn read_path(at: Moment, caller: &Caller, (path, names): (&str, &[&str]), scribe: &mut Scribe) {
    let asked = json!({ "path": path, "recursive": true, "withDecryption": true, "maxResults": 10 });
    scribe.call(at, caller, ("ssm", "GetParametersByPath"), asked);
    for name in names {
        let arn = format!("arn:aws:ssm:{HOME}:{}:parameter{path}/{name}", caller.account.id());
        decrypt(at, &caller.through("AWS Internal"), &json!({ "PARAMETER_ARN": arn }), scribe);
    }
}

fn decrypt_secret(at: Moment, caller: &Caller, secret: &Secret, scribe: &mut Scribe) {
    let context = json!({ "SecretARN": secret.arn(), "SecretVersionId": secret.version });
    decrypt(at, &caller.through("secretsmanager.amazonaws.com"), &context, scribe);
}

fn decrypt(at: Moment, through: &Caller, context: &Value, scribe: &mut Scribe) {
    let record = scribe.record(at, through, ("kms", "Decrypt")).asking(json!({
        "encryptionContext": context,
        "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
    }));
    scribe.write(record.on("AWS::KMS::Key", &key_of(through.account)));
}

/// The key an account's stores are encrypted with.
fn key_of(account: Account) -> String {
    let id = Dice::named(&format!("store key of {}", account.id())).uuid();
    format!("arn:aws:kms:{HOME}:{}:key/{id}", account.id())
}
