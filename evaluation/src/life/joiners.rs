//! Joining and leaving: accounts for new colleagues, and the end of those of old ones.

use serde_json::{Value, json};

use super::{access, pipelines};
use crate::{
    record::{Actor, Caller, Scribe, Visitor},
    world::{Access, Account, Agent, Grant, Moment, Person, Team, User, World, aws_address},
};

/// Everybody who joins or leaves while the log lasts.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    let moving =
        world.people.iter().filter(|person| person.joined > 0 || person.left.is_some() || person.promoted.is_some());
    moving.map(|person| Box::new(Moving(person.clone())) as Box<dyn Actor>).collect()
}

/// Somebody who joins or leaves.
struct Moving(Person);

impl Actor for Moving {
    fn name(&self) -> String {
        format!("joining and leaving of {}", self.0.handle)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self(person) = self;
        if person.joined > 0 && day == person.joined - 1 {
            let title = format!("{} joins and gets an account", person.handle);
            scribe.oddity("onboarding", &title, |scribe| welcome(world, person, day, scribe));
        }
        if let Some((_, grant)) = person.promoted.as_ref().filter(|(since, _)| *since == day + 1) {
            let title = format!("{} may open {} from tomorrow on", person.handle, grant.account.name);
            scribe.oddity("promotion", &title, |scribe| promote(world, person, (day, grant), scribe));
        }
        if person.left == Some(day) && person.joined + 1 < day {
            let title = format!("{} has left and loses the account", person.handle);
            scribe.oddity("offboarding", &title, |scribe| farewell(world, person, day, scribe));
        }
    }
}

fn welcome(world: &World, person: &Person, day: i64, scribe: &mut Scribe) {
    let at = access::office_hours(world, day, scribe);
    match &person.access {
        Access::Portal if world.external_idp => provisioned(world, person, at, scribe),
        Access::Portal => {
            let Some(host) = maker(world, world.management(), at, scribe) else { return };
            directory_user(world, person, (at, &host), scribe);
            let morning = person.clock(world, person.joined, person.rhythm.start - 50);
            let place = person.place(world, person.joined, morning);
            let visitor = Visitor::new(world, person, (&place.address, person.browser(person.joined)), scribe);
            visitor.choose(morning, "UpdatePassword", scribe);
            visitor.choose(morning.plus(40), "StartVirtualMfaDeviceRegistration", scribe);
            visitor.choose(morning.plus(100), "CompleteVirtualMfaDeviceRegistration", scribe);
        }
        Access::User(user) => {
            let Some(host) = maker(world, &user.account, at, scribe) else { return };
            iam_user(person, user, (at, &host), scribe);
        }
        // The company's own identity provider knows; AWS does not.
        Access::Saml => {}
    }
}

/// Whoever makes users here: an administrator by hand, or the code that describes the company.
fn maker(world: &World, account: &Account, at: Moment, scribe: &mut Scribe) -> Option<Caller> {
    if world.dice("users are code").chance(35) {
        return pipelines::builder(world, account, at.plus(-60), scribe);
    }
    access::administrator(world, account, at, scribe)
}

/// The company's identity provider tells Identity Center of a new colleague.
fn provisioned(world: &World, person: &Person, at: Moment, scribe: &mut Scribe) {
    let identity = json!({ "type": "WebIdentityUser", "principalId": "scim", "accountId": &*world.management().id });
    let address = aws_address("us-west-2", &mut world.dice("scim"));
    let caller = Caller::new(world.management(), identity, &address, Agent::program("Okta SCIM Client 1.0.0"));
    let caller = caller.in_region(world.home);
    let asked = json!({ "tenantId": world.directory, "userId": person.user_id() });
    scribe.call(at, &caller, ("identitystore-scim", "CreateUser"), asked.clone());
    scribe.call(at.plus(4), &caller, ("identitystore-scim", "PatchGroup"), asked);
}

/// A user in Identity Center, and the groups that give it roles.
fn directory_user(world: &World, person: &Person, (at, host): (Moment, &Caller), scribe: &mut Scribe) {
    let asked = json!({
        "identityStoreId": world.directory,
        "passwordMode": "EMAIL",
        "active": true,
        "userAttributes": { "displayName": {}, "emails": { "complexListValue": [{ "value": {}, "primary": {} }] } },
    });
    let answer = json!({ "user": { "userId": person.user_id(), "active": true } });
    let host = host.clone().in_region(world.home);
    scribe.answered(at, &host, ("sso-directory", "CreateUser"), (asked, answer));
    let groups = if person.team == Team::Platform { 3 } else { 2 };
    for turn in 0..groups {
        let group = world.dice(&format!("group {:?} {turn}", person.team)).uuid();
        let asked = json!({
            "identityStoreId": world.directory,
            "groupId": group,
            "memberId": { "userId": person.user_id() },
        });
        scribe.call(at.plus(40 + turn * 15), &host, ("sso-directory", "AddMemberToGroup"), asked);
    }
}

/// A user in IAM with a password, a group, a key, and soon a second factor.
fn iam_user(person: &Person, user: &User, (at, host): (Moment, &Caller), scribe: &mut Scribe) {
    let named = json!({ "userName": user.name });
    let answer = json!({ "user": { "userName": user.name, "userId": user.id, "arn": user.arn(), "path": "/" } });
    scribe.answered(at, host, ("iam", "CreateUser"), (named.clone(), answer));
    let asked = json!({ "userName": user.name, "passwordResetRequired": true });
    let answer = json!({ "loginProfile": { "userName": user.name, "passwordResetRequired": true } });
    scribe.answered(at.plus(2), host, ("iam", "CreateLoginProfile"), (asked, answer));
    let group = format!("{:?}", person.team).to_lowercase();
    scribe.call(at.plus(5), host, ("iam", "AddUserToGroup"), json!({ "userName": user.name, "groupName": group }));
    if let Some(key) = user.keys.first() {
        let answer = json!({ "accessKey": { "userName": user.name, "accessKeyId": key.id, "status": "Active" } });
        scribe.answered(at.plus(40), host, ("iam", "CreateAccessKey"), (named, answer));
    }
    if user.mfa {
        let device = format!("arn:aws:iam::{}:mfa/{}", user.account.id, user.name);
        let asked = json!({ "virtualMFADeviceName": user.name });
        let answer = json!({ "virtualMFADevice": { "serialNumber": device } });
        scribe.answered(at.plus(300), host, ("iam", "CreateVirtualMFADevice"), (asked, answer));
        let asked = json!({ "userName": user.name, "serialNumber": device });
        scribe.call(at.plus(340), host, ("iam", "EnableMFADevice"), asked);
    }
}

/// Somebody may open another account.
fn promote(world: &World, person: &Person, (day, grant): (i64, &Grant), scribe: &mut Scribe) {
    let at = access::office_hours(world, day, scribe);
    match &person.access {
        Access::Portal => {
            let Some(host) = access::administrator(world, world.management(), at, scribe) else { return };
            let instance = format!("arn:aws:sso:::instance/ssoins-{}", world.dice("instance").hex(16));
            let set = world.dice(&format!("set {}", grant.set)).hex(16);
            let asked = json!({
                "instanceArn": instance,
                "permissionSetArn": format!("arn:aws:sso:::permissionSet/ssoins-{}/ps-{set}", world.dice("instance").hex(16)),
                "principalType": "USER",
                "principalId": person.user_id(),
                "targetId": &*grant.account.id,
                "targetType": "AWS_ACCOUNT",
            });
            scribe.call(at, &host.in_region(world.home), ("sso", "CreateAccountAssignment"), asked);
        }
        Access::User(user) => {
            let Some(host) = access::administrator(world, &user.account, at, scribe) else { return };
            let group = format!("{}-{}", grant.account.name, grant.set);
            let asked = json!({ "userName": user.name, "groupName": group });
            scribe.call(at, &host, ("iam", "AddUserToGroup"), asked);
        }
        Access::Saml => {}
    }
}

fn farewell(world: &World, person: &Person, day: i64, scribe: &mut Scribe) {
    let at = access::office_hours(world, day, scribe);
    match &person.access {
        Access::Portal => {
            let Some(host) = access::administrator(world, world.management(), at, scribe) else { return };
            let asked = json!({ "identityStoreId": world.directory, "userId": person.user_id() });
            scribe.call(at, &host.in_region(world.home), ("sso-directory", "DeleteUser"), asked);
        }
        Access::User(user) => {
            let Some(host) = access::administrator(world, &user.account, at, scribe) else { return };
            close(user, (at, &host), scribe);
        }
        Access::Saml => {}
    }
}

/// The keys and the password of a user are taken away.
fn close(user: &User, (at, host): (Moment, &Caller), scribe: &mut Scribe) {
    let named = json!({ "userName": user.name });
    scribe.call(at, host, ("iam", "ListAccessKeys"), named.clone());
    let alive = user.keys.iter().filter(|key| key.created < at && key.retired.is_none_or(|end| end > at));
    for (key, turn) in alive.zip(1..) {
        let asked = json!({ "userName": user.name, "accessKeyId": key.id });
        scribe.call(at.plus(turn * 5), host, ("iam", "DeleteAccessKey"), asked);
    }
    scribe.call(at.plus(30), host, ("iam", "DeleteLoginProfile"), named.clone());
    if user.mfa {
        let device = format!("arn:aws:iam::{}:mfa/{}", user.account.id, user.name);
        let asked = json!({ "userName": user.name, "serialNumber": device });
        scribe.call(at.plus(40), host, ("iam", "DeactivateMFADevice"), asked);
        let asked = json!({ "serialNumber": device });
        scribe.call(at.plus(41), host, ("iam", "DeleteVirtualMFADevice"), asked);
    }
    scribe.call(at.plus(60), host, ("iam", "DeleteUser"), named);
}

/// The grant an IAM user has where it lives.
pub(super) fn own_grant(user: &User) -> Grant {
    Grant { account: user.account.clone(), set: "own" }
}

/// A password chosen anew.
pub(super) fn change_password(at: Moment, session: &Caller, scribe: &mut Scribe) {
    scribe.call(at, session, ("iam", "ChangePassword"), Value::Null);
}
