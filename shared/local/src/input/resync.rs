//! Resync: finding the next record after text that was not JSON.
//!
//! A record is looked for where one may well begin: at the start of a line (unindented, or as far in as the broken one was), or where the text opens the way records of this file open (`,{"eventVersion"`).

/// The longest opening that is remembered, and how far back from a brace the text is looked at.
const REACH: usize = 64;

/// How the records of a file open: up to the closing quote of the first key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening {
    bytes: [u8; REACH],
}

/// What to look for.
#[derive(Debug, Clone)]
pub(super) struct Trail {
    opening: Vec<u8>,
    indent: Indent,
}

/// The indents at which a line's first brace is taken for a record's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Indent {
    /// None, or this one.
    Like(usize),
    /// Any.
    Any,
}

/// What a search came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    Found(usize),
    /// Nothing before this index; more text is needed to say more.
    Until(usize),
}

impl Default for Opening {
    fn default() -> Self {
        Self { bytes: [0; REACH] }
    }
}

impl Opening {
    /// Remembers how a record opens.
    #[inline]
    pub(super) fn of(record: &[u8]) -> Self {
        let mut bytes = [0; REACH];
        if let Some(start) = record.first_chunk() {
            bytes = *start;
        } else if let Some(start) = bytes.get_mut(..record.len()) {
            start.copy_from_slice(record);
        }
        Self { bytes }
    }

    /// The bytes to look for; `None` if the first key is too long to tell.
    fn signature(&self) -> Option<&[u8]> {
        let mut quotes = memchr::memchr_iter(b'"', &self.bytes);
        let (_, end) = (quotes.next()?, quotes.next()?);
        self.bytes.get(..=end).filter(|opening| opening.starts_with(b"{"))
    }
}

impl Trail {
    pub(super) fn new(opening: Option<&Opening>, indent: Indent) -> Self {
        let opening = opening.and_then(Opening::signature).unwrap_or_default().to_vec();
        Self { opening, indent }
    }

    /// Looks for a record's brace in `text` from `from` on; `ended` when no more text will come.
    pub(super) fn search(&self, text: &[u8], from: usize, ended: bool) -> Search {
        let until = if ended { text.len() } else { text.len().saturating_sub(self.opening.len()) };
        let stretch = text.get(from..until).unwrap_or_default();
        memchr::memchr_iter(b'{', stretch)
            .map(|at| from + at)
            .find(|at| self.fits(text, *at))
            .map_or(Search::Until(until.max(from)), Search::Found)
    }

    fn fits(&self, text: &[u8], at: usize) -> bool {
        let before = text.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        match indent_behind(before) {
            Some(0) => return true,
            Some(_) if self.indent == Indent::Any => return true,
            Some(indent) if self.indent == Indent::Like(indent) => return true,
            _ => {}
        }
        let opens_alike =
            !self.opening.is_empty() && text.get(at..).is_some_and(|rest| rest.starts_with(&self.opening));
        opens_alike && matches!(before.trim_ascii_end().last(), Some(b',' | b'[' | b'}'))
    }
}

/// How much white space separates the end of `before` from the start of its line; `None` when more than that does.
pub(super) fn indent_behind(before: &[u8]) -> Option<usize> {
    let line = memchr::memrchr(b'\n', before)?;
    let indent = before.get(line + 1..)?;
    indent.trim_ascii().is_empty().then_some(indent.len())
}
