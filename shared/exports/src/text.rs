//! Plain text: what a record said, bounded, visible, and nothing that a page or a terminal would obey.

use trailwarden_model::text::visible;

/// What stands where text was cut.
const CUT: char = '…';

/// Text of at most `limit` UTF-16 units, or nothing where there is nothing to see.
///
/// Documented limits speak of characters and not of which; nobody counts more of them than UTF-16 units.
pub(crate) fn plain(text: &str, limit: usize) -> Option<String> {
    let harmless: String = visible(text).chars().map(unmarked).collect();
    let harmless = harmless.trim();
    (!harmless.is_empty()).then(|| cut(harmless, limit))
}

/// The same, for a field that must say something.
pub(crate) fn said(text: &str, limit: usize) -> String {
    plain(text, limit).unwrap_or_else(|| cut("unknown", limit))
}

/// As many whole lines as fit; no line is cut, because half a command is another command.
pub(crate) fn whole_lines<'a>(lines: impl IntoIterator<Item = &'a String>, limit: usize) -> Option<String> {
    let mut text = String::new();
    for line in lines {
        let Some(line) = plain(line, usize::MAX) else { continue };
        if width(&text) + width(&line) + 1 > limit {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    (!text.is_empty()).then_some(text)
}

/// As many whole items as fit, and how many more there are.
pub(crate) fn whole_items<'a>(items: impl ExactSizeIterator<Item = &'a str>, limit: usize) -> Option<String> {
    let mut left = items.len();
    let mut text = String::new();
    for item in items {
        let Some(item) = plain(item, limit) else {
            left -= 1;
            continue;
        };
        let more = format!(" and {left} more");
        if width(&text) + width(&item) + 2 + width(&more) > limit {
            text.push_str(if text.is_empty() { more.trim_start_matches(" and ") } else { &more });
            break;
        }
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&item);
        left -= 1;
    }
    (!text.is_empty()).then_some(text)
}

/// Markup begins with an angle bracket: its single quotation look-alikes begin nothing.
fn unmarked(character: char) -> char {
    match character {
        '<' => '‹',
        '>' => '›',
        other => other,
    }
}

fn width(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Text of at most `limit` UTF-16 units, cut at a character and marked.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let mut room = limit.saturating_sub(CUT.len_utf16());
    let kept = text.chars().take_while(|character| {
        let fits = character.len_utf16() <= room;
        room = room.saturating_sub(character.len_utf16());
        fits
    });
    let mut short: String = kept.collect();
    short.push(CUT);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_is_cut_at_a_character_and_says_so() {
        assert_eq!(plain("𝒜𝒜𝒜𝒜", 7).unwrap(), "𝒜𝒜𝒜…");
        assert_eq!(plain("abcdefgh", 8).unwrap(), "abcdefgh");
        assert_eq!(plain("abcdefghi", 8).unwrap(), "abcdefg…");
    }

    #[test]
    fn nothing_to_see_is_nothing() {
        for nothing in ["", " ", "\u{3000}", "  "] {
            assert_eq!(plain(nothing, 10), None);
        }
        assert_eq!(said("", 10), "unknown");
        assert_eq!(plain("\0", 10).unwrap(), "\\u{0}");
    }

    #[test]
    fn markup_and_direction_marks_do_nothing() {
        assert_eq!(plain("<b>\u{202e}x", 64).unwrap(), "‹b›\\u{202e}x");
    }

    #[test]
    fn a_command_is_whole_or_absent() {
        let steps = ["aws iam a".to_owned(), "aws iam bb".to_owned()];
        assert_eq!(whole_lines(&steps, 15).unwrap(), "aws iam a");
        assert_eq!(whole_lines(&steps, 5), None);
    }

    #[test]
    fn a_list_that_does_not_fit_says_how_many_more() {
        let items = ["one", "two", "three", "four"];
        assert_eq!(whole_items(items.into_iter(), 64).unwrap(), "one, two, three, four");
        assert_eq!(whole_items(items.into_iter(), 22).unwrap(), "one, two and 2 more");
        assert_eq!(whole_items(items.into_iter(), 11).unwrap(), "4 more");
    }
}
