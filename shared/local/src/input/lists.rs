//! Lists: the arrays in which other tools deliver records, known by the key that holds them.

use std::borrow::Cow;

use super::RejectReason;
use super::fields::{Fields, Text, Value};
use super::nesting::Nesting;

/// How far back from its bracket a list's key is looked for.
const KEY_REACH: usize = 96;

/// A kind of list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// `{"Records":[…]}`, as CloudTrail writes to S3.
    Records,
    /// `{"Events":[{"CloudTrailEvent":"…"}]}`, as `LookupEvents` answers.
    LookedUp,
    /// `{"logEvents":[{"message":"…"}]}` or `{"events":[…]}`, as `CloudWatch` Logs delivers.
    Logged,
}

/// What an element of a list holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Element<'a> {
    /// The element is the record.
    Itself,
    /// The record stood in one of its strings, and was decoded.
    Within(Cow<'a, str>),
    /// The string does not hold a record.
    Unfit(RejectReason),
}

impl List {
    /// The list whose `[` stands at `at`, if its key names one.
    #[cold]
    pub(super) fn opening_at(text: &[u8], at: usize) -> Option<Self> {
        let reach = text.get(at.saturating_sub(KEY_REACH)..at)?;
        let reach = reach.trim_ascii_end().strip_suffix(b":")?;
        let reach = reach.trim_ascii_end().strip_suffix(b"\"")?;
        let quote = memchr::memrchr_iter(b'"', reach).find(|&quote| {
            let before = reach.get(..quote).unwrap_or_default();
            let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
            backslashes % 2 == 0
        })?;
        let key = Text::new(reach.get(quote + 1..)?);
        let key = key.decode()?;
        match &*key {
            "Records" => Some(Self::Records),
            "Events" => Some(Self::LookedUp),
            "logEvents" | "events" => Some(Self::Logged),
            _ => None,
        }
    }

    /// Finds the record an element of this list holds.
    pub(super) fn unwrap_element(self, element: &[u8]) -> Element<'_> {
        let key = match self {
            Self::Records => return Element::Itself,
            Self::LookedUp => "CloudTrailEvent",
            Self::Logged => "message",
        };
        let Some(text) = string_under(element, key) else {
            return Element::Itself;
        };
        let Some(inner) = text.decode() else {
            return Element::Unfit(RejectReason::Malformed);
        };
        match fault_of(inner.as_bytes()) {
            None => Element::Within(inner),
            Some(reason) => Element::Unfit(reason),
        }
    }
}

fn string_under<'a>(element: &'a [u8], name: &str) -> Option<Text<'a>> {
    let mut fields = Fields::of(element)?;
    while let Ok(Some((key, value))) = fields.next() {
        if key.is(name) {
            return match value {
                Value::Text(text) => Some(text),
                Value::Nested(_) | Value::Plain => None,
            };
        }
    }
    None
}

/// Why a decoded string is not one object, if it is not.
fn fault_of(inner: &[u8]) -> Option<RejectReason> {
    let inner = inner.trim_ascii();
    if inner.first() != Some(&b'{') {
        return Some(RejectReason::NotAnObject);
    }
    let mut nesting = Nesting::new(false);
    match nesting.run_out(inner, 0) {
        Some(end) if end == inner.len() && nesting.is_too_deep() => Some(RejectReason::TooDeep),
        Some(end) if end == inner.len() => None,
        _ => Some(RejectReason::Malformed),
    }
}
