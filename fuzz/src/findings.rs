//! Findings made of bytes: each text of one any text at all, its lists as long as the bytes say.

use serde_json::Value;
use trailwarden_fixtures::findings::{filled, kinds};
use trailwarden_model::{Finding, Severity, Status};

/// What stands in a template where a text is to be.
pub(crate) const BLANK: &str = "\u{1}\u{2}\u{1}";

/// How many texts are taken from some bytes: more would only be slower.
const TEXTS: usize = 48;

/// Texts between bytes that no UTF-8 has, at least one.
pub(crate) fn texts(bytes: &[u8]) -> Vec<String> {
    bytes.splitn(TEXTS, |byte| *byte == 0xFF).map(|text| String::from_utf8_lossy(text).into_owned()).collect()
}

/// A finding: the first byte says of which kind, the second in which state, the third how long its lists are, and the
/// rest what its texts are, in turns.
pub(crate) fn of(bytes: &[u8]) -> Finding {
    let (head, rest) = bytes.split_at(bytes.len().min(3));
    let at = |index: usize| usize::from(head.get(index).copied().unwrap_or_default());
    let kinds = kinds();
    let kind = kinds.get(at(0) % kinds.len()).copied().unwrap_or("x.y");
    let template = Finding {
        severity: Severity::ALL.get(at(1) % 5).copied().unwrap_or(Severity::High),
        status: [Status::Open, Status::Resolved, Status::Suppressed]
            .get(at(1) / 5 % 3)
            .copied()
            .unwrap_or(Status::Open),
        ..filled(kind, BLANK, at(2) % 6)
    };
    let mut finding = serde_json::to_value(&template).expect("a finding is JSON");
    let texts = texts(rest);
    fill(&mut finding, &mut texts.iter().map(String::as_str).cycle());
    serde_json::from_value(finding).expect("a finding with other texts is a finding")
}

/// Puts the next text wherever a blank is.
pub(crate) fn fill<'a>(value: &mut Value, texts: &mut impl Iterator<Item = &'a str>) {
    match value {
        Value::String(text) => {
            let mut parts = text.split(BLANK);
            let mut filled = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                filled += texts.next().unwrap_or_default();
                filled += part;
            }
            *text = filled;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, texts)),
        Value::Object(fields) => fields.values_mut().for_each(|item| fill(item, texts)),
        _ => {}
    }
}
