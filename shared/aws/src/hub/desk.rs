//! A desk: Security Hub as one account in one region sees it.

use aws_config::SdkConfig;
use aws_sdk_securityhub::Client;
use trailwarden_model::{AccountId, Region};

use super::settings::HubSettings;
use crate::call::CallError;
use crate::members;

/// The name of the session in every other account.
const SESSION: &str = "trailwarden-security-hub";
/// What stands for an account's number in the name of the role.
const ACCOUNT: &str = "ACCOUNT";

/// Where one account imports.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) client: Client,
    pub(super) account: AccountId,
    pub(super) region: Region,
}

/// Every account's, by the role of the deployment in it.
#[derive(Debug, Clone)]
pub(super) struct Desks {
    config: SdkConfig,
    own: Desk,
    role: Option<String>,
}

impl Desks {
    pub(super) fn new(config: SdkConfig, settings: &HubSettings) -> Self {
        let (account, region) = (settings.account.clone(), settings.region.clone());
        let own = Desk { client: Client::new(&config), account, region };
        Self { config, own, role: settings.member_role.clone() }
    }

    /// The desk of an account in a region; its own account needs no role.
    pub(super) async fn at(&self, account: &AccountId, region: &Region) -> Result<Desk, CallError> {
        if (account, region) == (&self.own.account, &self.own.region) {
            return Ok(self.own.clone());
        }
        let config = match &self.role {
            Some(role) if *account != self.own.account => {
                members::entered(&self.config, &role.replace(ACCOUNT, account.as_str()), SESSION).await?
            }
            _ => self.config.clone(),
        };
        let there = aws_config::Region::new(region.as_str().to_owned());
        let client = Client::new(&config.into_builder().region(there).build());
        Ok(Desk { client, account: account.clone(), region: region.clone() })
    }
}
