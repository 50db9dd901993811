//! Half characters: `\ud83d` without its other half, which a text cut in the middle of an emoji leaves in JSON.
//!
//! No UTF-8 can hold one, so a parser refuses the whole record for it; whoever chose the text would choose not to be seen.

/// What stands for a half: the replacement character, as JSON escapes it.
const REPLACEMENT: &[u8; 6] = br"\ufffd";

/// The same JSON with a replacement character for each half of one; nothing where there is none.
pub(super) fn mended(json: &[u8]) -> Option<Vec<u8>> {
    let mut whole: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(step) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += step;
        at += match (unit(json, at), unit(json, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                if let Some(half) = whole.get_or_insert_with(|| json.to_vec()).get_mut(at..at + 6) {
                    half.copy_from_slice(REPLACEMENT);
                }
                6
            }
            (Some(_), _) => 6,
            // Whatever is escaped by it, a backslash included.
            (None, _) => 2,
        };
    }
    whole
}

/// The unit of UTF-16 that an escape at this place stands for.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(br"\u")?;
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(json: &str, text: &str) {
        let whole = mended(json.as_bytes());
        let read: String = serde_json::from_slice(whole.as_deref().unwrap_or(json.as_bytes())).unwrap();
        assert_eq!(read, text);
    }

    #[test]
    fn a_half_is_replaced_and_a_whole_is_kept() {
        becomes(r#""a\ud83d\ude00b""#, "a😀b");
        becomes(r#""a\ud83db\ude00c""#, "a\u{fffd}b\u{fffd}c");
        becomes(r#""\ud83d\ud83d\ude00\ude00\ud83d""#, "\u{fffd}😀\u{fffd}\u{fffd}");
        becomes(r#""\\ud83d\\\ud83d\n""#, "\\ud83d\\\u{fffd}\n");
    }

    #[test]
    fn what_has_none_is_left_alone() {
        for json in [r#""a""#, r#""\\ud83d""#, r#""\u00e9\ud83d\ude00""#, r"\", r"\u", r"\ud8", r"\u+d83"] {
            assert_eq!(mended(json.as_bytes()), None, "{json}");
        }
    }
}
