//! What `ack`, `expect` and `suppress` are told.

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use trailwarden_model::Severity;

use super::{DeploymentArgs, parse_severity, parse_time};

/// What `ack` is told.
#[derive(Debug, Args)]
pub struct AckArgs {
    /// The finding's id, whole: tw- and twenty characters.
    #[arg(value_name = "FINDING")]
    pub finding: String,

    /// Who decided.
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    pub by: String,

    /// Why it was legitimate; it is shown wherever the same comes again.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,

    /// Take back what was decided before: the finding is open again, and the same is told when it comes again.
    #[arg(long)]
    pub take_back: bool,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,
}

/// What `expect` is told.
#[derive(Debug, Args)]
pub struct ExpectArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ExpectCommand,
}

/// What to do about expected changes.
#[derive(Debug, Subcommand)]
pub enum ExpectCommand {
    /// Say that a change will come: what it covers is lowered, and says so.
    Add(ExpectAddArgs),
    /// Show what is expected: what was said by command and by event; tags and answers are not among it.
    List(ListArgs),
    /// Take back what was said, before its end: from now on it covers nothing.
    Revoke(WithdrawArgs),
}

/// How announcements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Table,
    /// One a line.
    Jsonl,
}

/// What `expect list` and `suppress list` are told.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Show also what is over or was taken back, as long as the ledger keeps it.
    #[arg(long)]
    pub all: bool,

    /// How to write them [default: table on a terminal, jsonl otherwise].
    #[arg(long, value_enum)]
    pub format: Option<ListFormat>,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,
}

/// What `expect revoke` and `suppress remove` are told.
#[derive(Debug, Args)]
pub struct WithdrawArgs {
    /// Its id, as `list` shows it.
    #[arg(value_name = "ID")]
    pub id: String,

    /// Who takes it back.
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    pub by: String,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,
}

/// What `expect add` is told.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whom").required(true).multiple(true).args(["who", "target"]))]
pub struct ExpectAddArgs {
    /// Who will do it: a name, ARN or key.
    #[arg(long, value_name = "NAME")]
    pub who: Option<String>,

    /// To whom or what: a name or key.
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,

    /// What: a finding's type, or its beginning (credential-added).
    #[arg(long, value_name = "TYPE")]
    pub what: Option<String>,

    /// Until when, ninety days ahead at most (RFC 3339, or a date, UTC).
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub until: Timestamp,

    /// Who says so.
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    pub by: String,

    /// The ticket or change it belongs to.
    #[arg(long, value_name = "TEXT")]
    pub reference: Option<String>,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,
}

/// What `suppress` is told.
#[derive(Debug, Args)]
pub struct SuppressArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: SuppressCommand,
}

/// What to do about suppressions.
#[derive(Debug, Subcommand)]
pub enum SuppressCommand {
    /// Silence findings: they are kept, rated as ever and marked SUPPRESSED, and nobody is told of them.
    Add(SuppressAddArgs),
    /// Show what is silenced, by whom, why and until when.
    List(ListArgs),
    /// Hear of it again: what comes from now on is told.
    Remove(WithdrawArgs),
}

/// What `suppress add` is told.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("scope").required(true).multiple(true).args(["who", "target", "account"]))]
pub struct SuppressAddArgs {
    /// Findings about this identity's acts: its name, ARN or key.
    #[arg(long, value_name = "NAME")]
    pub who: Option<String>,

    /// Findings about what is done to this: its name or key.
    #[arg(long, value_name = "NAME")]
    pub target: Option<String>,

    /// Findings about what is done in this account.
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,

    /// Findings of this type only, or of a type that begins with it (credential-added).
    #[arg(long, value_name = "TYPE")]
    pub what: Option<String>,

    /// Findings up to this severity; what is graver is told all the same.
    #[arg(long, value_name = "S", default_value = "high", value_parser = parse_severity)]
    pub up_to: Severity,

    /// Until when, 366 days ahead at most (RFC 3339, or a date, UTC).
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub until: Timestamp,

    /// Why nobody needs to hear of it.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,

    /// Who says so.
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    pub by: String,

    /// Which deployment.
    #[command(flatten)]
    pub deployment: DeploymentArgs,
}
