//! Which records stand for many: the first and last ones of each kind tell the story, the middle repeats it.

use std::collections::BTreeMap;
use std::sync::Arc;

use trailwarden_model::{Activity, CitedEvent};

/// How many records a finding cites.
const CITED: usize = 200;

/// Cites an activity's record among others, which are in order of time.
pub(crate) fn cite(all: &mut Vec<Arc<CitedEvent>>, activity: &Activity) {
    let event = Arc::new(CitedEvent {
        time: activity.time,
        id: activity.id.clone(),
        name: activity.action.name.clone(),
        region: activity.region.clone(),
        account: activity.recorded_in.clone(),
    });
    if let Err(place) = all.binary_search(&event) {
        all.insert(place, event);
    }
    if all.len() > CITED {
        let names: Vec<&str> = all.iter().map(|event| event.name.as_str()).collect();
        all.remove(dispensable(&names));
    }
}

/// The place of the record to leave out, of records in order of time, each given by its kind.
///
/// The middle one of the commonest kind: what is kept is the same in whatever order they came.
fn dispensable(kinds: &[&str]) -> usize {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, kind) in kinds.iter().enumerate() {
        places.entry(kind).or_default().push(place);
    }
    let commonest = places.values().max_by_key(|places| places.len());
    commonest.and_then(|places| places.get(places.len() / 2)).copied().unwrap_or_default()
}

/// At most so many of all groups: small ones whole, the first and last ones of those that have more than their share.
pub(crate) fn shared<T: Copy>(groups: impl Iterator<Item = Vec<T>>, most: usize) -> Vec<T> {
    let mut groups: Vec<Vec<T>> = groups.collect();
    groups.sort_by_key(Vec::len);
    let (mut left, mut waiting, mut all) = (most, groups.len(), Vec::new());
    for group in groups {
        let share = left / waiting.max(1);
        let (first, last) = (share.div_ceil(2), share / 2);
        let whole = group.len() <= share;
        all.extend(group.iter().take(if whole { group.len() } else { first }).copied());
        all.extend(group.iter().rev().take(if whole { 0 } else { last }).copied());
        left -= group.len().min(share);
        waiting -= 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_calls_stay_cited_among_very_many_in_any_order() {
        let kind = |time: usize| if time % 100 == 50 { "rare" } else { "common" };
        let kept = |order: &mut dyn Iterator<Item = usize>| {
            let mut cited: Vec<usize> = Vec::new();
            for time in order {
                cited.insert(cited.partition_point(|other| *other < time), time);
                if cited.len() > 20 {
                    let kinds: Vec<&str> = cited.iter().map(|time| kind(*time)).collect();
                    cited.remove(dispensable(&kinds));
                }
            }
            cited
        };
        let forwards = kept(&mut (0..1000));
        assert_eq!(forwards, kept(&mut (0..1000).rev()));
        assert_eq!(forwards, kept(&mut (0..1000).map(|n| n * 7 % 1000)));
        assert_eq!(forwards.iter().filter(|time| kind(**time) == "rare").count(), 10);
        assert!(forwards.contains(&0) && forwards.contains(&999), "{forwards:?}");
    }

    #[test]
    fn small_groups_are_kept_whole_and_the_large_ones_share_the_rest() {
        let groups = || [vec![1], (10..40).collect(), (100..200).collect::<Vec<u32>>()].into_iter();
        let mut all = shared(groups(), 41);
        all.sort_unstable();
        assert_eq!(all.len(), 41);
        assert_eq!(all.first(), Some(&1));
        assert!(all.contains(&10) && all.contains(&39) && all.contains(&100) && all.contains(&199));
        assert_eq!(shared(groups(), 1000).len(), 131);
    }
}
