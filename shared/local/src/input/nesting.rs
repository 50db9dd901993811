//! Nesting: following one bracketed value to its end, wherever the text is cut into pieces.
//!
//! It checks what a splitter must know to find where a value ends, and what betrays a broken one early: brackets pair, an object's values stand behind `:`, an array's behind `,`, strings hold no raw newline and end before punctuation.
//! All else (numbers, literals, commas) is left to the parser.

use super::RejectReason;
use super::lanes::{Masks, WIDTH, escaped, parity};
use super::lists::List;

/// The state between two blocks of one value.
#[derive(Debug, Clone, Default)]
pub(super) struct Nesting {
    depth: u64,
    /// The innermost kinds of bracket, one bit a level: 1 an object, 0 an array.
    kinds: u128,
    /// All ones within a string.
    inside: u64,
    escape: u64,
    /// 1 when the last byte closed a string.
    behind: u64,
    newlines: u64,
    high: u64,
    too_deep: bool,
    /// Whether a list of records at depth one ends the value (it was a container all along).
    watch_lists: bool,
}

/// What a stretch of text brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The value goes on; look on from this index.
    More(usize),
    /// The value's last bracket stands just before this index.
    Closed(usize),
    /// The value is a container, and its list opens just before this index.
    Opened(usize, List),
    /// The text stops being JSON at this index.
    Broken(usize),
}

impl Nesting {
    /// Begins before a value's first bracket.
    pub(super) fn new(watch_lists: bool) -> Self {
        Self { watch_lists, ..Self::default() }
    }

    /// Begins within a container, behind the list it held.
    pub(super) fn within_container() -> Self {
        Self { depth: 1, kinds: 1, watch_lists: true, ..Self::default() }
    }

    /// Newlines passed since the last call; exact up to where the last step ended.
    pub(super) fn take_newlines(&mut self) -> u64 {
        std::mem::take(&mut self.newlines)
    }

    /// Whether there may be bytes outside ASCII.
    pub(super) fn may_hold_non_ascii(&self) -> bool {
        self.high != 0
    }

    /// Whether brackets nested deeper than is delivered.
    pub(super) fn is_too_deep(&self) -> bool {
        self.too_deep
    }

    /// Follows the value through all whole blocks of `text` from `from` on.
    pub(super) fn advance(&mut self, text: &[u8], mut from: usize) -> Step {
        while let Some(block) = text.get(from..).and_then(<[u8]>::first_chunk) {
            match self.block(block, text, from) {
                Step::More(next) => from = next,
                end => return end,
            }
        }
        Step::More(from)
    }

    /// Follows the value to the end of `text`, which holds nothing but it; `None` if it does not end there.
    pub(super) fn run_out(&mut self, text: &[u8], from: usize) -> Option<usize> {
        match self.advance(text, from) {
            Step::Closed(end) => Some(end),
            Step::More(rest) => {
                let mut padded = [b' '; WIDTH];
                let tail = text.get(rest..)?;
                padded.get_mut(..tail.len())?.copy_from_slice(tail);
                match self.block(&padded, text, rest) {
                    Step::Closed(end) => Some(end),
                    _ => None,
                }
            }
            Step::Opened(..) | Step::Broken(_) => None,
        }
    }

    /// Follows the value through one block, which stands at `base` in `text`.
    #[inline]
    fn block(&mut self, block: &[u8; WIDTH], text: &[u8], base: usize) -> Step {
        let masks = Masks::of(block);
        let quotes = masks.quote & !escaped(masks.backslash, &mut self.escape);
        let inside = parity(quotes) ^ self.inside;
        let closing = quotes & !inside;
        let misplaced = ((closing << 1) | self.behind) & !masks.behind_string;
        let faults = (masks.newline & inside) | (masks.backslash & !inside) | misplaced;
        // A fault behind the value's end is not the value's.
        let fault = faults.trailing_zeros();
        self.high |= masks.high;
        let mut brackets = (masks.open | masks.close) & !inside;
        while brackets != 0 {
            let bit = brackets.trailing_zeros();
            if bit >= fault {
                break;
            }
            let at = base + bit as usize;
            if let Some(end) = self.bracket(text, at) {
                self.newlines += u64::from((masks.newline & ((1 << bit) - 1)).count_ones());
                return end;
            }
            brackets &= brackets - 1;
        }
        if fault < u64::BITS {
            return Step::Broken(base + fault as usize);
        }
        self.inside = if inside >> 63 == 1 { u64::MAX } else { 0 };
        self.behind = closing >> 63;
        if masks.newline != 0 {
            self.newlines += u64::from(masks.newline.count_ones());
        }
        Step::More(base + WIDTH)
    }

    /// Takes the bracket at `at`; says how the value ends if it does.
    #[inline]
    fn bracket(&mut self, text: &[u8], at: usize) -> Option<Step> {
        match text.get(at) {
            Some(b'{') => self.open(text, at, 1),
            Some(b'[') => self.open(text, at, 0),
            Some(b'}') => self.close(at, 1),
            _ => self.close(at, 0),
        }
    }

    #[inline]
    fn open(&mut self, text: &[u8], at: usize, kind: u128) -> Option<Step> {
        if self.depth > 0 && self.depth <= u64::from(RejectReason::MAX_DEPTH) {
            let before = significant_before(text, at);
            let fits = match self.kinds & 1 {
                1 => matches!(before, None | Some(b':')),
                _ => matches!(before, None | Some(b',' | b'[')),
            };
            if !fits {
                return Some(Step::Broken(at));
            }
            let may_be_list = self.watch_lists && self.depth == 1 && kind == 0 && self.kinds & 1 == 1;
            if may_be_list && let Some(list) = List::opening_at(text, at) {
                return Some(Step::Opened(at + 1, list));
            }
        }
        self.depth += 1;
        if self.depth > u64::from(RejectReason::MAX_DEPTH) {
            self.too_deep = true;
        } else {
            self.kinds = (self.kinds << 1) | kind;
        }
        None
    }

    #[inline]
    fn close(&mut self, at: usize, kind: u128) -> Option<Step> {
        if self.depth <= u64::from(RejectReason::MAX_DEPTH) {
            if self.kinds & 1 != kind {
                return Some(Step::Broken(at));
            }
            self.kinds >>= 1;
        }
        self.depth -= 1;
        (self.depth == 0).then_some(Step::Closed(at + 1))
    }
}

/// The last byte before `at` that is not white space; `None` when there is none at hand.
#[inline]
fn significant_before(text: &[u8], at: usize) -> Option<u8> {
    text.get(..at)?.iter().rev().copied().find(|byte| *byte > b' ')
}
