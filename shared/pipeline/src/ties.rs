//! Ties: the threads an episode hangs on, and the story it is a part of, or the parts it tells.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trailwarden_detectors::threads::Thread;
use trailwarden_model::FindingId;

/// How many threads of one episode are followed.
const THREADS: usize = 64;

/// What ties an episode to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub(crate) struct Ties {
    /// Threads whose other ends were looked for, and found it.
    tied: BTreeSet<Thread>,
    /// Threads nobody has looked along yet.
    loose: BTreeSet<Thread>,
    /// The story it is a part of; of a story: the one it gave way to.
    pub(crate) story: Option<FindingId>,
    /// Whether that story is what people are told.
    pub(crate) told_by_story: bool,
    /// Of a story: its parts.
    pub(crate) parts: BTreeSet<FindingId>,
    /// Of a story: how many kinds of parts it has that would each be told by itself.
    #[serde(default)]
    pub(crate) steps: usize,
}

impl Ties {
    /// Takes more threads up.
    pub(crate) fn take(&mut self, threads: BTreeSet<Thread>) {
        for thread in threads {
            if self.tied.len() + self.loose.len() < THREADS && !self.tied.contains(&thread) {
                self.loose.insert(thread);
            }
        }
    }

    /// The threads nobody has looked along yet.
    pub(crate) fn loose(&self) -> &BTreeSet<Thread> {
        &self.loose
    }

    /// Remembers that these were looked along.
    pub(crate) fn tie(&mut self, threads: &BTreeSet<Thread>) {
        for thread in threads {
            if self.loose.remove(thread) {
                self.tied.insert(thread.clone());
            }
        }
    }

    /// Whether there is anything to weave: an end nobody followed, or a story to tell anew.
    pub(crate) fn unwoven(&self) -> bool {
        !self.loose.is_empty() || self.story.is_some()
    }
}
