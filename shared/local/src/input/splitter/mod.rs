//! Splitter: cuts a text into the records it holds, however the text arrives and whatever it is wrapped in.
//!
//! It reads `Records` containers, arrays, bare records on one line or many, JSON lines, envelopes (delivered whole) and the lists other tools wrap records in; any of them concatenated.
//! What is not a record is reported and stepped over at the cost of as few neighbours as can be: see [`super::resync`].

mod bracketed;
mod lost;
mod scalars;

use std::path::Path;
use std::sync::Arc;

use self::bracketed::Bracketed;
use super::lists::List;
use super::nesting::Nesting;
use super::reject::{Position, Reject, RejectReason};
use super::resync::{Indent, Opening, Trail};
use super::window::Window;
use super::{Limits, lanes};

/// One record as it stands in the text: an object in valid UTF-8 whose brackets pair. Otherwise unparsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawRecord<'a> {
    /// The object, braces included.
    pub bytes: &'a [u8],
    /// Where it (or the string that held it) begins.
    pub position: Position,
}

/// What takes the records and rejects, in the order of the text.
pub trait Visitor {
    /// Takes a record; its bytes live for the call.
    fn record(&mut self, record: RawRecord<'_>);
    /// Takes a reject.
    fn reject(&mut self, reject: Reject);
}

/// What the head of the splitter stands in.
#[derive(Debug)]
enum State {
    Start,
    Gap,
    Bracketed(Bracketed),
    Text,
    Word,
    Lost(Trail),
    Stopped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// An object where a record is due.
    Record,
    /// An array where a record is due.
    Array,
    /// What follows the list in a container.
    Tail,
}

/// Cuts one text after another into records.
///
/// Feed it with [`Splitter::push`], or read into [`Splitter::room`] and [`Splitter::advance`]; end with [`Splitter::finish`].
/// Records may come up to 64 bytes late: only [`Splitter::finish`] tells that nothing follows.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts about the text that hold independently of each other")]
pub struct Splitter {
    file: Arc<Path>,
    limits: Limits,
    window: Window,
    /// Where the value (or gap) at hand begins, unless dropped: then, how far it was followed.
    head: usize,
    /// Where to look on.
    scan: usize,
    /// The line at `head`.
    line: u64,
    /// White space between the line's start and `head`; `None` when there is more than that.
    indent: Option<usize>,
    started: Position,
    state: State,
    array: bool,
    list: Option<List>,
    opening: Opening,
    /// A value of JSON was seen.
    seen: bool,
    /// Garbage before any JSON was seen: its report depends on what follows.
    pending: Option<Position>,
    /// Text was skipped, so that brackets may be left over.
    recovered: bool,
    rewound: u64,
    records: u64,
    rejects: u64,
    ended: bool,
}

impl Splitter {
    /// A splitter for the text of `file`, which it only names in rejects.
    #[must_use]
    pub fn new(file: Arc<Path>, limits: Limits) -> Self {
        Self {
            file,
            limits,
            window: Window::default(),
            head: 0,
            scan: 0,
            line: 1,
            indent: Some(0),
            started: Position { ordinal: 0, offset: 0, line: 1 },
            state: State::Start,
            array: false,
            list: None,
            opening: Opening::default(),
            seen: false,
            pending: None,
            recovered: false,
            rewound: 0,
            records: 0,
            rejects: 0,
            ended: false,
        }
    }

    /// Turns to the next text, keeping the memory.
    pub fn restart(&mut self, file: Arc<Path>) {
        let mut window = std::mem::take(&mut self.window);
        window.clear();
        *self = Self { window, ..Self::new(file, self.limits) };
    }

    /// Takes a piece of text.
    pub fn push(&mut self, mut text: &[u8], visitor: &mut impl Visitor) {
        while !text.is_empty() {
            let room = self.room();
            let count = room.len().min(text.len());
            let (piece, rest) = text.split_at_checked(count).unwrap_or((text, &[]));
            if let Some(room) = room.get_mut(..count) {
                room.copy_from_slice(piece);
            }
            self.advance(count, visitor);
            text = rest;
        }
    }

    /// Room to read the next piece of text into: 128 KiB or more.
    pub fn room(&mut self) -> &mut [u8] {
        self.room_for(0)
    }

    /// Room to read the next `least` bytes of text into, or 128 KiB where that is more.
    pub(super) fn room_for(&mut self, least: usize) -> &mut [u8] {
        let moved = self.window.make_room(self.head, least);
        self.head -= moved;
        self.scan = self.scan.saturating_sub(moved);
        self.window.room()
    }

    /// Takes the first `count` bytes of the [`Splitter::room`] as text.
    pub fn advance(&mut self, count: usize, visitor: &mut impl Visitor) {
        self.window.commit(count);
        while self.step(visitor) {}
    }

    /// Ends the text. With `cut`, its end was reported by whoever cut it, so a record that stops there is not.
    pub fn finish(&mut self, cut: bool, visitor: &mut impl Visitor) {
        self.ended = true;
        if let Some(padding) = self.room().get_mut(..lanes::WIDTH) {
            padding.fill(b' ');
        }
        self.advance(lanes::WIDTH, visitor);
        while self.end_value(cut, visitor) {
            while self.step(visitor) {}
        }
        let open = self.list.is_some() || self.array;
        if matches!(self.state, State::Gap) && open && !self.recovered && !cut {
            self.started = self.here();
            self.report(RejectReason::Truncated, visitor);
        }
        if let Some(position) = self.pending.take() {
            self.reject_at(position, RejectReason::NotJson, visitor);
        }
        self.state = State::Stopped;
    }

    /// Whether the rest of the text would not be looked at.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        matches!(self.state, State::Stopped)
    }

    /// Records delivered and rejects reported since the text began.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.records, self.rejects)
    }

    /// Gives up a value that the end of the text left open; says whether to look on behind its start.
    fn end_value(&mut self, cut: bool, visitor: &mut impl Visitor) -> bool {
        let State::Bracketed(Bracketed { role, dropped, .. }) = self.state else {
            if matches!(self.state, State::Text) && !cut {
                self.report(RejectReason::Truncated, visitor);
            }
            return false;
        };
        self.recovered = true;
        self.saw_json(visitor);
        if !cut {
            self.report(RejectReason::Truncated, visitor);
        }
        if dropped || role != Role::Record {
            return false;
        }
        let trail = Trail::new(None, Indent::Like(self.indent.unwrap_or(0)));
        self.look_for(trail, self.window.text().len());
        true
    }

    fn step(&mut self, visitor: &mut impl Visitor) -> bool {
        match std::mem::replace(&mut self.state, State::Gap) {
            State::Start => self.start(visitor),
            State::Gap => self.gap(visitor),
            State::Bracketed(value) => self.bracketed(value, visitor),
            State::Text => self.text(visitor),
            State::Word => self.word(visitor),
            State::Lost(trail) => self.lost(trail),
            State::Stopped => {
                self.state = State::Stopped;
                self.head = self.window.text().len();
                false
            }
        }
    }

    /// Looks at the text's first bytes.
    fn start(&mut self, visitor: &mut impl Visitor) -> bool {
        let Some(first) = self.window.text().first_chunk::<4>() else {
            self.state = State::Start;
            return false;
        };
        let opens = |byte: u8| matches!(byte, b'{' | b'[' | b'"' | b'\r' | b'\n' | b' ');
        let wide = match *first {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
            [0, byte, ..] | [byte, 0, ..] => opens(byte),
            _ => false,
        };
        if wide {
            self.started = self.here();
            self.report(RejectReason::Utf16, visitor);
            self.state = State::Stopped;
        }
        true
    }

    /// Goes through what stands between values.
    fn gap(&mut self, visitor: &mut impl Visitor) -> bool {
        while let Some(&byte) = self.window.text().get(self.head) {
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.indent = Some(0);
                }
                b' ' | b'\t' | b'\r' => self.indent = self.indent.map(|indent| indent + 1),
                b',' => self.indent = None,
                b'{' => return self.begin(Role::Record),
                b'[' if self.list.is_none() && !self.array => {
                    self.array = true;
                    self.indent = None;
                }
                b'[' => return self.begin(Role::Array),
                b']' if self.list.is_some() => {
                    self.head += 1;
                    return self.begin(Role::Tail);
                }
                b']' if self.array => self.array = false,
                b']' | b'}' | b':' if self.recovered => self.list = None,
                0xEF => match self.byte_order_mark() {
                    Some(true) => self.head += 2,
                    Some(false) => return self.garbage(visitor),
                    None => return false,
                },
                b'"' => return self.begin_scalar(State::Text),
                b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    return self.begin_scalar(State::Word);
                }
                _ => return self.garbage(visitor),
            }
            self.head += 1;
        }
        false
    }

    /// Whether a byte order mark stands at the head; `None` when more text must tell.
    fn byte_order_mark(&self) -> Option<bool> {
        let rest = self.window.text().get(self.head..)?;
        Some(rest.first_chunk::<3>()? == b"\xEF\xBB\xBF")
    }

    fn here(&self) -> Position {
        Position { ordinal: self.started.ordinal + 1, offset: self.window.offset(self.head), line: self.line }
    }

    fn begin(&mut self, role: Role) -> bool {
        let nesting = match role {
            Role::Record => Nesting::new(self.list.is_none() || self.recovered),
            Role::Array => Nesting::new(false),
            Role::Tail => Nesting::within_container(),
        };
        if role == Role::Tail {
            self.list = None;
        } else {
            self.started = self.here();
        }
        self.scan = self.head;
        self.state = State::Bracketed(Bracketed { nesting, role, dropped: role != Role::Record });
        true
    }

    fn begin_scalar(&mut self, state: State) -> bool {
        self.started = self.here();
        self.scan = self.head + 1;
        self.state = state;
        true
    }

    /// Settles that the text is JSON, and with it what the garbage before was.
    fn saw_json(&mut self, visitor: &mut impl Visitor) {
        self.seen = true;
        if let Some(position) = self.pending.take() {
            self.reject_at(position, RejectReason::Malformed, visitor);
        }
    }

    /// Rejects what began at `started`.
    fn report(&mut self, reason: RejectReason, visitor: &mut impl Visitor) {
        if reason == RejectReason::Malformed && !self.seen {
            self.pending.get_or_insert(self.started);
            return;
        }
        self.reject_at(self.started, reason, visitor);
    }

    fn reject_at(&mut self, position: Position, reason: RejectReason, visitor: &mut impl Visitor) {
        self.rejects += 1;
        visitor.reject(Reject { file: Arc::clone(&self.file), position, reason });
    }
}
