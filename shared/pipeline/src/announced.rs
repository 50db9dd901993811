//! Announced: expected changes, remembered beside everything else under whom or what they concern.
//!
//! They are asked for only where something is worth a person's context, so ordinary life costs no request more.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trailwarden_detectors::memory::{Dimension, Observation, Seen, Subject, observe, order};
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
        what: Some("credential-added".to_owned()),
        target: Some(target.key.to_string()),
        from: Some(activity.time),
        until: Some(*until),
        by: activity.actor.name.clone(),
        reference: reference.clone(),
        never: Some(activity.actor.key.to_string()),
        said: Some(activity.time),
        ..Expected::default()
    })
}

/// That something announced holds no longer.
///
/// What is remembered only grows, so what is taken back is remembered, too. Its text sorts behind every
/// announcement's, and it is as late as what it takes back or later: past the limit of a subject's values it goes last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawal {
    /// What, by its id.
    withdrawn: String,
    /// From when on.
    at: Timestamp,
}

impl Withdrawal {
    /// Whether it takes this back: what was said before it, and not what was said again since.
    fn concerns(&self, expected: &Expected) -> bool {
        expected.said.is_none_or(|said| said <= self.at) && self.withdrawn == expected.id()
    }
}

/// What of all these texts still holds, each until it was taken back.
fn standing<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Expected> {
    let texts: Vec<&str> = texts.collect();
    let withdrawn: Vec<Withdrawal> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let announced = texts.iter().filter_map(|text| serde_json::from_str::<Expected>(text).ok());
    let until = |expected: &Expected| {
        let taken_back = withdrawn.iter().filter(|one| one.concerns(expected)).map(|one| one.at);
        taken_back.chain(expected.until).min()
    };
    announced.map(|expected| Expected { until: until(&expected), ..expected }).collect()
}

impl Expected {
    /// Whom or what it concerns, by the name it is kept under.
    fn subject(&self) -> Subject {
        let named = [&self.who, &self.target, &self.account];
        Subject::announced(named.into_iter().flatten().next().map_or(ANYBODY, String::as_str))
    }

    /// What remembering it adds to the memory.
    pub(crate) fn observation(&self, at: Timestamp, act: &str) -> Observation {
        let kept = self.kept();
        kept.remembered(at, act, &kept)
    }

    /// What remembering that it was taken back adds to the memory.
    fn withdrawal(&self, at: Timestamp) -> Observation {
        self.kept().remembered(at, "", &Withdrawal { withdrawn: self.id(), at })
    }

    fn remembered(&self, at: Timestamp, act: &str, said: &impl Serialize) -> Observation {
        // Texts and moments: there is nothing in it that JSON could not hold.
        let text = serde_json::to_string(said).unwrap_or_default();
        let seen = vec![Seen::Habit(Dimension::Announced, text)];
        Observation { subject: self.subject(), time: at, act: act.to_owned(), seen }
    }
}

impl<S: Store, P: Publisher> Pipeline<S, P> {
    /// Remembers that a change is expected. Remembering it again changes nothing.
    pub async fn expect(&self, expected: &Expected, at: Timestamp) -> Outcome<(), S, P> {
        let observation = expected.observation(at, &expected.by);
        self.store.exchange(&[observation]).await.map_err(PipelineError::Store).map(|_| ())
    }

    /// Remembers that what was announced holds no longer. Remembering it again changes nothing.
    pub async fn withdraw(&self, expected: &Expected, at: Timestamp) -> Outcome<(), S, P> {
        self.store.exchange(&[expected.withdrawal(at)]).await.map_err(PipelineError::Store).map(|_| ())
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
        let (target, account) = (&signal.target, finding.account.as_str());
        let names: BTreeSet<&str> = [actor.key.as_str(), &actor.name, &target.key, &target.name, account, ANYBODY]
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
        let announced = standing(known.map(|(text, _)| text));
        Ok(self.expected.iter().cloned().chain(announced).collect::<Vec<_>>().into())
    }
}
