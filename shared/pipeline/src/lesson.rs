//! A lesson: one part of learning, for those who learn a history in pieces and at many places at once.
//!
//! Whom a directory's id belongs to is read back before anything is learned of them, and where somebody has been
//! is read back before it is learned who else comes from there. Both look only at days before the activity's
//! own, so once everybody is through with a lesson, the next one comes out alike wherever it is learned.

use trailwarden_detectors::Case;
use trailwarden_detectors::memory::{Dimension, Observation, Seen, Subject, closer, deserves_closer};
use trailwarden_model::Activity;

use crate::announced::shown;
use crate::pipeline::{Outcome, Pipeline, PipelineError};
use crate::ports::{Publisher, Store};

/// One part of learning; each needs the ones before it to be over everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lesson {
    /// Whose a directory's ids are.
    Names,
    /// What activities show of everybody in them.
    Habits,
    /// What is looked at closer: who comes from a network, what those administer who wear a role.
    Places,
}

impl Lesson {
    /// Every lesson, in the order they are learned in.
    pub const ALL: [Self; 3] = [Self::Names, Self::Habits, Self::Places];

    /// The lesson of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "names" => Some(Self::Names),
            "habits" => Some(Self::Habits),
            "places" => Some(Self::Places),
            _ => None,
        }
    }
}

impl<S: Store, P: Publisher> Pipeline<S, P> {
    /// Learns one part of what an activity teaches; all of them, one after the other, are [`Pipeline::learn`].
    pub async fn learn_part(&self, activity: &Activity, lesson: Lesson) -> Outcome<(), S, P> {
        let taught = match lesson {
            Lesson::Names => shown(activity).into_iter().filter(names_somebody).collect(),
            Lesson::Habits => shown(&*self.identified(activity).await?),
            Lesson::Places => {
                let activity = &*self.identified(activity).await?;
                if deserves_closer(activity, self.is_elsewhere(activity).await?) {
                    closer(activity)
                } else {
                    Vec::new()
                }
            }
        };
        // Nothing is judged here, so nothing is asked that is not needed.
        let taught: Vec<Observation> = taught.into_iter().filter(|taught| !taught.seen.is_empty()).collect();
        if taught.is_empty() {
            return Ok(());
        }
        self.store.exchange(&taught).await.map_err(PipelineError::Store).map(|_| ())
    }

    async fn is_elsewhere(&self, activity: &Activity) -> Outcome<bool, S, P> {
        if activity.origin.network_key().is_none() {
            return Ok(false);
        }
        let subject = Subject::identity(activity.actor.key.as_str());
        let asked = Observation { subject, time: activity.time, act: String::new(), seen: Vec::new() };
        let recalled = self.store.exchange(&[asked]).await.map_err(PipelineError::Store)?;
        Ok(Case::new(activity, &recalled, &self.settings).is_elsewhere())
    }
}

fn names_somebody(taught: &Observation) -> bool {
    taught.seen.iter().any(|seen| matches!(seen, Seen::Habit(Dimension::Alias, _)))
}
