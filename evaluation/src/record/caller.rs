//! A caller: an identity, the address it calls from and the program it calls with.

use serde_json::{Value, json};

use crate::world::{Access, Account, Agent, Dice, Moment, Person, Role, Runs, Sitting, User, Workload, World};

/// Who calls, from where, with what.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: Account,
    pub(crate) identity: Value,
    pub(crate) address: String,
    pub(crate) agent: Agent,
    pub(crate) region: &'static str,
    /// Its calls come from a console session.
    pub(crate) console: bool,
    /// Its calls enter through this VPC endpoint.
    pub(crate) endpoint: Option<String>,
    /// It calls over TLS, rather than being a service calling from inside.
    pub(crate) outside: bool,
}

impl Caller {
    /// An identity of `account`, in the account's own region.
    pub(crate) fn new(account: &Account, identity: Value, address: &str, agent: Agent) -> Self {
        Self {
            account: account.clone(),
            identity,
            address: address.to_owned(),
            agent,
            region: account.region,
            console: false,
            endpoint: None,
            outside: true,
        }
    }

    /// A fresh session of `role` called `name`; say where it is used with [`Caller::from`].
    pub(crate) fn session(role: &Role, name: &str, since: Moment, dice: &mut Dice) -> Self {
        let key = dice.access_key("ASIA", role.account.number());
        Self::new(&role.account, role.identity(name, &key, since), "", Agent::program(""))
    }

    /// `user` with the access key it has at `at`.
    pub(crate) fn user(user: &User, at: Moment, address: &str, agent: Agent) -> Self {
        Self::user_with(user, user.key(at), address, agent)
    }

    /// `user` with the access key `key`.
    pub(crate) fn user_with(user: &User, key: &str, address: &str, agent: Agent) -> Self {
        Self::new(&user.account, user.identity(key), address, agent)
    }

    /// The account's root, signed in since `since`.
    pub(crate) fn root(account: &Account, key: &str, since: Moment, address: &str, agent: Agent) -> Self {
        let identity = json!({
            "type": "Root",
            "principalId": &*account.id,
            "arn": format!("arn:aws:iam::{}:root", account.id),
            "accountId": &*account.id,
            "accessKeyId": key,
            "sessionContext": { "attributes": { "creationDate": since.iso(), "mfaAuthenticated": "true" } },
        });
        Self::new(account, identity, address, agent)
    }

    /// A service that calls in its own name.
    pub(crate) fn service(account: &Account, host: &str) -> Self {
        let identity = json!({ "type": "AWSService", "invokedBy": host });
        Self { outside: false, ..Self::new(account, identity, host, Agent::program(host)) }
    }

    /// The session `workload`'s `copy`th instance holds at `at`, as the workload itself uses it.
    pub(crate) fn workload(workload: &Workload, copy: i64, at: Moment) -> Self {
        let run = workload.run(copy, at);
        let identity = workload.role.identity(&run.name, &run.key, run.since);
        let mut caller = Self::new(&workload.account, identity, &run.address, workload.agent.clone());
        if !workload.gateways.is_empty() {
            caller.endpoint.clone_from(&workload.endpoint);
        }
        match workload.runs {
            Runs::Fleet => {
                caller.put_in_session("ec2RoleDelivery", "2.0".into());
                caller.in_scope("AWS::EC2::Instance", &format!("instance/{}", run.name));
            }
            Runs::Function | Runs::FunctionInside => {
                caller.in_scope("AWS::Lambda::Function", &format!("function:{}", run.name));
            }
            Runs::Pod => caller = super::sts::with_token(caller, &workload.account, &workload.issuer()),
            Runs::Task => {}
        }
        caller
    }

    /// The session `person` has in `sitting`: the same key for whoever asks.
    pub(crate) fn sitting(world: &World, person: &Person, sitting: &Sitting) -> Self {
        let mut dice = person.nature(&format!("session {} {}", sitting.day, sitting.turn));
        Self::entering(world, person, sitting, &mut dice)
    }

    /// A session as `person` would have it in `sitting`, its key from `dice`.
    pub(crate) fn entering(world: &World, person: &Person, sitting: &Sitting, dice: &mut Dice) -> Self {
        let Sitting { from, grant, place, agent, types, .. } = sitting;
        let mut caller = match &person.access {
            Access::User(user) if user.account == grant.account && *types && person.uses_bare_keys() => {
                Self::user(user, *from, &place.address, agent.clone())
            }
            Access::User(user) if user.account == grant.account => {
                let key = dice.access_key("ASIA", user.account.number());
                Self::new(&user.account, user.session_identity(&key, *from), &place.address, agent.clone())
            }
            _ => {
                let name = if person.user().is_some() { person.handle.clone() } else { person.mail() };
                let role = person.role(grant, world);
                Self::session(&role, &name, *from, dice).from(&place.address, agent.clone())
            }
        };
        caller.console = !types;
        caller
    }

    /// Where an instance's or function's session got its credentials.
    fn in_scope(&mut self, kind: &str, of: &str) {
        let service = if kind.contains("EC2") { "ec2" } else { "lambda" };
        let arn = format!("arn:aws:{service}:{}:{}:{of}", self.region, self.account.id);
        self.put("inScopeOf", json!({ "issuerType": kind, "credentialsIssuedTo": arn }));
    }

    /// The same identity, when `host` calls on its behalf.
    pub(crate) fn through(&self, host: &str) -> Self {
        let mut through = self.clone();
        through.put("invokedBy", host.into());
        host.clone_into(&mut through.address);
        through.agent = Agent::program(host);
        through.outside = false;
        through.endpoint = None;
        through
    }

    /// The same caller at another address, with another program, over the public internet.
    pub(crate) fn from(mut self, address: &str, agent: Agent) -> Self {
        address.clone_into(&mut self.address);
        self.agent = agent;
        self.endpoint = None;
        self
    }

    /// The same caller in another region.
    pub(crate) const fn in_region(mut self, region: &'static str) -> Self {
        self.region = region;
        self
    }

    /// The same caller, its calls coming from a browser's console session.
    pub(crate) const fn in_console(mut self) -> Self {
        self.console = true;
        self
    }

    /// Adds a field to its identity.
    pub(crate) fn put(&mut self, field: &str, value: Value) {
        if let Some(fields) = self.identity.as_object_mut() {
            fields.insert(field.to_owned(), value);
        }
    }

    /// Adds a field to its session's context.
    pub(crate) fn put_in_session(&mut self, field: &str, value: Value) {
        if let Some(context) = self.identity.get_mut("sessionContext").and_then(Value::as_object_mut) {
            context.insert(field.to_owned(), value);
        }
    }

    /// A text of its identity (`arn`, `principalId`, `accessKeyId`, `userName`); empty where it has none.
    pub(crate) fn tells(&self, field: &str) -> &str {
        self.identity.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}
