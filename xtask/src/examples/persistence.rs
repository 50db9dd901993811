//! The second half of the attack: the intruder is in, and makes sure of coming back.

use serde_json::{Value, json};

use super::{
    agents,
    attack::{borrowed, console_login},
    calendar::Moment,
    caller::{Agent, Caller},
    organization::{Account, OUTSIDE_ACCOUNT, Role, mail_relay},
    pages,
    scribe::Scribe,
    steps,
    store::{self, Secret},
    sts, workday,
};

/// Another rented server (Vultr), from which what was won is used.
const SECOND_SERVER: &str = "45.76.85.203";
/// Saturday morning, two minutes after the door opened.
const START: Moment = Moment::on(13, 3, 18).plus(9);

/// A key, a password, a policy, a trust, and an attempt on the trail.
pub(super) fn persist(admin: &Caller, scribe: &mut Scribe) {
    scribe.during(&steps::LOOKING_AROUND, |scribe| {
        workday::look(START, admin, pages::IDENTITIES, scribe);
        let asked = json!({ "userName": borrowed().name });
        scribe.call(START.plus(95), admin, ("iam", "ListAccessKeys"), asked);
    });
    let key = make_key(START.plus(212), admin, scribe);
    use_key(START.plus(212 + 243), &key, scribe);
    give_password(START.plus(671), admin, scribe);
    grant(START.plus(802), admin, scribe);
    let role = open_trust(START.plus(1_093), admin, scribe);
    blind(START.plus(1_264), &key, scribe);
    come_back(START.plus(1_571), &role, scribe);
}

/// A key for the backup user; what it makes its holder is the caller returned.
fn make_key(at: Moment, admin: &Caller, scribe: &mut Scribe) -> Caller {
    let user = borrowed();
    let key = scribe.dice.access_key("AKIA", user.account);
    let answer = json!({ "accessKey": {
        "accessKeyId": key,
        "status": "Active",
        "userName": user.name,
        "createDate": at.spoken(),
    } });
    let record = scribe.record(at, admin, ("iam", "CreateAccessKey"));
    let record = record.asking(json!({ "userName": user.name })).answered(answer);
    scribe.during(&steps::KEY_FOR_ANOTHER, |scribe| scribe.write(record));
    let agent = Agent::CommandLine(agents::CLI_DEBIAN);
    Caller::new(user.account, user.identity(&key), SECOND_SERVER, agent)
}

fn use_key(at: Moment, key: &Caller, scribe: &mut Scribe) {
    scribe.during(&steps::KEY_USED, |scribe| {
        scribe.call(at, key, ("sts", "GetCallerIdentity"), Value::Null);
        let asked = json!({ "Host": "s3.eu-central-1.amazonaws.com" });
        scribe.call(at.plus(77), key, ("s3", "ListBuckets"), asked);
    });
}

fn give_password(at: Moment, admin: &Caller, scribe: &mut Scribe) {
    let name = mail_relay().name;
    let profile = json!({ "userName": name, "createDate": at.spoken(), "passwordResetRequired": false });
    let record = scribe
        .record(at, admin, ("iam", "CreateLoginProfile"))
        .asking(json!({ "userName": name, "passwordResetRequired": false }))
        .answered(json!({ "loginProfile": profile }));
    scribe.during(&steps::PASSWORD_FOR_ANOTHER, |scribe| scribe.write(record));
}

fn grant(at: Moment, admin: &Caller, scribe: &mut Scribe) {
    let policy = "arn:aws:iam::aws:policy/AdministratorAccess";
    let asked = json!({ "userName": borrowed().name, "policyArn": policy });
    scribe.during(&steps::PRIVILEGE, |scribe| {
        scribe.call(at, admin, ("iam", "AttachUserPolicy"), asked);
    });
}

fn open_trust(at: Moment, admin: &Caller, scribe: &mut Scribe) -> Role {
    let role = Role::new(Account::Production, "prod-report-export");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Principal": { "Service": "ecs-tasks.amazonaws.com" }, "Action": "sts:AssumeRole" },
            { "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{OUTSIDE_ACCOUNT}:root") }, "Action": "sts:AssumeRole" },
        ],
    });
    let asked = json!({ "roleName": role.name(), "policyDocument": trust.to_string() });
    scribe.during(&steps::TRUST_OPENED, |scribe| {
        scribe.call(at, admin, ("iam", "UpdateAssumeRolePolicy"), asked);
    });
    role
}

/// The trail belongs to the management account, and a service control policy guards it.
fn blind(at: Moment, key: &Caller, scribe: &mut Scribe) {
    let trail = format!("arn:aws:cloudtrail:eu-central-1:{}:trail/kranich-org-trail", Account::Management.id());
    let message = format!(
        "User: {} is not authorized to perform: cloudtrail:StopLogging on resource: {trail} with an explicit deny \
         in a service control policy",
        key.tells("arn"),
    );
    let record = scribe.record(at, key, ("cloudtrail", "StopLogging"));
    scribe.during(&steps::BLINDING, |scribe| {
        scribe.write(record.refused("AccessDenied", message));
    });
}

/// From outside, with the role whose trust was opened; and at the console's door, with the new password.
fn come_back(at: Moment, role: &Role, scribe: &mut Scribe) {
    let agent = Agent::CommandLine(agents::CLI_DEBIAN);
    let identity = sts::outsider(OUTSIDE_ACCOUNT, "AIDAYCWTO37HGR2KXNV5Q");
    let outside = Caller::new(Account::Production, identity, SECOND_SERVER, agent.clone());
    scribe.during(&steps::WAY_BACK, |scribe| {
        let session = Caller::session(role, "export", at, &mut scribe.dice).from(SECOND_SERVER, agent);
        let shared = scribe.dice.uuid();
        let record = scribe.record(at, &outside, ("sts", "AssumeRole"));
        scribe.write(
            sts::assumption(record, &sts::Taken(role, "export", 1), &session).with("sharedEventID", shared.into()),
        );
        for (name, later) in [("payments/adyen", 64), ("payments/ledger-signing", 81)] {
            store::read(at.plus(later), &session, &Secret::new(Account::Production, name), scribe);
        }
        let login = console_login(at.minutes(22), &mail_relay(), true, scribe);
        scribe.write(login);
    });
}
