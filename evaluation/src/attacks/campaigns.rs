//! Campaigns: several steps in several accounts, within hours or over days.

use serde_json::{Value, json};

use super::{
    Way,
    federation::stranger,
    hunt::{Foothold, Hunt},
    iam::{attach_to_user, create_key, create_user, open_trust, trusting_account},
    thief::Thief,
};
use crate::{
    record::{Caller, Story, Visitor, assume, assume_from_outside, read, read_batch},
    world::{Access, Grant, Person, Purpose, Role, Sitting, Team, User},
};

pub(super) const WAYS: &[Way] =
    &[Way::account("campaign-within-hours", 7, within_hours), Way::account("campaign-over-days", 14, over_days)];

/// Production, and a role in it that other accounts deploy with.
fn deployer(hunt: &Hunt<'_>) -> Role {
    let production = hunt.world.first(Purpose::Production);
    let built = hunt.world.pipelines.iter().find(|known| known.account == *production && known.since == 0);
    built.map_or_else(|| Role::new(production, "cross-account-deploy"), |known| known.role.clone())
}

/// From a guessed password to a trust opened, through two accounts, in an afternoon.
fn within_hours(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let production = hunt.world.first(Purpose::Production).clone();
    let who = |person: &Person| person.user().is_none() && !matches!(person.team, Team::Support | Team::Finance);
    let elsewhere = |grant: &Grant| grant.account != production && grant.set != "SecurityAudit";
    let (person, sitting) = hunt.person(&who, &elsewhere, story)?;
    let thief = Thief::far_of(person, sitting.day, &mut story.scribe.dice);
    story.title = format!("from the password of {} to a trust opened in production, in an afternoon", person.handle);
    let at = sitting.from.minutes(story.scribe.dice.between(15, 40));
    let mut hold = entered(&hunt, (person, &sitting), &thief, at, story);
    let caller = hold.caller.clone();
    let mut at = hold.pause(&mut story.scribe);
    story.scribe.call(at, &caller, ("secretsmanager", "ListSecrets"), json!({ "maxResults": 100 }));
    for secret in hunt.loot(&caller.account, &[], 2, story) {
        at = hold.pause(&mut story.scribe);
        read(at, &caller, &secret, &mut story.scribe);
    }
    at = hold.pause(&mut story.scribe).minutes(12);
    let inside = assume(at, &caller, (&deployer(&hunt), "deploy"), &mut story.scribe);
    hold = Foothold { at: at.plus(20), caller: inside.clone(), ..hold };
    let name = "svc-metrics-export";
    at = hold.pause(&mut story.scribe);
    create_user(at, &inside, name, &mut story.scribe);
    at = hold.pause(&mut story.scribe);
    attach_to_user(at, &inside, (name, "AdministratorAccess"), &mut story.scribe);
    at = hold.pause(&mut story.scribe);
    let key = create_key(at, &inside, Some(name), &mut story.scribe);
    let user = User::new(&production, name);
    at = at.minutes(story.scribe.dice.between(4, 25));
    let next = Thief::strange(&mut story.scribe.dice);
    let planted = Caller::user_with(&user, &key, &next.address, next.agent.clone());
    story.scribe.call(at, &planted, ("sts", "GetCallerIdentity"), Value::Null);
    let loot = hunt.loot(&production, &[], 18, story);
    read_batch(at.minutes(3), &planted, &loot, &mut story.scribe);
    open(&hunt, at.minutes(story.scribe.dice.between(9, 60)), &planted, &next, story);
    Some(())
}

/// Gets into somebody's session: by their password where there is a portal, else by what their terminal holds.
fn entered(
    hunt: &Hunt<'_>,
    (person, sitting): (&Person, &Sitting),
    thief: &Thief,
    at: crate::world::Moment,
    story: &mut Story,
) -> Foothold {
    let whose = format!("the session of {}", person.handle);
    if !matches!(person.access, Access::Portal) {
        let session = Caller::sitting(hunt.world, person, sitting);
        let hold = Foothold::new(at, session, thief, &whose);
        let caller = hold.caller.clone();
        hold.act(story, |scribe| scribe.call(at, &caller, ("sts", "GetCallerIdentity"), Value::Null));
        return hold;
    }
    let browser = (thief.address.as_str(), thief.browser.clone());
    let visitor = Visitor::new(hunt.world, person, browser, &mut story.scribe);
    // Where the company's own provider asks for the password, a helpdesk was talked into a new one.
    let tries = if hunt.world.external_idp { 0 } else { story.scribe.dice.between(2, 5) };
    let last = if tries == 0 { at } else { visitor.fail(at, tries, &mut story.scribe) };
    let why = "somebody signs in at the portal from a network they never used, while they work elsewhere";
    let signed_in = story.telling(why, |scribe| visitor.sign_in(last.plus(30), 0, scribe));
    let caller = visitor.command_line(signed_in.plus(40), &sitting.grant, thief.agent.clone(), &mut story.scribe);
    Foothold { caller: caller.clone(), ..Foothold::new(signed_in.plus(50), caller, thief, &whose) }
}

/// A role of production is made to trust the thief's own account, which then comes in.
fn open(hunt: &Hunt<'_>, at: crate::world::Moment, caller: &Caller, thief: &Thief, story: &mut Story) {
    let role = Role::new(hunt.world.first(Purpose::Production), "break-glass");
    let outside = stranger(thief, story);
    open_trust(at, caller, (&role, &trusting_account(&outside.account.id)), &mut story.scribe);
    let later = at.minutes(story.scribe.dice.between(6, 120));
    let session = assume_from_outside(later, &outside, (&role, "s1"), None, &mut story.scribe);
    story.scribe.call(later.plus(4), &session, ("sts", "GetCallerIdentity"), Value::Null);
}

/// A developer's machine is taken over; days of looking, a key, a sweep, and a trail stopped.
fn over_days(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let production = hunt.world.first(Purpose::Production).clone();
    let who = |person: &Person| person.user().is_none() && matches!(person.team, Team::Backend | Team::Platform);
    let soon = Hunt { days: 6, ..hunt };
    let strong = |grant: &Grant| matches!(grant.set, "DeveloperAccess" | "AdministratorAccess");
    let (person, first) = soon.person(&who, &strong, story)?;
    let thief = Thief::near(hunt.world, person, first.day, &mut story.scribe.dice);
    story.title =
        format!("the machine of {} is taken over: days of looking, a key, a sweep, a trail stopped", person.handle);
    let sittings: Vec<Sitting> = (first.day..first.day + 6)
        .flat_map(|day| person.sittings(hunt.world, day))
        .filter(|sitting| sitting.grant == first.grant && sitting.from >= first.from)
        .take(4)
        .collect();
    for sitting in &sittings {
        let whose = format!("the session of {}", person.handle);
        let mut hold =
            Foothold::new(sitting.from.minutes(13), Caller::sitting(hunt.world, person, sitting), &thief, &whose);
        let caller = hold.caller.clone();
        for (service, name) in [("sts", "GetCallerIdentity"), ("iam", "ListUsers"), ("secretsmanager", "ListSecrets")] {
            let at = hold.pause(&mut story.scribe);
            hold.act(story, |scribe| scribe.call(at, &caller, (service, name), Value::Null));
        }
    }
    let last = sittings.last()?;
    let whose = format!("the session of {}", person.handle);
    let mut hold = Foothold::new(last.from.minutes(25), Caller::sitting(hunt.world, person, last), &thief, &whose);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    let role = deployer(&hunt);
    let inside = story.telling("a person takes the role only a pipeline ever took", |scribe| {
        assume(at, &caller, (&role, &person.handle), scribe)
    });
    let target = hunt.servant(&production, true, story).user;
    let at = hold.pause(&mut story.scribe).plus(30);
    let key = create_key(at, &inside, Some(&target.name), &mut story.scribe);
    let next = Thief::strange(&mut story.scribe.dice);
    let planted = Caller::user_with(&target, &key, &next.address, next.agent.clone());
    let at = at.hours(story.scribe.dice.between(20, 50));
    story.scribe.call(at, &planted, ("sts", "GetCallerIdentity"), Value::Null);
    let loot = hunt.loot(&production, &[], 25, story);
    read_batch(at.hours(2), &planted, &loot, &mut story.scribe);
    let trail = format!("arn:aws:cloudtrail:{}:{}:trail/main", production.region, production.id);
    story.scribe.call(at.hours(26), &planted, ("cloudtrail", "StopLogging"), json!({ "name": trail }));
    open(&hunt, at.hours(27), &planted, &next, story);
    Some(())
}
