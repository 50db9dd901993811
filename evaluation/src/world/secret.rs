//! Secrets and parameters, and who they belong to.

use super::{Account, Dice};

/// A secret in Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    pub(crate) account: Account,
    pub(crate) name: String,
    suffix: String,
    version: String,
    key: String,
}

impl Secret {
    /// The secret `name` of `account`; the same account and name are the same secret.
    pub(crate) fn new(account: &Account, name: &str) -> Self {
        let mut dice = account.nature(&format!("secret {name}"));
        let key = format!("arn:aws:kms:{}:{}:key/{}", account.region, account.id, store_key(account));
        let (suffix, version) = (dice.alphanumeric(6), dice.uuid());
        Self { account: account.clone(), name: name.to_owned(), suffix, version, key }
    }

    pub(crate) fn arn(&self) -> String {
        let Self { account, name, suffix, .. } = self;
        format!("arn:aws:secretsmanager:{}:{}:secret:{name}-{suffix}", account.region, account.id)
    }

    /// The id of its version as it stands.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The ARN of the key it is encrypted with.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }
}

/// The id of the key an account's stores are encrypted with.
pub(crate) fn store_key(account: &Account) -> String {
    account.nature("store key").uuid()
}

/// What a service called `service` keeps secret: one to five names under its own prefix.
pub(crate) fn names_of(service: &str, dice: &mut Dice) -> Vec<String> {
    const KINDS: [&str; 12] = [
        "database",
        "api-token",
        "signing-key",
        "redis-auth",
        "webhook-secret",
        "smtp",
        "oauth-client",
        "kafka",
        "license",
        "datadog",
        "stripe",
        "snowflake",
    ];
    let count = usize::try_from(dice.between(1, 5)).unwrap_or(1);
    dice.some(&KINDS, count).into_iter().map(|kind| format!("{service}/{kind}")).collect()
}
