//! Roles assumed: by services, by other roles, with tokens, and from one account into another.

use serde_json::{Value, json};

use super::{Caller, Record, Scribe};
use crate::world::{Account, Moment, Role};

/// A role and the name its session is given.
type Named<'a> = (&'a Role, &'a str);

/// `host` hands `session`, already known, to a workload that runs as `role`.
pub(crate) fn by_service(at: Moment, host: &str, (role, name): Named<'_>, session: &Caller, scribe: &mut Scribe) {
    let service = Caller::service(&role.account, host);
    let shared = scribe.dice.uuid();
    let hours = if host == "lambda.amazonaws.com" { 12 } else { 6 };
    let record = scribe.record(at, &service, ("sts", "AssumeRole"));
    scribe.write(assumption(record, (role, name), hours, session).with("sharedEventID", shared.into()));
}

/// `caller` assumes `role`; if the role lives elsewhere, both accounts log it. The session calls from the same place.
pub(crate) fn assume(at: Moment, caller: &Caller, (role, name): Named<'_>, scribe: &mut Scribe) -> Caller {
    let mut session = Caller::session(role, name, at, &mut scribe.dice).from(&caller.address, caller.agent.clone());
    session.console = caller.console;
    assumed(at, caller, (role, name), &session, scribe);
    session
}

/// Writes how `caller` took `session`, already known.
pub(crate) fn assumed(at: Moment, caller: &Caller, (role, name): Named<'_>, session: &Caller, scribe: &mut Scribe) {
    let record = scribe.record(at, caller, ("sts", "AssumeRole"));
    let mut record = assumption(record, (role, name), 1, session);
    if role.account != caller.account {
        record = record.with("sharedEventID", scribe.dice.uuid().into());
        let stranger = outsider(&caller.account, caller.tells("principalId"));
        let twin = record.twin(&role.account, stranger, &mut scribe.dice);
        scribe.write(twin);
    }
    scribe.write(record);
}

/// Somebody of `stranger`, an account outside, assumes our `role` with an external id; only our log shows it.
pub(crate) fn assume_from_outside(
    at: Moment,
    stranger: &Caller,
    (role, name): Named<'_>,
    external_id: Option<&str>,
    scribe: &mut Scribe,
) -> Caller {
    let session = Caller::session(role, name, at, &mut scribe.dice).from(&stranger.address, stranger.agent.clone());
    let identity = outsider(&stranger.account, stranger.tells("principalId"));
    let mut seen = Caller::new(&role.account, identity, &stranger.address, stranger.agent.clone());
    seen.region = stranger.region;
    let record = scribe.record(at, &seen, ("sts", "AssumeRole"));
    let mut asked = json!({ "roleArn": role.arn(), "roleSessionName": name, "durationSeconds": 3600 });
    if let (Some(id), Some(fields)) = (external_id, asked.as_object_mut()) {
        fields.insert("externalId".into(), id.into());
    }
    let shared = scribe.dice.uuid();
    let record = assumption(record, (role, name), 1, &session).asking(asked).with("sharedEventID", shared.into());
    scribe.write(record);
    session
}

/// Somebody with a token of `provider` (`token.actions.githubusercontent.com`) for `subject` takes `role`.
pub(crate) fn with_web_identity(
    at: Moment,
    (provider, subject): (&str, &str),
    (role, name): Named<'_>,
    from: (&str, &crate::world::Agent),
    scribe: &mut Scribe,
) -> Caller {
    let session = Caller::session(role, name, at, &mut scribe.dice).from(from.0, from.1.clone());
    web_identity_session(at, (provider, subject), (role, name), &session, scribe);
    with_token(session, &role.account, provider)
}

/// Writes how `session`, already known, was taken with a token.
pub(crate) fn web_identity_session(
    at: Moment,
    (provider, subject): (&str, &str),
    (role, name): Named<'_>,
    session: &Caller,
    scribe: &mut Scribe,
) {
    let arn = format!("arn:aws:iam::{}:oidc-provider/{provider}", role.account.id);
    let audience = "sts.amazonaws.com";
    let identity = json!({
        "type": "WebIdentityUser",
        "principalId": format!("{arn}:{audience}:{subject}"),
        "userName": subject,
        "identityProvider": arn,
    });
    let mut asserted = Caller::new(&role.account, identity, &session.address, session.agent.clone());
    asserted.endpoint.clone_from(&session.endpoint);
    let record = scribe.record(at, &asserted, ("sts", "AssumeRoleWithWebIdentity"));
    let mut answer = given((role, name), 1, session, at);
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("subjectFromWebIdentityToken".into(), subject.into());
        fields.insert("audience".into(), audience.into());
        fields.insert("provider".into(), arn.into());
    }
    scribe.write(assumption(record, (role, name), 1, session).answered(answer));
}

/// Marks a session as one given for a token of `provider`.
pub(crate) fn with_token(mut session: Caller, account: &Account, provider: &str) -> Caller {
    let arn = format!("arn:aws:iam::{}:oidc-provider/{provider}", account.id);
    session.put_in_session("webIdFederationData", json!({ "federatedProvider": arn, "attributes": {} }));
    session
}

/// Writes how `session`, already known, was taken with an assertion of the identity provider `provider`.
pub(crate) fn with_saml(
    at: Moment,
    (provider, mail): (&str, &str),
    (role, session): (&Role, &Caller),
    scribe: &mut Scribe,
) {
    let identity = json!({
        "type": "SAMLUser",
        "principalId": format!("{provider}:{mail}"),
        "userName": mail,
        "identityProvider": provider,
    });
    let asserted = Caller::new(&role.account, identity, &session.address, session.agent.clone());
    let asked = json!({
        "sAMLAssertionID": format!("_{}", scribe.dice.uuid()),
        "roleSessionName": mail,
        "durationSeconds": 28_800,
        "roleArn": role.arn(),
        "principalArn": format!("arn:aws:iam::{}:saml-provider/{provider}", role.account.id),
    });
    let record = scribe.record(at, &asserted, ("sts", "AssumeRoleWithSAML"));
    scribe.write(assumption(record, (role, mail), 8, session).asking(asked));
}

/// How a caller appears in the log of an account it does not belong to.
pub(crate) fn outsider(account: &Account, principal: &str) -> Value {
    json!({ "type": "AWSAccount", "principalId": principal, "accountId": &*account.id })
}

/// Completes the record of a call that gave `session` for so many hours.
fn assumption(record: Record, (role, name): Named<'_>, hours: i64, session: &Caller) -> Record {
    let asked = json!({ "roleArn": role.arn(), "roleSessionName": name, "durationSeconds": 3600 * hours });
    let resource = json!([{ "accountId": &*role.account.id, "type": "AWS::IAM::Role", "ARN": role.arn() }]);
    let at = record.at;
    record.asking(asked).answered(given((role, name), hours, session, at)).with("resources", resource)
}

/// What such a call answers; the token itself is left out.
fn given((role, name): Named<'_>, hours: i64, session: &Caller, at: Moment) -> Value {
    json!({
        "credentials": {
            "accessKeyId": session.tells("accessKeyId"),
            "sessionToken": "<encoded session token blob>",
            "expiration": at.hours(hours).spoken(),
        },
        "assumedRoleUser": { "assumedRoleId": format!("{}:{name}", role.id), "arn": role.session_arn(name) },
    })
}
