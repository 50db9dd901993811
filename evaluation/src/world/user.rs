//! IAM users: people from before single sign-on, and programs outside AWS; their keys have lives of their own.

use serde_json::{Value, json};

use super::{Account, Dice, Moment};

/// Who replaces a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rotator {
    /// Whoever uses it.
    Owner,
    /// An administrator.
    Administrator,
    /// A function made for it.
    Automation,
}

/// One access key of a user.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// `AKIA…`
    pub(crate) id: String,
    pub(crate) created: Moment,
    /// When it comes into use.
    pub(crate) used: Moment,
    /// Who made it, where it replaces another.
    pub(crate) rotated: Option<Rotator>,
    /// When it is taken out of use, if the log lasts so long.
    pub(crate) retired: Option<Moment>,
}

/// An IAM user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) account: Account,
    pub(crate) name: String,
    /// Its unique id, `AIDA…`.
    pub(crate) id: String,
    /// Its keys, in the order they are made.
    pub(crate) keys: Vec<Key>,
    /// Whether it signs in to the console with a second factor.
    pub(crate) mfa: bool,
}

impl User {
    /// The user `name` of `account`, without keys; the same account and name are the same user.
    pub(crate) fn new(account: &Account, name: &str) -> Self {
        let id = account.nature(&format!("user {name}")).unique_id("AIDA", account.number());
        Self { account: account.clone(), name: name.to_owned(), id, keys: Vec::new(), mfa: false }
    }

    /// The same user with a key made at `created`.
    pub(crate) fn with_key(mut self, created: Moment, dice: &mut Dice) -> Self {
        let id = dice.access_key("AKIA", self.account.number());
        self.keys.push(Key { id, created, used: created, rotated: None, retired: None });
        self
    }

    /// The same user, whose key is replaced at `at`.
    pub(crate) fn rotated(mut self, at: Moment, by: Rotator, dice: &mut Dice) -> Self {
        let (adopts, overlap) = match by {
            Rotator::Owner => (dice.between(1, 9), dice.between(10, 60)),
            Rotator::Administrator => (dice.between(20, 90), dice.between(120, 1_400)),
            Rotator::Automation => (dice.between(2, 30), dice.between(1_440, 4_320)),
        };
        if let Some(old) = self.keys.last_mut() {
            old.retired = Some(at.minutes(overlap));
        }
        let id = dice.access_key("AKIA", self.account.number());
        self.keys.push(Key { id, created: at, used: at.minutes(adopts), rotated: Some(by), retired: None });
        self
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.account.id, self.name)
    }

    /// The id of the key it uses at `at`: the newest in use.
    pub(crate) fn key(&self, at: Moment) -> &str {
        let alive = |key: &&Key| key.used <= at && key.retired.is_none_or(|end| end > at);
        self.keys.iter().rfind(alive).or(self.keys.first()).map_or("", |key| &key.id)
    }

    /// The `userIdentity` of a call with the access key `key`.
    pub(crate) fn identity(&self, key: &str) -> Value {
        json!({
            "type": "IAMUser",
            "principalId": &self.id,
            "arn": self.arn(),
            "accountId": &*self.account.id,
            "accessKeyId": key,
            "userName": &self.name,
        })
    }

    /// The `userIdentity` of a call from a console or token session opened at `since`.
    pub(crate) fn session_identity(&self, key: &str, since: Moment) -> Value {
        let mut identity = self.identity(key);
        if let Some(fields) = identity.as_object_mut() {
            let attributes = json!({ "creationDate": since.iso(), "mfaAuthenticated": self.mfa.to_string() });
            fields.insert("sessionContext".into(), json!({ "attributes": attributes }));
        }
        identity
    }
}
