//! A card: one finding as the page shows it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use trailwarden_model::text::grouped;
use trailwarden_model::{CitedEvent, Evidence, Finding, FindingId, Privilege, Status};

use super::is_story;
use super::shown::Shown;
use crate::attack;
use crate::words::{from, moment, when, who};

/// How many of each list a card shows; the rest is counted.
const LISTED: usize = 40;

/// Where each finding of a page stands on it.
pub(super) struct Anchors<'a> {
    places: BTreeMap<&'a FindingId, (String, &'a Finding)>,
}

/// A link: to a finding on the page, or nowhere where there is none.
pub(super) struct Link {
    /// The name of the place, without `#`.
    pub(super) to: Option<String>,
    pub(super) text: Shown,
    /// What is there, where it is known.
    pub(super) title: Option<Shown>,
    /// When that was, in UTC.
    pub(super) time: Option<String>,
}

/// A technique, with its page.
pub(super) struct TechniqueLink {
    pub(super) id: Shown,
    pub(super) name: Option<&'static str>,
    pub(super) page: Option<String>,
}

/// One reason.
pub(super) struct Reason {
    pub(super) claim: Shown,
    pub(super) seen: Shown,
    pub(super) usual: Shown,
    pub(super) weight: String,
}

/// One thing to do.
pub(super) struct Advice {
    pub(super) text: Shown,
    /// Whether it is to be typed.
    pub(super) is_command: bool,
}

/// One record.
pub(super) struct Cited {
    pub(super) time: String,
    pub(super) name: Shown,
    pub(super) place: Shown,
    pub(super) id: Shown,
}

/// Items of a list, and how many more there are.
pub(super) struct Listed<T> {
    pub(super) items: Vec<T>,
    pub(super) all: String,
    pub(super) more: Option<String>,
}

/// One finding.
pub(super) struct Card {
    pub(super) anchor: String,
    pub(super) id: Shown,
    pub(super) severity: &'static str,
    pub(super) status: Option<&'static str>,
    pub(super) title: Shown,
    pub(super) began: String,
    /// Absent where the timeline of a story says the same.
    pub(super) description: Option<Shown>,
    pub(super) timeline: Vec<Link>,
    /// What everybody asks first: who, from where, when, to whom.
    pub(super) facts: Vec<(&'static str, Shown)>,
    /// What else is known.
    pub(super) more: Vec<(&'static str, Shown)>,
    pub(super) techniques: Vec<TechniqueLink>,
    pub(super) secrets: Option<Listed<Shown>>,
    pub(super) evidence: Vec<Reason>,
    pub(super) response: Vec<Advice>,
    pub(super) events: Listed<Cited>,
    pub(super) related: Vec<Link>,
}

impl<'a> Anchors<'a> {
    /// A finding's own id where it is one, its number on the page where it looks like none or was there before.
    pub(super) fn of(findings: &[&'a Finding]) -> Self {
        let mut places = BTreeMap::new();
        for (number, finding) in findings.iter().enumerate() {
            let id = finding.id.as_str();
            let plain = id.starts_with("tw-")
                && id.len() < 64
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let name = if plain { id.to_owned() } else { format!("finding-{number}") };
            places.entry(&finding.id).or_insert((name, *finding));
        }
        Self { places }
    }

    fn link(&self, id: &FindingId) -> Link {
        let place = self.places.get(id);
        Link {
            to: place.map(|(name, _)| name.clone()),
            text: Shown::said(id.as_str()),
            title: place.map(|(_, finding)| Shown::said(&finding.title)),
            time: place.map(|(_, finding)| moment(finding.first_seen)),
        }
    }
}

impl<T> Listed<T> {
    fn of(items: impl ExactSizeIterator<Item = T>, all: u64) -> Self {
        let items: Vec<T> = items.take(LISTED).collect();
        let more = all.saturating_sub(items.len() as u64);
        Self { items, all: grouped(all), more: (more > 0).then(|| grouped(more)) }
    }
}

impl TechniqueLink {
    pub(super) fn of(id: &str) -> Self {
        let name = attack::technique(id).map(|technique| technique.name);
        Self { id: Shown::said(id), name, page: attack::page(id) }
    }
}

impl Card {
    pub(super) fn of(finding: &Finding, anchors: &Anchors<'_>) -> Self {
        let timeline = timeline(finding, anchors);
        Self {
            anchor: anchors.places.get(&finding.id).map(|(name, _)| name.clone()).unwrap_or_default(),
            id: Shown::said(finding.id.as_str()),
            severity: finding.severity.name(),
            status: match finding.status {
                Status::Open => None,
                Status::Resolved => Some("resolved"),
                Status::Suppressed => Some("suppressed"),
            },
            title: Shown::said(&finding.title),
            began: moment(finding.first_seen),
            description: timeline.is_empty().then(|| Shown::of(&finding.description)),
            related: if timeline.is_empty() { related(finding, anchors) } else { Vec::new() },
            timeline,
            facts: facts(finding),
            more: more(finding),
            techniques: finding.techniques.iter().take(LISTED).map(|id| TechniqueLink::of(id)).collect(),
            secrets: finding
                .target
                .secret
                .as_ref()
                .map(|secret| Listed::of(secret.ids.iter().map(|id| Shown::said(id)), secret.count)),
            evidence: finding.evidence.iter().take(LISTED).map(Reason::of).collect(),
            response: finding.response.iter().take(LISTED).filter_map(|step| Advice::of(step)).collect(),
            events: Listed::of(
                finding.events.iter().map(|event| Cited::of(event)),
                finding.event_count.max(finding.events.len() as u64),
            ),
        }
    }

    /// The class of its severity.
    pub(super) fn class(&self) -> String {
        self.severity.to_lowercase()
    }
}

impl Reason {
    fn of(evidence: &Evidence) -> Self {
        Self {
            claim: Shown::said(&evidence.claim),
            seen: Shown::of(&evidence.observed),
            usual: Shown::of(&evidence.expected),
            weight: format!("{:+.1}", evidence.weight),
        }
    }
}

impl Advice {
    fn of(step: &str) -> Option<Self> {
        Some(Self { text: Shown::whole(step)?, is_command: step.starts_with("aws ") })
    }
}

impl Cited {
    fn of(event: &CitedEvent) -> Self {
        Self {
            time: moment(event.time),
            name: Shown::said(&event.name),
            place: Shown::of(&format!("{} {}", event.account, event.region)),
            id: Shown::said(event.id.as_str()),
        }
    }
}

/// The parts of a story in order of time, where every one of them is on the page.
fn timeline(finding: &Finding, anchors: &Anchors<'_>) -> Vec<Link> {
    if !is_story(finding) || finding.related.len() > LISTED || finding.status != Status::Open {
        return Vec::new();
    }
    let mut parts: Vec<(Timestamp, &FindingId)> = Vec::new();
    for id in &finding.related {
        match anchors.places.get(id) {
            Some((_, part)) => parts.push((part.first_seen, id)),
            None => return Vec::new(),
        }
    }
    parts.sort();
    parts.into_iter().map(|(_, id)| anchors.link(id)).collect()
}

fn related(finding: &Finding, anchors: &Anchors<'_>) -> Vec<Link> {
    finding.related.iter().take(LISTED).map(|id| anchors.link(id)).collect()
}

/// Who did what to whom; what nobody knows is left out.
fn facts(finding: &Finding) -> Vec<(&'static str, Shown)> {
    let target = &finding.target;
    let credential = target.credential.as_ref().map(|credential| {
        let id = credential.id.as_deref().map(|id| format!(", {id}")).unwrap_or_default();
        format!("{}{id}", credential.kind.words())
    });
    let expected = finding.expected_change.as_ref().map(|change| {
        let reference = change.reference.as_deref().unwrap_or("no reference");
        let until = change.until.map(|until| format!(", until {} UTC", moment(until))).unwrap_or_default();
        format!("by {}, {reference}{until}", change.by)
    });
    labelled([
        ("Who", Some(who(finding))),
        ("From", Some(from(finding))),
        ("When", Some(when(finding))),
        ("Target", Some(format!("{} {}", target.kind, target.name))),
        ("Credential", credential),
        ("Expected", expected),
    ])
}

/// What else is known of it.
fn more(finding: &Finding) -> Vec<(&'static str, Shown)> {
    let actor = &finding.actor;
    let organization = finding.organization.as_deref().map(|id| format!(", organization {id}")).unwrap_or_default();
    labelled([
        ("Program", Some(finding.origin.user_agent.clone())),
        ("Session", actor.session.clone()),
        ("ARN", actor.arn.clone()),
        ("MFA", actor.mfa.map(|shown| if shown { "shown" } else { "not shown" }.to_owned())),
        ("Privilege", privileges(finding)),
        ("Region", Some(format!("{}, partition {}{organization}", finding.region, finding.partition))),
        ("Rated", Some(rated(finding))),
    ])
}

fn labelled<const N: usize>(said: [(&'static str, Option<String>); N]) -> Vec<(&'static str, Shown)> {
    let known =
        |(label, text): (&'static str, Option<String>)| Some((label, text.filter(|text| !text.trim().is_empty())?));
    said.into_iter().filter_map(known).map(|(label, text)| (label, Shown::of(&text))).collect()
}

fn privileges(finding: &Finding) -> Option<String> {
    let words = |of: &str, privilege| match privilege {
        Privilege::Unknown => None,
        known => Some(format!("{of} {}", format!("{known:?}").to_lowercase())),
    };
    let known: Vec<String> =
        [words("who did it:", finding.actor.privilege), words("the target:", finding.target.privilege)]
            .into_iter()
            .flatten()
            .collect();
    (!known.is_empty()).then(|| known.join("; "))
}

fn rated(finding: &Finding) -> String {
    let analytics = if finding.analytics.is_empty() {
        String::new()
    } else {
        let first: Vec<&str> = finding.analytics.iter().take(LISTED).map(String::as_str).collect();
        format!(", {}", first.join(", "))
    };
    format!(
        "score {} of 100, confidence {} of 100, revision {}; {}{analytics}",
        finding.score, finding.confidence, finding.revision, finding.kind
    )
}
