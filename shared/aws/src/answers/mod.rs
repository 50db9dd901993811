//! Answers: what people decide about findings, and what they say will come, on its way into the memory.

mod analyst;
mod change;

use aws_sdk_dynamodb::Client;
use futures_util::future::join;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use trailwarden_pipeline::{Pipeline, Publisher, Store};

use crate::ledger::LedgerTable;
use crate::settings::FunctionSettings;
use crate::store::{DynamoStore, touch};
use crate::{clients, logs, parameter};

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
    let pipeline = Pipeline {
        store: DynamoStore::new(dynamodb, &settings.table),
        publisher: ledger,
        settings: turned?,
        expected: Vec::new(),
        tell_from: settings.tell_from,
    };
    Box::pin(run(service_fn(|event| hear(&pipeline, event)))).await
}

/// Hears one event: of Security Hub, or of whoever announces changes.
///
/// An error gives the event back. What is neither, or makes no sense, is logged and never tried again.
async fn hear<S: Store, P: Publisher>(pipeline: &Pipeline<S, P>, event: LambdaEvent<Value>) -> Result<(), Error> {
    let request = event.context.request_id.as_str();
    let given_back = |error: String| {
        tracing::error!(request, retryable = true, %error, "answer given back");
        error
    };
    for answer in analyst::answers(&event.payload) {
        let known = pipeline.hear(&answer).await.map_err(|error| given_back(error.to_string()))?;
        tracing::debug!(request, finding = %answer.finding_id, known, "an analyst answered");
    }
    match change::announced(&event.payload) {
        Some(Ok((expected, at))) => {
            pipeline.expect(&expected, at).await.map_err(|error| given_back(error.to_string()))?;
        }
        Some(Err(problem)) => tracing::warn!(request, %problem, "expected change refused"),
        None => {}
    }
    Ok(())
}
