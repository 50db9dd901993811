//! Credentials under watch: what they do beyond the calls in scope, one CloudTrail event in, judged and told.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    trailwarden_aws::serve().await
}
