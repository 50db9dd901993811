//! An analyst: what was set on a finding of ours in Security Hub.
//!
//! Security Hub sends each change of a finding, by whomever, as an event
//! (<https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html>),
//! our own imports included: those carry the status `NEW`, or the answer given before once more.

use jiff::Timestamp;
use serde_json::Value;
use trailwarden_exports::asff::ID_PREFIX;
use trailwarden_model::FindingId;
use trailwarden_model::ids::bounded;
use trailwarden_pipeline::{Answer, Decision};

/// The `source` and `detail-type` of such an event.
const EVENT: (&str, &str) = ("aws.securityhub", "Security Hub Findings - Imported");
/// The longest note, in bytes; Security Hub keeps 512 characters.
const NOTE: usize = 2048;
/// Who decided, where nobody signed a note.
const SOMEBODY: &str = "Security Hub";

/// The answers in an event: none in one that is not about a finding of ours.
pub(super) fn answers(event: &Value) -> Vec<Answer> {
    let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
    if (text("source"), text("detail-type")) != EVENT {
        return Vec::new();
    }
    let Ok(at) = text("time").parse() else { return Vec::new() };
    let findings = event.pointer("/detail/findings").and_then(Value::as_array);
    findings.into_iter().flatten().filter_map(|finding| answer(finding, at)).collect()
}

fn answer(finding: &Value, at: Timestamp) -> Option<Answer> {
    let text = |path: &str| finding.pointer(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = text("/Id")?.strip_prefix(ID_PREFIX)?;
    // Another product may call its findings as it likes; the default one is the importing account's own.
    let account = text("/AwsAccountId")?;
    text("/ProductArn")?.strip_suffix(&format!(":{account}:product/{account}/default"))?;
    let decision = match text("/Workflow/Status")? {
        "SUPPRESSED" => Decision::Legitimate,
        "RESOLVED" => Decision::DealtWith,
        "NEW" => Decision::TakenBack,
        // That somebody was told decides nothing.
        _ => return None,
    };
    Some(Answer {
        finding_id: FindingId::new(id),
        decision,
        note: text("/Note/Text").map(|note| bounded(note, NOTE)),
        by: bounded(text("/Note/UpdatedBy").unwrap_or(SOMEBODY), NOTE),
        at,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(finding: &Value) -> Value {
        json!({
            "version": "0", "id": "1", "detail-type": EVENT.1, "source": EVENT.0, "account": "111122223333",
            "time": "2026-03-04T10:00:00Z", "region": "eu-west-1", "resources": [], "detail": { "findings": [finding] },
        })
    }

    fn ours(status: &str) -> Value {
        json!({
            "Id": "trailwarden/tw-1", "AwsAccountId": "111122223333",
            "ProductArn": "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default",
            "Workflow": { "Status": status },
            "Note": { "Text": "our new pipeline", "UpdatedBy": "arn:aws:sts::111122223333:assumed-role/analyst/ann" },
        })
    }

    #[test]
    fn what_an_analyst_set_is_heard_with_who_and_why() {
        let heard = answers(&event(&ours("SUPPRESSED")));
        assert_eq!(
            heard,
            [Answer {
                finding_id: FindingId::new("tw-1"),
                decision: Decision::Legitimate,
                note: Some("our new pipeline".to_owned()),
                by: "arn:aws:sts::111122223333:assumed-role/analyst/ann".to_owned(),
                at: "2026-03-04T10:00:00Z".parse().unwrap(),
            }]
        );
        for (status, meant) in [("NEW", Decision::TakenBack), ("RESOLVED", Decision::DealtWith)] {
            assert_eq!(answers(&event(&ours(status)))[0].decision, meant);
        }
        let mut unsigned = ours("RESOLVED");
        unsigned["Note"] = json!(null);
        assert_eq!(answers(&event(&unsigned))[0].by, SOMEBODY);
    }

    #[test]
    fn that_somebody_was_told_and_anybody_elses_finding_are_no_answers() {
        assert_eq!(answers(&event(&ours("NOTIFIED"))), []);
        let mut other = ours("SUPPRESSED");
        other["Id"] = json!("arn:aws:guardduty:finding/1");
        assert_eq!(answers(&event(&other)), []);
        let mut forged = ours("SUPPRESSED");
        forged["ProductArn"] = json!("arn:aws:securityhub:eu-west-1::product/evil/default");
        assert_eq!(answers(&event(&forged)), []);
        assert_eq!(answers(&json!({ "source": "aws.securityhub", "detail-type": "Security Hub Insight Results" })), []);
        for odd in [json!(null), json!([]), json!({ "detail": 1 }), event(&json!(7)), event(&json!({ "Id": 1 }))] {
            assert_eq!(answers(&odd), []);
        }
    }

    #[test]
    fn a_note_is_bounded() {
        let mut long = ours("RESOLVED");
        long["Note"]["Text"] = json!("é".repeat(100_000));
        assert!(answers(&event(&long))[0].note.as_ref().unwrap().len() <= NOTE);
    }
}
