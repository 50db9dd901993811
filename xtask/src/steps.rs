//! Steps: commands run one after another, each named before it runs.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

/// Runs a program and fails if it does.
pub(crate) fn run(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    run_with(program, arguments, &[])
}

/// Runs a program with variables set and fails if it does.
pub(crate) fn run_with(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<()> {
    let status = command(program, arguments, variables)
        .status()
        .with_context(|| format!("cannot start {program}: is it installed?"))?;
    if !status.success() {
        bail!("{program} {} failed ({status})", arguments.join(" "));
    }
    Ok(())
}

/// Runs a program, fails if it does, and returns what it wrote.
pub(crate) fn said(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = command(program, arguments, &[]).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("cannot start {program}: is it installed?"))?;
    if !output.status.success() {
        bail!("{program} {} failed ({})", arguments.join(" "), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("{program} writes no text"))
}

/// Runs tests and fails if one does, saying last, where the end of a long log shows it, which did and where.
pub(crate) fn run_tests(arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut child =
        command("cargo", arguments, variables).stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let said = BufReader::new(child.stdout.take().context("cargo says nothing")?);
    let mut failed = Vec::new();
    let mut why = false;
    for line in said.lines() {
        let line = line?;
        let panicked = line.contains("panicked at");
        // Why is said on the line after.
        if line.ends_with("... FAILED") || panicked || why {
            failed.push(line.clone());
        }
        why = panicked;
        anstream::println!("{line}");
    }
    if !child.wait()?.success() {
        bail!("cargo {} failed\n{}", arguments.join(" "), failed.join("\n"));
    }
    Ok(())
}

/// A command, named before it runs.
fn command(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    anstream::eprintln!("\n$ {program} {}", arguments.join(" "));
    let mut command = Command::new(program);
    for (name, _) in env::vars_os().filter(|(name, _)| is_this_packages(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command.args(arguments).envs(variables.iter().copied());
    command
}

/// Whether cargo set a variable for this package alone: some build scripts look at it, and would build all that
/// depends on them again whenever cargo is run by hand and from here in turns.
fn is_this_packages(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

/// Installs a cargo tool of one version into the target folder, unless it is there.
pub(crate) fn tool(name: &str, version: &str) -> anyhow::Result<String> {
    let root = Path::new("target/tools");
    let binary = root.join("bin").join(name);
    if !binary.exists() {
        let root = root.to_string_lossy();
        run("cargo", &["install", "--locked", "--root", &root, "--version", version, name])?;
    }
    Ok(binary.to_string_lossy().into_owned())
}
