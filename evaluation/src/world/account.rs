//! Accounts, and the roles in them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Dice, Moment};

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Owns the organisation and, in most, its Identity Center.
    Management,
    /// Security's own: audits, backups and inventories start here.
    Security,
    /// Pipelines, registries and what everybody shares.
    Shared,
    /// What customers use.
    Production,
    /// What is about to be production.
    Staging,
    /// Where developers try things.
    Development,
}

/// An account of an organisation, or one outside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Account {
    /// Its twelve digits.
    pub(crate) id: Arc<str>,
    /// Its alias.
    pub(crate) name: Arc<str>,
    pub(crate) purpose: Purpose,
    /// The region it works in.
    pub(crate) region: &'static str,
}

impl Account {
    /// An account whose number comes from `dice`.
    pub(crate) fn drawn(name: &str, purpose: Purpose, region: &'static str, dice: &mut Dice) -> Self {
        Self { id: dice.digits(12).into(), name: name.into(), purpose, region }
    }

    /// Its number, as it is encoded in access keys.
    pub(crate) fn number(&self) -> u64 {
        self.id.parse().unwrap_or_default()
    }

    /// The prefix its resources are named with.
    pub(crate) const fn stage(&self) -> &'static str {
        match self.purpose {
            Purpose::Management => "org",
            Purpose::Security => "sec",
            Purpose::Shared => "shared",
            Purpose::Production => "prod",
            Purpose::Staging => "staging",
            Purpose::Development => "dev",
        }
    }

    /// The seed of what is lasting about what lives in it.
    fn seed(&self) -> u64 {
        self.number()
    }

    /// Dice that decide what is lasting about `name` in this account.
    pub(crate) fn nature(&self, name: &str) -> Dice {
        Dice::named(self.seed(), name)
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) account: Account,
    /// Its unique id, `AROA…`.
    pub(crate) id: Arc<str>,
    path: Arc<str>,
    pub(crate) name: Arc<str>,
}

impl Role {
    /// A role somebody created; the same account and name are the same role.
    pub(crate) fn new(account: &Account, name: &str) -> Self {
        Self::at(account, "", name)
    }

    /// The role of a permission set in `account`, made by an Identity Center at home in `home`.
    pub(crate) fn reserved(account: &Account, permission_set: &str, home: &str) -> Self {
        let suffix = account.nature(&format!("permission set {permission_set}")).hex(16);
        let path = if home == "us-east-1" {
            "aws-reserved/sso.amazonaws.com/".to_owned()
        } else {
            format!("aws-reserved/sso.amazonaws.com/{home}/")
        };
        Self::at(account, &path, &format!("AWSReservedSSO_{permission_set}_{suffix}"))
    }

    /// The role a service keeps for itself.
    pub(crate) fn linked(account: &Account, host: &str, name: &str) -> Self {
        Self::at(account, &format!("aws-service-role/{host}/"), name)
    }

    fn at(account: &Account, path: &str, name: &str) -> Self {
        let id = account.nature(&format!("role {name}")).unique_id("AROA", account.number());
        Self { account: account.clone(), id: id.into(), path: path.into(), name: name.into() }
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role/{}{}", self.account.id, self.path, self.name)
    }

    /// The ARN of its session `name`.
    pub(crate) fn session_arn(&self, name: &str) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{name}", self.account.id, self.name)
    }

    /// The `userIdentity` of a session.
    pub(crate) fn identity(&self, session: &str, key: &str, since: Moment) -> Value {
        json!({
            "type": "AssumedRole",
            "principalId": format!("{}:{session}", self.id),
            "arn": self.session_arn(session),
            "accountId": &*self.account.id,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": &*self.id,
                    "arn": self.arn(),
                    "accountId": &*self.account.id,
                    "userName": &*self.name,
                },
                "attributes": { "creationDate": since.iso(), "mfaAuthenticated": "false" },
            },
        })
    }
}
