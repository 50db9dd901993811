//! Sign-ins that do not fit: a strange country, two places at once, a user long asleep, a program at the console, root.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
    iam::create_key,
    thief::Thief,
};
use crate::{
    record::{Caller, Record, Scribe, Story, console_login, root_login},
    world::{Account, Kind, Moment, Purpose, provider},
};

pub(super) const WAYS: &[Way] = &[
    Way::account("stolen-password", 2, stolen_password),
    Way::account("impossible-journey", 5, impossible_journey),
    Way::account("forgotten-user-wakes", 2, forgotten_wakes),
    Way::account("service-user-at-the-console", 2, service_at_console),
    Way::account("federated-console", 2, federated_console),
    Way::account("root-signs-in", 1, root_signs_in),
    Way::account("root-password-recovered", 1, root_recovered),
];

/// Looks at a few things in `session`.
fn look(at: Moment, session: &Caller, scribe: &mut Scribe) {
    let mut now = at;
    for (service, name) in [("iam", "ListUsers"), ("secretsmanager", "ListSecrets"), ("iam", "ListAccessKeys")] {
        now = now.plus(scribe.dice.between(10, 200));
        scribe.call(now, session, (service, name), Value::Null);
    }
}

/// A password bought somewhere works at once, no second factor being asked for.
fn stolen_password(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(false, story);
    let thief = Thief::strange(&mut story.scribe.dice);
    story.title = format!("the password of {} is used from {}", victim.user.name, thief.place);
    let browser = (thief.address.as_str(), thief.browser.clone());
    let session = story.telling("somebody signs in without a second factor from a network they never used", |scribe| {
        console_login(hunt.start, &victim.user, browser, scribe)
    });
    look(hunt.start.plus(9), &session, &mut story.scribe);
    Some(())
}

/// Somebody signs in at home, and within the hour on another continent.
fn impossible_journey(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production);
    let mfa = story.scribe.dice.chance(50);
    let victim = hunt.contractor(account, mfa, story);
    let mut day = hunt.world.day_of(hunt.start) + 1;
    while hunt.world.day(day).is_weekend() {
        day += 1;
    }
    // They do work that day, whatever their habits.
    let home = victim.morning(hunt.world, day).minutes(41);
    let next_door = victim.next_door(story);
    console_login(home, &victim.user, (&next_door, victim.browser.clone()), &mut story.bystander);
    let far = ["VN", "BR", "NG", "CN"].into_iter().find(|country| *country != victim.country).unwrap_or("VN");
    let dice = &mut story.scribe.dice;
    let line = provider(if dice.chance(60) { Kind::Residential } else { Kind::Mobile }, far, dice);
    let address = line.address(dice);
    let at = home.minutes(dice.between(9, 75));
    story.title = format!("{} signs in at home and, within the hour, far away", victim.user.name);
    let browser = victim.browser.clone();
    let session = story.telling("a sign-in farther away than anybody can travel since the last", |scribe| {
        console_login(at, &victim.user, (&address, browser), scribe)
    });
    look(at.plus(20), &session, &mut story.scribe);
    Some(())
}

/// A program's key that nobody has used for weeks calls again.
fn forgotten_wakes(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production).clone();
    let old = hunt.forgotten(&account, story);
    let thief = Thief::strange(&mut story.scribe.dice);
    story.title = format!("{}, unused for weeks, calls from {}", old.user.name, thief.place);
    let caller = Caller::user(&old.user, hunt.start, "", old.agent.clone());
    let mut hold = Foothold::new(hunt.start, caller, &thief, &format!("the key of {}", old.user.name));
    let caller = hold.caller.clone();
    let calls = [
        ("sts", "GetCallerIdentity"),
        ("iam", "ListAccessKeys"),
        ("secretsmanager", "ListSecrets"),
        ("ec2", "DescribeInstances"),
    ];
    for (service, name) in calls {
        let at = hold.pause(&mut story.scribe);
        story.telling("a user unused for weeks calls, from a network it never used", |scribe| {
            scribe.call(at, &caller, (service, name), Value::Null);
        });
    }
    for secret in hunt.loot(&account, &[], 3, story) {
        let at = hold.pause(&mut story.scribe);
        crate::record::read(at, &caller, &secret, &mut story.scribe);
    }
    Some(())
}

/// A user that is a program, and once was given a password nobody needs, signs in at the console.
fn service_at_console(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production);
    let user = hunt.service(account, story);
    let thief = Thief::strange(&mut story.scribe.dice);
    story.title = format!("{}, a program, signs in at the console", user.name);
    let browser = (thief.address.as_str(), thief.browser.clone());
    let session = story.telling("a user that is a program signs in at the console", |scribe| {
        console_login(hunt.start, &user, browser, scribe)
    });
    look(hunt.start.plus(15), &session, &mut story.scribe);
    Some(())
}

/// A stolen key becomes a console session by way of a federation token and a link.
fn federated_console(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production).clone();
    let servant = hunt.servant(&account, false, story);
    story.title = format!("the stolen key of {} is turned into a console session", servant.user.name);
    let mut hold = hunt.rob_servant(&servant, story);
    let (at, caller) = (hold.at, hold.caller.clone());
    let key = story.scribe.dice.access_key("ASIA", account.number());
    let arn = format!("arn:aws:sts::{}:federated-user/aws_consoler", account.id);
    let principal = format!("{}:aws_consoler", account.id);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let answer = json!({
        "credentials": { "accessKeyId": key, "expiration": at.hours(12).spoken(), "sessionToken": "<encoded session token blob>" },
        "federatedUser": { "arn": arn, "federatedUserId": principal },
    });
    let asked = json!({ "name": "aws_consoler", "policy": policy });
    story.telling("a program that never gave tokens away takes one with every right", |scribe| {
        scribe.answered(at, &caller, ("sts", "GetFederationToken"), (asked, answer));
    });
    let issuer = json!({
        "type": "IAMUser",
        "principalId": servant.user.id,
        "arn": servant.user.arn(),
        "accountId": &*account.id,
        "userName": servant.user.name,
    });
    let identity = json!({
        "type": "FederatedUser",
        "principalId": principal,
        "arn": arn,
        "accountId": &*account.id,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": { "creationDate": at.iso(), "mfaAuthenticated": "false" },
        },
    });
    let session = Caller::new(&account, identity, &hold.thief.address, hold.thief.browser.clone());
    for (name, later) in [("GetSigninToken", 4), ("ConsoleLogin", 9)] {
        let record = story.scribe.record(at.plus(later), &session, ("signin", name));
        let record = sign_in_event(record.answered(json!({ name: "Success" })));
        story.scribe.write(record);
    }
    hold.at = at.plus(20);
    look(hold.at, &session.in_console(), &mut story.scribe);
    Some(())
}

/// What the sign-in service's own records have in common.
fn sign_in_event(record: Record) -> Record {
    record
        .with("additionalEventData", json!({ "MobileVersion": "No", "MFAUsed": "No" }))
        .with("eventType", "AwsConsoleSignIn".into())
        .without("requestID")
}

/// An account whose root nobody has attacked yet.
fn rooted<'a>(hunt: &Hunt<'a>, story: &mut Story) -> Option<&'a Account> {
    let accounts: Vec<&Account> = hunt.world.accounts.iter().collect();
    let order = story.scribe.dice.some(&accounts, accounts.len());
    order.into_iter().find(|account| story.take(&format!("root of {}", account.id)))
}

/// Root signs in from a strange network, and makes itself a key.
fn root_signs_in(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = rooted(&hunt, story)?;
    let thief = Thief::strange(&mut story.scribe.dice);
    story.title = format!("root of {} signs in from {}", account.name, thief.place);
    let browser = (thief.address.as_str(), thief.browser.clone());
    let session = story.telling("root signs in, from a network it never used", |scribe| {
        root_login(hunt.start, account, browser, false, scribe)
    });
    let at = thief.next(hunt.start.plus(30), &mut story.scribe);
    create_key(at, &session, None, &mut story.scribe);
    Some(())
}

/// The mailbox of root is read: the password is recovered, and root signs in.
fn root_recovered(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = rooted(&hunt, story)?;
    let thief = Thief::strange(&mut story.scribe.dice);
    story.title = format!("the password of root of {} is recovered from {}", account.name, thief.place);
    let mut root = Caller::root(account, "", hunt.start, &thief.address, thief.browser.clone()).in_region("us-east-1");
    if let Some(fields) = root.identity.as_object_mut() {
        fields.remove("sessionContext");
    }
    let mut at = hunt.start;
    for event in ["PasswordRecoveryRequested", "PasswordRecoveryCompleted", "PasswordUpdated"] {
        let record = story.scribe.record(at, &root, ("signin", event)).answered(json!({ event: "Success" }));
        let record = record.with("eventType", "AwsConsoleSignIn".into()).without("requestID");
        story.telling("the password of root is recovered, from a network nobody here uses", |scribe| {
            scribe.write(record);
        });
        at = at.plus(story.scribe.dice.between(60, 300));
    }
    let browser = (thief.address.as_str(), thief.browser.clone());
    let session = root_login(at, account, browser, false, &mut story.scribe);
    let asked = json!({ "userName": "AWS ROOT USER", "serialNumber": format!("arn:aws:iam::{}:mfa/root-account-mfa-device", account.id) });
    story.scribe.call(at.plus(90), &session, ("iam", "EnableMFADevice"), asked);
    Some(())
}
