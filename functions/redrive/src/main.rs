//! Redrive: each hour, what waits in the queues is given again to the function it was meant for.

use lambda_runtime::{Error, run, service_fn};
use trailwarden_aws::logs;
use trailwarden_aws::redrive::{Redrive, RedriveSettings, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let settings = RedriveSettings::from_env()?;
    logs::start(settings.log_level);
    let redrive = Redrive::connect(settings).await;
    run(service_fn(|tick| handle(&redrive, tick))).await
}
