//! The attack: a developer's stolen portal session, on the second Friday and the night after it.

use serde_json::{Value, json};

use super::{
    agents,
    calendar::Moment,
    caller::{Agent, Caller},
    organization::{Account, User, break_glass, legacy_backup},
    people::{Grant, Person, person},
    persistence,
    portal::Visitor,
    scribe::{Actor, Scribe},
    steps,
    store::{self, Secret},
};

/// A step of the attack, as labels and the story tell it.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) technique: &'static str,
    pub(super) tells: &'static str,
}

/// The exit of a VPN (M247).
const VPN: &str = "146.70.116.134";
/// A rented server at `DigitalOcean`.
const SERVER: &str = "165.22.83.190";
/// Read one by one on Friday, hours apart.
const DRIPPED: [(&str, i64, i64); 4] = [
    ("maps/here-api", 2, 3),
    ("warehouse/scanner-mqtt", 5, 26),
    ("partners/sftp-host-keys", 9, 48),
    ("notifications/sendgrid", 14, 31),
];
/// Refused on Saturday.
const REFUSED: [&str; 3] = ["payments/stripe", "payments/ledger-signing", "platform/datadog"];
/// Read on Saturday, within twelve minutes.
const SWEPT: [&str; 18] = [
    "orders/database",
    "orders/webhook-signing",
    "tracking/database",
    "tracking/carrier-dhl",
    "tracking/carrier-ups",
    "tracking/carrier-gls",
    "billing/database",
    "billing/datev",
    "labels/printer-token",
    "customs/database",
    "customs/atlas-certificate",
    "notifications/twilio",
    "warehouse/database",
    "search/opensearch",
    "reporting/database",
    "reporting/snowflake",
    "webhooks/customer-tokens",
    "shared/emergency-access",
];
const DEVELOPER: Grant = Grant(Account::Production, "DeveloperAccess");

/// Everything the intruder does.
pub(super) struct Attack;

impl Actor for Attack {
    fn name(&self) -> String {
        "attack".to_owned()
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        let Some(victim) = person("jonas.weber") else {
            return;
        };
        match day {
            12 => drip(victim, scribe),
            13 => {
                sweep(victim, scribe);
                let admin = enter(scribe);
                persistence::persist(&admin, scribe);
            }
            _ => {}
        }
    }
}

/// Friday: the stolen session works, and one secret every few hours goes unnoticed.
fn drip(victim: &'static Person, scribe: &mut Scribe) {
    let visitor = Visitor::new(victim, VPN.to_owned(), scribe);
    let caller = take(&visitor, Moment::on(12, 1, 52).plus(17), scribe);
    // The first credentials last eight hours.
    let renewed = scribe.during(&steps::STOLEN_SESSION, |scribe| {
        visitor.command_line_as(Moment::on(12, 9, 47).plus(8), DEVELOPER, agents::CLI_DEBIAN, scribe)
    });
    for (name, hour, minute) in DRIPPED {
        let holder = if hour < 9 { &caller } else { &renewed };
        let at = Moment::on(12, hour, minute).plus(scribe.dice.between(0, 50));
        let secret = Secret::new(Account::Production, name);
        scribe.during(&steps::DRIP, |scribe| {
            store::read(at, holder, &secret, scribe);
        });
    }
}

/// Takes the developer's role with the stolen session, and asks who that is.
fn take(visitor: &Visitor, at: Moment, scribe: &mut Scribe) -> Caller {
    scribe.during(&steps::STOLEN_SESSION, |scribe| {
        let caller = visitor.command_line_as(at, DEVELOPER, agents::CLI_DEBIAN, scribe);
        scribe.call(at.plus(41), &caller, ("sts", "GetCallerIdentity"), Value::Null);
        caller
    })
}

/// Saturday, a quarter past two: what is there, what is refused, and then all that is not.
fn sweep(victim: &'static Person, scribe: &mut Scribe) {
    let visitor = Visitor::new(victim, VPN.to_owned(), scribe);
    let start = Moment::on(13, 2, 14).plus(33);
    let caller = take(&visitor, start, scribe);
    scribe.during(&steps::LISTING, |scribe| {
        for later in [170, 174] {
            let asked = json!({ "maxResults": 100, "includePlannedDeletion": false });
            scribe.call(start.plus(later), &caller, ("secretsmanager", "ListSecrets"), asked);
        }
    });
    scribe.during(&steps::REFUSED, |scribe| {
        for (name, later) in REFUSED.iter().zip([242, 263, 281]) {
            store::read_refused(start.plus(later), &caller, &Secret::new(Account::Production, name), scribe);
        }
    });
    let script = caller.clone().from(VPN, Agent::Program(agents::BOTO_DEBIAN));
    let mut at = start.minutes(6);
    for name in SWEPT {
        scribe.during(&steps::SWEEP, |scribe| {
            store::read(at, &script, &Secret::new(Account::Production, name), scribe);
        });
        at = at.plus(scribe.dice.between(34, 46));
    }
}

/// One of the secrets was a page of old passwords: guess, and guess right.
fn enter(scribe: &mut Scribe) -> Caller {
    let user = break_glass();
    let mut at = Moment::on(13, 3, 5);
    for _ in 0..7 {
        at = at.plus(scribe.dice.between(38, 96));
        let refused = console_login(at, &user, false, scribe);
        scribe.during(&steps::GUESSING, |scribe| scribe.write(refused));
    }
    let at = Moment::on(13, 3, 16).plus(scribe.dice.between(0, 40));
    let entered = console_login(at, &user, true, scribe);
    scribe.during(&steps::ENTRY, |scribe| scribe.write(entered));
    let key = scribe.dice.access_key("ASIA", user.account);
    Caller::new(user.account, user.console_identity(&key, at), SERVER, Agent::Program(agents::CHROME_WINDOWS))
        .in_console()
}

/// An IAM user at the console's door, from the rented server, without a second factor.
pub(super) fn console_login(at: Moment, user: &User, right: bool, scribe: &mut Scribe) -> super::record::Record {
    let agent = Agent::Program(agents::CHROME_WINDOWS);
    let mut visitor = Caller::new(user.account, user.identity(""), SERVER, agent);
    // The global endpoint answers Europeans from Stockholm.
    visitor.region = "eu-north-1";
    if !right && let Some(identity) = visitor.identity.as_object_mut() {
        identity.remove("arn");
    }
    let outcome = if right { "Success" } else { "Failure" };
    let login = scribe
        .record(at, &visitor, ("signin", "ConsoleLogin"))
        .answered(json!({ "ConsoleLogin": outcome }))
        .with("eventType", "AwsConsoleSignIn".into())
        .with("additionalEventData", json!({
            "LoginTo": "https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true&state=hashArgsFromTB_eu-north-1",
            "MobileVersion": "No",
            "MFAUsed": "No",
        }))
        .without("requestID");
    if right { login } else { login.with("errorMessage", "Failed authentication".into()) }
}

/// The user the intruder makes a key for.
pub(super) fn borrowed() -> User {
    legacy_backup()
}
