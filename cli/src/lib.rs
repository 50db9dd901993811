//! The command line: the pipeline over local adapters.
//!
//! Data goes to stdout, everything else to stderr. What a run came to is decided in [`Exit`] alone.

mod announced;
pub mod args;
mod backfill;
mod detectors;
pub mod doctor;
mod explain;
mod generate;
mod input;
mod ledger;
mod output;
pub mod pattern;
mod reach;
mod redrive;
mod replay;
mod report;
mod say;
mod settings;

use std::process::ExitCode;

use clap::Parser;
use trailwarden_model::{Finding, Severity};

use args::{Cli, Command};

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Findings at or above `--fail-on`, or something at fault.
    Found,
}

impl Exit {
    /// What findings come to, where some severity is not to be reached.
    fn of(findings: &[Finding], fail_on: Option<Severity>) -> Self {
        let worst = findings.iter().map(|finding| finding.severity).max();
        if fail_on.is_some_and(|limit| worst.is_some_and(|worst| worst >= limit)) { Self::Found } else { Self::Done }
    }
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Found) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::tell_error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Replay(arguments) => replay::run(arguments),
        Command::Report(arguments) => report::run(arguments),
        Command::Ledger(arguments) => ledger::run(arguments).map(|()| Exit::Done),
        Command::Backfill(arguments) => backfill::run(arguments).map(|()| Exit::Done),
        Command::Redrive(arguments) => redrive::run(arguments).map(|()| Exit::Done),
        Command::Doctor(arguments) => doctor::run(arguments),
        Command::Ack(arguments) => say::acknowledge(arguments).map(|()| Exit::Done),
        Command::Expect(arguments) => say::expect(arguments).map(|()| Exit::Done),
        Command::Suppress(arguments) => say::suppress(arguments).map(|()| Exit::Done),
        Command::Explain(arguments) => explain::run(arguments).map(|()| Exit::Done),
        Command::Detectors(arguments) => detectors::run(arguments).map(|()| Exit::Done),
        Command::Generate(arguments) => generate::run(arguments).map(|()| Exit::Done),
    }
}

/// Whoever read our output had enough (`| head`): nothing went wrong.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
