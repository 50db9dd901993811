//! Answers: what people decide about findings, and what they say will come, on its way into the memory.

mod analyst;
mod change;
mod said;

use aws_sdk_dynamodb::Client;
use futures_util::future::join;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Serialize;
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

/// What became of an event; whoever invokes the function and waits is told.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Heard {
    /// Findings whose answer is kept.
    answered: usize,
    /// Findings that are not known.
    unknown: usize,
    /// Changes that are expected now.
    expected: usize,
    /// Why something in it was not believed.
    refused: Option<String>,
}

/// Hears one event: of Security Hub, of whoever announces changes, or of the command line.
///
/// An error gives the event back. What is none of these, or makes no sense, is logged and never tried again.
async fn hear<S: Store, P: Publisher>(pipeline: &Pipeline<S, P>, event: LambdaEvent<Value>) -> Result<Heard, Error> {
    let request = event.context.request_id.as_str();
    let given_back = |error: String| {
        tracing::error!(request, retryable = true, %error, "answer given back");
        error
    };
    let mut heard = Heard::default();
    let mut answers = analyst::answers(&event.payload);
    match said::said(&event.payload) {
        Some(Ok(answer)) => answers.push(answer),
        Some(Err(problem)) => heard.refused = Some(problem),
        None => {}
    }
    for answer in answers {
        let known = pipeline.hear(&answer).await.map_err(|error| given_back(error.to_string()))?;
        tracing::debug!(request, finding = %answer.finding_id, known, "an analyst answered");
        *(if known { &mut heard.answered } else { &mut heard.unknown }) += 1;
    }
    match change::announced(&event.payload) {
        Some(Ok((expected, at))) => {
            pipeline.expect(&expected, at).await.map_err(|error| given_back(error.to_string()))?;
            heard.expected += 1;
        }
        Some(Err(problem)) => heard.refused = Some(problem.to_string()),
        None => {}
    }
    if let Some(problem) = &heard.refused {
        tracing::warn!(request, %problem, "what was said is refused");
    }
    Ok(heard)
}
