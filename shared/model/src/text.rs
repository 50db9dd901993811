//! Text as somebody sees it: what moves a cursor, hides or turns text round is written out, and thousands stand apart.

use std::io;
use std::ops::RangeInclusive;

use serde::Serialize;
use serde_json::ser::Formatter;

/// Characters that are not seen, or change how others are: Unicode's default ignorable ones, its format characters, its
/// line and paragraph separators. Emoji lose their joiners and selectors by it; two names that look alike stay two.
const HIDDEN: [RangeInclusive<char>; 25] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{600}'..='\u{605}',
    '\u{61c}'..='\u{61c}',
    '\u{6dd}'..='\u{6dd}',
    '\u{70f}'..='\u{70f}',
    '\u{890}'..='\u{891}',
    '\u{8e2}'..='\u{8e2}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{110bd}'..='\u{110bd}',
    '\u{110cd}'..='\u{110cd}',
    '\u{13430}'..='\u{1343f}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Text with every control and invisible formatting character as a visible escape.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if is_seen(character) {
            safe.push(character);
        } else {
            safe.extend(character.escape_unicode());
        }
    }
    safe
}

/// A value as JSON on one line, whatever is not seen in its texts as JSON's own escapes: a reader gets back what went
/// in, and a terminal or a mail that shows the line obeys nothing in it.
///
/// # Errors
///
/// What serialising the value fails with.
pub fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::with_capacity(256);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Visible))?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// The same over several lines, indented for people.
///
/// # Errors
///
/// What serialising the value fails with.
pub fn json_in_lines(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let plain = serde_json::to_string_pretty(value)?;
    let mut bytes = Vec::with_capacity(plain.len());
    // Line ends stand between texts only: in a text JSON has escaped them.
    for (number, line) in plain.split('\n').enumerate() {
        bytes.extend((number > 0).then_some(b'\n'));
        Visible.write_string_fragment(&mut bytes, line).map_err(serde_json::Error::io)?;
    }
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

fn is_seen(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    let range = HIDDEN.partition_point(|range| *range.end() < character);
    !character.is_control() && HIDDEN.get(range).is_none_or(|range| character < *range.start())
}

/// JSON in which nothing hides.
struct Visible;

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly every text: of controls JSON itself leaves only this one.
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((at, hidden)) = rest.char_indices().find(|(_, character)| !is_seen(*character)) {
            let (seen, from) = rest.split_at(at);
            writer.write_all(seen.as_bytes())?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = from.get(hidden.len_utf8()..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// A number with its thousands apart.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{Class, HirKind};

    use super::*;

    #[test]
    fn nothing_from_a_log_moves_the_cursor_or_turns_text_round() {
        assert_eq!(visible("a\u{1b}[2Jb\r\n\u{202e}c"), "a\\u{1b}[2Jb\\u{d}\\u{a}\\u{202e}c");
        assert_eq!(visible("Größe — ok"), "Größe — ok");
    }

    #[test]
    fn whatever_unicode_calls_invisible_is_written_out_and_nothing_else() {
        let class = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]";
        let hir = regex_syntax::parse(class).unwrap();
        let HirKind::Class(Class::Unicode(hidden)) = hir.kind() else { panic!("no class: {hir:?}") };
        for character in '\0'..=char::MAX {
            let hides = hidden.ranges().iter().any(|range| (range.start()..=range.end()).contains(&character));
            assert_eq!(is_seen(character), !hides, "{}", character.escape_unicode());
        }
    }

    #[test]
    fn json_shows_what_hides_and_reads_as_it_was() {
        let text = "a\u{9b}31m\u{7f}\u{202e}\u{ad}\u{e0041}\n\"é👍";
        let written = json(&text).unwrap();
        assert_eq!(written, r#""a\u009b31m\u007f\u202e\u00ad\udb40\udc41\n\"é👍""#);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn json_in_lines_shows_what_hides_and_reads_as_it_was() {
        let value = ["a\u{9b}31m\n", "\u{7f}\u{202e}"];
        let written = json_in_lines(&value).unwrap();
        assert_eq!(written, "[\n  \"a\\u009b31m\\n\",\n  \"\\u007f\\u202e\"\n]");
        assert_eq!(serde_json::from_str::<[String; 2]>(&written).unwrap(), value);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
