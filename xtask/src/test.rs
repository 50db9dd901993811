//! `xtask test`: everything a change must pass, installing for itself what it needs.

use crate::dynamodb::DynamoDb;
use crate::steps::{run, run_tests};
use crate::{evaluate, hostile, stack};

/// Runs the checks, then every test.
pub(crate) fn all() -> anyhow::Result<()> {
    run("cargo", &["fmt", "--all", "--check"])?;
    run("cargo", &["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"])?;
    match DynamoDb::start() {
        Ok(database) => {
            let url = database.url();
            tests(&[("TRAILWARDEN_DYNAMODB_LOCAL", &url)])?;
            stack::check_with("debug", Some(&url))?;
        }
        Err(error) => {
            anstream::eprintln!("tests on DynamoDB Local are skipped: {error:#}");
            tests(&[])?;
            stack::check_with("debug", None)?;
        }
    }
    hostile::short()?;
    // One small organisation: judgement that grows deaf or noisy is a failure like any other.
    evaluate::short()
}

fn tests(variables: &[(&str, &str)]) -> anyhow::Result<()> {
    run_tests(&["test", "--workspace", "--locked", "--no-fail-fast"], variables)
}
