//! The house's invariants, each a test: what must not be there, and where things must stand.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Every Rust file of ours, by its path in the repository.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["cli", "evaluation", "functions", "fuzz", "shared", "tests", "xtask"] {
        gather(&repository().join(folder), &mut found);
    }
    found.sort();
    assert!(found.len() > 50);
    found
}

fn gather(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().unwrap() != "target" {
            gather(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(repository()).unwrap().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Every package in a crate's dependency tree, without what only tests use.
fn tree(package: &str) -> BTreeSet<String> {
    let output = cargo()
        .current_dir(repository())
        .args([
            "tree",
            "--offline",
            "--prefix",
            "none",
            "--edges",
            "normal",
            "--format",
            "{p} {f}",
            "--package",
            package,
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(ToOwned::to_owned).collect()
}

/// Cargo as from a shell: what it told this package of itself would make it build much again.
fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| told(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    cargo
}

#[test]
fn model_detectors_and_exports_know_no_clock_io_or_runtime() {
    for package in ["trailwarden-model", "trailwarden-detectors", "trailwarden-exports"] {
        for dependency in tree(package) {
            let name = dependency.split(' ').next().unwrap();
            let forbidden = ["tokio", "async-std", "smol", "hyper", "reqwest", "redb", "rusqlite", "fs-err", "walkdir"];
            assert!(!forbidden.contains(&name) && !name.starts_with("aws-"), "{package} depends on {dependency}");
            // Without this feature jiff cannot read the clock.
            assert!(name != "jiff" || !dependency.contains("std"), "{package} turns on a clock: {dependency}");
        }
    }
}

#[test]
fn arrows_point_one_way() {
    let below = [
        ("trailwarden-model", &["trailwarden-"][..]),
        (
            "trailwarden-detectors",
            &["trailwarden-networks", "trailwarden-pipeline", "trailwarden-local", "trailwarden-aws", "trailwarden "],
        ),
        (
            "trailwarden-exports",
            &[
                "trailwarden-detectors",
                "trailwarden-networks",
                "trailwarden-pipeline",
                "trailwarden-local",
                "trailwarden-aws",
                "trailwarden ",
            ],
        ),
        ("trailwarden-pipeline", &["trailwarden-exports", "trailwarden-local", "trailwarden-aws", "trailwarden "]),
        ("trailwarden-local", &["trailwarden-aws", "trailwarden "]),
        ("trailwarden-aws", &["trailwarden-local", "trailwarden-remote", "trailwarden "]),
        ("trailwarden-remote", &["trailwarden-"]),
    ];
    for (package, forbidden) in below {
        for dependency in tree(package).iter().filter(|line| !line.starts_with(&format!("{package} "))) {
            let wrong = forbidden.iter().find(|name| dependency.starts_with(*name));
            assert!(wrong.is_none(), "{package} depends on {dependency}");
        }
    }
}

#[test]
fn only_aws_and_remote_call_aws_and_only_exports_spells_asff() {
    for (name, text) in sources() {
        let calls = ["shared/aws/", "shared/remote/", "functions/"].iter().any(|folder| name.starts_with(folder));
        // Tests of the template name what it allows.
        let names = name == "tests/tests/architecture.rs" || name.starts_with("tests/tests/template/");
        if calls || names {
            continue;
        }
        for word in ["aws_sdk_", "AttributeValue::", "BatchImportFindings", "lambda_runtime"] {
            assert!(!text.contains(word), "{name} knows {word}");
        }
    }
    for (name, text) in sources().iter().filter(|(name, _)| name.starts_with("shared/") && !name.contains("/tests")) {
        let exports = ["shared/exports/", "shared/fixtures/"].iter().any(|folder| name.starts_with(folder));
        assert!(exports || !text.contains("2018-10-08"), "{name} spells ASFF by itself");
    }
}

#[test]
fn a_detector_never_names_another() {
    let ids: Vec<&str> = trailwarden_detectors::DETECTORS.iter().map(|detector| detector.id).collect();
    for (name, text) in
        sources().iter().filter(|(name, _)| name.starts_with("shared/detectors/src/") && name.ends_with("/mod.rs"))
    {
        let own = name
            .trim_start_matches("shared/detectors/src/")
            .trim_end_matches("/mod.rs")
            .replace('/', ".")
            .replace('_', "-");
        for other in ids.iter().filter(|id| **id != own) {
            assert!(!text.contains(other), "{name} names {other}");
        }
    }
}

#[test]
fn a_detectors_id_is_its_folder() {
    for detector in trailwarden_detectors::DETECTORS {
        let folder = detector.id.replace('.', "/").replace('-', "_");
        let path = repository().join("shared/detectors/src").join(&folder);
        assert!(path.join("mod.rs").exists() && path.join("README.md").exists(), "{} is not at {folder}", detector.id);
    }
    let ids: Vec<&str> = trailwarden_detectors::DETECTORS.iter().map(|detector| detector.id).collect();
    assert!(ids.is_sorted(), "the catalog is alphabetical: {ids:?}");
}

#[test]
fn every_file_opens_with_its_concept() {
    for (name, text) in sources() {
        assert!(text.starts_with("//! "), "{name} does not open with `//!` and a sentence");
    }
}

#[test]
fn files_stay_within_their_room() {
    for (name, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 400, "{name} has {lines} lines: look for the missing type or folder");
    }
}

#[test]
fn no_file_is_a_grab_bag() {
    for (name, _) in sources() {
        for word in ["util", "common", "helper", "manager", "misc"] {
            let stem = Path::new(&name).file_stem().unwrap().to_string_lossy().into_owned();
            assert!(!stem.contains(word), "{name}: name it after what it is");
        }
    }
}

#[test]
fn functions_are_wiring_only() {
    for (name, text) in
        sources().iter().filter(|(name, _)| name.starts_with("functions/") && name.ends_with("src/main.rs"))
    {
        assert!(text.lines().count() < 25, "{name} has {} lines", text.lines().count());
        assert!(!text.contains("if "), "{name} decides something");
    }
}

#[test]
fn no_test_is_switched_off_and_none_sleeps() {
    for (name, text) in sources() {
        // A function that lost a race for a finding waits its turn; that is no test.
        if !["tests/tests/architecture.rs", "shared/aws/src/store/races.rs"].contains(&name.as_str()) {
            for word in ["#[ignore", "thread::sleep", "time::sleep"] {
                assert!(!text.contains(word), "{name} has {word}");
            }
        }
    }
}

#[test]
fn generated_documents_are_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let output = cargo()
        .current_dir(repository())
        .args(["run", "--quiet", "--offline", "--package", "trailwarden", "--", "generate"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut made = Vec::new();
    all_files(folder.path(), &mut made);
    assert!(made.len() > 15);
    for path in made {
        let name = path.strip_prefix(folder.path()).unwrap();
        let committed = fs::read_to_string(repository().join("docs").join(name)).unwrap_or_default();
        let fresh = fs::read_to_string(&path).unwrap();
        assert!(fresh == committed, "docs/{} is stale: run `cargo xtask generate`", name.display());
    }
}

fn all_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { all_files(&path, found) } else { found.push(path) }
    }
}
