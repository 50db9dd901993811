//! What happens once a quarter or once a year: certificates, trusts, vendors, and root for a bill.

use serde_json::{Value, json};

use super::access;
use crate::{
    record::{Actor, Caller, Scribe, console_login, root_login},
    world::{Access, Account, Moment, Person, Profile, Purpose, Role, Size, Team, User, World},
};

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// The certificate of the identity provider runs out.
    SamlCertificate,
    /// Somebody must pay a bill as root.
    RootForBilling,
    /// A new permission set.
    PermissionSet,
    /// Somebody may do something new.
    Assignment,
    /// The user for the day single sign-on is down is tried out.
    BreakGlass,
    /// A server certificate is renewed.
    ServerCertificate,
    /// A partner gets a trust by an update of a role.
    TrustUpdated,
    /// A key's policy is changed for a backup.
    KeyPolicy,
}

/// What is due in `world`, and when.
pub(super) fn actors(world: &World) -> Vec<Box<dyn Actor>> {
    const ALL: [(Due, i64); 8] = [
        (Due::SamlCertificate, 35),
        (Due::RootForBilling, 35),
        (Due::PermissionSet, 40),
        (Due::Assignment, 90),
        (Due::BreakGlass, 30),
        (Due::ServerCertificate, 30),
        (Due::TrustUpdated, 50),
        (Due::KeyPolicy, 40),
    ];
    let mut dice = world.dice("due");
    let mut actors: Vec<Box<dyn Actor>> = Vec::new();
    let times = if world.size == Size::Large { 3 } else { 1 };
    for turn in 0..times {
        for (due, percent) in ALL {
            let day = world.workday(dice.between(1, world.days - 2));
            if dice.chance(percent) && applies(due, world, turn) {
                actors.push(Box::new(Once { due, day, turn }));
            }
        }
    }
    actors
}

/// Whether `due` makes sense there.
fn applies(due: Due, world: &World, turn: i64) -> bool {
    let portal = matches!(world.profile, Profile::SingleSignOn | Profile::Platform | Profile::Remote);
    match due {
        Due::SamlCertificate => world.profile == Profile::Federated,
        Due::PermissionSet | Due::Assignment => portal,
        Due::RootForBilling | Due::BreakGlass => turn == 0,
        _ => true,
    }
}

/// Something that happens once.
struct Once {
    due: Due,
    day: i64,
    turn: i64,
}

impl Actor for Once {
    fn name(&self) -> String {
        format!("{:?} {}", self.due, self.turn)
    }

    fn live(&mut self, world: &World, day: i64, scribe: &mut Scribe) {
        if day != self.day {
            return;
        }
        let at = access::office_hours(world, day, scribe);
        let (kind, title) = told(self.due);
        scribe.oddity(kind, title, |scribe| happen(world, self.due, at, scribe));
    }
}

const fn told(due: Due) -> (&'static str, &'static str) {
    match due {
        Due::SamlCertificate => ("saml-certificate", "the certificate of the identity provider is renewed"),
        Due::RootForBilling => ("root-for-billing", "root signs in with a second factor to change the payment method"),
        Due::PermissionSet => ("permission-set", "a new permission set is made"),
        Due::Assignment => ("assignment", "somebody is assigned another account"),
        Due::BreakGlass => ("break-glass", "the emergency user is tried out"),
        Due::ServerCertificate => ("server-certificate", "a server certificate is renewed"),
        Due::TrustUpdated => ("trust-updated", "a role's trust is changed for another service of the company"),
        Due::KeyPolicy => ("key-policy", "a key's policy is changed for the backup"),
    }
}

fn happen(world: &World, due: Due, at: Moment, scribe: &mut Scribe) {
    if matches!(due, Due::RootForBilling | Due::BreakGlass) {
        asleep(world, due, at, scribe);
        return;
    }
    let central = matches!(due, Due::PermissionSet | Due::Assignment | Due::SamlCertificate);
    let accounts = world.of(Purpose::Production);
    let account =
        if central { world.management() } else { scribe.dice.choose(&accounts).copied().unwrap_or(world.management()) };
    let Some(host) = access::administrator(world, account, at, scribe) else { return };
    match due {
        Due::PermissionSet | Due::Assignment => single_sign_on(world, due, (at, &host), scribe),
        Due::SamlCertificate => saml(world, at, scribe),
        _ => change(world, due, (at, &host), scribe),
    }
}

/// Root pays a bill, or the emergency user is tried out: what otherwise sleeps signs in, and is gone.
fn asleep(world: &World, due: Due, at: Moment, scribe: &mut Scribe) {
    let Some(person) = access::someone(world, at, scribe, |person| person.team == Team::Platform) else { return };
    let day = world.day_of(at);
    let place = person.place(world, day, at);
    let from = (place.address.as_str(), person.browser(day));
    if due == Due::BreakGlass {
        let mut user = User::new(access::production(world), "emergency-admin");
        user.mfa = true;
        let session = console_login(at, &user, from, scribe);
        scribe.call(at.plus(30), &session, ("iam", "GetAccountSummary"), Value::Null);
        scribe.call(at.plus(60), &session, ("sts", "GetCallerIdentity"), Value::Null);
        return;
    }
    let session = root_login(at, world.management(), from, true, scribe);
    scribe.call(at.plus(40), &session, ("billingconsole", "GetBillingAddress"), Value::Null);
    scribe.call(at.plus(90), &session, ("payments", "ListPaymentInstruments"), Value::Null);
    scribe.call(at.plus(200), &session, ("payments", "UpdatePaymentPreferences"), Value::Null);
}

/// The new certificate goes into every account.
fn saml(world: &World, at: Moment, scribe: &mut Scribe) {
    for (account, turn) in world.accounts.iter().zip(0..) {
        let at = at.minutes(turn * 4);
        let Some(host) = access::administrator(world, account, at, scribe) else { continue };
        let arn = format!("arn:aws:iam::{}:saml-provider/corp-idp", account.id);
        let asked = json!({ "sAMLProviderArn": arn, "sAMLMetadataDocument": "<md:EntityDescriptor/>" });
        let answer = json!({ "sAMLProviderArn": arn });
        scribe.answered(at.plus(20), &host, ("iam", "UpdateSAMLProvider"), (asked, answer));
    }
}

fn single_sign_on(world: &World, due: Due, (at, host): (Moment, &Caller), scribe: &mut Scribe) {
    let host = host.clone().in_region(world.home);
    let instance = format!("arn:aws:sso:::instance/ssoins-{}", world.dice("instance").hex(16));
    let set = format!("arn:aws:sso:::permissionSet/{}/ps-{}", instance, scribe.dice.hex(16));
    if due == Due::PermissionSet {
        let asked = json!({ "instanceArn": instance, "name": "IncidentAccess", "sessionDuration": "PT4H" });
        let answer = json!({ "permissionSet": { "permissionSetArn": set, "name": "IncidentAccess" } });
        scribe.answered(at, &host, ("sso", "CreatePermissionSet"), (asked, answer));
        let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let asked = json!({ "instanceArn": instance, "permissionSetArn": set, "managedPolicyArn": policy });
        scribe.call(at.plus(50), &host, ("sso", "AttachManagedPolicyToPermissionSet"), asked);
    }
    let able: Vec<&Person> = world.people.iter().filter(|person| matches!(person.access, Access::Portal)).collect();
    let Some(person) = scribe.dice.choose(&able).copied() else { return };
    let accounts: Vec<&Account> = world.accounts.iter().collect();
    let Some(account) = scribe.dice.choose(&accounts).copied() else { return };
    let asked = json!({
        "instanceArn": instance,
        "permissionSetArn": set,
        "principalType": "USER",
        "principalId": person.user_id(),
        "targetId": &*account.id,
        "targetType": "AWS_ACCOUNT",
    });
    scribe.call(at.plus(120), &host, ("sso", "CreateAccountAssignment"), asked);
}

fn change(world: &World, due: Due, (at, host): (Moment, &Caller), scribe: &mut Scribe) {
    let account = &host.account;
    match due {
        Due::ServerCertificate => {
            let name = format!("www-{}", world.day_of(at));
            let asked = json!({ "serverCertificateName": name, "certificateBody": "-----BEGIN CERTIFICATE-----" });
            scribe.call(at, host, ("iam", "UploadServerCertificate"), asked);
        }
        Due::TrustUpdated => trust_updated(world, (at, host), scribe),
        _ => {
            let asked = json!({ "keyId": crate::world::store_key(account), "policyName": "default", "policy": "{}" });
            scribe.call(at, host, ("kms", "PutKeyPolicy"), asked);
        }
    }
}

/// A role of one of the workloads may from now on be assumed by another of the same account.
fn trust_updated(world: &World, (at, host): (Moment, &Caller), scribe: &mut Scribe) {
    let of: Vec<&Role> =
        world.workloads.iter().map(|workload| &workload.role).filter(|role| role.account == host.account).collect();
    let two = scribe.dice.some(&of, 2);
    let [role, friend] = two.as_slice() else { return };
    let trust = format!(
        "{{\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{{\"AWS\":\"{}\"}}}}]}}",
        friend.arn()
    );
    let asked = json!({ "roleName": &*role.name, "policyDocument": trust });
    scribe.call(at, host, ("iam", "UpdateAssumeRolePolicy"), asked);
}
