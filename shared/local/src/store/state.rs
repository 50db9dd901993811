//! What the local store holds in memory, by its weight in bytes, and what it may let go.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use trailwarden_detectors::memory::{Baseline, Day, Observation, Seen, Subject};
use trailwarden_model::FindingId;
use trailwarden_pipeline::Episode;

/// How much may be held in memory, in bytes, before what is cold is let go.
const MOST: usize = 24 << 20;
/// What holding one subject costs beside its entries, in bytes.
const SUBJECT: usize = 400;
/// What one entry of a baseline costs beside its text, in bytes.
const ENTRY: usize = 200;
/// What holding one episode costs beside its lists, in bytes.
const EPISODE: usize = 6_000;
/// What one event or reason of an episode costs, in bytes.
const CITED: usize = 400;
/// After how long a credential or source says nothing any more: its trace is over.
const SHORT_LIVED_DAYS: i32 = 3;

/// Something in memory.
#[derive(Debug)]
struct Held<T> {
    what: T,
    /// About how many bytes it takes.
    bytes: usize,
    /// It is not written yet.
    changed: bool,
    /// When it was last asked for, counted in turns of letting go.
    turn: u64,
}

/// The part of the memory in this process.
#[derive(Debug)]
pub(super) struct State {
    baselines: HashMap<Subject, Held<Arc<Baseline>>>,
    episodes: HashMap<FindingId, Held<Arc<Episode>>>,
    /// About how many bytes all of it takes.
    bytes: usize,
    most: usize,
    turn: u64,
}

impl Default for State {
    fn default() -> Self {
        Self::holding(MOST)
    }
}

impl State {
    /// A memory of about so many bytes.
    pub(super) fn holding(most: usize) -> Self {
        Self { baselines: HashMap::new(), episodes: HashMap::new(), bytes: 0, most, turn: 0 }
    }

    /// Adds an observation to its subject's baseline, fetching it first where it is not held.
    pub(super) fn observe<E>(
        &mut self,
        observation: &Observation,
        fetch: impl FnOnce(&Subject) -> Result<Option<Baseline>, E>,
    ) -> Result<Arc<Baseline>, E> {
        let subject = &observation.subject;
        if !self.baselines.contains_key(subject) {
            let fetched = fetch(subject)?;
            if fetched.is_none() && observation.seen.is_empty() {
                return Ok(Arc::default());
            }
            let what = Arc::new(fetched.unwrap_or_default());
            let bytes = SUBJECT + 2 * subject.as_str().len() + what.entries() * ENTRY;
            self.bytes += bytes;
            self.baselines.insert(subject.clone(), Held { what, bytes, changed: false, turn: self.turn });
        }
        let Some(held) = self.baselines.get_mut(subject) else { return Ok(Arc::default()) };
        held.turn = self.turn;
        if !observation.seen.is_empty() {
            let before = held.what.entries();
            Arc::make_mut(&mut held.what).remember(observation);
            let grown = held.what.entries().saturating_sub(before) * (ENTRY + longest(observation));
            held.bytes += grown;
            self.bytes += grown;
            held.changed = true;
        }
        Ok(Arc::clone(&held.what))
    }

    pub(super) fn subjects(&self) -> usize {
        self.baselines.len()
    }

    /// Whether it is time to let go.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= self.most
    }

    /// Forgets credentials and sources whose trace is over, and most live a day; says whether that was enough.
    pub(super) fn forget_short_lived(&mut self, now: Timestamp) -> bool {
        let limit = Day::of(now).plus(-SHORT_LIVED_DAYS);
        self.baselines.retain(|subject, held| {
            !subject.is_short_lived() || held.what.days().is_none_or(|days| days.last() >= limit)
        });
        self.weigh();
        self.bytes < self.most / 2
    }

    /// Lets go of what was not asked for since the last time, or of everything where that is too little; only after it was written.
    pub(super) fn let_go(&mut self) {
        let turn = self.turn;
        self.baselines.retain(|_, held| held.turn == turn);
        self.episodes.retain(|_, held| held.turn == turn);
        self.weigh();
        if self.bytes >= self.most / 2 {
            self.baselines.clear();
            self.episodes.clear();
            self.bytes = 0;
        }
        self.turn += 1;
    }

    fn weigh(&mut self) {
        let baselines = self.baselines.values().map(|held| held.bytes).sum::<usize>();
        self.bytes = baselines + self.episodes.values().map(|held| held.bytes).sum::<usize>();
    }

    pub(super) fn episode<E>(
        &mut self,
        id: &FindingId,
        fetch: impl FnOnce(&FindingId) -> Result<Option<Episode>, E>,
    ) -> Result<Option<&Arc<Episode>>, E> {
        if !self.episodes.contains_key(id)
            && let Some(episode) = fetch(id)?
        {
            self.hold(Arc::new(episode), false);
        }
        let turn = self.turn;
        Ok(self.episodes.get_mut(id).map(|held| {
            held.turn = turn;
            &held.what
        }))
    }

    pub(super) fn keep(&mut self, episode: Arc<Episode>) {
        self.hold(episode, true);
    }

    fn hold(&mut self, episode: Arc<Episode>, changed: bool) {
        let bytes = EPISODE + (episode.finding.events.len() + episode.finding.evidence.len()) * CITED;
        let id = episode.finding.id.clone();
        let before = self.episodes.insert(id, Held { what: episode, bytes, changed, turn: self.turn });
        self.bytes = (self.bytes + bytes).saturating_sub(before.map_or(0, |held| held.bytes));
    }

    /// Everything that changed since it was last taken, in the order of its names.
    pub(super) fn take_changes(&mut self) -> (Vec<(&Subject, &Baseline)>, Vec<&Episode>) {
        let mut baselines: Vec<_> = self
            .baselines
            .iter_mut()
            .filter_map(|(subject, held)| std::mem::take(&mut held.changed).then_some((subject, &*held.what)))
            .collect();
        baselines.sort_unstable_by_key(|(subject, _)| *subject);
        let mut episodes: Vec<_> = self
            .episodes
            .values_mut()
            .filter_map(|held| std::mem::take(&mut held.changed).then_some(held.what.as_ref()))
            .collect();
        episodes.sort_unstable_by(|a, b| a.finding.id.cmp(&b.finding.id));
        (baselines, episodes)
    }
}

/// The longest text an observation may add.
fn longest(observation: &Observation) -> usize {
    let text = |seen: &Seen| match seen {
        Seen::Habit(_, value) | Seen::Sighting(value) => value.len(),
        Seen::Trace(what, value) => what.len() + value.len(),
    };
    observation.act.len() + observation.seen.iter().map(text).max().unwrap_or(0)
}
