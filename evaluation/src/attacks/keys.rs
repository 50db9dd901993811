//! Access keys: made for others, made by a stolen key for itself, made here and used there.

use serde_json::Value;

use super::{
    Way,
    hunt::{Foothold, Hunt},
    iam::{attach_to_user, create_key, create_user, list_keys},
    thief::Thief,
};
use crate::{
    record::{Caller, Story, read},
    world::{Purpose, User},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("key-for-privileged", 7, key_for_privileged),
    Way::credential("key-for-plain", 7, key_for_plain),
    Way::credential("key-for-new-user", 7, key_for_new_user),
    Way::credential("second-key-for-itself", 2, second_key_for_itself),
    Way::credential("key-used-elsewhere", 7, key_used_elsewhere),
];

/// A stolen administrator makes a key for an automation that may do anything, and uses it.
fn key_for_privileged(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&|account| account.purpose >= Purpose::Production, story)?;
    let target = hunt.servant(&hold.account().clone(), true, story).user;
    story.title = format!("{} makes a key for {}, which may do anything", hold.whose, target.name);
    if story.scribe.dice.chance(60) {
        let (at, caller) = (hold.at, hold.caller.clone());
        hold.act(story, |scribe| list_keys(at, &caller, &target.name, scribe));
        hold.pause(&mut story.scribe);
    }
    let (at, caller) = (hold.at, hold.caller.clone());
    let key = story
        .telling("a key is made for a privileged identity by somebody else, beside the key it has", |scribe| {
            create_key(at, &caller, Some(&target.name), scribe)
        });
    let later = at.minutes(story.scribe.dice.between(3, 90));
    use_key(&hunt, (&target, &key), Foothold { at: later, ..hold }, story);
    Some(())
}

/// A stolen administrator makes a key for a service that may do little.
fn key_for_plain(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&|account| account.purpose >= Purpose::Production, story)?;
    let target = hunt.service(&hold.account().clone(), story);
    story.title = format!("{} makes a key for {}, and it is used from elsewhere", hold.whose, target.name);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    // An administrator may well renew a service's key; what tells is where the new one turns up.
    let key = hold.act(story, |scribe| create_key(at, &caller, Some(&target.name), scribe));
    let thief = Thief::strange(&mut story.scribe.dice);
    let later = at.minutes(story.scribe.dice.between(5, 600));
    use_key(&hunt, (&target, &key), Foothold { at: later, thief, ..hold }, story);
    Some(())
}

/// A stolen administrator makes a user of an innocent name, gives it everything and a key.
fn key_for_new_user(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const NAMES: [&str; 6] =
        ["backup-sync", "aws-support", "cloudwatch-agent", "ses-smtp-user", "monitoring2", "adm1n"];
    let mut hold = hunt.administrator(&|account| account.purpose >= Purpose::Production, story)?;
    let name = story.scribe.dice.choose(&NAMES).copied().unwrap_or("backup-sync");
    story.title = format!("{} makes the user {name}, an administrator with a key", hold.whose);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    hold.act(story, |scribe| create_user(at, &caller, name, scribe));
    let at = hold.pause(&mut story.scribe);
    story.telling("a user made moments ago by hand is given every right", |scribe| {
        attach_to_user(at, &caller, (name, "AdministratorAccess"), scribe);
    });
    let at = hold.pause(&mut story.scribe);
    let key = create_key(at, &caller, Some(name), &mut story.scribe);
    let user = User::new(hold.account(), name);
    let later = at.minutes(story.scribe.dice.between(1, 200));
    use_key(&hunt, (&user, &key), Foothold { at: later, ..hold }, story);
    Some(())
}

/// A stolen key makes its own user a second one, so that it survives the first.
fn second_key_for_itself(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production);
    let servant = hunt.servant(account, false, story);
    story.title = format!("the stolen key of {} makes its user a second one", servant.user.name);
    let mut hold = hunt.rob_servant(&servant, story);
    let caller = hold.caller.clone();
    let at = hold.at;
    hold.act(story, |scribe| list_keys(at, &caller, &servant.user.name, scribe));
    let at = hold.pause(&mut story.scribe);
    let named = story.scribe.dice.chance(50).then_some(servant.user.name.as_str());
    let why = "a program's key makes its user a second one, which it never did";
    let key = story.telling(why, |scribe| create_key(at, &caller, named, scribe));
    let later = at.minutes(story.scribe.dice.between(2, 400));
    use_key(&hunt, (&servant.user, &key), Foothold { at: later, ..hold }, story);
    Some(())
}

/// A key is made for a service by its usual place's neighbour, and minutes later it calls from another network.
fn key_used_elsewhere(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let who = |person: &crate::world::Person| person.team == crate::world::Team::Platform && person.user().is_none();
    let what = |grant: &crate::world::Grant| grant.set == super::hunt::ADMINISTRATOR;
    let (person, sitting) = hunt.person(&who, &what, story)?;
    let session = Caller::sitting(hunt.world, person, &sitting);
    let target = hunt.service(&session.account.clone(), story);
    story.title =
        format!("malware at {}'s desk makes a key for {}, used minutes later elsewhere", person.handle, target.name);
    let at = sitting.from.minutes(story.scribe.dice.between(4, 20));
    let key = create_key(at, &session, Some(&target.name), &mut story.scribe);
    let thief = Thief::strange(&mut story.scribe.dice);
    let later = at.minutes(story.scribe.dice.between(1, 12));
    let hold = Foothold::new(later, session, &thief, "the new key");
    use_key(&hunt, (&target, &key), hold, story);
    Some(())
}

/// The new key is tried, and reads a secret or two.
pub(super) fn use_key(hunt: &Hunt<'_>, (user, key): (&User, &str), mut hold: Foothold, story: &mut Story) {
    let caller = Caller::user_with(user, key, &hold.thief.address, hold.thief.agent.clone());
    let at = hold.at;
    story.telling(
        "a key made a short while ago calls for the first time from a network its user never used",
        |scribe| {
            scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null);
        },
    );
    for secret in hunt.loot(&user.account, &[], 2, story) {
        let at = hold.pause(&mut story.scribe);
        read(at, &caller, &secret, &mut story.scribe);
    }
}
