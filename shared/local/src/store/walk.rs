//! A walk through the whole memory, subject by subject, and notes kept beside it: for what must go on where it was.

use std::ops::ControlFlow;

use trailwarden_detectors::memory::{Baseline, Subject};

use super::{LocalStore, StoreError};

/// How many subjects are read at a time.
const STRETCH: usize = 256;

impl LocalStore {
    /// Visits every subject after one, in the order of their names, until somebody has had enough.
    ///
    /// # Errors
    ///
    /// What is kept could not be written or read.
    pub fn walk<E: From<StoreError>>(
        &self,
        after: Option<&Subject>,
        mut visit: impl FnMut(Subject, Baseline) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        self.file_or_spill()?.write(&mut self.lock())?;
        let mut after = after.cloned();
        loop {
            let stretch = self.file_or_spill()?.baselines_after(after.as_ref(), STRETCH)?;
            let Some((last, _)) = stretch.last() else { return Ok(()) };
            after = Some(last.clone());
            for (subject, baseline) in stretch {
                if visit(subject, baseline)?.is_break() {
                    return Ok(());
                }
            }
        }
    }

    /// How many subjects there are in all.
    ///
    /// # Errors
    ///
    /// What is kept could not be written or read.
    pub fn size(&self) -> Result<u64, StoreError> {
        self.file_or_spill()?.write(&mut self.lock())?;
        self.file_or_spill()?.size()
    }

    /// Keeps a note under a name, for the next run; everything learned until then is kept with it.
    ///
    /// # Errors
    ///
    /// It could not be written.
    pub fn note(&self, name: &str, text: &str) -> Result<(), StoreError> {
        self.flush()?;
        self.file_or_spill()?.note(name, text)
    }

    /// The note of that name, if there is one.
    ///
    /// # Errors
    ///
    /// It could not be read.
    pub fn noted(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.file_or_spill()?.noted(name)
    }
}
