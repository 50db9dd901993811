//! A change somebody says will come, as an event on the bus of expected changes.
//!
//! A ticket system or a pipeline sends it with `PutEvents`; its `detail` is one line of the file that
//! `replay --expected` reads.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use trailwarden_pipeline::Expected;

use super::time;

/// The `detail-type` of such an event.
const DETAIL_TYPE: &str = "Trailwarden Expected Change";
/// How far ahead its end may lie: a change expected for ever is a blind spot.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Why such an event is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unclear {
    #[error(
        "its detail is no expected change ({0}): give `by`, `until`, and any of `who`, `what`, `target`, `reference`"
    )]
    Malformed(#[from] serde_json::Error),
    #[error("its `time` is no time")]
    NoTime,
    #[error("it says neither `who` nor `target`: it would cover everybody")]
    Everybody,
    #[error("`silences`, `said` and `answers` are not for it to say: `trailwarden suppress add` silences")]
    Overreaching,
    #[error("it does not say `until`: a change expected for ever is a blind spot")]
    Endless,
    #[error("its `until` {0} is over: give a later one")]
    Over(Timestamp),
    #[error("its `until` lies more than {days} days ahead", days = LONGEST.as_hours() / 24)]
    TooLong,
}

/// The change an event announces; `None` for other events.
pub(super) fn announced(event: &Value) -> Option<Result<Expected, Unclear>> {
    (event.get("detail-type")?.as_str()? == DETAIL_TYPE).then(|| read(event))
}

fn read(event: &Value) -> Result<Expected, Unclear> {
    let said = time(event).ok_or(Unclear::NoTime)?;
    let mut expected: Expected = serde_json::from_value(event.get("detail").cloned().unwrap_or_default())?;
    if expected.silences.is_some() || expected.said.is_some() || expected.answers.is_some() {
        return Err(Unclear::Overreaching);
    }
    if expected.who.is_none() && expected.target.is_none() {
        return Err(Unclear::Everybody);
    }
    let until = expected.until.ok_or(Unclear::Endless)?;
    if until <= said {
        return Err(Unclear::Over(until));
    }
    if until.duration_since(said) > LONGEST {
        return Err(Unclear::TooLong);
    }
    // What was done before anybody said so was not announced.
    expected.from = Some(expected.from.unwrap_or(said));
    expected.said = Some(said);
    Ok(expected)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(detail: &Value) -> Value {
        json!({ "source": "tickets", "detail-type": DETAIL_TYPE, "time": "2026-03-04T10:00:00Z", "detail": detail })
    }

    #[test]
    fn a_change_holds_from_when_it_was_said_to_its_end() {
        let said =
            event(&json!({ "who": "alice", "until": "2026-03-05T00:00:00Z", "by": "board", "reference": "CHG-1" }));
        let expected = announced(&said).unwrap().unwrap();
        let at: Timestamp = "2026-03-04T10:00:00Z".parse().unwrap();
        assert_eq!((expected.from, expected.said), (Some(at), Some(at)));
        assert_eq!(expected.until, Some("2026-03-05T00:00:00Z".parse().unwrap()));
        assert_eq!((expected.by.as_str(), expected.reference.as_deref()), ("board", Some("CHG-1")));
    }

    #[test]
    fn what_would_cover_too_much_is_refused_and_says_why() {
        let refused = |detail: &Value| announced(&event(detail)).unwrap().unwrap_err().to_string();
        for (detail, says) in [
            (json!({ "until": "2026-03-05T00:00:00Z", "by": "board" }), "everybody"),
            (json!({ "who": "alice", "by": "board" }), "until"),
            (json!({ "who": "alice", "until": "2027-03-05T00:00:00Z", "by": "board" }), "90 days"),
            (json!({ "who": "alice", "until": "2026-03-05T00:00:00Z" }), "`by`"),
            (json!({ "who": "alice", "untill": "2026-03-05T00:00:00Z", "by": "board" }), "untill"),
            (json!({ "who": "alice", "until": "2026-03-04T10:00:00Z", "by": "board" }), "is over"),
            (json!({ "who": "alice", "until": "2026-03-05T00:00:00Z", "by": "board", "silences": "HIGH" }), "suppress"),
            (json!(7), "no expected change"),
        ] {
            assert!(refused(&detail).contains(says), "{detail}: {}", refused(&detail));
        }
        assert!(announced(&json!({ "detail-type": "else" })).is_none());
        assert!(announced(&json!(null)).is_none());
    }
}
