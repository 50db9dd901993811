//! Answers: what analysts decide in Security Hub, and changes announced on a bus, in; the memory out.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    trailwarden_aws::answers::serve().await
}
