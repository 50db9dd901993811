//! Backfill: a batch of what was learned elsewhere in, merged into the memory, and how far it came out.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    trailwarden_aws::backfill::serve().await
}
