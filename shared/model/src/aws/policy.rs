//! Whom a policy document lets in, and how much it grants.

use std::collections::BTreeSet;

use serde_json::Value;

use super::arn::Arn;
use crate::deed::Party;
use crate::ids::{AccountId, bounded};
use crate::principal::Privilege;

/// The longest document looked at, in bytes; IAM's own limit for any policy is 10,240 characters.
const DOCUMENT_LIMIT: usize = 64 * 1024;

/// Whom a trust or resource policy lets in, apart from its own account and the platform's services.
///
/// A document that cannot be read lets nobody in as far as we know: the change itself is still told.
pub(super) fn parties(document: &str, own_account: &str) -> Vec<Party> {
    let mut found = BTreeSet::new();
    for statement in statements(document) {
        if statement.get("Effect").and_then(Value::as_str) == Some("Allow") {
            if let Some(principal) = statement.get("Principal") {
                collect(principal, own_account, &mut found);
            }
            if statement.get("NotPrincipal").is_some() {
                found.insert(Party::Anyone);
            }
        }
    }
    found.into_iter().collect()
}

fn collect(principal: &Value, own_account: &str, found: &mut BTreeSet<Party>) {
    match principal {
        Value::String(_) => found.extend(account_party(principal, own_account)),
        Value::Object(kinds) => {
            for (kind, named) in kinds {
                for name in many(named) {
                    match kind.as_str() {
                        "AWS" => found.extend(account_party(name, own_account)),
                        "Federated" => {
                            let name = name.as_str().unwrap_or_default();
                            found.insert(Party::Provider(bounded(name, 256)));
                        }
                        _ => {}
                    }
                }
            }
        }
        _ => {}
    }
}

fn account_party(name: &Value, own_account: &str) -> Option<Party> {
    let name = name.as_str()?;
    if name == "*" {
        return Some(Party::Anyone);
    }
    let account = Arn::parse(name).map_or(name, |arn| arn.account);
    let known = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (known && account != own_account).then(|| Party::Account(AccountId::new(account)))
}

fn statements(document: &str) -> Vec<Value> {
    if document.len() > DOCUMENT_LIMIT {
        return Vec::new();
    }
    let parsed: Option<Value> = serde_json::from_str(document).ok();
    match parsed.as_ref().and_then(|policy| policy.get("Statement")) {
        Some(Value::Array(list)) => list.clone(),
        Some(one @ Value::Object(_)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

/// How much an inline document grants.
pub(super) fn privilege_of_document(document: &str) -> Privilege {
    let mut most = Privilege::Unknown;
    for statement in statements(document) {
        if statement.get("Effect").and_then(Value::as_str) == Some("Allow") {
            let wide = statement
                .get("Resource")
                .is_some_and(|resource| many(resource).iter().any(|resource| resource.as_str() == Some("*")));
            let actions = statement.get("Action").map(many).unwrap_or_default();
            for action in actions.iter().filter_map(|action| action.as_str()) {
                most = most.max(privilege_of_action(action, wide));
            }
            if statement.get("NotAction").is_some() && wide {
                most = most.max(Privilege::Privileged);
            }
        }
    }
    most
}

fn privilege_of_action(action: &str, wide: bool) -> Privilege {
    let action = action.to_ascii_lowercase();
    if action == "*" || action == "*:*" {
        return if wide { Privilege::Administrator } else { Privilege::Privileged };
    }
    let changes_identities =
        ["iam:*", "iam:create", "iam:put", "iam:attach", "iam:update", "iam:passrole", "organizations:*", "sts:*"];
    if changes_identities.iter().any(|prefix| action.starts_with(prefix)) {
        return Privilege::Privileged;
    }
    Privilege::Ordinary
}

/// How much a managed policy grants, by its name: AWS's own are known, others are not.
pub(super) fn privilege_of_policy(arn: &str) -> Privilege {
    match Arn::parse(arn).filter(|arn| arn.account == "aws").map(|arn| arn.name()) {
        Some("AdministratorAccess") => Privilege::Administrator,
        Some(
            "IAMFullAccess" | "PowerUserAccess" | "AWSOrganizationsFullAccess" | "AWSSSOMasterAccountAdministrator",
        ) => Privilege::Privileged,
        Some(_) => Privilege::Ordinary,
        None => Privilege::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trust_in_another_account_is_seen_and_one_in_services_is_not() {
        let document = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},
            {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root","111122223333"]},"Action":"sts:AssumeRole"}]}"#;
        assert_eq!(parties(document, "111122223333"), [Party::Account(AccountId::new("444455556666"))]);
        assert_eq!(parties(r#"{"Statement":{"Effect":"Allow","Principal":"*"}}"#, "1"), [Party::Anyone]);
        assert_eq!(parties("not json", "1"), []);
    }

    #[test]
    fn an_administrator_is_told_from_a_reader() {
        let admin = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        assert_eq!(privilege_of_document(admin), Privilege::Administrator);
        let reader = r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;
        assert_eq!(privilege_of_document(reader), Privilege::Ordinary);
        assert_eq!(privilege_of_policy("arn:aws:iam::aws:policy/AdministratorAccess"), Privilege::Administrator);
        assert_eq!(privilege_of_policy("arn:aws:iam::111122223333:policy/AdministratorAccess"), Privilege::Unknown);
    }
}
