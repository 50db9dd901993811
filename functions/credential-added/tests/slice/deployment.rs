//! A deployment behind one plan of faults: its memory, its ledger, its rule and its functions.

use std::process::Stdio;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use serde_json::Value;
use trailwarden_aws::{DynamoStore, LedgerTable};

use crate::lambda::{Delivery, Function, NETWORKS};
use crate::ledger_table;
use crate::moment::Moment;
use crate::outside::Outside;
use crate::plan::{Fault, Place};
use crate::rule::RULE;
use crate::table::{client, emulator, new_table, put, scan};
use crate::topic::FINDING_TOPIC;

/// How long an invocation may take whose time is to be up: half a second of it goes to giving the event back.
pub(crate) const SHORT: Duration = Duration::from_millis(900);

/// One deployment.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) outside: Outside,
    table: String,
    ledger: String,
    client: Client,
}

impl Deployment {
    /// A deployment at a moment of another one's life.
    pub(crate) async fn at(moment: &Moment) -> Self {
        let client = client(&emulator());
        let table = new_table(&client).await;
        put(&client, &table, &moment.items).await;
        let ledger = ledger_table::new_table().await;
        put(&client, &ledger, &moment.ledger).await;
        Self { outside: Outside::at(&moment.told, &moment.rule), table, ledger, client }
    }

    /// The same deployment for another process, whose calls have a plan of their own.
    pub(crate) fn beside(&self) -> Self {
        Self {
            outside: self.outside.beside(),
            table: self.table.clone(),
            ledger: self.ledger.clone(),
            client: self.client.clone(),
        }
    }

    /// What a function of it is told.
    pub(crate) fn environment(&self) -> [(&'static str, String); 11] {
        [
            ("TABLE_NAME", self.table.clone()),
            ("LEDGER_TABLE_NAME", self.ledger.clone()),
            ("LEDGER_DAYS", "30".to_owned()),
            ("PRESENCE_RULE", RULE.to_owned()),
            ("TOPIC_ARN", FINDING_TOPIC.to_owned()),
            ("CHAT_TOPIC_ARN", "arn:aws:sns:us-east-1:111122223333:chat".to_owned()),
            ("HUB_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/111122223333/hub".to_owned()),
            ("SETTINGS_PARAMETER", "/trailwarden/settings".to_owned()),
            ("LOG_LEVEL", "error".to_owned()),
            ("NETWORKS_FILE", NETWORKS.to_owned()),
            ("AWS_ENDPOINT_URL", self.outside.url()),
        ]
    }

    /// Its memory.
    pub(crate) fn store(&self) -> DynamoStore {
        DynamoStore::new(self.client.clone(), &self.table)
    }

    /// Its ledger.
    pub(crate) fn ledger(&self) -> LedgerTable {
        LedgerTable::new(self.client.clone(), &self.ledger, 30)
    }

    /// A process of its function, if it starts; one of its calls may suffer a fault.
    pub(crate) fn start(&self, fault: Option<(Place, Fault)>) -> (Option<Function>, Vec<String>) {
        self.outside.plan.begin(fault);
        // What a planned fault makes it log says nothing.
        let function = Function::launch(&self.environment(), Stdio::null());
        self.outside.plan.by(function.process());
        let ready = function.is_ready();
        (ready.then_some(function), self.outside.plan.end())
    }

    /// Delivers an event to a process, and answers what it asked of whom.
    pub(crate) fn deliver(
        &self,
        function: &Function,
        event: &Value,
        fault: Option<(Place, Fault)>,
    ) -> (Delivery, Vec<String>) {
        let time = fault.as_ref().filter(|(_, fault)| fault.expires()).map(|_| SHORT);
        self.outside.plan.begin(fault);
        self.outside.plan.by(function.process());
        let delivery = function.deliver(event, time);
        (delivery, self.outside.plan.end())
    }

    /// What it remembers and has told, its ledger and its rule.
    pub(crate) async fn moment(&self) -> Moment {
        let items = scan(&self.client, &self.table).await;
        let ledger = ledger_table::rows(&self.ledger).await;
        Moment { items, told: self.outside.told(), ledger, rule: self.outside.rule() }
    }

    /// It is taken down, and its tables with it.
    pub(crate) async fn end(self) {
        for table in [&self.table, &self.ledger] {
            self.client.delete_table().table_name(table).send().await.unwrap();
        }
    }
}
