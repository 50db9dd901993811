//! The deployed path of what failed back to its function, through redrive's own binary.
//!
//! Everything is on loopback: a Runtime API, the two queues, and the functions they are for.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a stage that cannot be set is a failed test")]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-redrive");

mod deadline;
mod functions;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
mod path;
mod queues;
