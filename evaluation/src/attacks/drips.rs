//! Drips: a secret at a time, over days, in the owner's hours or in nobody's.

use super::{
    Way,
    hunt::{Foothold, Hunt},
    thief::Thief,
};
use crate::{
    record::{Caller, Story, Visitor, read},
    world::{Access, Agent, Grant, Kind, Person, Runs, Secret, Sitting, Workload, aws_address, provider},
};

pub(super) const WAYS: &[Way] = &[
    Way::secret("drip-in-the-owners-hours", 12, owners_hours),
    Way::secret("drip-at-night", 8, at_night),
    Way::secret("drip-by-an-instance", 8, by_an_instance),
];

/// A mimic reads one secret in each of somebody's sittings, over days.
fn owners_hours(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let allowed = |grant: &Grant| {
        matches!(grant.set, "AdministratorAccess" | "DeveloperAccess") && hunt.holds_secrets(&grant.account, 9)
    };
    let typist = |person: &Person| person.user().is_none_or(|user| !user.keys.is_empty());
    let soon = Hunt { days: 5, ..hunt };
    let (person, first) = soon.person(&typist, &allowed, story)?;
    let account = first.grant.account.clone();
    let thief = Thief::mimic(hunt.world, person, first.day, &mut story.scribe.dice);
    story.title = format!("somebody who looks like {} reads a secret in each of their sittings", person.handle);
    let sittings: Vec<Sitting> = (first.day..first.day + 7)
        .flat_map(|day| person.sittings(hunt.world, day))
        .filter(|sitting| sitting.grant == first.grant && sitting.from >= first.from)
        .collect();
    let loot = hunt.unfamiliar(person, &account, sittings.len().min(12), story);
    for (turn, (sitting, secret)) in sittings.iter().zip(&loot).enumerate() {
        let at = sitting.from.minutes(story.scribe.dice.between(5, 40));
        let caller = match &person.access {
            Access::Portal => {
                let browser = (thief.address.as_str(), thief.browser.clone());
                let visitor = Visitor::new(hunt.world, person, browser, &mut story.scribe);
                let agent = thief.agent.clone();
                visitor.command_line(at, &sitting.grant, agent, &mut story.scribe)
            }
            _ => thief.wields(Caller::sitting(hunt.world, person, &Sitting { types: true, ..sitting.clone() })),
        };
        let hold = Foothold::new(at.plus(20), caller, &thief, &format!("the session of {}", person.handle));
        let at = hold.at;
        if turn == 2 {
            let why = "a third secret in as many sittings, none of which the person ever needed before";
            story.telling(why, |scribe| read(at, &hold.caller, secret, scribe));
        } else {
            hold.act(story, |scribe| read(at, &hold.caller, secret, scribe));
        }
    }
    // One or two reads alone would not tell.
    (sittings.len().min(loot.len()) > 2).then_some(())
}

/// A program's key, from another machine of the same cloud, reads a new secret every few hours.
fn at_night(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.rich(4, story)?;
    let servant = hunt.servant(account, false, story);
    let known: Vec<Secret> = servant.own.iter().cloned().collect();
    let loot = hunt.loot(account, &known, 12, story);
    story.title = format!("the stolen key of {} reads a secret every few hours, at night", servant.user.name);
    let address = aws_address(account.region, &mut story.scribe.dice);
    let mut at = hunt.world.day(hunt.world.day_of(hunt.start)).hours(24).minutes(story.scribe.dice.between(0, 90));
    for secret in &loot {
        let caller = Caller::user(&servant.user, at, &address, servant.agent.clone());
        story.telling("a program that reads one secret reads another, from a machine it never ran on", |scribe| {
            read(at, &caller, secret, scribe);
        });
        let hour = hunt.world.day(hunt.world.day_of(at)).until(at) / 3_600;
        at = if hour >= 4 { at.hours(20) } else { at.hours(2).plus(story.scribe.dice.between(0, 1_800)) };
        if hunt.start.until(at) > (hunt.days - 1) * 86_400 {
            break;
        }
    }
    Some(())
}

/// An instance's credentials, renewed by whoever sits on it, read one foreign secret a day from a VPN.
fn by_an_instance(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let fits = |known: &Workload| {
        let foreign = hunt.world.secrets_in(&known.account).len() > known.secrets.len() + 2;
        matches!(known.runs, Runs::Fleet | Runs::Task | Runs::Pod) && known.since == 0 && foreign
    };
    let victim = story.workload(hunt.world, fits)?;
    let loot = hunt.loot(&victim.account, &victim.secrets, 6, story);
    story.title = format!("credentials of {} read one foreign secret a day, from a VPN", victim.name);
    let exit = provider(Kind::Vpn, "", &mut story.scribe.dice);
    let tool = Agent::program(
        "Boto3/1.40.11 md/Botocore#1.40.11 ua/2.1 os/linux#6.12.25-amd64 lang/python#3.13.3 Botocore/1.40.11",
    );
    let mut at = hunt.start;
    for secret in &loot {
        let address = exit.address(&mut story.scribe.dice);
        let caller = Caller::workload(victim, 0, at).from(&address, tool.clone());
        story.telling("a machine's session calls from a VPN", |scribe| read(at, &caller, secret, scribe));
        at = at.hours(24).plus(story.scribe.dice.between(-7_200, 7_200));
    }
    Some(())
}
