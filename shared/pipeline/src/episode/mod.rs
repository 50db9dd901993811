//! An episode: signals of one kind, by one actor, about one thing, close in time; told as one finding.

mod attempts;
mod rating;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use trailwarden_detectors::settings::Findings;
use trailwarden_detectors::threads::threads;
use trailwarden_detectors::{Settings, find};
use trailwarden_model::finding::SCHEMA_VERSION;
use trailwarden_model::ids::bounded;
use trailwarden_model::{
    Activity, Actor, Effect, Evidence, Finding, FindingId, FindingOrigin, Privilege, SecretTarget, Severity, Signal,
    Status,
};

use self::attempts::{Aims, is_attempt, scope};
use crate::acts::{Acts, Digests, digest};
use crate::answer::Heeded;
use crate::cited::cite;
use crate::expected::Expected;
use crate::ties::Ties;

/// How many secrets a finding lists by id.
const LISTED: usize = 100;
/// How many secrets are counted exactly.
const SECRETS: usize = 4096;
/// How long an episode may last before what goes on is a new one.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How many times more acts than at its last notice make an episode worth another one.
const GROWN: u64 = 4;
/// The reason that speaks against what was only attempted.
const REFUSED: &str = "refused";
/// The longest sentence in a finding, in bytes.
pub(crate) const SENTENCE: usize = 1024;

/// An episode and the finding it is told as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// The finding as it stands.
    pub finding: Finding,
    /// The evidence in bits.
    pub bits: f64,
    /// Every reason as it was given, before dependence is corrected for.
    reasons: Vec<Evidence>,
    /// The last revision that was told, 0 for none.
    pub told: u32,
    /// The last state that deserved a notice.
    notable: Notable,
    #[serde(flatten)]
    acts: Acts,
    // Digests: thousands must fit a store's item beside the finding itself.
    secrets: Digests,
    /// The activity that says most: its evidence in hundredths of a bit and its id. Its origin and session are shown.
    lead: (i64, String),
    /// Whether something explains what was done.
    closed: bool,
    /// Whether anything in it worked: then it was no mere attempt.
    worked: bool,
    /// What was aimed at in vain, where that is all of it.
    #[serde(default)]
    aims: Option<Aims>,
    /// What ties it to other episodes.
    pub(crate) ties: Ties,
    /// What somebody decided about it.
    #[serde(default)]
    pub(crate) heeded: Option<Heeded>,
}

/// A state that deserved a notice: what came later is news only if it rose, turned, or grew much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Notable {
    revision: u32,
    severity: Severity,
    status: Status,
    events: u64,
    #[serde(default)]
    steps: usize,
}

/// The ids an episode this activity belongs to may have: it began today or yesterday.
pub(crate) fn candidates(signal: &Signal, activity: &Activity, settings: &Findings, days: i64) -> Vec<FindingId> {
    (0..=days)
        .map(|back| {
            let began = activity.time - SignedDuration::from_hours(24 * back);
            FindingId::of_episode(
                signal.kind,
                settings.organization.as_deref(),
                signal.actor.as_ref().map_or(&activity.actor.key, |actor| &actor.key),
                scope(signal, activity),
                began,
            )
        })
        .collect()
}

impl Episode {
    /// The episode a signal begins.
    pub(crate) fn begin(id: FindingId, signal: &Signal, activity: &Activity, settings: &Findings) -> Self {
        let detector = find(signal.kind);
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        let finding = Finding {
            schema_version: SCHEMA_VERSION.to_owned(),
            id,
            revision: 0,
            created_at: activity.time,
            updated_at: activity.time,
            kind: signal.kind.to_owned(),
            severity: settings.severity(0.0),
            score: 0,
            confidence: 0,
            title: String::new(),
            description: String::new(),
            techniques: detector.map(|detector| names(detector.techniques)).unwrap_or_default(),
            analytics: detector.map(|detector| names(detector.analytics)).unwrap_or_default(),
            partition: activity.partition.clone(),
            account: activity.account.clone(),
            region: activity.region.clone(),
            organization: settings.organization.clone(),
            actor: actor(signal, activity),
            target: signal.target.clone(),
            origin: FindingOrigin::of(&activity.origin),
            first_seen: activity.time,
            last_seen: activity.time,
            event_count: 0,
            events: Vec::new(),
            evidence: Vec::new(),
            expected_change: None,
            response: Vec::new(),
            related: Vec::new(),
            status: Status::Open,
        };
        Self::of(finding)
    }

    /// An episode of which nothing is known but what the finding says.
    pub(crate) fn of(finding: Finding) -> Self {
        Self {
            finding,
            bits: 0.0,
            reasons: Vec::new(),
            told: 0,
            notable: Notable {
                revision: 0,
                severity: Severity::Informational,
                status: Status::Open,
                events: 0,
                steps: 0,
            },
            acts: Acts::default(),
            secrets: Digests::default(),
            lead: (i64::MIN, String::new()),
            closed: false,
            worked: false,
            aims: None,
            ties: Ties::default(),
            heeded: None,
        }
    }

    /// Whether an activity at `time` still belongs to it.
    pub(crate) fn reaches(&self, time: Timestamp, settings: &Findings) -> bool {
        time <= self.finding.last_seen.saturating_add(settings.episode_gap).unwrap_or(Timestamp::MAX)
            && time <= self.finding.first_seen.saturating_add(LONGEST).unwrap_or(Timestamp::MAX)
    }

    /// Whether it is the same day's, so that anything that day belongs to it.
    pub(crate) fn began_on_day_of(&self, time: Timestamp) -> bool {
        let day = |time: Timestamp| time.to_zoned(TimeZone::UTC).date();
        day(self.finding.first_seen) == day(time)
    }

    /// Whether it is a flood that this adds nothing to: an act outside the sample that says nothing new.
    pub(crate) fn is_flooded_by(&self, signal: &Signal, activity: &Activity) -> bool {
        if self.acts.samples(activity.act.as_str()) {
            return false;
        }
        let mut with = self.clone();
        with.ties.take(threads(signal, activity));
        with.hear(signal, activity);
        with == *self
    }

    /// Takes a signal in. Taking it in again changes nothing.
    pub(crate) fn take(&mut self, signal: &Signal, activity: &Activity, settings: &Settings, expected: &[Expected]) {
        self.ties.take(threads(signal, activity));
        self.revise(activity.time, |episode| {
            episode.cite(activity);
            episode.hear(signal, activity);
            episode.rate(settings, expected);
        });
        // Whoever suppressed it wants to hear nothing of it.
        if self.is_silenced() {
            self.leave_unsaid();
        }
    }

    /// Takes in what a signal says, apart from that it was one more.
    fn hear(&mut self, signal: &Signal, activity: &Activity) {
        self.lead_by(signal, activity);
        self.list(signal);
        for reason in &signal.evidence {
            self.weigh(reason);
        }
        self.closed |= signal.effect == Effect::Resolves;
        self.worked |= activity.outcome.succeeded();
        if self.worked {
            self.reasons.retain(|reason| reason.signal != REFUSED);
        }
        if is_attempt(signal, activity) {
            self.aims.get_or_insert_default().take(&mut self.finding.target, &signal.target);
        }
        let target = &mut self.finding.target;
        target.privilege = target.privilege.max(signal.target.privilege);
        if target.credential.is_none() {
            target.credential.clone_from(&signal.target.credential);
        }
    }

    /// Changes it, and counts a revision where the finding is another one afterwards.
    pub(crate) fn revise(&mut self, at: Timestamp, change: impl FnOnce(&mut Self)) {
        let before = self.finding.clone();
        change(self);
        if self.finding != before {
            self.finding.revision = before.revision + 1;
            let next = before.updated_at.saturating_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::MAX);
            self.finding.updated_at = if before.revision == 0 { at } else { next.max(at) };
            self.note();
        }
    }

    /// Whether it came to deserve a notice since the last one that was told.
    #[must_use]
    pub fn deserves_notice(&self) -> bool {
        self.notable.revision > self.told
    }

    /// Marks the state as worth a notice where it is graver, ends otherwise, has come to another step, or is so many
    /// times larger than at the last.
    fn note(&mut self) {
        let (finding, last) = (&self.finding, &self.notable);
        // Of what somebody called legitimate more is no news, and of what a story tells the story's is.
        let heard = finding.status == Status::Suppressed || self.ties.told_by_story;
        let grown = finding.event_count >= last.events.saturating_mul(GROWN) && !heard;
        let steps = self.ties.steps;
        let further = steps > last.steps && !heard;
        if grown || further || finding.severity > last.severity || finding.status != last.status {
            let (severity, status, events) = (finding.severity, finding.status, finding.event_count);
            self.notable = Notable { revision: finding.revision, severity, status, events, steps };
        }
    }

    /// Takes its state as told, as far as a notice is concerned: what comes next is news only if it rises or turns.
    pub(crate) fn leave_unsaid(&mut self) {
        self.notable.revision = self.notable.revision.min(self.told);
    }

    fn cite(&mut self, activity: &Activity) {
        if !activity.is_echo() {
            self.acts.count(activity.act.as_str());
        }
        let finding = &mut self.finding;
        // The first act, or the echo it is known by.
        finding.event_count = self.acts.number().max(1);
        finding.first_seen = finding.first_seen.min(activity.time);
        finding.last_seen = finding.last_seen.max(activity.time);
        cite(&mut finding.events, activity);
    }

    /// Shows the origin and session of whatever says most, so that what came before by the owner's hand does not.
    fn lead_by(&mut self, signal: &Signal, activity: &Activity) {
        if activity.is_echo() {
            return;
        }
        #[expect(clippy::cast_possible_truncation, reason = "some hundreds of bits at the most")]
        let bits = (signal.bits() * 100.0).round() as i64;
        let more = bits.cmp(&self.lead.0).then_with(|| self.lead.1.as_str().cmp(activity.id.as_str()));
        if more.is_gt() {
            self.lead = (bits, activity.id.as_str().to_owned());
            self.finding.origin = FindingOrigin::of(&activity.origin);
            let privilege = self.finding.actor.privilege;
            self.finding.actor = Actor { privilege, ..actor(signal, activity) };
        }
    }

    /// Counts the secrets, and lists the first of them by name.
    fn list(&mut self, signal: &Signal) {
        if signal.secrets.is_empty() {
            return;
        }
        let listed = self.finding.target.secret.get_or_insert_with(|| SecretTarget { count: 0, ids: Vec::new() });
        for secret in &signal.secrets {
            if self.secrets.len() < SECRETS {
                self.secrets.insert(digest(secret.as_str()));
            }
            if let Err(place) = listed.ids.binary_search_by(|id| id.as_str().cmp(secret.as_str())) {
                listed.ids.insert(place, secret.as_str().to_owned());
                listed.ids.truncate(LISTED);
            }
        }
        listed.count = self.secrets.len() as u64;
    }

    /// Of reasons of one kind the heaviest stands; what speaks against stays once said.
    fn weigh(&mut self, reason: &Evidence) {
        let mut reason = reason.clone();
        for sentence in [&mut reason.claim, &mut reason.observed, &mut reason.expected] {
            *sentence = bounded(sentence, SENTENCE);
        }
        match self.reasons.iter_mut().find(|known| known.signal == reason.signal) {
            Some(known) if reason.weight > known.weight => *known = reason,
            Some(_) => {}
            None => self.reasons.push(reason),
        }
    }

    /// Notes how much the actor may do.
    pub(crate) fn empower(&mut self, privilege: Privilege, at: Timestamp) {
        self.revise(at, |episode| {
            let known = &mut episode.finding.actor.privilege;
            *known = privilege.max(*known);
        });
    }
}

fn actor(signal: &Signal, activity: &Activity) -> Actor {
    let (principal, session) = (signal.actor.as_ref().unwrap_or(&activity.actor), &activity.session);
    Actor {
        key: principal.key.clone(),
        kind: principal.kind,
        name: principal.name.clone(),
        arn: principal.arn.clone(),
        session: session.name.clone(),
        access_key_id: session.credential.clone(),
        mfa: session.mfa,
        privilege: Privilege::Unknown,
        via: session.via.clone().or_else(|| principal.wearing.clone()),
    }
}
