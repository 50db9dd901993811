//! Sight: each hour, and whenever somebody asks, whether anything is not seen.

use lambda_runtime::{Error, run, service_fn};
use trailwarden_aws::logs;
use trailwarden_aws::sight::{Sight, SightSettings, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let settings = SightSettings::from_env()?;
    logs::start(settings.log_level);
    let sight = Sight::connect(settings).await;
    run(service_fn(|tick| handle(&sight, tick))).await
}
