//! Bracketed values: following an object or array where a record is due, and delivering it.

use super::super::lists::Element;
use super::super::nesting::{Nesting, Step};
use super::super::reject::RejectReason;
use super::super::resync::{Indent, Opening, Trail};
use super::{RawRecord, Role, Splitter, State, Visitor};

/// A value in brackets on its way to its end.
#[derive(Debug)]
pub(super) struct Bracketed {
    pub(super) nesting: Nesting,
    pub(super) role: Role,
    /// Its bytes are not held: it is too long, or not wanted.
    pub(super) dropped: bool,
}

impl Splitter {
    /// Follows an object or array.
    pub(super) fn bracketed(&mut self, mut value: Bracketed, visitor: &mut impl Visitor) -> bool {
        match value.nesting.advance(self.window.text(), self.scan) {
            Step::More(next) => {
                self.scan = next;
                value.dropped |= next - self.head > self.limits.record_bytes;
                if value.dropped {
                    self.line += value.nesting.take_newlines();
                    self.head = next;
                }
                self.state = State::Bracketed(value);
                return false;
            }
            Step::Closed(end) => match value.role {
                Role::Record => return self.deliver(value, end, visitor),
                Role::Array => {
                    self.saw_json(visitor);
                    self.report(RejectReason::NotAnObject, visitor);
                    self.pass(&mut value.nesting, end);
                }
                Role::Tail => self.pass(&mut value.nesting, end),
            },
            Step::Opened(after, list) => {
                self.saw_json(visitor);
                if value.role == Role::Record {
                    // The container itself is no value at record position.
                    self.started.ordinal -= 1;
                }
                self.list = Some(list);
                self.pass(&mut value.nesting, after);
            }
            Step::Broken(at) => self.broken(&value, at, visitor),
        }
        true
    }

    /// Steps behind a value.
    fn pass(&mut self, nesting: &mut Nesting, end: usize) {
        self.line += nesting.take_newlines();
        self.indent = None;
        self.head = end;
    }

    /// Hands out the record that ends before `end`, or says why not.
    fn deliver(&mut self, mut value: Bracketed, end: usize, visitor: &mut impl Visitor) -> bool {
        let bytes = self.window.text().get(self.head..end).unwrap_or_default();
        if !self.is_too_large(end) && !opens_object(bytes) {
            self.broken(&value, end, visitor);
            return true;
        }
        if !self.seen {
            self.saw_json(visitor);
        }
        let bytes = self.window.text().get(self.head..end).unwrap_or_default();
        let fault = if self.is_too_large(end) {
            Some(RejectReason::RecordTooLarge)
        } else if value.nesting.is_too_deep() {
            Some(RejectReason::TooDeep)
        } else if value.nesting.may_hold_non_ascii() && std::str::from_utf8(bytes).is_err() {
            Some(RejectReason::NotUtf8)
        } else {
            None
        };
        if let Some(reason) = fault {
            self.report(reason, visitor);
        } else {
            self.opening = Opening::of(bytes);
            let position = self.started;
            let fault = match self.list.map_or(Element::Itself, |list| list.unwrap_element(bytes)) {
                Element::Itself => {
                    visitor.record(RawRecord { bytes, position });
                    None
                }
                Element::Within(text) => {
                    visitor.record(RawRecord { bytes: text.trim_ascii().as_bytes(), position });
                    None
                }
                Element::Unfit(reason) => Some(reason),
            };
            match fault {
                None => self.records += 1,
                Some(reason) => self.report(reason, visitor),
            }
        }
        self.pass(&mut value.nesting, end);
        true
    }

    /// Whether the value at hand is longer than is delivered if it goes on to `end`.
    fn is_too_large(&self, end: usize) -> bool {
        self.window.offset(end) - self.started.offset > self.limits.record_bytes as u64
    }

    /// Gives up a value that stops being JSON at `at`.
    fn broken(&mut self, value: &Bracketed, at: usize, visitor: &mut impl Visitor) {
        let text = self.window.text().get(self.head..).unwrap_or_default();
        // Not whether it was dropped: that depends on how the text was cut into pieces.
        let whole = value.role == Role::Record && !self.is_too_large(at);
        let opening = if whole { Opening::of(text) } else { self.opening };
        if !whole || opens_object(text) {
            self.saw_json(visitor);
        }
        self.report(RejectReason::Malformed, visitor);
        let trail = Trail::new(Some(&opening), Indent::Like(self.indent.unwrap_or(0)));
        if whole {
            self.look_for(trail, at);
        } else {
            self.scan = at;
            self.recovered = true;
            self.state = State::Lost(trail);
        }
    }
}

/// Whether a brace is followed by a key or by nothing.
fn opens_object(text: &[u8]) -> bool {
    let inner = text.get(1..).unwrap_or_default();
    matches!(inner.iter().find(|byte| **byte > b' '), Some(b'"' | b'}'))
}
