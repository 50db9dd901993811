//! Watch: whether the same hand put out an eye.

use jiff::SignedDuration;
use trailwarden_model::Evidence;

use crate::case::Case;

/// What it adds that the same identity just put out an eye: one such coincidence in 2⁵.
const IMPAIRED_BITS: f64 = 5.0;

pub(super) fn impaired(case: &Case<'_>) -> Option<Evidence> {
    let seen: Vec<(&str, &str)> = case
        .window(case.actor(), SignedDuration::from_hours(24))
        .filter(|(_, _, trace)| trace.what == "watch-impaired")
        .filter_map(|(_, _, trace)| trace.value.rsplit_once(" with "))
        .collect();
    // The same hand with another program is a weaker coincidence: half.
    let alike = seen.iter().find(|(_, with)| *with == case.activity.origin.client.family);
    let (same, (what, _)) = (alike.is_some(), *alike.or(seen.first())?);
    Some(Evidence::new(
        "watch-impaired",
        format!("{} also weakened what watches it within a day, or tried to.", case.activity.actor.name),
        what.to_owned(),
        "nobody touches the logging".to_owned(),
        if same { IMPAIRED_BITS } else { IMPAIRED_BITS / 2.0 },
    ))
}
