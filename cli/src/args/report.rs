//! What may be typed to have a page written.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use jiff::Timestamp;
use trailwarden_model::Severity;

use super::{DeploymentArgs, JudgingArgs, parse_severity, parse_time};

/// What a page is made of, by example.
const REPORT_EXAMPLES: &str = "\
Examples:
  trailwarden report logs --learn 14
  trailwarden report logs --since 2026-03-12 --until 2026-03-16 --output incident.html
  trailwarden report --stack trailwarden --since 2026-03-09

The page is one file: it fetches nothing, runs nothing, and can be mailed, kept and printed.";

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = REPORT_EXAMPLES)]
pub struct ReportArgs {
    /// Files and directories: .json, .jsonl, .ndjson, each also .gz; `-` for standard input.
    ///
    /// They are read and judged as `replay` does it. Without any, it is what a deployment found.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,

    /// Only from TIME on (RFC 3339, or a date, UTC): logs before it are learned from.
    ///
    /// Of a deployment, findings first made from TIME on; those of seven days unless you say so.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub since: Option<Timestamp>,

    /// Only before TIME.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub until: Option<Timestamp>,

    /// How logs are judged.
    #[command(flatten)]
    pub judging: JudgingArgs,

    /// Show findings of severity S and above, and count the rest [default: informational].
    #[arg(long, value_name = "S", value_parser = parse_severity)]
    pub min_severity: Option<Severity>,

    /// Exit with status 1 if there is a finding of severity S or above.
    #[arg(long, value_name = "S", value_parser = parse_severity)]
    pub fail_on: Option<Severity>,

    /// Write the page to FILE; `-` for standard output.
    #[arg(long, short, value_name = "FILE", default_value = "trailwarden-report.html", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
}
