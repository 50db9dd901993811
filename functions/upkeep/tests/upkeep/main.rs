//! The watch on new credentials, through its library as writers use it and through upkeep's own binary.
//!
//! Everything is on loopback: a Runtime API, DynamoDB in this process, and a rule that checks its pattern.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a stage that cannot be set is a failed test"
)]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-upkeep");

#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
mod rule;
#[path = "../../../credential-added/tests/slice/table.rs"]
mod table;
mod ticks;
mod watch;
