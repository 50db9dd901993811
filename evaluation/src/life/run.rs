//! Running a world: every actor lives every day, the attacks happen beneath, and all of it is delivered.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::Context;
use serde::Serialize;

use super::actors;
use crate::{
    attacks,
    record::{Actor, Attack, Delivery, Label, Oddity, Record, Scribe, Story},
    world::{Dice, Plan, World},
};

/// What was generated.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Summary {
    /// How many records there are.
    pub records: usize,
    /// How many files they are in.
    pub files: usize,
    /// How many identities act.
    pub identities: usize,
    /// How many accounts there are.
    pub accounts: usize,
    /// How many attacks happened.
    pub attacks: usize,
    /// How many oddities were noted.
    pub oddities: usize,
}

/// What `organization.json` says.
#[derive(Serialize)]
struct Organization<'a> {
    seed: u64,
    size: &'a str,
    identities: usize,
    accounts: usize,
    start: String,
    days: i64,
    learn_days: i64,
    profile: &'a str,
    home: &'a str,
}

/// One line of `oddities.jsonl`.
#[derive(Serialize)]
struct Told<'a> {
    id: String,
    kind: &'a str,
    events: &'a [String],
    title: &'a str,
}

/// Makes the organisation of `plan` and writes its logs, and what is true of them, into the folder `out`.
pub fn generate(plan: &Plan, out: &Path) -> anyhow::Result<Summary> {
    fs::create_dir_all(out).with_context(|| format!("create {}", out.display()))?;
    let logs = out.join("AWSLogs");
    if logs.exists() {
        fs::remove_dir_all(&logs).with_context(|| format!("remove {}", logs.display()))?;
    }
    let world = World::draw(plan)?;
    let mut delivery = Delivery::into(out);
    let (mut labels, crimes) = attack(&world, plan);
    let mut lost = BTreeSet::new();
    for record in &crimes {
        deliver(&world, record, &mut delivery, &mut lost);
    }
    let mut oddities = live(&world, &mut delivery, &mut lost)?;
    delivery.close(world.day(world.days + 10))?;
    for oddity in &mut oddities {
        oddity.events.retain(|id| !lost.contains(id));
    }
    oddities.retain(|oddity| !oddity.events.is_empty());
    for label in &mut labels {
        label.events.retain(|id| !lost.contains(id));
        label.first_telling.take_if(|telling| lost.contains(&telling.event_id));
    }
    labels.retain(|label| !label.events.is_empty());
    tell(&world, plan, (&labels, &oddities), out)?;
    Ok(Summary {
        records: delivery.records,
        files: delivery.files,
        identities: world.identities(),
        accounts: world.accounts.len(),
        attacks: labels.len(),
        oddities: oddities.len(),
    })
}

/// Every actor lives every day.
fn live(world: &World, delivery: &mut Delivery, lost: &mut BTreeSet<String>) -> anyhow::Result<Vec<Oddity>> {
    let mut living: Vec<(Box<dyn Actor>, Scribe)> = actors(world)
        .into_iter()
        .map(|actor| {
            let dice = world.dice(&actor.name());
            (actor, Scribe::new(dice))
        })
        .collect();
    let mut oddities = Vec::new();
    // A day on somebody's wall may begin before it does in UTC.
    for day in 0..=world.days + 1 {
        for (actor, scribe) in &mut living {
            actor.live(world, day, scribe);
            for record in scribe.take() {
                deliver(world, &record, delivery, lost);
            }
            oddities.extend(scribe.take_oddities());
        }
        delivery.close(world.day(day - 1))?;
    }
    Ok(oddities)
}

/// Hands a record to the trail, unless it happened before or after it.
fn deliver(world: &World, record: &Record, delivery: &mut Delivery, lost: &mut BTreeSet<String>) {
    if (1..=world.days).contains(&world.day_of(record.at)) {
        delivery.take(record);
    } else {
        lost.insert(record.id.clone());
    }
}

/// The attacks of `plan`, each once, spread over the judged days.
fn attack(world: &World, plan: &Plan) -> (Vec<Label>, Vec<Record>) {
    let wanted = |family: &str| plan.families.as_ref().is_none_or(|list| list.iter().any(|known| known == family));
    // Each keeps its place in the whole list, and with it its dice, whichever others are chosen.
    let all = attacks::all().into_iter().enumerate();
    let mut attacks: Vec<(usize, Box<dyn Attack>)> = all.filter(|(_, attack)| wanted(attack.family())).collect();
    let mut dice = world.dice("schedule");
    let turns: Vec<usize> = attacks.iter().map(|(turn, _)| *turn).collect();
    let mut order = dice.some(&turns, turns.len());
    order.truncate(plan.most_attacks.unwrap_or(usize::MAX));
    attacks.retain(|(turn, _)| order.contains(turn));
    let slots: BTreeMap<usize, usize> = order.into_iter().enumerate().map(|(slot, attack)| (attack, slot)).collect();
    let (mut labels, mut records, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for (turn, attack) in &attacks {
        let slot = slots.get(turn).copied().unwrap_or_default();
        let last = world.days - attack.lasts().min(world.days - world.learn_days - 1);
        let first = world.learn_days + 1;
        let share = i64::try_from(slot).unwrap_or_default() * (last - first + 1).max(1);
        let day = first + share / i64::try_from(attacks.len()).unwrap_or(1).max(1);
        let start = world.day(day.min(last)).plus(dice.between(0, 82_800));
        let id = format!("a{:02}", turn + 1);
        let name = format!("attack {} {turn}", attack.family());
        let mut story = Story::new(Dice::named(world.seed, &name), taken.clone());
        if attack.act(world, start, &mut story).is_none() {
            continue;
        }
        let (label, left, victims) = story.end(id, attack.as_ref());
        labels.push(label);
        records.extend(left);
        taken = victims;
    }
    (labels, records)
}

/// Writes what is true: the organisation, its attacks, its oddities.
fn tell(world: &World, plan: &Plan, (labels, oddities): (&[Label], &[Oddity]), out: &Path) -> anyhow::Result<()> {
    let organization = Organization {
        seed: plan.seed,
        size: world.size.name(),
        identities: world.identities(),
        accounts: world.accounts.len(),
        start: world.start.iso(),
        days: world.days,
        learn_days: world.learn_days,
        profile: world.profile.name(),
        home: world.home,
    };
    write(out, "organization.json", &[serde_json::to_string(&organization)?])?;
    let attacks: Vec<String> = labels.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    write(out, "attacks.jsonl", &attacks)?;
    let told = oddities.iter().enumerate().map(|(turn, oddity)| {
        let id = format!("o{:03}", turn + 1);
        serde_json::to_string(&Told { id, kind: oddity.kind, events: &oddity.events, title: &oddity.title })
    });
    write(out, "oddities.jsonl", &told.collect::<Result<Vec<_>, _>>()?)
}

fn write(out: &Path, name: &str, lines: &[String]) -> anyhow::Result<()> {
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    fs::write(out.join(name), text).with_context(|| format!("write {name}"))
}
