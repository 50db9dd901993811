//! `xtask fuzz`: the long run of the fuzz targets under libFuzzer, and what came of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;

use crate::steps::{run_with, said, tool};

/// Where everything of a run lies.
const FOLDER: &str = "target/fuzz";
/// How often a target is started again after a crash.
const CRASHES: u64 = 20;
/// The longest input, in bytes: as long as what it is about, short enough for thousands a second.
const LONGEST: &str = "8192";
/// The longest input that is worth committing.
const KEPT: &str = "1024";

/// What is fuzzed, and for how long.
#[derive(Debug, Args)]
pub(crate) struct FuzzArgs {
    /// The targets; all of them where none is named.
    targets: Vec<String>,
    /// For how many seconds each.
    #[arg(long, default_value_t = 3600)]
    seconds: u64,
    /// Look for faults of memory as well: twice as slow, and needed only for what dependencies do unsafely.
    #[arg(long)]
    address: bool,
    /// Put what says something new into the committed corpora.
    #[arg(long)]
    keep: bool,
}

/// What came of one target.
#[derive(Debug, Default)]
struct Came {
    executions: u64,
    /// Edges of the program that were reached, all that it is linked of.
    edges: u64,
    /// Edges by how often they were passed, as libFuzzer counts them.
    features: u64,
    crashes: u64,
}

/// Fuzzes, and prints a table in Markdown.
pub(crate) fn run(arguments: &FuzzArgs) -> anyhow::Result<()> {
    if said("cargo", &["+nightly", "--version"]).is_err() {
        bail!(
            "there is no nightly compiler, which libFuzzer's instrumentation needs: `rustup toolchain install nightly`; \
             the tests run every corpus without it: cargo test --package trailwarden-fuzz"
        );
    }
    let program = build(arguments.address)?;
    let targets = chosen(&arguments.targets)?;
    anstream::println!("| target | seconds | executions | edges | features | crashes |\n|---|---|---|---|---|---|");
    let mut crashed = 0;
    for (target, corpus) in &targets {
        let came = fuzz(&program, target, corpus, Duration::from_secs(arguments.seconds))?;
        let Came { executions, edges, features, crashes } = came;
        anstream::println!("| {target} | {} | {executions} | {edges} | {features} | {crashes} |", arguments.seconds);
        crashed += crashes;
        if arguments.keep {
            keep(&program, target, corpus)?;
        }
    }
    if crashed > 0 {
        bail!("{crashed} crashes lie in {FOLDER}/crashes: put each into the corpus of its target, and mend it");
    }
    Ok(())
}

/// Builds the one binary that holds every target.
fn build(address: bool) -> anyhow::Result<PathBuf> {
    let fuzz = tool("cargo-fuzz", "0.13.2")?;
    let sanitizer = if address { "address" } else { "none" };
    let arguments = [
        "build",
        "--fuzz-dir",
        "fuzz",
        "--target-dir",
        FOLDER,
        "--features",
        "libfuzzer",
        "--sanitizer",
        sanitizer,
        "libfuzzer",
    ];
    // Counters of edges are lost when a whole program is optimised at once, and building would take an hour.
    let variables = [
        ("RUSTUP_TOOLCHAIN", "nightly"),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "2"),
        ("CARGO_PROFILE_RELEASE_STRIP", "none"),
    ];
    run_with(&fuzz, &arguments, &variables)?;
    let version = said("rustc", &["+nightly", "--version", "--verbose"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(Path::new(FOLDER).join(host).join("release/libfuzzer"))
}

/// The targets by name, each with the folder of its corpus, from the source that lists them.
fn chosen(named: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let listed = said("cargo", &["run", "--quiet", "--package", "trailwarden-fuzz", "--example", "targets"])?;
    let all: Vec<(String, String)> = listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, corpus)| (name.into(), corpus.into()))
        .collect();
    if let Some(unknown) = named.iter().find(|name| !all.iter().any(|(known, _)| known == *name)) {
        let known: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        bail!("no target is called {unknown}: there are {}", known.join(", "));
    }
    Ok(all.into_iter().filter(|(name, _)| named.is_empty() || named.contains(name)).collect())
}

/// Fuzzes one target until its time is over, going on after a crash.
fn fuzz(program: &Path, target: &str, corpus: &str, span: Duration) -> anyhow::Result<Came> {
    let found = Path::new(FOLDER).join("corpus").join(target);
    let crashes = Path::new(FOLDER).join("crashes");
    std::fs::create_dir_all(&found)?;
    std::fs::create_dir_all(&crashes)?;
    #[expect(clippy::disallowed_methods, reason = "a run is as long as it was asked to be")]
    let begun = Instant::now();
    let mut came = Came::default();
    loop {
        let left = span.saturating_sub(begun.elapsed()).as_secs();
        if left == 0 || came.crashes >= CRASHES {
            return Ok(came);
        }
        let mut child = Command::new(program)
            .args([&found, &committed(corpus)])
            .arg(format!("-max_total_time={left}"))
            .arg(format!("-max_len={LONGEST}"))
            .arg(format!("-artifact_prefix={}/{target}-", crashes.display()))
            .args(["-dict=fuzz/dictionary.txt", "-print_final_stats=1", "-timeout=20", "-rss_limit_mb=2048"])
            .env("TRAILWARDEN_FUZZ", target)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        for line in BufReader::new(child.stderr.take().context("libFuzzer says nothing")?).split(b'\n') {
            came.hear(&String::from_utf8_lossy(&line?));
        }
        if child.wait()?.success() {
            return Ok(came);
        }
        came.crashes += 1;
    }
}

impl Came {
    fn hear(&mut self, line: &str) {
        let after = |text: &str, name: &str| {
            text.split_once(name).and_then(|(_, rest)| rest.split_whitespace().next()?.parse::<u64>().ok())
        };
        if let Some(executed) = after(line, "stat::number_of_executed_units:") {
            self.executions += executed;
        }
        self.edges = self.edges.max(after(line, " cov: ").unwrap_or_default());
        self.features = self.features.max(after(line, " ft: ").unwrap_or_default());
        if line.contains("panicked at") || line.starts_with("SUMMARY") || line.contains("Test unit written to") {
            anstream::eprintln!("{line}");
        }
    }
}

fn committed(corpus: &str) -> PathBuf {
    Path::new("fuzz/corpus").join(corpus)
}

/// Puts into the committed corpus what reaches something none of it reaches.
fn keep(program: &Path, target: &str, corpus: &str) -> anyhow::Result<()> {
    let (to, from) = (committed(corpus), Path::new(FOLDER).join("corpus").join(target));
    let (to, from) = (to.to_string_lossy().into_owned(), from.to_string_lossy().into_owned());
    let longest = format!("-max_len={KEPT}");
    run_with(&program.to_string_lossy(), &["-merge=1", &longest, &to, &from], &[("TRAILWARDEN_FUZZ", target)])
}
