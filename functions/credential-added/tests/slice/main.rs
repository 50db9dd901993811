//! The deployed path, from an `EventBridge` event to a message, through the function's own binary.
//!
//! Everything is on loopback: a Runtime API, DynamoDB in this process behind a gateway that counts
//! and fails requests, and a topic that does the same.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a stage that cannot be set is a failed test, and what was counted is shown"
)]

/// The function.
const BINARY: &str = env!("CARGO_BIN_EXE_trailwarden-credential-added");

mod contract;
mod cost;
#[expect(dead_code, reason = "other functions' tests ask for its ledger, too")]
mod deployment;
mod earlier;
mod every_fault;
mod faults;
mod filter;
mod heartbeat;
mod hot;
mod hot_identity;
mod http;
mod iam;
mod intrusion;
mod kept;
#[expect(dead_code, reason = "other functions are ended when their time is up")]
mod lambda;
mod ledger;
mod ledger_table;
mod left_behind;
mod logs;
#[expect(dead_code, reason = "other functions' tests compare all of it word for word")]
mod moment;
mod outside;
mod parameter;
mod path;
mod plan;
mod queue;
#[path = "../../../upkeep/tests/upkeep/rule.rs"]
#[expect(dead_code, reason = "the rule is upkeep's, which has more fates for it")]
mod rule;
mod secrets;
mod spending;
mod stack;
mod table;
mod tally;
mod topic;
mod trial;
mod watch;
mod year;
