//! Reading: one file after another, from the disk or a stream to its records.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use libdeflater::Decompressor;

use super::inflate::{MAGIC, Members, WHOLE_COMPRESSED, inflate_whole, whole_length};
use super::reject::{Position, Reject, RejectReason};
use super::splitter::{Splitter, Visitor};
use super::{Limits, LogFile, Source};

/// How much of a file is read at a time.
const PIECE: usize = 128 << 10;

/// What reading one file came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScanSummary {
    /// Records delivered.
    pub records: u64,
    /// Rejects reported.
    pub rejects: u64,
    /// Bytes read, compressed if the file was.
    pub bytes: u64,
}

/// Reads files into records, keeping its buffers from file to file. One for each thread.
pub struct LogReader {
    limits: Limits,
    splitter: Splitter,
    whole: Decompressor,
    piece: Vec<u8>,
}

/// A reader that counts what goes through it.
struct Counted<'a, R> {
    inner: R,
    bytes: u64,
    progress: &'a AtomicU64,
}

impl<R: Read> Counted<'_, R> {
    /// Fills as much of `into` as there is.
    fn fill(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.inner.read(into) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.bytes += count as u64;
                    self.progress.fetch_add(count as u64, Ordering::Relaxed);
                    return Ok(count);
                }
            }
        }
    }

    /// Appends to `into` until it holds `most` bytes or there are no more; says whether there are no more.
    fn fill_to(&mut self, into: &mut Vec<u8>, most: usize) -> io::Result<bool> {
        while into.len() < most {
            let held = into.len();
            into.resize(most.min(held + PIECE), 0);
            let count = self.fill(into.get_mut(held..).unwrap_or_default());
            into.truncate(held + *count.as_ref().unwrap_or(&0));
            if count? == 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl LogReader {
    /// A reader under the given limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            splitter: Splitter::new(Arc::from(std::path::Path::new("")), limits),
            whole: Decompressor::new(),
            piece: Vec::new(),
        }
    }

    /// Opens a file (or standard input) and hands its records and rejects to `visitor`, adding the bytes read to `progress` as it goes.
    pub fn scan(&mut self, file: &LogFile, progress: &AtomicU64, visitor: &mut impl Visitor) -> ScanSummary {
        match file.source {
            Source::Stdin => self.scan_stream(file, io::stdin().lock(), progress, visitor),
            Source::Disk => match File::open(&file.path) {
                Ok(disk) => self.scan_stream(file, disk, progress, visitor),
                Err(error) => {
                    let position = Position { ordinal: 0, offset: 0, line: 0 };
                    let reason = RejectReason::Unreadable(error.kind());
                    visitor.reject(Reject { file: Arc::clone(&file.path), position, reason });
                    ScanSummary { rejects: 1, ..ScanSummary::default() }
                }
            },
        }
    }

    /// As [`LogReader::scan`], from bytes that come from anywhere; gzip is recognised by its magic number.
    pub fn scan_stream(
        &mut self,
        file: &LogFile,
        stream: impl Read,
        progress: &AtomicU64,
        visitor: &mut impl Visitor,
    ) -> ScanSummary {
        let mut stream = Counted { inner: stream, bytes: 0, progress };
        self.splitter.restart(Arc::clone(&file.path));
        let fault = self.text_of(&mut stream, visitor);
        self.splitter.finish(fault.is_err(), visitor);
        let (records, mut rejects) = self.splitter.counts();
        if let Err((reason, offset)) = fault {
            let position = Position { ordinal: records + rejects + 1, offset, line: 0 };
            visitor.reject(Reject { file: Arc::clone(&file.path), position, reason });
            rejects += 1;
        }
        ScanSummary { records, rejects, bytes: stream.bytes }
    }

    /// Puts the whole text of a stream through the splitter; says what cut it short, and where.
    fn text_of<R: Read>(
        &mut self,
        stream: &mut Counted<'_, R>,
        visitor: &mut impl Visitor,
    ) -> Result<(), (RejectReason, u64)> {
        self.piece.clear();
        let mut ended = stream.fill_to(&mut self.piece, MAGIC.len()).map_err(|error| failed(&error, stream.bytes))?;
        if !self.piece.starts_with(&MAGIC) {
            self.splitter.push(&self.piece, visitor);
            while !ended && !self.splitter.is_stopped() {
                let count = stream.fill(self.splitter.room()).map_err(|error| failed(&error, stream.bytes))?;
                self.splitter.advance(count, visitor);
                ended = count == 0;
            }
            return Ok(());
        }
        let ended = stream.fill_to(&mut self.piece, WHOLE_COMPRESSED);
        if let Ok(true) = ended
            && let Some(length) = whole_length(&self.piece, &self.limits)
            && let Some(room) = self.splitter.room_for(length).get_mut(..length)
            && inflate_whole(&mut self.whole, &self.piece, room).is_some()
        {
            self.splitter.advance(length, visitor);
            return Ok(());
        }
        self.members_of(stream, ended, visitor)
    }

    /// Streams gzip, whose first piece was read (and perhaps all of it) already.
    fn members_of<R: Read>(
        &mut self,
        stream: &mut Counted<'_, R>,
        mut ended: io::Result<bool>,
        visitor: &mut impl Visitor,
    ) -> Result<(), (RejectReason, u64)> {
        let mut members = Members::new(self.limits);
        let mut taken = 0;
        loop {
            let input = self.piece.get(taken..).unwrap_or_default();
            let step = members.step(input, self.splitter.room());
            let step = step.map_err(|reason| (reason, members.consumed()))?;
            self.splitter.advance(step.produced, visitor);
            taken += step.consumed;
            if self.splitter.is_stopped() {
                return Ok(());
            }
            if taken < self.piece.len() || step.produced > 0 {
                continue;
            }
            if ended.map_err(|error| failed(&error, stream.bytes))? {
                break;
            }
            taken = 0;
            self.piece.clear();
            ended = stream.fill_to(&mut self.piece, PIECE);
        }
        if members.is_between_members() { Ok(()) } else { Err((RejectReason::GzipTruncated, members.consumed())) }
    }
}

fn failed(error: &io::Error, offset: u64) -> (RejectReason, u64) {
    (RejectReason::ReadFailed(error.kind()), offset)
}
