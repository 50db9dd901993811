//! Sweeps: everything a store holds, one by one, in batches, region by region, by path, or from one's own desk.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
};
use crate::{
    record::{Caller, Scribe, Story, read, read_batch, read_path, read_refused},
    world::{Account, Grant, Person, Secret, Team},
};

pub(super) const WAYS: &[Way] = &[
    Way::secret("sweep-one-by-one", 7, one_by_one),
    Way::secret("sweep-in-batches", 7, in_batches),
    Way::secret("sweep-of-regions", 7, of_regions),
    Way::secret("sweep-of-parameters", 7, of_parameters),
    Way::secret("sweep-by-an-insider", 7, insider),
    Way::secret("probing-then-one-success", 7, probing),
];

/// Somebody's session in an account with enough secrets; where no person is left, an automation's key.
fn reader(hunt: &Hunt<'_>, least: usize, story: &mut Story) -> Option<Foothold> {
    let rich = |account: &Account| hunt.holds_secrets(account, least);
    let allowed = |grant: &Grant| {
        matches!(grant.set, "AdministratorAccess" | "DeveloperAccess" | "AnalystAccess") && rich(&grant.account)
    };
    if story.scribe.dice.chance(75)
        && let Some(hold) = hunt.rob(&|_| true, &allowed, story)
    {
        return Some(hold);
    }
    hunt.administrator(&rich, story)
}

/// Lists what there is.
fn list(hold: &mut Foothold, story: &mut Story) {
    let (at, caller) = (hold.pause(&mut story.scribe), hold.caller.clone());
    let asked = json!({ "maxResults": 100, "includePlannedDeletion": false });
    hold.act(story, |scribe| scribe.call(at, &caller, ("secretsmanager", "ListSecrets"), asked));
}

/// Reads `loot`, the third of which tells at the latest.
fn grab(hold: &mut Foothold, loot: &[Secret], story: &mut Story) {
    let caller = hold.caller.clone();
    for (turn, secret) in loot.iter().enumerate() {
        let at = hold.pause(&mut story.scribe);
        if turn == 2 {
            story.telling("a third secret in one go, by somebody who needs one at a time", |scribe| {
                read(at, &caller, secret, scribe);
            });
        } else {
            hold.act(story, |scribe| read(at, &caller, secret, scribe));
        }
    }
}

/// Everything an account has, one after another.
fn one_by_one(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = reader(&hunt, 5, story)?;
    let loot = hunt.loot(&hold.account().clone(), &[], 60, story);
    story.title = format!("{} reads all {} secrets of {}", hold.whose, loot.len(), hold.account().name);
    list(&mut hold, story);
    grab(&mut hold, &loot, story);
    Some(())
}

/// Everything an account has, twenty at a time.
fn in_batches(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = reader(&hunt, 5, story)?;
    let loot = hunt.loot(&hold.account().clone(), &[], 80, story);
    story.title = format!("{} reads {} secrets of {} in batches", hold.whose, loot.len(), hold.account().name);
    if story.scribe.dice.chance(60) {
        list(&mut hold, story);
    }
    let caller = hold.caller.clone();
    for batch in loot.chunks(20) {
        let at = hold.pause(&mut story.scribe);
        story.telling("many secrets in one call, by somebody who reads one at a time", |scribe| {
            read_batch(at, &caller, batch, scribe);
        });
    }
    Some(())
}

/// Region after region is asked what it holds, then the one that holds something is read.
fn of_regions(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const REGIONS: [&str; 14] = [
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
        "ca-central-1",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "eu-north-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-northeast-1",
        "sa-east-1",
    ];
    let mut hold = reader(&hunt, 4, story)?;
    let home = hold.account().region;
    story.title = format!("{} asks every region for its secrets", hold.whose);
    for region in REGIONS {
        let caller = hold.caller.clone().in_region(region);
        let at = hold.pause(&mut story.scribe);
        let asked = json!({ "maxResults": 100, "includePlannedDeletion": false });
        if region == home {
            hold.act(story, |scribe| scribe.call(at, &caller, ("secretsmanager", "ListSecrets"), asked));
            let loot = hunt.loot(&hold.account().clone(), &[], 12, story);
            grab(&mut hold, &loot, story);
        } else {
            story.telling("secrets are asked for in a region where there are none", |scribe| {
                scribe.call(at, &caller, ("secretsmanager", "ListSecrets"), asked);
            });
        }
    }
    Some(())
}

/// Every parameter there is, decrypted, by one path.
fn of_parameters(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let paths = |account: &Account| {
        hunt.world
            .workloads
            .iter()
            .any(|known| known.account == *account && known.parameters.is_some() && known.since == 0)
    };
    let allowed = |grant: &Grant| grant.set != "ReadOnlyAccess" && grant.set != "Billing" && paths(&grant.account);
    let hold = hunt.rob(&|person| person.team != Team::Security, &allowed, story);
    let mut hold = hold.or_else(|| hunt.administrator(&paths, story))?;
    story.title = format!("{} reads every parameter of {}, decrypted", hold.whose, hold.account().name);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    hold.act(story, |scribe| scribe.call(at, &caller, ("ssm", "DescribeParameters"), json!({ "maxResults": 50 })));
    let path = format!("/{}", hold.account().stage());
    let there = hunt
        .world
        .workloads
        .iter()
        .filter(|known| known.account == *hold.account() && known.parameters.is_some() && known.since == 0);
    let names: Vec<String> =
        there.flat_map(|known| known.parameter_names().iter().map(|name| format!("{}/{name}", known.name))).collect();
    let inside: Vec<&str> = names.iter().map(String::as_str).collect();
    let at = hold.pause(&mut story.scribe);
    story.telling("every parameter of an account is read at once, decrypted", |scribe| {
        read_path(at, &caller, (&path, &inside), scribe);
    });
    Some(())
}

/// Somebody about to leave reads, at their own desk, many secrets they never needed.
fn insider(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let allowed = |grant: &Grant| {
        matches!(grant.set, "AdministratorAccess" | "DeveloperAccess" | "AnalystAccess")
            && hunt.holds_secrets(&grant.account, 11)
    };
    let typist = |person: &Person| person.user().is_none_or(|user| !user.keys.is_empty());
    let (person, sitting) = hunt.person(&typist, &allowed, story)?;
    let session = Caller::sitting(hunt.world, person, &sitting);
    let count = usize::try_from(story.scribe.dice.between(6, 15)).unwrap_or(6);
    let loot = hunt.unfamiliar(person, &session.account, count, story);
    story.title = format!("{} reads {} secrets at their own desk", person.handle, loot.len());
    let mut at = sitting.from.minutes(6);
    let pause = (sitting.from.until(sitting.to) / 16).max(20);
    for (turn, secret) in loot.iter().enumerate() {
        if turn == 3 {
            let why = "a fourth secret they never worked with, in one sitting";
            story.telling(why, |scribe| read(at, &session, secret, scribe));
        } else {
            read(at, &session, secret, &mut story.scribe);
        }
        at = at.plus(story.scribe.dice.between(pause / 4, pause));
    }
    Some(())
}

/// A program's stolen key is refused a dozen secrets until one is given.
fn probing(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.rich(4, story)?;
    let servant = hunt.servant(account, false, story);
    let mut hold = hunt.rob_servant(&servant, story);
    let known: Vec<Secret> = servant.own.iter().cloned().collect();
    let loot = hunt.loot(account, &known, 13, story);
    story.title = format!("{} is refused {} secrets until one is given", hold.whose, loot.len().saturating_sub(1));
    let caller = hold.caller.clone();
    let (given, refused) = loot.split_last()?;
    for (turn, secret) in refused.iter().enumerate() {
        let at = hold.pause(&mut story.scribe);
        let ask = |scribe: &mut Scribe| read_refused(at, &caller, secret, scribe);
        if turn == 1 {
            story.telling("a program that reads one secret is refused a second it never asked for", ask);
        } else {
            hold.act(story, ask);
        }
    }
    let at = hold.pause(&mut story.scribe);
    hold.act(story, |scribe| read(at, &caller, given, scribe));
    story.scribe.call(at.plus(40), &caller, ("sts", "GetCallerIdentity"), Value::Null);
    Some(())
}
