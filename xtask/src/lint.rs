//! `xtask lint-template`: the templates as four linters see them, each installed at a version of its own.

use std::path::Path;

use crate::python::Environment;
use crate::steps::{run, run_with, tool};

/// The template.
const TEMPLATE: &str = "template.yaml";
/// What other accounts and regions are given, what gives it to them, and what seeds the memory.
const INFRA: [&str; 4] =
    ["infra/forwarder.yaml", "infra/organization.yaml", "infra/account.yaml", "infra/backfill.yaml"];
/// What the house asks of it, in cfn-guard's words.
const RULES: &str = "tests/template.guard";

/// Runs every linter; what one of them is to overlook stands in the template, with the reason.
pub(crate) fn template() -> anyhow::Result<()> {
    let tools = Environment::of("lint-env", Path::new("xtask/lint-requirements.lock"))?;
    let every = [&[TEMPLATE], INFRA.as_slice()].concat();
    run(&tools.program("cfn-lint"), &[&["--non-zero-exit-code", "informational", "--"], every.as_slice()].concat())?;
    let quiet = [("SAM_CLI_TELEMETRY", "0"), ("AWS_DEFAULT_REGION", "us-east-1")];
    run_with(&tools.program("sam"), &["validate", "--lint", "--template-file", TEMPLATE], &quiet)?;
    // Without the network: its policies are in the package.
    run(
        &tools.program("checkov"),
        &[&["--skip-download", "--quiet", "--compact", "--file"], every.as_slice()].concat(),
    )?;
    let guard = tool("cfn-guard", "3.2.1")?;
    let data: Vec<&str> = every.iter().flat_map(|path| ["--data", path]).collect();
    run(&guard, &[&["validate", "--show-summary", "fail", "--rules", RULES], data.as_slice()].concat())
}
