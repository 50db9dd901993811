//! DynamoDB Local: Amazon's own emulator, fetched and run for as long as it is wanted.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use sha2::{Digest, Sha512};

use crate::steps::{run, said};

/// The package that carries it, of which nothing else is wanted, nor what it depends on.
const SIMULATOR: &str = "amplify-dynamodb-simulator@2.9.30";
/// What its archive is.
const SHA512: &str = "c5379e44bbf311fab2779961ddb1f8734907bd21c79a6843e590ec1c5280439836665e89aa515dbad6908422c7cf1129e91cb5a3b4c1ea7888a17b9002749ec1";

/// Amazon's DynamoDB Local on a loopback port, ended with the value.
pub(crate) struct DynamoDb {
    process: Child,
    port: u16,
}

impl DynamoDb {
    /// Installs it where it is missing, and starts it.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = PathBuf::from("target/dynamodb-local");
        let emulator = folder.join("package/emulator");
        if !emulator.exists() {
            fetch(&folder)?;
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

/// Fetches the archive, and unpacks it if it is the one that was looked at.
fn fetch(folder: &Path) -> anyhow::Result<()> {
    let unpacking = folder.join("unpacking");
    fs::create_dir_all(&unpacking).with_context(|| format!("cannot make {}", unpacking.display()))?;
    let to = unpacking.to_string_lossy();
    let archive = unpacking.join(said("npm", &["pack", "--silent", "--pack-destination", &to, SIMULATOR])?.trim());
    let content = fs::read(&archive).with_context(|| format!("cannot read {}", archive.display()))?;
    let digest = format!("{:x}", Sha512::digest(&content));
    if digest != SHA512 {
        bail!("{} is not what {SIMULATOR} was when it was chosen: its digest is {digest}", archive.display());
    }
    run("tar", &["--extract", "--gzip", "--file", &archive.to_string_lossy(), "--directory", &to])?;
    fs::remove_file(&archive).with_context(|| format!("cannot remove {}", archive.display()))?;
    // Last, so that what was cut short is begun again.
    fs::rename(unpacking.join("package"), folder.join("package")).context("cannot put DynamoDB Local in its place")
}

impl Drop for DynamoDb {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
