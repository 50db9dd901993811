//! Credentials added: one CloudTrail event in, judged against the memory, told where it deserves it.

use lambda_runtime::{Error, run, service_fn};
use trailwarden_aws::{Clients, DynamoStore, FunctionSettings, SnsPublisher, logs, trigger};
use trailwarden_pipeline::Pipeline;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let settings = FunctionSettings::from_env()?;
    logs::start(settings.log_level);
    let clients = Clients::connect(&settings).await;
    let intake = settings.intake();
    let pipeline = Pipeline {
        store: DynamoStore::new(clients.dynamodb, &settings.table),
        publisher: SnsPublisher::new(clients.sns, &settings.topic).with_chat(settings.chat_topic),
        settings: settings.settings,
        expected: Vec::new(),
        tell_from: settings.tell_from,
    };
    run(service_fn(|event| trigger::answer(&intake, &pipeline, event))).await
}
