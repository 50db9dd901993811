//! Policy documents inside requests, and snapshots of a whole account's.

use serde_json::{Value, json};
use trailwarden_fixtures::records::{ACCOUNT, Caller, call};
use trailwarden_model::aws::authorization::privileges;
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_model::{Activity, Deed, Party, Privilege};

use crate::records::understood;

/// Where documents stand in requests: the service, the call, the parameter.
const PLACES: [(&str, &str, &str); 6] = [
    ("iam.amazonaws.com", "CreateRole", "assumeRolePolicyDocument"),
    ("iam.amazonaws.com", "UpdateAssumeRolePolicy", "policyDocument"),
    ("iam.amazonaws.com", "PutRolePolicy", "policyDocument"),
    ("sso.amazonaws.com", "PutInlinePolicyToPermissionSet", "inlinePolicy"),
    ("secretsmanager.amazonaws.com", "PutResourcePolicy", "resourcePolicy"),
    ("kms.amazonaws.com", "PutKeyPolicy", "policy"),
];

/// Reads a document in each place it may stand, and as a snapshot of an account.
pub(crate) fn policy(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for place in PLACES {
        let Some(activity) = with_document(place, &text) else { continue };
        understood(&activity, text.len());
        outsiders_only(&activity);
        // Another spelling of the same document means the same.
        if let Ok(parsed) = serde_json::from_str::<Value>(&text)
            && let Some(again) = with_document(place, &parsed.to_string())
            && text.len() < 32 << 10
        {
            assert_eq!(again.deed, activity.deed, "{text}");
        }
    }
    if let Ok(known) = privileges(&text) {
        for (name, privilege) in known {
            assert!(!name.is_empty() && privilege != Privilege::Unknown);
        }
    }
}

fn with_document((source, name, parameter): (&str, &str, &str), document: &str) -> Option<Activity> {
    let record = call(&Caller::user("ann"), source, name).with(
        "requestParameters",
        json!({ "roleName": "r", "permissionSetArn": "p", "secretId": "s", "keyId": "k", "policyName": "n", parameter: document }),
    );
    match read(&record.bytes(), Coverage::Catalog) {
        Reading::Activity(activity) => Some(*activity),
        _ => None,
    }
}

/// Whoever a document lets in is somebody else, by an account that can be one.
fn outsiders_only(activity: &Activity) {
    let (Deed::TrustChanged { parties, .. } | Deed::SecretShared { parties, .. }) = &activity.deed else { return };
    assert!(parties.len() <= 32);
    for party in parties {
        if let Party::Account(account) = party {
            let account = account.as_str();
            assert!(account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) && account != ACCOUNT);
        }
    }
}
