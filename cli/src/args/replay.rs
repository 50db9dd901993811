//! What may be typed to judge logs.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use jiff::Timestamp;
use trailwarden_model::Severity;

use super::{CoverageArg, parse_severity, parse_time};

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One finding a line, in its final state, ordered by first_seen then id.
    Jsonl,
    /// One finding a line in the AWS Security Finding Format, as its own account would import it.
    Asff,
    /// One finding a line as an OCSF Detection Finding.
    Ocsf,
    /// A page for people, one file that fetches nothing and runs nothing.
    Html,
}

/// How logs are judged, whatever becomes of the findings.
#[derive(Debug, Args)]
pub struct JudgingArgs {
    /// Learn in silence over the first DAYS of the data [default: judge from the first record].
    #[arg(long, value_name = "DAYS", conflicts_with = "learn_until", requires = "paths")]
    pub learn: Option<u16>,

    /// Learn in silence until TIME (RFC 3339, or a date, UTC).
    #[arg(long, value_name = "TIME", value_parser = parse_time, requires = "paths")]
    pub learn_until: Option<Timestamp>,

    /// Load what was learned from FILE, and keep it there.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "paths")]
    pub baseline: Option<PathBuf>,

    /// The settings, the same file a deployment uses (TOML).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "paths")]
    pub config: Option<PathBuf>,

    /// Expected changes, one JSON object a line: who, what, target, from, until, by, reference.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "paths")]
    pub expected: Option<PathBuf>,

    /// An account's IAM snapshot (aws iam get-account-authorization-details), for privilege; may be repeated.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "paths")]
    pub authorization_details: Vec<PathBuf>,

    /// A newer address table than the one shipped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "paths")]
    pub networks: Option<PathBuf>,

    /// Which records are judged.
    #[arg(long, value_enum, default_value = "catalog")]
    pub coverage: CoverageArg,

    /// How many files are read at once [default: one for each core].
    #[arg(long, value_name = "N", requires = "paths")]
    pub jobs: Option<NonZeroUsize>,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Files and directories: .json, .jsonl, .ndjson, each also .gz; `-` for standard input.
    ///
    /// `Records` containers, bare records, JSON lines, EventBridge envelopes and LookupEvents output
    /// are told apart by content. Order does not matter: records are judged in event-time order.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// How to write findings [default: table on a terminal, jsonl otherwise].
    #[arg(long, value_enum)]
    pub format: Option<Format>,

    /// Judge only from TIME on; what comes before is learned from.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub since: Option<Timestamp>,

    /// Judge only what comes before TIME; the rest is left alone.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub until: Option<Timestamp>,

    /// How they are judged.
    #[command(flatten)]
    pub judging: JudgingArgs,

    /// Write findings of severity S and above [default: medium in a table, informational otherwise].
    #[arg(long, value_name = "S", value_parser = parse_severity)]
    pub min_severity: Option<Severity>,

    /// Exit with status 1 if there is a finding of severity S or above.
    #[arg(long, value_name = "S", value_parser = parse_severity)]
    pub fail_on: Option<Severity>,

    /// Write each notice a deployment would have sent to FILE, in the order they would have come, one a line.
    ///
    /// A finding is told at MEDIUM and above: at once, and again when it grows graver, ends, or has four times the acts.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub notices: Option<PathBuf>,

    /// Write findings to FILE instead of standard output.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}
