//! Names: principals, sources, secrets, programs and networks, as a record may spell them.

use serde_json::{Value, json};
use trailwarden_detectors::parse_cidr;
use trailwarden_fixtures::records::{ACCOUNT, Caller, REGION, call};
use trailwarden_model::aws::arn::Arn;
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_model::ids::NAME_LIMIT;
use trailwarden_model::{Activity, Address, Client, Deed};

use crate::findings::texts;
use crate::records::understood;

/// What `type` says in a `userIdentity`.
const KINDS: [&str; 12] = [
    "Root",
    "IAMUser",
    "AssumedRole",
    "FederatedUser",
    "WebIdentityUser",
    "SAMLUser",
    "AWSAccount",
    "AWSService",
    "IdentityCenterUser",
    "Directory",
    "Unknown",
    "",
];

/// Reads texts as every kind of name.
pub(crate) fn names(bytes: &[u8]) {
    let (kind, rest) = bytes.split_first().map_or((0, bytes), |(kind, rest)| (usize::from(*kind), rest));
    let texts = texts(rest);
    for text in &texts {
        alone(text);
    }
    texts.iter().take(2).for_each(|text| secret(text));
    let nth = |index: usize| texts.get(index % texts.len()).map_or("", String::as_str);
    let identity = json!({
        "type": KINDS.get(kind % KINDS.len()),
        "principalId": nth(0), "arn": nth(1), "accountId": nth(2), "accessKeyId": nth(3), "userName": nth(4),
        "invokedBy": if kind >= 128 { Value::Null } else { nth(5).into() },
        "identityProvider": nth(6), "credentialId": nth(7),
        "sessionContext": {
            "sessionIssuer": { "type": nth(8), "principalId": nth(0), "arn": nth(9), "accountId": nth(2), "userName": nth(10) },
            "attributes": { "creationDate": nth(11), "mfaAuthenticated": nth(12) },
            "webIdFederationData": { "federatedProvider": nth(13), "attributes": { "sub": nth(14) } },
            "sourceIdentity": nth(15),
        },
        "onBehalfOf": { "userId": nth(16), "identityStoreArn": nth(17) },
    });
    let record = call(&Caller::root(), "secretsmanager.amazonaws.com", "GetSecretValue")
        .with("userIdentity", identity)
        .with("requestParameters", json!({ "secretId": nth(18) }))
        .with("sourceIPAddress", nth(19).into())
        .with("userAgent", nth(20).into())
        .with("awsRegion", nth(21).into());
    let activity = activity(&record.bytes());
    understood(&activity, rest.len() + 4096);
    assert!(!activity.actor.key.as_str().is_empty(), "somebody always acts");
    for name in [activity.actor.key.as_str(), &activity.actor.name, activity.account.as_str()] {
        assert!(name.len() <= NAME_LIMIT, "{} bytes", name.len());
    }
}

fn activity(record: &[u8]) -> Activity {
    match read(record, Coverage::Catalog) {
        Reading::Activity(activity) => *activity,
        other => panic!("a read secret is {other:?}"),
    }
}

/// What a text is by itself, which its parts make again.
fn alone(text: &str) {
    if let Some(arn) = Arn::parse(text) {
        let Arn { partition, service, region, account, resource } = arn;
        assert_eq!(format!("arn:{partition}:{service}:{region}:{account}:{resource}"), text);
        assert!(resource.ends_with(arn.name()));
    }
    if let Some((network, bits)) = parse_cidr(text) {
        assert_eq!(parse_cidr(&format!("{network}/{bits}")), Some((network, bits)));
    }
    if let Address::Ip(ip) = Address::parse(text) {
        assert_eq!(Address::parse(&ip.to_string()), Address::Ip(ip));
    }
    assert_eq!(Client::parse(text), Client::parse(text));
}

/// A secret is one under its name and its ARN, here and where it is copied to.
fn secret(text: &str) {
    if text.is_empty() || text.starts_with("arn:") || text.len() > 512 {
        return;
    }
    let id = |named: &str| {
        let record = call(&Caller::user("ann"), "secretsmanager.amazonaws.com", "GetSecretValue")
            .with("requestParameters", json!({ "secretId": named }));
        match activity(&record.bytes()).deed {
            Deed::SecretRead { secrets, .. } => secrets,
            other => panic!("a read secret is {other:?}"),
        }
    };
    for region in [REGION, "ap-south-1"] {
        let arn = format!("arn:aws:secretsmanager:{region}:{ACCOUNT}:secret:{text}-Ab3dE6");
        assert_eq!(id(&arn), id(text), "{text:?}");
    }
}
