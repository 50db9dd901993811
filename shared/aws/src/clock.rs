//! The clock, as far as a function needs one: how long it has left, and when a tick was.
//!
//! Nothing is judged by it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde_json::Value;

/// How long there is until a deadline, which Lambda names by the wall clock; none where it is over.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "Lambda names the deadline by the wall clock; nothing is judged by it")]
pub fn left_until(deadline: SystemTime) -> Duration {
    deadline.duration_since(SystemTime::now()).unwrap_or_default()
}

/// When a tick was: what it says, or now where somebody asks by hand and brings no time.
#[must_use]
pub fn time_of(tick: &Value) -> Timestamp {
    let said = tick.get("time").and_then(Value::as_str).and_then(|time| time.parse().ok());
    said.unwrap_or_else(now)
}

#[expect(clippy::disallowed_methods, reason = "whoever asks by hand brings no time; nothing is judged by it")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).ok().and_then(|second| Timestamp::from_second(second).ok()).unwrap_or(Timestamp::MIN)
}
