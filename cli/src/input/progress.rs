//! Progress on a terminal: how far, how fast, how long still.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a progress bar is drawn.
const DRAW_EVERY: Duration = Duration::from_millis(100);

/// How often a line is written of long work where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

/// The progress of one run, silent where stderr is no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    /// Bytes read so far, compressed.
    pub(super) bytes: AtomicU64,
    /// Records seen so far.
    pub(super) records: AtomicU64,
    /// How many lines were due so far.
    lines: AtomicU64,
}

impl Progress {
    /// Starts with what is to be read, in bytes; 0 where that is not known.
    pub(super) fn start(size: u64) -> Self {
        let target =
            if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target((size > 0).then_some(size), target);
        let form = match size {
            0 => "reading {bytes} {spinner} {msg}",
            _ => "reading {bytes}/{total_bytes} {wide_bar} {msg} {eta} left",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(DRAW_EVERY);
        Self { bar, bytes: AtomicU64::new(0), records: AtomicU64::new(0), lines: AtomicU64::new(0) }
    }

    /// Progress of something whose length is not known in bytes.
    pub(crate) fn of_steps() -> Self {
        let progress = Self::start(0);
        progress.bar.set_style(ProgressStyle::default_spinner());
        progress
    }

    /// Says how far it is; where there is no terminal, as a line now and then.
    pub(crate) fn said(&self, words: &str) {
        self.bar.set_message(words.to_owned());
        let due = self.bar.elapsed().as_secs() / LINE_EVERY.as_secs();
        if self.bar.is_hidden() && self.lines.fetch_max(due, Ordering::Relaxed) < due {
            anstream::eprintln!("{words}");
        }
    }

    /// Says that more was read.
    pub(super) fn read(&self, records: u64) {
        let records = self.records.fetch_add(records, Ordering::Relaxed) + records;
        self.bar.set_position(self.bytes.load(Ordering::Relaxed));
        let seconds = self.bar.elapsed().as_secs_f64();
        if seconds > 0.0 {
            self.bar.set_message(format!("{:.0} records/s", records as f64 / seconds));
        }
    }

    /// Says that reading is done and how much is to be judged.
    pub(super) fn judging(&self) {
        self.bar.set_style(ProgressStyle::default_spinner());
        self.bar.set_message("judging");
    }

    /// Says how many activities were judged.
    pub(crate) fn judged(&self, done: u64) {
        if done.is_multiple_of(1024) {
            self.bar.set_message(format!("judged {done} activities"));
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
