//! The access portal: people sign in to Identity Center, and take roles from it.

use serde_json::{Map, Value, json};

use super::{Caller, Scribe, sts};
use crate::world::{Agent, Grant, Moment, Person, Role, SSO_INTERNAL, World};

/// Somebody at the portal as `person`, at an address, with a browser.
#[derive(Debug)]
pub(crate) struct Visitor<'a> {
    world: &'a World,
    person: &'a Person,
    browser: Caller,
}

impl<'a> Visitor<'a> {
    /// `person`, or whoever says to be them, at `address` with `browser`.
    pub(crate) fn new(
        world: &'a World,
        person: &'a Person,
        (address, browser): (&str, Agent),
        scribe: &mut Scribe,
    ) -> Self {
        let management = world.management();
        let store = format!("arn:aws:identitystore::{}:identitystore/{}", management.id, world.directory);
        let identity = json!({
            "type": "IdentityCenterUser",
            "accountId": &*management.id,
            "onBehalfOf": { "userId": person.user_id(), "identityStoreArn": store },
            "credentialId": scribe.dice.uuid(),
        });
        let browser = Caller::new(management, identity, address, browser).in_region(world.home);
        Self { world, person, browser }
    }

    /// Signs in with a password, after so many `typos`, and a second factor; tells when they were through.
    ///
    /// Where the company has an identity provider of its own, AWS sees only that it let them in.
    pub(crate) fn sign_in(&self, at: Moment, typos: i64, scribe: &mut Scribe) -> Moment {
        let workflow = scribe.dice.uuid();
        if self.world.external_idp {
            self.tell(at, ("ExternalIdPDirectoryLogin", "Success"), (&workflow, "EXTERNAL_IDP"), scribe);
            self.tell(at.plus(1), ("UserAuthentication", "Success"), (&workflow, "EXTERNAL_IDP"), scribe);
            return at.plus(1);
        }
        let mut now = self.guess(at, typos, &workflow, scribe);
        now = now.plus(scribe.dice.between(5, 12));
        self.tell(now, ("CredentialVerification", "Success"), (&workflow, "PASSWORD"), scribe);
        self.tell(now, ("CredentialChallenge", "Success"), (&workflow, "TOTP"), scribe);
        now = now.plus(scribe.dice.between(6, 15));
        self.tell(now, ("CredentialVerification", "Success"), (&workflow, "TOTP"), scribe);
        self.tell(now, ("UserAuthentication", "Success"), (&workflow, "PASSWORD,TOTP"), scribe);
        let record = scribe.record(now.plus(1), &self.browser, ("sso", "Authenticate")).service_event(Value::Null);
        scribe.write(record);
        now
    }

    /// Gets the password wrong so many times; tells when the last try was over.
    pub(crate) fn fail(&self, at: Moment, times: i64, scribe: &mut Scribe) -> Moment {
        let workflow = scribe.dice.uuid();
        self.guess(at, times, &workflow, scribe)
    }

    fn guess(&self, at: Moment, times: i64, workflow: &str, scribe: &mut Scribe) -> Moment {
        let mut now = at;
        self.tell(now, ("CredentialChallenge", "Success"), (workflow, "PASSWORD"), scribe);
        for _ in 0..times {
            now = now.plus(scribe.dice.between(6, 14));
            self.tell(now, ("CredentialVerification", "Failure"), (workflow, "PASSWORD"), scribe);
            self.tell(now, ("UserAuthentication", "Failure"), (workflow, "PASSWORD"), scribe);
            now = now.plus(scribe.dice.between(3, 9));
            self.tell(now, ("CredentialChallenge", "Success"), (workflow, "PASSWORD"), scribe);
        }
        now
    }

    /// One step of a sign-in: what happened and how it went, in which workflow, with which credential.
    pub(crate) fn tell(
        &self,
        at: Moment,
        (event, outcome): (&str, &str),
        (workflow, kind): (&str, &str),
        scribe: &mut Scribe,
    ) {
        let mut data = Map::new();
        data.insert("AuthWorkflowID".into(), workflow.into());
        data.insert("CredentialType".into(), kind.into());
        data.insert("UserName".into(), self.person.mail().into());
        if event == "UserAuthentication" {
            let portal = format!("https://{}.awsapps.com/start/", self.world.directory);
            data.insert("LoginTo".into(), portal.into());
        }
        let record = scribe.record(at, &self.browser, ("signin", event)).service_event(json!({ event: outcome }));
        scribe.write(record.with("additionalEventData", data.into()));
    }

    /// Chooses something about the own sign-in: `UpdatePassword`, `CompleteVirtualMfaDeviceRegistration`.
    pub(crate) fn choose(&self, at: Moment, choice: &str, scribe: &mut Scribe) {
        let asked = json!({ "identityStoreId": &self.world.directory, "userId": self.person.user_id() });
        scribe.call(at, &self.browser, ("sso-directory", choice), asked);
    }

    /// Opens the console of an account in a fresh session.
    pub(crate) fn console(&self, at: Moment, grant: &Grant, scribe: &mut Scribe) -> Caller {
        let session = self.fresh(at, grant, scribe).in_console();
        self.open(at, grant, &session, scribe);
        session
    }

    /// Fetches credentials of an account for the program `agent`, in a fresh session.
    pub(crate) fn command_line(&self, at: Moment, grant: &Grant, agent: Agent, scribe: &mut Scribe) -> Caller {
        let session = self.fresh(at, grant, scribe);
        let session = session.from(&self.browser.address, agent);
        self.open(at, grant, &session, scribe);
        session
    }

    fn fresh(&self, at: Moment, grant: &Grant, scribe: &mut Scribe) -> Caller {
        let role = Role::reserved(&grant.account, grant.set, self.world.home);
        Caller::session(&role, &self.person.mail(), at, &mut scribe.dice)
            .from(&self.browser.address, self.browser.agent.clone())
    }

    /// Writes how `session`, already known, is taken from the portal: for the console or for a program.
    pub(crate) fn open(&self, at: Moment, grant: &Grant, session: &Caller, scribe: &mut Scribe) {
        let details = json!({ "role_name": grant.set, "account_id": &*grant.account.id });
        let asking = self.browser.clone().from(&self.browser.address, session.agent.clone());
        let event = if session.console { "Federate" } else { "GetRoleCredentials" };
        let record = scribe.record(at, &asking, ("sso", event)).service_event(details);
        scribe.write(record.with("readOnly", (!session.console).into()));
        let role = Role::reserved(&grant.account, grant.set, self.world.home);
        let provider = format!("AWSSSO_{}_DO_NOT_DELETE", self.world.id.trim_start_matches("o-"));
        let mut taken = session.clone();
        taken.agent = Agent::program(SSO_INTERNAL);
        sts::with_saml(at.plus(1), (&provider, &self.person.mail()), (&role, &taken), scribe);
        if session.console {
            let mut asking = session.clone();
            asking.agent = Agent::program("Jersey/${project.version} (HttpUrlConnection 17.0.12)");
            asking.console = false;
            let answer = json!({
                "credentials": { "accessKeyId": session.tells("accessKeyId") },
                "GetSigninToken": "Success",
            });
            let record = scribe.record(at.plus(1), &asking, ("signin", "GetSigninToken")).answered(answer);
            let data = json!({ "MobileVersion": "No", "MFAUsed": "No" });
            let record = record.with("additionalEventData", data).with("eventType", "AwsConsoleSignIn".into());
            scribe.write(record.without("requestID"));
            enter_console(at.plus(2), session, scribe);
        }
    }

    /// Signs a command line in with a device code; tells when it was through.
    pub(crate) fn device(&self, at: Moment, agent: &Agent, scribe: &mut Scribe) -> Moment {
        let mut program = self.browser.clone();
        program.agent = agent.clone();
        let stranger = json!({ "type": "Unknown", "principalId": "", "accountId": "", "userName": "" });
        program.identity = stranger;
        let portal = format!("https://{}.awsapps.com/start", self.world.directory);
        let asked = json!({ "clientId": scribe.dice.alphanumeric(22), "startUrl": portal });
        scribe.call(at, &program, ("sso", "StartDeviceAuthorization"), asked);
        let now = at.plus(scribe.dice.between(12, 40));
        program.identity = self.browser.identity.clone();
        let asked = json!({ "grantType": "urn:ietf:params:oauth:grant-type:device_code", "clientId": "HIDDEN_DUE_TO_SECURITY_REASONS" });
        scribe.call(now, &program, ("sso", "CreateToken"), asked);
        now.plus(2)
    }
}

/// The console's own entry for a session that came by a role.
pub(crate) fn enter_console(at: Moment, session: &Caller, scribe: &mut Scribe) {
    let mut entering = session.clone();
    entering.put("accessKeyId", "".into());
    entering.console = false;
    let login = scribe
        .record(at, &entering, ("signin", "ConsoleLogin"))
        .answered(json!({ "ConsoleLogin": "Success" }))
        .with("additionalEventData", json!({ "MobileVersion": "No", "MFAUsed": "No" }))
        .with("eventType", "AwsConsoleSignIn".into())
        .with("requestParameters", Value::Null)
        .without("requestID");
    scribe.write(login);
}
