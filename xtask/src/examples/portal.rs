//! The access portal: people sign in to Identity Center, and take roles from it.

use serde_json::{Map, json};

use super::{
    agents,
    calendar::Moment,
    caller::{Agent, Caller},
    organization::{Account, IDENTITY_STORE, ORGANIZATION, Role},
    people::{Grant, Person},
    scribe::Scribe,
    sts,
};

/// A person at the portal, at a place.
pub(super) struct Visitor {
    pub(super) person: &'static Person,
    pub(super) address: String,
    browser: Caller,
}

impl Visitor {
    pub(super) fn new(person: &'static Person, address: String, scribe: &mut Scribe) -> Self {
        let identity = person.identity(&scribe.dice.uuid());
        let agent = Agent::Program(person.browser());
        let browser = Caller::new(Account::Management, identity, &address, agent);
        Self { person, address, browser }
    }

    /// Signs in with a password, after so many `typos`, and a second factor; tells when they were through.
    pub(super) fn sign_in(&self, at: Moment, typos: i64, scribe: &mut Scribe) -> Moment {
        const ASKED: (&str, &str) = ("CredentialChallenge", "Success");
        const RIGHT: (&str, &str) = ("CredentialVerification", "Success");
        const WRONG: (&str, &str) = ("CredentialVerification", "Failure");
        let mut now = at;
        let mut course = vec![(now, ASKED, "PASSWORD")];
        for _ in 0..typos {
            now = now.plus(scribe.dice.between(6, 14));
            course.push((now, WRONG, "PASSWORD"));
            course.push((now, ("UserAuthentication", "Failure"), "PASSWORD"));
            now = now.plus(scribe.dice.between(3, 9));
            course.push((now, ASKED, "PASSWORD"));
        }
        now = now.plus(scribe.dice.between(5, 12));
        course.push((now, RIGHT, "PASSWORD"));
        course.push((now, ASKED, "TOTP"));
        now = now.plus(scribe.dice.between(6, 15));
        course.push((now, RIGHT, "TOTP"));
        course.push((now, ("UserAuthentication", "Success"), "PASSWORD,TOTP"));
        let workflow = scribe.dice.uuid();
        for (at, told, kind) in course {
            self.tell(at, told, (&workflow, kind), scribe);
        }
        now
    }

    /// One step of a sign-in, as Identity Center tells it: what happened, how it went, in which workflow, with what.
    fn tell(&self, at: Moment, told: (&str, &str), (workflow, kind): (&str, &str), scribe: &mut Scribe) {
        let (event, outcome) = told;
        let mut data = Map::new();
        data.insert("AuthWorkflowID".into(), workflow.into());
        data.insert("CredentialType".into(), kind.into());
        data.insert("UserName".into(), self.person.mail().into());
        if event == "UserAuthentication" {
            let portal = format!("https://{IDENTITY_STORE}.awsapps.com/start/");
            data.insert("LoginTo".into(), portal.into());
        }
        let record = scribe.record(at, &self.browser, ("signin", event));
        let record = record.service_event(json!({ event: outcome }));
        scribe.write(record.with("additionalEventData", data.into()));
    }

    /// Chooses something about the own sign-in: a password, a second factor.
    pub(super) fn choose(&self, at: Moment, choice: &str, scribe: &mut Scribe) {
        let record = scribe.record(at, &self.browser, ("sso-directory", choice));
        scribe.write(record.asking(json!({
            "identityStoreId": IDENTITY_STORE,
            "userId": self.person.user_id(),
        })));
    }

    /// Opens the console of an account.
    pub(super) fn console(&self, at: Moment, grant: Grant, scribe: &mut Scribe) -> Caller {
        let Grant(account, permission_set) = grant;
        let details = json!({ "role_name": permission_set, "account_id": account.id() });
        let record = scribe.record(at, &self.browser, ("sso", "Federate"));
        scribe.write(record.service_event(details));
        let session = self.take(at.plus(1), grant, scribe);
        let mut entering = session.clone();
        entering.put("accessKeyId", "".into());
        let login = scribe
            .record(at.plus(2), &entering, ("signin", "ConsoleLogin"))
            .answered(json!({ "ConsoleLogin": "Success" }))
            .with("additionalEventData", json!({ "MobileVersion": "No", "MFAUsed": "No" }))
            .with("eventType", "AwsConsoleSignIn".into())
            .without("requestID");
        scribe.write(login);
        session.in_console()
    }

    /// Fetches credentials of an account for the command line.
    pub(super) fn command_line(&self, at: Moment, grant: Grant, scribe: &mut Scribe) -> Caller {
        self.command_line_as(at, grant, self.person.command_line(), scribe)
    }

    /// The same, with a given program.
    pub(super) fn command_line_as(
        &self,
        at: Moment,
        grant: Grant,
        program: &'static str,
        scribe: &mut Scribe,
    ) -> Caller {
        let Grant(account, permission_set) = grant;
        let agent = Agent::CommandLine(program);
        let details = json!({ "role_name": permission_set, "account_id": account.id() });
        let fetching = self.browser.clone().from(&self.address, agent.clone());
        let record = scribe.record(at, &fetching, ("sso", "GetRoleCredentials"));
        scribe.write(record.service_event(details).with("readOnly", true.into()));
        self.take(at, grant, scribe).from(&self.address, agent)
    }

    /// Identity Center assumes the permission set's role for the visitor.
    fn take(&self, at: Moment, Grant(account, permission_set): Grant, scribe: &mut Scribe) -> Caller {
        let role = Role::reserved(account, permission_set);
        let mail = self.person.mail();
        let session = Caller::session(&role, &mail, at, &mut scribe.dice)
            .from(&self.address, Agent::Program(self.person.browser()));
        let provider = format!("AWSSSO_{}_DO_NOT_DELETE", &ORGANIZATION.trim_start_matches("o-"));
        let identity = json!({
            "type": "SAMLUser",
            "principalId": format!("{provider}:{mail}"),
            "userName": mail,
            "identityProvider": provider,
        });
        let asserted = Caller::new(account, identity, &self.address, Agent::Program(agents::SSO_INTERNAL));
        let saml = format!("arn:aws:iam::{}:saml-provider/{provider}", account.id());
        let asked = json!({
            "sAMLAssertionID": format!("_{}", scribe.dice.uuid()),
            "roleSessionName": mail,
            "durationSeconds": 28_800,
            "roleArn": role.arn(),
            "principalArn": saml,
        });
        let record = scribe.record(at, &asserted, ("sts", "AssumeRoleWithSAML"));
        let record = sts::assumption(record, &sts::Taken(&role, &mail, 8), &session).asking(asked);
        scribe.write(record);
        session
    }
}
