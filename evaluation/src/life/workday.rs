//! A working day: people get in, look around in their accounts, and now and then need a secret.

use super::{
    access,
    pages::{self, look},
};
use crate::{
    record::{Actor, Caller, Scribe, Visitor, read},
    world::{Access, Moment, Person, Purpose, Secret, Sitting, Team, World},
};

/// Everybody's days.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    world.people.iter().map(|person| Box::new(Workday(person.clone())) as Box<dyn Actor>).collect()
}

/// The ordinary days of one person.
struct Workday(Person);

impl Actor for Workday {
    fn name(&self) -> String {
        format!("workday {}", self.0.handle)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        let Self(person) = self;
        for sitting in person.sittings(world, day) {
            if sitting.turn == 0 || !sitting.types {
                arrive(world, person, &sitting, scribe);
            }
            let session = Caller::sitting(world, person, &sitting);
            let enter = |scribe: &mut Scribe| access::enter(world, person, (&sitting, &session), scribe);
            match notable(world, person, &sitting).filter(|_| sitting.turn == 0) {
                Some((kind, title)) => scribe.oddity(kind, &title, enter),
                None => enter(scribe),
            }
            if sitting.turn == 0 && person.new_desk.is_some_and(|(since, _)| since == day) {
                second_factor(world, person, &sitting, scribe);
            }
            sit(world, person, (&sitting, &session), scribe);
        }
    }
}

/// A new machine brings a new passkey.
fn second_factor(world: &World, person: &Person, sitting: &Sitting, scribe: &mut Scribe) {
    if !matches!(person.access, Access::Portal) || world.external_idp || !person.nature("passkey").chance(50) {
        return;
    }
    let title = format!("{} registers the passkey of a new machine", person.handle);
    scribe.oddity("new-passkey", &title, |scribe| {
        let browser = (sitting.place.address.as_str(), person.browser(sitting.day));
        let visitor = Visitor::new(world, person, browser, scribe);
        let at = sitting.from.minutes(9);
        visitor.choose(at, "StartWebAuthnDeviceRegistration", scribe);
        visitor.choose(at.plus(31), "CompleteWebAuthnDeviceRegistration", scribe);
    });
}

/// What is unusual about the first sitting of a day.
fn notable(world: &World, person: &Person, sitting: &Sitting) -> Option<(&'static str, String)> {
    let (day, handle) = (sitting.day, &person.handle);
    let office = person.office.and_then(|at| world.offices.get(at));
    let moved = office.and_then(|office| office.moved.as_ref()).is_some_and(|(since, _)| *since == day);
    if world.new_egress.is_some_and(|(since, _)| since == day) {
        return Some(("new-egress", format!("the company moves to a new egress, and {handle} with it")));
    }
    if moved && sitting.place.what == "office" {
        return Some(("office-move", format!("{handle} works from the office's new line")));
    }
    if sitting.place.what == "hotel" {
        let country = person.trip(day, true).map_or("", |trip| trip.country);
        return Some(("travel", format!("{handle} works from a hotel in {country}")));
    }
    if person.new_desk.is_some_and(|(since, _)| since == day) {
        return Some(("new-machine", format!("{handle} has a new machine")));
    }
    person
        .leave
        .filter(|(_, to)| (1..5).contains(&(day - to)))
        .map(|_| ("back-from-leave", format!("{handle} is back from leave")))
}

/// The first thing of a day, and of a sitting at the console: the sign-in, sometimes with a typo.
fn arrive(world: &World, person: &Person, sitting: &Sitting, scribe: &mut Scribe) {
    if sitting.turn > 0 && matches!(person.access, Access::Portal) {
        return;
    }
    let typos = if scribe.dice.chance(person.rhythm.typos) { scribe.dice.between(1, 3) } else { 0 };
    if typos == 3 {
        let title = format!("{} mistypes a password three times before it is right", person.handle);
        scribe.oddity("typos", &title, |scribe| access::sign_in(world, person, sitting, typos, scribe));
    } else {
        access::sign_in(world, person, sitting, typos, scribe);
    }
    if sitting.types && matches!(person.access, Access::Portal) && person.nature("device").chance(60) {
        let browser = (sitting.place.address.as_str(), person.browser(sitting.day));
        let visitor = Visitor::new(world, person, browser, scribe);
        visitor.device(sitting.from.plus(-200), &sitting.agent, scribe);
    }
}

/// A sitting: pages one after another, and perhaps an errand.
fn sit(world: &World, person: &Person, (sitting, session): (&Sitting, &Caller), scribe: &mut Scribe) {
    let pages = scribe.dice.between(1, person.rhythm.pages * 2);
    let pause = sitting.from.until(sitting.to) / (pages + 1);
    let mut now = sitting.from.plus(8);
    for _ in 0..pages {
        let service = service(person, scribe);
        if let Some(page) = scribe.dice.prefer(pages::of(person.team)).copied() {
            look(now, session, page, &service, scribe);
        }
        now = now.plus(scribe.dice.between(pause / 3, pause.max(3)));
    }
    if scribe.dice.chance(person.rhythm.secrets) {
        needs_a_secret(world, person, (now, session), scribe);
    }
    super::errands::errand(world, person, (now.plus(30), sitting, session), scribe);
}

/// One of the few services somebody works on.
pub(super) fn service(person: &Person, scribe: &mut Scribe) -> String {
    let known = crate::world::SERVICES;
    let mut dice = person.nature("services");
    let own: Vec<&str> = (0..3).filter_map(|_| dice.choose(known).copied()).collect();
    scribe.dice.prefer(&own).copied().unwrap_or("orders").to_owned()
}

/// The few secrets somebody works with in an account: their team's, and mostly not production's.
pub(super) fn own_secrets(world: &World, person: &Person, session: &Caller) -> Vec<Secret> {
    let there: Vec<Secret> = world.secrets_in(&session.account).into_iter().cloned().collect();
    let breadth = if person.team == Team::Platform { 5 } else { 3 };
    let narrow = session.account.purpose == Purpose::Production && person.team != Team::Platform;
    let mut dice = person.nature(&format!("secrets in {}", session.account.id));
    dice.some(&there, if narrow { 1 } else { breadth })
}

/// Somebody fetches a secret to try something out.
fn needs_a_secret(world: &World, person: &Person, (at, session): (Moment, &Caller), scribe: &mut Scribe) {
    let own = own_secrets(world, person, session);
    if let Some(secret) = scribe.dice.prefer(&own) {
        read(at, session, secret, scribe);
    }
}
