//! Instructions: what each step of the benches executes, held against what it executed when that was last looked at.
//!
//! The clock of a shared machine cannot tell a tenth; the number of instructions is nearly the same in every run.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::measure::is_there;
use crate::steps;

/// Where the figures to hold against stand.
const BASELINE: &str = "xtask/src/bench/instructions.json";
/// The benches by package: of these crates alone, so that no client of AWS is built.
const BENCHES: [(&str, &[&str]); 6] = [
    ("trailwarden-model", &["catalog", "read"]),
    ("trailwarden-networks", &["lookup"]),
    ("trailwarden-local", &["skip"]),
    ("trailwarden-detectors", &["memory"]),
    ("trailwarden-pipeline", &["judge"]),
    ("trailwarden-exports", &["render"]),
];
/// How many rounds are run, and then twice as many: the difference holds nothing of a first round.
const ROUNDS: u64 = 16;
/// By which part of itself a step may grow. Of five runs most steps are the same to the instruction or nearly; with the
/// seed of its hash table the catalog's differ by 5 % (eight lookups) and 0.5 %.
const TOLERANCE: f64 = 0.08;

/// What is counted.
#[derive(Debug, Args)]
pub(crate) struct InstructionsArgs {
    /// Write the figures to hold against, instead of holding these against them.
    #[arg(long)]
    update: bool,
}

/// Figures, and what they are of: another compiler makes other instructions.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Counts {
    rustc: String,
    target: String,
    /// Instructions of one round, by the step's name.
    instructions: BTreeMap<String, u64>,
}

/// Counts every step, and fails if one has become dearer.
pub(super) fn run(arguments: &InstructionsArgs) -> anyhow::Result<()> {
    if !is_there("valgrind") {
        anstream::println!("nothing is counted: valgrind is not there (on Debian: apt-get install valgrind)");
        return Ok(());
    }
    let counts = counted()?;
    if arguments.update {
        let text = serde_json::to_string_pretty(&counts)? + "\n";
        return fs::write(BASELINE, text).with_context(|| format!("write {BASELINE}"));
    }
    let text = fs::read_to_string(BASELINE).with_context(|| format!("read {BASELINE}: --update writes it"))?;
    let before: Counts = serde_json::from_str(&text).with_context(|| format!("read {BASELINE}"))?;
    let differing = compare(&before, &counts)?;
    ensure!(differing.is_empty(), "{}", differing.join("\n"));
    Ok(())
}

/// Prints a table of all steps, and returns what is wrong with some.
fn compare(before: &Counts, now: &Counts) -> anyhow::Result<Vec<String>> {
    ensure!(
        (&before.rustc, &before.target) == (&now.rustc, &now.target),
        "{BASELINE} is of {} for {}, and this is {} for {}: count with --update where nothing else changed",
        before.rustc,
        before.target,
        now.rustc,
        now.target
    );
    anstream::println!("| step | instructions | before | change |\n|---|---:|---:|---:|");
    let mut wrong = Vec::new();
    for (step, count) in &now.instructions {
        let Some(known) = before.instructions.get(step) else {
            anstream::println!("| {step} | {count} | | |");
            wrong.push(format!("{step} is not in {BASELINE}: --update adds it"));
            continue;
        };
        let change = *count as f64 / *known as f64 - 1.0;
        anstream::println!("| {step} | {count} | {known} | {:+.2} % |", change * 100.0);
        if change > TOLERANCE {
            wrong.push(format!("{step} takes {count} instructions and took {known}: --update accepts it"));
        }
    }
    let gone = before.instructions.keys().filter(|step| !now.instructions.contains_key(*step));
    wrong.extend(gone.map(|step| format!("{step} is in {BASELINE} and no bench any more: --update drops it")));
    Ok(wrong)
}

/// Builds the benches and counts each of their steps.
fn counted() -> anyhow::Result<Counts> {
    let version = steps::said("rustc", &["-vV"])?;
    let about = |what: &str| version.lines().find_map(|line| line.strip_prefix(what)).map(str::to_owned);
    let mut instructions = BTreeMap::new();
    for (bench, program) in built()? {
        // A tree of one level, a step on each branch.
        for (_, step) in steps::said(&program, &["--list"])?.lines().filter_map(|line| line.split_once("─ ")) {
            let step = format!("{bench}::{}", step.trim());
            let (once, twice) = (executed(&program, &step, ROUNDS)?, executed(&program, &step, 2 * ROUNDS)?);
            instructions.insert(step, twice.saturating_sub(once) / ROUNDS);
        }
    }
    Ok(Counts {
        rustc: about("release: ").context("rustc names no release")?,
        target: about("host: ").context("rustc names no host")?,
        instructions,
    })
}

/// The benches, by name, and their programs, built as for release.
fn built() -> anyhow::Result<Vec<(String, String)>> {
    let mut arguments = vec!["bench", "--no-run", "--locked", "--message-format", "json-render-diagnostics"];
    arguments.extend(["--features", "trailwarden-exports/html"]);
    for (package, benches) in BENCHES {
        arguments.extend(["--package", package]);
        arguments.extend(benches.iter().flat_map(|bench| ["--bench", bench]));
    }
    let messages = steps::said("cargo", &arguments)?;
    let programs = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        Some((text(message.pointer("/target/name"))?, text(message.get("executable"))?))
    });
    Ok(programs.collect())
}

/// How many instructions so many rounds of a step execute, by callgrind's own last words.
fn executed(program: &str, step: &str, rounds: u64) -> anyhow::Result<u64> {
    let (rounds, log) = (rounds.to_string(), std::env::temp_dir().join(format!("callgrind-{}", std::process::id())));
    let log_file = format!("--log-file={}", log.display());
    let callgrind = ["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted_by_callgrind*"];
    let divan = [program, "--bench", "--exact", step, "--sample-count", "1", "--sample-size", &rounds];
    steps::said("valgrind", &[&callgrind[..], &[&log_file], &divan].concat())?;
    let said = fs::read_to_string(&log).context("callgrind says nothing")?;
    fs::remove_file(&log)?;
    let collected = said.lines().find_map(|line| line.split("Collected : ").nth(1));
    Ok(collected.with_context(|| format!("callgrind counts nothing of {step}: {said}"))?.trim().parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(steps: &[(&str, u64)]) -> Counts {
        let instructions = steps.iter().map(|(step, count)| ((*step).to_owned(), *count)).collect();
        Counts { rustc: "1.0".to_owned(), target: "here".to_owned(), instructions }
    }

    #[test]
    fn what_is_dearer_new_or_gone_is_named_and_what_is_alike_or_cheaper_is_not() {
        let before = counts(&[("alike", 10_000), ("cheaper", 10_000), ("dearer", 10_000), ("gone", 10_000)]);
        let now = counts(&[("alike", 10_010), ("cheaper", 5_000), ("dearer", 10_900), ("new", 1)]);
        let wrong = compare(&before, &now).unwrap();
        let named: Vec<_> = wrong.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(named, ["dearer", "new", "gone"]);
    }

    #[test]
    fn figures_of_another_compiler_are_held_against_nothing() {
        let before = Counts { rustc: "0.9".to_owned(), ..counts(&[]) };
        assert!(compare(&before, &counts(&[])).is_err());
    }
}
