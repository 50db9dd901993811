//! The organisation: its accounts, and the roles and users in them.

use serde_json::{Value, json};

use super::{calendar::Moment, dice::Dice};

/// The organisation's id.
pub(super) const ORGANIZATION: &str = "o-k7f3x9w2mq";
/// Where it works, and where its Identity Center lives.
pub(super) const HOME: &str = "eu-central-1";
/// Where IAM and the other global services write.
pub(super) const GLOBAL: &str = "us-east-1";
/// The directory its people are kept in.
pub(super) const IDENTITY_STORE: &str = "d-99672f41ab";
/// The domain of its mail addresses.
pub(super) const DOMAIN: &str = "kranich.example";
/// An account that does not belong to it.
pub(super) const OUTSIDE_ACCOUNT: &str = "555566667777";

/// An account of the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Account {
    Management,
    Production,
    Staging,
}

impl Account {
    pub(super) const ALL: [Self; 3] = [Self::Management, Self::Production, Self::Staging];

    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Management => "111122223333",
            Self::Production => "444455556666",
            Self::Staging => "777788889999",
        }
    }

    pub(super) const fn number(self) -> u64 {
        match self {
            Self::Management => 111_122_223_333,
            Self::Production => 444_455_556_666,
            Self::Staging => 777_788_889_999,
        }
    }

    /// The prefix its resources are named with.
    pub(super) const fn stage(self) -> &'static str {
        match self {
            Self::Management => "org",
            Self::Production => "prod",
            Self::Staging => "stag",
        }
    }
}

/// A role: one of the organisation's own, or one Identity Center made for a permission set.
#[derive(Clone)]
pub(super) struct Role {
    pub(super) account: Account,
    pub(super) id: String,
    path: &'static str,
    name: String,
}

impl Role {
    /// A role somebody created.
    pub(super) fn new(account: Account, name: &str) -> Self {
        Self::at(account, "", name.to_owned())
    }

    /// The role of a permission set in `account`.
    pub(super) fn reserved(account: Account, permission_set: &str) -> Self {
        let suffix = Dice::named(&format!("{permission_set}@{}", account.id())).hex(16);
        let name = format!("AWSReservedSSO_{permission_set}_{suffix}");
        Self::at(account, "aws-reserved/sso.amazonaws.com/eu-central-1/", name)
    }

    /// The role a service keeps for itself.
    pub(super) fn linked(account: Account, path: &'static str, name: &str) -> Self {
        Self::at(account, path, name.to_owned())
    }

    fn at(account: Account, path: &'static str, name: String) -> Self {
        let id = Dice::named(&format!("role {name} {}", account.id())).unique_id("AROA", account);
        Self { account, id, path, name }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:role/{}{}", self.account.id(), self.path, self.name)
    }

    /// The ARN of its session `name`.
    pub(super) fn session_arn(&self, name: &str) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{name}", self.account.id(), self.name)
    }

    /// The `userIdentity` of a session.
    pub(super) fn identity(&self, session: &str, key: &str, since: Moment) -> Value {
        json!({
            "type": "AssumedRole",
            "principalId": format!("{}:{session}", self.id),
            "arn": self.session_arn(session),
            "accountId": self.account.id(),
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": self.id,
                    "arn": self.arn(),
                    "accountId": self.account.id(),
                    "userName": self.name,
                },
                "attributes": { "creationDate": since.iso(), "mfaAuthenticated": "false" },
            },
        })
    }
}

/// An IAM user, from before Identity Center.
#[derive(Clone)]
pub(super) struct User {
    pub(super) account: Account,
    pub(super) name: &'static str,
    pub(super) id: String,
}

impl User {
    pub(super) fn new(account: Account, name: &'static str) -> Self {
        let id = Dice::named(&format!("user {name}")).unique_id("AIDA", account);
        Self { account, name, id }
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.account.id(), self.name)
    }

    /// The `userIdentity` of a call with one of its access keys.
    pub(super) fn identity(&self, key: &str) -> Value {
        json!({
            "type": "IAMUser",
            "principalId": self.id,
            "arn": self.arn(),
            "accountId": self.account.id(),
            "accessKeyId": key,
            "userName": self.name,
        })
    }

    /// The `userIdentity` of a call from a console session.
    pub(super) fn console_identity(&self, key: &str, since: Moment) -> Value {
        let mut identity = self.identity(key);
        if let Some(fields) = identity.as_object_mut() {
            let attributes = json!({ "creationDate": since.iso(), "mfaAuthenticated": "false" });
            fields.insert("sessionContext".into(), json!({ "attributes": attributes }));
        }
        identity
    }
}

/// The job that has copied documents to S3 every night since before anyone remembers.
pub(super) fn legacy_backup() -> User {
    User::new(Account::Production, "svc-legacy-backup")
}

/// The administrator for the day Identity Center is down: asleep.
pub(super) fn break_glass() -> User {
    User::new(Account::Production, "emergency-admin")
}

/// The user whose only purpose is an SMTP password.
pub(super) fn mail_relay() -> User {
    User::new(Account::Production, "svc-mail-relay")
}
