//! Scanning: files read in parallel, records understood, activities sorted.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context;
use crossbeam_channel::{Sender, bounded};
use trailwarden_local::input::{Limits, LogFile, LogReader, RawRecord, Reject, Visitor, peek};
use trailwarden_local::order::Encoded;
use trailwarden_local::{Ordered, Sorter};
use trailwarden_model::aws::{Coverage, catalog};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Counters, Intake, Read};

use super::progress::Progress;

/// How many activities travel together from a reading thread to the sorter.
const BATCH: usize = 512;
/// How many rejects of one file are shown.
const SAMPLES_PER_FILE: usize = 3;
/// How many rejects are shown in all.
const SAMPLES: usize = 30;

/// What scanning came to.
pub(super) struct Scanned {
    /// The activities in order of time.
    pub(super) ordered: Ordered,
    /// What became of the records so far.
    pub(super) counters: Counters,
    /// Some rejects, for people.
    pub(super) samples: Vec<String>,
}

/// Reads every file and sorts what is in scope.
pub(super) fn scan(
    files: &[LogFile],
    coverage: Coverage,
    networks: NetworkTable,
    jobs: Option<NonZeroUsize>,
    progress: &Progress,
) -> anyhow::Result<Scanned> {
    let intake = Intake { coverage, networks };
    let jobs =
        jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get).min(files.len().max(1));
    let (sender, receiver) = bounded::<Vec<Encoded>>(jobs * 4);
    let next = AtomicUsize::new(0);
    let parts: Mutex<Vec<Part>> = Mutex::default();
    let mut sorter = Sorter::default();
    thread::scope(|scope| -> anyhow::Result<()> {
        for _ in 0..jobs {
            let sender = sender.clone();
            let (intake, next, parts) = (&intake, &next, &parts);
            scope.spawn(move || {
                let part = read_files(files, next, intake, &sender, progress);
                parts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(part);
            });
        }
        drop(sender);
        for batch in receiver {
            for activity in batch {
                sorter
                    .push(activity)
                    .context("cannot spill to disk: is the temporary folder full? TMPDIR names another")?;
            }
        }
        Ok(())
    })?;
    progress.judging();
    let ordered = sorter.finish().context("cannot read back what was spilled to disk")?;
    let mut counters = Counters::default();
    let mut samples = Vec::new();
    for part in parts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        counters.add(&part.counters);
        samples.extend(part.samples);
    }
    samples.sort();
    let more = samples.len().saturating_sub(SAMPLES);
    let mut samples: Vec<String> = samples.into_iter().take(SAMPLES).map(|(_, _, text)| text).collect();
    if more > 0 {
        samples.push(format!("{more} more rejects like these are only counted"));
    }
    Ok(Scanned { ordered, counters, samples })
}

/// What one thread gathers.
struct Part {
    counters: Counters,
    // By the file's place on the command line and the record's place in it, so that runs print alike.
    samples: Vec<(usize, u64, String)>,
}

fn read_files(
    files: &[LogFile],
    next: &AtomicUsize,
    intake: &Intake,
    sender: &Sender<Vec<Encoded>>,
    progress: &Progress,
) -> Part {
    let mut reader = LogReader::new(Limits::default());
    let mut part = Part { counters: Counters::default(), samples: Vec::new() };
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(file) = files.get(index) else { break };
        let mut reading = Reading {
            intake,
            part: &mut part,
            batch: &mut batch,
            sender,
            index,
            file,
            shown: 0,
            unreported: 0,
            progress,
        };
        reader.scan(file, &progress.bytes, &mut reading);
        let unreported = reading.unreported;
        progress.read(unreported);
    }
    // The receiver only goes away when the run has failed; then nobody wants what is left.
    drop(sender.send(batch));
    part
}

/// One file being read.
struct Reading<'a> {
    intake: &'a Intake,
    part: &'a mut Part,
    batch: &'a mut Vec<Encoded>,
    sender: &'a Sender<Vec<Encoded>>,
    index: usize,
    file: &'a LogFile,
    shown: usize,
    unreported: u64,
    progress: &'a Progress,
}

impl Reading<'_> {
    fn sample(&mut self, ordinal: u64, text: impl FnOnce() -> String) {
        if self.shown < SAMPLES_PER_FILE {
            self.shown += 1;
            self.part.samples.push((self.index, ordinal, text()));
        }
    }

    /// Whether the names alone say that no detector wants the record.
    fn is_out_of_scope(&self, record: &RawRecord<'_>) -> bool {
        if self.intake.coverage == Coverage::Wide {
            return false;
        }
        let Some(names) = peek(record.bytes) else { return false };
        match (names.event_source, names.event_name) {
            (Some(source), Some(name)) => catalog::find(&source, &name).is_none(),
            _ => false,
        }
    }
}

impl Visitor for Reading<'_> {
    fn record(&mut self, record: RawRecord<'_>) {
        self.part.counters.received += 1;
        self.unreported += 1;
        if self.unreported == 4096 {
            self.progress.read(std::mem::take(&mut self.unreported));
        }
        if self.is_out_of_scope(&record) {
            self.part.counters.out_of_scope += 1;
            return;
        }
        match self.intake.read(record.bytes) {
            Read::Activity(activity) => match Sorter::encode(&activity) {
                Ok(encoded) => {
                    self.batch.push(encoded);
                    if self.batch.len() >= BATCH {
                        drop(self.sender.send(std::mem::replace(self.batch, Vec::with_capacity(BATCH))));
                    }
                }
                Err(_) => self.part.counters.reject("not-encodable"),
            },
            Read::OutOfScope => self.part.counters.out_of_scope += 1,
            Read::Refused(refusal) => {
                self.part.counters.reject(refusal.name());
                let (file, position) = (self.file, record.position);
                self.sample(position.ordinal, || {
                    format!(
                        "{}: record {} (line {}, byte {}): {}",
                        file.path.display(),
                        position.ordinal,
                        position.line,
                        position.offset,
                        refusal.words()
                    )
                });
            }
        }
    }

    fn reject(&mut self, reject: Reject) {
        self.part.counters.received += 1;
        self.part.counters.reject(reject.reason.name());
        self.sample(reject.position.ordinal, || reject.to_string());
    }
}
