//! Persistence that looks like something else: rotation that never ends, keys one at a time, keys woken again.

use super::{
    Way,
    hunt::{Foothold, Hunt},
    iam::{create_key, delete_key, list_keys, set_key},
    keys::use_key,
    thief::Thief,
};
use crate::{
    record::{Caller, Story},
    world::{Account, Kind, Moment, Purpose, Role, aws_address, provider},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("rotation-that-keeps-the-old-key", 9, rotation_kept),
    Way::credential("rotation-that-deletes-the-new-key", 7, rotation_undone),
    Way::credential("keys-at-a-slow-rhythm", 12, slow_rhythm),
    Way::credential("old-key-woken", 7, old_key_woken),
];

fn working(account: &Account) -> bool {
    account.purpose >= Purpose::Production
}

/// A key that looks like half a rotation: the old one stays, the new one goes elsewhere a day later.
fn rotation_kept(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let target = hunt.service(&hold.account().clone(), story);
    story.title = format!("{} makes {} a second key that looks like a rotation", hold.whose, target.name);
    let (at, caller) = (hold.at, hold.caller.clone());
    hold.act(story, |scribe| list_keys(at, &caller, &target.name, scribe));
    let at = hold.pause(&mut story.scribe);
    let key = hold.act(story, |scribe| create_key(at, &caller, Some(&target.name), scribe));
    let at = hold.pause(&mut story.scribe);
    list_keys(at, &caller, &target.name, &mut story.scribe);
    let later = at.hours(story.scribe.dice.between(9, 40));
    let thief = Thief::strange(&mut story.scribe.dice);
    use_key(&hunt, (&target, &key), Foothold { at: later, thief, ..hold }, story);
    Some(())
}

/// A key is made for another, used at once, and deleted minutes later as if nothing had been.
fn rotation_undone(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let target = hunt.servant(&hold.account().clone(), true, story).user;
    story.title = format!("{} makes {} a key, uses it and deletes it minutes later", hold.whose, target.name);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    let key = story.telling("a key is made for a privileged identity by somebody else", |scribe| {
        create_key(at, &caller, Some(&target.name), scribe)
    });
    let soon = at.plus(story.scribe.dice.between(20, 400));
    use_key(&hunt, (&target, &key), Foothold { at: soon, ..hold.clone() }, story);
    let gone = soon.minutes(story.scribe.dice.between(12, 40));
    delete_key(gone, &caller, (&target.name, &key), &mut story.scribe);
    Some(())
}

/// Two stolen automations, in turn and days apart, make keys for others from inside the cloud they live in.
fn slow_rhythm(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production);
    let (one, other) = (hunt.servant(account, true, story), hunt.servant(account, true, story));
    story.title = format!("{} and {} make keys for others in turn, every few days", one.user.name, other.user.name);
    let mut at = hunt.start;
    for (turn, hand) in [&one, &other].into_iter().cycle().take(4).enumerate() {
        let target = hunt.service(account, story);
        let address = aws_address(account.region, &mut story.scribe.dice);
        let caller = Caller::user(&hand.user, at, &address, hand.agent.clone());
        let key = story
            .telling("an automation's key makes a key for another, from a machine it never ran on", |scribe| {
                create_key(at, &caller, Some(&target.name), scribe)
            });
        if turn % 2 == 1 {
            let elsewhere = provider(Kind::Hosting, "", &mut story.scribe.dice).address(&mut story.scribe.dice);
            let user = Caller::user_with(&target, &key, &elsewhere, hand.agent.clone());
            let later = at.hours(story.scribe.dice.between(3, 20));
            story.scribe.call(later, &user, ("sts", "GetCallerIdentity"), serde_json::Value::Null);
        }
        at = at.hours(story.scribe.dice.between(50, 75));
    }
    Some(())
}

/// A key turned off weeks ago is turned on again, and used.
fn old_key_woken(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let account = hold.account().clone();
    let old = hunt.forgotten(&account, story);
    let user = old.user.clone();
    let key = user.key(hunt.start).to_owned();
    let off: Moment = hunt.world.day(8).hours(10);
    let keeper = Caller::session(
        &Role::new(&account, "OrganizationAccountAccessRole"),
        "cleanup",
        off,
        &mut story.bystander.dice,
    )
    .from(&old.address, old.agent.clone());
    set_key(off.minutes(2), &keeper, (&user.name, &key), "Inactive", &mut story.bystander);
    story.title = format!("{} turns the old key of {} on again", hold.whose, user.name);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    story.telling("a key turned off weeks ago is turned on again by somebody else", |scribe| {
        set_key(at, &caller, (&user.name, &key), "Active", scribe);
    });
    let later = at.minutes(story.scribe.dice.between(2, 300));
    use_key(&hunt, (&user, &key), Foothold { at: later, ..hold }, story);
    Some(())
}
