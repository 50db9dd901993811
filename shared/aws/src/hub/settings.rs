//! The Security Hub function's settings: its environment, read once at cold start.

use trailwarden_exports::Import;
use trailwarden_model::{AccountId, Region};

use crate::settings::{Form, SettingsError};

/// What the function is told by its environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubSettings {
    /// `ACCOUNT_ID`: the account it runs in.
    pub account: AccountId,
    /// `AWS_REGION`: where it runs, as Lambda says.
    pub region: Region,
    /// `MEMBER_ROLE_ARN`: the role by which each other account imports its own findings, `ACCOUNT` standing for its
    /// number; the account it runs in imports all of them where it is not set.
    pub member_role: Option<String>,
    /// `LOG_LEVEL`: error, warn, info, debug or trace; info where it is not set.
    pub log_level: tracing::Level,
}

impl HubSettings {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings by name; an empty value counts as none.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut form = Form::new(lookup);
        let account = form.required("ACCOUNT_ID", "the account the function runs in");
        if !account.is_empty() && (account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit())) {
            form.problem("ACCOUNT_ID: is no account: twelve digits".to_owned());
        }
        let read = Self {
            account: AccountId::new(&account),
            region: Region::new(&form.required("AWS_REGION", "the region the function runs in")),
            member_role: form.given("MEMBER_ROLE_ARN"),
            log_level: form.log_level(),
        };
        form.finish(read)
    }

    /// Who imports a finding.
    #[must_use]
    pub fn import(&self) -> Import {
        match &self.member_role {
            Some(_) => Import::PerMember,
            None => Import::Central { account: self.account.clone(), region: self.region.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_twelve_digits_and_everything_wrong_is_named_at_once() {
        let error = HubSettings::from_lookup(|name| (name == "ACCOUNT_ID").then(|| "prod".to_owned())).unwrap_err();
        assert_eq!(error.problems.len(), 2, "{error}");
        let settings = HubSettings::from_lookup(|name| match name {
            "ACCOUNT_ID" => Some("111122223333".to_owned()),
            "AWS_REGION" => Some("eu-west-1".to_owned()),
            _ => None,
        });
        let import = settings.unwrap().import();
        let (account, region) = (AccountId::new("111122223333"), Region::new("eu-west-1"));
        assert_eq!(import, Import::Central { account, region });
    }
}
