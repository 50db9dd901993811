//! Members: the accounts of the organisation, and how each is entered, by the role its forwarder made there.

use aws_config::SdkConfig;
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};

use crate::call::CallError;

/// The accounts of the organisation that are in use, the deployment's own among them.
#[cfg(feature = "organization")]
pub(crate) async fn listed(config: &SdkConfig) -> Result<Vec<String>, CallError> {
    let client = aws_sdk_organizations::Client::new(config);
    let (mut members, mut next) = (Vec::new(), None);
    loop {
        let page = client.list_accounts().set_next_token(next).send().await;
        let page = page.map_err(|error| CallError::of("ListAccounts", error))?;
        for account in page.accounts.unwrap_or_default() {
            let status = account.status.as_ref().map(|status| status.as_str().to_owned());
            if status.as_deref() == Some("ACTIVE") {
                members.extend(account.id);
            }
        }
        next = page.next_token;
        if next.is_none() {
            return Ok(members);
        }
    }
}

/// Enters an account by a role of it, under a name that says who entered.
pub(crate) async fn entered(config: &SdkConfig, role: &str, session: &'static str) -> Result<SdkConfig, CallError> {
    let assumed = aws_sdk_sts::Client::new(config).assume_role().role_arn(role).role_session_name(session).send().await;
    let assumed = assumed.map_err(|error| CallError::of("AssumeRole", error))?;
    // An answer without credentials lets nobody in: the first call in there is refused, and says so.
    let (id, key, token) = assumed
        .credentials
        .map(|given| (given.access_key_id, given.secret_access_key, given.session_token))
        .unwrap_or_default();
    let given = Credentials::new(id, key, Some(token), None, session);
    Ok(config.to_builder().credentials_provider(SharedCredentialsProvider::new(given)).build())
}
