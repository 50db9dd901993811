//! Files: what paths stand for, gzip in all its states, and the real logs, every record accounted for.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says on stdout what it skipped"
)]

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use trailwarden_local::input::{
    InputProblem, Limits, LogFile, LogReader, RawRecord, Reject, RejectReason, RejectTally, ScanSummary, Visitor,
    discover,
};

#[derive(Default)]
struct Seen {
    records: u64,
    bytes: u64,
    rejects: Vec<Reject>,
}

impl Visitor for Seen {
    fn record(&mut self, record: RawRecord<'_>) {
        self.records += 1;
        self.bytes += record.bytes.len() as u64;
        assert!(serde_json::from_slice::<serde_json::Value>(record.bytes).unwrap().is_object());
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }
}

impl Seen {
    fn reasons(&self) -> Vec<&str> {
        self.rejects.iter().map(|reject| reject.reason.name()).collect()
    }
}

fn scan(bytes: impl Read, limits: Limits) -> (Seen, ScanSummary) {
    let mut seen = Seen::default();
    let progress = AtomicU64::new(0);
    let summary = LogReader::new(limits).scan_stream(&LogFile::stdin(), bytes, &progress, &mut seen);
    assert_eq!(summary.bytes, progress.load(Ordering::Relaxed));
    assert_eq!((summary.records, summary.rejects), (seen.records, seen.rejects.len() as u64));
    (seen, summary)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn container(records: usize) -> Vec<u8> {
    let record = |number| format!(r#"{{"eventVersion":"1.08","eventID":"{number}","x":"{}"}}"#, number * 7919 % 1009);
    let records: Vec<String> = (0..records).map(record).collect();
    format!(r#"{{"Records":[{}]}}"#, records.join(",")).into_bytes()
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn gzip_of_one_member_or_many_gives_all_records() {
    let one = gzip(&container(500));
    let padded = [one.as_slice(), &[0; 700]].concat();
    let many = [one.as_slice(), &gzip(b""), &one, &gzip(&container(7))].concat();
    for (bytes, records) in [(one, 500), (padded, 500), (many, 1007)] {
        let (seen, summary) = scan(bytes.as_slice(), Limits::default());
        assert_eq!((seen.records, summary.bytes), (records, bytes.len() as u64));
        assert_eq!(seen.reasons(), [""; 0]);
    }
}

#[test]
fn members_may_split_a_record_and_large_files_are_streamed() {
    let text = container(100_000);
    let (front, back) = text.split_at(text.len() / 2);
    let (seen, _) = scan([gzip(front), gzip(back)].concat().as_slice(), Limits::default());
    assert_eq!((seen.records, seen.rejects.len()), (100_000, 0));
}

#[test]
fn gzip_cut_anywhere_gives_what_came_before_and_one_reject() {
    let whole = gzip(&container(300));
    for cut in (10..whole.len()).step_by(23).chain([whole.len() - 1]) {
        let (seen, _) = scan(&whole[..cut], Limits::default());
        assert_eq!(seen.reasons(), ["gzip-truncated"], "cut at {cut}");
        assert_eq!(seen.rejects[0].position.offset, cut as u64);
    }
    let (seen, _) = scan(&whole[..whole.len() - 4], Limits::default());
    assert_eq!(seen.records, 300);
}

#[test]
fn garbage_behind_a_member_is_one_reject_and_costs_no_record() {
    for garbage in [&b"<html>"[..], &[0x1F, 0x20, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]] {
        let member = gzip(&container(50));
        let (seen, _) = scan([&member, garbage].concat().as_slice(), Limits::default());
        assert_eq!((seen.records, seen.reasons()), (50, vec!["gzip-trailing-garbage"]));
        let offset = seen.rejects[0].position.offset;
        assert!((member.len() as u64..=(member.len() + garbage.len()) as u64).contains(&offset), "{offset}");
    }
}

#[test]
fn damaged_gzip_is_one_reject() {
    let good = gzip(&container(3000));
    let mut checksum = good.clone();
    let at = good.len() - 8;
    checksum[at] ^= 1;
    let (seen, _) = scan(checksum.as_slice(), Limits::default());
    assert_eq!((seen.records, seen.reasons()), (3000, vec!["gzip-corrupt"]));
    // The header is ten bytes; a block of type 3 does not exist.
    let mut block = good;
    block[10] = 7;
    let (seen, _) = scan(block.as_slice(), Limits::default());
    assert_eq!((seen.records, seen.reasons()), (0, vec!["gzip-corrupt"]));
}

#[test]
fn bombs_stop_at_the_limits() {
    let bomb = gzip(&vec![b' '; 40 << 20]);
    let ratio = Limits { ratio_grace_bytes: 1 << 20, ..Limits::default() };
    let total = Limits { inflated_bytes: 10 << 20, ..Limits::default() };
    assert_eq!(scan(bomb.as_slice(), ratio).0.reasons(), ["gzip-bomb"]);
    assert_eq!(scan(bomb.as_slice(), total).0.reasons(), ["inflated-too-large"]);
    assert_eq!(scan(bomb.as_slice(), Limits::default()).0.reasons(), [""; 0]);
}

#[test]
fn a_stream_that_fails_gives_what_came_before_and_one_reject() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let text = container(9);
    let (seen, _) = scan(text.as_slice().chain(Fails), Limits::default());
    assert_eq!((seen.records, seen.reasons()), (9, vec!["read-failed"]));
    let (seen, _) = scan(gzip(&text).as_slice().chain(Fails), Limits::default());
    assert_eq!((seen.records, seen.reasons()), (9, vec!["read-failed"]));
}

#[test]
fn a_file_that_vanished_is_a_reject_naming_it() {
    let file = LogFile {
        path: Path::new("/nowhere/x.json").into(),
        ..discover(&[file!().into(), "-".into()]).files.remove(0)
    };
    let file = LogFile { source: trailwarden_local::input::Source::Disk, ..file };
    let mut seen = Seen::default();
    let summary = LogReader::new(Limits::default()).scan(&file, &AtomicU64::new(0), &mut seen);
    assert_eq!((summary.rejects, seen.reasons()), (1, vec!["unreadable"]));
    assert!(seen.rejects[0].to_string().starts_with("/nowhere/x.json: cannot open the file"));
}

#[test]
fn a_directory_gives_its_logs_by_name_and_passes_over_digests() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    for name in
        ["b/2.json.gz", "b/1.JSON", "a.jsonl", "c.ndjson.gz", "notes.txt", "x.gz", "CloudTrail-Digest/d.json.gz"]
    {
        write(&root.join(name), "{}");
    }
    let found = discover(&[root.to_path_buf()]);
    let names: Vec<_> =
        found.files.iter().map(|file| file.path.strip_prefix(root).unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["a.jsonl", "b/1.JSON", "b/2.json.gz", "c.ndjson.gz"]);
    assert_eq!((found.digests, found.problems.len(), found.size()), (1, 0, 8));
}

#[test]
fn a_file_named_itself_is_taken_whatever_its_name_and_as_often_as_named() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("CloudTrail-Digest.txt");
    write(&path, "{}");
    let found = discover(&[path.clone(), "-".into(), path]);
    assert_eq!((found.files.len(), found.problems.len(), found.digests), (3, 0, 0));
    assert_eq!(found.files[1], LogFile::stdin());
}

#[test]
fn missing_and_empty_paths_are_problems_that_name_the_path_and_the_mend() {
    let root = tempfile::tempdir().unwrap();
    let missing = root.path().join("absent.json");
    let found = discover(&[missing.clone(), root.path().to_path_buf()]);
    assert!(found.files.is_empty());
    let [absent, empty] = found.problems.as_slice() else { panic!("{found:?}") };
    assert_eq!(absent.to_string(), format!("{}: no such file or directory: check the path", missing.display()));
    assert!(!absent.is_warning() && empty.is_warning());
    assert!(matches!(empty, InputProblem::Empty { path, digests: 0 } if path == root.path()));
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_ends_and_an_unreadable_file_is_named() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    write(&root.join("a/1.json"), "{}");
    symlink(root, root.join("a/back")).unwrap();
    symlink(root.join("gone"), root.join("dangling.json")).unwrap();
    let found = discover(&[root.to_path_buf()]);
    assert_eq!(found.files.len(), 1);
    assert!(
        matches!(found.problems.as_slice(), [InputProblem::Unreadable { path, .. }] if path.ends_with("dangling.json"))
    );

    let locked = root.join("locked.json");
    write(&locked, "{}");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::File::open(&locked).is_ok() {
        println!("skipped: this user reads files without permission");
        return;
    }
    assert!(matches!(discover(&[locked]).problems.as_slice(), [InputProblem::Unreadable { .. }]));
}

#[test]
fn rejects_are_counted_all_and_sampled_few() {
    let (seen, _) = scan("1\n".repeat(500).as_bytes(), Limits::default());
    let mut tally = RejectTally::default();
    seen.rejects.into_iter().for_each(|reject| tally.add(reject));
    assert_eq!((tally.total(), tally.samples().len()), (500, 3));
    assert_eq!(serde_json::to_string(&tally).unwrap(), r#"{"not-an-object":500}"#);
    let shown = tally.samples()[1].to_string();
    assert_eq!(
        shown,
        "-: line 2, byte 2, record 2: a record must be a JSON object: remove the value or name another file"
    );
    assert_eq!(tally.samples()[0].reason, RejectReason::NotAnObject);
}

fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        println!("skipped: {} is not beside this checkout", path.display());
        return None;
    }
    Some(path)
}

fn scan_all(paths: &[PathBuf], wanted: impl Fn(&LogFile) -> bool) -> (usize, Seen) {
    let found = discover(paths);
    assert!(found.problems.is_empty());
    let files: Vec<_> = found.files.into_iter().filter(wanted).collect();
    let mut seen = Seen::default();
    let mut reader = LogReader::new(Limits::default());
    let progress = AtomicU64::new(0);
    for file in &files {
        reader.scan(file, &progress, &mut seen);
    }
    assert_eq!(progress.load(Ordering::Relaxed), files.iter().filter_map(|file| file.size).sum::<u64>());
    (files.len(), seen)
}

#[test]
fn every_record_of_the_real_logs_is_delivered() {
    if let Some(path) = data("invictus") {
        let (files, seen) = scan_all(&[path], |file| !file.path.ends_with("labels.jsonl"));
        assert_eq!((files, seen.records, seen.rejects.len()), (55, 2900, 0));
    }
    if let Some(path) = data("traildiscover/events.jsonl") {
        let (_, seen) = scan_all(&[path], |_| true);
        assert_eq!((seen.records, seen.rejects.len()), (315, 0));
    }
}

#[test]
fn every_line_of_the_odd_shapes_is_accounted_for() {
    let Some(path) = data("shapes/events.jsonl") else {
        return;
    };
    let mut expected = 0;
    for line in fs::read_to_string(&path).unwrap().lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        expected += value.get("Records").and_then(serde_json::Value::as_array).map_or(1, Vec::len) as u64;
    }
    let (_, seen) = scan_all(&[path], |_| true);
    assert_eq!((seen.records, seen.rejects.len()), (expected, 0));
}
