//! `xtask`: what builds, generates and checks this repository.

mod bench;
mod cost;
mod countries;
mod dynamodb;
mod evaluate;
mod examples;
mod fuzz;
mod hostile;
mod lint;
mod networks;
mod proofs;
mod python;
mod release;
mod stack;
mod steps;
mod template;
mod test;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, generates and checks what this repository is made of.
#[derive(Debug, Parser)]
#[command(name = "xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every check and every test; what they need is installed first.
    Test,
    /// Write the documents, man pages, completions, schema and the parts of the template that are made from code.
    Generate,
    /// Check licences, sources and versions of every dependency with cargo-deny.
    Deny,
    /// Build the functions as they are released, with their bills of materials and digests.
    Release(release::ReleaseArgs),
    /// Write the bill of materials of each function.
    Sbom(release::SbomArgs),
    /// Deploy the template on this machine, with the functions' own binaries, and show what they find.
    Stack(stack::StackArgs),
    /// Check the template with cfn-lint, `sam validate`, checkov and cfn-guard.
    LintTemplate,
    /// Generate organisations with ordinary life and attacks, judge them, and measure how well that went.
    Evaluate(Box<evaluate::EvaluateArgs>),
    /// Count what a life asks of the tables, and print what a million of its events cost by the list of prices.
    Cost(cost::CostArgs),
    /// Measure replay against unpacking the same files: time, processor and memory; or count each step's instructions.
    Bench(bench::BenchArgs),
    /// Let every outward call of every function suffer every fault, and compare what is found in the end.
    Faults(proofs::FaultsArgs),
    /// Set many processes on one hot identity, and compare what they find with the pipeline in order.
    Hot(proofs::HotArgs),
    /// Judge organisations by processes that remember, end at random and start cold, against one that asks each time.
    ColdStarts(proofs::ColdStartsArgs),
    /// Set a million failing calls around one real attack, of each kind of flood, and show what is told of it.
    Flood(proofs::FloodArgs),
    /// Let many identities live a year through the store, and show what an event takes and an identity weighs.
    Year(proofs::YearArgs),
    /// Run the fuzz targets under libFuzzer, an hour each unless told, and print what came of each.
    Fuzz(fuzz::FuzzArgs),
    /// Replay the largest inputs an attacker may leave in a log, and hold time and memory to their bounds.
    Hostile(hostile::HostileArgs),
    /// Write the example logs anew.
    Examples,
    /// Write the table of where countries lie.
    Countries,
    /// Build the address table from its packages; with --check, compare it with them.
    Networks {
        /// Compare the committed table with its sources instead of writing it.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Test => test::all(),
        Task::Generate => {
            steps::run("cargo", &["run", "--quiet", "--package", "trailwarden", "--", "generate", "docs"])
                .and_then(|()| template::write())
        }
        Task::Deny => steps::tool("cargo-deny", "0.20.2")
            .and_then(|deny| steps::run(&deny, &["check", "bans", "licenses", "sources"])),
        Task::Release(arguments) => release::release(&arguments),
        Task::Sbom(arguments) => release::sbom(&arguments),
        Task::Stack(arguments) => stack::run_stack(&arguments),
        Task::LintTemplate => lint::template(),
        Task::Evaluate(arguments) => evaluate::run(&arguments),
        Task::Cost(arguments) => cost::run(&arguments),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Faults(arguments) => proofs::faults(&arguments),
        Task::Hot(arguments) => proofs::hot(&arguments),
        Task::ColdStarts(arguments) => proofs::cold_starts(&arguments),
        Task::Flood(arguments) => proofs::flood(&arguments),
        Task::Year(arguments) => proofs::year(&arguments),
        Task::Fuzz(arguments) => fuzz::run(&arguments),
        Task::Hostile(arguments) => hostile::run(&arguments),
        Task::Examples => examples::run(Path::new("examples")),
        Task::Countries => countries::run(),
        Task::Networks { check } => networks::run(&if check { vec!["--check".to_owned()] } else { Vec::new() }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
