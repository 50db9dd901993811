//! Upkeep: what only the passing of time brings about, every quarter of an hour.

use lambda_runtime::{Error, run, service_fn};
use trailwarden_aws::logs;
use trailwarden_aws::presence::{Presence, PresenceSettings, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let settings = PresenceSettings::from_env()?;
    logs::start(settings.log_level);
    let presence = Presence::connect(&settings).await;
    run(service_fn(|tick| handle(&presence, tick))).await
}
