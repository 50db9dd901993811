//! A suppression: what somebody wants to hear nothing of, for a reason and for a while.
//!
//! Only the command line says so, by invoking the function itself: whoever may announce changes may not silence.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use trailwarden_model::Severity;
use trailwarden_pipeline::Expected;

use super::time;

/// The `detail-type` of such an event.
const DETAIL_TYPE: &str = "Trailwarden Suppression";
/// How far ahead its end may lie: what was silenced longer ago than a year is looked at again.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    what: Option<String>,
    who: Option<String>,
    target: Option<String>,
    account: Option<String>,
    until: Timestamp,
    by: String,
    reason: String,
    up_to: Severity,
}

/// The suppression an event asks for, or what is wrong with it; `None` for other events.
pub(super) fn silence(event: &Value) -> Option<Result<Expected, String>> {
    (event.get("detail-type")?.as_str()? == DETAIL_TYPE).then(|| read(event))
}

fn read(event: &Value) -> Result<Expected, String> {
    let said = time(event).ok_or("its `time` is no time")?;
    let detail: Detail = serde_json::from_value(event.get("detail").cloned().unwrap_or_default()).map_err(|error| {
        format!(
            "its detail is no suppression ({error}): give `until`, `by`, `reason`, `up_to`, and any of `who`, `target`, \
             `account`, `what`"
        )
    })?;
    if detail.reason.trim().is_empty() {
        return Err("it gives no reason: whoever finds it in a year must know why".to_owned());
    }
    let scope = [&detail.who, &detail.target, &detail.account];
    if scope.iter().all(|name| name.as_deref().is_none_or(str::is_empty)) {
        return Err("it names neither who nor target nor account: it would silence everybody; to stage a detector, \
             set findings.staged"
            .to_owned());
    }
    if detail.until <= said {
        return Err(format!("its end {} is over: give a later one", detail.until));
    }
    if detail.until.duration_since(said) > LONGEST {
        return Err(format!("its end lies more than {} days ahead", LONGEST.as_hours() / 24));
    }
    Ok(Expected {
        who: detail.who,
        what: detail.what,
        target: detail.target,
        account: detail.account,
        from: Some(said),
        until: Some(detail.until),
        by: detail.by,
        reference: Some(detail.reason),
        silences: Some(detail.up_to),
        said: Some(said),
        ..Expected::default()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(detail: &Value) -> Value {
        json!({ "detail-type": DETAIL_TYPE, "time": "2026-03-04T10:00:00Z", "detail": detail })
    }

    fn whole() -> Value {
        json!({ "who": "scanner", "until": "2026-04-01T00:00:00Z", "by": "ann", "reason": "our scanner", "up_to": "HIGH" })
    }

    #[test]
    fn a_suppression_has_a_scope_a_reason_an_author_and_an_end() {
        let said = silence(&event(&whole())).unwrap().unwrap();
        assert_eq!((said.who.as_deref(), said.silences), (Some("scanner"), Some(Severity::High)));
        assert_eq!((said.by.as_str(), said.reference.as_deref()), ("ann", Some("our scanner")));
        assert_eq!(said.until, Some("2026-04-01T00:00:00Z".parse().unwrap()));
        assert!(said.id().starts_with("su-"));
        assert!(silence(&json!({ "detail-type": "else" })).is_none());
    }

    #[test]
    fn what_lacks_one_of_them_is_refused_and_says_why() {
        for (name, value, says) in [
            ("reason", json!(" "), "reason"),
            ("reason", Value::Null, "reason"),
            ("by", Value::Null, "`by`"),
            ("until", json!("2026-03-04T10:00:00Z"), "is over"),
            ("until", json!("2028-04-01T00:00:00Z"), "366 days"),
            ("who", json!(""), "everybody"),
            ("who", Value::Null, "everybody"),
            ("up_to", json!("GRAVE"), "GRAVE"),
            ("scope", json!("all"), "scope"),
        ] {
            let mut detail = whole();
            detail[name] = value;
            let refused = silence(&event(&detail)).unwrap().unwrap_err();
            assert!(refused.contains(says), "{detail}: {refused}");
        }
    }
}
