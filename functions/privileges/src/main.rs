//! Privileges: a tick in, and what the account's identities may do into the memory.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    trailwarden_aws::privileges::serve().await
}
