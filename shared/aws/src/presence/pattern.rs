//! The pattern: the rule's own, with the keys under watch in it.

use serde_json::{Value, json};

/// What the pattern names while nobody is watched: a list of nothing is no pattern.
pub const NOBODY: &str = "nobody-is-watched";
/// How many characters a pattern may have (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>).
pub const LIMIT: usize = 2048;
/// Where the pattern names credentials.
const PLACE: &str = "/detail/userIdentity/accessKeyId";

/// A rule's pattern with other keys in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The pattern.
    pub(super) json: Value,
    /// How many keys there was no room for.
    pub(super) left_out: usize,
}

impl Pattern {
    /// The pattern a rule has, but for these keys, as many as fit, the first ones first.
    ///
    /// None where it is no pattern over credentials.
    pub(super) fn with(has: &str, keys: &[&str]) -> Option<Self> {
        let mut json: Value = serde_json::from_str(has).ok()?;
        *json.pointer_mut(PLACE)?.as_array_mut()? = Vec::new();
        // Each key takes its quotes and a comma more; the last has no comma.
        let room = LIMIT.saturating_sub(json.to_string().chars().count()) + 1;
        let mut used = 0;
        let fits = |key: &&&str| {
            used += key.len() + 3;
            used <= room
        };
        let fitting: Vec<&str> = keys.iter().take_while(fits).copied().collect();
        let left_out = keys.len() - fitting.len();
        let named = if fitting.is_empty() { json!([NOBODY]) } else { json!(fitting) };
        *json.pointer_mut(PLACE)? = named;
        Some(Self { json, left_out })
    }

    /// Whether a rule that has this pattern is as it should be.
    pub(super) fn is(&self, has: &str) -> bool {
        serde_json::from_str::<Value>(has).is_ok_and(|has| has == self.json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str =
        r#"{ "source": [{"prefix": "aws."}], "detail": { "userIdentity": { "accessKeyId": ["nobody-is-watched"] } } }"#;

    #[test]
    fn keys_take_the_place_of_whoever_was_watched_and_nothing_else_changes() {
        let pattern = Pattern::with(TEMPLATE, &["AKIA2", "AKIA1"]).unwrap();
        let expected = json!({ "source": [{"prefix": "aws."}], "detail": { "userIdentity": { "accessKeyId": ["AKIA2", "AKIA1"] } } });
        assert_eq!((pattern.json.clone(), pattern.left_out), (expected, 0));
        let again = Pattern::with(&pattern.json.to_string(), &[]).unwrap();
        assert!(again.is(TEMPLATE) && !pattern.is(TEMPLATE));
    }

    #[test]
    fn a_pattern_is_filled_to_its_limit_and_never_past_it() {
        let keys: Vec<String> = (0..500).map(|nth| format!("AKIA{nth:016}")).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        for room in 0..30 {
            let has = TEMPLATE.replace("aws.", &"a".repeat(200 + room));
            let pattern = Pattern::with(&has, &keys).unwrap();
            let named = pattern.json.pointer(PLACE).unwrap().as_array().unwrap();
            let length = pattern.json.to_string().len();
            assert_eq!(named.len() + pattern.left_out, keys.len());
            assert!(length <= LIMIT && length + 23 > LIMIT, "{length}");
            assert_eq!(named[0], keys[0]);
        }
    }

    #[test]
    fn another_rules_pattern_is_left_alone() {
        for other in ["", "null", "{}", r#"{"detail":{"userIdentity":{"accessKeyId":"x"}}}"#, r#"{"detail":[]}"#] {
            assert_eq!(Pattern::with(other, &["AKIA1"]), None, "{other}");
        }
    }
}
