//! Shown: text of a log as a page may hold it, bounded, with what hides or turns text round written out.

use std::fmt;

use trailwarden_model::text::visible;

use crate::text::cut;

/// The longest text, in UTF-16 units; a finding's own bounds are narrower.
const TEXT: usize = 4096;

/// Text that a template may show, and escapes when it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown(String);

impl Shown {
    /// Text as somebody sees it; what is too long is cut and marked.
    pub(super) fn of(text: &str) -> Self {
        Self(cut(&visible(text), TEXT))
    }

    /// The same, where there must be something to see.
    pub(super) fn said(text: &str) -> Self {
        if text.trim().is_empty() { Self("unknown".to_owned()) } else { Self::of(text) }
    }

    /// The whole of it or nothing: half a command is another command.
    pub(super) fn whole(text: &str) -> Option<Self> {
        let text = visible(text);
        (!text.trim().is_empty() && text.encode_utf16().count() <= TEXT).then_some(Self(text))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_written_out_and_what_is_long_is_cut() {
        assert_eq!(Shown::of("\u{202e}<b>").to_string(), "\\u{202e}<b>");
        assert_eq!(Shown::of(&"€".repeat(5000)).to_string().chars().last(), Some('…'));
        assert_eq!(Shown::said("\u{3000}").to_string(), "unknown");
    }

    #[test]
    fn a_command_is_whole_or_absent() {
        assert_eq!(Shown::whole(&"x".repeat(4096)).map(|text| text.to_string().len()), Some(4096));
        assert_eq!(Shown::whole(&"x".repeat(4097)), None);
    }
}
