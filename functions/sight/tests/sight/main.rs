//! The proof of sight through its own binary: an organisation on loopback, broken in one place at a time.
//!
//! Everything speaks over the wire: a Runtime API, DynamoDB in this process, and the endpoints of AWS, which
//! tell by the signature of a call in which account and region it was made.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a stage that cannot be set is a failed test"
)]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-sight");

mod answers;
mod arrived;
mod broken;
mod deployment;
mod digest;
#[path = "../../../credential-added/tests/slice/filter.rs"]
mod filter;
mod forwarders;
mod heartbeat;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
mod hubs;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
#[path = "../../../credential-added/tests/slice/ledger_table.rs"]
mod ledger_table;
mod retention;
mod surroundings;
#[path = "../../../credential-added/tests/slice/table.rs"]
mod table;
mod world;
