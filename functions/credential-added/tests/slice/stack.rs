//! A stack: table, topic and function wired together, and the same pipeline without any of them.

use std::convert::Infallible;
use std::sync::Mutex;

use serde_json::Value;
use trailwarden_fixtures::records::{Caller, RecordBuilder, attach_user_policy, create_access_key};
use trailwarden_local::LocalStore;
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Finding, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Publisher, Read};

use crate::lambda::{Function, NETWORKS};
use crate::table::{Gateway, client, emulator, new_table};
use crate::topic::{Published, Topic};

/// A deployment of one function.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) gateway: Gateway,
    pub(crate) topic: Topic,
    environment: Vec<(&'static str, String)>,
}

impl Stack {
    pub(crate) async fn deploy() -> Self {
        let table = new_table(&client(&emulator())).await;
        let (gateway, topic) = (Gateway::open(), Topic::open());
        let environment = vec![
            ("TABLE_NAME", table),
            ("TOPIC_ARN", "arn:aws:sns:us-east-1:111122223333:findings".to_owned()),
            ("LOG_LEVEL", "warn".to_owned()),
            ("NETWORKS_FILE", NETWORKS.to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("http://127.0.0.1:{}", gateway.port)),
            ("AWS_ENDPOINT_URL_SNS", format!("http://127.0.0.1:{}", topic.port)),
        ];
        Self { gateway, topic, environment }
    }

    /// The same, with one more variable in the function's environment.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// What its functions are told.
    pub(crate) fn environment(&self) -> &[(&'static str, String)] {
        &self.environment
    }

    /// A function process; what it asked while it started is not counted.
    pub(crate) fn start(&self) -> Function {
        let function = Function::start(&self.environment);
        self.gateway.taken();
        function
    }

    /// The findings told so far, each as often as it was told.
    pub(crate) fn told(&self) -> Vec<Value> {
        self.topic.published().iter().map(Published::finding).collect()
    }
}

/// Told findings, kept.
#[derive(Debug, Default)]
struct Heard(Mutex<Vec<Value>>);

impl Publisher for Heard {
    type Error = Infallible;

    async fn publish(&self, finding: &Finding) -> Result<(), Infallible> {
        self.0.lock().unwrap().push(serde_json::to_value(finding).unwrap());
        Ok(())
    }
}

/// What the same pipeline tells over the store and the address table that `replay` uses.
pub(crate) async fn locally(records: &[RecordBuilder]) -> Vec<Value> {
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() };
    let settings = trailwarden_detectors::Settings::default();
    let pipeline = Pipeline {
        store: LocalStore::in_memory(),
        publisher: Heard::default(),
        settings,
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    for record in records {
        match intake.read(&record.bytes()) {
            Read::Activity(activity) => {
                pipeline.judge(&activity).await.unwrap();
            }
            other => panic!("not an activity: {other:?}"),
        }
    }
    pipeline.publisher.0.into_inner().unwrap()
}

/// Bob is made an administrator by Carol; then Alice gives him a key.
pub(crate) fn a_key_for_a_privileged_other() -> [RecordBuilder; 2] {
    let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
    [
        attach_user_policy(&Caller::user("carol"), "bob", administrator).id("grant").at("2026-03-03T08:00:00Z"),
        create_access_key(&Caller::user("alice"), "bob", "AKIAIOSFODNN7EXAMPLE").id("key"),
    ]
}
