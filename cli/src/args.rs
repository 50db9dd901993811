//! What may be typed: one description of each flag, rendered as help, man page and completions.

#![expect(clippy::doc_markdown, reason = "these comments are the help text, where backticks would show")]

mod backfill;
mod say;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use trailwarden_model::{FactKind, Severity};

pub use backfill::BackfillArgs;
pub use say::{AckArgs, ExpectAddArgs, ExpectArgs, ExpectCommand};

use crate::pattern::{Pattern, parse_network};

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
    /// Say that a change is to be expected.
    Expect(ExpectArgs),
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

Exit status: 0 all is seen; 1 something is at fault; 2 an error.";

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
}

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

    /// Learn in silence over the first DAYS of the data [default: judge from the first record].
    #[arg(long, value_name = "DAYS", conflicts_with = "learn_until")]
    pub learn: Option<u16>,

    /// Learn in silence until TIME (RFC 3339, or a date, UTC).
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub learn_until: Option<Timestamp>,

    /// Judge only from TIME on; what comes before is learned from.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub since: Option<Timestamp>,

    /// Judge only what comes before TIME; the rest is left alone.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub until: Option<Timestamp>,

    /// Load what was learned from FILE, and keep it there.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,

    /// The settings, the same file a deployment uses (TOML).
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Expected changes, one JSON object a line: who, what, target, from, until, by, reference.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub expected: Option<PathBuf>,

    /// An account's IAM snapshot (aws iam get-account-authorization-details), for privilege; may be repeated.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub authorization_details: Vec<PathBuf>,

    /// A newer address table than the one shipped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub networks: Option<PathBuf>,

    /// Which records are judged.
    #[arg(long, value_enum, default_value = "catalog")]
    pub coverage: CoverageArg,

    /// Write findings of severity S and above [default: medium in a table, informational otherwise].
    #[arg(long, value_name = "S", value_parser = parse_severity)]
    pub min_severity: Option<Severity>,

    /// Exit with status 1 if there is a finding of severity S or above.
    #[arg(long, value_name = "S", value_parser = parse_severity)]
    pub fail_on: Option<Severity>,

    /// How many files are read at once [default: one for each core].
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,

    /// Write each notice a deployment would have sent to FILE, in the order they would have come, one a line.
    ///
    /// A finding is told at MEDIUM and above: at once, and again when it grows graver, ends, or has four times the acts.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub notices: Option<PathBuf>,

    /// Write findings to FILE instead of standard output.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// What a ledger answers, by example.
const LEDGER_EXAMPLES: &str = "\
Examples:
  trailwarden ledger logs --kind credential-added
  trailwarden ledger logs --identity svc-legacy-backup --since 2026-03-14
  trailwarden ledger logs --credential AKIAIOSFODNN7EXAMPLE
  trailwarden ledger logs --secret prod/ --ip 203.0.113.0/24 --every
  trailwarden ledger logs --expected changes.jsonl --format csv --output ledger.csv

Filters: a name is found by any part of it, in any case; `=NAME` means the whole of it.
One filter given several times wants any of its values; several filters want all.";

/// Arguments of `ledger`.
#[derive(Debug, Args)]
#[command(after_help = LEDGER_EXAMPLES)]
pub struct LedgerArgs {
    /// Files and directories: .json, .jsonl, .ndjson, each also .gz; `-` for standard input.
    ///
    /// They are read as `replay` reads them; facts come in order of time, each act once.
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,

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

    /// Only facts from TIME on (RFC 3339, or a date, UTC).
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
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub expected: Option<PathBuf>,

    /// A newer address table than the one shipped.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
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
