//! A working day: the portal in the morning, console and command line until the evening, lunch in between.

use serde_json::Value;

use super::{
    calendar::{Moment, Zone, is_weekend},
    caller::Caller,
    organization::{Account, Role},
    pages::{self, Page},
    people::{Grant, Person},
    portal::Visitor,
    scribe::{Actor, Scribe},
    store::{self, Secret},
    sts,
};

/// The line of the Berlin office.
pub(super) const BERLIN_OFFICE: &str = "217.91.40.18";
/// The line of the Lisbon office.
pub(super) const LISBON_OFFICE: &str = "194.65.30.34";
/// A hotel in Madrid.
const HOTEL: &str = "83.45.118.27";
/// What backend developers debug with, in staging.
const DEBUGGED: [&str; 5] =
    ["orders/database", "tracking/database", "notifications/sendgrid", "labels/printer-token", "customs/database"];

/// The ordinary days of one person.
pub(super) struct Workday(pub(super) &'static Person);

impl Actor for Workday {
    fn name(&self) -> String {
        format!("workday {}", self.0.handle)
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let Self(person) = *self;
        let not_yet = person.joined > 1 && day <= person.joined;
        let busy = matches!((person.handle, day), ("rui.carvalho", 3 | 4 | 9) | ("jonas.weber", 12));
        if is_weekend(day) || not_yet || (scribe.dice.chance(5) && !busy) {
            return;
        }
        let visitor = Visitor::new(person, place(person, day, scribe), scribe);
        let late = scribe.dice.between(0, 4_500);
        let morning = visitor.sign_in(person.zone.at(day, 8, 20).plus(late), typos(person, day, scribe), scribe);
        sitting(&visitor, (morning.plus(20), person.zone.at(day, 12, 5)), scribe);
        let evening = if travels_tonight(person, day) { 15 } else { 17 };
        let back = person.zone.at(day, 13, 0).plus(scribe.dice.between(0, 1_500));
        let end = person.zone.at(day, evening, 20).plus(scribe.dice.between(0, 3_000));
        sitting(&visitor, (back, end), scribe);
    }
}

/// Clara flies to Madrid on the evening of the first Thursday, works from a hotel, and is back on Tuesday.
fn travels_tonight(person: &Person, day: i64) -> bool {
    person.handle == "clara.brandt" && day == 4
}

/// Where somebody works today.
fn place(person: &Person, day: i64, scribe: &mut Scribe) -> String {
    match (person.handle, day) {
        ("clara.brandt", 5 | 8) => return HOTEL.to_owned(),
        // They have something to do there.
        ("katrin.sommer", 4 | 5 | 8) | ("miriam.scholz", 9) => return BERLIN_OFFICE.to_owned(),
        _ => {}
    }
    let midweek = matches!((day - 1) % 7, 1..=3);
    let commutes = scribe.dice.chance(if midweek { 70 } else { 20 });
    match person.zone {
        Zone::Berlin if commutes => BERLIN_OFFICE.to_owned(),
        Zone::Lisbon if commutes => LISBON_OFFICE.to_owned(),
        _ => person.home(day),
    }
}

/// How often the password goes wrong first; Rui has changed his and forgets it.
fn typos(person: &Person, day: i64, scribe: &mut Scribe) -> i64 {
    match (person.handle, day) {
        ("rui.carvalho", 3) => 4,
        ("rui.carvalho", 4 | 9) => 2,
        _ => i64::from(scribe.dice.chance(4)),
    }
}

/// Half a day with one account open.
fn sitting(visitor: &Visitor, (from, to): (Moment, Moment), scribe: &mut Scribe) {
    let team = visitor.person.team;
    let Some(grant) = scribe.dice.choose(team.grants()).copied() else {
        return;
    };
    let types = scribe.dice.chance(team.types());
    let caller = if types { visitor.command_line(from, grant, scribe) } else { visitor.console(from, grant, scribe) };
    if types && scribe.dice.chance(40) {
        scribe.call(from.plus(4), &caller, ("sts", "GetCallerIdentity"), Value::Null);
    }
    let pages = scribe.dice.between(4, 7);
    let pause = from.until(to) / pages;
    let mut seen = from.plus(8);
    for _ in 0..pages {
        let Some(page) = scribe.dice.choose(team.pages()).copied() else {
            continue;
        };
        look(seen, &caller, page, scribe);
        seen = seen.plus(scribe.dice.between(pause / 3, pause * 4 / 3));
    }
    errand(seen, &caller, grant, scribe);
}

/// Looks at a page: the console asks for all of it at once, a person typing asks for a part.
pub(super) fn look(at: Moment, caller: &Caller, page: Page, scribe: &mut Scribe) {
    let mut now = at;
    let patience = if caller.console { page.len() } else { page.len().div_ceil(2) };
    for (service, name, parameters) in page.iter().take(patience) {
        let parameters = parameters.replace("STAGE", caller.account.stage());
        let parameters = serde_json::from_str(&parameters).unwrap_or_default();
        scribe.call(now, caller, (service, name), parameters);
        now = now.plus(if caller.console { scribe.dice.between(0, 1) } else { scribe.dice.between(5, 50) });
    }
}

/// Now and then a sitting ends with something more than looking.
fn errand(at: Moment, caller: &Caller, Grant(account, set): Grant, scribe: &mut Scribe) {
    match set {
        "DeveloperAccess" if scribe.dice.chance(30) => debug(at, caller, account, scribe),
        "AdministratorAccess" if scribe.dice.chance(30) => operate(at, caller, account, scribe),
        _ => {}
    }
}

/// A developer fetches a secret of staging to try something out; in production only the one of their service.
fn debug(at: Moment, caller: &Caller, account: Account, scribe: &mut Scribe) {
    let name = match account {
        Account::Staging => scribe.dice.choose(&DEBUGGED).copied(),
        _ => scribe.dice.chance(35).then_some("tracking/carrier-gls"),
    };
    if let Some(name) = name {
        store::read(at, caller, &Secret::new(account, name), scribe);
    }
}

/// The platform team reads its own secret, or works in production through the management account.
fn operate(at: Moment, caller: &Caller, account: Account, scribe: &mut Scribe) {
    if account == Account::Management {
        let session = caller.tells("principalId").split(':').next_back().unwrap_or_default().to_owned();
        let role = Role::new(Account::Production, "kranich-operations");
        let there = sts::by_caller(at, caller, (&role, &session), scribe);
        look(at.plus(5), &there, pages::CONTAINERS, scribe);
    } else {
        store::read(at, caller, &Secret::new(account, "platform/datadog"), scribe);
    }
}
