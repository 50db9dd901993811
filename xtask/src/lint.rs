//! `xtask lint-template`: the template as four linters see it, each installed at a version of its own.

use std::path::Path;

use crate::python::Environment;
use crate::steps::{run, run_with, tool};

/// The template.
const TEMPLATE: &str = "template.yaml";
/// What the house asks of it, in cfn-guard's words.
const RULES: &str = "tests/template.guard";

/// Runs every linter; what one of them is to overlook stands in the template, with the reason.
pub(crate) fn template() -> anyhow::Result<()> {
    let tools = Environment::of("lint-env", Path::new("xtask/lint-requirements.txt"))?;
    run(&tools.program("cfn-lint"), &["--non-zero-exit-code", "informational", "--", TEMPLATE])?;
    let quiet = [("SAM_CLI_TELEMETRY", "0"), ("AWS_DEFAULT_REGION", "us-east-1")];
    run_with(&tools.program("sam"), &["validate", "--lint", "--template-file", TEMPLATE], &quiet)?;
    // Without the network: its policies are in the package.
    run(&tools.program("checkov"), &["--skip-download", "--quiet", "--compact", "--file", TEMPLATE])?;
    let guard = tool("cfn-guard", "3.2.1")?;
    run(&guard, &["validate", "--show-summary", "fail", "--data", TEMPLATE, "--rules", RULES])
}
