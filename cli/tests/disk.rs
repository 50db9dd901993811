//! A disk that is full: the run says what could not be written and where, leaves what was there, and can be repeated.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use program::examples;
use tempfile::TempDir;

/// How large a file may grow, in blocks of 512 bytes or of a kilobyte, as the shell counts: like a disk with so much left.
const SMALL: &str = "100";

/// Runs the program where no file may grow past a size; the signal of that is ignored, so writing fails as on a full disk.
fn limited(blocks: &str, folder: &Path, arguments: &[&str]) -> Output {
    let script = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
    Command::new("sh")
        .args(["-c", script, blocks, env!("CARGO_BIN_EXE_trailwarden")])
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn replay(blocks: &str, folder: &Path, options: &[&str]) -> Output {
    let logs = examples();
    let mut arguments = vec!["replay", logs.to_str().unwrap(), "--learn", "9", "--format", "jsonl"];
    arguments.extend(options);
    limited(blocks, folder, &arguments)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn error_of(run: &Output) -> String {
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    String::from_utf8(run.stderr.clone()).unwrap()
}

#[test]
fn a_memory_that_finds_no_room_is_named_and_given_room_the_same_command_ends_as_if_it_had_had_it() {
    let folder = TempDir::new().unwrap();
    let undisturbed = replay("unlimited", folder.path(), &["--baseline", "whole"]);
    assert_eq!(undisturbed.status.code(), Some(0), "{undisturbed:?}");
    let error = error_of(&replay(SMALL, folder.path(), &["--baseline", "memory"]));
    assert!(error.contains("cannot use the baseline memory") && error.contains("File too large"), "{error}");
    let again = replay("unlimited", folder.path(), &["--baseline", "memory"]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert!(again.stdout == undisturbed.stdout, "other findings than without the full disk");
}

#[test]
fn an_output_that_finds_no_room_leaves_what_was_there() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("findings.jsonl"), "earlier\n").unwrap();
    let error =
        error_of(&replay("16", folder.path(), &["--output", "findings.jsonl", "--min-severity", "informational"]));
    assert!(error.contains("cannot write findings.jsonl: File too large"), "{error}");
    assert_eq!(fs::read_to_string(folder.path().join("findings.jsonl")).unwrap(), "earlier\n");
    assert_eq!(names(folder.path()), ["findings.jsonl"], "something was left behind");
}
