//! What `doctor` is told.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use jiff::Timestamp;

use super::{DeploymentArgs, parse_time};

/// How coverage is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// For people.
    Table,
    /// One JSON document.
    Json,
}

/// What `doctor` is told.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_WORDS)]
pub struct DoctorArgs {
    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,

    /// Look for events that the trail's own files have, instead of at what should carry them.
    ///
    /// Files and folders, as `replay` reads them; `aws s3 sync` copies some hours of a bucket. Give a span that is
    /// over: the newest events may be on their way yet.
    #[arg(long, value_name = "PATH", num_args = 1.., value_hint = ValueHint::AnyPath)]
    pub trail: Vec<PathBuf>,

    /// Of the trail's files, leave out what happened before TIME.
    #[arg(long, value_name = "TIME", value_parser = parse_time, requires = "trail")]
    pub since: Option<Timestamp>,

    /// Of the trail's files, leave out what happened from TIME on.
    #[arg(long, value_name = "TIME", value_parser = parse_time, requires = "trail")]
    pub until: Option<Timestamp>,

    /// How many events are looked for of each account, region and path.
    #[arg(long, value_name = "N", default_value = "5", requires = "trail")]
    pub of_each: NonZeroUsize,

    /// How to write it [default: table on a terminal, json otherwise].
    #[arg(long, value_enum)]
    pub format: Option<DoctorFormat>,
}

/// What the words of `doctor` mean.
const DOCTOR_WORDS: &str = "\
In the table:
  seen 4m      a heartbeat sent four minutes ago has arrived
  configured   there is no heartbeat; everything it needs is configured as it should be
  waiting      the first heartbeat was sent and has not arrived yet
  BLIND        what happens there is not seen; the faults below say why, and what mends it
  unknown      it could not be looked at

Exit status: 0 all is seen; 1 something is at fault, or an event did not arrive; 2 an error.";
