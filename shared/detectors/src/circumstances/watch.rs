//! Watch: whether the same hand put out an eye.

use jiff::SignedDuration;
use trailwarden_model::Evidence;

use crate::case::Case;

/// What it adds that the same identity just put out an eye: one such coincidence in 2⁵.
const IMPAIRED_BITS: f64 = 5.0;

pub(super) fn impaired(case: &Case<'_>) -> Option<Evidence> {
    let family = &case.activity.origin.client.family;
    let before = |what: &str| case.before(case.actor(), what, SignedDuration::from_hours(24));
    // What was changed still sees something, and the same hand with another program is a weaker coincidence.
    let changed = before("watch-changed").map(|moment| (0.5_f64, moment));
    let impaired = before("watch-impaired").map(|moment| (1.0, moment));
    let seen = changed.chain(impaired).filter_map(|(share, moment)| {
        let (what, with) = moment.value.rsplit_once(" with ")?;
        Some((if with == family { share } else { share / 2.0 }, what))
    });
    let (share, what) = seen.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Evidence::new(
        "watch-impaired",
        format!("{} also weakened what watches it within a day, or tried to.", case.activity.actor.name),
        what.to_owned(),
        "nobody touches the logging".to_owned(),
        IMPAIRED_BITS * share,
    ))
}
