//! Scalars: strings, numbers and literals where a record is due.

use super::super::reject::RejectReason;
use super::super::resync::{Indent, Trail};
use super::{Splitter, State, Visitor};

impl Splitter {
    /// Steps over a string where a record is due.
    pub(super) fn text(&mut self, visitor: &mut impl Visitor) -> bool {
        while let Some(rest) = self.window.text().get(self.scan..) {
            let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                self.scan += rest.len();
                break;
            };
            match rest.get(found) {
                Some(b'"') => {
                    self.head = self.scan + found + 1;
                    self.indent = None;
                    self.saw_json(visitor);
                    self.report(RejectReason::NotAnObject, visitor);
                    return true;
                }
                Some(b'\n') => {
                    self.head = self.scan + found;
                    self.scan = self.head;
                    return self.garbage_behind_scalar(visitor);
                }
                _ => self.scan += found + 2,
            }
        }
        self.head = self.scan.min(self.window.text().len());
        self.state = State::Text;
        false
    }

    fn garbage_behind_scalar(&mut self, visitor: &mut impl Visitor) -> bool {
        self.report(RejectReason::Malformed, visitor);
        self.recovered = true;
        self.state = State::Lost(Trail::new(Some(&self.opening), Indent::Any));
        true
    }

    /// Steps over a number or literal where a record is due.
    pub(super) fn word(&mut self, visitor: &mut impl Visitor) -> bool {
        const LONGEST: usize = 64;
        let text = self.window.text().get(self.head..).unwrap_or_default();
        let ends = |byte: &u8| *byte <= b' ' || matches!(byte, b',' | b']' | b'}' | b'{' | b'[' | b'"' | b':');
        let Some(word) = text.iter().take(LONGEST).position(ends).and_then(|end| text.get(..end)) else {
            if text.len() >= LONGEST {
                return self.garbage_behind_scalar(visitor);
            }
            self.state = State::Word;
            return false;
        };
        if serde_json::from_slice::<serde::de::IgnoredAny>(word).is_err() {
            return self.garbage_behind_scalar(visitor);
        }
        self.head += word.len();
        self.indent = None;
        self.saw_json(visitor);
        self.report(RejectReason::NotAnObject, visitor);
        true
    }
}
