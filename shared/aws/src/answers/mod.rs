//! Answers: what people decide about findings, and what they say will come, on its way into the memory.

mod analyst;
mod change;
mod desk;
mod question;
mod said;
mod silence;
mod withdrawal;

use aws_sdk_dynamodb::Client;
use futures_util::future::join;
use jiff::Timestamp;
use lambda_runtime::{Error, run, service_fn};
use serde_json::Value;
use trailwarden_pipeline::Pipeline;

use crate::ledger::LedgerTable;
use crate::settings::FunctionSettings;
use crate::store::{DynamoStore, touch};
use crate::{clients, logs, parameter};
use desk::Desk;

/// Gets ready, and hears events until Lambda ends the process.
///
/// # Errors
///
/// What is missing or wrong in the environment, all of it at once, or what the runtime could not do.
pub async fn serve() -> Result<(), Error> {
    let settings = FunctionSettings::from_env()?;
    logs::start(settings.log_level);
    let config = clients::config().await;
    let dynamodb = Client::new(&config);
    // Only the connection is wanted: a fault shows at the first event, where it can be retried.
    let opened = touch(&dynamodb, &settings.table);
    let (_, turned) = join(opened, parameter::load(&config, settings.parameter.as_deref())).await;
    let ledger = settings.ledger.map(|table| LedgerTable::new(dynamodb.clone(), &table, settings.ledger_days));
    let desk = Desk {
        pipeline: Pipeline {
            store: DynamoStore::new(dynamodb, &settings.table),
            publisher: ledger.clone(),
            settings: turned?,
            expected: Vec::new(),
            tell_from: settings.tell_from,
        },
        ledger,
    };
    Box::pin(run(service_fn(|event| desk.attend(event)))).await
}

/// When an event was sent.
fn time(event: &Value) -> Option<Timestamp> {
    event.get("time")?.as_str()?.parse().ok()
}
