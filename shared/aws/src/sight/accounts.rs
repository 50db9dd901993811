//! Accounts: which there are, how each is reached, and in which regions something may happen there.

use aws_config::SdkConfig;
use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_sts::config::Region;
use trailwarden_model::aws::delivery::Behaviour;

use super::report::Found;
use super::settings::{Forwarded, Hub, SightSettings};
use crate::call::CallError;
use crate::members;

/// The name of the session in every account.
const SESSION: &str = "trailwarden-sight";

/// An account, reached.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: String,
    config: SdkConfig,
}

impl Account {
    /// The deployment's own.
    pub(super) fn own(config: &SdkConfig, settings: &SightSettings) -> Self {
        Self { id: settings.home.account.clone(), config: config.clone() }
    }

    /// How one of its regions is reached.
    pub(super) fn at(&self, region: &str) -> SdkConfig {
        self.config.to_builder().region(Region::new(region.to_owned())).build()
    }
}

/// Every account that is to be seen, the deployment's own first.
pub(super) async fn all(config: &SdkConfig, settings: &SightSettings, found: &mut Found) -> Vec<String> {
    let home = &settings.home.account;
    let mut all = vec![home.clone()];
    let others = match &settings.forwarded {
        Forwarded::Nowhere | Forwarded::ThisAccount => Vec::new(),
        Forwarded::Organization(_) if !settings.accounts.is_empty() => settings.accounts.clone(),
        Forwarded::Organization(organization) => members::listed(config).await.unwrap_or_else(|error| {
            found.unsure = true;
            let says = format!(
                "the accounts of {organization} could not be listed, so only account {home} was looked at: {error}"
            );
            let mend = format!(
                "in the management account: aws organizations register-delegated-administrator --account-id {home} \
                 --service-principal member.org.stacksets.cloudformation.amazonaws.com (or deploy with SeenAccounts=…)"
            );
            found.fault("accounts.unlisted", &[], says, mend);
            Vec::new()
        }),
    };
    all.extend(others.into_iter().filter(|account| account != home));
    all
}

/// Reaches an account: the deployment's own as it is, another by the role the forwarder made there.
pub(super) async fn reach(
    config: &SdkConfig,
    settings: &SightSettings,
    id: &str,
    found: &mut Found,
) -> Option<Account> {
    if id == settings.home.account {
        return Some(Account::own(config, settings));
    }
    let role = format!("arn:{}:iam::{id}:role/{}", settings.partition, settings.member_role);
    match members::entered(config, &role, SESSION).await {
        Ok(config) => Some(Account { id: id.to_owned(), config }),
        Err(error) if error.code() == "AccessDenied" => {
            let member = &settings.member_role;
            let hub = if settings.hub == Hub::PerMember { "; nobody imports its findings" } else { "" };
            let says = format!(
                "account {id} has no forwarder: outside the StackSet (its role {member} is not there, or lets nobody in){hub}"
            );
            let mend = format!(
                "move it into an organisational unit of the StackSet {0}-forwarders, or add its own; the management \
                 account is in none: deploy infra/account.yaml there with Deployment={0}",
                settings.stack
            );
            found.fault("account.no-forwarder", &Behaviour::ALL, says, mend);
            None
        }
        Err(error) => {
            found.unlooked(&error);
            None
        }
    }
}

/// The regions of an account that are to be seen.
pub(super) async fn regions(account: &Account, settings: &SightSettings) -> Result<Vec<String>, CallError> {
    if settings.forwarded == Forwarded::Nowhere {
        return Ok(vec![settings.home.region.clone()]);
    }
    if !settings.regions.is_empty() {
        return Ok(settings.regions.clone());
    }
    let client = aws_sdk_account::Client::new(&account.at(&settings.home.region));
    let enabled = [RegionOptStatus::Enabled, RegionOptStatus::EnabledByDefault].to_vec();
    let (mut regions, mut next) = (Vec::new(), None);
    loop {
        let page = client.list_regions().set_region_opt_status_contains(Some(enabled.clone())).set_next_token(next);
        let page = page.send().await.map_err(|error| CallError::of("ListRegions", error))?;
        regions.extend(page.regions.unwrap_or_default().into_iter().filter_map(|region| region.region_name));
        next = page.next_token;
        if next.is_none() {
            return Ok(regions);
        }
    }
}
