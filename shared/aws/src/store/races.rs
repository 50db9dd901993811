//! Races: whoever lost one for a finding waits a moment, so that many who change one finding at once all get their turn.
//!
//! Of those who read a revision one writes the next, and the others begin anew. Beginning at once they would
//! all be in each other's way again, and most would give their event back.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The longest wait after the first lost race; it doubles with each further one.
const FIRST: Duration = Duration::from_millis(50);
/// How often it doubles: sixteen lost races take ten seconds of an invocation, or twenty at the most.
const DOUBLINGS: u32 = 5;

/// How many races were lost in a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Races(Arc<AtomicU32>);

impl Races {
    /// Waits for a random part of a span that grows with every race that was lost in a row.
    pub(super) async fn after(&self, won: bool) {
        if won {
            self.0.store(0, Ordering::Relaxed);
            return;
        }
        let lost = self.0.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(wait(lost, random())).await;
    }
}

/// How long after so many races lost before this one, of a random number.
fn wait(lost: u32, random: u64) -> Duration {
    let longest = FIRST * 2_u32.pow(lost.min(DOUBLINGS));
    longest.mul_f64((random % 1000) as f64 / 1000.0)
}

/// A number nobody else waits by: the seed of a hash is random.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_grows_with_each_race_lost_and_stays_within_two_seconds() {
        assert_eq!(wait(0, 500), FIRST / 2);
        assert_eq!(wait(3, 500), FIRST * 4);
        assert!(wait(u32::MAX, 999) < Duration::from_secs(2));
    }
}
