//! The same records give the same findings, however they are delivered.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

mod program;

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use program::{Run, examples, files_below, trailwarden};
use serde_json::Value;

#[track_caller]
fn replay(paths: &[PathBuf]) -> Run {
    let mut arguments = vec![PathBuf::from("replay"), "--format".into(), "jsonl".into()];
    arguments.extend(paths.iter().cloned());
    let run = trailwarden(&arguments);
    assert_eq!(run.status, 0, "{}", run.err);
    run
}

/// Compares findings line by line: a difference shows the two lines, not two files.
#[track_caller]
fn same(actual: &str, expected: &str) {
    for (index, (actual, expected)) in actual.lines().zip(expected.lines()).enumerate() {
        assert_eq!(actual, expected, "finding {index}");
    }
    assert_eq!(actual.lines().count(), expected.lines().count());
}

fn expected() -> String {
    let run = replay(&[examples()]);
    assert!(run.findings().len() > 10);
    run.out
}

fn records_of(file: &Path) -> Vec<Value> {
    let mut text = Vec::new();
    // Test data of our own making: the library's plain reader would do, but one way to inflate is enough.
    let mut reader = flate2::write::GzDecoder::new(&mut text);
    let mut bytes = Vec::new();
    fs::File::open(file).unwrap().read_to_end(&mut bytes).unwrap();
    reader.write_all(&bytes).unwrap();
    reader.finish().unwrap();
    let mut container: Value = serde_json::from_slice(&text).unwrap();
    serde_json::from_value(container["Records"].take()).unwrap()
}

fn write_gz(path: &Path, text: &str) {
    let mut file = GzEncoder::new(fs::File::create(path).unwrap(), Compression::fast());
    file.write_all(text.as_bytes()).unwrap();
    file.finish().unwrap();
}

#[test]
fn files_named_in_any_order_and_any_number_of_threads_give_the_same_findings() {
    let expected = expected();
    let mut files = files_below(&examples());
    files.reverse();
    same(&replay(&files).out, &expected);
    let half = files.len() / 2;
    files.rotate_left(half);
    let mut arguments: Vec<PathBuf> =
        ["replay", "--format", "jsonl", "--jobs", "1"].iter().map(PathBuf::from).collect();
    arguments.extend(files);
    same(&trailwarden(&arguments).out, &expected);
}

#[test]
fn files_given_twice_change_nothing() {
    let run = replay(&[examples(), examples()]);
    same(&run.out, &expected());
    assert!(run.err.contains("given again"), "{}", run.err);
}

#[test]
fn one_file_split_in_a_hundred_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = files_below(&examples());
    let largest = files.iter().max_by_key(|file| fs::metadata(file).unwrap().len()).unwrap();
    let mut others: Vec<PathBuf> = files.iter().filter(|file| *file != largest).cloned().collect();
    let records = records_of(largest);
    let size = records.len().div_ceil(100);
    for (index, part) in records.chunks(size).enumerate() {
        let path = folder.path().join(format!("part-{index}.json.gz"));
        write_gz(&path, &serde_json::json!({ "Records": part }).to_string());
        others.push(path);
    }
    assert!(others.len() >= 90 + files.len() - 1);
    same(&replay(&others).out, &expected());
}

#[test]
fn a_file_delivered_five_days_late_is_judged_as_if_it_had_come_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let files = files_below(&examples());
    // The file with the end of the attack comes as the last of all, under the name of a later day.
    let stray = files.iter().find(|file| file.to_string_lossy().contains("444455556666_CloudTrail_us-east-1")).unwrap();
    let mut paths: Vec<PathBuf> = files.iter().filter(|file| *file != stray).cloned().collect();
    let late = folder.path().join("444455556666_CloudTrail_us-east-1_20260320T0005Z_0123456789abcdef.json.gz");
    fs::copy(stray, &late).unwrap();
    paths.push(late);
    same(&replay(&paths).out, &expected());
}

#[test]
fn a_bare_record_an_envelope_and_a_line_are_the_same_as_a_container() {
    let folder = tempfile::tempdir().unwrap();
    for (index, file) in files_below(&examples()).iter().enumerate() {
        let records = records_of(file);
        let lines: Vec<String> = records
            .iter()
            .map(|record| match index % 3 {
                0 => record.to_string(),
                1 => serde_json::json!({ "version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.any", "detail": record }).to_string(),
                _ => serde_json::to_string_pretty(record).unwrap(),
            })
            .collect();
        fs::write(folder.path().join(format!("{index}.jsonl")), lines.join("\n")).unwrap();
    }
    same(&replay(&[folder.path().to_owned()]).out, &expected());
}

#[test]
fn a_baseline_kept_in_a_file_and_used_again_gives_the_same_findings() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("memory");
    let run = |extra: &[&str]| {
        let mut arguments: Vec<PathBuf> =
            ["replay", "--format", "jsonl", "--baseline"].iter().map(PathBuf::from).collect();
        arguments.push(baseline.clone());
        arguments.extend(extra.iter().map(PathBuf::from));
        arguments.push(examples());
        trailwarden(&arguments)
    };
    let first = run(&[]);
    same(&first.out, &expected());
    same(&run(&[]).out, &first.out);
}

#[test]
fn what_was_learned_in_one_run_is_known_in_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let baseline = folder.path().join("memory");
    let together = trailwarden(&[
        "replay".as_ref(),
        "--format".as_ref(),
        "jsonl".as_ref(),
        "--since".as_ref(),
        "2026-03-12".as_ref(),
        examples().as_os_str(),
    ]);
    let with = |arguments: &[&str]| {
        let mut all: Vec<PathBuf> = ["replay", "--format", "jsonl", "--baseline"].iter().map(PathBuf::from).collect();
        all.push(baseline.clone());
        all.extend(arguments.iter().map(PathBuf::from));
        all.push(examples());
        trailwarden(&all)
    };
    assert_eq!(with(&["--learn-until", "2026-03-12", "--until", "2026-03-12"]).out, "");
    same(&with(&["--since", "2026-03-12"]).out, &together.out);
}
