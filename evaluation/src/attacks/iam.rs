//! What thieves ask of IAM: the shapes of making keys, passwords and trust.

use serde_json::{Value, json};

use crate::{
    record::{Caller, Scribe},
    world::{Moment, Role},
};

/// `caller` makes an access key for `user`, or for itself where no name is given; gives back the key's id.
pub(super) fn create_key(at: Moment, caller: &Caller, user: Option<&str>, scribe: &mut Scribe) -> String {
    let key = scribe.dice.access_key("AKIA", caller.account.number());
    let owner = user.unwrap_or_else(|| caller.tells("userName"));
    let answer = json!({
        "accessKey": { "userName": owner, "accessKeyId": &key, "status": "Active", "createDate": at.spoken() },
    });
    let asked = user.map_or(Value::Null, |name| json!({ "userName": name }));
    scribe.answered(at, caller, ("iam", "CreateAccessKey"), (asked, answer));
    key
}

/// `caller` looks at the keys of `user`.
pub(super) fn list_keys(at: Moment, caller: &Caller, user: &str, scribe: &mut Scribe) {
    scribe.call(at, caller, ("iam", "ListAccessKeys"), json!({ "userName": user }));
}

/// `caller` sets the status of a key of `user`.
pub(super) fn set_key(at: Moment, caller: &Caller, (user, key): (&str, &str), status: &str, scribe: &mut Scribe) {
    let asked = json!({ "userName": user, "accessKeyId": key, "status": status });
    scribe.call(at, caller, ("iam", "UpdateAccessKey"), asked);
}

/// `caller` deletes a key of `user`.
pub(super) fn delete_key(at: Moment, caller: &Caller, (user, key): (&str, &str), scribe: &mut Scribe) {
    scribe.call(at, caller, ("iam", "DeleteAccessKey"), json!({ "userName": user, "accessKeyId": key }));
}

/// `caller` makes the user `name`.
pub(super) fn create_user(at: Moment, caller: &Caller, name: &str, scribe: &mut Scribe) {
    let user = crate::world::User::new(&caller.account, name);
    let answer = json!({
        "user": { "path": "/", "userName": name, "userId": user.id, "arn": user.arn(), "createDate": at.spoken() },
    });
    scribe.answered(at, caller, ("iam", "CreateUser"), (json!({ "userName": name }), answer));
}

/// `caller` gives `user` a policy of AWS's.
pub(super) fn attach_to_user(at: Moment, caller: &Caller, (user, policy): (&str, &str), scribe: &mut Scribe) {
    let asked = json!({ "userName": user, "policyArn": format!("arn:aws:iam::aws:policy/{policy}") });
    scribe.call(at, caller, ("iam", "AttachUserPolicy"), asked);
}

/// `caller` gives `role` a policy of AWS's.
pub(super) fn attach_to_role(at: Moment, caller: &Caller, (role, policy): (&Role, &str), scribe: &mut Scribe) {
    let asked = json!({ "roleName": &*role.name, "policyArn": format!("arn:aws:iam::aws:policy/{policy}") });
    scribe.call(at, caller, ("iam", "AttachRolePolicy"), asked);
}

/// `caller` gives `user` a password for the console.
pub(super) fn create_password(at: Moment, caller: &Caller, user: &str, scribe: &mut Scribe) {
    let profile = json!({ "userName": user, "createDate": at.spoken(), "passwordResetRequired": false });
    let asked = json!({ "userName": user, "passwordResetRequired": false });
    scribe.answered(at, caller, ("iam", "CreateLoginProfile"), (asked, json!({ "loginProfile": profile })));
}

/// `caller` gives `user` another password.
pub(super) fn update_password(at: Moment, caller: &Caller, user: &str, scribe: &mut Scribe) {
    let asked = json!({ "userName": user, "passwordResetRequired": false });
    scribe.call(at, caller, ("iam", "UpdateLoginProfile"), asked);
}

/// `caller` makes `role`, trusting whom `trust`, a policy, says.
pub(super) fn create_role(at: Moment, caller: &Caller, (role, trust): (&Role, &str), scribe: &mut Scribe) {
    let asked = json!({ "roleName": &*role.name, "assumeRolePolicyDocument": trust });
    let answer = json!({
        "role": {
            "path": "/",
            "roleName": &*role.name,
            "roleId": &*role.id,
            "arn": role.arn(),
            "createDate": at.spoken(),
            "assumeRolePolicyDocument": trust,
        },
    });
    scribe.answered(at, caller, ("iam", "CreateRole"), (asked, answer));
}

/// `caller` changes whom `role` trusts.
pub(super) fn open_trust(at: Moment, caller: &Caller, (role, trust): (&Role, &str), scribe: &mut Scribe) {
    let asked = json!({ "roleName": &*role.name, "policyDocument": trust });
    scribe.call(at, caller, ("iam", "UpdateAssumeRolePolicy"), asked);
}

/// A trust policy for `principal`, given as JSON.
pub(super) fn trusting(principal: &str, action: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"{action}"}}]}}"#
    )
}

/// A trust policy for the whole account of that number.
pub(super) fn trusting_account(id: &str) -> String {
    trusting(&format!(r#"{{"AWS":"arn:aws:iam::{id}:root"}}"#), "sts:AssumeRole")
}
