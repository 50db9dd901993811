//! Input: what turns paths named on a command line into raw record slices, each with its position.
//!
//! It knows how logs are stored (directories, gzip, containers, arrays, JSON lines, envelopes) and nothing about what a record means.
//! Input is foreign: every fault in it is a [`Reject`] handed to the [`Visitor`], never an error that stops a run, and memory stays flat whatever the input holds.
//!
//! The way of a byte: [`discover`] names files, [`LogReader`] opens and inflates them, a [`Splitter`] cuts the text into records, [`peek`] reads the few names a prefilter asks for.

mod discover;
mod fields;
mod inflate;
mod lanes;
mod limits;
mod lists;
mod nesting;
mod peek;
mod read;
mod reject;
mod resync;
mod splitter;
mod window;

pub use discover::{Discovery, InputProblem, LogFile, Source, discover};
pub use limits::Limits;
pub use peek::{Peek, peek};
pub use read::{LogReader, ScanSummary};
pub use reject::{Position, Reject, RejectReason, RejectTally};
pub use splitter::{RawRecord, Splitter, Visitor};
