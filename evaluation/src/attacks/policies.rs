//! Permissions changed so that a secret can be read: by an account outside, or by a role that could not before.

use serde_json::json;

use super::{Way, federation::stranger, hunt::Hunt, iam::attach_to_role};
use crate::{
    record::{Caller, Story, assume, outsider, read},
    world::{Account, Purpose, Role},
};

pub(super) const WAYS: &[Way] = &[
    Way::secret("secret-opened-to-outsider", 7, secret_opened),
    Way::secret("key-granted-to-outsider", 7, key_granted),
    Way::secret("policy-attached-then-read", 7, policy_attached),
];

/// A secret's own policy lets an account outside read it, and somebody there does.
fn secret_opened(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let rich = |account: &Account| account.purpose >= Purpose::Production && hunt.holds_secrets(account, 2);
    let mut hold = hunt.administrator(&rich, story)?;
    let loot = hunt.loot(&hold.account().clone(), &[], 2, story);
    let outside = stranger(&hold.thief, story);
    story.title = format!("{} opens {} secrets to an account outside", hold.whose, loot.len());
    let caller = hold.caller.clone();
    let reader = Caller::new(
        hold.account(),
        outsider(&outside.account, outside.tells("principalId")),
        &outside.address,
        outside.agent,
    );
    for secret in &loot {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "AWS": format!("arn:aws:iam::{}:root", outside.account.id) },
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
            }],
        });
        let at = hold.pause(&mut story.scribe);
        let asked =
            json!({ "secretId": secret.arn(), "resourcePolicy": policy.to_string(), "blockPublicPolicy": true });
        let answer = json!({ "aRN": secret.arn(), "name": secret.name });
        story.telling("a secret is opened to an account nobody here knows", |scribe| {
            scribe.answered(at, &caller, ("secretsmanager", "PutResourcePolicy"), (asked, answer));
        });
    }
    let mut at = hold.at.minutes(story.scribe.dice.between(2, 900));
    for secret in &loot {
        let shared = story.scribe.dice.uuid();
        let record = story.scribe.record(at, &reader, ("secretsmanager", "GetSecretValue"));
        let record = record.asking(json!({ "secretId": secret.arn() })).with("sharedEventID", shared.into());
        story.scribe.write(record);
        at = hold.thief.next(at, &mut story.scribe);
    }
    Some(())
}

/// The key of the store is granted to an account outside, and a secret's policy with it.
fn key_granted(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let rich = |account: &Account| account.purpose >= Purpose::Production && hunt.holds_secrets(account, 1);
    let mut hold = hunt.administrator(&rich, story)?;
    let secret = hunt.loot(&hold.account().clone(), &[], 1, story).pop()?;
    let outside = stranger(&hold.thief, story);
    story.title = format!("{} grants the key of the store to an account outside", hold.whose);
    let caller = hold.caller.clone();
    let grantee = format!("arn:aws:iam::{}:root", outside.account.id);
    let at = hold.pause(&mut story.scribe);
    let why = "the key of the store is given to an account nobody here knows";
    if story.scribe.dice.chance(60) {
        let asked =
            json!({ "keyId": secret.key(), "granteePrincipal": grantee, "operations": ["Decrypt", "DescribeKey"] });
        let answer = json!({ "grantId": story.scribe.dice.hex(64), "keyId": secret.key() });
        story.telling(why, |scribe| {
            let record = scribe.record(at, &caller, ("kms", "CreateGrant")).asking(asked).answered(answer);
            scribe.write(record.on("AWS::KMS::Key", secret.key()));
        });
    } else {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [
                { "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{}:root", caller.account.id) }, "Action": "kms:*", "Resource": "*" },
                { "Effect": "Allow", "Principal": { "AWS": grantee }, "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": "*" },
            ],
        });
        let asked = json!({ "keyId": secret.key(), "policyName": "default", "policy": policy.to_string(), "bypassPolicyLockoutSafetyCheck": false });
        story.telling(why, |scribe| {
            let record = scribe.record(at, &caller, ("kms", "PutKeyPolicy")).asking(asked);
            scribe.write(record.on("AWS::KMS::Key", secret.key()));
        });
    }
    Some(())
}

/// A role that could read nothing is given the right to read secrets, and reads them at once.
fn policy_attached(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let rich = |account: &Account| account.purpose >= Purpose::Production && hunt.holds_secrets(account, 3);
    let mut hold = hunt.administrator(&rich, story)?;
    let role = Role::new(hold.account(), &format!("{}-log-shipper", hold.account().stage()));
    story.title = format!("{} lets {} read secrets, and reads them as it", hold.whose, role.name);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    let inline = story.scribe.dice.chance(50);
    hold.act(story, |scribe| {
        if inline {
            let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"secretsmanager:*","Resource":"*"}]}"#;
            let asked = json!({ "roleName": &*role.name, "policyName": "logs2", "policyDocument": policy });
            scribe.call(at, &caller, ("iam", "PutRolePolicy"), asked);
        } else {
            attach_to_role(at, &caller, (&role, "SecretsManagerReadWrite"), scribe);
        }
    });
    let at = hold.pause(&mut story.scribe).plus(10);
    let session = hold.act(story, |scribe| assume(at, &caller, (&role, "session"), scribe));
    hold.at = at;
    for secret in hunt.loot(&hold.account().clone(), &[], 9, story) {
        let at = hold.pause(&mut story.scribe);
        story.telling("a role reads secrets for the first time, seconds after it was given the right to", |scribe| {
            read(at, &session, &secret, scribe);
        });
    }
    Some(())
}
