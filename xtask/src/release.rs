//! A release: the functions' binaries, what each is made of, and their digests, in one folder.
//!
//! Whoever builds the same commit by the same toolchain gets the same bytes, wherever the repository and cargo's
//! own files lie: `docs/release.md` says how that was shown.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::steps::{run_with, said, tool};

/// Where Lambda runs the functions.
const LAMBDA: &str = "aarch64-unknown-linux-gnu";
/// How binaries are made small (`Cargo.toml`).
const PROFILE: &str = "lambda";
/// What a bill of materials is called where it is written first.
const BILL: &str = "bill.cdx.json";

/// What to release.
#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    /// Only these functions.
    #[arg(long = "of", value_name = "FUNCTION")]
    only: Vec<String>,
    /// Build for this machine instead of Lambda's arm64, which needs cargo-lambda.
    #[arg(long)]
    host: bool,
    /// Where it goes.
    #[arg(long, default_value = "target/artifacts")]
    to: PathBuf,
}

/// What bills of materials to write.
#[derive(Debug, Args)]
pub(crate) struct SbomArgs {
    /// Where they go.
    #[arg(long, default_value = "target/artifacts")]
    to: PathBuf,
}

/// Builds every function, writes its bill of materials, and the digests of all of it.
pub(crate) fn release(arguments: &ReleaseArgs) -> anyhow::Result<()> {
    if !said("git", &["status", "--porcelain"])?.is_empty() {
        bail!("there are changes that are in no commit: a release is built from a commit");
    }
    fs::create_dir_all(&arguments.to).with_context(|| format!("cannot make {}", arguments.to.display()))?;
    let functions = functions(&arguments.only)?;
    for function in &functions {
        build(function, arguments)?;
    }
    bills(&functions, &arguments.to)?;
    digests(&arguments.to)
}

/// Writes what each function is made of.
pub(crate) fn sbom(arguments: &SbomArgs) -> anyhow::Result<()> {
    fs::create_dir_all(&arguments.to).with_context(|| format!("cannot make {}", arguments.to.display()))?;
    bills(&functions(&[])?, &arguments.to)
}

fn functions(only: &[String]) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in fs::read_dir("functions").context("run this at the root of the repository")? {
        names.push(folder?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    if let Some(unknown) = only.iter().find(|name| !names.contains(name)) {
        bail!("no function {unknown}: there are {}", names.join(", "));
    }
    names.retain(|name| only.is_empty() || only.contains(name));
    Ok(names)
}

fn build(function: &str, arguments: &ReleaseArgs) -> anyhow::Result<()> {
    let package = format!("trailwarden-{function}");
    let mut command = if arguments.host { vec!["build"] } else { vec!["lambda", "build", "--arm64"] };
    // One package at a time: together they would be built with what any of them needs.
    command.extend(["--locked", "--profile", PROFILE, "--package", &package]);
    let places = places()?;
    let remapped = |flag: &str| places.iter().map(|(place, name)| format!("{flag}{place}={name}")).collect::<Vec<_>>();
    let (flags, mut c_flags, epoch) = (remapped("--remap-path-prefix="), remapped("-ffile-prefix-map="), epoch()?);
    // No C comes from the toolchain.
    c_flags.pop();
    let variables = [("RUSTFLAGS", flags.join(" ")), ("CFLAGS", c_flags.join(" ")), ("SOURCE_DATE_EPOCH", epoch)];
    run_with("cargo", &command, &variables.each_ref().map(|(name, value)| (*name, value.as_str())))?;
    let target = std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned());
    let built = if arguments.host {
        Path::new(&target).join(PROFILE).join(&package)
    } else {
        // Each binary lies in a folder of its own there, under the name Lambda asks for.
        Path::new(&target).join("lambda").join(&package).join("bootstrap")
    };
    let released = arguments.to.join(&package);
    fs::copy(&built, &released).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(())
}

/// Paths of this machine, each with what stands for it in a binary.
fn places() -> anyhow::Result<[(String, &'static str); 3]> {
    let here = std::env::current_dir().context("cannot tell where this is")?;
    let cargo = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let rust = said("rustc", &["--print", "sysroot"])?.trim().to_owned();
    Ok([(here.display().to_string(), "/trailwarden"), (cargo.context("cargo has no home")?, "/cargo"), (rust, "/rust")])
}

/// When the commit was made: the time that stands for now wherever a time is written.
fn epoch() -> anyhow::Result<String> {
    Ok(said("git", &["log", "-1", "--format=%ct"])?.trim().to_owned())
}

/// Writes the bill of materials of each function, in `CycloneDX`.
fn bills(functions: &[String], to: &Path) -> anyhow::Result<()> {
    let cyclonedx = tool("cargo-cyclonedx", "0.5.9")?;
    let what = ["cyclonedx", "--no-build-deps", "--target", LAMBDA];
    let how = ["--format", "json", "--spec-version", "1.5", "--override-filename", "bill.cdx"];
    run_with(&cyclonedx, &[what.as_slice(), &how].concat(), &[("SOURCE_DATE_EPOCH", &epoch()?)])?;
    // It writes one beside the manifest of every package of ours.
    let written: Vec<PathBuf> = members()?.iter().map(|member| member.join(BILL)).collect();
    for function in functions {
        let whole = Path::new("functions").join(function).join(BILL);
        let whole = fs::read_to_string(&whole).with_context(|| format!("cannot read {}", whole.display()))?;
        let path = to.join(format!("trailwarden-{function}.cdx.json"));
        fs::write(&path, narrowed(&whole, function)?).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for path in written.iter().filter(|path| path.exists()) {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Where the packages of the workspace lie.
fn members() -> anyhow::Result<Vec<PathBuf>> {
    let mut members = ["cli", "evaluation", "tests", "xtask"].map(PathBuf::from).to_vec();
    for folder in ["functions", "shared"] {
        for package in fs::read_dir(folder).context("run this at the root of the repository")? {
            members.push(package?.path());
        }
    }
    Ok(members)
}

/// A bill without what only other packages turn on, and without where it was written.
///
/// cargo-cyclonedx asks for the workspace as a whole, in which every function has the features of all.
fn narrowed(bill: &str, function: &str) -> anyhow::Result<String> {
    let package = format!("trailwarden-{function}");
    let tree = ["tree", "--edges", "normal", "--prefix", "none", "--target", LAMBDA, "--format", "{p}"];
    let tree = said("cargo", &[tree.as_slice(), &["--locked", "--package", &package]].concat())?;
    let linked: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?.strip_prefix('v')?))
        })
        .collect();
    let mut bill: Value = serde_json::from_str(bill).context("cargo-cyclonedx writes no JSON")?;
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut kept: BTreeSet<String> =
        bill.pointer("/metadata/component").map(|itself| text(itself, "bom-ref")).into_iter().collect();
    if let Some(components) = bill.get_mut("components").and_then(Value::as_array_mut) {
        components.retain(|one| linked.contains(&(text(one, "name").as_str(), text(one, "version").as_str())));
        kept.extend(components.iter().map(|one| text(one, "bom-ref")));
        if components.len() + 1 != linked.len() {
            bail!("{function} links {} crates, and its bill has {}", linked.len() - 1, components.len());
        }
    }
    if let Some(dependencies) = bill.get_mut("dependencies").and_then(Value::as_array_mut) {
        dependencies.retain(|one| kept.contains(&text(one, "ref")));
        for on in dependencies.iter_mut().filter_map(|one| one.get_mut("dependsOn")?.as_array_mut()) {
            on.retain(|one| one.as_str().is_some_and(|one| kept.contains(one)));
        }
    }
    let here = std::env::current_dir().context("cannot tell where this is")?;
    let said = serde_json::to_string_pretty(&bill).context("a bill is JSON")?;
    Ok(said.replace(&here.display().to_string(), "/trailwarden") + "\n")
}

/// Writes `SHA256SUMS` of everything in the folder, as `sha256sum --check` reads it.
fn digests(folder: &Path) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name != "SHA256SUMS" {
            let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let digest = format!("{:x}", Sha256::digest(&content));
            lines.push(format!("{digest}  {name}\n"));
        }
    }
    lines.sort_by(|a, b| a.split(' ').next_back().cmp(&b.split(' ').next_back()));
    anstream::print!("{}", lines.concat());
    fs::write(folder.join("SHA256SUMS"), lines.concat()).context("cannot write SHA256SUMS")
}
