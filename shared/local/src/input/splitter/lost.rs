//! Lost: between text that was not JSON and the next record.

use super::super::lanes;
use super::super::reject::RejectReason;
use super::super::resync::{Indent, Search, Trail, indent_behind};
use super::{Splitter, State, Visitor};

impl Splitter {
    /// Reports text between values that is no value.
    pub(super) fn garbage(&mut self, visitor: &mut impl Visitor) -> bool {
        self.started = self.here();
        self.report(RejectReason::Malformed, visitor);
        let inside = self.list.is_some() || self.array;
        let indent = if inside { Indent::Like(0) } else { Indent::Any };
        self.scan = self.head + 1;
        self.recovered = true;
        self.state = State::Lost(Trail::new(Some(&self.opening), indent));
        true
    }

    /// Looks for the next record from behind the head, or from `at` once too much was read twice: reading stays linear.
    pub(super) fn look_for(&mut self, trail: Trail, at: usize) {
        let again = at.saturating_sub(self.head) as u64;
        self.scan = at;
        if self.rewound + again <= self.window.offset(at) {
            self.rewound += again;
            self.scan = self.head + 1;
        }
        self.recovered = true;
        self.state = State::Lost(trail);
    }

    pub(super) fn lost(&mut self, trail: Trail) -> bool {
        let text = self.window.text();
        let search = trail.search(text, self.scan, self.ended);
        let (Search::Found(to) | Search::Until(to)) = search;
        let skipped = text.get(self.head..to).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', skipped).count() as u64;
        self.indent = indent_behind(text.get(to.saturating_sub(lanes::WIDTH)..to).unwrap_or_default());
        self.line += lines;
        self.head = to;
        self.scan = to;
        if matches!(search, Search::Found(_)) {
            return true;
        }
        self.state = State::Lost(trail);
        false
    }
}
