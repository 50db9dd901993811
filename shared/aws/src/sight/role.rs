//! The forwarder's role: whether rules may wear it, and it may put events on the central bus.

use aws_sdk_iam::Client;
use percent_encoding::percent_decode_str;
use trailwarden_model::aws::delivery::Behaviour;

use super::policy::{allows, trusts};
use super::report::Found;
use crate::call::CallError;

/// The role's one policy.
const POLICY: &str = "forward";
/// What IAM says of what is not there.
const ABSENT: &str = "NoSuchEntity";

/// Looks at a role, by its ARN.
pub(super) async fn look(client: &Client, arn: &str, bus: &str, found: &mut Found) -> Result<(), CallError> {
    let (account, region) = (found.place.account.clone(), found.place.region.clone());
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let got = client.get_role().role_name(name).send().await.map_err(|error| CallError::of("GetRole", error));
    let role = match got {
        Err(error) if error.code() == ABSENT => {
            let says = format!("the role {name}, by which account {account} sends from {region}, is missing");
            let mend = format!(
                "in account {account}: aws iam create-role --role-name {name} --assume-role-policy-document '{}' && {}",
                trust(),
                put(name, bus),
            );
            found.fault("role.missing", &Behaviour::ALL, says, mend);
            return Ok(());
        }
        got => got?.role,
    };
    let document = decoded(role.as_ref().and_then(|role| role.assume_role_policy_document()));
    if !trusts(&document, "events.amazonaws.com") {
        let says = format!("the role {name} of account {account} does not trust EventBridge: rules cannot wear it");
        let mend = format!(
            "in account {account}: aws iam update-assume-role-policy --role-name {name} --policy-document '{}'",
            trust()
        );
        found.fault("role.untrusting", &Behaviour::ALL, says, mend);
    }
    let got = client.get_role_policy().role_name(name).policy_name(POLICY).send().await;
    let document = match got.map_err(|error| CallError::of("GetRolePolicy", error)) {
        Err(error) if error.code() == ABSENT => String::new(),
        got => decoded(Some(got?.policy_document())),
    };
    if !allows(&document, "events:PutEvents", bus) {
        let says =
            format!("the role {name} of account {account} may not put events on {bus}: nothing arrives from {region}");
        found.fault("role.may-not-put", &Behaviour::ALL, says, format!("in account {account}: {}", put(name, bus)));
    }
    Ok(())
}

fn put(name: &str, bus: &str) -> String {
    let allowed = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "events:PutEvents", "Resource": bus }],
    });
    format!("aws iam put-role-policy --role-name {name} --policy-name {POLICY} --policy-document '{allowed}'")
}

fn trust() -> serde_json::Value {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "events.amazonaws.com" }, "Action": "sts:AssumeRole",
        }],
    })
}

/// IAM sends documents percent-encoded.
fn decoded(document: Option<&str>) -> String {
    percent_decode_str(document.unwrap_or_default()).decode_utf8_lossy().into_owned()
}
