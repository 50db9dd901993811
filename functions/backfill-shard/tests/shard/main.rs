//! Workers as a distributed map directs them, through their own binary, held against a table that learned event by event.
//!
//! Everything is on loopback: a Runtime API, a bucket, and DynamoDB in this process.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a stage that cannot be set is a failed test"
)]
#![expect(dead_code, reason = "the stage is the one of other functions, which use more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-backfill-shard");

mod bucket;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
mod lessons;
#[path = "../../../credential-added/tests/slice/logs.rs"]
mod logs;
#[path = "../../../backfill/tests/backfill/memory.rs"]
mod memory;
#[path = "../../../credential-added/tests/slice/table.rs"]
mod table;
