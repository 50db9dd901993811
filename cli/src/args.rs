//! What may be typed: one description of each flag, rendered as help, man page and completions.

#![expect(clippy::doc_markdown, reason = "these comments are the help text, where backticks would show")]

mod backfill;
mod doctor;
mod ledger;
mod replay;
mod report;
mod say;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use trailwarden_model::Severity;

pub use backfill::BackfillArgs;
pub use doctor::{DoctorArgs, DoctorFormat};
pub use ledger::{KindArg, LedgerArgs, LedgerFormat};
pub use replay::{Format, JudgingArgs, ReplayArgs};
pub use report::ReportArgs;
pub use say::{
    AckArgs, ExpectAddArgs, ExpectArgs, ExpectCommand, ListArgs, ListFormat, SuppressAddArgs, SuppressArgs,
    SuppressCommand, WithdrawArgs,
};

/// Watches three behaviours in AWS: credentials added, secrets read, cloud accounts used.
#[derive(Debug, Parser)]
#[command(name = "trailwarden", version, about, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Exit status: 0 done; 1 findings at or above --fail-on, or something doctor finds at fault; 2 an error."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Detect over logs: files, directories, or standard input.
    Replay(Box<ReplayArgs>),
    /// Write a page for people: what deserves one now, why, and what to do, of logs or of a deployment.
    Report(Box<ReportArgs>),
    /// List who added which credential, read which secret, signed in, and whether it was expected.
    Ledger(Box<LedgerArgs>),
    /// Seed a deployment's memory from logs, so that it knows what is usual on its first day.
    Backfill(Box<BackfillArgs>),
    /// Try again what waits in a deployment's failure queues: now, and not within the hour.
    Redrive(RedriveArgs),
    /// Look what a deployment sees of each account and region, and what it does not see, and why.
    Doctor(DoctorArgs),
    /// Say that a finding was legitimate: it is suppressed, and the same is expected to come again.
    Ack(AckArgs),
    /// Say that a change is to be expected, show what is, or take it back.
    Expect(ExpectArgs),
    /// Silence findings of a scope, for a reason and a while; show what is silenced, or hear of it again.
    Suppress(SuppressArgs),
    /// Explain one finding in words: its evidence, what was usual, its timeline.
    Explain(ExplainArgs),
    /// Show the catalog: what each detector finds, its settings, its blind spots.
    Detectors(DetectorsArgs),
    /// Write the man page, completions, JSON Schema and documents made from code.
    #[command(hide = true)]
    Generate(GenerateArgs),
}

/// Which deployment.
#[derive(Debug, Args)]
pub struct DeploymentArgs {
    /// The stack's name.
    #[arg(long, value_name = "NAME", default_value = "trailwarden")]
    pub stack: String,

    /// The region it is deployed in; else what the environment or the profile says.
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,

    /// A profile of the AWS configuration, for credentials and region.
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
}

/// What `redrive` is told.
#[derive(Debug, Args)]
pub struct RedriveArgs {
    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,
}

/// How the catalog is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CatalogFormat {
    /// For people.
    Table,
    /// One detector a line.
    Jsonl,
}

/// Which records are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoverageArg {
    /// What a deployment would receive: the catalog's calls.
    Catalog,
    /// Every record.
    Wide,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The finding's id, or an unambiguous beginning of it.
    #[arg(value_name = "FINDING")]
    pub finding: String,

    /// Where findings are: what `replay --format jsonl` wrote; `-` for standard input.
    #[arg(long, short = 'i', value_name = "FILE", default_value = "-", value_hint = ValueHint::FilePath)]
    pub findings: PathBuf,
}

/// Arguments of `detectors`.
#[derive(Debug, Args)]
pub struct DetectorsArgs {
    /// Show one detector's whole page, by its id.
    #[arg(value_name = "ID")]
    pub id: Option<String>,

    /// How to write the catalog [default: table on a terminal, jsonl otherwise].
    #[arg(long, value_enum)]
    pub format: Option<CatalogFormat>,
}

/// Arguments of the hidden `generate`.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// The folder to write into.
    #[arg(value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}

fn parse_severity(text: &str) -> Result<Severity, String> {
    Severity::parse(text).ok_or_else(|| {
        let names: Vec<String> = Severity::ALL.iter().map(|severity| severity.name().to_lowercase()).collect();
        format!("no such severity: use one of {}", names.join(", "))
    })
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse::<Timestamp>()
        .ok()
        .or_else(civil)
        .ok_or_else(|| "not a time: write 2026-03-01 or 2026-03-01T12:00:00Z".to_owned())
}
