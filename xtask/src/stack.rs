//! `xtask stack`: a deployment on this machine, from `template.yaml` and the functions' own binaries.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::dynamodb::DynamoDb;
use crate::python::Environment;
use crate::steps::{run, run_with};

/// What to do with the stack.
#[derive(Debug, Args)]
pub(crate) struct StackArgs {
    #[command(subcommand)]
    task: Option<Task>,
    /// Use binaries built for debugging: quicker to build, slower to run.
    #[arg(long)]
    debug: bool,
    /// Where it listens, and where `send` sends to.
    #[arg(long, default_value_t = 4599, global = true)]
    port: u16,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Send records, envelopes or whole log files to a stack that runs.
    Send {
        /// JSON: `Records` containers, arrays, single records or envelopes, or one a line.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Test the deployed path from an event to a subscriber.
    Check,
    /// Measure what a function costs as it is deployed: starting, and for each event of logs.
    Bench {
        /// Log files, and folders of them.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Hold what the deployed path finds in logs against what `replay` finds in them.
    Parity {
        /// Log files, and folders of them.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

/// Runs `xtask stack`.
pub(crate) fn run_stack(arguments: &StackArgs) -> anyhow::Result<()> {
    let profile = if arguments.debug { "debug" } else { "release" };
    match &arguments.task {
        None => serve(profile, arguments.port),
        Some(Task::Send { files }) => send(files, arguments.port),
        Some(Task::Bench { paths }) => bench(paths),
        Some(Task::Parity { paths }) => parity(profile, paths),
        Some(Task::Check) => {
            let database = DynamoDb::start().ok();
            check_with(profile, database.as_ref().map(DynamoDb::url).as_deref())
        }
    }
}

fn serve(profile: &str, port: u16) -> anyhow::Result<()> {
    build(profile)?;
    let database = DynamoDb::start();
    if let Err(error) = &database {
        anstream::eprintln!("no DynamoDB Local, moto stands in for it: {error:#}");
    }
    let url = database.as_ref().ok().map(DynamoDb::url);
    let (binaries, port) = (binaries(profile), port.to_string());
    let mut arguments = vec!["--port", &port, "serve", "--repository", ".", "--binaries", &binaries];
    arguments.extend(url.iter().flat_map(|url| ["--dynamodb", url]));
    python(&[&["-m", "stack"], arguments.as_slice()].concat(), &[])
}

fn send(files: &[PathBuf], port: u16) -> anyhow::Result<()> {
    let port = port.to_string();
    let files = texts(files);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    python(&[&["-m", "stack", "--port", &port, "send"], files.as_slice()].concat(), &[])
}

fn parity(profile: &str, paths: &[PathBuf]) -> anyhow::Result<()> {
    build(profile)?;
    let database = DynamoDb::start().ok();
    let url = database.as_ref().map(DynamoDb::url);
    let (binaries, paths) = (binaries(profile), texts(paths));
    let mut arguments = vec!["-m", "stack.parity", "--repository", ".", "--binaries", &binaries];
    arguments.extend(url.iter().flat_map(|url| ["--dynamodb", url]));
    arguments.extend(paths.iter().map(String::as_str));
    python(&arguments, &[])
}

/// Functions are built as `sam build` builds them, for this machine.
fn bench(paths: &[PathBuf]) -> anyhow::Result<()> {
    run("cargo", &["build", "--locked", "--profile", "lambda", "--package", "trailwarden-credential-added"])?;
    let (database, binaries, paths) = (DynamoDb::start()?, binaries("lambda"), texts(paths));
    let mut arguments = vec!["-m", "stack.bench", "--repository", ".", "--binaries", &binaries];
    let url = database.url();
    arguments.extend(["--dynamodb", &url]);
    arguments.extend(paths.iter().map(String::as_str));
    python(&arguments, &[])
}

fn texts(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.to_string_lossy().into_owned()).collect()
}

/// Tests the deployed path with binaries of that profile and an emulator that runs already.
pub(crate) fn check_with(profile: &str, dynamodb: Option<&str>) -> anyhow::Result<()> {
    build(profile)?;
    let binaries = binaries(profile);
    let mut variables = vec![("STACK_BINARIES", binaries.as_str())];
    variables.extend(dynamodb.map(|url| ("STACK_DYNAMODB", url)));
    python(
        &["-m", "unittest", "stack.test_terraform", "stack.test_stack", "stack.test_organization", "stack.test_access"],
        &variables,
    )
}

/// Builds every function there is; the stack says which are missing.
fn build(profile: &str) -> anyhow::Result<()> {
    if profile == "debug" {
        // The same selection as the tests', so that what they built is not built again with other features.
        return run("cargo", &["build", "--locked", "--workspace", "--all-targets"]);
    }
    let mut arguments = ["build", "--locked", "--release", "--package", "trailwarden"].map(ToOwned::to_owned).to_vec();
    for folder in fs::read_dir("functions").context("run this at the root of the repository")? {
        arguments.push("--package".to_owned());
        arguments.push(format!("trailwarden-{}", folder?.file_name().to_string_lossy()));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run("cargo", &arguments)
}

/// Where cargo puts what it builds.
fn binaries(profile: &str) -> String {
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    Path::new(&target).join(profile).to_string_lossy().into_owned()
}

fn python(arguments: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<()> {
    let environment = Environment::of("stack-env", Path::new("tests/stack/requirements.lock"))?;
    let ours = [("PYTHONPATH", "tests"), ("PYTHONDONTWRITEBYTECODE", "1")];
    run_with(&environment.program("python"), arguments, &[ours.as_slice(), variables].concat())
}
