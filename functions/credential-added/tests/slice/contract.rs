//! The store keeps every promise, on the fast emulator and on DynamoDB Local.

use trailwarden_fixtures::check_store;

use crate::table::{emulator, new_store};

/// Names the URL of a running DynamoDB Local.
const DYNAMODB_LOCAL: &str = "TRAILWARDEN_DYNAMODB_LOCAL";

#[tokio::test]
async fn the_store_keeps_every_promise_on_the_emulator() {
    check_store(|| async { new_store(&emulator()).await }).await;
}

#[tokio::test]
async fn the_store_keeps_every_promise_on_dynamodb_local() {
    match std::env::var(DYNAMODB_LOCAL) {
        Ok(url) => check_store(|| async { new_store(&url).await }).await,
        Err(_) => eprintln!(
            "skipped: {DYNAMODB_LOCAL} names no running DynamoDB Local (java -jar DynamoDBLocal.jar -inMemory)"
        ),
    }
}

#[tokio::test]
async fn the_reference_store_keeps_every_promise() {
    check_store(|| async { trailwarden_fixtures::ReferenceStore::default() }).await;
}
