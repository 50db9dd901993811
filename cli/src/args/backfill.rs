//! What may be typed to seed a deployment.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use jiff::Timestamp;

use super::{DeploymentArgs, parse_time};

/// What `backfill` does, at length.
const BACKFILL_NOTES: &str = "\
Learning happens on this machine, in silence and in event-time order; what was learned is then merged into the
deployment's memory by its function STACK-backfill. Running it again, over logs it learned already or while
events arrive, changes nothing: the memory is a set of days. A run that was stopped goes on where it was.
Give every account and region in one run: people are known across accounts.
You need lambda:InvokeFunction on that function, and nothing else.";

/// What `backfill` is told.
#[derive(Debug, Args)]
#[command(after_help = BACKFILL_NOTES)]
pub struct BackfillArgs {
    /// Files and directories: .json, .jsonl, .ndjson, each also .gz.
    ///
    /// They are read as `replay` reads them, whatever their order.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,

    /// Learn only from TIME on (RFC 3339, or a date, UTC).
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub since: Option<Timestamp>,

    /// Learn only from what comes before TIME.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub until: Option<Timestamp>,

    /// The settings the deployment uses, where memory.quarantine is not the default (TOML).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// A newer address table than the one shipped; the one the deployment uses.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub networks: Option<PathBuf>,

    /// How many files are read at once [default: one for each core].
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// How many write units a second the table is to be given; fewer where it cannot take them.
    #[arg(long, value_name = "UNITS", default_value = "500")]
    pub rate: NonZeroU32,

    /// Where to keep what was learned, and how far it was sent, until all of it arrived
    /// [default: trailwarden-backfill-STACK.work, here].
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub work: Option<PathBuf>,
}
