//! A chain: what hangs together with one episode, as far as it was read, and the stories that tell of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trailwarden_detectors::settings::Findings;
use trailwarden_model::FindingId;

use crate::episode::Episode;
use crate::story::{self, begins_in_time, chosen, is_part};

/// What hangs together with one episode.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    /// The stories that were asked for, whether they exist or not.
    pub(crate) asked: BTreeSet<FindingId>,
    /// Those that exist.
    pub(crate) stories: BTreeMap<FindingId, Arc<Episode>>,
    /// Every episode that was read, part or not.
    pub(crate) all: Vec<Arc<Episode>>,
    /// Of these the parts that are told, in order of time.
    pub(crate) parts: Vec<Arc<Episode>>,
}

impl Chain {
    /// The stories these name that were not asked for yet.
    pub(crate) fn news<'a>(&self, episodes: impl IntoIterator<Item = &'a Arc<Episode>>) -> BTreeSet<FindingId> {
        let named = episodes.into_iter().filter_map(|episode| episode.ties.story.clone());
        named.filter(|story| !self.asked.contains(story)).collect()
    }

    /// Takes what was read, and chooses the parts.
    pub(crate) fn choose(&mut self, all: Vec<Arc<Episode>>, settings: &Findings) {
        self.parts = chosen(all.clone(), settings);
        self.all = all;
    }

    /// The story to tell: none where nothing hangs together.
    pub(crate) fn story_id(&self) -> Option<FindingId> {
        self.parts.first().filter(|_| self.parts.len() > 1).map(|root| story::id(&root.finding))
    }

    /// Those that name a story none of these parts begins: too far from its beginning now, or left alone.
    ///
    /// What is merely one too many stays: the story tells of those it has room for.
    pub(crate) fn left_over(&self, settings: &Findings) -> Vec<Arc<Episode>> {
        let Some(root) = self.parts.first() else { return Vec::new() };
        let left = |episode: &&Arc<Episode>| {
            let alone = self.parts.len() < 2 || !begins_in_time(&root.finding, &episode.finding, settings);
            episode.ties.story.is_some() && is_part(episode, settings) && alone
        };
        self.all.iter().filter(left).cloned().collect()
    }

    /// The episode as it was read, where it hangs together with the parts and the story has no room for it.
    pub(crate) fn one_too_many(&self, episode: &Episode, settings: &Findings) -> Option<&Arc<Episode>> {
        let (root, id) = (self.parts.first()?, &episode.finding.id);
        let listed = self.parts.iter().any(|part| part.finding.id == *id);
        let read = self.all.iter().find(|read| read.finding.id == *id).filter(|_| !listed)?;
        (is_part(read, settings) && begins_in_time(&root.finding, &read.finding, settings)).then_some(read)
    }

    /// Whether every part of a story, as it is now, was read: nobody added one meanwhile.
    pub(crate) fn knows_all_of(&self, story: &Episode) -> bool {
        let read: BTreeSet<&FindingId> = self.all.iter().map(|episode| &episode.finding.id).collect();
        story.ties.parts.iter().all(|part| read.contains(part))
    }
}
