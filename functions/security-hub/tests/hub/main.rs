//! The deployed path of a finding into Security Hub, through the function's own binary.
//!
//! Everything is on loopback: a Runtime API, and a Security Hub that checks, refuses and throttles.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a stage that cannot be set is a failed test"
)]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-security-hub");

mod every_fault;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
mod hub;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
mod members;
mod path;
#[path = "../../../credential-added/tests/slice/plan.rs"]
mod plan;
