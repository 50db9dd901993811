//! Tokens that outlive a key, and the smaller credentials a user can have.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
    iam::{create_user, set_key},
    thief::Thief,
};
use crate::{
    record::{Caller, Story, read},
    world::{Account, Desk, Moment, Purpose, Role, User, command_line},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("federation-token", 3, federation_token),
    Way::credential("ssh-key-for-another", 7, ssh_key),
    Way::credential("service-credential-for-another", 7, service_credential),
    Way::credential("bedrock-key", 7, bedrock_key),
    Way::credential("signing-certificate-for-another", 7, signing_certificate),
];

fn working(account: &Account) -> bool {
    account.purpose >= Purpose::Production
}

/// A stolen key takes a federation token, which works on after the key is turned off.
fn federation_token(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const NAMES: [&str; 4] = ["admin", "support", "backup", "aws-health"];
    let servant = hunt.servant(hunt.world.first(Purpose::Production), true, story);
    let user = &servant.user;
    story.title = format!("the stolen key of {} takes a federation token that outlives it", user.name);
    let mut hold = hunt.rob_servant(&servant, story);
    let (at, caller) = (hold.at, hold.caller.clone());
    let name = story.scribe.dice.choose(&NAMES).copied().unwrap_or("admin");
    let account = user.account.clone();
    let key = story.scribe.dice.access_key("ASIA", account.number());
    let arn = format!("arn:aws:sts::{}:federated-user/{name}", account.id);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    let asked = json!({ "name": name, "durationSeconds": 129_600, "policy": policy });
    let answer = json!({
        "credentials": { "accessKeyId": key, "expiration": at.hours(36).spoken(), "sessionToken": "<encoded session token blob>" },
        "federatedUser": { "arn": arn, "federatedUserId": format!("{}:{name}", account.id) },
        "packedPolicySize": 4,
    });
    story.telling("a program that never gave tokens away takes one with every right", |scribe| {
        scribe.answered(at, &caller, ("sts", "GetFederationToken"), (asked, answer));
    });
    // Somebody notices the key, turns it off, and believes it over.
    let off = at.hours(story.scribe.dice.between(1, 8));
    let office = hunt.world.offices.first().map_or(servant.address.as_str(), |office| &office.address);
    let responder = Role::new(&account, "security-response");
    let mender = Caller::session(&responder, "responder", off, &mut story.bystander.dice);
    let mender = mender.from(office, command_line(Desk::Mac, 1));
    set_key(off, &mender, (&user.name, user.key(at)), "Inactive", &mut story.bystander);
    let session = federated(at, (user, name, &key), &hold);
    hold.at = off.minutes(story.scribe.dice.between(5, 300));
    let loot = hunt.loot(&account, &[], 5, story);
    let now = hold.at;
    story.scribe.call(now, &session, ("sts", "GetCallerIdentity"), Value::Null);
    for secret in &loot {
        let at = hold.pause(&mut story.scribe);
        read(at, &session, secret, &mut story.scribe);
    }
    Some(())
}

/// The session of a federation token `user` took under `name`.
fn federated(since: Moment, (user, name, key): (&User, &str, &str), hold: &Foothold) -> Caller {
    let account = &user.account;
    let identity = json!({
        "type": "FederatedUser",
        "principalId": format!("{}:{name}", account.id),
        "arn": format!("arn:aws:sts::{}:federated-user/{name}", account.id),
        "accountId": &*account.id,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "IAMUser",
                "principalId": &user.id,
                "arn": user.arn(),
                "accountId": &*account.id,
                "userName": &user.name,
            },
            "attributes": { "creationDate": since.iso(), "mfaAuthenticated": "false" },
        },
    });
    Caller::new(account, identity, &hold.thief.address, hold.thief.agent.clone())
}

/// An SSH key for another user, to read code with.
fn ssh_key(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let target = hunt.service(&hold.account().clone(), story);
    story.title = format!("{} uploads an SSH key for {}", hold.whose, target.name);
    let body = format!("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ{}", story.scribe.dice.alphanumeric(40));
    let key = json!({
        "userName": target.name,
        "sSHPublicKeyId": story.scribe.dice.unique_id("APKA", target.account.number()),
        "sSHPublicKeyBody": body,
        "fingerprint": story.scribe.dice.hex(32),
        "status": "Active",
    });
    let asked = json!({ "userName": target.name, "sSHPublicKeyBody": body });
    let (at, caller) = (hold.pause(&mut story.scribe), hold.caller.clone());
    story.telling("a program's user is given an SSH key by somebody else", |scribe| {
        scribe.answered(at, &caller, ("iam", "UploadSSHPublicKey"), (asked, json!({ "sSHPublicKey": key })));
    });
    Some(())
}

/// A user's credential for one service.
fn specific(at: Moment, (user, service): (&User, &str), story: &mut Story) -> (Value, Value) {
    let credential = json!({
        "userName": user.name,
        "serviceName": service,
        "serviceUserName": format!("{}-at-{}", user.name, user.account.id),
        "serviceSpecificCredentialId": story.scribe.dice.unique_id("ACCA", user.account.number()),
        "status": "Active",
        "createDate": at.spoken(),
    });
    (json!({ "userName": user.name, "serviceName": service }), json!({ "serviceSpecificCredential": credential }))
}

/// A password for code repositories, for another user; sometimes the one there is gets a new secret.
fn service_credential(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let target = hunt.service(&hold.account().clone(), story);
    story.title = format!("{} makes a credential for code repositories for {}", hold.whose, target.name);
    let (at, caller) = (hold.pause(&mut story.scribe), hold.caller.clone());
    let exchange = specific(at, (&target, "codecommit.amazonaws.com"), story);
    story.telling("a program's user is given a credential for one service by somebody else", |scribe| {
        scribe.answered(at, &caller, ("iam", "CreateServiceSpecificCredential"), exchange);
    });
    if story.scribe.dice.chance(40) {
        let at = hold.pause(&mut story.scribe);
        let (mut asked, answer) = specific(at, (&target, "codecommit.amazonaws.com"), story);
        if let Some(fields) = asked.as_object_mut() {
            fields.remove("serviceName");
        }
        let id = answer.pointer("/serviceSpecificCredential/serviceSpecificCredentialId").cloned();
        let asked = json!({ "userName": target.name, "serviceSpecificCredentialId": id });
        story.scribe.answered(at, &caller, ("iam", "ResetServiceSpecificCredential"), (asked, answer));
    }
    Some(())
}

/// Models are to be used at the victim's cost: a user and a key for Bedrock.
fn bedrock_key(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let name = format!("BedrockAPIKey-{}", story.scribe.dice.alphanumeric(4).to_lowercase());
    let user = User::new(hold.account(), &name);
    story.title = format!("{} makes {name}, with a key for Bedrock", hold.whose);
    let (at, caller) = (hold.pause(&mut story.scribe), hold.caller.clone());
    hold.act(story, |scribe| create_user(at, &caller, &name, scribe));
    let at = hold.pause(&mut story.scribe);
    super::iam::attach_to_user(at, &caller, (&name, "AmazonBedrockLimitedAccess"), &mut story.scribe);
    let at = hold.pause(&mut story.scribe);
    let exchange = specific(at, (&user, "bedrock.amazonaws.com"), story);
    story.telling("a user made by hand is given a key for models, where nobody had one", |scribe| {
        scribe.answered(at, &caller, ("iam", "CreateServiceSpecificCredential"), exchange);
    });
    Some(())
}

/// A signing certificate for another user.
fn signing_certificate(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let target = hunt.service(&hold.account().clone(), story);
    hold.thief = Thief { pace: hold.thief.pace.max(20), ..hold.thief };
    story.title = format!("{} uploads a signing certificate for {}", hold.whose, target.name);
    let body =
        "-----BEGIN CERTIFICATE-----\nMIICiTCCAfICCQD6m7oRw0uXOjANBgkqhkiG9w0BAQUFADCB\n-----END CERTIFICATE-----";
    let (at, caller) = (hold.pause(&mut story.scribe), hold.caller.clone());
    let certificate = json!({
        "userName": target.name,
        "certificateId": story.scribe.dice.alphanumeric(32).to_uppercase(),
        "certificateBody": body,
        "status": "Active",
        "uploadDate": at.spoken(),
    });
    let asked = json!({ "userName": target.name, "certificateBody": body });
    story.telling("a program's user is given a certificate by somebody else", |scribe| {
        scribe.answered(
            at,
            &caller,
            ("iam", "UploadSigningCertificate"),
            (asked, json!({ "certificate": certificate })),
        );
    });
    Some(())
}
