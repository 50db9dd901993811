//! A withdrawal: what was announced or suppressed holds no longer, by the command line.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use trailwarden_model::ids::{NAME_LIMIT, bounded};

use super::time;

/// The `detail-type` of such an event.
const DETAIL_TYPE: &str = "Trailwarden Withdrawal";

/// What is taken back, from when on, and by whom.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Withdrawn {
    pub(super) id: String,
    pub(super) by: String,
    pub(super) at: Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    id: String,
    by: String,
}

/// The withdrawal an event asks for, or what is wrong with it; `None` for other events.
pub(super) fn withdrawn(event: &Value) -> Option<Result<Withdrawn, String>> {
    (event.get("detail-type")?.as_str()? == DETAIL_TYPE).then(|| read(event))
}

fn read(event: &Value) -> Result<Withdrawn, String> {
    let Detail { id, by } = serde_json::from_value(event.get("detail").cloned().unwrap_or_default())
        .map_err(|error| format!("its detail is no withdrawal ({error}): give `id` and `by`"))?;
    let at = time(event).ok_or("its `time` is no time")?;
    if id.is_empty() || id.len() > NAME_LIMIT {
        return Err("its `id` is none: `trailwarden expect list` shows them".to_owned());
    }
    Ok(Withdrawn { id, by: bounded(&by, NAME_LIMIT), at })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_withdrawal_says_what_and_who_and_when() {
        let event =
            |detail: Value| json!({ "detail-type": DETAIL_TYPE, "time": "2026-03-04T10:00:00Z", "detail": detail });
        let said = withdrawn(&event(json!({ "id": "ex-1", "by": "ann" }))).unwrap().unwrap();
        assert_eq!((said.id.as_str(), said.by.as_str()), ("ex-1", "ann"));
        assert_eq!(said.at, "2026-03-04T10:00:00Z".parse().unwrap());
        for (detail, says) in
            [(json!({ "id": "ex-1" }), "`by`"), (json!({ "id": "", "by": "ann" }), "list"), (json!(7), "no withdrawal")]
        {
            let refused = withdrawn(&event(detail.clone())).unwrap().unwrap_err();
            assert!(refused.contains(says), "{detail}: {refused}");
        }
        assert!(withdrawn(&json!(null)).is_none());
    }
}
