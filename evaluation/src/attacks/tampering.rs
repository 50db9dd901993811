//! Eyes put out, before a credential is added or after.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
    iam::{attach_to_user, create_key, create_user},
};
use crate::{
    record::{Story, read},
    world::{Account, Purpose},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("logging-stopped-first", 7, logging_stopped),
    Way::credential("selectors-narrowed-after", 7, selectors_narrowed),
    Way::secret("watch-blinded-then-swept", 7, watch_blinded),
];

fn working(account: &Account) -> bool {
    account.purpose >= Purpose::Production
}

/// A user with every right, and a key for it.
fn plant(hold: &mut Foothold, story: &mut Story) {
    let name = format!("svc-{}", story.scribe.dice.hex(5));
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    hold.act(story, |scribe| create_user(at, &caller, &name, scribe));
    let at = hold.pause(&mut story.scribe);
    story.telling("a user made moments ago by hand is given every right", |scribe| {
        attach_to_user(at, &caller, (&name, "AdministratorAccess"), scribe);
    });
    let at = hold.pause(&mut story.scribe);
    create_key(at, &caller, Some(&name), &mut story.scribe);
}

/// The trail is stopped, then a user is planted. (Other trails, the organisation's, still see it.)
fn logging_stopped(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    story.title = format!("{} stops a trail and plants a user", hold.whose);
    let caller = hold.caller.clone();
    let trail = format!("arn:aws:cloudtrail:{}:{}:trail/main", hold.account().region, hold.account().id);
    let at = hold.pause(&mut story.scribe);
    story.scribe.call(at, &caller, ("cloudtrail", "DescribeTrails"), Value::Null);
    let at = hold.pause(&mut story.scribe);
    let call = if story.scribe.dice.chance(75) { "StopLogging" } else { "DeleteTrail" };
    story.telling("a trail is stopped by hand", |scribe| {
        scribe.call(at, &caller, ("cloudtrail", call), json!({ "name": trail }));
    });
    plant(&mut hold, story);
    Some(())
}

/// A user is planted, then the trail is told to look away.
fn selectors_narrowed(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    story.title = format!("{} plants a user and makes the trail look away", hold.whose);
    plant(&mut hold, story);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    let selectors = json!([{ "readWriteType": "ReadOnly", "includeManagementEvents": false, "dataResources": [], "excludeManagementEventSources": [] }]);
    let asked = json!({ "trailName": "main", "eventSelectors": selectors });
    story.scribe.answered(at, &caller, ("cloudtrail", "PutEventSelectors"), (asked.clone(), asked));
    Some(())
}

/// What watches is put to sleep, then the secrets are read.
fn watch_blinded(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&|account| working(account) && hunt.holds_secrets(account, 3), story)?;
    story.title = format!("{} puts the watch to sleep and reads the secrets", hold.whose);
    let caller = hold.caller.clone();
    let detector = story.scribe.dice.hex(32);
    let acts = [
        ("events", "DisableRule", json!({ "name": "security-events-to-central" })),
        ("guardduty", "DeleteDetector", json!({ "detectorId": detector })),
        ("guardduty", "UpdateDetector", json!({ "detectorId": detector, "enable": false })),
        ("securityhub", "DisableSecurityHub", Value::Null),
        ("config", "StopConfigurationRecorder", json!({ "configurationRecorderName": "default" })),
    ];
    let count = usize::try_from(story.scribe.dice.between(1, 3)).unwrap_or(1);
    for (service, name, asked) in story.scribe.dice.some(&acts, count) {
        let at = hold.pause(&mut story.scribe);
        story.telling("what watches the account is put to sleep by hand", |scribe| {
            scribe.call(at, &caller, (service, name), asked);
        });
    }
    for secret in hunt.loot(&hold.account().clone(), &[], 12, story) {
        let at = hold.pause(&mut story.scribe);
        read(at, &caller, &secret, &mut story.scribe);
    }
    Some(())
}
