//! `xtask test`: everything a change must pass, installing for itself what it needs.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::Context;

use crate::evaluate;
use crate::steps::{run, run_with};

/// The package that carries Amazon's own DynamoDB Local.
const SIMULATOR: &str = "amplify-dynamodb-simulator@2.9.30";

/// Runs the checks, then every test.
pub(crate) fn all() -> anyhow::Result<()> {
    run("cargo", &["fmt", "--all", "--check"])?;
    run("cargo", &["clippy", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"])?;
    match DynamoDb::start() {
        Ok(database) => {
            let url = format!("http://127.0.0.1:{}", database.port);
            tests(&[("TRAILWARDEN_DYNAMODB_LOCAL", &url)])?;
        }
        Err(error) => {
            anstream::eprintln!("tests on DynamoDB Local are skipped: {error:#}");
            tests(&[])?;
        }
    }
    // One small organisation: judgement that grows deaf or noisy is a failure like any other.
    evaluate::short()
}

fn tests(variables: &[(&str, &str)]) -> anyhow::Result<()> {
    run_with("cargo", &["test", "--workspace", "--locked", "--no-fail-fast"], variables)
}

/// Amazon's DynamoDB Local on a loopback port, ended with the value.
struct DynamoDb {
    process: Child,
    port: u16,
}

impl DynamoDb {
    fn start() -> anyhow::Result<Self> {
        let folder = PathBuf::from("target/dynamodb-local");
        let emulator = folder.join("node_modules/amplify-dynamodb-simulator/emulator");
        if !emulator.exists() {
            run(
                "npm",
                &["install", "--no-save", "--ignore-scripts", "--prefix", &folder.to_string_lossy(), SIMULATOR],
            )?;
        }
        // Asking the system for a free port and giving it back is the best Java leaves us.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut process = Command::new("java")
            .current_dir(&emulator)
            .args([
                "-Djava.library.path=DynamoDBLocal_lib",
                "-jar",
                "DynamoDBLocal.jar",
                "-inMemory",
                "-port",
                &port.to_string(),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start java: is it installed?")?;
        let said = process.stdout.take().context("java has no output")?;
        // It lists its settings, the last of them once it listens.
        for line in BufReader::new(said).lines() {
            if line?.starts_with("CorsParams") {
                break;
            }
        }
        Ok(Self { process, port })
    }
}

impl Drop for DynamoDb {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
