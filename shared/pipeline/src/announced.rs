//! Announced: expected changes, remembered beside everything else under whom or what they concern.
//!
//! They are asked for only where something is worth a person's context, so ordinary life costs no request more.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use trailwarden_detectors::memory::{Dimension, Observation, Seen, Subject, observe, order};
use trailwarden_model::ids::{NAME_LIMIT, bounded};
use trailwarden_model::{Activity, Deed, Severity, Signal};

use crate::episode::Episode;
use crate::expected::Expected;
use crate::pipeline::{Outcome, Pipeline, PipelineError};
use crate::ports::{Publisher, Store};

/// Under what a change is kept that says neither who nor to whom.
const ANYBODY: &str = "*";

/// What an activity shows, and what it says will come.
pub(crate) fn shown(activity: &Activity) -> Vec<Observation> {
    let mut shown = observe(activity);
    if let Some(expected) = said_by(activity) {
        shown.push(expected.observation(activity.time, &order(activity)));
    }
    shown
}

/// The change an activity announces. Nobody vouches for themselves.
fn said_by(activity: &Activity) -> Option<Expected> {
    let Deed::Announced { target, until, reference } = &activity.deed else { return None };
    Some(Expected {
        who: None,
        what: Some("credential-added".to_owned()),
        target: Some(target.key.to_string()),
        from: Some(activity.time),
        until: Some(*until),
        by: activity.actor.name.clone(),
        reference: reference.clone(),
        never: Some(activity.actor.key.to_string()),
    })
}

impl Expected {
    /// What remembering it adds to the memory; every text in it bounded, since anybody may have written it.
    pub(crate) fn observation(&self, at: Timestamp, act: &str) -> Observation {
        let cut = |text: &Option<String>| text.as_deref().map(|text| bounded(text, NAME_LIMIT));
        let kept = Self {
            who: cut(&self.who),
            what: cut(&self.what),
            target: cut(&self.target),
            by: bounded(&self.by, NAME_LIMIT),
            reference: cut(&self.reference),
            never: cut(&self.never),
            ..*self
        };
        let whom = kept.who.as_deref().or(kept.target.as_deref()).unwrap_or(ANYBODY);
        let subject = Subject::announced(whom);
        // Texts and moments: there is nothing in it that JSON could not hold.
        let text = serde_json::to_string(&kept).unwrap_or_default();
        Observation { subject, time: at, act: act.to_owned(), seen: vec![Seen::Habit(Dimension::Announced, text)] }
    }
}

impl<S: Store, P: Publisher> Pipeline<S, P> {
    /// Remembers that a change is expected. Remembering it again changes nothing.
    pub async fn expect(&self, expected: &Expected, at: Timestamp) -> Outcome<(), S, P> {
        let observation = expected.observation(at, &expected.by);
        self.store.exchange(&[observation]).await.map_err(PipelineError::Store).map(|_| ())
    }

    /// What is expected of whom a signal is about: as given, and, where a person may read of it, as remembered.
    pub(crate) async fn expected_of<'a>(
        &'a self,
        episode: &Episode,
        signal: &Signal,
        activity: &Activity,
    ) -> Outcome<Cow<'a, [Expected]>, S, P> {
        let (finding, least) = (&episode.finding, Severity::Low);
        let read = finding.expected_change.is_some() || finding.severity >= least;
        if !read && self.settings.findings.severity(signal.bits()) < least {
            return Ok(Cow::Borrowed(&self.expected));
        }
        let actor = signal.actor.as_ref().unwrap_or(&activity.actor);
        let names: BTreeSet<&str> = [actor.key.as_str(), &actor.name, &signal.target.key, &signal.target.name, ANYBODY]
            .into_iter()
            .chain(actor.arn.as_deref())
            .filter(|name| !name.is_empty())
            .collect();
        let asked: Vec<Observation> = names
            .iter()
            .map(|name| Observation {
                subject: Subject::announced(name),
                time: activity.time,
                act: String::new(),
                seen: Vec::new(),
            })
            .collect();
        let recalled = self.store.exchange(&asked).await.map_err(PipelineError::Store)?;
        let known = recalled.values().flat_map(|known| known.values(Dimension::Announced));
        let announced = known.filter_map(|(text, _)| serde_json::from_str(text).ok());
        Ok(self.expected.iter().cloned().chain(announced).collect::<Vec<_>>().into())
    }
}
