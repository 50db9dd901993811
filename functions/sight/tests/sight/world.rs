//! The world: an organisation of three accounts in four regions, as the templates deploy it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use trailwarden_model::aws::rules;

use crate::answers::answer;
use crate::http::Server;

/// The organisation.
pub(crate) const ORGANIZATION: &str = "o-abcdefghij";
/// Where the deployment is.
pub(crate) const HOME: &str = "111122223333";
pub(crate) const HOME_REGION: &str = "eu-central-1";
/// Accounts that forward.
pub(crate) const MEMBER: &str = "444455556666";
pub(crate) const OTHER: &str = "777788889999";
pub(crate) const REGIONS: [&str; 4] = ["ap-southeast-2", "eu-central-1", "eu-west-1", "us-east-1"];
/// The central bus.
pub(crate) const BUS: &str = "arn:aws:events:eu-central-1:111122223333:event-bus/tw-central";
/// The state in which a rule is given reads.
pub(crate) const WITH_READS: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/// One rule: account, region, bus, name.
pub(crate) type RuleKey = (String, String, String, String);

/// One role.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) trust: Value,
    pub(crate) policy: Option<Value>,
}

/// A trail of the organisation's, as each of its accounts sees it.
#[derive(Debug, Clone)]
pub(crate) struct Trail {
    pub(crate) home: &'static str,
    pub(crate) everywhere: bool,
    pub(crate) logging: bool,
    pub(crate) bucket: String,
    pub(crate) selectors: Value,
}

/// All there is.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// Accounts of the organisation, with their status.
    pub(crate) accounts: BTreeMap<String, &'static str>,
    /// Accounts that have the role of the deployment.
    pub(crate) members: BTreeSet<String>,
    /// Regions each account has enabled.
    pub(crate) regions: BTreeMap<String, BTreeSet<&'static str>>,
    /// By account.
    pub(crate) trails: BTreeMap<String, Vec<Trail>>,
    pub(crate) rules: BTreeMap<RuleKey, Value>,
    /// By account and name.
    pub(crate) roles: BTreeMap<(String, String), Role>,
    pub(crate) bus_policy: Value,
    /// By account, region and name.
    pub(crate) queues: BTreeMap<(String, String, String), u64>,
    /// Where Security Hub is off.
    pub(crate) hubs_off: BTreeSet<(String, String)>,
    /// Hubs that were asked about: account, region.
    pub(crate) hubs: BTreeSet<(String, String)>,
    /// Lifecycles of buckets, as S3 spells them; a bucket without one has none here.
    pub(crate) lifecycles: BTreeMap<String, String>,
    /// Regions of buckets, where it is not us-east-1; of one that is missing, none.
    pub(crate) buckets: BTreeMap<String, Option<&'static str>>,
    /// Buckets that were asked about: account, region, bucket.
    pub(crate) asked: Vec<(String, String, String)>,
    /// For how many days log groups are kept; some for ever.
    pub(crate) logs: BTreeMap<String, Option<u32>>,
    /// Who may do what makes a heartbeat, by account.
    pub(crate) allowed: BTreeSet<String>,
    /// Operations nobody may do.
    pub(crate) denied: BTreeSet<String>,
    /// Operations nobody may do in an account.
    pub(crate) denied_in: BTreeSet<(String, String)>,
    /// Heartbeats that were sent: account, region, operation.
    pub(crate) beats: Vec<(String, String, String)>,
    /// What `CloudWatch` counted: sums by metric, `NAMESPACE NAME VALUE VALUE …`.
    pub(crate) counted: BTreeMap<String, f64>,
    /// What functions left in their logs: by group, when, in milliseconds since 1970, and what.
    pub(crate) lines: BTreeMap<String, Vec<(i64, String)>>,
    /// What `CloudWatch` says once, being asked too much.
    pub(crate) throttled: Option<&'static str>,
    /// What was published: subject and message.
    pub(crate) mails: Vec<(String, String)>,
}

/// Where whoever mails first is held: it is said that somebody is there, and waited for who lets go.
pub(crate) type Gate = (Sender<()>, Receiver<()>);

/// The world, and where its endpoints are.
#[derive(Debug)]
pub(crate) struct Stage {
    server: Server,
    world: Arc<Mutex<World>>,
    gate: Arc<Mutex<Option<Gate>>>,
}

impl Stage {
    pub(crate) fn open(world: World) -> Self {
        let world = Arc::new(Mutex::new(world));
        let gate: Arc<Mutex<Option<Gate>>> = Arc::default();
        let (within, held) = (Arc::clone(&world), Arc::clone(&gate));
        let server = Server::open(move |request| {
            let mails = request.body.starts_with(b"Action=Publish");
            let gate = if mails { held.lock().unwrap().take() } else { None };
            if let Some((there, go)) = gate {
                there.send(()).unwrap();
                // Nobody lets go of who is killed.
                let _gone = go.recv();
            }
            answer(&request, &mut within.lock().unwrap())
        });
        Self { server, world, gate }
    }

    /// Holds whoever mails next: hears when somebody is there, and lets go.
    pub(crate) fn hold(&self) -> (Receiver<()>, Sender<()>) {
        let ((there, hears), (lets, go)) = (channel(), channel());
        *self.gate.lock().unwrap() = Some((there, go));
        (hears, lets)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.close();
    }
}

impl World {
    /// As it is after everything was deployed as it should be.
    pub(crate) fn healthy() -> Self {
        let accounts = [HOME, MEMBER, OTHER].map(ToOwned::to_owned);
        let trail = |account: &str| Trail {
            home: "us-east-1",
            everywhere: true,
            logging: true,
            bucket: format!("logs-{account}"),
            selectors: json!({ "EventSelectors": [{ "ReadWriteType": "All", "IncludeManagementEvents": true }] }),
        };
        let mut world = Self {
            accounts: accounts.iter().map(|id| (id.clone(), "ACTIVE")).collect(),
            members: accounts.iter().cloned().collect(),
            regions: accounts.iter().map(|id| (id.clone(), REGIONS.into_iter().collect())).collect(),
            trails: accounts.iter().map(|id| (id.clone(), vec![trail(id)])).collect(),
            rules: BTreeMap::new(),
            roles: BTreeMap::new(),
            bus_policy: Self::bus_policy_of(ORGANIZATION),
            queues: ["failures", "undelivered", "refused"].map(|name| (home_queue(name), 0)).into(),
            hubs_off: BTreeSet::new(),
            hubs: BTreeSet::new(),
            lifecycles: accounts.iter().map(|id| (format!("logs-{id}"), lifecycle("audit/", 90))).collect(),
            buckets: BTreeMap::new(),
            asked: Vec::new(),
            logs: [("sight", Some(14)), ("answers", None)]
                .map(|(name, days)| (format!("/trailwarden/tw/{name}"), days))
                .into(),
            allowed: BTreeSet::new(),
            denied: BTreeSet::new(),
            denied_in: BTreeSet::new(),
            beats: Vec::new(),
            counted: BTreeMap::new(),
            lines: BTreeMap::new(),
            throttled: None,
            mails: Vec::new(),
        };
        for account in &accounts {
            for region in REGIONS {
                world.forward(account, region);
            }
        }
        for rule in rules::all() {
            for (bus, name) in [("default", home_rule(&rule)), ("tw-central", central_rule(&rule))] {
                let target = json!({
                    "Id": "f", "Arn": format!("arn:aws:lambda:{HOME_REGION}:{HOME}:function:f"),
                    "DeadLetterConfig": { "Arn": format!("arn:aws:sqs:{HOME_REGION}:{HOME}:undelivered") },
                });
                world.rules.insert(key(HOME, HOME_REGION, bus, &name), rule_of(&rule, &target));
            }
        }
        world
    }

    /// Deploys the forwarder in an account and region.
    fn forward(&mut self, account: &str, region: &str) {
        let owned = (account.to_owned(), region.to_owned());
        self.queues.insert((owned.0, owned.1, "tw-undelivered".to_owned()), 0);
        if (account, region) == (HOME, HOME_REGION) {
            return;
        }
        let role = format!("tw-forward-{region}");
        for rule in rules::all() {
            let target = json!({
                "Id": "central", "Arn": BUS, "RoleArn": format!("arn:aws:iam::{account}:role/{role}"),
                "DeadLetterConfig": { "Arn": format!("arn:aws:sqs:{region}:{account}:tw-undelivered") },
            });
            let name = format!("tw-{}", rule.name);
            self.rules.insert(key(account, region, "default", &name), rule_of(&rule, &target));
        }
        let trust = json!({ "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "events.amazonaws.com" }, "Action": "sts:AssumeRole",
        }] });
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Sid": "PutOnTheCentralBus", "Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS,
        }] });
        self.roles.insert((account.to_owned(), role), Role { trust, policy: Some(policy) });
    }

    /// The policy of a central bus, as the template makes it.
    pub(crate) fn bus_policy_of(organization: &str) -> Value {
        json!({ "Version": "2012-10-17", "Statement": [{
            "Sid": "Forwarders", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": BUS,
            "Condition": {
                "StringEquals": { "aws:PrincipalOrgID": organization },
                "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/tw-forward-*" },
                "StringLike": { "events:source": "aws.*" },
            },
        }] })
    }

    /// The rule of the member's forwarder in a region.
    pub(crate) fn rule(&mut self, region: &str, name: &str) -> &mut Value {
        self.rules.get_mut(&key(MEMBER, region, "default", name)).unwrap()
    }

    /// The member's one trail.
    pub(crate) fn trail(&mut self) -> &mut Trail {
        &mut self.trails.get_mut(MEMBER).unwrap()[0]
    }
}

/// A lifecycle of one rule: what is called so is deleted after so many days.
pub(crate) fn lifecycle(prefix: &str, days: u32) -> String {
    format!(
        "<LifecycleConfiguration><Rule><ID>tidy</ID><Filter><Prefix>{prefix}</Prefix></Filter><Status>Enabled</Status>\
         <Expiration><Days>{days}</Days></Expiration></Rule></LifecycleConfiguration>"
    )
}

/// The key of a rule.
pub(crate) fn key(account: &str, region: &str, bus: &str, name: &str) -> RuleKey {
    (account.to_owned(), region.to_owned(), bus.to_owned(), name.to_owned())
}

/// The key of a queue of the deployment.
pub(crate) fn home_queue(name: &str) -> (String, String, String) {
    (HOME.to_owned(), HOME_REGION.to_owned(), name.to_owned())
}

/// What `CloudFormation` calls a rule of the deployment.
pub(crate) fn home_rule(rule: &rules::Rule) -> String {
    format!("tw-{}-1A2B3C", rule.id)
}

/// The same, of a rule over the central bus.
pub(crate) fn central_rule(rule: &rules::Rule) -> String {
    format!("tw-Central{}-4D5E6F", rule.id)
}

fn rule_of(rule: &rules::Rule, target: &Value) -> Value {
    json!({ "State": WITH_READS, "EventPattern": rule.pattern.to_string(), "Targets": [target] })
}
