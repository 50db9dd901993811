//! Weaving: what hangs together is found, and told as a story.
//!
//! No component sees everything at once: each finding looks along its own threads when it has
//! something new to say, and whoever comes second finds the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use trailwarden_detectors::memory::{Dimension, Observation, Seen};
use trailwarden_detectors::threads::{End, Thread};
use trailwarden_model::{FindingId, Severity};

use crate::chain::Chain;
use crate::episode::Episode;
use crate::pipeline::{ATTEMPTS, Outcome, Pipeline, PipelineError, later};
use crate::ports::{Publisher, Store};
use crate::story::{is_part, tied};

/// An episode as it stands after weaving, and whether everybody was told what came of that.
pub(crate) type Woven<S, P> = (Arc<Episode>, Outcome<(), S, P>);

impl<S: Store, P: Publisher> Pipeline<S, P> {
    /// Ties an episode to what it hangs together with, and tells the story.
    ///
    /// Weaving again changes nothing, and a crash half-way is made good by the next time.
    pub(crate) async fn weave(&self, mut episode: Arc<Episode>) -> Outcome<Woven<S, P>, S, P> {
        for _ in 0..ATTEMPTS {
            if !is_part(&episode, &self.settings.findings) || !episode.ties.unwoven() {
                return Ok((episode, Ok(())));
            }
            let woven = later(self.woven(&episode).await)?;
            let id = episode.finding.id.clone();
            let Some(fresh) = self.one(&id).await? else { return Ok((episode, woven.map(|_| ()))) };
            episode = fresh;
            match woven {
                Ok(true) => {}
                Ok(false) => continue,
                // Its threads stay loose, so that the retry weaves and tells again.
                Err(untold) => return Ok((episode, Err(untold))),
            }
            let (loose, read) = (episode.ties.loose().clone(), episode.finding.revision);
            if loose.is_empty() {
                return Ok((episode, Ok(())));
            }
            Arc::make_mut(&mut episode).ties.tie(&loose);
            if self.store.keep(&episode, Some(read)).await.map_err(PipelineError::Store)? {
                return Ok((episode, Ok(())));
            }
        }
        Err(PipelineError::Contended(episode.finding.id.to_string()))
    }

    async fn one(&self, id: &FindingId) -> Outcome<Option<Arc<Episode>>, S, P> {
        Ok(self.store.episodes(std::slice::from_ref(id)).await.map_err(PipelineError::Store)?.pop())
    }

    /// Tells the story an episode belongs to; `false` where somebody else changed a part meanwhile.
    async fn woven(&self, episode: &Arc<Episode>) -> Outcome<bool, S, P> {
        let settings = &self.settings.findings;
        let chain = self.chain_of(episode).await?;
        let mut told = Ok(());
        for alone in chain.left_over(settings) {
            match later(self.stand_alone(alone).await)? {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(untold) => told = told.and(Err(untold)),
            }
        }
        let Some(id) = chain.story_id() else { return told.map(|()| true) };
        let (Some(root), parts) = (chain.parts.first(), &chain.parts) else { return told.map(|()| true) };
        let known = chain.stories.get(&id);
        let read = known.map(|story| story.finding.revision);
        let mut story = known.map_or_else(|| Episode::begin_story(&root.finding), |story| Episode::clone(story));
        story.tell_story(parts, settings);
        let story = Arc::new(story);
        if Some(story.finding.revision) != read && !self.store.keep(&story, read).await.map_err(PipelineError::Store)? {
            return Ok(false);
        }
        let folded = story.finding.severity >= Severity::Medium;
        // One too many for the story to list is folded all the same: it speaks for whatever hangs together.
        for part in parts.iter().chain(chain.one_too_many(episode, settings)) {
            match later(self.join_part(part, &id, folded, &chain).await)? {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(untold) => told = told.and(Err(untold)),
            }
        }
        told.and(self.tell(&story).await).map(|()| true)
    }

    /// Makes an episode a part; what told of it until now gives way.
    async fn join_part(
        &self,
        part: &Arc<Episode>,
        story: &FindingId,
        folded: bool,
        chain: &Chain,
    ) -> Outcome<bool, S, P> {
        // Told also where it is a part already: who was kept from hearing so hears it now.
        if part.is_part_of(story, folded, &self.settings.findings) {
            return self.tell(part).await.map(|()| true);
        }
        let mut told = Ok(());
        if let Some(old) = part.ties.story.as_ref().filter(|old| *old != story)
            && let Some(mut old) = self.one(old).await?
        {
            if !chain.knows_all_of(&old) {
                return Ok(false);
            }
            let read = old.finding.revision;
            let last_seen = old.finding.last_seen;
            Arc::make_mut(&mut old).give_way_to(story, last_seen);
            if old.finding.revision != read && !self.store.keep(&old, Some(read)).await.map_err(PipelineError::Store)? {
                return Ok(false);
            }
            told = later(self.tell(&old).await)?;
        }
        let mut joined = Arc::clone(part);
        Arc::make_mut(&mut joined).become_part_of(Some(story), folded, &self.settings.findings);
        if !self.store.keep(&joined, Some(part.finding.revision)).await.map_err(PipelineError::Store)? {
            return Ok(false);
        }
        told.and(self.tell(&joined).await).map(|()| true)
    }

    /// Lets an episode that its story tells no longer speak for itself again.
    async fn stand_alone(&self, mut part: Arc<Episode>) -> Outcome<bool, S, P> {
        let read = part.finding.revision;
        Arc::make_mut(&mut part).become_part_of(None, false, &self.settings.findings);
        if !self.store.keep(&part, Some(read)).await.map_err(PipelineError::Store)? {
            return Ok(false);
        }
        self.tell(&part).await.map(|()| true)
    }

    /// Everything an episode hangs together with, itself among it, and the stories that tell of it already.
    ///
    /// All that is named is followed: the parts of a story, the story of a part, the heir of a story that gave way.
    /// Parts are read after every story: whoever changes a part tells the story afterwards, so of two who
    /// tell it at once the one with the older parts finds the story changed, and reads anew.
    async fn chain_of(&self, episode: &Arc<Episode>) -> Outcome<Chain, S, P> {
        let others = self.others(episode).await?;
        let mut ids: BTreeSet<FindingId> = others.iter().map(|other| other.finding.id.clone()).collect();
        ids.insert(episode.finding.id.clone());
        let mut chain = Chain::default();
        let mut named = chain.news(others.iter().chain([episode]));
        loop {
            let stories = self.many(named.clone()).await?;
            chain.asked.append(&mut named);
            ids.extend(stories.iter().flat_map(|story| story.ties.parts.iter().cloned()));
            chain.stories.extend(stories.into_iter().map(|story| (story.finding.id.clone(), story)));
            let heirs = chain.news(chain.stories.values());
            if !heirs.is_empty() {
                named = heirs;
                continue;
            }
            chain.choose(self.many(ids.clone()).await?, &self.settings.findings);
            named = chain.news(&chain.all);
            named.extend(chain.story_id().filter(|id| !chain.asked.contains(id)));
            if named.is_empty() {
                return Ok(chain);
            }
        }
    }

    async fn many(&self, ids: BTreeSet<FindingId>) -> Outcome<Vec<Arc<Episode>>, S, P> {
        let ids: Vec<FindingId> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.store.episodes(&ids).await.map_err(PipelineError::Store)
    }

    /// The episodes at the other ends of its loose threads.
    async fn others(&self, episode: &Episode) -> Outcome<Vec<Arc<Episode>>, S, P> {
        let (own, settings) = (&episode.finding, &self.settings.findings);
        let ends: Vec<&Thread> = episode.ties.loose().iter().collect();
        let asked: Vec<Observation> = ends
            .iter()
            .map(|thread| Observation {
                subject: thread.subject.clone(),
                time: own.last_seen,
                act: own.id.to_string(),
                seen: vec![Seen::Habit(Dimension::Part, format!("{} {}", thread.end.name(), own.id))],
            })
            .collect();
        let recalled = self.store.exchange(&asked).await.map_err(PipelineError::Store)?;
        let mut found: Vec<(&Thread, End, FindingId)> = Vec::new();
        for thread in ends {
            let parts = recalled.get(&thread.subject).into_iter().flat_map(|known| known.values(Dimension::Part));
            found.extend(parts.filter_map(|(part, _)| {
                let (end, id) = part.split_once(' ')?;
                Some((thread, End::named(end)?, FindingId::new(id)))
            }));
        }
        let ids = found.iter().map(|(.., id)| id.clone()).filter(|id| *id != own.id).collect();
        let others = self.many(ids).await?;
        Ok(others
            .into_iter()
            .filter(|other| {
                found
                    .iter()
                    .any(|(thread, end, id)| *id == other.finding.id && tied(episode, thread, other, *end, settings))
            })
            .collect())
    }
}
