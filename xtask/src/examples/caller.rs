//! A caller: an identity, the address it calls from and the program it calls with.

use serde_json::{Value, json};
use trailwarden_evaluation::cloudtrail;

use super::{
    calendar::Moment,
    dice::Dice,
    organization::{Account, HOME, Role},
};

/// What a caller says it is.
#[derive(Clone)]
pub(super) enum Agent {
    /// A browser, an SDK or a tool: one text for every call.
    Program(&'static str),
    /// The AWS CLI, which tells the command it runs.
    CommandLine(&'static str),
}

impl Agent {
    /// The text it sends with a call.
    pub(super) fn text(&self, service: &str, name: &str) -> String {
        match self {
            Self::Program(text) => (*text).to_owned(),
            Self::CommandLine(text) => format!("{text} md/command#{service}.{}", cloudtrail::dashed(name)),
        }
    }
}

/// Who calls, from where, with what.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) account: Account,
    pub(super) identity: Value,
    pub(super) address: String,
    pub(super) agent: Agent,
    pub(super) region: &'static str,
    /// Its calls come from a console session.
    pub(super) console: bool,
    /// Its calls enter through this VPC endpoint.
    pub(super) endpoint: Option<&'static str>,
    /// It calls over TLS, rather than being a service calling from inside.
    pub(super) outside: bool,
}

impl Caller {
    pub(super) fn new(account: Account, identity: Value, address: &str, agent: Agent) -> Self {
        Self {
            account,
            identity,
            address: address.to_owned(),
            agent,
            region: HOME,
            console: false,
            endpoint: None,
            outside: true,
        }
    }

    /// A fresh session of `role`, held from `address`.
    pub(super) fn session(role: &Role, name: &str, since: Moment, dice: &mut Dice) -> Self {
        let key = dice.access_key("ASIA", role.account);
        Self::new(role.account, role.identity(name, &key, since), "", Agent::Program(""))
    }

    /// A service that calls in its own name.
    pub(super) fn service(account: Account, host: &'static str) -> Self {
        let identity = json!({ "type": "AWSService", "invokedBy": host });
        Self { outside: false, ..Self::new(account, identity, host, Agent::Program(host)) }
    }

    /// The same identity, when `host` calls on its behalf.
    pub(super) fn through(&self, host: &'static str) -> Self {
        let mut through = self.clone();
        through.put("invokedBy", host.into());
        host.clone_into(&mut through.address);
        through.agent = Agent::Program(host);
        through.outside = false;
        through.endpoint = None;
        through
    }

    /// The same caller at another address, with another program.
    pub(super) fn from(mut self, address: &str, agent: Agent) -> Self {
        address.clone_into(&mut self.address);
        self.agent = agent;
        self
    }

    /// The same caller, its calls coming from a browser's console session.
    pub(super) fn in_console(mut self) -> Self {
        self.console = true;
        self
    }

    /// The same caller behind a VPC endpoint.
    pub(super) fn behind(mut self, endpoint: Option<&'static str>) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// Adds a field to its identity.
    pub(super) fn put(&mut self, field: &str, value: Value) {
        if let Some(fields) = self.identity.as_object_mut() {
            fields.insert(field.to_owned(), value);
        }
    }

    /// Adds a field to its session's context.
    pub(super) fn put_in_session(&mut self, field: &str, value: Value) {
        if let Some(context) = self.identity.get_mut("sessionContext").and_then(Value::as_object_mut) {
            context.insert(field.to_owned(), value);
        }
    }

    /// A text of its identity; empty where it has none.
    pub(super) fn tells(&self, field: &str) -> &str {
        self.identity.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_tells_its_command() {
        let agent = Agent::CommandLine("aws-cli/2.33.6");
        let said = agent.text("secretsmanager", "GetSecretValue");
        assert_eq!(said, "aws-cli/2.33.6 md/command#secretsmanager.get-secret-value");
    }
}
