//! The watch on new credentials, through its library as writers use it and through upkeep's own binary.
//!
//! Everything is on loopback: a Runtime API, DynamoDB in this process, and a rule that checks its pattern.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a stage that cannot be set is a failed test, and what was counted is shown"
)]
#![expect(dead_code, reason = "the stage is the one of the other function, which uses more of it")]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-upkeep");

#[path = "../../../credential-added/tests/slice/deployment.rs"]
mod deployment;
mod every_fault;
#[path = "../../../credential-added/tests/slice/http.rs"]
mod http;
#[path = "../../../credential-added/tests/slice/iam.rs"]
mod iam;
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
mod rule;
#[path = "../../../answers/tests/answers/stage.rs"]
mod stage;
#[path = "../../../credential-added/tests/slice/table.rs"]
mod table;
mod ticks;
#[path = "../../../credential-added/tests/slice/topic.rs"]
mod topic;
#[path = "../../../credential-added/tests/slice/trial.rs"]
mod trial;
mod watch;
