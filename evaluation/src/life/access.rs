//! Getting in: how a person's session begins, by whichever door their company has.

use serde_json::json;

use crate::{
    record::{Caller, Scribe, Visitor, assumed, console_entry, console_login_refused, enter_console, with_saml},
    world::{Access, Account, Grant, Moment, Person, Role, Sitting, Team, User, World},
};

/// Writes how `person` takes `session` at the start of `sitting`.
pub(super) fn enter(world: &World, person: &Person, (sitting, session): (&Sitting, &Caller), scribe: &mut Scribe) {
    let at = sitting.from;
    let address = sitting.place.address.as_str();
    match &person.access {
        Access::Portal => {
            let visitor = Visitor::new(world, person, (address, person.browser(sitting.day)), scribe);
            visitor.open(at, &sitting.grant, session, scribe);
        }
        Access::Saml => {
            let role = person.role(&sitting.grant, world);
            with_saml(at, ("corp-idp", &person.mail()), (&role, session), scribe);
            if session.console {
                enter_console(at.plus(1), session, scribe);
            }
        }
        Access::User(user) => enter_as_user(person, user, (sitting, session), scribe),
    }
}

/// An IAM user signs in, or uses a key, and goes on into another account by a role.
fn enter_as_user(person: &Person, user: &User, (sitting, session): (&Sitting, &Caller), scribe: &mut Scribe) {
    let at = sitting.from;
    let browser = person.browser(sitting.day);
    let address = sitting.place.address.as_str();
    if !sitting.types {
        console_entry(at, user, (address, browser.clone()), scribe);
    }
    if user.account == sitting.grant.account {
        if sitting.types && person.uses_session_tokens() {
            session_token(user, (sitting, session), scribe);
        } else if sitting.types && person.signs_in_by_browser() {
            login_by_browser(user, (sitting, session, &browser), scribe);
        }
        return;
    }
    let own = if sitting.types {
        Caller::user(user, at, address, sitting.agent.clone())
    } else {
        let key = scribe.dice.access_key("ASIA", user.account.number());
        Caller::new(&user.account, user.session_identity(&key, at), address, browser).in_console()
    };
    let role = Role::new(&sitting.grant.account, sitting.grant.set);
    assumed(at.plus(3), &own, (&role, &person.handle), session, scribe);
    if !sitting.types {
        let mut switching = session.clone();
        switching.console = false;
        let asked = json!({ "SwitchFrom": user.arn(), "RedirectTo": "https://console.aws.amazon.com/" });
        let record = scribe.record(at.plus(4), &switching, ("signin", "SwitchRole"));
        let record = record.answered(json!({ "SwitchRole": "Success" })).with("additionalEventData", asked);
        scribe.write(record.with("eventType", "AwsConsoleSignIn".into()).without("requestID"));
        if scribe.dice.chance(20) {
            let end = sitting.to.max(at.plus(60));
            let record = scribe.record(end, &switching, ("signin", "ExitRole"));
            let record = record.answered(json!({ "ExitRole": "Success" })).with("eventType", "AwsConsoleSignIn".into());
            scribe.write(record.without("requestID"));
        }
    }
}

/// Whoever must use a second factor on the command line gets a session for it.
fn session_token(user: &User, (sitting, session): (&Sitting, &Caller), scribe: &mut Scribe) {
    let at = sitting.from;
    let own = Caller::user(user, at, &sitting.place.address, sitting.agent.clone());
    let device = format!("arn:aws:iam::{}:mfa/{}", user.account.id, user.name);
    let asked = json!({ "durationSeconds": 43_200, "serialNumber": device });
    let answer = json!({ "credentials": {
        "accessKeyId": session.tells("accessKeyId"),
        "sessionToken": "<encoded session token blob>",
        "expiration": at.hours(12).spoken(),
    } });
    scribe.answered(at, &own, ("sts", "GetSessionToken"), (asked, answer));
}

/// `aws login`: the browser lets the command line in, which fetches a token for it.
fn login_by_browser(
    user: &User,
    (sitting, session, browser): (&Sitting, &Caller, &crate::world::Agent),
    scribe: &mut Scribe,
) {
    let at = sitting.from;
    let address = sitting.place.address.as_str();
    console_entry(at.plus(-9), user, (address, browser.clone()), scribe);
    let mut allowing = session.clone().from(address, browser.clone()).in_console();
    allowing.region = user.account.region;
    let client = "arn:aws:signin:::devtools/same-device";
    let asked = json!({ "client_id": client, "response_type": "code", "scope": "openid" });
    scribe.call(at.plus(-3), &allowing, ("signin", "AuthorizeOAuth2Access"), asked);
    let asked = json!({ "clientId": client, "grantType": "authorization_code" });
    scribe.call(at.plus(-1), session, ("signin", "CreateOAuth2Token"), asked);
}

/// Signs `person` in at the portal, if they use one; tells when they were through.
pub(super) fn sign_in(world: &World, person: &Person, sitting: &Sitting, typos: i64, scribe: &mut Scribe) -> Moment {
    let browser = (sitting.place.address.as_str(), person.browser(sitting.day));
    let before = sitting.from.plus(-60 - 20 * typos);
    match &person.access {
        Access::Portal => {
            let visitor = Visitor::new(world, person, browser, scribe);
            visitor.sign_in(before, typos, scribe)
        }
        Access::User(user) if !sitting.types => {
            for turn in 0..typos {
                let at = before.plus(turn * 17);
                console_login_refused(at, user, (browser.0, browser.1.clone()), false, scribe);
            }
            before
        }
        _ => before,
    }
}

/// A session somebody who may administer `account` opens at `at`, for something that has to be done.
pub(super) fn administrator(world: &World, account: &Account, at: Moment, scribe: &mut Scribe) -> Option<Caller> {
    let person = someone(world, at, scribe, |person| person.team == Team::Platform)?;
    let types = scribe.dice.chance(person.rhythm.types);
    let grant = Grant { account: account.clone(), set: "AdministratorAccess" };
    Some(impromptu(world, person, (at, grant, types), scribe))
}

/// A session `person` opens at `at` beside their usual ones, with `grant`, typing or not.
pub(super) fn impromptu(
    world: &World,
    person: &Person,
    (at, grant, types): (Moment, Grant, bool),
    scribe: &mut Scribe,
) -> Caller {
    let day = world.day_of(at.hours(person.zone));
    let types = types && person.user().is_none_or(|user| !user.keys.is_empty());
    let agent = if types { person.command_line(day) } else { person.browser(day) };
    let place = person.place(world, day, at);
    let turn = 90 + scribe.dice.between(0, 1_000_000);
    let sitting = Sitting { day, turn, from: at.plus(-40), to: at.hours(1), grant, types, place, agent };
    if person.sittings(world, day).first().is_none_or(|first| first.from > sitting.from) {
        sign_in(world, person, &sitting, 0, scribe);
    }
    let session = Caller::sitting(world, person, &sitting);
    enter(world, person, (&sitting, &session), scribe);
    session
}

/// Somebody who fits, is around on the day of `at`, and does not travel.
pub(super) fn someone<'a>(
    world: &'a World,
    at: Moment,
    scribe: &mut Scribe,
    fits: impl Fn(&Person) -> bool,
) -> Option<&'a Person> {
    let able: Vec<&Person> = world
        .people
        .iter()
        .filter(|person| {
            let day = world.day_of(at.hours(person.zone));
            fits(person)
                && person.is_around(day)
                && person.trips.iter().all(|trip| !(trip.from..=trip.to).contains(&day))
        })
        .collect();
    scribe.dice.prefer(&able).copied()
}

/// A moment of the working hours of where the company is at home.
pub(super) fn office_hours(world: &World, day: i64, scribe: &mut Scribe) -> Moment {
    let zone = world.offices.first().map_or(0, |office| office.zone);
    world.day(day).minutes(scribe.dice.between(9 * 60 + 30, 17 * 60) - zone * 60)
}

/// The account a company keeps its emergency user in.
pub(super) fn production(world: &World) -> &Account {
    world.first(crate::world::Purpose::Production)
}
