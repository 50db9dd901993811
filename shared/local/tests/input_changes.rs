//! Changes: a directory whose files are removed, cut, grown, replaced and locked between being listed and being read.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::AtomicU64;

use flate2::Compression;
use flate2::write::GzEncoder;
use trailwarden_local::input::{Limits, LogFile, LogReader, RawRecord, Reject, Visitor, discover};

/// How many records a file holds when it is listed.
const RECORDS: u64 = 200;

#[derive(Default)]
struct Seen {
    records: u64,
    reasons: Vec<&'static str>,
}

impl Visitor for Seen {
    fn record(&mut self, _: RawRecord<'_>) {
        self.records += 1;
    }

    fn reject(&mut self, reject: Reject) {
        assert!(reject.to_string().contains("changing"), "{reject}");
        self.reasons.push(reject.reason.name());
    }
}

fn lines(count: u64) -> String {
    let lines: Vec<String> = (0..count).map(|nth| format!("{{\"eventID\":\"{nth}\"}}\n")).collect();
    lines.concat()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut file = GzEncoder::new(Vec::new(), Compression::default());
    file.write_all(text.as_bytes()).unwrap();
    file.finish().unwrap()
}

/// Lists a folder of a file, a second one and a gzip file, changes the first, and reads all three by one reader.
#[track_caller]
fn check(change: impl FnOnce(&Path), records: u64, reasons: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let changing = folder.path().join("changing.json");
    fs::write(&changing, lines(RECORDS)).unwrap();
    fs::write(folder.path().join("steady.json"), lines(RECORDS)).unwrap();
    fs::write(folder.path().join("steady.json.gz"), gzip(&lines(RECORDS))).unwrap();
    let found = discover(&[folder.path().to_path_buf()]);
    assert_eq!((found.files.len(), found.problems.len()), (3, 0));
    change(&changing);
    let mut seen = Seen::default();
    let mut reader = LogReader::new(Limits::default());
    for file in &found.files {
        reader.scan(file, &AtomicU64::new(0), &mut seen);
    }
    assert_eq!((seen.records, seen.reasons.as_slice()), (2 * RECORDS + records, reasons));
}

#[test]
fn a_file_that_changes_before_it_is_read_costs_no_other() {
    check(|file| fs::remove_file(file).unwrap(), 0, &["unreadable"]);
    check(|file| File::create(file).map(drop).unwrap(), 0, &[]);
    let cut = &lines(RECORDS)[..1000];
    check(|file| fs::write(file, cut).unwrap(), cut.matches('\n').count() as u64, &["truncated"]);
    check(|file| fs::write(file, lines(3 * RECORDS)).unwrap(), 3 * RECORDS, &[]);
    check(|file| fs::write(file, gzip(&lines(RECORDS))).unwrap(), RECORDS, &[]);
    check(|file| fs::write(file, &gzip(&lines(RECORDS))[..12]).unwrap(), 0, &["gzip-truncated"]);
    let replaced = |file: &Path| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    };
    check(replaced, 0, &["read-failed"]);
}

/// A file that somebody else changes while it is being read.
struct Changing<'a> {
    file: File,
    pieces: u32,
    change: &'a mut dyn FnMut(u32),
}

impl Read for Changing<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        (self.change)(self.pieces);
        self.pieces += 1;
        let most = into.len().min(1000);
        self.file.read(&mut into[..most])
    }
}

#[track_caller]
fn while_read(change: impl Fn(&Path, u32)) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changing.json");
    fs::write(&path, lines(RECORDS)).unwrap();
    let file = LogFile { path: path.as_path().into(), ..LogFile::stdin() };
    let stream =
        Changing { file: File::open(&path).unwrap(), pieces: 0, change: &mut |piece| change(path.as_path(), piece) };
    let mut seen = Seen::default();
    LogReader::new(Limits::default()).scan_stream(&file, stream, &AtomicU64::new(0), &mut seen);
    seen
}

#[test]
fn a_file_that_changes_while_it_is_read_gives_what_was_there() {
    let cut = while_read(|path, piece| {
        if piece == 2 {
            File::options().write(true).open(path).unwrap().set_len(1500).unwrap();
        }
    });
    assert!(
        cut.records > 50 && cut.records < RECORDS && cut.reasons == ["truncated"],
        "{} {:?}",
        cut.records,
        cut.reasons
    );
    let grown = while_read(|path, piece| {
        if piece == 2 {
            File::options().append(true).open(path).unwrap().write_all(lines(RECORDS).as_bytes()).unwrap();
        }
    });
    assert_eq!((grown.records, grown.reasons.len()), (2 * RECORDS, 0));
    let gone = while_read(|path, piece| {
        if piece == 2 {
            fs::remove_file(path).unwrap();
        }
    });
    assert_eq!((gone.records, gone.reasons.len()), (RECORDS, 0));
}
