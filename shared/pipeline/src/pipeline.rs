//! One activity through the pipeline: remember and recall, judge, join, publish.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use trailwarden_detectors::memory::{Observation, closer, deserves_closer, name_of, nameless};
use trailwarden_detectors::{Case, Recalled, Settings, judge};
use trailwarden_model::{Activity, Effect, FactKind, Finding, Privilege, Severity, Signal};

use crate::announced::shown;
use crate::episode::{Episode, candidates};
use crate::expected::Expected;
use crate::ports::{Failure, Publisher, Store};

/// How often an episode is read anew after somebody else changed it, before giving the record back.
pub(crate) const ATTEMPTS: u32 = 16;

/// A signal must be rarer than a coin's fall to belong to an episode, in bits.
const WORTH_TELLING: f64 = 1.0;

/// What the pipeline is made of.
#[derive(Debug)]
pub struct Pipeline<S, P> {
    /// Where the memory lives.
    pub store: S,
    /// Where findings are told.
    pub publisher: P,
    /// What an operator set.
    pub settings: Settings,
    /// What somebody said would come.
    pub expected: Vec<Expected>,
    /// What is told: this severity and above.
    pub tell_from: Severity,
}

/// Why an activity could not be dealt with; it must be given again.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError<S: Failure, P: Failure> {
    /// The store failed.
    #[error("the memory could not be reached: {0}")]
    Store(#[source] S),
    /// The publisher failed; everybody else who could be reached was told all the same.
    #[error("not everybody could be told: {0}")]
    Publisher(#[source] P),
    /// Others changed the same episode again and again.
    #[error("episode {0} kept changing while it was being written: deliver the record again")]
    Contended(String),
}

impl<S: Failure, P: Failure> PipelineError<S, P> {
    /// Whether the same record may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retryable(),
            Self::Publisher(error) => error.is_retryable(),
            Self::Contended(_) => true,
        }
    }
}

/// What came of one activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdict {
    /// How many signals it raised.
    pub signals: usize,
    /// How many of them are of staged detectors, and told nobody.
    pub staged: usize,
    /// How many findings it changed.
    pub findings: usize,
}

pub(crate) type Outcome<T, S, P> = Result<T, PipelineError<<S as Store>::Error, <P as Publisher>::Error>>;

/// What is no reason to stop is kept for the end: a publisher that failed, but not a store.
pub(crate) fn later<T, S: Failure, P: Failure>(
    outcome: Result<T, PipelineError<S, P>>,
) -> Result<Result<T, PipelineError<S, P>>, PipelineError<S, P>> {
    match outcome {
        Err(error) if !matches!(error, PipelineError::Publisher(_)) => Err(error),
        outcome => Ok(outcome),
    }
}

impl<S: Store, P: Publisher> Pipeline<S, P> {
    /// Learns from an activity in silence.
    pub async fn learn(&self, activity: &Activity) -> Outcome<(), S, P> {
        let activity = &*self.identified(activity).await?;
        let recalled = self.store.exchange(&shown(activity)).await.map_err(PipelineError::Store)?;
        let elsewhere = Case::new(activity, &recalled, &self.settings).is_elsewhere();
        if deserves_closer(activity, elsewhere) {
            self.store.exchange(&closer(activity)).await.map_err(PipelineError::Store)?;
        }
        Ok(())
    }

    /// Takes in what a snapshot says identities may do, by their names, since when it is taken to be so.
    pub async fn know_privileges(&self, known: &[(String, Privilege)], since: Timestamp) -> Outcome<(), S, P> {
        let known: Vec<Observation> =
            known.iter().map(|(name, privilege)| Observation::of_privilege(name, *privilege, since)).collect();
        self.store.exchange(&known).await.map_err(PipelineError::Store).map(|_| ())
    }

    /// Learns from an activity, judges it, and tells what deserves it.
    ///
    /// Whatever fails, giving the same activity again ends as if nothing had failed.
    pub async fn judge(&self, activity: &Activity) -> Outcome<Verdict, S, P> {
        let activity = &*self.identified(activity).await?;
        let shown = shown(activity);
        let recalled = self.store.exchange(&shown).await.map_err(PipelineError::Store)?;
        let noted = match FactKind::of(activity) {
            Some(_) => self.publisher.note(activity).await.map_err(PipelineError::Publisher),
            None => Ok(()),
        };
        // What a ledger cannot take is told all the same; the error then gives the activity back.
        let verdict = self.judge_by(activity, &shown, recalled).await?;
        noted.map(|()| verdict)
    }

    /// Judges an activity by what is remembered, and tells what deserves it.
    async fn judge_by(
        &self,
        activity: &Activity,
        shown: &[Observation],
        mut recalled: Recalled,
    ) -> Outcome<Verdict, S, P> {
        let case = Case::new(activity, &recalled, &self.settings);
        let mut signals = judge(&case);
        let mut verdict = Verdict::default();
        if signals.is_empty() {
            return Ok(verdict);
        }
        // A copy is good enough to say little by. Whoever says more asks the memory itself.
        let mut look = if self.are_strange(&signals) { self.store.copied(shown) } else { Vec::new() };
        if self.deserves_closer_look(&case, &signals) {
            look.extend(closer(activity));
        }
        if !look.is_empty() {
            recalled.extend(self.store.exchange(&look).await.map_err(PipelineError::Store)?);
            signals = judge(&Case::new(activity, &recalled, &self.settings));
        }
        let privilege = Case::new(activity, &recalled, &self.settings).privilege_of_actor();
        let mut told = Ok(());
        for mut signal in signals {
            let ignored = &self.settings.findings.ignored_signals;
            signal.evidence.retain(|reason| !ignored.contains(&reason.signal));
            let worth = signal.effect == Effect::Resolves || signal.bits() > WORTH_TELLING;
            if !worth {
                continue;
            }
            verdict.signals += 1;
            if self.settings.findings.staged.iter().any(|id| id == signal.kind) {
                verdict.staged += 1;
                continue;
            }
            match later(self.join(&signal, activity, privilege).await)? {
                Ok(changed) => verdict.findings += usize::from(changed),
                Err(untold) => told = told.and(Err(untold)),
            }
        }
        told.map(|()| verdict)
    }

    /// Whether any signal is of LOW or more.
    fn are_strange(&self, signals: &[Signal]) -> bool {
        signals.iter().any(|signal| self.settings.findings.severity(signal.bits()) >= Severity::Low)
    }

    /// Whether what was seen is worth a second request: something strange, or a place or a role that is new.
    fn deserves_closer_look(&self, case: &Case<'_>, signals: &[Signal]) -> bool {
        self.are_strange(signals) || deserves_closer(case.activity, case.is_elsewhere()) || case.is_in_a_new_role()
    }

    /// The activity with its actor's name, where the record tells only a directory's id and the memory knows whose.
    pub(crate) async fn identified<'a>(&self, activity: &'a Activity) -> Outcome<Cow<'a, Activity>, S, P> {
        let Some(subject) = nameless(activity) else { return Ok(Cow::Borrowed(activity)) };
        let asked =
            Observation { subject, time: activity.time, act: activity.act.as_str().to_owned(), seen: Vec::new() };
        let known = self.store.exchange(std::slice::from_ref(&asked)).await.map_err(PipelineError::Store)?;
        match known.get(&asked.subject).and_then(|known| name_of(activity, known)) {
            Some(actor) => Ok(Cow::Owned(Activity { actor, ..activity.clone() })),
            None => Ok(Cow::Borrowed(activity)),
        }
    }

    /// Joins a signal to its episode, or begins one; then tells.
    async fn join(&self, signal: &Signal, activity: &Activity, privilege: Privilege) -> Outcome<bool, S, P> {
        for _ in 0..ATTEMPTS {
            let Some((mut episode, read)) = self.episode_of(signal, activity).await? else { return Ok(false) };
            if episode.is_flooded_by(signal, activity) {
                return Ok(false);
            }
            let revision = episode.finding.revision;
            let expected = self.expected_of(&episode, signal, activity).await?;
            episode.take(signal, activity, &self.settings, &expected);
            episode.empower(privilege, activity.time);
            let changed = episode.finding.revision != revision;
            let episode = Arc::new(episode);
            if changed && !self.store.keep(&episode, read).await.map_err(PipelineError::Store)? {
                continue;
            }
            // Seldom taken, and large: most activities must not carry it.
            let (episode, woven) = Box::pin(self.weave(episode)).await?;
            let told = self.tell(&episode).await;
            return woven.and(told).map(|()| changed);
        }
        Err(PipelineError::Contended(signal.scope.clone()))
    }

    /// The episode a signal belongs to and the revision it was read at; none where it only closes what is not open.
    async fn episode_of(&self, signal: &Signal, activity: &Activity) -> Outcome<Option<(Episode, Option<u32>)>, S, P> {
        let settings = &self.settings.findings;
        let closes = signal.effect == Effect::Resolves;
        let back = if closes { self.settings.credential_added.rotation_window.as_hours() / 24 } else { 1 };
        let ids = candidates(signal, activity, settings, back);
        let mut known = self.store.episodes(&ids).await.map_err(PipelineError::Store)?;
        if closes {
            known.retain(|episode| episode.finding.first_seen <= activity.time);
        } else {
            known.retain(|episode| episode.began_on_day_of(activity.time) || episode.reaches(activity.time, settings));
        }
        // What began earlier and still goes on comes before what began today.
        if let Some(episode) = known.into_iter().min_by_key(|episode| episode.finding.first_seen) {
            let read = episode.finding.revision;
            return Ok(Some((Arc::unwrap_or_clone(episode), Some(read))));
        }
        let id = ids.into_iter().next();
        Ok(id.filter(|_| !closes).map(|id| (Episode::begin(id, signal, activity, settings), None)))
    }

    /// Tells everybody who is told of it; whoever could not be reached keeps the others from nothing.
    pub(crate) async fn tell(&self, episode: &Episode) -> Outcome<(), S, P> {
        let noticed = self.notify(episode).await;
        let followed = self.publisher.follow(&episode.finding).await.map_err(PipelineError::Publisher);
        noticed.and(followed)
    }

    /// Sends a notice, if one is due, and then marks it as sent.
    async fn notify(&self, episode: &Episode) -> Outcome<(), S, P> {
        let finding: &Finding = &episode.finding;
        // Who was told once is told how it ends, even where it ends below the limit.
        let concerns = finding.severity >= self.tell_from || episode.told > 0;
        if !episode.deserves_notice() || !concerns {
            return Ok(());
        }
        self.publisher.publish(finding).await.map_err(PipelineError::Publisher)?;
        self.store.mark_told(&finding.id, finding.revision).await.map_err(PipelineError::Store)
    }
}
