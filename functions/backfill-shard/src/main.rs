//! A shard of a backfill: some objects of a trail's bucket and a lesson in, what they teach into the memory.

mod objects;
mod shard;

use lambda_runtime::{Error, run, service_fn};
use trailwarden_aws::backfill::Teacher;
use trailwarden_aws::clients;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = clients::config().await;
    let (teacher, s3) = (Teacher::connect(&config).await?, aws_sdk_s3::Client::new(&config));
    run(service_fn(|shard| shard::handle(&teacher, &s3, shard))).await
}
