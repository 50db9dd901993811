//! Evasion: patience, mimicry, many hands, floods, and the thief nobody could tell from the owner.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{ADMINISTRATOR, Hunt},
    iam::create_key,
    thief::Thief,
};
use crate::{
    record::{Caller, Story, read},
    world::{Agent, Grant, Kind, Person, Purpose, Secret, Team, provider},
};

pub(super) const WAYS: &[Way] = &[
    Way::secret("patient-accustoming", 12, patient),
    Way::credential("mimicry", 7, mimicry),
    Way::secret("alternating-identities", 4, alternating),
    Way::secret("flood-then-sweep", 2, flood),
    Way::secret("low-and-slow-program", 12, low_and_slow),
    Way::secret("on-the-owners-own-machine", 4, own_machine),
];

/// For days a thief does what the program does, from the machine beside its own; then they read what it never did.
fn patient(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production);
    let servant = hunt.servant(account, false, story);
    let near = servant.next_door(story);
    let known: Vec<Secret> = servant.own.iter().cloned().collect();
    let loot = hunt.loot(account, &known, 8, story);
    story.title = format!(
        "for a week the key of {} is used for nothing from the machine beside its own, then to read",
        servant.user.name
    );
    let mut at = hunt.start;
    for turn in 0..story.scribe.dice.between(12, 24) {
        let caller = Caller::user(&servant.user, at, &near, servant.agent.clone());
        // Programs move to the machine beside theirs all the time.
        if turn % 2 == 0 {
            story.scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null);
        } else if let Some(own) = &servant.own {
            read(at, &caller, own, &mut story.scribe);
        }
        at = at.hours(story.scribe.dice.between(6, 10));
    }
    for secret in &loot {
        let caller = Caller::user(&servant.user, at, &near, servant.agent.clone());
        story.telling("a program that reads one secret reads others", |scribe| read(at, &caller, secret, scribe));
        at = at.minutes(story.scribe.dice.between(1, 40));
    }
    Some(())
}

/// The owner's provider, hours, browser and program; only what is done is not theirs.
fn mimicry(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let who = |person: &Person| person.team == Team::Platform && person.user().is_none_or(|user| !user.keys.is_empty());
    let what = |grant: &Grant| grant.set == ADMINISTRATOR && grant.account.purpose >= Purpose::Production;
    let (person, sitting) = hunt.person(&who, &what, story)?;
    let thief = Thief::mimic(hunt.world, person, sitting.day, &mut story.scribe.dice);
    let mut hold = hunt.rob_of(person, &sitting, &thief, story);
    let target = hunt.servant(&hold.account().clone(), true, story).user;
    story.title = format!("somebody who looks like {} in every way makes a key for {}", person.handle, target.name);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    let key = story
        .telling("a key is made for a privileged identity by somebody else, beside the key it has", |scribe| {
            create_key(at, &caller, Some(&target.name), scribe)
        });
    let user = Caller::user_with(&target, &key, &hold.thief.address, hold.thief.agent.clone());
    let later = at.hours(story.scribe.dice.between(2, 30));
    story.scribe.call(later, &user, ("sts", "GetCallerIdentity"), Value::Null);
    Some(())
}

/// Several stolen programs, each reading a single secret, from one machine.
fn alternating(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production).clone();
    let hands: Vec<_> = (0..4).map(|_| hunt.servant(&account, false, story)).collect();
    let loot = hunt.loot(&account, &[], hands.len() * 2, story);
    story.title = format!("{} stolen programs read a secret each in turn, from one machine", hands.len());
    let machine = provider(Kind::Hosting, "", &mut story.scribe.dice).address(&mut story.scribe.dice);
    let mut at = hunt.start;
    for (hand, secret) in hands.iter().cycle().zip(&loot) {
        let caller = Caller::user(&hand.user, at, &machine, hand.agent.clone());
        story.telling("a program's key is used from a rented machine it never ran on", |scribe| {
            read(at, &caller, secret, scribe);
        });
        at = at.hours(story.scribe.dice.between(3, 9));
    }
    Some(())
}

/// Hundreds of harmless calls from everywhere, to be forgotten among, and then the sweep.
fn flood(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const KINDS: [Kind; 4] = [Kind::Hosting, Kind::Vpn, Kind::Tor, Kind::Residential];
    let account = hunt.world.first(Purpose::Production).clone();
    let servant = hunt.servant(&account, false, story);
    let known: Vec<Secret> = servant.own.iter().cloned().collect();
    let loot = hunt.loot(&account, &known, 15, story);
    let calls = story.scribe.dice.between(250, 700);
    story.title = format!("{calls} harmless calls of {} from everywhere, and then a sweep", servant.user.name);
    let mut at = hunt.start;
    for turn in 0..calls {
        let kind = story.scribe.dice.choose(&KINDS).copied().unwrap_or(Kind::Hosting);
        let address = provider(kind, "", &mut story.scribe.dice).address(&mut story.scribe.dice);
        let agent = Agent::program(&format!("tool/{}.{} {}", turn % 17, turn, story.scribe.dice.hex(6)));
        let caller = Caller::user(&servant.user, at, &address, agent);
        let parameter = format!("/public/{}", story.scribe.dice.hex(10));
        story.telling("a program's key is used from a network and with a program it never had", |scribe| {
            match turn % 3 {
                0 => scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null),
                1 => scribe.call(
                    at,
                    &caller,
                    ("ssm", "GetParameter"),
                    json!({ "name": parameter, "withDecryption": false }),
                ),
                _ => scribe.call(at, &caller, ("secretsmanager", "DescribeSecret"), json!({ "secretId": parameter })),
            }
        });
        at = at.plus(story.scribe.dice.between(1, 40));
    }
    let address = provider(Kind::Hosting, "", &mut story.scribe.dice).address(&mut story.scribe.dice);
    for secret in &loot {
        let caller = Caller::user(&servant.user, at, &address, servant.agent.clone());
        read(at, &caller, secret, &mut story.scribe);
        at = at.plus(story.scribe.dice.between(1, 20));
    }
    Some(())
}

/// On the program's own server, with its own program, one more secret every other day.
fn low_and_slow(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.rich(4, story)?;
    let servant = hunt.servant(account, false, story);
    let known: Vec<Secret> = servant.own.iter().cloned().collect();
    let loot = hunt.loot(account, &known, 5, story);
    story.title = format!("on the server of {}, one more secret is read every other day", servant.user.name);
    let mut at = hunt.start;
    for secret in &loot {
        let caller = Caller::user(&servant.user, at, &servant.address, servant.agent.clone());
        story.telling("a program that reads one secret reads another", |scribe| read(at, &caller, secret, scribe));
        at = at.hours(story.scribe.dice.between(36, 55));
    }
    Some(())
}

/// On the owner's machine, in the owner's hours, what the owner reads anyway.
fn own_machine(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.rich(1, story)?;
    let servant = hunt.servant(account, false, story);
    let own = servant.own.clone()?;
    story.title = format!("a thief on the server of {} reads what it reads anyway", servant.user.name);
    story.blind_spot = Some("on the owner's machine, from its network, with its program, what the owner reads anyway");
    for turn in 0..4 {
        let at = hunt.start.hours(turn * 11);
        let caller = Caller::user(&servant.user, at, &servant.address, servant.agent.clone());
        read(at, &caller, &own, &mut story.scribe);
    }
    Some(())
}
