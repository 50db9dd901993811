//! Mishaps: nights on call, forgotten passwords, deployments that may not read what they need.

use serde_json::{Value, json};

use super::{
    access,
    pages::{self, look},
    pipelines,
};
use crate::{
    record::{Actor, Caller, Scribe, Visitor, console_login_refused, read, read_refused},
    world::{Access, Grant, Moment, Person, Purpose, Secret, Size, Team, Workload, World},
};

/// The mishaps of `world`, on days drawn for them.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    let weeks = match world.size {
        Size::Small => 1,
        Size::Medium => 3,
        Size::Large => 8,
    };
    let mut actors: Vec<Box<dyn Actor>> = Vec::new();
    let mut dice = world.dice("mishaps");
    for turn in 0..weeks * (world.days / 7) {
        let day = dice.between(1, world.days);
        match dice.between(0, 5) {
            0 | 1 => actors.push(Box::new(OnCall { turn, day })),
            2 | 3 => actors.push(Box::new(Refused { turn, day: world.workday(day) })),
            4 => actors.push(Box::new(Forgotten { turn, day: world.workday(day) })),
            _ => {}
        }
    }
    actors
}

/// Somebody on call is woken up.
struct OnCall {
    turn: i64,
    day: i64,
}

impl Actor for OnCall {
    fn name(&self) -> String {
        format!("on call {}", self.turn)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        if day != self.day {
            return;
        }
        let noon = world.day(day).hours(12);
        let able = |person: &Person| matches!(person.team, Team::Platform | Team::Backend);
        let Some(person) = access::someone(world, noon, scribe, able) else { return };
        let at = person.clock(world, day, 23 * 60).minutes(scribe.dice.between(0, 300));
        let Some(grant) = production(person) else { return };
        let title = format!("{} is on call and looks after production at night", person.handle);
        scribe.oddity("night-on-call", &title, |scribe| night(world, person, (at, grant), scribe));
    }
}

/// What they hold in production, if they hold something there.
fn production(person: &Person) -> Option<Grant> {
    person.grants.iter().find(|grant| grant.account.purpose == Purpose::Production).cloned()
}

fn night(world: &World, person: &Person, (at, grant): (Moment, Grant), scribe: &mut Scribe) {
    let console = access::impromptu(world, person, (at, grant.clone(), false), scribe);
    let service = super::workday::service(person, scribe);
    for (page, turn) in pages::of(person.team).iter().take(5).zip(0..) {
        look(at.minutes(2 + turn * 6), &console, page, &service, scribe);
    }
    if !scribe.dice.chance(60) {
        return;
    }
    let later = at.minutes(34);
    let terminal = access::impromptu(world, person, (later, grant, true), scribe);
    scribe.call(later.plus(9), &terminal, ("sts", "GetCallerIdentity"), Value::Null);
    let own = super::workday::own_secrets(world, person, &terminal);
    for (secret, turn) in own.iter().take(2).zip(0..) {
        read(later.minutes(4 + turn * 9), &terminal, secret, scribe);
    }
    let restart = json!({ "cluster": terminal.account.stage(), "service": service, "forceNewDeployment": true });
    scribe.call(later.minutes(25), &terminal, ("ecs", "UpdateService"), restart);
}

/// A deployment ships a role that may not read what it needs.
struct Refused {
    turn: i64,
    day: i64,
}

impl Actor for Refused {
    fn name(&self) -> String {
        format!("refused {}", self.turn)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        if day != self.day {
            return;
        }
        let able: Vec<&Workload> =
            world.workloads.iter().filter(|workload| workload.since == 0 && !workload.secrets.is_empty()).collect();
        let Some(workload) = scribe.dice.choose(&able).copied() else { return };
        let at = access::office_hours(world, day, scribe);
        let title = format!("a deployment of {} may not read its secrets for a while", workload.name);
        scribe.oddity("refused-deployment", &title, |scribe| refused(world, workload, at, scribe));
    }
}

fn refused(world: &World, workload: &Workload, at: Moment, scribe: &mut Scribe) {
    let end = at.minutes(scribe.dice.between(4, 45));
    // A new secret its role does not know yet, or all of them.
    let name = format!("{}/{}/new-token", workload.account.stage(), workload.name);
    let new = Secret::new(&workload.account, &name);
    let wanted: Vec<Secret> = if scribe.dice.chance(60) { vec![new] } else { workload.secrets.clone() };
    let mut now = at;
    while now < end {
        let session = Caller::workload(workload, 0, now);
        for secret in &wanted {
            read_refused(now.plus(scribe.dice.between(0, 3)), &session, secret, scribe);
        }
        now = now.plus(scribe.dice.between(20, 120));
    }
    let own = world.pipelines.iter().find(|pipeline| pipeline.infrastructure);
    if let Some(pipeline) = own.filter(|pipeline| pipeline.account == workload.account) {
        let session = pipelines::runner(world, pipeline, end.plus(-40), scribe);
        let asked = json!({ "roleName": &*workload.role.name, "policyName": "secrets", "policyDocument": "{}" });
        scribe.call(end, &session, ("iam", "PutRolePolicy"), asked);
    }
    let session = Caller::workload(workload, 0, end.minutes(2));
    for secret in &wanted {
        read(end.minutes(2), &session, secret, scribe);
    }
}

/// Somebody does not remember the password.
struct Forgotten {
    turn: i64,
    day: i64,
}

impl Actor for Forgotten {
    fn name(&self) -> String {
        format!("forgotten {}", self.turn)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        if day != self.day {
            return;
        }
        let noon = world.day(day).hours(12);
        let able = |person: &Person| !matches!(person.access, Access::Saml);
        let Some(person) = access::someone(world, noon, scribe, able) else { return };
        let at = person.clock(world, day, person.rhythm.start).plus(-scribe.dice.between(1_800, 3_600));
        let title = format!("{} has forgotten the password and gets a new one", person.handle);
        scribe.oddity("forgotten-password", &title, |scribe| forget(world, person, (day, at), scribe));
    }
}

fn forget(world: &World, person: &Person, (day, at): (i64, Moment), scribe: &mut Scribe) {
    let place = person.place(world, day, at);
    let browser = person.browser(day);
    let tries = scribe.dice.between(3, 6);
    if let Access::User(user) = &person.access {
        for turn in 0..tries {
            console_login_refused(at.plus(turn * 20), user, (&place.address, browser.clone()), false, scribe);
        }
        let later = at.minutes(20);
        let Some(host) = access::administrator(world, &user.account, later, scribe) else { return };
        let asked = json!({ "userName": user.name, "passwordResetRequired": true });
        scribe.call(later, &host, ("iam", "UpdateLoginProfile"), asked);
        let again = later.minutes(6);
        let session = access::impromptu(world, person, (again, super::joiners::own_grant(user), false), scribe);
        super::joiners::change_password(again.plus(30), &session, scribe);
    } else {
        let visitor = Visitor::new(world, person, (&place.address, browser), scribe);
        let failed = visitor.fail(at, tries, scribe);
        let workflow = scribe.dice.uuid();
        visitor.tell(failed.plus(40), ("PasswordRecoveryRequested", "Success"), (&workflow, "PASSWORD"), scribe);
        visitor.choose(failed.plus(200), "UpdatePassword", scribe);
        visitor.tell(failed.plus(201), ("PasswordRecoveryCompleted", "Success"), (&workflow, "PASSWORD"), scribe);
        visitor.sign_in(failed.plus(240), 0, scribe);
    }
}
