//! `xtask hostile`: the largest inputs an attacker may leave in a log, each beside one record that must still be found.

mod inputs;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use clap::Args;

use crate::bench::measure;
use crate::steps;
use inputs::{INPUTS, Input};

/// The most memory a run may hold, in bytes, whatever it reads.
const MEMORY: u64 = 400 << 20;

/// How large the inputs are.
#[derive(Debug, Args)]
pub(crate) struct HostileArgs {
    /// What each size is divided by.
    #[arg(long, default_value_t = 1)]
    divided_by: u64,
    /// Only inputs whose name has this in it.
    #[arg(long, default_value = "")]
    of: String,
    /// A program to run instead of the one built from this tree.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Writes the inputs, replays each, holds it to its bounds and prints a table in Markdown.
pub(crate) fn run(arguments: &HostileArgs) -> anyhow::Result<()> {
    let program = if let Some(program) = &arguments.program {
        program.clone()
    } else {
        steps::run("cargo", &["build", "--release", "--package", "trailwarden"])?;
        crate::bench::target().join("release/trailwarden")
    };
    anstream::println!("| input | size | seconds | memory MB | told |\n|---|---|---|---|---|");
    for input in INPUTS.iter().filter(|input| input.name.contains(&arguments.of)) {
        one(input, &program, arguments.divided_by.max(1))?;
    }
    Ok(())
}

/// The same at a hundredth, by the program that was built for the tests.
pub(crate) fn short() -> anyhow::Result<()> {
    if !measure::is_there("/usr/bin/time") {
        anstream::eprintln!("hostile inputs are skipped: there is no GNU time to hold their memory to its bound");
        return Ok(());
    }
    let program = Some(crate::bench::target().join("debug/trailwarden"));
    run(&HostileArgs { divided_by: 100, of: String::new(), program })
}

fn one(input: &Input, program: &Path, divided_by: u64) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let size = input.size / divided_by;
    (input.write)(folder.path(), size).with_context(|| format!("cannot write {}", input.name))?;
    inputs::witness(folder.path())?;
    let arguments = ["replay", "--format", "jsonl", "--min-severity", "informational"];
    let mut command = Command::new(program);
    command.args(arguments).arg(folder.path()).env("NO_COLOR", "1");
    let out = folder.path().join("findings");
    let run = measure::run(&command, "", Stdio::from(File::create(&out)?))?;
    let found = std::fs::read_to_string(&out)?;
    let seconds = run.figures.wall;
    let told = run.said.lines().filter(|line| line.contains(input.told)).count();
    anstream::println!(
        "| {} | {} | {seconds:.1} | {} | {} |",
        input.name,
        trailwarden_model::text::grouped(size),
        run.figures.memory >> 20,
        run.said.lines().find(|line| line.contains(input.told)).unwrap_or("nothing").trim()
    );
    ensure!(run.success, "{}: the run failed: {}", input.name, run.said);
    ensure!(found.contains("console-login.unusual-sign-in"), "{}: the record beside it was not found", input.name);
    ensure!(told > 0, "{}: nothing says {:?}: {}", input.name, input.told, run.said);
    ensure!(run.figures.memory <= MEMORY, "{}: {} MB of memory", input.name, run.figures.memory >> 20);
    // A minute, and as long as two megabytes a second take: unoptimised, and on a busy machine.
    let bound = 60.0 + input.bytes(size) as f64 / 2e6;
    ensure!(seconds <= bound, "{}: {seconds} s, and no more than {bound} are right", input.name);
    Ok(())
}
