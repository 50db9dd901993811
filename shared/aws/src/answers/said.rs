//! Said: what somebody decided about a finding by the command line, which invokes the function itself.
//!
//! No rule lets such an event through, so whoever may invoke the function decides, and nobody else.

use serde::Deserialize;
use serde_json::Value;
use trailwarden_model::FindingId;
use trailwarden_model::ids::{NAME_LIMIT, bounded};
use trailwarden_pipeline::{Answer, Decision};

use super::time;

/// The `detail-type` of such an event.
const DETAIL_TYPE: &str = "Trailwarden Answer";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    finding: String,
    decision: Decision,
    by: String,
    #[serde(default)]
    note: Option<String>,
}

/// The answer an event carries, or what is wrong with it; `None` for other events.
pub(super) fn said(event: &Value) -> Option<Result<Answer, String>> {
    (event.get("detail-type")?.as_str()? == DETAIL_TYPE).then(|| read(event))
}

fn read(event: &Value) -> Result<Answer, String> {
    let detail: Detail = serde_json::from_value(event.get("detail").cloned().unwrap_or_default()).map_err(|error| {
        format!("its detail is no answer ({error}): give `finding`, `decision`, `by`, and a `note`")
    })?;
    Ok(Answer {
        finding_id: FindingId::new(&detail.finding),
        decision: detail.decision,
        note: detail.note.map(|note| bounded(&note, NAME_LIMIT)),
        by: bounded(&detail.by, NAME_LIMIT),
        at: time(event).ok_or("its `time` is no time")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(detail: &Value) -> Value {
        json!({ "source": "trailwarden", "detail-type": DETAIL_TYPE, "time": "2026-03-04T10:00:00Z", "detail": detail })
    }

    #[test]
    fn an_answer_says_what_was_decided_by_whom_and_when() {
        let answer = said(&event(&json!({ "finding": "tw-1", "decision": "legitimate", "by": "ann", "note": "ours" })));
        let answer = answer.unwrap().unwrap();
        assert_eq!((answer.finding_id.as_str(), answer.decision), ("tw-1", Decision::Legitimate));
        assert_eq!((answer.by.as_str(), answer.note.as_deref()), ("ann", Some("ours")));
        assert_eq!(answer.at, "2026-03-04T10:00:00Z".parse().unwrap());
    }

    #[test]
    fn what_is_no_answer_is_refused_and_says_why() {
        for (detail, says) in [
            (json!({ "decision": "legitimate", "by": "ann" }), "finding"),
            (json!({ "finding": "tw-1", "decision": "fine", "by": "ann" }), "fine"),
            (json!({ "finding": "tw-1", "decision": "legitimate" }), "`by`"),
            (json!(7), "no answer"),
        ] {
            let refused = said(&event(&detail)).unwrap().unwrap_err();
            assert!(refused.contains(says), "{detail}: {refused}");
        }
        assert!(said(&json!({ "detail-type": "else" })).is_none());
        assert!(said(&json!(null)).is_none());
    }
}
