//! Rejects: input that was not understood, as data, with where it stands and what mends it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// Where a record, or a fault, begins in a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// Which value of the file, counted from 1; rejected ones count too.
    pub ordinal: u64,
    /// Bytes before it, in the inflated text. For the gzip faults: in the compressed file.
    pub offset: u64,
    /// The line it begins on, counted from 1; 0 where a fault has no line.
    pub line: u64,
}

/// Why something was not delivered as a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// The file could not be opened.
    Unreadable(ErrorKind),
    /// Reading stopped before the end of the file.
    ReadFailed(ErrorKind),
    /// The file holds no JSON value at all.
    NotJson,
    /// The text is UTF-16.
    Utf16,
    /// The text is not JSON here.
    Malformed,
    /// The text ends within a record, or within the list that holds the records.
    Truncated,
    /// A value stands where a record should, and is not an object.
    NotAnObject,
    /// The record holds bytes that are not UTF-8.
    NotUtf8,
    /// The record is longer than [`super::Limits::record_bytes`].
    RecordTooLarge,
    /// The record nests deeper than [`RejectReason::MAX_DEPTH`].
    TooDeep,
    /// The compressed file ends within a gzip member.
    GzipTruncated,
    /// A gzip member is damaged.
    GzipCorrupt,
    /// Something other than another member or zeros follows a gzip member.
    GzipTrailingGarbage,
    /// The file inflates by more than [`super::Limits::inflated_ratio`].
    GzipBomb,
    /// The file inflates to more than [`super::Limits::inflated_bytes`].
    InflatedTooLarge,
}

impl RejectReason {
    /// How deep a record's objects and arrays may nest, the record itself being the first.
    pub const MAX_DEPTH: u32 = 128;

    /// The reason's stable name, for counts and filters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::ReadFailed(_) => "read-failed",
            Self::NotJson => "not-json",
            Self::Utf16 => "utf-16",
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::NotAnObject => "not-an-object",
            Self::NotUtf8 => "not-utf8",
            Self::RecordTooLarge => "record-too-large",
            Self::TooDeep => "too-deep",
            Self::GzipTruncated => "gzip-truncated",
            Self::GzipCorrupt => "gzip-corrupt",
            Self::GzipTrailingGarbage => "gzip-trailing-garbage",
            Self::GzipBomb => "gzip-bomb",
            Self::InflatedTooLarge => "inflated-too-large",
        }
    }

    /// Whether [`Position::offset`] counts bytes of the compressed file.
    #[must_use]
    pub const fn is_about_compression(self) -> bool {
        matches!(
            self,
            Self::GzipTruncated
                | Self::GzipCorrupt
                | Self::GzipTrailingGarbage
                | Self::GzipBomb
                | Self::InflatedTooLarge
        )
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable(kind) => {
                return write!(f, "cannot open the file ({kind}): check its path and permissions");
            }
            Self::ReadFailed(kind) => {
                return write!(f, "reading stopped ({kind}): check the disk or pipe and read it again");
            }
            Self::NotJson => "the file holds no JSON: name CloudTrail logs (.json, .jsonl, each also .gz)",
            Self::Utf16 => "the text is UTF-16: convert the file to UTF-8 (iconv -f UTF-16 -t UTF-8)",
            Self::Malformed => "the text is not valid JSON here: fetch the file again or remove the broken text",
            Self::Truncated => "the text ends within a record or a list of records: fetch the file again",
            Self::NotAnObject => "a record must be a JSON object: remove the value or name another file",
            Self::NotUtf8 => "the record is not UTF-8: convert the file to UTF-8",
            Self::RecordTooLarge => {
                "the record is longer than the limit: no CloudTrail record is, check where the file comes from"
            }
            Self::TooDeep => {
                "the record nests deeper than 128 levels: no CloudTrail record does, check where the file comes from"
            }
            Self::GzipTruncated => "the gzip file is cut short: fetch it again (what came before the cut was read)",
            Self::GzipCorrupt => "the gzip file is damaged: fetch it again (what came before the damage was read)",
            Self::GzipTrailingGarbage => {
                "something that is not gzip follows the compressed data: remove it or fetch the file again"
            }
            Self::GzipBomb => {
                "the gzip file inflates far more than logs do: check where it comes from, or inflate it yourself"
            }
            Self::InflatedTooLarge => "the gzip file inflates past the limit: split it into smaller files",
        })
    }
}

impl Serialize for RejectReason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One piece of input that was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The file it stands in.
    pub file: Arc<Path>,
    /// Where in the file it begins.
    pub position: Position,
    /// What is wrong with it.
    pub reason: RejectReason,
}

impl fmt::Display for Reject {
    /// One line naming file, place, fault and mend. The file's name is as the disk has it: escape it for a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { ordinal, offset, line } = self.position;
        write!(f, "{}: ", self.file.display())?;
        match self.reason {
            RejectReason::Unreadable(_) | RejectReason::NotJson | RejectReason::Utf16 => {}
            reason if reason.is_about_compression() => {
                write!(f, "byte {offset} of the compressed file: ")?;
            }
            RejectReason::ReadFailed(_) => write!(f, "byte {offset}: ")?,
            _ => write!(f, "line {line}, byte {offset}, record {ordinal}: ")?,
        }
        write!(f, "{}", self.reason)
    }
}

/// Rejects counted by reason, with the first few of each file kept as samples.
#[derive(Debug, Clone, Default)]
pub struct RejectTally {
    counts: BTreeMap<&'static str, u64>,
    samples: Vec<Reject>,
    in_file: u64,
}

impl RejectTally {
    /// How many rejects of one file are kept as samples.
    pub const SAMPLES_PER_FILE: u64 = 3;
    /// How many samples are kept in all.
    pub const SAMPLES: usize = 100;

    /// Counts a reject, and keeps it if its file has few samples yet. Files are expected one after another.
    pub fn add(&mut self, reject: Reject) {
        *self.counts.entry(reject.reason.name()).or_default() += 1;
        let same_file = self.samples.last().is_some_and(|last| last.file == reject.file);
        self.in_file = if same_file { self.in_file } else { 0 };
        if self.in_file < Self::SAMPLES_PER_FILE && self.samples.len() < Self::SAMPLES {
            self.in_file += 1;
            self.samples.push(reject);
        }
    }

    /// Adds what another reader (another thread) counted.
    pub fn merge(&mut self, other: Self) {
        for (name, count) in other.counts {
            *self.counts.entry(name).or_default() += count;
        }
        let room = Self::SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(other.samples.into_iter().take(room));
        self.in_file = 0;
    }

    /// Counts by [`RejectReason::name`], in the order of the names.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// The rejects kept to show, in the order they came.
    #[must_use]
    pub fn samples(&self) -> &[Reject] {
        &self.samples
    }

    /// How many rejects there were in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

impl Serialize for RejectTally {
    /// Serialises as the counts: a map from reason to number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.counts.serialize(serializer)
    }
}
