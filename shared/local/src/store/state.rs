//! What the local store holds in memory, and what it may let go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use trailwarden_detectors::memory::{Baseline, Day, Observation, Subject};
use trailwarden_model::FindingId;
use trailwarden_pipeline::Episode;

/// How many subjects are held before the short-lived ones are looked through.
const SUBJECTS: usize = 20_000;
/// After how long a credential or source says nothing any more: its trace is over.
const SHORT_LIVED_DAYS: i32 = 3;
/// After how long an episode can no longer be joined: the longest rotation window is well below.
const EPISODE_LIFE: SignedDuration = SignedDuration::from_hours(24 * 32);

/// The part of the memory in this process.
#[derive(Debug, Default)]
pub(super) struct State {
    baselines: BTreeMap<Subject, Arc<Baseline>>,
    changed: BTreeSet<Subject>,
    episodes: BTreeMap<FindingId, Episode>,
    changed_episodes: BTreeSet<FindingId>,
    /// How many subjects there may be before the next look.
    next_look: usize,
}

impl State {
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
            self.forget_short_lived(observation.time);
            self.baselines.insert(subject.clone(), Arc::new(fetched.unwrap_or_default()));
        }
        let Some(baseline) = self.baselines.get_mut(subject) else { return Ok(Arc::default()) };
        if !observation.seen.is_empty() {
            Arc::make_mut(baseline).remember(observation);
            self.changed.insert(subject.clone());
        }
        Ok(Arc::clone(baseline))
    }

    /// Credentials and sources only matter while their trace lasts; most live a day.
    fn forget_short_lived(&mut self, now: Timestamp) {
        if self.baselines.len() < self.next_look.max(SUBJECTS) {
            return;
        }
        let limit = Day::of(now).plus(-SHORT_LIVED_DAYS);
        self.baselines.retain(|subject, baseline| {
            !subject.is_short_lived() || baseline.days().is_none_or(|days| days.last() >= limit)
        });
        let horizon = now - EPISODE_LIFE;
        self.episodes.retain(|id, episode| self.changed_episodes.contains(id) || episode.finding.last_seen >= horizon);
        self.next_look = self.baselines.len() * 2;
    }

    pub(super) fn subjects(&self) -> usize {
        self.baselines.len()
    }

    /// Whether it is time to write and let go.
    pub(super) fn is_full(&self) -> bool {
        self.baselines.len() >= SUBJECTS * 2
    }

    /// Lets go of everything; only after it was written.
    pub(super) fn let_go(&mut self) {
        self.baselines.clear();
        self.episodes.clear();
        self.next_look = 0;
    }

    pub(super) fn episode<E>(
        &mut self,
        id: &FindingId,
        fetch: impl FnOnce(&FindingId) -> Result<Option<Episode>, E>,
    ) -> Result<Option<Episode>, E> {
        if let Some(episode) = self.episodes.get(id) {
            return Ok(Some(episode.clone()));
        }
        let fetched = fetch(id)?;
        if let Some(episode) = &fetched {
            self.episodes.insert(id.clone(), episode.clone());
        }
        Ok(fetched)
    }

    pub(super) fn keep(&mut self, episode: Episode) {
        self.changed_episodes.insert(episode.finding.id.clone());
        self.episodes.insert(episode.finding.id.clone(), episode);
    }

    /// Everything that changed since it was last taken.
    pub(super) fn take_changes(&mut self) -> (Vec<(&Subject, &Baseline)>, Vec<&Episode>) {
        let (changed, changed_episodes) =
            (std::mem::take(&mut self.changed), std::mem::take(&mut self.changed_episodes));
        let baselines = self
            .baselines
            .iter()
            .filter(|(subject, _)| changed.contains(*subject))
            .map(|(subject, baseline)| (subject, baseline.as_ref()))
            .collect();
        let episodes =
            self.episodes.iter().filter(|(id, _)| changed_episodes.contains(*id)).map(|(_, episode)| episode).collect();
        (baselines, episodes)
    }
}
