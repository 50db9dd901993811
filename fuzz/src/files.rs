//! Files and envelopes: how bytes become records, whatever they are wrapped in and however they arrive.

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use trailwarden_local::input::{Limits, LogFile, LogReader, RawRecord, Reject, ScanSummary, Splitter, Visitor, peek};
use trailwarden_model::aws::{Coverage, catalog};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Counters, Intake, Read as Intaken};

/// Bounds narrow enough for a fuzzer to reach.
const LIMITS: Limits =
    Limits { record_bytes: 4096, inflated_bytes: 1 << 20, inflated_ratio: 200, ratio_grace_bytes: 64 << 10 };

/// What came out.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    records: Vec<Vec<u8>>,
    rejects: Vec<&'static str>,
}

impl Visitor for Seen {
    fn record(&mut self, record: RawRecord<'_>) {
        assert!(record.bytes.len() <= LIMITS.record_bytes, "{} bytes", record.bytes.len());
        assert!(record.bytes.starts_with(b"{") && record.bytes.ends_with(b"}"));
        assert!(std::str::from_utf8(record.bytes).is_ok());
        self.records.push(record.bytes.to_vec());
    }

    fn reject(&mut self, reject: Reject) {
        assert!(!reject.to_string().is_empty());
        self.rejects.push(reject.reason.name());
    }
}

/// Cuts text into records: alike in whatever pieces it arrives, and each becomes one thing or another.
pub(crate) fn envelope(bytes: &[u8]) {
    let whole = split(bytes, usize::MAX);
    for piece in [1, 7, 64, 65] {
        assert_eq!(split(bytes, piece), whole, "in pieces of {piece}");
    }
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::empty() };
    let mut counters = Counters { received: (whole.records.len() + whole.rejects.len()) as u64, ..Counters::default() };
    for reject in &whole.rejects {
        counters.reject(reject);
    }
    for record in &whole.records {
        let read = intake.read(record);
        // Most records are left out by their names alone: never one that would have been judged.
        if let Some(names) = peek(record)
            && let (Some(source), Some(name)) = (&names.event_source, &names.event_name)
            && catalog::find(source, name).is_none()
        {
            assert!(!matches!(read, Intaken::Activity(_)), "{}", String::from_utf8_lossy(record));
        }
        match read {
            Intaken::Activity(_) => counters.judged += 1,
            Intaken::OutOfScope => counters.out_of_scope += 1,
            Intaken::Refused(refusal) => counters.reject(refusal.name()),
        }
    }
    assert!(counters.reconcile(), "{counters:?}");
    if let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(bytes)
        && bytes.len() <= LIMITS.record_bytes
        && !["Records", "Events", "logEvents"].iter().any(|list| fields.contains_key(*list))
    {
        assert_eq!(whole.records, [bytes.trim_ascii().to_vec()], "one object is one record");
    }
}

fn split(bytes: &[u8], piece: usize) -> Seen {
    let mut seen = Seen::default();
    let mut splitter = Splitter::new(Arc::from(Path::new("fuzz")), LIMITS);
    for piece in bytes.chunks(piece) {
        splitter.push(piece, &mut seen);
    }
    splitter.finish(false, &mut seen);
    assert_eq!(splitter.counts(), (seen.records.len() as u64, seen.rejects.len() as u64));
    seen
}

/// Reads a file: alike from whatever reader, and compressed as it is.
pub(crate) fn file(bytes: &[u8]) {
    let (seen, summary) = scan(bytes);
    let (slowly, _) = scan(Slow { left: bytes, turn: 0 });
    assert_eq!(slowly, seen, "read slowly");
    let delivered: usize = seen.records.iter().map(Vec::len).sum();
    assert!(summary.bytes <= bytes.len() as u64);
    // Records that stand in strings are decoded, which makes them shorter; none is longer than its text.
    assert!(delivered as u64 <= LIMITS.inflated_bytes + (256 << 10), "{delivered} bytes of records");
    if !bytes.starts_with(&[0x1F, 0x8B]) && bytes.len() < 32 << 10 {
        let (inflated, _) = scan(gzip(bytes).as_slice());
        assert_eq!(inflated, seen, "inflated");
        let (front, back) = bytes.split_at(bytes.len() / 2);
        let (members, _) = scan([gzip(front), gzip(back)].concat().as_slice());
        assert_eq!(members, seen, "in two members");
    }
}

fn scan(stream: impl Read) -> (Seen, ScanSummary) {
    let mut seen = Seen::default();
    let summary = LogReader::new(LIMITS).scan_stream(&LogFile::stdin(), stream, &AtomicU64::new(0), &mut seen);
    assert_eq!((summary.records, summary.rejects), (seen.records.len() as u64, seen.rejects.len() as u64));
    (seen, summary)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut file = GzEncoder::new(Vec::new(), Compression::fast());
    file.write_all(bytes).and_then(|()| file.finish()).expect("memory takes it")
}

/// A reader that gives little at a time, and is interrupted.
struct Slow<'a> {
    left: &'a [u8],
    turn: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            return Err(ErrorKind::Interrupted.into());
        }
        let most = into.len().min(1 + self.turn * 7 % 61);
        self.left.read(into.get_mut(..most).unwrap_or_default())
    }
}
