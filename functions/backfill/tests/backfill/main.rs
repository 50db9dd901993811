//! A deployment's memory, seeded from logs in every way there is, held against one that learned event by event.
//!
//! Everything is on loopback: a Runtime API, the function's own binary, and DynamoDB in this process.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a stage that cannot be set is a failed test"
)]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-backfill");

mod cost;
mod history;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
#[path = "../../../credential-added/tests/slice/logs.rs"]
mod logs;
mod memory;
mod path;
mod seeded;
mod sharded;
#[path = "../../../credential-added/tests/slice/table.rs"]
mod table;
