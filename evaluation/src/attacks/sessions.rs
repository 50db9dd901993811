//! Sessions in two pairs of hands: the portal's cookie, a role's credentials, a phished device code, a login by token.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
    thief::Thief,
};
use crate::{
    record::{Caller, Scribe, Story, Visitor, assume, read},
    world::{Access, Account, Grant, Person, Purpose, Role},
};

pub(super) const WAYS: &[Way] = &[
    Way::account("portal-session-stolen", 7, portal_session),
    Way::account("session-from-a-second-network", 7, second_network),
    Way::account("device-code-phished", 7, device_code),
    Way::account("login-by-token", 3, login_by_token),
    Way::account("chain-of-roles", 7, chain_of_roles),
    Way::account("roles-tried", 3, roles_tried),
];

/// Reads a few of what `caller` finds, and asks for what there is.
fn rummage(hunt: &Hunt<'_>, hold: &mut Foothold, caller: &Caller, story: &mut Story) {
    for (service, name) in [("iam", "ListUsers"), ("secretsmanager", "ListSecrets"), ("ec2", "DescribeInstances")] {
        let at = hold.pause(&mut story.scribe);
        story.scribe.call(at, caller, (service, name), Value::Null);
    }
    for secret in hunt.loot(&caller.account, &[], 2, story) {
        let at = hold.pause(&mut story.scribe);
        read(at, caller, &secret, &mut story.scribe);
    }
}

/// The portal's cookie, taken by malware, opens accounts from a strange network while its owner works at home.
fn portal_session(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let who = |person: &Person| matches!(person.access, Access::Portal);
    let (person, sitting) = hunt.person(&who, &|_| true, story)?;
    let thief = Thief::far_of(person, sitting.day, &mut story.scribe.dice);
    story.title = format!("the portal session of {} is used from {} while they work", person.handle, thief.place);
    let browser = (thief.address.as_str(), thief.browser.clone());
    let visitor = Visitor::new(hunt.world, person, browser, &mut story.scribe);
    let mut at = sitting.from.minutes(story.scribe.dice.between(9, 50));
    let grants: Vec<&Grant> = person.grants.iter().take(3).collect();
    let typed = story.scribe.dice.chance(50);
    for grant in grants {
        let why = "the portal's session is used from a network the person never used, without a sign-in there";
        let agent = thief.agent.clone();
        let caller = story.telling(why, |scribe| {
            if typed { visitor.command_line(at, grant, agent, scribe) } else { visitor.console(at, grant, scribe) }
        });
        let mut hold = Foothold { caller: caller.clone(), ..Foothold::new(at.plus(6), caller.clone(), &thief, "") };
        rummage(&hunt, &mut hold, &caller, story);
        at = hold.at.plus(60);
    }
    Some(())
}

/// A role's credentials, copied from a terminal, call from a second network at the same time.
fn second_network(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let who = |person: &Person| person.user().is_none();
    let (person, sitting) = hunt.person(&who, &|_| true, story)?;
    let thief = Thief::far_of(person, sitting.day, &mut story.scribe.dice);
    story.title = format!("one session of {} calls from home and from {}", person.handle, thief.place);
    let at = sitting.from.minutes(story.scribe.dice.between(8, 45));
    let session = Caller::sitting(hunt.world, person, &sitting);
    let mut hold = Foothold::new(at, session, &thief, &format!("the session of {}", person.handle));
    let caller = hold.caller.clone();
    hold.act(story, |scribe| scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null));
    rummage(&hunt, &mut hold, &caller, story);
    Some(())
}

/// Somebody is talked into confirming a device code; the token is redeemed by the thief's program.
fn device_code(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let who = |person: &Person| matches!(person.access, Access::Portal);
    let (person, sitting) = hunt.person(&who, &|_| true, story)?;
    let thief = Thief::far_of(person, sitting.day, &mut story.scribe.dice);
    story.title = format!("{} confirms a device code for somebody at {}", person.handle, thief.place);
    let browser = (thief.address.as_str(), thief.browser.clone());
    let visitor = Visitor::new(hunt.world, person, browser, &mut story.scribe);
    let at = sitting.from.minutes(story.scribe.dice.between(20, 100));
    // The flow begins with nobody's name in it; the token is the first that says whose it is, and where it went.
    let before = story.scribe.written().len();
    let through = visitor.device(at, &thief.agent, &mut story.scribe);
    let mut records = story.scribe.take();
    let token = records.split_off((before + 1).min(records.len()));
    for record in records {
        story.scribe.write(record);
    }
    story.telling("a person's token is redeemed by a program in a network they never used", |scribe| {
        for record in token {
            scribe.write(record);
        }
    });
    let mut at = through.plus(story.scribe.dice.between(10, 400));
    for grant in person.grants.iter().take(2) {
        let caller = visitor.command_line(at, grant, thief.agent.clone(), &mut story.scribe);
        let mut hold = Foothold { caller: caller.clone(), ..Foothold::new(at.plus(5), caller.clone(), &thief, "") };
        rummage(&hunt, &mut hold, &caller, story);
        at = hold.at.plus(30);
    }
    Some(())
}

/// A password becomes credentials for a command line by the sign-in page's token flow.
fn login_by_token(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(false, story);
    let user = &victim.user;
    let thief = Thief::strange(&mut story.scribe.dice);
    story.title = format!("{} signs in on a command line by token, from {}", user.name, thief.place);
    let browser = (thief.address.as_str(), thief.browser.clone());
    let session = story.telling("somebody signs in without a second factor from a network they never used", |scribe| {
        crate::record::console_login(hunt.start, user, browser, scribe)
    });
    let at = hunt.start.plus(story.scribe.dice.between(15, 90));
    let client = "arn:aws:signin:::devtools/cross-device";
    let asked =
        json!({ "client_id": client, "scope": "openid", "response_type": "code", "code_challenge_method": "SHA-256" });
    story.scribe.call(at, &session, ("signin", "AuthorizeOAuth2Access"), asked);
    let asked = json!({ "client_id": client, "grant_type": "authorization_code" });
    let program = session.from(&thief.address, thief.agent.clone());
    let mut program = program;
    program.console = false;
    story.scribe.call(at.plus(4), &program, ("signin", "CreateOAuth2Token"), asked);
    let key = story.scribe.dice.access_key("ASIA", user.account.number());
    let caller = Caller::new(&user.account, user.session_identity(&key, at), &thief.address, thief.agent.clone());
    let mut hold = Foothold::new(at.plus(9), caller.clone(), &thief, "");
    rummage(&hunt, &mut hold, &caller, story);
    Some(())
}

/// An administrator's stolen session hops by roles through every account.
fn chain_of_roles(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&|account| account.purpose != Purpose::Development, story)?;
    story.title = format!("{} goes by roles through every account", hold.whose);
    let mut current = hold.caller.clone();
    let accounts: Vec<&Account> = hunt.world.accounts.iter().filter(|account| **account != *hold.account()).collect();
    let mut targets = story.scribe.dice.some(&accounts, 9);
    targets.truncate(9);
    for (turn, account) in targets.into_iter().enumerate() {
        let role = Role::new(account, "OrganizationAccountAccessRole");
        let name = story.scribe.dice.alphanumeric(8);
        let at = hold.pause(&mut story.scribe);
        let by = current.clone();
        let why = "a session goes on by a role into a second account it was never seen in";
        let session = if turn == 1 {
            story.telling(why, |scribe| assume(at, &by, (&role, &name), scribe))
        } else {
            hold.act(story, |scribe| assume(at, &by, (&role, &name), scribe))
        };
        let at = hold.pause(&mut story.scribe);
        story.scribe.call(at, &session, ("iam", "ListUsers"), Value::Null);
        story.scribe.call(at.plus(1), &session, ("secretsmanager", "ListSecrets"), json!({ "maxResults": 100 }));
        if story.scribe.dice.chance(60) {
            current = session;
        }
    }
    Some(())
}

/// A program's stolen key tries every role it can think of, and is refused.
fn roles_tried(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const NAMES: [&str; 14] = [
        "OrganizationAccountAccessRole",
        "admin",
        "Administrator",
        "AdminRole",
        "PowerUser",
        "deploy",
        "jenkins",
        "terraform",
        "ec2-admin",
        "devops",
        "ci",
        "AWSControlTowerExecution",
        "lambda-exec",
        "break-glass",
    ];
    let account = hunt.world.first(Purpose::Production);
    let servant = hunt.servant(account, false, story);
    let mut hold = hunt.rob_servant(&servant, story);
    story.title = format!("{} tries {} roles and is refused", hold.whose, NAMES.len());
    let caller = hold.caller.clone();
    for (turn, name) in NAMES.iter().enumerate() {
        let at = hold.pause(&mut story.scribe);
        let role = Role::new(account, name).arn();
        let ask = |scribe: &mut Scribe| scribe.denied(at, &caller, ("sts", "AssumeRole"), &role);
        if turn == 2 {
            story.telling("a program that never took a role is refused a third", ask);
        } else {
            hold.act(story, ask);
        }
    }
    Some(())
}
