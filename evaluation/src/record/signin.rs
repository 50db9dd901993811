//! Signing in to the console without single sign-on: IAM users with a password, and root.

use serde_json::{Value, json};

use super::{Caller, Record, Scribe};
use crate::world::{Account, Agent, Moment, User};

/// Where the global sign-in page writes an IAM user's sign-in.
const SIGNIN_REGION: &str = "us-east-1";

/// `user` signs in to the console from `address` with `browser`; gives back the console session.
pub(crate) fn console_login(at: Moment, user: &User, (address, browser): (&str, Agent), scribe: &mut Scribe) -> Caller {
    console_entry(at, user, (address, browser.clone()), scribe);
    let key = scribe.dice.access_key("ASIA", user.account.number());
    let since = at.plus(1);
    Caller::new(&user.account, user.session_identity(&key, since), address, browser).in_console()
}

/// Writes how `user` signs in to the console.
pub(crate) fn console_entry(at: Moment, user: &User, (address, browser): (&str, Agent), scribe: &mut Scribe) {
    if user.mfa {
        let record = login(at.plus(-8), user, (address, browser.clone()), true, scribe);
        let record = record.with("eventName", "CheckMfa".into()).answered(json!({ "CheckMfa": "Success" }));
        scribe.write(record.with("additionalEventData", json!({ "MfaType": "Virtual MFA" })));
    }
    let record = login(at, user, (address, browser), user.mfa, scribe);
    scribe.write(record.answered(json!({ "ConsoleLogin": "Success" })));
}

/// `user` fails to sign in: wrong password, or, with `mfa`, a wrong second factor.
pub(crate) fn console_login_refused(
    at: Moment,
    user: &User,
    (address, browser): (&str, Agent),
    mfa: bool,
    scribe: &mut Scribe,
) {
    let record = login(at, user, (address, browser), mfa, scribe)
        .answered(json!({ "ConsoleLogin": "Failure" }))
        .with("errorMessage", "Failed authentication".into());
    scribe.write(record);
}

fn login(at: Moment, user: &User, (address, browser): (&str, Agent), mfa: bool, scribe: &mut Scribe) -> Record {
    let mut caller = Caller::new(&user.account, user.identity(""), address, browser).in_region(SIGNIN_REGION);
    if let Some(fields) = caller.identity.as_object_mut() {
        fields.remove("accessKeyId");
    }
    let mut data = json!({
        "LoginTo": format!("https://console.aws.amazon.com/console/home?region={}", user.account.region),
        "MobileVersion": "No",
        "MFAUsed": if mfa { "Yes" } else { "No" },
    });
    if let (true, Some(fields)) = (mfa, data.as_object_mut()) {
        let device = format!("arn:aws:iam::{}:mfa/{}", user.account.id, user.name);
        fields.insert("MFAIdentifier".into(), device.into());
    }
    signin(scribe.record(at, &caller, ("signin", "ConsoleLogin")), data)
}

/// Root of `account` signs in with a second factor, or without one; gives back the session.
pub(crate) fn root_login(
    at: Moment,
    account: &Account,
    (address, browser): (&str, Agent),
    mfa: bool,
    scribe: &mut Scribe,
) -> Caller {
    let key = scribe.dice.access_key("ASIA", account.number());
    let caller = Caller::root(account, &key, at.plus(1), address, browser);
    let mut entering = caller.clone().in_region(SIGNIN_REGION);
    if let Some(fields) = entering.identity.as_object_mut() {
        fields.insert("accessKeyId".into(), "".into());
        fields.remove("sessionContext");
    }
    let data = json!({
        "LoginTo": "https://console.aws.amazon.com/billing/home",
        "MobileVersion": "No",
        "MFAUsed": if mfa { "Yes" } else { "No" },
    });
    let record = signin(scribe.record(at, &entering, ("signin", "ConsoleLogin")), data);
    scribe.write(record.answered(json!({ "ConsoleLogin": "Success" })));
    caller.in_console()
}

fn signin(record: Record, data: Value) -> Record {
    record.with("additionalEventData", data).with("eventType", "AwsConsoleSignIn".into()).without("requestID")
}
