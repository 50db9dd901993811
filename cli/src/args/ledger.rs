//! What may be typed to ask a ledger.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use jiff::Timestamp;
use trailwarden_model::FactKind;

use super::{CoverageArg, DeploymentArgs, parse_time};
use crate::pattern::{Pattern, parse_network};

/// How facts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LedgerFormat {
    /// For people, day by day.
    Table,
    /// One fact a line.
    Jsonl,
    /// One fact a row, for a spreadsheet; no cell is a formula.
    Csv,
}

/// What kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    /// A credential added, changed or removed.
    CredentialAdded,
    /// A secret read, or asked for.
    SecretRead,
    /// A sign-in, or an attempt.
    SignIn,
    /// A role put on, a token issued.
    SessionOpened,
}

impl KindArg {
    /// The kind in the model.
    #[must_use]
    pub fn kind(self) -> FactKind {
        match self {
            Self::CredentialAdded => FactKind::CredentialAdded,
            Self::SecretRead => FactKind::SecretRead,
            Self::SignIn => FactKind::SignIn,
            Self::SessionOpened => FactKind::SessionOpened,
        }
    }
}

/// What a ledger answers, by example.
const LEDGER_EXAMPLES: &str = "\
Examples:
  trailwarden ledger logs --kind credential-added
  trailwarden ledger logs --identity svc-legacy-backup --since 2026-03-14
  trailwarden ledger logs --credential AKIAIOSFODNN7EXAMPLE
  trailwarden ledger logs --secret prod/ --ip 203.0.113.0/24 --every
  trailwarden ledger logs --expected changes.jsonl --format csv --output ledger.csv
  trailwarden ledger --stack trailwarden --secret prod/ --since 2026-03-14

Filters: a name is found by any part of it, in any case; `=NAME` means the whole of it.
One filter given several times wants any of its values; several filters want all.

A deployment keeps one row a day for what an identity reads or opens: its first act, and when the last was.
So --ip, --session and --credential see of such a row what its first act was done from and with.";

/// Arguments of `ledger`.
#[derive(Debug, Args)]
#[command(after_help = LEDGER_EXAMPLES)]
pub struct LedgerArgs {
    /// Files and directories: .json, .jsonl, .ndjson, each also .gz; `-` for standard input.
    ///
    /// They are read as `replay` reads them; facts come in order of time, each act once.
    /// Without any, it is what a deployment keeps.
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,

    /// How to write facts [default: table on a terminal, jsonl otherwise].
    #[arg(long, value_enum)]
    pub format: Option<LedgerFormat>,

    /// Only facts of this kind; may be repeated.
    #[arg(long, value_enum, value_name = "KIND")]
    pub kind: Vec<KindArg>,

    /// Only what this identity did, or was done to it: name, ARN, key, or the role worn.
    #[arg(long, value_name = "NAME", value_parser = Pattern::parse)]
    pub identity: Vec<Pattern>,

    /// Only reads of this secret or parameter; a read of a whole path goes by the path.
    #[arg(long, value_name = "NAME", value_parser = Pattern::parse)]
    pub secret: Vec<Pattern>,

    /// Only what this credential is part of: added or removed, used to call, or issued.
    #[arg(long, value_name = "ID", value_parser = Pattern::parse)]
    pub credential: Vec<Pattern>,

    /// Only what came from this address or network (203.0.113.7, 203.0.113.0/24).
    #[arg(long, value_name = "IP", value_parser = parse_network)]
    pub ip: Vec<String>,

    /// Only what was done in, or opened, a session of this name.
    #[arg(long, value_name = "NAME", value_parser = Pattern::parse)]
    pub session: Vec<Pattern>,

    /// Only facts from TIME on (RFC 3339, or a date, UTC); of a deployment, those of seven days unless you say so.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub since: Option<Timestamp>,

    /// Only facts before TIME.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub until: Option<Timestamp>,

    /// In a table, show each single read and session.
    ///
    /// Otherwise there is one line a day for each identity and each secret or role, at the end of the day:
    /// the first time, how often, and until when. Other formats always have each single fact.
    #[arg(long)]
    pub every: bool,

    /// Expected changes, one JSON object a line: who, what, target, from, until, by, reference.
    ///
    /// A deployment knows its own.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "paths")]
    pub expected: Option<PathBuf>,

    /// A newer address table than the one shipped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "paths")]
    pub networks: Option<PathBuf>,

    /// Which records are read.
    #[arg(long, value_enum, default_value = "catalog")]
    pub coverage: CoverageArg,

    /// How many files are read at once [default: one for each core].
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Write facts to FILE instead of standard output.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}
