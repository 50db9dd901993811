//! An answer: what a person decided about a finding, and what the memory makes of it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trailwarden_model::{Finding, FindingId, Severity, Status};

use crate::episode::Episode;
use crate::expected::Expected;
use crate::pipeline::{ATTEMPTS, Outcome, Pipeline, PipelineError};
use crate::ports::{Publisher, Store};

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It was legitimate, or is not worth telling: the same is expected to come again.
    Legitimate,
    /// It was dealt with: what comes after is news.
    DealtWith,
    /// What was decided before no longer holds.
    TakenBack,
}

/// What somebody decided about a finding; the same answer may come more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The finding.
    pub finding_id: FindingId,
    /// What was decided.
    pub decision: Decision,
    /// What was written beside it.
    pub note: Option<String>,
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// An answer as an episode keeps it: how grave the finding was that was answered, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heeded {
    decision: Decision,
    severity: Severity,
    at: Timestamp,
}

impl Answer {
    /// What is expected from now on because of it, of this finding's actor and target.
    fn expects(&self, finding: &Finding, until: Timestamp) -> Expected {
        Expected {
            who: Some(finding.actor.key.to_string()),
            what: Some(finding.kind.clone()),
            target: Some(finding.target.key.clone()),
            from: Some(finding.first_seen),
            until: Some(until),
            by: self.by.clone(),
            reference: Some(self.note.clone().unwrap_or_else(|| format!("answer to {}", finding.id))),
            said: Some(self.at),
            answers: Some(finding.id.clone()),
            ..Expected::default()
        }
    }
}

impl Episode {
    /// Heeds an answer. Of two, the later one holds; the same one again changes nothing.
    fn heed(&mut self, answer: &Answer) {
        let stale = self.heeded.is_some_and(|held| held.at >= answer.at || held.decision == answer.decision);
        // Security Hub repeats of each import that nothing was decided.
        let idle = self.heeded.is_none() && answer.decision == Decision::TakenBack;
        if stale || idle {
            return;
        }
        let severity = self.finding.severity;
        self.revise(answer.at, |episode| {
            episode.heeded = Some(Heeded { decision: answer.decision, severity, at: answer.at });
            let own = if episode.finding.status == Status::Suppressed { Status::Open } else { episode.finding.status };
            episode.finding.status = episode.status(own);
        });
        // Who decided knows: that is no news to them.
        self.leave_unsaid();
    }

    /// Whether it is this answer that holds, and not one like it or another.
    fn holds(&self, answer: &Answer) -> bool {
        self.heeded.is_some_and(|held| (held.at, held.decision) == (answer.at, answer.decision))
    }

    /// Its status: its own, unless somebody decided otherwise and it has not become graver, or gone on, since.
    pub(crate) fn status(&self, own: Status) -> Status {
        let own = if own == Status::Open && self.is_silenced() { Status::Suppressed } else { own };
        let Some(held) = self.heeded.filter(|held| self.finding.severity <= held.severity) else { return own };
        match held.decision {
            Decision::Legitimate => Status::Suppressed,
            Decision::DealtWith if self.finding.last_seen <= held.at => Status::Resolved,
            Decision::DealtWith | Decision::TakenBack => own,
        }
    }
}

impl<S: Store, P: Publisher> Pipeline<S, P> {
    /// Hears an answer; `false` where the finding is not known, or no longer.
    ///
    /// Hearing it again changes nothing, and a crash half-way is made good by the next time.
    pub async fn hear(&self, answer: &Answer) -> Outcome<bool, S, P> {
        let id = std::slice::from_ref(&answer.finding_id);
        for _ in 0..ATTEMPTS {
            let Some(mut episode) = self.store.episodes(id).await.map_err(PipelineError::Store)?.pop() else {
                return Ok(false);
            };
            let read = episode.finding.revision;
            let before = episode.heeded.map_or(Decision::TakenBack, |held| held.decision);
            Arc::make_mut(&mut episode).heed(answer);
            if episode.finding.revision == read {
                // It may have been kept, and the process have died before anybody followed.
                if episode.holds(answer) {
                    self.publisher.follow(&episode.finding).await.map_err(PipelineError::Publisher)?;
                }
                return Ok(true);
            }
            // Only what was called legitimate before is expected now.
            if [answer.decision, before].contains(&Decision::Legitimate) {
                self.learn_from(answer, &episode).await?;
            }
            if self.store.keep(&episode, Some(read)).await.map_err(PipelineError::Store)? {
                self.publisher.follow(&episode.finding).await.map_err(PipelineError::Publisher)?;
                return Ok(true);
            }
        }
        Err(PipelineError::Contended(answer.finding_id.to_string()))
    }

    /// What was legitimate once is expected to come again for a while: the finding, or each part of a story.
    /// Decided otherwise, it no longer is.
    async fn learn_from(&self, answer: &Answer, episode: &Arc<Episode>) -> Outcome<(), S, P> {
        let until = answer.at.saturating_add(self.settings.findings.answer_holds).unwrap_or(Timestamp::MAX);
        let parts: Vec<FindingId> = episode.ties.parts.iter().cloned().collect();
        let parts = match parts.as_slice() {
            [] => Vec::new(),
            parts => self.store.episodes(parts).await.map_err(PipelineError::Store)?,
        };
        for told in parts.iter().chain([episode]) {
            let expected = answer.expects(&told.finding, until);
            match answer.decision {
                Decision::Legitimate => self.expect(&expected, answer.at).await?,
                Decision::DealtWith | Decision::TakenBack => self.withdraw(&expected, answer.at).await?,
            }
        }
        Ok(())
    }
}
