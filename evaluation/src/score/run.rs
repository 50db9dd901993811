//! The program run as anybody would run it, and what it wrote, read back with nothing but its contract.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::Deserialize;
use tempfile::TempDir;
use toml::{Table, Value};

use super::truth::read_lines;

/// How many characters of the program's own words an error repeats.
const WORDS: usize = 2_000;

/// How much of somebody's time a finding asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Severity {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Informational => "INFORMATIONAL",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// A finding, or a notice of one: the fields that are scored.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Finding {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) severity: Severity,
    pub(super) score: u8,
    pub(super) confidence: u8,
    pub(super) title: String,
    pub(super) created_at: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) events: Vec<Cited>,
    #[serde(default)]
    pub(super) evidence: Vec<Evidence>,
    #[serde(default)]
    pub(super) related: Vec<String>,
    #[serde(default)]
    pub(super) status: String,
}

impl Finding {
    /// Whether a person should look.
    pub(super) fn asks_for_a_look(&self) -> bool {
        self.severity >= Severity::Medium
    }

    /// Whether it joins other findings.
    pub(super) fn is_story(&self) -> bool {
        self.kind.starts_with("story.")
    }
}

/// A record a finding rests on.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Cited {
    pub(super) id: String,
}

/// One reason, with its weight in bits.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Evidence {
    pub(super) signal: String,
    pub(super) weight: f64,
}

/// What one run of the program wrote.
#[derive(Debug, Clone, Default)]
pub(super) struct Output {
    /// Each finding once, in its final state.
    pub(super) findings: Vec<Finding>,
    /// Every notice that would have been sent, in order.
    pub(super) notices: Vec<Finding>,
}

/// How the program is run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Invocation<'a> {
    pub(super) binary: &'a Path,
    pub(super) config: Option<&'a Path>,
    /// How many days are learned from in silence; none, without the flag.
    pub(super) learn: u32,
    /// A signal that is to weigh nothing.
    pub(super) ignored: Option<&'a str>,
}

/// The files of one run.
struct Files {
    /// Removed when it is dropped.
    folder: TempDir,
    config: Option<PathBuf>,
}

impl Files {
    fn findings(&self) -> PathBuf {
        self.folder.path().join("findings.jsonl")
    }

    fn notices(&self) -> PathBuf {
        self.folder.path().join("notices.jsonl")
    }
}

/// Runs the program over a generated folder's logs, and only them: what really happened stays out of its sight.
pub(super) fn run(invocation: &Invocation<'_>, folder: &Path) -> Result<Output> {
    let files = Files::new(invocation)?;
    let arguments = arguments(invocation, &files, folder);
    let ended = Command::new(invocation.binary)
        .args(&arguments)
        .output()
        .with_context(|| format!("cannot run {}: build it first", invocation.binary.display()))?;
    if !ended.status.success() {
        let words: String = String::from_utf8_lossy(&ended.stderr).chars().take(WORDS).collect();
        bail!(
            "{} {} ended with {}: {}",
            invocation.binary.display(),
            arguments.join(&OsString::from(" ")).display(),
            ended.status,
            words.trim_end()
        );
    }
    read(&files.findings(), &files.notices())
}

impl Files {
    fn new(invocation: &Invocation<'_>) -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for the program's output")?;
        let config = match (invocation.config, invocation.ignored) {
            (config, None) => config.map(Path::to_path_buf),
            (config, Some(signal)) => {
                let text = config.map(std::fs::read_to_string).transpose().context("cannot read the settings")?;
                let path = folder.path().join("settings.toml");
                std::fs::write(&path, ignoring(text.as_deref().unwrap_or_default(), signal)?)?;
                Some(path)
            }
        };
        Ok(Self { folder, config })
    }
}

/// The settings with one more signal ignored.
fn ignoring(settings: &str, signal: &str) -> Result<String> {
    let mut settings: Table = settings.parse().context("the settings are not TOML")?;
    let findings = settings.entry("findings").or_insert_with(|| Value::Table(Table::new()));
    let ignored = findings
        .as_table_mut()
        .context("`findings` must be a table of the settings")?
        .entry("ignored_signals")
        .or_insert_with(|| Value::Array(Vec::new()));
    ignored.as_array_mut().context("`ignored_signals` must be a list")?.push(Value::String(signal.to_owned()));
    Ok(settings.to_string())
}

fn arguments(invocation: &Invocation<'_>, files: &Files, folder: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["replay".into(), folder.join("AWSLogs").into()];
    if invocation.learn > 0 {
        arguments.extend(["--learn".into(), invocation.learn.to_string().into()]);
    }
    if let Some(config) = &files.config {
        arguments.extend(["--config".into(), config.into()]);
    }
    arguments.extend(["--format".into(), "jsonl".into()]);
    arguments.extend(["--output".into(), files.findings().into()]);
    arguments.extend(["--notices".into(), files.notices().into()]);
    arguments
}

fn read(findings: &Path, notices: &Path) -> Result<Output> {
    if !notices.exists() {
        bail!("the program wrote no notices: give one whose `replay` knows --notices");
    }
    Ok(Output { findings: read_lines(findings)?, notices: read_lines(notices)? })
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::truth::parse_lines;
    use super::*;

    /// A finding of 2026-01-20, or at the time given, that cites these events.
    pub(in super::super) fn finding(id: &str, severity: &str, time: &str, events: &[&str]) -> Finding {
        let events: Vec<_> = events.iter().map(|id| serde_json::json!({"id": id, "name": "GetSecretValue"})).collect();
        let line = serde_json::json!({
            "id": id, "type": "secret-accessed.unusual-read", "severity": severity, "score": 50, "confidence": 60,
            "title": format!("finding {id}"), "created_at": time, "last_seen": time, "events": events,
            "evidence": [{"signal": "new-network", "claim": "c", "observed": "o", "expected": "e", "weight": 8.5}],
            "related": [], "status": "OPEN", "first_seen": time, "schema_version": "1"
        });
        parse_lines(line.to_string().as_bytes()).unwrap().remove(0)
    }

    fn typed(invocation: &Invocation<'_>) -> Vec<String> {
        let files = Files::new(invocation).unwrap();
        let arguments = arguments(invocation, &files, Path::new("out"));
        arguments.into_iter().map(|argument| argument.into_string().unwrap()).collect()
    }

    #[test]
    fn only_the_logs_are_shown_to_the_program_and_no_learning_is_no_flag() {
        let cold = Invocation { binary: Path::new("trailwarden"), config: None, learn: 0, ignored: None };
        let typed_cold = typed(&cold);
        assert_eq!(typed_cold[..2], ["replay", "out/AWSLogs"]);
        assert!(!typed_cold.contains(&"--learn".to_owned()) && !typed_cold.contains(&"--config".to_owned()));
        let warm = typed(&Invocation { learn: 14, ignored: Some("new-network"), ..cold });
        assert!(warm.windows(2).any(|pair| pair == ["--learn", "14"]));
        assert!(warm.contains(&"--config".to_owned()));
    }

    #[test]
    fn a_signal_is_ignored_beside_what_the_settings_already_say() {
        let settings = "[findings]\nignored_signals = [\"breadth\"]\nquiet = true\n";
        let settings: Table = ignoring(settings, "new-network").unwrap().parse().unwrap();
        assert_eq!(settings["findings"]["quiet"].as_bool(), Some(true));
        let ignored = settings["findings"]["ignored_signals"].as_array().unwrap();
        assert_eq!(ignored.iter().filter_map(Value::as_str).collect::<Vec<_>>(), ["breadth", "new-network"]);
        assert!(ignoring("findings = 3", "breadth").is_err());
    }

    #[test]
    fn no_notices_is_an_error_that_says_how_to_mend_it() {
        let folder = tempfile::tempdir().unwrap();
        let findings = folder.path().join("findings.jsonl");
        std::fs::write(&findings, "").unwrap();
        let refused = read(&findings, &folder.path().join("notices.jsonl")).unwrap_err();
        assert!(refused.to_string().contains("--notices"), "{refused}");
    }

    #[test]
    fn severities_are_ordered_and_known_by_name() {
        let names = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
        let severities = names.map(|name| finding("f", name, "2026-01-20T00:00:00Z", &[]).severity);
        assert!(severities.is_sorted());
        assert_eq!(severities.map(Severity::name), names);
    }
}
