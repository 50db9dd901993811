//! A judging function: everything between its environment and the events it is invoked with.
//!
//! Which events reach it is decided by the rules of the template; whatever arrives is judged by every
//! detector, so the functions differ by their names, their alarms and their limits, and by nothing else.

use aws_config::SdkConfig;
use futures_util::future::join;
use lambda_runtime::{Error, run, service_fn};
use trailwarden_detectors::Settings;
use trailwarden_pipeline::{Pipeline, Remembering};

use crate::clients::Clients;
use crate::heartbeat::Hearing;
use crate::hub_queue::HubQueue;
use crate::ledger::LedgerTable;
use crate::settings::FunctionSettings;
use crate::sinks::Sinks;
use crate::store::DynamoStore;
use crate::tally::Tally;
use crate::topic::SnsPublisher;
use crate::watch::{Nothing, Watch};
use crate::{clients, logs, parameter, trigger};

/// Gets ready, and deals with events until Lambda ends the process.
///
/// # Errors
///
/// What is missing or wrong in the environment, all of it at once, or what the runtime could not do.
pub async fn serve() -> Result<(), Error> {
    // Boxed: it holds every client and setting at once.
    Box::pin(serve_with(|_, _, _| Nothing)).await
}

/// The same for a function that does something beside judging, as its environment and its settings have it.
pub(crate) async fn serve_with<W: Watch>(
    watch: impl FnOnce(&SdkConfig, &FunctionSettings, &Settings) -> W,
) -> Result<(), Error> {
    let mut settings = FunctionSettings::from_env()?;
    logs::start(settings.log_level);
    let config = clients::config().await;
    let (clients, turned) =
        join(Clients::connect(&config, &settings), parameter::load(&config, settings.parameter.as_deref())).await;
    let turned = turned?;
    let (intake, beside) = (settings.take_intake(), watch(&config, &settings, &turned));
    let (senders, tally) = (settings.senders(), Tally::of(settings.stack.as_deref()));
    let watch = Hearing { client: clients.dynamodb.clone(), table: settings.table.clone(), senders, beside };
    let pipeline = Pipeline {
        store: Remembering::of(DynamoStore::new(clients.dynamodb, &settings.table)),
        publisher: Sinks {
            topics: SnsPublisher::new(clients.sns, &settings.topic).with_chat(settings.chat_topic),
            ledger: settings.ledger.map(|table| LedgerTable::new(clients.ledger, &table, settings.ledger_days)),
            hub: settings.hub_queue.map(|queue| HubQueue::new(clients.sqs, &queue)),
        },
        settings: turned,
        expected: Vec::new(),
        tell_from: settings.tell_from,
    };
    let deal_with = |event| {
        let answered = trigger::answer(&intake, &pipeline, &watch, event);
        // Who invokes asynchronously reads no answer, so there is none.
        async { answered.await.map(|dealt| tally.count(&dealt)) }
    };
    Box::pin(run(service_fn(deal_with))).await
}
