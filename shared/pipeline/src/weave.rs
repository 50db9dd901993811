//! Weaving: what hangs together is found, and told as a story.
//!
//! No component sees everything at once: each finding looks along its own threads when it has
//! something new to say, and whoever comes second finds the other.

use std::collections::BTreeSet;

use trailwarden_detectors::memory::{Dimension, Observation, Seen};
use trailwarden_detectors::threads::{End, Thread};
use trailwarden_model::{FindingId, Severity};

use crate::episode::Episode;
use crate::pipeline::{ATTEMPTS, Outcome, Pipeline, PipelineError, later};
use crate::ports::{Publisher, Store};
use crate::story::{self, chosen, is_part, tied};

/// An episode as it stands after weaving, and whether everybody was told what came of that.
pub(crate) type Woven<S, P> = (Episode, Outcome<(), S, P>);

impl<S: Store, P: Publisher> Pipeline<S, P> {
    /// Ties an episode to what it hangs together with, and tells the story.
    ///
    /// Weaving again changes nothing, and a crash half-way is made good by the next time.
    pub(crate) async fn weave(&self, mut episode: Episode) -> Outcome<Woven<S, P>, S, P> {
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
            episode.ties.tie(&loose);
            if loose.is_empty() || self.store.keep(&episode, Some(read)).await.map_err(PipelineError::Store)? {
                return Ok((episode, Ok(())));
            }
        }
        Err(PipelineError::Contended(episode.finding.id.to_string()))
    }

    async fn one(&self, id: &FindingId) -> Outcome<Option<Episode>, S, P> {
        Ok(self.store.episodes(std::slice::from_ref(id)).await.map_err(PipelineError::Store)?.pop())
    }

    /// Tells the story an episode belongs to; `false` where somebody else changed a part meanwhile.
    async fn woven(&self, episode: &Episode) -> Outcome<bool, S, P> {
        let settings = &self.settings.findings;
        let Some((known, parts)) = self.parts_of(episode).await? else { return Ok(false) };
        let (Some(root), true) = (parts.first(), parts.len() > 1) else { return Ok(true) };
        let id = story::id(&root.finding);
        let read = known.as_ref().map(|story| story.finding.revision);
        let mut story = known.unwrap_or_else(|| Episode::begin_story(&root.finding));
        story.tell_story(&parts, settings);
        if Some(story.finding.revision) != read && !self.store.keep(&story, read).await.map_err(PipelineError::Store)? {
            return Ok(false);
        }
        let told_by_story = story.finding.severity >= Severity::Medium;
        let mut told = Ok(());
        for part in parts {
            match later(self.join_part(part, &id, told_by_story).await)? {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(untold) => told = told.and(Err(untold)),
            }
        }
        told.and(self.tell(&story).await).map(|()| true)
    }

    /// Makes an episode a part; what told of it until now gives way.
    async fn join_part(&self, mut part: Episode, story: &FindingId, folded: bool) -> Outcome<bool, S, P> {
        let (before, read) = (part.ties.clone(), part.finding.revision);
        part.become_part_of(story, folded, &self.settings.findings);
        let mut told = Ok(());
        if let Some(old) = before.story.as_ref().filter(|old| *old != story)
            && let Some(mut old) = self.one(old).await?
        {
            let read = old.finding.revision;
            old.give_way_to(story, old.finding.last_seen);
            if old.finding.revision != read && !self.store.keep(&old, Some(read)).await.map_err(PipelineError::Store)? {
                return Ok(false);
            }
            told = later(self.tell(&old).await)?;
        }
        // Told also where it is a part already: who was kept from hearing so hears it now.
        let joins = before != part.ties || part.finding.revision != read;
        if joins && !self.store.keep(&part, Some(read)).await.map_err(PipelineError::Store)? {
            return Ok(false);
        }
        told.and(self.tell(&part).await).map(|()| true)
    }

    /// Everything an episode hangs together with, itself among it, and their story if it is told already;
    /// none where somebody else changed which story that is meanwhile.
    ///
    /// The story is read before its parts: whoever changes a part tells the story afterwards, so of two who
    /// tell it at once the one with the older parts finds the story changed, and reads anew.
    async fn parts_of(&self, episode: &Episode) -> Outcome<Option<(Option<Episode>, Vec<Episode>)>, S, P> {
        let mut ids: BTreeSet<FindingId> = BTreeSet::from([episode.finding.id.clone()]);
        let others = self.others(episode).await?;
        let stories: BTreeSet<FindingId> =
            others.iter().chain([episode]).filter_map(|other| other.ties.story.clone()).collect();
        ids.extend(others.iter().map(|other| other.finding.id.clone()));
        let mut stories = self.many(stories).await?;
        ids.extend(stories.iter().flat_map(|story| story.ties.parts.iter().cloned()));
        let settings = &self.settings.findings;
        let parts = chosen(self.many(ids.clone()).await?, settings);
        let Some(id) = parts.first().filter(|_| parts.len() > 1).map(|root| story::id(&root.finding)) else {
            return Ok(Some((None, parts)));
        };
        if let Some(place) = stories.iter().position(|story| story.finding.id == id) {
            return Ok(Some((Some(stories.swap_remove(place)), parts)));
        }
        let story = self.one(&id).await?;
        ids.extend(story.iter().flat_map(|story| story.ties.parts.iter().cloned()));
        let parts = chosen(self.many(ids).await?, settings);
        let same = parts.first().is_some_and(|root| story::id(&root.finding) == id);
        Ok(same.then_some((story, parts)))
    }

    async fn many(&self, ids: BTreeSet<FindingId>) -> Outcome<Vec<Episode>, S, P> {
        let ids: Vec<FindingId> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.store.episodes(&ids).await.map_err(PipelineError::Store)
    }

    /// The episodes at the other ends of its loose threads.
    async fn others(&self, episode: &Episode) -> Outcome<Vec<Episode>, S, P> {
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
