//! The supply chain: whose code is built and linked, what of it runs while building, and what checks it, each at a known version.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// Where deployed functions run; whatever is fetched to build here is fetched for there, too.
const TARGET: &str = "aarch64-unknown-linux-gnu";
/// What each function links, as it was last looked at.
const LINKED: &str = "tests/tests/supply_chain/functions.txt";
/// What runs while building, and why that is well.
const BUILD_SCRIPTS: &str = "tests/tests/supply_chain/build_scripts.txt";
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn text(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

/// What cargo says, without the network and without changing a version.
fn cargo(arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| told(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    let output = cargo.current_dir(repository()).args(arguments).args(["--offline", "--locked"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Every package that anything here is built of, tests and tools included.
fn packages() -> Vec<Value> {
    let said = cargo(&["metadata", "--format-version", "1", "--filter-platform", TARGET]);
    let said: Value = serde_json::from_str(&said).unwrap();
    let packages = said["packages"].as_array().unwrap().clone();
    assert!(packages.len() > 300, "{}", packages.len());
    packages
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

fn functions() -> Vec<String> {
    let folders = fs::read_dir(repository().join("functions")).unwrap();
    let mut names: Vec<String> =
        folders.map(|folder| folder.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The crates a function is linked of, by name.
fn linked(function: &str) -> BTreeSet<String> {
    let package = format!("trailwarden-{function}");
    let tree = cargo(&[
        "tree",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--target",
        TARGET,
        "--format",
        "{p}",
        "--package",
        &package,
    ]);
    let names = tree.lines().filter_map(|line| line.split(' ').next()).map(ToOwned::to_owned);
    names.filter(|name| *name != package).collect()
}

#[test]
fn each_function_links_what_it_did_when_somebody_last_looked() {
    let by_function: BTreeMap<String, BTreeSet<String>> =
        functions().into_iter().map(|name| (name.clone(), linked(&name))).collect();
    let shared = by_function.values().skip(1).fold(by_function["answers"].clone(), |all, one| &all & one);
    let mut said = format!(
        "# What functions are linked of. Written anew with `UPDATE_EXPECT=1 cargo test --workspace --test supply_chain`;\n\
         # read the difference: each crate more is somebody else's code beside what judges an account.\n\n\
         ## every function: {}\n{}\n",
        shared.len(),
        listed(&shared)
    );
    for (function, crates) in &by_function {
        let own = crates - &shared;
        said += &format!("\n## {function}: {}\n{}", crates.len(), listed(&own));
        said += if own.is_empty() { "" } else { "\n" };
        for never in ["clap", "dynoxide-rs", "openssl", "reqwest", "rusqlite", "trailwarden-fixtures", "ureq"] {
            assert!(!crates.contains(never), "{function} links {never}");
        }
    }
    let path = repository().join(LINKED);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &said).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let lines = |text: &str| text.lines().map(ToOwned::to_owned).collect::<BTreeSet<String>>();
    let (before, now) = (lines(&expected), lines(&said));
    assert!(expected == said, "gone: {:#?}\nnew: {:#?}", &before - &now, &now - &before);
}

fn listed(crates: &BTreeSet<String>) -> String {
    crates.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_dependency_comes_from_crates_io_under_a_licence_we_take() {
    let rules: toml::Table = text("deny.toml").parse().unwrap();
    let taken: BTreeSet<&str> =
        rules["licenses"]["allow"].as_array().unwrap().iter().map(|licence| licence.as_str().unwrap()).collect();
    let mut needed = BTreeSet::new();
    for package in packages() {
        let (who, source) = (name(&package), &package["source"]);
        assert!(source.is_null() || *source == CRATES_IO, "{who} comes from {source}");
        let said = package["license"].as_str().unwrap_or_default();
        // Some old crates separate a choice of licences by a slash.
        let licence = spdx::Expression::parse_mode(said, spdx::ParseMode::LAX).unwrap();
        let known = |asked: &spdx::LicenseReq| {
            let id = asked.license.id().filter(|_| asked.addition.is_none());
            id.is_some_and(|id| taken.contains(id.name))
        };
        assert!(licence.evaluate(known), "{who} is under {said}");
        needed.extend(licence.requirements().filter_map(|one| one.req.license.id()).map(|id| id.name));
    }
    let idle: Vec<&&str> = taken.iter().filter(|licence| !needed.contains(**licence)).collect();
    assert!(idle.is_empty(), "nothing is under {idle:?}");
}

#[test]
fn whatever_runs_while_building_was_read_before_and_none_of_it_is_ours() {
    let reviewed = text(BUILD_SCRIPTS);
    let reviewed: BTreeSet<&str> = reviewed
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, reason) = line.split_once(' ').unwrap();
            assert!(!reason.trim().is_empty(), "{name} has no reason");
            name
        })
        .collect();
    let packages = packages();
    let mut found = BTreeSet::new();
    for package in &packages {
        for target in package["targets"].as_array().unwrap() {
            if target["kind"].as_array().unwrap().iter().all(|kind| kind != "custom-build") {
                continue;
            }
            let who = name(package);
            assert!(
                !package["source"].is_null(),
                "{who} is ours, and would run a program of its own while it is built"
            );
            found.insert(who);
            let script = fs::read_to_string(target["src_path"].as_str().unwrap()).unwrap();
            for reach in
                ["TcpStream", "UdpSocket", "ToSocketAddrs", "reqwest", "ureq", "hyper::", "curl", "wget", "git2"]
            {
                assert!(!script.contains(reach), "the build script of {who} knows {reach}");
            }
        }
    }
    let unread: Vec<_> = found.difference(&reviewed).collect();
    assert!(unread.is_empty(), "nobody read the build scripts of {unread:?}; say in {BUILD_SCRIPTS} what they do");
    let gone: Vec<_> = reviewed.difference(&found).collect();
    assert!(gone.is_empty(), "{gone:?} run nothing while building");
}

#[test]
fn whatever_checks_a_change_is_installed_at_one_version_and_by_its_digest() {
    let toolchain: toml::Table = text("rust-toolchain.toml").parse().unwrap();
    let channel = toolchain["toolchain"]["channel"].as_str().unwrap();
    assert!(is_exact(channel), "{channel} is whatever is newest");
    assert!(text(".ci/run").ends_with("cargo xtask test\n"), "CI runs what everybody runs, and nothing beside it");

    let mut sources = Vec::new();
    for entry in fs::read_dir(repository().join("xtask/src")).unwrap() {
        let path = entry.unwrap().path();
        sources.extend(path.extension().is_some().then(|| fs::read_to_string(&path).unwrap()));
    }
    let sources = sources.concat();
    let tools: Vec<&str> = sources.split("tool(\"").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    assert!(tools.len() >= 3, "{tools:?}");
    for tool in tools {
        let version = tool.split('"').nth(2).unwrap_or_default();
        assert!(is_exact(version), "cargo installs {tool}");
    }
    for way in ["\"install\"", "\"pack\""] {
        let by = sources.matches(way).count();
        assert_eq!(
            by,
            if way == "\"pack\"" { 1 } else { 2 },
            "{way}: cargo's tools, Python's packages, npm's one archive"
        );
    }
    assert!(sources.contains("\"--require-hashes\"") && sources.contains("const SHA512"));

    for path in ["tests/stack/requirements.txt", "xtask/lint-requirements.txt"] {
        let wanted = text(path);
        let wanted: Vec<&str> = wanted.lines().filter(|line| !line.starts_with('#')).collect();
        let locked = text(&path.replace(".txt", ".lock"));
        let requirements: Vec<&str> =
            locked.lines().filter(|line| !line.starts_with(['#', ' ']) && !line.is_empty()).collect();
        assert!(requirements.len() > wanted.len(), "{path}: what they need is locked, too");
        for (nth, line) in locked.lines().enumerate().filter(|(_, line)| requirements.contains(line)) {
            let (package, version) = line.trim_end_matches(" \\").split_once("==").unwrap();
            assert!(!version.contains(['*', '>', '<']), "{package} {version}");
            let next = locked.lines().nth(nth + 1).unwrap_or_default();
            assert!(next.trim_start().starts_with("--hash=sha256:"), "{package} of {path} has no digest");
        }
        for line in wanted {
            let (name, version) = line.split_once("==").unwrap();
            let bare = name.split('[').next().unwrap();
            let stands = requirements
                .iter()
                .any(|one| one.split(['[', '=']).next() == Some(bare) && one.contains(&format!("=={version} ")));
            assert!(stands, "{line} of {path} is not what is locked: see docs/release.md");
        }
    }
}

/// Whether a version is one, and no range.
fn is_exact(version: &str) -> bool {
    version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u32>().is_ok())
}
