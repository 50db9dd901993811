//! The memory's algebra, on random observations: order, repetition and splitting change nothing.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use trailwarden_detectors::memory::{Baseline, Dimension, Observation, Seen, Subject};

/// Hours after a fixed moment, within the span of a trace.
fn observation() -> impl Strategy<Value = Observation> {
    (0..40_i64, 0..6_u8, 0..4_u8).prop_map(|(hours, act, value)| Observation {
        subject: Subject::account("111122223333"),
        time: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 20_000 + hours),
        act: format!("act-{act}"),
        seen: vec![
            Seen::Habit(Dimension::Network, format!("AS{value}")),
            Seen::Trace("secret-read", format!("secret-{value}")),
        ],
    })
}

fn remembering<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> Baseline {
    let mut memory = Baseline::default();
    for observation in observations {
        memory.remember(observation);
    }
    memory
}

proptest! {
    #[test]
    fn any_order_leaves_the_same_memory(
        (observations, shuffled) in prop::collection::vec(observation(), 0..40)
            .prop_flat_map(|observations| (Just(observations.clone()), Just(observations).prop_shuffle())),
    ) {
        prop_assert_eq!(remembering(&observations), remembering(&shuffled));
    }

    #[test]
    fn remembering_again_changes_nothing(observations in prop::collection::vec(observation(), 0..40)) {
        let once = remembering(&observations);
        prop_assert_eq!(remembering(observations.iter().chain(&observations)), once);
    }

    #[test]
    fn two_memories_merged_are_one_memory_of_both(
        observations in prop::collection::vec(observation(), 0..40),
        cut in 0..40_usize,
    ) {
        let (one, other) = observations.split_at(cut.min(observations.len()));
        let mut merged = remembering(one);
        merged.merge(&remembering(other));
        prop_assert_eq!(merged, remembering(&observations));
    }
}
