//! The table: an emulator in this process, and a gateway before it that counts and fails requests.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, PutRequest, ScalarAttributeType,
    WriteRequest,
};
use trailwarden_aws::{DynamoStore, KEY};

use crate::http::{Reply, Request, forward, serve};

/// The emulator, one for the whole test program; each test has tables of its own.
static EMULATOR: LazyLock<u16> = LazyLock::new(|| {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            dynoxide::server::serve_on(listener, dynoxide::Database::memory().unwrap()).await;
        });
    });
    port
});

static TABLES: AtomicU32 = AtomicU32::new(0);

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The emulator's port.
pub(crate) fn emulator_port() -> u16 {
    *EMULATOR
}

/// The emulator's address.
pub(crate) fn emulator() -> String {
    format!("http://127.0.0.1:{}", *EMULATOR)
}

/// A client of whatever speaks DynamoDB at `url`.
pub(crate) fn client(url: &str) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(url);
    Client::from_conf(config.build())
}

/// A new table of the shape the template gives it.
pub(crate) async fn new_table(client: &Client) -> String {
    let name = format!("memory-{}-{}", std::process::id(), TABLES.fetch_add(1, Ordering::Relaxed));
    client
        .create_table()
        .table_name(&name)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(KeySchemaElement::builder().attribute_name(KEY).key_type(KeyType::Hash).build().unwrap())
        .attribute_definitions(
            AttributeDefinition::builder().attribute_name(KEY).attribute_type(ScalarAttributeType::S).build().unwrap(),
        )
        .send()
        .await
        .unwrap();
    name
}

/// Everything that lies in a table.
pub(crate) type Items = Vec<HashMap<String, AttributeValue>>;

/// All that lies in it.
pub(crate) async fn scan(client: &Client, table: &str) -> Items {
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

/// Lays these into it.
pub(crate) async fn put(client: &Client, table: &str, items: &Items) {
    for some in items.chunks(25) {
        let write = |item: &HashMap<String, AttributeValue>| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        };
        let written = client.batch_write_item().request_items(table, some.iter().map(write).collect()).send().await;
        assert!(written.unwrap().unprocessed_items.unwrap_or_default().is_empty());
    }
}

/// A new, empty store.
pub(crate) async fn new_store(url: &str) -> DynamoStore {
    let client = client(url);
    let table = new_table(&client).await;
    DynamoStore::new(client, &table)
}

/// How a request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is refused and has no effect.
    Before,
    /// It takes effect, and the answer is lost.
    After,
}

#[derive(Debug, Default)]
struct Plan {
    seen: Vec<String>,
    fault: Option<(usize, Fault)>,
}

/// A gateway to the emulator.
#[derive(Debug, Clone)]
pub(crate) struct Gateway {
    pub(crate) port: u16,
    plan: Arc<Mutex<Plan>>,
}

impl Gateway {
    pub(crate) fn open() -> Self {
        let plan = Arc::new(Mutex::new(Plan::default()));
        let within = Arc::clone(&plan);
        let port = serve(move |request| {
            let fault = within.lock().unwrap().note(&request);
            match fault {
                None => forward(*EMULATOR, &request),
                Some(Fault::Before) => Reply::of(
                    500,
                    "application/x-amz-json-1.0",
                    r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"planned"}"#,
                ),
                Some(Fault::After) => {
                    forward(*EMULATOR, &request);
                    Reply::Cut
                }
            }
        });
        Self { port, plan }
    }

    /// Lets the `nth` request from now (from 1) fail.
    pub(crate) fn fail(&self, nth: usize, fault: Fault) {
        let mut plan = self.plan.lock().unwrap();
        plan.fault = Some((plan.seen.len() + nth, fault));
    }

    /// The requests since the last time this was asked, by operation.
    pub(crate) fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.plan.lock().unwrap().seen)
    }
}

impl Plan {
    fn note(&mut self, request: &Request) -> Option<Fault> {
        let target = request.headers.get("x-amz-target").map(String::as_str).unwrap_or_default();
        self.seen.push(target.rsplit('.').next().unwrap_or_default().to_owned());
        self.fault.filter(|(nth, _)| *nth == self.seen.len()).map(|(_, fault)| fault)
    }
}
