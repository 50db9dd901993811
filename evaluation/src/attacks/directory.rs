//! The directory: people who don't exist, and grants nobody asked for.

use serde_json::json;

use super::{
    Way,
    hunt::{Foothold, Hunt},
};
use crate::{
    record::{Story, Visitor},
    world::{Account, Grant, Moment, Person, Purpose},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("directory-user-added", 7, user_added),
    Way::credential("permission-set-granted", 7, set_granted),
    Way::credential("root-session-taken", 7, root_session),
];

fn managing(account: &Account) -> bool {
    account.purpose == Purpose::Management
}

/// Who has a portal's entry to give away.
fn has_portal(hunt: &Hunt<'_>) -> bool {
    hunt.world.people.iter().any(|person| matches!(person.access, crate::world::Access::Portal))
}

/// Grants `set` in `account` to `person` of the directory.
fn assign(at: Moment, hold: &Foothold, (person, set, account): (&Person, &str, &Account), story: &mut Story) {
    let instance = format!("ssoins-{}", hold.account().nature("instance").hex(16));
    let permission = format!("arn:aws:sso:::permissionSet/{instance}/ps-{}", hold.account().nature(set).hex(16));
    let caller = hold.caller.clone();
    let asked = json!({
        "instanceArn": format!("arn:aws:sso:::instance/{instance}"),
        "targetId": &*account.id,
        "targetType": "AWS_ACCOUNT",
        "permissionSetArn": permission,
        "principalType": "USER",
        "principalId": person.user_id(),
    });
    let status = json!({ "status": "IN_PROGRESS", "requestId": story.scribe.dice.uuid(), "targetId": &*account.id });
    let answer = json!({ "accountAssignmentCreationStatus": status });
    story.telling("an account is granted by hand to somebody who had no such right", |scribe| {
        scribe.answered(at, &caller, ("sso", "CreateAccountAssignment"), (asked, answer));
    });
}

/// Somebody who doesn't exist joins the directory, is granted production, and signs in.
fn user_added(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const HANDLES: [&str; 4] = ["it.support", "svc.monitoring", "j.anderson", "helpdesk.emea"];
    if !has_portal(&hunt) || hunt.world.external_idp {
        return None;
    }
    let mut hold = hunt.administrator(&managing, story)?;
    let template = hunt.world.people.first()?;
    let handle = story.scribe.dice.choose(&HANDLES).copied().unwrap_or("it.support");
    let ghost = Person { handle: handle.to_owned(), ..template.clone() };
    let target = hunt.world.first(Purpose::Production).clone();
    story.title = format!("{} adds {handle} to the directory and grants them {}", hold.whose, target.name);
    let caller = hold.caller.clone().in_region(hunt.world.home);
    let old = story.scribe.dice.chance(50);
    let (service, user) = if old { ("sso-directory", "user") } else { ("identitystore", "userId") };
    let asked = json!({ "identityStoreId": hunt.world.directory, "userName": "HIDDEN_DUE_TO_SECURITY_REASONS", "displayName": "HIDDEN_DUE_TO_SECURITY_REASONS" });
    let answer = if old {
        json!({ user: { "userId": ghost.user_id(), "active": true } })
    } else {
        json!({ user: ghost.user_id() })
    };
    let at = hold.pause(&mut story.scribe);
    // New colleagues are added by hand in many companies: only where it comes from could tell.
    hold.act(story, |scribe| scribe.answered(at, &caller, (service, "CreateUser"), (asked, answer)));
    if story.scribe.dice.chance(50) {
        let at = hold.pause(&mut story.scribe);
        let asked = json!({ "identityStoreId": hunt.world.directory, "groupId": story.scribe.dice.uuid(), "memberId": { "userId": ghost.user_id() } });
        story.scribe.call(at, &caller, ("identitystore", "CreateGroupMembership"), asked);
    }
    let at = hold.pause(&mut story.scribe);
    hold.caller = caller;
    assign(at, &hold, (&ghost, "AdministratorAccess", &target), story);
    let later = at.minutes(story.scribe.dice.between(4, 200));
    let browser = (hold.thief.address.as_str(), hold.thief.browser.clone());
    let visitor = Visitor::new(hunt.world, &ghost, browser, &mut story.scribe);
    visitor.choose(later, "UpdatePassword", &mut story.scribe);
    visitor.choose(later.plus(70), "CompleteVirtualMfaDeviceRegistration", &mut story.scribe);
    let signed_in = visitor.sign_in(later.plus(130), 0, &mut story.scribe);
    let grant = Grant { account: target, set: "AdministratorAccess" };
    let session = visitor.console(signed_in.plus(30), &grant, &mut story.scribe);
    story.scribe.call(signed_in.plus(90), &session, ("secretsmanager", "ListSecrets"), json!({ "maxResults": 100 }));
    Some(())
}

/// A robbed support agent's account is granted administration of everything.
fn set_granted(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    if !has_portal(&hunt) {
        return None;
    }
    let who = |person: &Person| {
        let strong = person.grants.iter().any(|grant| grant.set == "AdministratorAccess");
        matches!(person.access, crate::world::Access::Portal) && !strong
    };
    let pawn = story.person(hunt.world, who)?;
    let mut hold = hunt.administrator(&managing, story)?;
    story.title = format!("{} grants {} the administration of production", hold.whose, pawn.handle);
    hold.caller = hold.caller.clone().in_region(hunt.world.home);
    for target in hunt.world.of(Purpose::Production) {
        let at = hold.pause(&mut story.scribe);
        assign(at, &hold, (pawn, "AdministratorAccess", target), story);
    }
    Some(())
}

/// The management account's reach is used to become root of a member account.
fn root_session(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&managing, story)?;
    let target = hunt.world.first(Purpose::Production).clone();
    story.title = format!("{} becomes root of {}", hold.whose, target.name);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    story.telling("an organisation's root sessions are turned on by hand", |scribe| {
        let features = json!({ "organizationId": hunt.world.id, "enabledFeatures": ["RootSessions"] });
        scribe.answered(at, &caller, ("iam", "EnableOrganizationsRootSessions"), (serde_json::Value::Null, features));
    });
    let at = hold.pause(&mut story.scribe).plus(30);
    let key = story.scribe.dice.access_key("ASIA", target.number());
    let asked = json!({
        "targetPrincipal": &*target.id,
        "taskPolicyArn": { "arn": "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword" },
    });
    let answer = json!({ "credentials": { "accessKeyId": key, "sessionToken": "<encoded session token blob>", "expiration": at.minutes(15).spoken() } });
    story.scribe.answered(at, &caller, ("sts", "AssumeRoot"), (asked, answer));
    let root = crate::record::Caller::root(&target, &key, at, &caller.address, caller.agent.clone());
    story.scribe.call(at.plus(9), &root, ("iam", "CreateLoginProfile"), serde_json::Value::Null);
    Some(())
}
