//! `backfill` as its users run it, against a stand-in for the function that keeps what it is sent.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod stand_in;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use program::{Run, examples};
use stand_in::{Fate, Function};
use tempfile::TempDir;

/// How long anything may take before the test is given up; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_mins(1);

fn backfill(function: &Function, folder: &Path, more: &[&str]) -> Run {
    let (logs, work) = (examples(), folder.join("w"));
    let mut arguments = vec!["backfill", logs.to_str().unwrap(), "--work", work.to_str().unwrap()];
    arguments.extend(more);
    program::trailwarden_with(&arguments, &function.environment())
}

#[test]
fn every_subject_is_sent_once_and_nothing_is_left_behind_on_disk() {
    let (function, folder) = (Function::open(), TempDir::new().unwrap());
    let run = backfill(&function, folder.path(), &["--rate", "1000000"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("12,125 learned from"), "{}", run.err);
    assert!(run.err.contains("learned, not judged"), "{}", run.err);
    let subjects = function.subjects();
    assert!(run.out.starts_with(&format!("{} subjects are in the memory", subjects.len())), "{}", run.out);
    let mut once = subjects.clone();
    once.dedup();
    assert_eq!((once.len(), subjects.is_empty()), (subjects.len(), false));
    assert!(function.largest() < 3 << 20, "{}", function.largest());
    assert!(function.names().iter().all(|name| name == "trailwarden-backfill"));
    assert!(!folder.path().join("w").exists());
}

#[test]
fn a_run_that_was_stopped_goes_on_where_it_was_and_sends_what_an_undisturbed_one_sends() {
    let (whole, folder) = (Function::open(), TempDir::new().unwrap());
    assert_eq!(backfill(&whole, folder.path(), &["--rate", "20000"]).status, 0);

    let function = Function::open();
    function.fate(3, Fate::Fails);
    let run = backfill(&function, folder.path(), &["--rate", "50"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("the same command goes on from"), "{}", run.err);
    let before = function.subjects();
    assert!(!before.is_empty() && before.len() < whole.subjects().len(), "{}", before.len());

    let run = backfill(&function, folder.path(), &["--rate", "20000"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("learned by an earlier run already"), "{}", run.err);
    assert_eq!(function.merged(), whole.merged());
    assert_eq!(function.subjects(), whole.subjects(), "nothing was sent twice");
}

/// Runs it until `when` returns, and kills it then as `kill -9` does.
fn killed(function: &Function, folder: &Path, when: impl FnOnce(&mut Child)) {
    let (logs, work) = (examples(), folder.join("w"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_trailwarden"))
        .args(["backfill", logs.to_str().unwrap(), "--work", work.to_str().unwrap(), "--rate", "50"])
        .envs(function.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    when(&mut child);
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9), "it was over before it was killed");
}

#[test]
fn killed_wherever_it_was_and_given_again_the_memory_is_that_of_an_undisturbed_run() {
    let (whole, folder) = (Function::open(), TempDir::new().unwrap());
    assert_eq!(backfill(&whole, folder.path(), &["--rate", "20000"]).status, 0);
    let (function, work) = (Function::open(), folder.path().join("w"));
    let hung = function.hung();
    // While it begins, a millisecond later each time.
    for past in 0..20 {
        killed(&function, folder.path(), |_| assert!(hung.recv_timeout(Duration::from_millis(past)).is_err()));
    }
    // While it learns: the work file is there and nothing was sent.
    killed(&function, folder.path(), |child| {
        while !work.exists() {
            assert_eq!(child.try_wait().unwrap(), None);
            std::thread::yield_now();
        }
    });
    assert_eq!(function.subjects(), Vec::<String>::new());
    // Half-way: a batch has not arrived; then one has, and the command does not know.
    for (nth, arrived) in [(2, false), (4, true)] {
        function.fate(nth, Fate::Hangs(arrived));
        killed(&function, folder.path(), |_| hung.recv_timeout(PATIENCE).unwrap());
    }
    let sent = function.merged().len();
    assert!(0 < sent && sent < whole.merged().len(), "{sent} of {}", whole.merged().len());
    let run = backfill(&function, folder.path(), &["--rate", "20000"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.err.contains("going on where the last run was"), "{}", run.err);
    let (memory, wanted) = (function.merged(), whole.merged());
    assert_eq!(memory.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
    for (subject, remembered) in &wanted {
        assert_eq!(&memory[subject], remembered, "{subject}");
    }
    assert!(!work.exists());
}

#[test]
fn what_a_busy_table_or_a_late_function_did_not_take_is_sent_again() {
    let (whole, folder) = (Function::open(), TempDir::new().unwrap());
    assert_eq!(backfill(&whole, folder.path(), &["--rate", "20000"]).status, 0);
    let function = Function::open();
    function.fate(1, Fate::Half("busy"));
    function.fate(2, Fate::Half("late"));
    let run = backfill(&function, folder.path(), &["--rate", "20000"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(function.merged(), whole.merged());
}

#[test]
fn an_unfinished_backfill_of_other_inputs_is_not_mixed_with_this_one() {
    let (function, folder) = (Function::open(), TempDir::new().unwrap());
    function.fate(1, Fate::Fails);
    assert_eq!(backfill(&function, folder.path(), &[]).status, 2);
    let run = backfill(&function, folder.path(), &["--since", "2026-03-10"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("of other inputs"), "{}", run.err);
    let run = backfill(&function, folder.path(), &["--stack", "other"]);
    assert!(run.status == 2 && run.err.contains("for another deployment"), "{}", run.err);
    fs::remove_file(folder.path().join("w")).unwrap();
    fs::write(folder.path().join("w"), "mine").unwrap();
    assert_eq!(backfill(&function, folder.path(), &[]).status, 2);
    assert_eq!(fs::read_to_string(folder.path().join("w")).unwrap(), "mine");
}

#[test]
fn a_deployment_that_is_not_there_or_not_ours_to_invoke_is_named_at_once() {
    let (function, folder) = (Function::open(), TempDir::new().unwrap());
    function.fate(1, Fate::Absent);
    let run = backfill(&function, folder.path(), &["--stack", "other"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("there is no function other-backfill in us-east-1"), "{}", run.err);
    function.fate(2, Fate::Denied);
    let run = backfill(&function, folder.path(), &["--stack", "other"]);
    assert_eq!((run.status, function.names().len()), (2, 2));
    assert!(run.err.contains("other-backfill in us-east-1 could not be invoked"), "{}", run.err);
}
