//! A batch: what is sent at once, well below what one invocation takes.

use std::collections::VecDeque;

use trailwarden_detectors::memory::{Baseline, Subject, VERSION};

/// How many bytes one batch has, unless a single subject has more; an invocation takes six million.
const BYTES: usize = 512 * 1024;
/// A batch is what the table is to take within so many seconds.
const SECONDS: u32 = 2;
/// A write unit is a kilobyte of an item.
const UNIT: usize = 1024;

/// Subjects on their way, each as it is written.
#[derive(Debug, Default)]
pub(super) struct Batch {
    waiting: VecDeque<(Subject, String)>,
    bytes: usize,
    units: usize,
}

impl Batch {
    /// Adds a subject.
    pub(super) fn add(&mut self, subject: &Subject, memory: &Baseline) -> serde_json::Result<()> {
        let text = serde_json::to_string(&(subject, memory))?;
        self.bytes += text.len();
        self.units += units(&text);
        self.waiting.push_back((subject.clone(), text));
        Ok(())
    }

    /// Whether no more should be added, for a table that is to take so many units a second.
    pub(super) fn is_full(&self, rate: u32) -> bool {
        let room = usize::try_from(rate.saturating_mul(SECONDS)).unwrap_or(usize::MAX);
        self.bytes >= BYTES || self.units >= room
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The batch as the function reads it.
    pub(super) fn text(&self) -> Vec<u8> {
        let each: Vec<&str> = self.waiting.iter().map(|(_, text)| text.as_str()).collect();
        format!("{{\"version\":{VERSION},\"subjects\":[{}]}}", each.join(",")).into_bytes()
    }

    /// Takes away what arrived, and says which subject was the last of it.
    pub(super) fn take(&mut self, arrived: usize) -> Option<Subject> {
        let taken = self.waiting.drain(..arrived.min(self.waiting.len()));
        let (mut bytes, mut sent, mut last) = (0, 0, None);
        for (subject, text) in taken {
            bytes += text.len();
            sent += units(&text);
            last = Some(subject);
        }
        self.bytes -= bytes;
        self.units -= sent;
        last
    }
}

/// What a subject will about take: less than its text, whose days are longer written than kept.
fn units(text: &str) -> usize {
    text.len().div_ceil(2 * UNIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_ends_by_its_units_and_goes_on_after_what_arrived() {
        let mut batch = Batch::default();
        for name in ["a", "b", "c"] {
            assert!(!batch.is_full(2));
            batch.add(&Subject::identity(name), &Baseline::default()).unwrap();
        }
        batch.add(&Subject::identity("d"), &Baseline::default()).unwrap();
        assert!(batch.is_full(2));
        assert_eq!(batch.take(3), Some(Subject::identity("c")));
        assert!(String::from_utf8(batch.text()).unwrap().contains("[[\"identity/d\",{"));
        assert_eq!((batch.take(9), batch.is_empty(), batch.bytes), (Some(Subject::identity("d")), true, 0));
        assert_eq!(batch.take(1), None);
    }
}
