//! Security Hub: findings from a queue in, imported in batches.

use lambda_runtime::{Error, run, service_fn};
use trailwarden_aws::hub::queue::handle;
use trailwarden_aws::hub::{HubSettings, SecurityHub};
use trailwarden_aws::logs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let settings = HubSettings::from_env()?;
    logs::start(settings.log_level);
    let hub = SecurityHub::connect(&settings).await;
    run(service_fn(|event| handle(&hub, event))).await
}
