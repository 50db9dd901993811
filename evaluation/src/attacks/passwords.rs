//! Passwords: given to programs, changed under their owners, set on databases.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
    iam::{create_password, update_password},
    thief::Thief,
};
use crate::{
    record::{Story, console_login},
    world::{Account, Moment, Purpose, User},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("password-for-service", 7, password_for_service),
    Way::credential("password-replaced", 7, password_replaced),
    Way::credential("database-password-replaced", 7, database_password),
];

fn working(account: &Account) -> bool {
    account.purpose >= Purpose::Production
}

/// A program's user is given a password, and signs in at the console.
fn password_for_service(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let target = hunt.service(&hold.account().clone(), story);
    story.title = format!("{} gives {} a password, and somebody signs in with it", hold.whose, target.name);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    story.telling("a user that is a program and has never had a password is given one by somebody else", |scribe| {
        create_password(at, &caller, &target.name, scribe);
    });
    sign_in(at, &target, hold, story);
    Some(())
}

/// Somebody's password is replaced by an administrator's stolen session, and used at once.
fn password_replaced(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(false, story);
    let account = victim.user.account.clone();
    let mut hold = hunt.administrator(&|known| *known == account, story)?;
    story.title = format!("{} replaces the password of {} and signs in", hold.whose, victim.user.name);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    // An administrator resets passwords now and then: what tells is who signs in with it.
    hold.act(story, |scribe| update_password(at, &caller, &victim.user.name, scribe));
    let thief = Thief::strange(&mut story.scribe.dice);
    sign_in(at, &victim.user, Foothold { thief, ..hold }, story);
    Some(())
}

/// Signs in as `user` a little after `at`, and looks around.
fn sign_in(at: Moment, user: &User, mut hold: Foothold, story: &mut Story) {
    hold.at = at.minutes(story.scribe.dice.between(1, 45));
    let browser = (hold.thief.address.clone(), hold.thief.browser.clone());
    let at = hold.at;
    let session = story
        .telling("a password set by somebody else is used from a network its user never used", |scribe| {
            console_login(at, user, (&browser.0, browser.1), scribe)
        });
    for (service, name) in [("iam", "ListUsers"), ("secretsmanager", "ListSecrets"), ("iam", "ListAccessKeys")] {
        let at = hold.pause(&mut story.scribe);
        story.scribe.call(at, &session, (service, name), Value::Null);
    }
}

/// The master password of a production database is replaced.
fn database_password(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&|account| account.purpose == Purpose::Production, story)?;
    story.title = format!("{} replaces the master password of a production database", hold.whose);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    story.scribe.call(at, &caller, ("rds", "DescribeDBInstances"), json!({ "maxRecords": 100 }));
    let service = story.scribe.dice.choose(crate::world::SERVICES).copied().unwrap_or("orders");
    let cluster = story.scribe.dice.chance(50);
    let (call, field) =
        if cluster { ("ModifyDBCluster", "dBClusterIdentifier") } else { ("ModifyDBInstance", "dBInstanceIdentifier") };
    let name = format!("{}-{service}", hold.account().stage());
    let asked =
        json!({ field: name, "applyImmediately": true, "masterUserPassword": "HIDDEN_DUE_TO_SECURITY_REASONS" });
    let answer = json!({ field: name, "engine": "postgres", "masterUsername": "dbadmin", "pendingModifiedValues": { "masterUserPassword": "****" } });
    let at = hold.pause(&mut story.scribe);
    story.telling("the master password of a production database is replaced by hand", |scribe| {
        scribe.answered(at, &caller, ("rds", call), (asked, answer));
    });
    Some(())
}
