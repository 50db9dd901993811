//! Second factors: a thief's own enrolled, a victim's taken away.

use serde_json::json;

use super::{Way, hunt::Hunt, iam::update_password, thief::Thief};
use crate::{
    record::{Story, Visitor, console_login},
    world::{Access, Purpose},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("factor-enrolled-by-thief", 7, factor_enrolled),
    Way::credential("factor-taken-from-another", 7, factor_taken),
    Way::credential("factor-dropped-own-password-changed", 5, factor_dropped),
];

/// With a portal's cookie a thief enrols a second factor of their own, and later signs in with it.
fn factor_enrolled(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    if hunt.world.external_idp {
        return None;
    }
    let who = |person: &crate::world::Person| matches!(person.access, Access::Portal);
    let (person, sitting) = hunt.person(&who, &|_| true, story)?;
    let thief = Thief::far_of(person, sitting.day, &mut story.scribe.dice);
    story.title = format!("somebody at {} enrols a second factor for {}", thief.place, person.handle);
    let browser = (thief.address.as_str(), thief.browser.clone());
    let visitor = Visitor::new(hunt.world, person, browser, &mut story.scribe);
    let at = sitting.from.minutes(story.scribe.dice.between(10, 120));
    visitor.choose(at, "StartVirtualMfaDeviceRegistration", &mut story.scribe);
    let why = "a second factor is enrolled from a network the person never used, while they work elsewhere";
    story.telling(why, |scribe| visitor.choose(at.plus(38), "CompleteVirtualMfaDeviceRegistration", scribe));
    if story.scribe.dice.chance(40) {
        visitor.choose(at.plus(95), "UpdatePassword", &mut story.scribe);
    }
    let later = at.hours(story.scribe.dice.between(1, 30));
    let signed_in = visitor.sign_in(later, 0, &mut story.scribe);
    let session = visitor.console(signed_in.plus(20), &sitting.grant, &mut story.scribe);
    let asked = json!({ "maxResults": 100, "includePlannedDeletion": false });
    story.scribe.call(signed_in.plus(70), &session, ("secretsmanager", "ListSecrets"), asked);
    Some(())
}

/// An administrator's stolen session takes somebody's second factor away, sets a password and signs in.
fn factor_taken(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let victim = hunt.resident(true, story);
    let account = victim.user.account.clone();
    let mut hold = hunt.administrator(&|known| *known == account, story)?;
    let name = victim.user.name.clone();
    story.title = format!("{} takes the second factor of {name} away, sets a password and signs in", hold.whose);
    let caller = hold.caller.clone();
    let device = format!("arn:aws:iam::{}:mfa/{name}", account.id);
    let at = hold.pause(&mut story.scribe);
    hold.act(story, |scribe| {
        let asked = json!({ "userName": name, "serialNumber": device });
        scribe.call(at, &caller, ("iam", "DeactivateMFADevice"), asked);
    });
    let at = hold.pause(&mut story.scribe);
    story.scribe.call(at, &caller, ("iam", "DeleteVirtualMFADevice"), json!({ "serialNumber": device }));
    let at = hold.pause(&mut story.scribe);
    story.telling("somebody's second factor is taken away and their password set, both by another", |scribe| {
        update_password(at, &caller, &name, scribe);
    });
    let mut bare = victim.user.clone();
    bare.mfa = false;
    let later = at.minutes(story.scribe.dice.between(1, 30));
    let browser = hold.thief.browser.clone();
    console_login(later, &bare, (&hold.thief.address, browser), &mut story.scribe);
    Some(())
}

/// In somebody's console session, stolen from the browser, their factor is dropped and their password changed.
fn factor_dropped(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let account = hunt.world.first(Purpose::Production);
    let victim = hunt.contractor(account, true, story);
    let name = victim.user.name.clone();
    story.title = format!("a stolen console session of {name} drops the second factor and changes the password");
    let mut day = hunt.world.day_of(hunt.start) + 1;
    while hunt.world.day(day).is_weekend() {
        day += 1;
    }
    let since = victim.morning(hunt.world, day).minutes(45);
    let at = since.minutes(story.scribe.dice.between(20, 200));
    let thief = Thief::strange(&mut story.scribe.dice);
    let key = story.scribe.dice.access_key("ASIA", account.number());
    let identity = victim.user.session_identity(&key, since);
    let caller = thief.wields(crate::record::Caller::new(account, identity, "", thief.browser.clone()).in_console());
    let device = format!("arn:aws:iam::{}:mfa/{name}", account.id);
    story.telling("a console session drops its own second factor from a network its user never used", |scribe| {
        let asked = json!({ "userName": name, "serialNumber": device });
        scribe.call(at, &caller, ("iam", "DeactivateMFADevice"), asked);
    });
    let at = thief.next(at, &mut story.scribe);
    story.scribe.call(at, &caller, ("iam", "ChangePassword"), serde_json::Value::Null);
    let at = thief.next(at, &mut story.scribe);
    let made = json!({ "virtualMFADevice": { "serialNumber": format!("{device}-2") } });
    let asked = json!({ "path": "/", "virtualMFADeviceName": format!("{name}-2") });
    story.scribe.answered(at, &caller, ("iam", "CreateVirtualMFADevice"), (asked, made));
    let asked = json!({ "userName": name, "serialNumber": format!("{device}-2") });
    story.scribe.call(at.plus(20), &caller, ("iam", "EnableMFADevice"), asked);
    Some(())
}
