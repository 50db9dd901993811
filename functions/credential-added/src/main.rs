//! Credentials added: one CloudTrail event in, judged against the memory, told where it deserves it.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    trailwarden_aws::presence::serve().await
}
