//! Peek: the few names a prefilter asks for, read without parsing the record.

use std::borrow::Cow;

use super::fields::{Fields, Text, Value};

/// What a record says it is about. Borrowed from the record unless a name was written with escapes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Peek<'a> {
    /// `eventSource`, such as `iam.amazonaws.com`.
    pub event_source: Option<Cow<'a, str>>,
    /// `eventName`, such as `CreateAccessKey`.
    pub event_name: Option<Cow<'a, str>>,
    /// `userIdentity.accessKeyId`.
    pub access_key_id: Option<Cow<'a, str>>,
}

/// Reads a record's names from its top level, or from under `detail` when the record is an envelope (no `eventName` and no `eventSource` of its own).
///
/// The same keys deeper down do not count, and a value that is not a string counts as absent.
/// Where a key comes twice the first one counts; CloudTrail writes none twice.
/// `None` if the bytes stop being an object before all three are known; bytes behind that point are not looked at.
#[must_use]
pub fn peek(bytes: &[u8]) -> Option<Peek<'_>> {
    let mut detail = None;
    let names = read(bytes, &mut detail)?;
    match detail {
        Some(detail) if names.event_name.is_none() && names.event_source.is_none() => read(detail, &mut None),
        _ => Some(names),
    }
}

fn read<'a>(bytes: &'a [u8], detail: &mut Option<&'a [u8]>) -> Option<Peek<'a>> {
    let mut fields = Fields::of(bytes)?;
    let (mut source, mut name, mut key_id) = (None, None, None);
    while let Some((key, value)) = fields.next().ok()? {
        match value {
            _ if name.is_none() && key.is("eventName") => name = Some(decoded(value)),
            _ if source.is_none() && key.is("eventSource") => source = Some(decoded(value)),
            _ if key_id.is_none() && key.is("userIdentity") => key_id = Some(access_key_id(value)),
            Value::Nested(inner) if detail.is_none() && inner.first() == Some(&b'{') && key.is("detail") => {
                *detail = Some(inner);
            }
            _ => {}
        }
        if source.is_some() && name.is_some() && key_id.is_some() {
            break;
        }
    }
    Some(Peek { event_source: source.flatten(), event_name: name.flatten(), access_key_id: key_id.flatten() })
}

fn decoded(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Text::decode(text),
        Value::Nested(_) | Value::Plain => None,
    }
}

fn access_key_id(identity: Value<'_>) -> Option<Cow<'_, str>> {
    let Value::Nested(identity) = identity else {
        return None;
    };
    let mut fields = Fields::of(identity)?;
    while let Ok(Some((key, value))) = fields.next() {
        if key.is("accessKeyId") {
            return decoded(value);
        }
    }
    None
}
