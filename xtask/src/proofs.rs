//! Proofs: the long forms of tests that hold what is promised against faults and against many writers at once.

use clap::Args;

use crate::steps::run_with;

/// How many events on one hot identity, and by how many processes.
#[derive(Debug, Args)]
pub(crate) struct HotArgs {
    /// How many events its dense life has; a fifth of them is delivered twice.
    #[arg(long, default_value_t = 100_000)]
    events: usize,
    /// How many processes of the function deal with them at a time.
    #[arg(long, default_value_t = 50)]
    processes: usize,
    /// Use binaries built for release: slower to build, quicker to run.
    #[arg(long)]
    release: bool,
}

/// How the tables of faults are made.
#[derive(Debug, Args)]
pub(crate) struct FaultsArgs {
    /// Try only the calls whose kind has this in it, such as `ledger` or `PutRule`.
    #[arg(long, default_value = "")]
    of: String,
    /// Use binaries built for release: slower to build, quicker to run.
    #[arg(long)]
    release: bool,
}

/// Which organisations live through cold starts.
#[derive(Debug, Args)]
pub(crate) struct ColdStartsArgs {
    /// Seeds of the organisations.
    #[arg(long, default_value = "7002,7003")]
    seeds: String,
    /// How large they are: small, medium or large.
    #[arg(long, default_value = "small")]
    size: String,
    /// For how many days they live; every attack falls into the second half.
    #[arg(long, default_value_t = 42)]
    days: u32,
    /// Use a test built for release: slower to build, quicker to run.
    #[arg(long)]
    release: bool,
}

/// How large a flood is.
#[derive(Debug, Args)]
pub(crate) struct FloodArgs {
    /// How many failing calls there are around the attack, within twelve hours.
    #[arg(long, default_value_t = 1_000_000)]
    events: usize,
    /// Try only the floods whose name has this in it, such as `sign-ins`.
    #[arg(long, default_value = "")]
    of: String,
    /// Use a test built for release: slower to build, quicker to run.
    #[arg(long)]
    release: bool,
}

/// How long a life is, and of how many.
#[derive(Debug, Args)]
pub(crate) struct YearArgs {
    /// How many identities there are.
    #[arg(long, default_value_t = 10_000)]
    identities: usize,
    /// For how many days they live.
    #[arg(long, default_value_t = 365)]
    days: u32,
    /// Keep the memory in the table, as functions do, and show what it asks for; take few identities.
    #[arg(long)]
    table: bool,
    /// Use a test built for release: slower to build, quicker to run.
    #[arg(long)]
    release: bool,
}

/// Runs every fault at every outward call of every function, and prints the tables.
pub(crate) fn faults(arguments: &FaultsArgs) -> anyhow::Result<()> {
    let packages = ["credential-added", "security-hub", "answers", "privileges", "redrive", "upkeep"];
    let packages = packages.map(|function| format!("trailwarden-{function}"));
    let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
    let variables = [("TRAILWARDEN_FAULTS", "full"), ("TRAILWARDEN_FAULTS_OF", arguments.of.as_str())];
    test(&packages, "every_fault", arguments.release, &variables)
}

/// Runs many processes on one hot identity against the pipeline in order, and prints what was counted.
pub(crate) fn hot(arguments: &HotArgs) -> anyhow::Result<()> {
    let (events, processes) = (arguments.events.to_string(), arguments.processes.to_string());
    let variables = [("TRAILWARDEN_HOT_EVENTS", events.as_str()), ("TRAILWARDEN_HOT_PROCESSES", processes.as_str())];
    test(&["trailwarden-credential-added"], "hot::", arguments.release, &variables)
}

/// Judges organisations by many processes that remember and end at random, against one that asks each time.
pub(crate) fn cold_starts(arguments: &ColdStartsArgs) -> anyhow::Result<()> {
    let days = arguments.days.to_string();
    let variables = [
        ("TRAILWARDEN_COLD_STARTS_SEEDS", arguments.seeds.as_str()),
        ("TRAILWARDEN_COLD_STARTS_SIZE", arguments.size.as_str()),
        ("TRAILWARDEN_COLD_STARTS_DAYS", days.as_str()),
    ];
    whole("remembering", "cold_starts::", arguments.release, &variables)
}

/// Sets very many failing calls around a real attack, and prints what was told and asked.
pub(crate) fn flood(arguments: &FloodArgs) -> anyhow::Result<()> {
    let events = arguments.events.to_string();
    let variables = [("TRAILWARDEN_FLOOD_EVENTS", events.as_str()), ("TRAILWARDEN_FLOOD_OF", arguments.of.as_str())];
    whole("floods", "", arguments.release, &variables)
}

/// Lives through a year, and prints by the month what an event takes and what an identity weighs.
pub(crate) fn year(arguments: &YearArgs) -> anyhow::Result<()> {
    let (identities, days) = (arguments.identities.to_string(), arguments.days.to_string());
    let variables = [("TRAILWARDEN_YEAR_IDENTITIES", identities.as_str()), ("TRAILWARDEN_YEAR_DAYS", days.as_str())];
    if arguments.table {
        return whole("slice", "year::", arguments.release, &variables);
    }
    whole("year", "", arguments.release, &variables)
}

/// Runs a test of the program as a whole, and shows what it says.
fn whole(test: &str, name: &str, release: bool, variables: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut command = vec!["test", "--workspace", "--locked", "--test", test];
    command.extend(release.then_some("--release"));
    command.extend(["--", name, "--nocapture"]);
    run_with("cargo", &command, variables)
}

fn test(packages: &[&str], name: &str, release: bool, variables: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut arguments = vec!["test", "--locked"];
    arguments.extend(release.then_some("--release"));
    arguments.extend(packages.iter().flat_map(|package| ["--package", *package]));
    arguments.extend(["--test", "*", "--", name, "--nocapture"]);
    run_with("cargo", &arguments, variables)
}
