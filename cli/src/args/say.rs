//! What `ack` and `expect` are told.

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::{DeploymentArgs, parse_time};

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
