//! A story: findings of one chain, told as one.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use trailwarden_detectors::dependence::corrected;
use trailwarden_detectors::find;
use trailwarden_detectors::settings::Findings;
use trailwarden_detectors::threads::{End, Thread};
use trailwarden_model::ids::bounded;
use trailwarden_model::{CitedEvent, Evidence, Finding, FindingId, Severity, Status};

use crate::cited::shared;
use crate::episode::{Episode, SENTENCE};

/// The type of a story.
pub(crate) const KIND: &str = "story.intrusion";
/// How many findings one story joins.
const PARTS: usize = 32;
/// How many records a story cites.
const CITED: usize = 400;
/// How many steps its timeline is told in.
const STEPS: usize = 12;
/// What a reason must weigh in a story to be worth a line, in bits: less is shown as nothing.
const WORTH_A_LINE: f64 = 0.05;
/// How many reasons it lists.
const REASONS: usize = 40;
/// How far apart two uses of one credential may lie and still be one session: a day, the longest an episode lasts.
const SESSION: SignedDuration = SignedDuration::from_hours(24);

/// Whether a finding says enough, by itself, to be a part: LOW or above, not explained, and no story.
pub(crate) fn is_part(episode: &Episode, settings: &Findings) -> bool {
    let finding = &episode.finding;
    finding.kind != KIND
        && finding.status == Status::Open
        && finding.expected_change.is_none()
        && settings.severity(episode.rated()) >= Severity::Low
}

/// Whether a thread that one episode holds ties it to another that holds the same thread by `end`.
pub(crate) fn tied(episode: &Episode, thread: &Thread, other: &Episode, end: End, settings: &Findings) -> bool {
    let apart = |earlier: &Finding, later: &Finding| later.first_seen.duration_since(earlier.last_seen);
    let longest = if thread.is_short() { SESSION } else { settings.story_window };
    match (thread.end, end) {
        (End::Follows, End::Follows) if thread.is_session() => {
            let (one, two) = (&episode.finding, &other.finding);
            apart(one, two).max(apart(two, one)) <= SESSION
        }
        (End::Leads, End::Follows) => leads_to(&episode.finding, &other.finding, longest),
        (End::Follows, End::Leads) => leads_to(&other.finding, &episode.finding, longest),
        (End::Leads, End::Leads) | (End::Follows, End::Follows) => false,
    }
}

fn leads_to(cause: &Finding, effect: &Finding, longest: SignedDuration) -> bool {
    cause.first_seen <= effect.last_seen && effect.first_seen.duration_since(cause.last_seen) <= longest
}

/// The parts a story is told from: in order of time, within the window that begins with the first, and not too many.
pub(crate) fn chosen(mut parts: Vec<Arc<Episode>>, settings: &Findings) -> Vec<Arc<Episode>> {
    parts.retain(|part| is_part(part, settings));
    parts.sort_by(|a, b| (a.finding.first_seen, &a.finding.id).cmp(&(b.finding.first_seen, &b.finding.id)));
    let Some(root) = parts.first().map(Arc::clone) else { return parts };
    parts.retain(|part| begins_in_time(&root.finding, &part.finding, settings));
    while parts.len() > PARTS {
        let lightest = parts
            .iter()
            .enumerate()
            .skip(1)
            .min_by(|(_, a), (_, b)| a.rated().total_cmp(&b.rated()).then_with(|| b.finding.id.cmp(&a.finding.id)));
        let Some(place) = lightest.map(|(place, _)| place) else { break };
        parts.remove(place);
    }
    parts
}

/// Whether a finding begins near enough to the root of a story to be told in it.
pub(crate) fn begins_in_time(root: &Finding, part: &Finding, settings: &Findings) -> bool {
    part.first_seen.duration_since(root.first_seen) <= settings.story_window
}

/// The id of the story that begins with this finding.
pub(crate) fn id(root: &Finding) -> FindingId {
    FindingId::of_episode(KIND, root.organization.as_deref(), &root.actor.key, root.id.as_str(), root.first_seen)
}

impl Episode {
    /// The story that begins with this finding, nothing told yet.
    pub(crate) fn begin_story(root: &Finding) -> Self {
        Self::of(Finding {
            id: id(root),
            revision: 0,
            kind: KIND.to_owned(),
            created_at: root.created_at,
            evidence: Vec::new(),
            related: Vec::new(),
            ..root.clone()
        })
    }

    /// Tells the story of these parts, which are in order of time.
    pub(crate) fn tell_story(&mut self, parts: &[Arc<Self>], settings: &Findings) {
        let (Some(first), Some(latest)) = (parts.first(), parts.iter().map(|part| part.finding.last_seen).max()) else {
            return;
        };
        let gravest = parts.iter().max_by(|a, b| a.rated().total_cmp(&b.rated())).unwrap_or(first);
        self.ties.parts = parts.iter().map(|part| part.finding.id.clone()).collect();
        self.ties.steps = grave_steps(parts, settings);
        // It is told, so it has given way to none.
        self.ties.story = None;
        self.bits = 0.0;
        let reasons = combined(parts);
        self.revise(latest, |story| {
            story.bits = reasons.iter().map(|reason| reason.weight).sum();
            let (bits, related) = (story.bits, story.ties.parts.iter().cloned().collect());
            let finding = &mut story.finding;
            finding.first_seen = first.finding.first_seen;
            finding.last_seen = latest;
            finding.event_count = parts.iter().map(|part| part.finding.event_count).sum();
            finding.events = cited(parts);
            finding.techniques = union(parts, |finding| &finding.techniques);
            finding.analytics = union(parts, |finding| &finding.analytics);
            finding.target = gravest.finding.target.clone();
            finding.origin = gravest.finding.origin.clone();
            finding.account = gravest.finding.account.clone();
            finding.region = gravest.finding.region.clone();
            finding.response = union_by_weight(parts);
            finding.related = related;
            finding.title = title(parts);
            finding.description = steps(parts);
            finding.evidence = reasons;
            finding.evidence.truncate(REASONS);
            story.grade(bits, settings);
            story.finding.status = story.status(Status::Open);
        });
    }

    /// Says that another story tells what this one told.
    pub(crate) fn give_way_to(&mut self, story: &FindingId, at: Timestamp) {
        self.ties.story = Some(story.clone());
        self.revise(at, |old| {
            old.finding.status = Status::Resolved;
            old.finding.severity = Severity::Informational;
            old.finding.description = format!("What it told is told by {story}, which begins earlier.");
            old.finding.related = vec![story.clone()];
        });
    }

    /// Whether it is a part of that story already, and graded as one.
    pub(crate) fn is_part_of(&self, story: &FindingId, told_by_story: bool, settings: &Findings) -> bool {
        self.ties.story.as_ref() == Some(story)
            && self.ties.told_by_story == told_by_story
            && self.finding.related.as_slice() == std::slice::from_ref(story)
            && self.finding.severity == self.severity(self.rated(), settings)
    }

    /// Makes it a part of a story, which from now on tells people of it, or leaves that to itself; or of none.
    pub(crate) fn become_part_of(&mut self, story: Option<&FindingId>, told_by_story: bool, settings: &Findings) {
        self.ties.story = story.cloned();
        self.ties.told_by_story = told_by_story;
        let (at, rated) = (self.finding.updated_at, self.rated());
        self.revise(at, |part| {
            part.finding.related = story.into_iter().cloned().collect();
            part.grade(rated, settings);
        });
    }
}

/// How many kinds of parts there are that would be told by themselves: each is a step worth hearing of, however grave
/// the story was before it.
fn grave_steps(parts: &[Arc<Episode>], settings: &Findings) -> usize {
    let grave = parts.iter().filter(|part| settings.severity(part.rated()) >= Severity::Medium);
    grave.map(|part| part.finding.kind.as_str()).collect::<BTreeSet<_>>().len()
}

fn gravest_first(parts: &[Arc<Episode>]) -> Vec<&Episode> {
    let mut all: Vec<&Episode> = parts.iter().map(Arc::as_ref).collect();
    all.sort_by(|a, b| b.rated().total_cmp(&a.rated()).then_with(|| a.finding.id.cmp(&b.finding.id)));
    all
}

/// The reasons of all parts: the gravest part counts whole, each further one half as much as the one
/// before, and what it shares with those not again; what goes together is corrected for as in one finding.
fn combined(parts: &[Arc<Episode>]) -> Vec<Evidence> {
    let mut told: BTreeSet<(&str, &str)> = BTreeSet::new();
    let (mut all, mut share) = (Vec::new(), 1.0);
    for part in gravest_first(parts) {
        let news: Vec<&Evidence> = part
            .counted()
            .filter(|reason| !told.contains(&(reason.signal.as_str(), reason.observed.as_str())))
            .collect();
        if news.iter().map(|reason| reason.weight).sum::<f64>() <= 0.0 {
            continue;
        }
        for reason in news {
            told.insert((&reason.signal, &reason.observed));
            let weight = (reason.weight * share * 100.0).round() / 100.0;
            all.push(Evidence { weight, ..reason.clone() });
        }
        share /= 2.0;
    }
    let mut all = corrected(&all);
    all.retain(|reason| reason.weight.abs() >= WORTH_A_LINE);
    all.sort_by(|a, b| {
        b.weight.total_cmp(&a.weight).then_with(|| (&a.signal, &a.observed).cmp(&(&b.signal, &b.observed)))
    });
    all
}

/// Records of every part: where there are too many, the middle of whatever has most goes first.
fn cited(parts: &[Arc<Episode>]) -> Vec<Arc<CitedEvent>> {
    let groups = parts.iter().flat_map(|part| by_name(&part.finding.events));
    let cited: BTreeSet<&Arc<CitedEvent>> = shared(groups, CITED).into_iter().collect();
    cited.into_iter().cloned().collect()
}

/// Records by their name, in the order of names.
fn by_name(events: &[Arc<CitedEvent>]) -> Vec<Vec<&Arc<CitedEvent>>> {
    let mut groups: Vec<(&str, Vec<&Arc<CitedEvent>>)> = Vec::new();
    for event in events {
        // A part has few names, and mostly the one of the record before: looking along them is quicker than a map.
        match groups.iter_mut().find(|(name, _)| *name == event.name) {
            Some((_, group)) => group.push(event),
            None => groups.push((&event.name, vec![event])),
        }
    }
    groups.sort_unstable_by_key(|(name, _)| *name);
    groups.into_iter().map(|(_, group)| group).collect()
}

fn union<'a>(parts: &'a [Arc<Episode>], of: impl Fn(&'a Finding) -> &'a Vec<String>) -> Vec<String> {
    let all: BTreeSet<&String> = parts.iter().flat_map(|part| of(&part.finding)).collect();
    all.into_iter().cloned().collect()
}

/// What to do, for the gravest part first, each step once.
fn union_by_weight(parts: &[Arc<Episode>]) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for step in gravest_first(parts).into_iter().flat_map(|part| &part.finding.response) {
        if steps.len() < STEPS && !steps.contains(step) {
            steps.push(step.clone());
        }
    }
    steps
}

/// Who did what, what came of it, in order of time: `clara.brandt: sign-ins that fail, then secrets read`.
fn title(parts: &[Arc<Episode>]) -> String {
    let mut what: Vec<&str> = parts.iter().filter_map(|part| find(&part.finding.kind)).map(|part| part.step).collect();
    // Of what comes again and again the first is said.
    let mut said = BTreeSet::new();
    what.retain(|step| said.insert(*step));
    let names: BTreeSet<&str> = parts.iter().map(|part| part.finding.actor.name.as_str()).collect();
    let accounts: BTreeSet<&str> = parts.iter().map(|part| part.finding.account.as_str()).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.iter().map(|part| part.finding.last_seen).max()) else {
        return String::new();
    };
    let others = match names.len() {
        0 | 1 => String::new(),
        2 => " and one more identity".to_owned(),
        many => format!(" and {} more identities", many - 1),
    };
    let place = if accounts.len() > 1 { format!(" in {} accounts", accounts.len()) } else { String::new() };
    let span = within(last.duration_since(first.finding.first_seen));
    let title = format!("{}{others}: {}, within {span}{place}", first.finding.actor.name, what.join(", then "));
    bounded(&title, SENTENCE)
}

/// The timeline in words, step by step.
fn steps(parts: &[Arc<Episode>]) -> String {
    let told = parts
        .iter()
        .take(STEPS)
        .map(|part| format!("{} {}.", part.finding.first_seen.strftime("%Y-%m-%d %H:%MZ"), part.finding.title));
    let mut text = told.collect::<Vec<_>>().join(" Then ");
    if parts.len() > STEPS {
        text.push_str(&format!(" And {} more.", parts.len() - STEPS));
    }
    bounded(&text, 4 * SENTENCE)
}

/// A span as people say it.
fn within(span: SignedDuration) -> String {
    match (span.as_mins(), span.as_hours()) {
        (..=1, _) => "a minute".to_owned(),
        (minutes @ ..=119, _) => format!("{minutes} minutes"),
        (_, hours @ ..=47) => format!("{hours} hours"),
        (_, hours) => format!("{} days", hours / 24),
    }
}
