//! Roles assumed: by services, by other roles, and from one account into another.

use serde_json::{Value, json};

use super::{
    calendar::Moment,
    caller::Caller,
    organization::{Account, Role},
    record::Record,
    scribe::Scribe,
};

/// A session taken: of which role, under which name, for how many hours.
pub(super) struct Taken<'a>(pub(super) &'a Role, pub(super) &'a str, pub(super) i64);

/// `host` assumes `role` for a workload, which then calls as the returned caller.
pub(super) fn by_service(at: Moment, host: &'static str, (role, name): (&Role, &str), scribe: &mut Scribe) -> Caller {
    let session = Caller::session(role, name, at, &mut scribe.dice);
    let service = Caller::service(role.account, host);
    let shared = scribe.dice.uuid();
    let record = scribe.record(at, &service, ("sts", "AssumeRole"));
    let hours = if host == "lambda.amazonaws.com" { 12 } else { 6 };
    let record = assumption(record, &Taken(role, name, hours), &session).with("sharedEventID", shared.into());
    scribe.write(record);
    session
}

/// `caller` assumes `role`; if the role lives elsewhere, both accounts log it.
pub(super) fn by_caller(at: Moment, caller: &Caller, (role, name): (&Role, &str), scribe: &mut Scribe) -> Caller {
    let session = Caller::session(role, name, at, &mut scribe.dice).from(&caller.address, caller.agent.clone());
    let record = scribe.record(at, caller, ("sts", "AssumeRole"));
    let mut record = assumption(record, &Taken(role, name, 1), &session);
    if role.account != caller.account {
        record = record.with("sharedEventID", scribe.dice.uuid().into());
        let stranger = outsider(caller.account.id(), caller.tells("principalId"));
        let twin = record.twin(role.account, stranger, &mut scribe.dice);
        scribe.write(twin);
    }
    scribe.write(record);
    session
}

/// How a caller appears in the log of an account it does not belong to.
pub(super) fn outsider(account: &str, principal: &str) -> Value {
    json!({ "type": "AWSAccount", "principalId": principal, "accountId": account })
}

/// Completes the record of a call that gave `session`.
pub(super) fn assumption(record: Record, taken: &Taken<'_>, session: &Caller) -> Record {
    let Taken(role, name, hours) = *taken;
    let answer = json!({
        "credentials": credentials(session, record.at.minutes(60 * hours)),
        "assumedRoleUser": {
            "assumedRoleId": format!("{}:{name}", role.id),
            "arn": role.session_arn(name),
        },
    });
    let asked = json!({ "roleArn": role.arn(), "roleSessionName": name, "durationSeconds": 3600 * hours });
    let arn = role.arn();
    let resource = json!([{ "accountId": role.account.id(), "type": "AWS::IAM::Role", "ARN": arn }]);
    record.asking(asked).answered(answer).with("resources", resource)
}

/// The credentials an issuing call answers with; the token itself is left out.
fn credentials(session: &Caller, until: Moment) -> Value {
    json!({
        "accessKeyId": session.tells("accessKeyId"),
        "sessionToken": "<encoded session token blob>",
        "expiration": until.spoken(),
    })
}

/// A session an instance, a task or a function holds, told apart by how it got its credentials.
pub(super) fn in_scope(caller: &mut Caller, kind: &str, of: &str, account: Account) {
    let arn = match kind {
        "AWS::Lambda::Function" => {
            format!("arn:aws:lambda:eu-central-1:{}:function:{of}", account.id())
        }
        _ => format!("arn:aws:ec2:eu-central-1:{}:instance/{of}", account.id()),
    };
    caller.put("inScopeOf", json!({ "issuerType": kind, "credentialsIssuedTo": arn }));
}
