//! An episode: signals of one kind, by one actor, about one thing, close in time; told as one finding.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use trailwarden_detectors::dependence::corrected;
use trailwarden_detectors::settings::Findings;
use trailwarden_detectors::threads::threads;
use trailwarden_detectors::{Detector, Settings, find};
use trailwarden_model::finding::SCHEMA_VERSION;
use trailwarden_model::ids::bounded;
use trailwarden_model::{
    Activity, Actor, Effect, Evidence, Finding, FindingId, FindingOrigin, Privilege, SecretTarget, Severity, Signal,
    Status,
};

use crate::answer::Heeded;
use crate::cited::cite;
use crate::expected::{EXPECTED_BITS, Expected, SILENCED};
use crate::ties::Ties;

/// How many acts are counted exactly; beyond, only later ones count.
const COUNTED: usize = 4096;
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
    // Digests: thousands must fit a store's item beside the finding itself.
    acts: BTreeSet<u64>,
    secrets: BTreeSet<u64>,
    /// The activity that says most: its evidence in hundredths of a bit and its id. Its origin and session are shown.
    lead: (i64, String),
    /// Whether something explains what was done.
    closed: bool,
    /// Whether anything in it worked: then it was no mere attempt.
    worked: bool,
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
                &signal.scope,
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
            notable: Notable { revision: 0, severity: Severity::Informational, status: Status::Open, events: 0 },
            acts: BTreeSet::new(),
            secrets: BTreeSet::new(),
            lead: (i64::MIN, String::new()),
            closed: false,
            worked: false,
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

    /// Takes a signal in. Taking it in again changes nothing.
    pub(crate) fn take(&mut self, signal: &Signal, activity: &Activity, settings: &Settings, expected: &[Expected]) {
        self.ties.take(threads(signal, activity));
        self.revise(activity.time, |episode| {
            episode.cite(activity);
            episode.lead_by(signal, activity);
            episode.list(signal);
            for reason in &signal.evidence {
                episode.weigh(reason);
            }
            episode.closed |= signal.effect == Effect::Resolves;
            episode.worked |= activity.outcome.succeeded();
            if episode.worked {
                episode.reasons.retain(|reason| reason.signal != REFUSED);
            }
            let target = &mut episode.finding.target;
            target.privilege = target.privilege.max(signal.target.privilege);
            if target.credential.is_none() {
                target.credential.clone_from(&signal.target.credential);
            }
            episode.rate(settings, expected);
        });
        // Whoever suppressed it wants to hear nothing of it.
        if self.is_silenced() {
            self.leave_unsaid();
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

    /// Marks the state as worth a notice where it is graver, ends otherwise, or is so many times larger than at the last.
    fn note(&mut self) {
        let (finding, last) = (&self.finding, &self.notable);
        // Of what somebody called legitimate more is no news.
        let grown = finding.event_count >= last.events.saturating_mul(GROWN) && finding.status != Status::Suppressed;
        if grown || finding.severity > last.severity || finding.status != last.status {
            let (severity, status, events) = (finding.severity, finding.status, finding.event_count);
            self.notable = Notable { revision: finding.revision, severity, status, events };
        }
    }

    /// Takes its state as told, as far as a notice is concerned: what comes next is news only if it rises or turns.
    pub(crate) fn leave_unsaid(&mut self) {
        self.notable.revision = self.notable.revision.min(self.told);
    }

    fn cite(&mut self, activity: &Activity) {
        let finding = &mut self.finding;
        let late = activity.time > finding.last_seen;
        let act = digest(activity.act.as_str());
        let known = self.acts.contains(&act);
        if !known && !activity.is_echo() && (self.acts.len() < COUNTED || late) {
            finding.event_count += u64::from(!self.acts.is_empty());
            if self.acts.len() < COUNTED {
                self.acts.insert(act);
            }
        }
        // The first act, or the echo it is known by.
        finding.event_count = finding.event_count.max(1);
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

    fn rate(&mut self, settings: &Settings, expected: &[Expected]) {
        let announced = expected.iter().filter(|expected| expected.silences.is_none());
        self.finding.expected_change =
            announced.into_iter().find(|expected| expected.covers(&self.finding)).map(Expected::note);
        self.finding.evidence = corrected(&self.reasons);
        self.finding.evidence.extend(self.unannounced(settings));
        self.bits = self.counted().map(|reason| reason.weight).sum();
        let rated = self.rated();
        self.grade(rated, &settings.findings);
        self.finding.evidence.extend(expected.iter().find_map(|expected| expected.silence(&self.finding)));
        let settled = self.closed && rated < settings.findings.medium_bits();
        self.finding.status = self.status(if settled { Status::Resolved } else { Status::Open });
        if let Some(detector) = find(&self.finding.kind) {
            self.put_into_words(detector);
        }
    }

    /// Whether a suppression covers it as it stands.
    pub(crate) fn is_silenced(&self) -> bool {
        self.finding.evidence.iter().any(|reason| reason.signal == SILENCED)
    }

    /// What an operator wants a change to a privileged identity to rise by, where nobody announced it.
    fn unannounced(&self, settings: &Settings) -> Option<Evidence> {
        let bits = settings.credential_added.unannounced_privileged_bits;
        let finding = &self.finding;
        let concerns =
            finding.kind.starts_with("credential-added.") && finding.target.privilege >= Privilege::Privileged;
        (bits > 0.0 && concerns && finding.expected_change.is_none()).then(|| {
            Evidence::new(
                "unannounced",
                format!("{} is privileged, and no expected change covers this.", finding.target.name),
                "no expected change".to_owned(),
                "privileged changes are announced".to_owned(),
                bits,
            )
        })
    }

    /// Notes how much the actor may do.
    pub(crate) fn empower(&mut self, privilege: Privilege, at: Timestamp) {
        self.revise(at, |episode| {
            let known = &mut episode.finding.actor.privilege;
            *known = privilege.max(*known);
        });
    }

    /// Grades the finding by its evidence; what a story tells is no news of its own.
    pub(crate) fn grade(&mut self, bits: f64, settings: &Findings) {
        let severity = settings.severity(bits);
        self.finding.severity = if self.ties.told_by_story { severity.min(Severity::Low) } else { severity };
        self.finding.score = score(bits);
        self.finding.confidence = settings.confidence(bits);
    }

    /// What it says, in bits, after what was expected is taken off.
    pub(crate) fn rated(&self) -> f64 {
        let expected = if self.finding.expected_change.is_some() { EXPECTED_BITS } else { 0.0 };
        (self.bits + expected).max(0.0)
    }

    /// The reasons that count.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &Evidence> {
        // A rotation explains the act, not the circumstances: a thief can rotate, too.
        let explained = |reason: &Evidence| self.closed && reason.signal == "rare-act" && reason.weight > 0.0;
        self.finding.evidence.iter().filter(move |reason| !explained(reason))
    }

    fn put_into_words(&mut self, detector: &Detector) {
        let (title, description) = (detector.tell)(&self.finding);
        self.finding.title = bounded(&title, SENTENCE);
        self.finding.description = bounded(&description, 2 * SENTENCE);
        self.finding.response = (detector.respond)(&self.finding);
    }
}

/// Eight bytes that stand for a name.
fn digest(name: &str) -> u64 {
    let bytes = Sha256::digest(name.as_bytes());
    bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Five points a bit.
fn score(bits: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100 first")]
    let score = (bits * 5.0).round().clamp(0.0, 100.0) as u8;
    score
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
