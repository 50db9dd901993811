//! Credentials of machines, used where no machine of theirs runs.

use serde_json::Value;

use super::{
    Way,
    hunt::{Foothold, Hunt},
    thief::Thief,
};
use crate::{
    record::{Caller, Story, read, read_batch, read_refused, with_web_identity},
    world::{ACTIONS, Agent, Kind, Pipeline, Purpose, Runner, Runs, Secret, Workload, aws_address, provider},
};

pub(super) const WAYS: &[Way] = &[
    Way::secret("instance-credentials-outside", 2, instance_outside),
    Way::secret("instance-credentials-in-the-same-cloud", 2, instance_inside),
    Way::secret("function-credentials-outside", 2, function_outside),
    Way::secret("container-credentials-outside", 2, container_outside),
    Way::secret("ci-token-outside", 3, ci_token),
    Way::secret("ci-step-poisoned", 7, ci_poisoned),
    Way::secret("ci-key-outside", 3, ci_key),
];

/// What `thief` does with credentials of `victim`: looks who it is, reads what it may and a few things it may not.
fn machine(hunt: Hunt<'_>, fits: &dyn Fn(&Workload) -> bool, story: &mut Story) -> Option<()> {
    let victim = story.workload(hunt.world, |known| known.since == 0 && fits(known))?;
    let thief = Thief::strange(&mut story.scribe.dice);
    spend(&hunt, victim, &thief, story);
    Some(())
}

fn spend(hunt: &Hunt<'_>, victim: &Workload, thief: &Thief, story: &mut Story) {
    let whose = format!("the session of {}", victim.name);
    story.title = format!("{whose} is used from {}", thief.place);
    // Little is worth taking of a session about to end.
    let run = victim.run(0, hunt.start);
    let soon = hunt.start.until(run.until) < 1_200;
    let at = if soon { run.until.minutes(story.scribe.dice.between(3, 20)) } else { hunt.start };
    let session = Caller::workload(victim, 0, at);
    let mut hold = Foothold::new(at, session, thief, &whose);
    hold.enter(story);
    let caller = hold.caller.clone();
    for (service, name) in [("secretsmanager", "ListSecrets"), ("ssm", "DescribeParameters")] {
        if story.scribe.dice.chance(60) {
            let at = hold.pause(&mut story.scribe);
            let arn = format!("arn:aws:{service}:{}:{}:*", caller.region, caller.account.id);
            hold.act(story, |scribe| scribe.denied(at, &caller, (service, name), &arn));
        }
    }
    for secret in &victim.secrets {
        let at = hold.pause(&mut story.scribe);
        hold.act(story, |scribe| read(at, &caller, secret, scribe));
    }
    for secret in hunt.loot(&victim.account, &victim.secrets, 4, story) {
        let at = hold.pause(&mut story.scribe);
        if story.scribe.dice.chance(70) {
            read_refused(at, &caller, &secret, &mut story.scribe);
        } else {
            read(at, &caller, &secret, &mut story.scribe);
        }
    }
}

/// An instance gave its credentials away through a forged request.
fn instance_outside(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    machine(hunt, &|known| known.runs == Runs::Fleet, story)
}

/// The same, spent on another machine of the same cloud and region.
fn instance_inside(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let fits = |known: &Workload| known.since == 0 && matches!(known.runs, Runs::Fleet | Runs::Task | Runs::Pod);
    let victim = story.workload(hunt.world, fits)?;
    let address = aws_address(victim.account.region, &mut story.scribe.dice);
    let thief = Thief { address, place: "another machine of the same cloud", ..Thief::strange(&mut story.scribe.dice) };
    spend(&hunt, victim, &thief, story);
    Some(())
}

/// A function printed its environment.
fn function_outside(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    machine(hunt, &|known| matches!(known.runs, Runs::Function | Runs::FunctionInside), story)
}

/// A container's credential endpoint was reached.
fn container_outside(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    machine(hunt, &|known| matches!(known.runs, Runs::Task | Runs::Pod), story)
}

/// A pipeline nobody has attacked yet, which fits.
fn pipeline<'a>(hunt: &Hunt<'a>, fits: &dyn Fn(&Pipeline) -> bool, story: &mut Story) -> Option<&'a Pipeline> {
    let rich = |known: &&Pipeline| known.since == 0 && fits(known) && hunt.holds_secrets(&known.account, 3);
    let mut found: Vec<&'a Pipeline> = hunt.world.pipelines.iter().filter(rich).collect();
    found.sort_by_key(|known| known.account.purpose != Purpose::Production);
    found.into_iter().find(|known| story.take(&known.role.arn()))
}

fn issuer(pipeline: &Pipeline) -> Option<&'static str> {
    (!matches!(pipeline.runner, Runner::Own(..))).then(|| pipeline.issuer())
}

/// What a session of a build is called by those who wait for one.
fn session_name(provider: &str, story: &mut Story) -> String {
    if provider == "gitlab.com" {
        format!("gitlab-{}", story.scribe.dice.digits(7))
    } else {
        "GitHubActions".to_owned()
    }
}

/// A token printed by a build is redeemed outside the runners' networks, and production's secrets are read.
fn ci_token(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = pipeline(&hunt, &|known| issuer(known).is_some(), story)?;
    let provider = issuer(victim)?;
    let subject = victim.subject(&hunt.world.name);
    let thief = Thief::strange(&mut story.scribe.dice);
    story.title = format!("a token of {} is redeemed at {}", victim.repository, thief.place);
    let from = (thief.address.as_str(), &thief.agent);
    let at = hunt.start;
    let name = session_name(provider, story);
    let session = story.telling("a pipeline's token is redeemed outside the networks of its runners", |scribe| {
        with_web_identity(at, (provider, &subject), (&victim.role, &name), from, scribe)
    });
    let mut at = thief.asks_who(at.plus(2), &session, &mut story.scribe);
    for secret in hunt.loot(&victim.account, &[], 9, story) {
        read(at, &session, &secret, &mut story.scribe);
        at = thief.next(at, &mut story.scribe);
    }
    Some(())
}

/// A step of a build was poisoned: on the runner itself, it reads everything in sight.
fn ci_poisoned(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    // One that builds infrastructure reads widely every day.
    let victim = pipeline(&hunt, &|known| !known.infrastructure && issuer(known).is_some(), story)?;
    let provider = issuer(victim)?;
    let subject = victim.subject(&hunt.world.name);
    story.title = format!("a poisoned step in the build of {} reads every secret in sight", victim.repository);
    let mut day = hunt.world.day_of(hunt.start);
    while hunt.world.day(day).is_weekend() {
        day += 1;
    }
    let at = hunt.world.day(day).hours(13).plus(story.scribe.dice.between(0, 9_000)).max(hunt.start);
    let address = victim.address(at);
    let action = Agent::program(ACTIONS);
    let from = (address.as_str(), if provider == "gitlab.com" { &victim.agent } else { &action });
    let name = session_name(provider, story);
    let session = with_web_identity(at, (provider, &subject), (&victim.role, &name), from, &mut story.scribe);
    let session = session.from(&address, victim.agent.clone());
    let loot = hunt.loot(&victim.account, &[], 18, story);
    let batches = story.scribe.dice.chance(40);
    story.scribe.call(
        at.plus(40),
        &session,
        ("secretsmanager", "ListSecrets"),
        serde_json::json!({ "maxResults": 100 }),
    );
    if batches {
        story.telling("a build that reads a few secrets reads all of them", |scribe| {
            read_batch(at.plus(42), &session, &loot, scribe);
        });
        return Some(());
    }
    for (secret, turn) in loot.iter().zip(0..) {
        // A build needs up to three of its own.
        if turn == 3 || (turn == 2 && loot.len() == 3) {
            let why = "a build that reads a few secrets reads more than it ever did";
            story.telling(why, |scribe| read(at.plus(42 + turn), &session, secret, scribe));
        } else {
            read(at.plus(42 + turn), &session, secret, &mut story.scribe);
        }
    }
    Some(())
}

/// The long-lived key of a build server is used from elsewhere; where there is none, a build's old key user's.
fn ci_key(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let own = pipeline(&hunt, &|known| matches!(known.runner, Runner::Own(..)), story);
    let country = provider(Kind::Hosting, "", &mut story.scribe.dice);
    let address = country.address(&mut story.scribe.dice);
    let thief = Thief { address, place: "a rented machine", ..Thief::strange(&mut story.scribe.dice) };
    let (user, role) = match own {
        Some(Pipeline { runner: Runner::Own(user, _), role, .. }) => (user.clone(), Some(role)),
        _ => (hunt.servant(hunt.world.first(Purpose::Production), false, story).user, None),
    };
    let caller = Caller::user(&user, hunt.start, "", thief.agent.clone());
    let whose = &user.name;
    let mut hold = Foothold::new(hunt.start, caller, &thief, &format!("the access key of {whose}"));
    story.title = format!("{} is used from {}", hold.whose, thief.place);
    hold.enter(story);
    let (at, caller) = (hold.at, hold.caller.clone());
    let session = match role {
        Some(role) => hold.act(story, |scribe| crate::record::assume(at, &caller, (role, "deploy"), scribe)),
        None => caller,
    };
    let loot: Vec<Secret> = hunt.loot(&session.account, &[], 8, story);
    for secret in &loot {
        let at = hold.pause(&mut story.scribe);
        hold.act(story, |scribe| read(at, &session, secret, scribe));
    }
    let at = hold.pause(&mut story.scribe);
    hold.act(story, |scribe| scribe.call(at, &session, ("sts", "GetCallerIdentity"), Value::Null));
    Some(())
}
