//! Trust: roles opened to outsiders, identity providers and certificate authorities of the thief's own.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
    iam::{attach_to_role, create_role, open_trust, trusting, trusting_account},
    thief::Thief,
};
use crate::{
    record::{Caller, Story, assume_from_outside, by_service, read, with_saml, with_web_identity},
    world::{Account, Agent, Moment, Purpose, Role},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("trust-opened", 7, trust_opened),
    Way::credential("role-made-for-outsider", 7, role_for_outsider),
    Way::credential("saml-provider-added", 7, saml_added),
    Way::credential("saml-provider-replaced", 7, saml_replaced),
    Way::credential("oidc-provider-added", 7, oidc_added),
    Way::credential("roles-anywhere-anchored", 7, roles_anywhere),
];

fn working(account: &Account) -> bool {
    account.purpose >= Purpose::Production
}

/// The thief's own account, and somebody in it.
pub(super) fn stranger(thief: &Thief, story: &mut Story) -> Caller {
    let account = Account::drawn("outside", Purpose::Production, "us-east-1", &mut story.scribe.dice);
    let user = story.scribe.dice.unique_id("AIDA", account.number());
    let identity = json!({ "type": "IAMUser", "principalId": user, "accountId": &*account.id });
    Caller::new(&account, identity, &thief.address, thief.agent.clone())
}

/// A role is made to trust an account outside, which then assumes it.
fn trust_opened(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let account = hold.account().clone();
    let known: Vec<Role> = hunt
        .world
        .workloads
        .iter()
        .filter(|known| known.account == account && known.since == 0)
        .map(|known| known.role.clone())
        .collect();
    let role = story.scribe.dice.choose(&known).cloned().unwrap_or_else(|| Role::new(&account, "break-glass"));
    let outside = stranger(&hold.thief, story);
    story.title = format!("{} makes {} trust an account outside", hold.whose, role.name);
    let at = hold.pause(&mut story.scribe);
    let caller = hold.caller.clone();
    let trust = trusting_account(&outside.account.id);
    story.telling("a role's trust is opened to an account nobody here knows", |scribe| {
        open_trust(at, &caller, (&role, &trust), scribe);
    });
    let later = at.minutes(story.scribe.dice.between(2, 1_500));
    let session = assume_from_outside(later, &outside, (&role, "s1"), None, &mut story.scribe);
    let loot = hunt.loot(&account, &[], 3, story);
    for (secret, turn) in loot.iter().zip(1..) {
        read(later.plus(turn * 20), &session, secret, &mut story.scribe);
    }
    Some(())
}

/// A role of an innocent name is made for an account outside, with every right.
fn role_for_outsider(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const NAMES: [&str; 5] =
        ["AWSControlTowerAudit2", "cloudguard-readonly", "SupportAccess", "datadog-integration", "AWSLanding-Zones"];
    let mut hold = hunt.administrator(&working, story)?;
    let name = story.scribe.dice.choose(&NAMES).copied().unwrap_or("SupportAccess");
    let role = Role::new(hold.account(), name);
    let outside = stranger(&hold.thief, story);
    story.title = format!("{} makes the role {name} for an account outside", hold.whose);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    let trust = trusting_account(&outside.account.id);
    story.telling("a role is made for an account nobody here knows", |scribe| {
        create_role(at, &caller, (&role, &trust), scribe);
    });
    let at = hold.pause(&mut story.scribe);
    attach_to_role(at, &caller, (&role, "AdministratorAccess"), &mut story.scribe);
    let later = at.minutes(story.scribe.dice.between(10, 3_000));
    let session = assume_from_outside(later, &outside, (&role, "maintenance"), None, &mut story.scribe);
    story.scribe.call(later.plus(5), &session, ("secretsmanager", "ListSecrets"), json!({ "maxResults": 100 }));
    Some(())
}

/// Somebody `hold` robbed makes a role for whoever a new provider says, at every right.
fn backdoor(hold: &mut Foothold, name: &str, (principal, action): (&str, &str), story: &mut Story) -> Role {
    let role = Role::new(hold.account(), name);
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    create_role(at, &caller, (&role, &trusting(principal, action)), &mut story.scribe);
    let at = hold.pause(&mut story.scribe);
    attach_to_role(at, &caller, (&role, "AdministratorAccess"), &mut story.scribe);
    role
}

/// A session of `role` from where the thief is, at some later moment.
fn later_session(hold: &Foothold, (role, name): (&Role, &str), story: &mut Story) -> (Moment, Caller) {
    let at = hold.at.minutes(story.scribe.dice.between(3, 900));
    let session = Caller::session(role, name, at, &mut story.scribe.dice);
    (at, session.from(&hold.thief.address, hold.thief.agent.clone()))
}

/// A SAML provider of the thief's own.
fn saml_added(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let account = hold.account().clone();
    story.title = format!("{} adds a SAML provider of a thief's own", hold.whose);
    let caller = hold.caller.clone();
    let arn = format!("arn:aws:iam::{}:saml-provider/azure-ad-dr", account.id);
    let asked = json!({
        "name": "azure-ad-dr",
        "sAMLMetadataDocument": "<EntityDescriptor entityID=\"https://idp.azure-ad-dr.example/metadata\"/>",
    });
    let at = hold.pause(&mut story.scribe);
    story.telling("an identity provider is added by hand", |scribe| {
        scribe.answered(at, &caller, ("iam", "CreateSAMLProvider"), (asked, json!({ "sAMLProviderArn": arn })));
    });
    let principal = format!(r#"{{"Federated":"{arn}"}}"#);
    let role = backdoor(&mut hold, "dr-administrators", (&principal, "sts:AssumeRoleWithSAML"), story);
    let (at, session) = later_session(&hold, (&role, "admin@azure-ad-dr.example"), story);
    with_saml(at, ("azure-ad-dr", "admin@azure-ad-dr.example"), (&role, &session), &mut story.scribe);
    story.scribe.call(at.plus(4), &session, ("sts", "GetCallerIdentity"), Value::Null);
    Some(())
}

/// The metadata of the company's own provider is replaced, so that the thief's signature counts.
fn saml_replaced(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let account = hold.account().clone();
    let federated = hunt.world.profile == crate::world::Profile::Federated;
    let directory = format!("AWSSSO_{}_DO_NOT_DELETE", hunt.world.id.trim_start_matches("o-"));
    let provider = if federated { "corp-idp".to_owned() } else { directory };
    let somebody = hunt
        .world
        .people
        .iter()
        .find(|person| person.user().is_none() && person.grants.iter().any(|grant| grant.account == account))?;
    let grant = somebody.grants.iter().find(|grant| grant.account == account)?.clone();
    story.title = format!("{} replaces the metadata of {provider}", hold.whose);
    let caller = hold.caller.clone();
    let arn = format!("arn:aws:iam::{}:saml-provider/{provider}", account.id);
    let asked = json!({
        "sAMLMetadataDocument": "<EntityDescriptor entityID=\"http://localhost:8080/auth/realms/AWS\"/>",
        "sAMLProviderArn": arn,
    });
    let at = hold.pause(&mut story.scribe);
    story.telling("the metadata of the company's identity provider is replaced by hand", |scribe| {
        scribe.answered(at, &caller, ("iam", "UpdateSAMLProvider"), (asked, json!({ "sAMLProviderArn": arn })));
    });
    let role = somebody.role(&grant, hunt.world);
    let (at, session) = later_session(&hold, (&role, &somebody.mail()), story);
    with_saml(at, (&provider, &somebody.mail()), (&role, &session), &mut story.scribe);
    story.scribe.call(at.plus(4), &session, ("sts", "GetCallerIdentity"), Value::Null);
    Some(())
}

/// A token issuer of the thief's own.
fn oidc_added(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const HOSTS: [&str; 3] =
        ["oidc.ci-runners.example", "token.actions.githubusercontent.com.example", "gitlab-eu.example"];
    let mut hold = hunt.administrator(&working, story)?;
    let host = story.scribe.dice.choose(&HOSTS).copied().unwrap_or(HOSTS[0]);
    story.title = format!("{} adds the token issuer {host}", hold.whose);
    let caller = hold.caller.clone();
    let arn = format!("arn:aws:iam::{}:oidc-provider/{host}", hold.account().id);
    let asked = json!({
        "url": format!("https://{host}"),
        "clientIDList": ["sts.amazonaws.com"],
        "thumbprintList": [story.scribe.dice.hex(40)],
    });
    let at = hold.pause(&mut story.scribe);
    story.telling("a token issuer nobody here knows is added by hand", |scribe| {
        scribe.answered(
            at,
            &caller,
            ("iam", "CreateOpenIDConnectProvider"),
            (asked, json!({ "openIDConnectProviderArn": arn })),
        );
    });
    let principal = format!(r#"{{"Federated":"{arn}"}}"#);
    let role = backdoor(&mut hold, "ci-deploy-v2", (&principal, "sts:AssumeRoleWithWebIdentity"), story);
    let at = hold.at.minutes(story.scribe.dice.between(2, 600));
    let (from, agent): (&str, &Agent) = (&hold.thief.address, &hold.thief.agent);
    let session = with_web_identity(at, (host, "deploy"), (&role, "deploy"), (from, agent), &mut story.scribe);
    story.scribe.call(at.plus(4), &session, ("sts", "GetCallerIdentity"), Value::Null);
    Some(())
}

/// A certificate authority of the thief's own vouches for machines outside.
fn roles_anywhere(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    let account = hold.account().clone();
    story.title = format!("{} lets a certificate authority of a thief's own vouch for machines outside", hold.whose);
    let caller = hold.caller.clone();
    let role = Role::new(&account, "onprem-agents");
    let place = format!("arn:aws:rolesanywhere:{}:{}", account.region, account.id);
    let (anchor, profile) = (story.scribe.dice.uuid(), story.scribe.dice.uuid());
    let (anchor_arn, profile_arn) = (format!("{place}:trust-anchor/{anchor}"), format!("{place}:profile/{profile}"));
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIDpTCCAo2gAwIBAgIUQ\n-----END CERTIFICATE-----";
    let source = json!({ "sourceType": "CERTIFICATE_BUNDLE", "sourceData": { "x509CertificateData": certificate } });
    let asked = json!({ "enabled": true, "name": "onprem", "source": source });
    let answer = json!({ "trustAnchor": { "name": "onprem", "enabled": true, "trustAnchorId": anchor, "trustAnchorArn": anchor_arn } });
    let at = hold.pause(&mut story.scribe);
    story.telling("a certificate authority is trusted by hand", |scribe| {
        scribe.answered(at, &caller, ("rolesanywhere", "CreateTrustAnchor"), (asked, answer));
    });
    let at = hold.pause(&mut story.scribe);
    let trust = trusting(r#"{"Service":"rolesanywhere.amazonaws.com"}"#, "sts:AssumeRole");
    create_role(at, &caller, (&role, &trust), &mut story.scribe);
    attach_to_role(at.plus(3), &caller, (&role, "AdministratorAccess"), &mut story.scribe);
    let at = hold.pause(&mut story.scribe).plus(3);
    let asked = json!({ "durationSeconds": 3_600, "enabled": true, "name": "onprem", "roleArns": [role.arn()] });
    let answer = json!({ "profile": { "name": "onprem", "enabled": true, "profileId": profile, "profileArn": profile_arn, "roleArns": [role.arn()] } });
    story.scribe.answered(at, &caller, ("rolesanywhere", "CreateProfile"), (asked, answer));
    vouched(&hold, (&role, &anchor_arn, &profile_arn), story);
    Some(())
}

/// A machine of the thief's gets a session with its certificate.
fn vouched(hold: &Foothold, (role, anchor, profile): (&Role, &str, &str), story: &mut Story) {
    let serial = story.scribe.dice.hex(32);
    let (at, session) = later_session(hold, (role, &serial), story);
    let identity = json!({ "type": "Unknown", "principalId": "", "arn": "", "accountId": "", "accessKeyId": "" });
    let machine = Caller::new(
        hold.account(),
        identity,
        &hold.thief.address,
        Agent::program("CredHelper/1.7.1 (go1.24.4; linux; amd64)"),
    );
    let asked = json!({ "durationSeconds": 3_600, "roleArn": role.arn(), "trustAnchorArn": anchor, "profileArn": profile, "cert": "MIIDpTCC" });
    let given = json!({
        "assumedRoleUser": { "arn": role.session_arn(&serial), "assumedRoleId": format!("{}:{serial}", role.id) },
        "credentials": { "accessKeyId": session.tells("accessKeyId"), "secretAccessKey": "HIDDEN_DUE_TO_SECURITY_REASONS" },
        "roleArn": role.arn(),
        "sourceIdentity": "CN=agent-1",
    });
    let subject = format!(
        "arn:aws:rolesanywhere:{}:{}:subject/{}",
        role.account.region,
        role.account.id,
        story.scribe.dice.uuid()
    );
    let answer = json!({ "credentialSet": [given], "subjectArn": subject });
    by_service(at, "rolesanywhere.amazonaws.com", (role, &serial), &session, &mut story.scribe);
    story.scribe.answered(at, &machine, ("rolesanywhere", "CreateSession"), (asked, answer));
    story.scribe.call(at.plus(9), &session, ("secretsmanager", "ListSecrets"), json!({ "maxResults": 100 }));
}
