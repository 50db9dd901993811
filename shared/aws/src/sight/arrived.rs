//! Arrived: whether events that a trail has were dealt with, by the lines the judging functions left of them.
//!
//! Everything else of the proof of sight looks at what should carry an event; this asks for the events themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trailwarden_model::aws::delivery::Behaviour;

use super::bare::{self, Bare, Refusal};
use crate::call::CallError;
use crate::tally;

/// How many ids one pattern names: it has 1,024 characters, and `$.event = "…" || ` with a UUID takes 54.
const IDS: usize = 18;
/// The longest id that is asked for; CloudTrail's have 36 characters.
const LONGEST: usize = 40;
/// When nearly all have arrived.
const SOON: SignedDuration = SignedDuration::from_mins(30);
/// How far apart the events of one pattern may be.
const APART: SignedDuration = SignedDuration::from_hours(1);
/// By how much the clock that stamps events may be ahead of the one that stamps lines.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// For how long an event is tried: EventBridge and Lambda give up after a day, the queues are gone through each hour.
const TRIED: SignedDuration = SignedDuration::from_hours(26);
/// What must be left of a run to ask for another page.
const ENOUGH: Duration = Duration::from_secs(20);

/// Events a trail has.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Sample {
    events: Vec<Sampled>,
}

/// One of them.
#[derive(Debug, Clone, Deserialize)]
struct Sampled {
    /// CloudTrail's `eventID`.
    id: String,
    /// CloudTrail's `eventTime`.
    time: Timestamp,
    /// The name of the function it goes to.
    path: String,
}

/// What became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub(super) struct Arrivals {
    /// The ids of those a function dealt with.
    arrived: BTreeSet<String>,
    /// The ids of those that were not looked for: there was no time, or they are no ids.
    unlooked: BTreeSet<String>,
}

/// Looks for every event of a sample, while there is time; whoever is in neither set did not arrive.
///
/// # Errors
///
/// Where the log of a function cannot be read.
pub(super) async fn look(
    config: &SdkConfig,
    stack: &str,
    sample: Sample,
    left: impl Fn() -> Duration,
) -> Result<Arrivals, CallError> {
    let (mut wanted, mut arrivals) = sorted(sample);
    // Nearly all are found near the time they were made; only the others are looked for in a whole day.
    for tried in [SOON, TRIED] {
        for (path, events) in &mut wanted {
            for some in together(events) {
                let missing = find(config, &group(stack, *path), some, tried, &left).await?;
                arrivals.settle(some, &missing);
            }
            events.retain(|event| !arrivals.arrived.contains(&event.id));
        }
    }
    Ok(arrivals)
}

/// What one look through a log left.
struct Missing<'a> {
    ids: BTreeSet<&'a str>,
    /// Whether the log was read to its end.
    to_the_end: bool,
}

impl Arrivals {
    fn settle(&mut self, some: &[Sampled], missing: &Missing<'_>) {
        for event in some {
            if !missing.ids.contains(event.id.as_str()) {
                self.unlooked.remove(&event.id);
                self.arrived.insert(event.id.clone());
            } else if missing.to_the_end {
                self.unlooked.remove(&event.id);
            } else {
                self.unlooked.insert(event.id.clone());
            }
        }
    }
}

/// The log of a judging function, as the template names it.
fn group(stack: &str, path: Behaviour) -> String {
    format!("/trailwarden/{stack}/{}", path.name())
}

/// The events of each path in the order of their time; what is no id of CloudTrail's is not looked for.
fn sorted(sample: Sample) -> (BTreeMap<Behaviour, Vec<Sampled>>, Arrivals) {
    let (mut wanted, mut arrivals) = (BTreeMap::<_, Vec<Sampled>>::new(), Arrivals::default());
    for event in sample.events {
        match Behaviour::ALL.into_iter().find(|path| path.name() == event.path) {
            Some(path) if is_id(&event.id) => wanted.entry(path).or_default().push(event),
            _ => drop(arrivals.unlooked.insert(event.id)),
        }
    }
    for events in wanted.values_mut() {
        events.sort_by_key(|event| event.time);
    }
    (wanted, arrivals)
}

/// Whether it can stand in a pattern.
fn is_id(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Those that one pattern can name, one lot after another.
fn together(events: &[Sampled]) -> impl Iterator<Item = &[Sampled]> {
    let mut rest = events;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let near = rest.iter().take(IDS).take_while(|event| event.time.duration_since(first.time) <= APART).count();
        let (some, others) = rest.split_at_checked(near)?;
        rest = others;
        Some(some)
    })
}

/// Looks for some events in one log, and says which of them are not there.
async fn find<'a>(
    config: &SdkConfig,
    group: &str,
    some: &'a [Sampled],
    tried: SignedDuration,
    left: impl Fn() -> Duration,
) -> Result<Missing<'a>, CallError> {
    let mut ids: BTreeSet<&str> = some.iter().map(|event| event.id.as_str()).collect();
    let (Some(first), Some(last)) = (some.first(), some.last()) else { return Ok(Missing { ids, to_the_end: true }) };
    let (from, until) = (first.time.checked_sub(SKEW), last.time.checked_add(tried));
    let (Ok(from), Ok(until)) = (from, until) else { return Ok(Missing { ids, to_the_end: false }) };
    let (pattern, mut next) = (pattern(&ids), None::<String>);
    while left() > ENOUGH {
        let asked = json!({
            "logGroupName": group,
            "filterPattern": pattern,
            "startTime": from.as_millisecond(),
            "endTime": until.as_millisecond(),
            "nextToken": next,
        });
        let page = lines(asked.to_string()).ask(config, page).await?;
        for id in page.events.iter().filter_map(|line| tally::counted(&line.message)) {
            ids.remove(id.as_str());
        }
        next = page.next;
        if ids.is_empty() || next.is_none() {
            return Ok(Missing { ids, to_the_end: true });
        }
    }
    Ok(Missing { ids, to_the_end: false })
}

/// Lines of a log (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>).
fn lines(body: String) -> Bare {
    Bare {
        service: "logs",
        operation: "FilterLogEvents",
        method: "POST",
        path: "/".to_owned(),
        headers: &[("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "Logs_20140328.FilterLogEvents")],
        body,
    }
}

/// A page of them; one may be empty, and another follow it.
#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default)]
    events: Vec<Line>,
    #[serde(rename = "nextToken")]
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Line {
    message: String,
}

fn page(response: &HttpResponse) -> Result<Page, OrchestratorError<Refusal>> {
    serde_json::from_str(bare::text(response)?).map_err(OrchestratorError::other)
}

/// Any line that counts one of these.
fn pattern(ids: &BTreeSet<&str>) -> String {
    let each: Vec<String> = ids.iter().map(|id| format!("$.event = \"{id}\"")).collect();
    format!("{{ {} }}", each.join(" || "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(id: &str, minute: i64, path: &str) -> Sampled {
        let time = Timestamp::from_second(1_772_000_000 + minute * 60).unwrap();
        Sampled { id: id.to_owned(), time, path: path.to_owned() }
    }

    #[test]
    fn a_pattern_names_what_it_has_room_for_and_what_happened_together() {
        let id = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
        let many: Vec<Sampled> = (0..40).map(|minute| sampled(id, minute, "console-login")).collect();
        assert_eq!(together(&many).map(<[_]>::len).collect::<Vec<_>>(), [18, 18, 4]);
        let apart: Vec<Sampled> = [0, 30, 60, 61, 200].map(|minute| sampled(id, minute, "console-login")).into();
        assert_eq!(together(&apart).map(<[_]>::len).collect::<Vec<_>>(), [3, 1, 1]);
        let names: Vec<String> = (0..IDS).map(|index| format!("{index:0>36}")).collect();
        let pattern = pattern(&names.iter().map(String::as_str).collect());
        assert!(pattern.len() <= 1024, "{}", pattern.len());
    }

    #[test]
    fn what_could_not_stand_in_a_pattern_is_not_asked_for() {
        let odd = ["", "a\" || $.event = *", &"a".repeat(41)];
        let events = odd.map(|id| sampled(id, 0, "console-login")).into_iter().chain([sampled("a", 0, "elsewhere")]);
        let (wanted, arrivals) = sorted(Sample { events: events.collect() });
        assert_eq!((wanted.len(), arrivals.unlooked.len()), (0, 4));
    }
}
