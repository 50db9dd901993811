//! A question: what was announced, and what the ledger holds. Only whoever invokes the function itself is answered.

use serde::Deserialize;
use serde_json::Value;

use crate::ledger::pages::Wanted;

/// The `detail-type` of such an event.
const DETAIL_TYPE: &str = "Trailwarden Question";

/// What is asked.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub(super) enum Question {
    /// Everything that was announced.
    Announced,
    /// What the ledger holds of some days.
    Ledger(Wanted),
}

/// The question an event asks, or what is wrong with it; `None` for other events.
pub(super) fn question(event: &Value) -> Option<Result<Question, String>> {
    (event.get("detail-type")?.as_str()? == DETAIL_TYPE).then(|| read(event))
}

fn read(event: &Value) -> Result<Question, String> {
    let detail = event.get("detail").cloned().unwrap_or_default();
    let question: Question = serde_json::from_value(detail)
        .map_err(|error| format!("its detail is no question ({error}): ask for `announced` or `ledger`"))?;
    match &question {
        Question::Ledger(wanted) => wanted.problem().map_or(Ok(question), Err),
        Question::Announced => Ok(question),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_question_is_refused_and_says_why() {
        let asked = |detail: Value| question(&json!({ "detail-type": DETAIL_TYPE, "detail": detail })).unwrap();
        assert_eq!(asked(json!({ "ask": "announced" })), Ok(Question::Announced));
        let ledger =
            |kinds: Value| json!({ "ask": "ledger", "kinds": kinds, "from": "2026-03-01", "to": "2026-03-02" });
        assert!(asked(ledger(json!(["finding", "sign-in"]))).is_ok());
        assert!(asked(ledger(json!(["announced"]))).unwrap_err().contains("no `announced`"));
        assert!(asked(json!({ "ask": "everything" })).unwrap_err().contains("everything"));
        assert!(asked(json!(7)).unwrap_err().contains("no question"));
        assert!(question(&json!({ "detail-type": "else" })).is_none());
    }
}
