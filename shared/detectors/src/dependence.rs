//! Dependence: reasons that go together are not as many surprises as they are reasons.
//!
//! Within a family the heaviest reason counts whole and each lighter one half as much as the one
//! before: so a family never says more than twice what its heaviest member says, and usually little more.
//! The correction is made over a whole episode, whichever records its reasons came from.

use trailwarden_model::Evidence;

/// Reasons that ordinary life brings together.
const FAMILIES: [&[&str]; 5] = [
    // A journey: another network, another program, other hours.
    &["new-network", "new-client", "first-console-sign-in", "unusual-hour", "new-region", "new-role"],
    // One session on two networks, and its owner in two places, are seen in one move.
    &["session-moved", "two-places"],
    // Something new to do: a secret never read, and so one more than ever.
    &["breadth", "new-reader", "drip"],
    // Who administers does several things in one sitting, to several things at once.
    &["rare-act", "many-machines"],
    // Failures are counted by door and by source.
    &["failures-at-one-identity", "one-source-many-identities", "many-doors", "failures-before", "account-recovered"],
];

/// The reasons with what each adds to the others, heaviest first.
#[must_use]
pub fn corrected(reasons: &[Evidence]) -> Vec<Evidence> {
    let mut heaviest_first = reasons.to_vec();
    heaviest_first.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.signal.cmp(&b.signal)));
    let mut seen = [0_i32; FAMILIES.len()];
    for reason in &mut heaviest_first {
        let family = FAMILIES.iter().zip(&mut seen).find(|(family, _)| family.contains(&reason.signal.as_str()));
        if let Some((_, before)) = family {
            reason.weight = (reason.weight * 0.5_f64.powi(*before) * 100.0).round() / 100.0;
            *before += 1;
        }
    }
    heaviest_first.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.signal.cmp(&b.signal)));
    heaviest_first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_together_is_hardly_more_than_its_heaviest() {
        let reason = |signal: &str, weight| Evidence::new(signal, String::new(), String::new(), String::new(), weight);
        let weights: Vec<(String, f64)> = corrected(&[
            reason("unusual-hour", 4.0),
            reason("rare-act", 3.0),
            reason("new-network", 8.0),
            reason("new-client", 2.0),
        ])
        .into_iter()
        .map(|reason| (reason.signal, reason.weight))
        .collect();
        let expected = [("new-network", 8.0), ("rare-act", 3.0), ("unusual-hour", 2.0), ("new-client", 0.5)];
        assert_eq!(weights, expected.map(|(signal, weight)| (signal.to_owned(), weight)));
    }
}
