//! A tag of ours on an IAM user or role: its credentials are expected to change.
//!
//! `trailwarden:expected = 2026-03-31 CHG-1042`: until when, and the ticket
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html> says what a tag may hold).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::deeds::Scene;
use super::record::{Record, at};
use crate::deed::Deed;
use crate::ids::{NAME_LIMIT, bounded};

/// The tag's key.
const KEY: &str = "trailwarden:expected";
/// How long a tag holds that does not say until when.
const HOLDS: SignedDuration = SignedDuration::from_hours(24);

/// What a tagging says; `None` where it sets other tags, or failed.
pub(super) fn deed(scene: &Scene<'_>, what: &str, parameter: &str) -> Option<Deed> {
    let said = tag(scene.record).filter(|_| scene.outcome.succeeded())?;
    let (first, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let (until, reference) = match moment(first) {
        Some(until) => (until, rest),
        None => (scene.time.saturating_add(HOLDS).unwrap_or(Timestamp::MAX), said),
    };
    let reference = Some(reference.trim()).filter(|reference| !reference.is_empty());
    let reference = reference.map(|reference| bounded(reference, NAME_LIMIT));
    Some(Deed::Announced { target: scene.target(what, parameter), until, reference })
}

fn tag<'r>(record: &'r Record<'_>) -> Option<&'r str> {
    let tags = record.request_parameters.get("tags").and_then(Value::as_array)?;
    tags.iter().find(|tag| at(tag, &["key"]) == Some(KEY)).map(|tag| at(tag, &["value"]).unwrap_or_default())
}

/// A moment, or the end of a day in UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let day = || text.parse::<Date>().ok()?.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| day().map(|day| day.timestamp()))
}
