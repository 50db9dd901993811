//! An account's IAM snapshot (`aws iam get-account-authorization-details`): who may do how much.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::policy;
use crate::principal::Privilege;

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Snapshot {
    user_detail_list: Vec<Identity>,
    group_detail_list: Vec<Identity>,
    role_detail_list: Vec<Identity>,
    policies: Vec<Managed>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Identity {
    arn: String,
    group_name: String,
    group_list: Vec<String>,
    attached_managed_policies: Vec<Attached>,
    #[serde(alias = "UserPolicyList", alias = "GroupPolicyList", alias = "RolePolicyList")]
    inline: Vec<Inline>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Attached {
    policy_arn: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Inline {
    policy_document: Value,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Managed {
    arn: String,
    policy_version_list: Vec<Version>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Version {
    document: Value,
    is_default_version: bool,
}

/// How much each identity of a snapshot may do, by its ARN.
///
/// What its policies and its groups' policies grant together; boundaries and service control
/// policies, which only take away, are not looked at.
pub fn privileges(snapshot: &str) -> Result<Vec<(String, Privilege)>, serde_json::Error> {
    let snapshot: Snapshot = serde_json::from_str(snapshot)?;
    let managed: BTreeMap<&str, Privilege> = snapshot
        .policies
        .iter()
        .map(|policy| {
            let default = policy.policy_version_list.iter().find(|version| version.is_default_version);
            let granted = default.map_or(Privilege::Unknown, |version| of_document(&version.document));
            (policy.arn.as_str(), granted.max(policy::privilege_of_policy(&policy.arn)))
        })
        .collect();
    let groups: BTreeMap<&str, Privilege> =
        snapshot.group_detail_list.iter().map(|group| (group.group_name.as_str(), own(group, &managed))).collect();
    let identities = snapshot.user_detail_list.iter().chain(&snapshot.role_detail_list);
    Ok(identities
        .map(|identity| {
            let through_groups = identity.group_list.iter().filter_map(|group| groups.get(group.as_str())).max();
            let most = own(identity, &managed).max(through_groups.copied().unwrap_or_default());
            (identity.arn.clone(), most)
        })
        .filter(|(arn, privilege)| !arn.is_empty() && *privilege != Privilege::Unknown)
        .collect())
}

fn own(identity: &Identity, managed: &BTreeMap<&str, Privilege>) -> Privilege {
    let attached = identity.attached_managed_policies.iter().map(|policy| {
        let arn = policy.policy_arn.as_str();
        managed.get(arn).copied().unwrap_or_default().max(policy::privilege_of_policy(arn))
    });
    let inline = identity.inline.iter().map(|policy| of_document(&policy.policy_document));
    attached.chain(inline).max().unwrap_or_default()
}

/// The command line decodes documents into objects; text is taken as it is.
fn of_document(document: &Value) -> Privilege {
    match document {
        Value::String(text) => policy::privilege_of_document(text),
        other => policy::privilege_of_document(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_may_do_what_its_policies_and_its_groups_allow() {
        let snapshot = r#"{
            "UserDetailList": [
                {"Arn": "arn:aws:iam::1:user/ann", "GroupList": ["admins"], "AttachedManagedPolicies": []},
                {"Arn": "arn:aws:iam::1:user/bob", "GroupList": [], "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::1:policy/keys"}]}],
            "GroupDetailList": [{"GroupName": "admins", "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}],
            "RoleDetailList": [{"Arn": "arn:aws:iam::1:role/reader", "RolePolicyList": [{"PolicyDocument":
                {"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}}]}],
            "Policies": [{"Arn": "arn:aws:iam::1:policy/keys", "PolicyVersionList": [{"IsDefaultVersion": true, "Document":
                {"Statement": [{"Effect": "Allow", "Action": ["iam:CreateAccessKey"], "Resource": "*"}]}}]}]
        }"#;
        let found = privileges(snapshot).unwrap();
        let expected = [
            ("user/ann", Privilege::Administrator),
            ("user/bob", Privilege::Privileged),
            ("role/reader", Privilege::Ordinary),
        ];
        assert_eq!(found, expected.map(|(name, privilege)| (format!("arn:aws:iam::1:{name}"), privilege)));
        assert!(privileges("[").is_err());
    }
}
