//! Twins: one act logged in two accounts, told once, by the record that tells more of it.

use std::collections::VecDeque;

use jiff::SignedDuration;
use trailwarden_model::Fact;

/// How far apart the records of one act may be.
const SPAN: SignedDuration = SignedDuration::from_secs(60);
/// How many facts are held back at most, however many happen within the span.
const HELD: usize = 4096;

/// The latest facts, held back until no twin of theirs can come.
#[derive(Debug, Default)]
pub(super) struct Twins {
    held: VecDeque<Fact>,
}

impl Twins {
    /// Takes the next fact in order of time, and gives those that are alone for good, in order.
    pub(super) fn take(&mut self, fact: Fact) -> Vec<Fact> {
        let now = fact.time;
        // Only a record that names its act beside itself can have a twin.
        let paired = fact.act != fact.event_id;
        let twin = if paired { self.held.iter_mut().find(|held| held.act == fact.act) } else { None };
        match twin {
            Some(held) if fact.depth() > held.depth() => *held = Fact { time: held.time, ..fact },
            Some(_) => {}
            None => self.held.push_back(fact),
        }
        let over = self.held.len().saturating_sub(HELD);
        let old = self.held.iter().take_while(|held| now.duration_since(held.time) > SPAN).count();
        self.held.drain(..old.max(over)).collect()
    }

    /// Whatever is still held.
    pub(super) fn rest(self) -> VecDeque<Fact> {
        self.held
    }
}
