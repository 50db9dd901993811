//! The deployed path of what failed back to its function, through redrive's own binary.
//!
//! Everything is on loopback: a Runtime API, the two queues, and the functions they are for.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a stage that cannot be set is a failed test, and what was counted is shown"
)]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-redrive");

mod deadline;
mod every_fault;
mod functions;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
mod path;
#[path = "../../../credential-added/tests/slice/plan.rs"]
mod plan;
mod queues;
#[path = "../../../answers/tests/answers/stage.rs"]
mod stage;
#[path = "../../../credential-added/tests/slice/trial.rs"]
mod trial;
