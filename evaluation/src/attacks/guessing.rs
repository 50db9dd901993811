//! Guessing: one password many times, or many users once each, from one address or from many.

use serde_json::{Value, json};

use super::{Way, hunt::Hunt, thief::Thief, victims::Resident};
use crate::{
    record::{Caller, Scribe, Story, Visitor, console_login, console_login_refused},
    world::{Access, Account, Agent, Kind, Moment, Person, User, provider},
};

pub(super) const WAYS: &[Way] = &[
    Way::account("brute-force-one-address", 1, brute_one),
    Way::account("brute-force-many-addresses", 2, brute_many),
    Way::account("spray-one-address", 1, spray_one),
    Way::account("spray-many-addresses", 3, spray_many),
    Way::account("spray-of-the-portal", 2, spray_portal),
    Way::account("factor-fatigue", 1, factor_fatigue),
];

/// An address of nobody's, another each time.
fn any_address(story: &mut Story) -> String {
    let dice = &mut story.scribe.dice;
    let kind =
        [Kind::Hosting, Kind::Vpn, Kind::Residential].get(usize::try_from(dice.between(0, 2)).unwrap_or(0)).copied();
    provider(kind.unwrap_or(Kind::Hosting), "", dice).address(dice)
}

/// What somebody does who has got in.
fn look_around(at: Moment, session: &Caller, story: &mut Story) {
    let calls =
        [("iam", "ListUsers"), ("sts", "GetCallerIdentity"), ("secretsmanager", "ListSecrets"), ("s3", "ListBuckets")];
    let mut now = at;
    for (service, name) in calls {
        now = now.plus(story.scribe.dice.between(3, 90));
        story.scribe.call(now, session, (service, name), Value::Null);
    }
}

/// Many guesses at one user's password from one address; the last is right.
fn brute_one(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(false, story);
    let thief = Thief::strange(&mut story.scribe.dice);
    let tries = story.scribe.dice.between(14, 70);
    story.title =
        format!("{tries} guesses at the password of {} from {}, then the right one", victim.user.name, thief.place);
    let mut at = hunt.start;
    for turn in 0..tries {
        let from = (thief.address.as_str(), thief.browser.clone());
        guess(at, &victim.user, from, (turn, 4), story);
        at = at.plus(story.scribe.dice.between(2, 2 + thief.pace));
    }
    let session = console_login(at, &victim.user, (&thief.address, thief.browser.clone()), &mut story.scribe);
    look_around(at, &session, story);
    Some(())
}

/// One wrong guess; the one in `telling`th place could tell, people mistyping three times at most.
fn guess(at: Moment, user: &User, from: (&str, Agent), (turn, telling): (i64, i64), story: &mut Story) {
    if turn == telling {
        let why = "a fifth wrong password in a row, from networks its user never used";
        story.telling(why, |scribe| console_login_refused(at, user, from, false, scribe));
    } else {
        console_login_refused(at, user, from, false, &mut story.scribe);
    }
}

/// Guesses at one user's password, each from another address, minutes apart.
fn brute_many(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(false, story);
    let thief = Thief::strange(&mut story.scribe.dice);
    let tries = story.scribe.dice.between(12, 40);
    story.title = format!("{tries} guesses at the password of {}, each from another address", victim.user.name);
    let mut at = hunt.start;
    for turn in 0..tries {
        let address = any_address(story);
        guess(at, &victim.user, (&address, thief.browser.clone()), (turn, 4), story);
        at = at.plus(story.scribe.dice.between(40, 900));
    }
    let address = any_address(story);
    let session = console_login(at, &victim.user, (&address, thief.browser.clone()), &mut story.scribe);
    look_around(at, &session, story);
    Some(())
}

/// The users somebody would spray: those there are, and names nobody has.
fn crowd(hunt: &Hunt<'_>, account: &Account) -> Vec<User> {
    let people = hunt.world.people.iter().filter_map(Person::user);
    people.chain(&hunt.world.services).filter(|user| user.account == *account).cloned().collect()
}

/// A failure for a name nobody has: the log hides what was typed.
fn unknown(at: Moment, account: &Account, (address, browser): (&str, Agent), story: &mut Story) {
    let identity = json!({
        "type": "IAMUser",
        "accountId": &*account.id,
        "accessKeyId": "",
        "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
    });
    let caller = Caller::new(account, identity, address, browser).in_region("us-east-1");
    let data =
        json!({ "LoginTo": "https://console.aws.amazon.com/console/home", "MobileVersion": "No", "MFAUsed": "No" });
    let record = story.scribe.record(at, &caller, ("signin", "ConsoleLogin"));
    let record = record.answered(json!({ "ConsoleLogin": "Failure" })).with("additionalEventData", data);
    let record = record.with("errorMessage", "No username found in supplied account".into());
    let record = record.with("eventType", "AwsConsoleSignIn".into()).without("requestID");
    story.scribe.write(record);
}

/// One guess at each of many users of `victim`'s account, ending with theirs.
fn spray(
    hunt: &Hunt<'_>,
    victim: &Resident,
    (pause, rotates): (i64, bool),
    story: &mut Story,
) -> (Moment, String, Agent) {
    let thief = Thief::strange(&mut story.scribe.dice);
    let account = &victim.user.account;
    let mut known = crowd(hunt, account);
    known.retain(|user| user.name != victim.user.name);
    known.truncate(25);
    let mut at = hunt.start;
    let mut address = thief.address.clone();
    let rounds = story.scribe.dice.between(9, 30);
    for turn in 0..rounds {
        if rotates {
            address = any_address(story);
        }
        let from = (address.as_str(), thief.browser.clone());
        match known.get(usize::try_from(turn).unwrap_or_default()) {
            Some(user) if turn == 4 => {
                let why = "a fifth user in a row whose password is wrong, from a network nobody here uses";
                story.telling(why, |scribe| console_login_refused(at, user, from, false, scribe));
            }
            Some(user) => console_login_refused(at, user, from, false, &mut story.scribe),
            None if turn == 4 => {
                let before = story.scribe.written().len();
                unknown(at, account, from, story);
                mark_last(before, story);
            }
            None => unknown(at, account, from, story),
        }
        at = at.plus(story.scribe.dice.between(pause / 3, pause));
    }
    if rotates {
        address = any_address(story);
    }
    (at, address, thief.browser)
}

/// Makes the record written last the telling one.
fn mark_last(before: usize, story: &mut Story) {
    let mut records = story.scribe.take();
    let last = records.split_off(before);
    for record in records {
        story.scribe.write(record);
    }
    story.telling("a fifth name in a row that is wrong, from a network nobody here uses", |scribe| {
        for record in last {
            scribe.write(record);
        }
    });
}

/// One password for every user, from one address; one of them has it.
fn spray_one(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(false, story);
    story.title =
        format!("one password is tried on every user from one address, and is right for {}", victim.user.name);
    let (at, address, browser) = spray(&hunt, &victim, (20, false), story);
    let session = console_login(at, &victim.user, (&address, browser), &mut story.scribe);
    look_around(at, &session, story);
    Some(())
}

/// The same, slowly and from another address each time.
fn spray_many(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(false, story);
    story.title = format!(
        "one password is tried on every user, each from another address, and is right for {}",
        victim.user.name
    );
    let (at, address, browser) = spray(&hunt, &victim, (5_400, true), story);
    let session = console_login(at, &victim.user, (&address, browser), &mut story.scribe);
    look_around(at, &session, story);
    Some(())
}

/// The portal's users are tried one after another; one has the password, and waves the second factor through.
fn spray_portal(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    if hunt.world.external_idp {
        return None;
    }
    let day = hunt.world.day_of(hunt.start);
    let who =
        |person: &Person| matches!(person.access, Access::Portal) && person.is_around(day) && !person.grants.is_empty();
    let victim = story.person(hunt.world, who)?;
    let mut others: Vec<&Person> =
        hunt.world.people.iter().filter(|person| who(person) && person.handle != victim.handle).collect();
    others.truncate(24);
    if others.len() < 5 {
        return None;
    }
    let thief = Thief::far_of(victim, day, &mut story.scribe.dice);
    story.title =
        format!("{} people's passwords are tried at the portal, and {}'s is right", others.len(), victim.handle);
    let rotates = story.scribe.dice.chance(40);
    let mut at = hunt.start;
    for (turn, person) in others.iter().enumerate() {
        let address = if rotates { any_address(story) } else { thief.address.clone() };
        let visitor = Visitor::new(hunt.world, person, (&address, thief.browser.clone()), &mut story.scribe);
        if turn == 4 {
            let why = "a fifth person in a row whose password is wrong, from a network nobody here uses";
            story.telling(why, |scribe| visitor.fail(at, 1, scribe));
        } else {
            visitor.fail(at, 1, &mut story.scribe);
        }
        at = at.plus(story.scribe.dice.between(9, 400));
    }
    let visitor = Visitor::new(hunt.world, victim, (&thief.address, thief.browser.clone()), &mut story.scribe);
    let signed_in = visitor.sign_in(at, 0, &mut story.scribe);
    let grant = victim.grants.first()?;
    let session = visitor.console(signed_in.plus(20), grant, &mut story.scribe);
    look_around(signed_in.plus(40), &session, story);
    Some(())
}

/// A stolen password, and a second factor asked for until somebody gives in.
fn factor_fatigue(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(true, story);
    let thief = Thief::strange(&mut story.scribe.dice);
    let tries = story.scribe.dice.between(7, 25);
    story.title = format!("the second factor of {} is asked for {tries} times until it is given", victim.user.name);
    let mut at = hunt.start;
    let prompts = story.scribe.dice.chance(50);
    let why = "a third second factor that is wrong after the right password, from a strange network";
    for turn in 0..tries {
        let ask = |scribe: &mut Scribe| {
            if prompts {
                check_factor(at, &victim.user, &thief, "Failure", scribe);
            } else {
                let from = (thief.address.as_str(), thief.browser.clone());
                console_login_refused(at, &victim.user, from, true, scribe);
            }
        };
        if turn == 2 {
            story.telling(why, ask);
        } else {
            ask(&mut story.scribe);
        }
        at = at.plus(story.scribe.dice.between(8, 60));
    }
    check_factor(at, &victim.user, &thief, "Success", &mut story.scribe);
    let session = console_login(at, &victim.user, (&thief.address, thief.browser.clone()), &mut story.scribe);
    look_around(at, &session, story);
    Some(())
}

/// The sign-in page asks for `user`'s second factor, and this comes of it.
fn check_factor(at: Moment, user: &User, thief: &Thief, outcome: &str, scribe: &mut Scribe) {
    let identity = json!({
        "type": "IAMUser",
        "principalId": user.id,
        "accountId": &*user.account.id,
        "accessKeyId": "",
        "userName": user.name,
    });
    let caller = Caller::new(&user.account, identity, &thief.address, thief.browser.clone()).in_region("us-east-1");
    let record = scribe.record(at, &caller, ("signin", "CheckMfa")).answered(json!({ "CheckMfa": outcome }));
    let record = record.with("additionalEventData", json!({ "MfaType": "Virtual MFA" }));
    scribe.write(record.with("eventType", "AwsConsoleSignIn".into()).without("requestID"));
}
