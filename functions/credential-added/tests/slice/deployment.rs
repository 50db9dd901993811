//! A deployment behind one plan of faults: its memory, its functions, and the states it ends in.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::Stdio;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use serde_json::Value;
use trailwarden_aws::DynamoStore;

use crate::lambda::{Delivery, Function};
use crate::outside::{Outside, Told};
use crate::plan::{Fault, Place};
use crate::table::{client, emulator, new_table};
use crate::topic::FINDING_TOPIC;

/// How long an invocation may take whose time is to be up: half a second of it goes to giving the event back.
const SHORT: Duration = Duration::from_millis(900);

/// Everything that lies in a table.
pub(crate) type Items = Vec<HashMap<String, AttributeValue>>;

/// A moment of a deployment: what it remembers, and what it has told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moment {
    pub(crate) items: Items,
    pub(crate) told: Vec<Told>,
}

/// A finding as it stands in the memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) kind: String,
    pub(crate) severity: String,
    pub(crate) status: String,
    pub(crate) events: BTreeSet<String>,
    pub(crate) related: Vec<String>,
}

impl State {
    /// Whether it is a story that an earlier one of these took over, which it names: no new finding.
    pub(crate) fn gave_way_to_one_of(&self, standing: &States) -> bool {
        let heirs = self.related.iter().filter(|heir| standing.contains_key(*heir)).count();
        self.kind == "story.intrusion" && self.status == "RESOLVED" && heirs == 1
    }
}

/// Every finding as it stands.
pub(crate) type States = BTreeMap<String, State>;

/// One deployment.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) outside: Outside,
    table: String,
    client: Client,
}

impl Deployment {
    /// A deployment at a moment of another one's life.
    pub(crate) async fn at(moment: &Moment) -> Self {
        let client = client(&emulator());
        let table = new_table(&client).await;
        put(&client, &table, &moment.items).await;
        let outside = Outside::open();
        outside.set_told(&moment.told);
        Self { outside, table, client }
    }

    /// The same deployment for another process, whose calls have a plan of their own.
    pub(crate) fn beside(&self) -> Self {
        Self { outside: self.outside.beside(), table: self.table.clone(), client: self.client.clone() }
    }

    fn environment(&self) -> [(&'static str, String); 8] {
        [
            ("TABLE_NAME", self.table.clone()),
            ("TOPIC_ARN", FINDING_TOPIC.to_owned()),
            ("CHAT_TOPIC_ARN", "arn:aws:sns:us-east-1:111122223333:chat".to_owned()),
            ("HUB_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/111122223333/hub".to_owned()),
            ("SETTINGS_PARAMETER", "/trailwarden/settings".to_owned()),
            ("LOG_LEVEL", "error".to_owned()),
            ("NETWORKS_FILE", crate::stack::NETWORKS.to_owned()),
            ("AWS_ENDPOINT_URL", self.outside.url()),
        ]
    }

    /// Its memory.
    pub(crate) fn store(&self) -> DynamoStore {
        DynamoStore::new(self.client.clone(), &self.table)
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

    /// What it remembers and has told.
    pub(crate) async fn moment(&self) -> Moment {
        Moment { items: scan(&self.client, &self.table).await, told: self.outside.told() }
    }

    /// It is taken down, and its memory with it.
    pub(crate) async fn end(self) {
        self.client.delete_table().table_name(&self.table).send().await.unwrap();
    }
}

async fn scan(client: &Client, table: &str) -> Items {
    let mut items = Vec::new();
    let mut from = None;
    loop {
        let page = client.scan().table_name(table).consistent_read(true).set_exclusive_start_key(from).send().await;
        let page = page.unwrap();
        items.extend(page.items.unwrap_or_default());
        from = page.last_evaluated_key;
        if from.is_none() {
            return items;
        }
    }
}

async fn put(client: &Client, table: &str, items: &Items) {
    for some in items.chunks(25) {
        let write = |item: &HashMap<String, AttributeValue>| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        };
        let written = client.batch_write_item().request_items(table, some.iter().map(write).collect()).send().await;
        assert!(written.unwrap().unprocessed_items.unwrap_or_default().is_empty());
    }
}

impl Moment {
    /// The findings as they stand.
    ///
    /// Of two functions that begin a story of the same parts at once, one may have kept it when the other's,
    /// which begins earlier, already has the parts: it is told to nobody, and nothing leads to it.
    pub(crate) fn states(&self) -> States {
        let kept =
            self.items.iter().filter_map(|item| Some((item.get("body")?.as_s().ok()?, item.get("told").is_some())));
        let all: Vec<((String, State), bool)> =
            kept.map(|(body, told)| (state(&serde_json::from_str::<Value>(body).unwrap()["finding"]), told)).collect();
        let has_a_part = |story: &String| all.iter().any(|((_, part), _)| part.related == [story.clone()]);
        let stands = |id: &String, state: &State, told| told || state.kind != "story.intrusion" || has_a_part(id);
        let standing = all.iter().filter(|((id, state), told)| stands(id, state, *told));
        standing.map(|((id, state), _)| (id.clone(), state.clone())).collect()
    }
}

fn state(finding: &Value) -> (String, State) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = |list: &Value, name: fn(&Value) -> &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|one| text(name(one))).collect()
    };
    let state = State {
        kind: text(&finding["type"]),
        severity: text(&finding["severity"]),
        status: text(&finding["status"]),
        events: all(&finding["events"], |event| &event["id"]).into_iter().collect(),
        related: all(&finding["related"], |id| id),
    };
    (text(&finding["id"]), state)
}
