//! One run of a program as a whole process: how long, how much processor, how much memory.

use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Seconds of processor, the system's part included.
    pub(crate) cpu: f64,
    /// The most memory resident at any time, in bytes.
    pub(crate) memory: u64,
}

impl Figures {
    /// Each figure's median.
    pub(super) fn median(runs: &[Self]) -> anyhow::Result<Self> {
        ensure!(!runs.is_empty(), "nothing was run");
        let of = |figure: fn(&Self) -> f64| {
            let mut figures: Vec<f64> = runs.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures.get(figures.len() / 2).copied().unwrap_or_default()
        };
        let memory = runs.iter().map(|run| run.memory).max().unwrap_or_default();
        Ok(Self { wall: of(|run| run.wall), cpu: of(|run| run.cpu), memory })
    }
}

/// Whether a program can be started.
pub(crate) fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Unpacks files to nowhere.
pub(super) fn unpacked(program: &str, files: &[PathBuf]) -> anyhow::Result<Figures> {
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let names = names.join("\0");
    timed(Command::new("xargs").args(["--null", program, "-dc"]), &names)
}

/// Replays a folder, learning from its first thirty days.
pub(super) fn replayed(program: &Path, folder: &Path, threads: usize) -> anyhow::Result<Figures> {
    let threads = threads.to_string();
    let arguments = ["replay", "--learn", "30", "--format", "jsonl", "--jobs", &threads];
    timed(Command::new(program).args(arguments).arg(folder), "")
}

/// Replays a folder with nothing learned before.
pub(super) fn replayed_cold(program: &Path, folder: &Path) -> anyhow::Result<Figures> {
    timed(Command::new(program).args(["replay", "--format", "jsonl", "--jobs", "2"]).arg(folder), "")
}

/// What one run came to.
#[derive(Debug)]
pub(crate) struct Run {
    /// What it cost.
    pub(crate) figures: Figures,
    /// What it said beside what it wrote.
    pub(crate) said: String,
    /// Whether it ended well.
    pub(crate) success: bool,
}

/// Runs a command under GNU time; what it cost, if it ended well.
fn timed(command: &Command, input: &str) -> anyhow::Result<Figures> {
    let run = run(command, input, Stdio::null())?;
    ensure!(run.success, "{command:?} failed: {}", run.said);
    Ok(run.figures)
}

/// Runs a command under GNU time, which says what it cost; what it writes goes where it is told.
pub(crate) fn run(command: &Command, input: &str, out: Stdio) -> anyhow::Result<Run> {
    let mut child = Command::new("/usr/bin/time")
        .args(["--quiet", "--format", "\n%e %U %S %M"])
        .arg(command.get_program())
        .args(command.get_args())
        .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start /usr/bin/time: install GNU time")?;
    if let Some(mut to) = child.stdin.take() {
        to.write_all(input.as_bytes())?;
    }
    let mut said = String::new();
    child.stderr.take().context("no error stream")?.read_to_string(&mut said)?;
    let success = child.wait()?.success();
    let mut words = said.lines().last().unwrap_or_default().split(' ');
    let mut next = || words.next().with_context(|| format!("no figures in {said}"));
    let (wall, user, system): (f64, f64, f64) = (next()?.parse()?, next()?.parse()?, next()?.parse()?);
    let kilobytes: u64 = next()?.parse()?;
    Ok(Run { figures: Figures { wall, cpu: user + system, memory: kilobytes * 1024 }, said, success })
}
