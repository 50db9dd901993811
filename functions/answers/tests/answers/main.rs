//! What people decide and announce on its way into the memory, through the function's own binary.
//!
//! Everything is on loopback: a Runtime API, DynamoDB in this process, and every other service behind one plan of faults.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a stage that cannot be set is a failed test, and what was counted is shown"
)]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-answers");

mod asked;
#[path = "../../../credential-added/tests/slice/deployment.rs"]
mod deployment;
mod every_fault;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
#[path = "../../../credential-added/tests/slice/iam.rs"]
mod iam;
#[path = "../../../credential-added/tests/slice/intrusion.rs"]
mod intrusion;
#[path = "../../../credential-added/tests/slice/lambda.rs"]
mod lambda;
#[path = "../../../credential-added/tests/slice/ledger_table.rs"]
mod ledger_table;
#[path = "../../../credential-added/tests/slice/moment.rs"]
mod moment;
#[path = "../../../credential-added/tests/slice/outside.rs"]
mod outside;
#[path = "../../../credential-added/tests/slice/plan.rs"]
mod plan;
#[path = "../../../upkeep/tests/upkeep/rule.rs"]
mod rule;
mod stage;
#[path = "../../../credential-added/tests/slice/table.rs"]
mod table;
#[path = "../../../credential-added/tests/slice/topic.rs"]
mod topic;
#[path = "../../../credential-added/tests/slice/trial.rs"]
mod trial;
