//! DynamoDB Local: Amazon's own emulator, fetched and run for as long as it is wanted.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::Context;

use crate::steps::run;

/// The package that carries it.
const SIMULATOR: &str = "amplify-dynamodb-simulator@2.9.30";

/// Amazon's DynamoDB Local on a loopback port, ended with the value.
pub(crate) struct DynamoDb {
    process: Child,
    port: u16,
}

impl DynamoDb {
    /// Installs it where it is missing, and starts it.
    pub(crate) fn start() -> anyhow::Result<Self> {
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
                // Whoever asks, in whichever region: functions have keys of their own.
                "-sharedDb",
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

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for DynamoDb {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
