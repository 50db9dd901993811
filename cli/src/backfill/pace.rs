//! Pace: how fast the table is written to, by what it says it took.

use std::time::Duration;

use anyhow::bail;
use tokio::time::{Instant, sleep_until};

/// How long to wait after a table had no room, or nobody could be reached; it doubles each time.
const FIRST: Duration = Duration::from_secs(1);
/// The longest such wait.
const LONGEST: Duration = Duration::from_mins(1);
/// How often in a row nothing may come of it.
const PATIENCE: u32 = 8;

/// So many write units a second, and fewer where the table cannot take them.
#[derive(Debug)]
pub(super) struct Pace {
    rate: u32,
    next: Option<Instant>,
    began: Option<Instant>,
    in_vain: u32,
}

impl Pace {
    pub(super) fn of(rate: u32) -> Self {
        Self { rate: rate.max(1), next: None, began: None, in_vain: 0 }
    }

    /// Units a second.
    pub(super) fn rate(&self) -> u32 {
        self.rate
    }

    /// Waits until the table may be given more.
    pub(super) async fn wait(&mut self) {
        if let Some(next) = self.next {
            sleep_until(next).await;
        }
        self.began = Some(Instant::now());
    }

    /// Whether what could not be reached may be tried again.
    pub(super) fn may_try_again(&self) -> bool {
        self.in_vain + 1 < PATIENCE
    }

    /// Says what one invocation took, whether anything arrived, and whether the table had no room.
    pub(super) fn spent(&mut self, units: f64, arrived: bool, busy: bool) -> anyhow::Result<()> {
        if busy {
            self.rate = (self.rate / 2).max(1);
        }
        self.in_vain = if arrived { 0 } else { self.in_vain + 1 };
        if self.in_vain >= PATIENCE {
            bail!(
                "nothing arrived {PATIENCE} times in a row: is the table throttled? its alarms and the log of the function say why"
            );
        }
        let pause = pause(units, self.rate, self.in_vain);
        self.next = self.began.map(|began| began + pause);
        Ok(())
    }
}

/// How long after an invocation began the next may begin.
fn pause(units: f64, rate: u32, in_vain: u32) -> Duration {
    let paced = Duration::from_secs_f64((units / f64::from(rate)).clamp(0.0, 3600.0));
    let waited = if in_vain == 0 { Duration::ZERO } else { (FIRST * 2_u32.pow(in_vain.min(6) - 1)).min(LONGEST) };
    paced.max(waited)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_is_spread_over_its_seconds_and_failure_waits_longer_each_time() {
        assert_eq!(pause(1000.0, 500, 0), Duration::from_secs(2));
        assert_eq!(pause(0.0, 500, 1), FIRST);
        assert_eq!(pause(0.0, 500, 3), FIRST * 4);
        assert!(pause(0.0, 500, 40) <= LONGEST);
    }

    #[test]
    fn a_busy_table_is_given_half_and_one_that_takes_nothing_is_given_up() {
        let mut pace = Pace::of(100);
        pace.spent(10.0, true, true).unwrap();
        assert_eq!(pace.rate(), 50);
        let given_up = (0..PATIENCE).map(|_| pace.spent(0.0, false, true)).position(|spent| spent.is_err());
        assert_eq!(given_up, Some(usize::try_from(PATIENCE).unwrap() - 1));
        assert_eq!(pace.rate(), 1);
    }
}
