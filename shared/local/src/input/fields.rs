//! Fields: the keys and values of one object, read in order without looking into them.

use std::borrow::Cow;

use super::nesting::Nesting;

/// A JSON string as it stands between its quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    raw: &'a [u8],
}

/// The value of a field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// A string.
    Text(Text<'a>),
    /// An object or array, brackets included.
    Nested(&'a [u8]),
    /// A number, `true`, `false` or `null`.
    Plain,
}

/// The object stops being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unfit;

/// A cursor over an object's fields.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    text: &'a [u8],
    /// What is not read yet.
    rest: &'a [u8],
    begun: bool,
}

impl<'a> Text<'a> {
    /// The text between two quotes.
    pub(super) fn new(raw: &'a [u8]) -> Self {
        Self { raw }
    }

    /// Whether it spells `name` (which needs no escape), escaped or not.
    #[inline]
    pub(super) fn is(self, name: &str) -> bool {
        if self.raw == name.as_bytes() {
            return true;
        }
        // An escape only lengthens: a shorter text cannot spell the name.
        self.raw.len() > name.len() && self.is_escaped() && self.decode().as_deref() == Some(name)
    }

    fn is_escaped(self) -> bool {
        memchr::memchr(b'\\', self.raw).is_some()
    }

    /// The string meant; `None` if it is not one.
    pub(super) fn decode(self) -> Option<Cow<'a, str>> {
        if !self.is_escaped() {
            return std::str::from_utf8(self.raw).ok().map(Cow::Borrowed);
        }
        let mut quoted = Vec::with_capacity(self.raw.len() + 2);
        quoted.push(b'"');
        quoted.extend_from_slice(self.raw);
        quoted.push(b'"');
        serde_json::from_slice(&quoted).ok().map(Cow::Owned)
    }
}

impl<'a> Fields<'a> {
    /// A cursor over the object that begins `text`; `None` if none does.
    pub(super) fn of(text: &'a [u8]) -> Option<Self> {
        let rest = text.trim_ascii_start().strip_prefix(b"{")?;
        Some(Self { text, rest, begun: false })
    }

    /// The next field, `None` behind the last.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<(Text<'a>, Value<'a>)>, Unfit> {
        match self.token()? {
            b'}' => return Ok(None),
            b',' if self.begun => {
                if self.token()? != b'"' {
                    return Err(Unfit);
                }
            }
            b'"' if !self.begun => {}
            _ => return Err(Unfit),
        }
        self.begun = true;
        let key = self.string()?;
        if self.token()? != b':' {
            return Err(Unfit);
        }
        let value = match self.token()? {
            b'"' => Value::Text(self.string()?),
            b'{' | b'[' => Value::Nested(self.nested()?),
            byte if byte == b'-' || byte.is_ascii_alphanumeric() => {
                let end = self.rest.iter().position(|byte| matches!(byte, b',' | b'}') || *byte <= b' ');
                self.rest = self.rest.get(end.ok_or(Unfit)?..).ok_or(Unfit)?;
                Value::Plain
            }
            _ => return Err(Unfit),
        };
        Ok(Some((key, value)))
    }

    /// Takes the next byte that is not white space.
    #[inline]
    fn token(&mut self) -> Result<u8, Unfit> {
        loop {
            let (&byte, rest) = self.rest.split_first().ok_or(Unfit)?;
            self.rest = rest;
            if byte > b' ' {
                return Ok(byte);
            }
        }
    }

    /// Takes a string whose opening quote was taken.
    #[inline]
    fn string(&mut self) -> Result<Text<'a>, Unfit> {
        let mut from = 0;
        loop {
            let found = memchr::memchr2(b'"', b'\\', self.rest.get(from..).ok_or(Unfit)?).ok_or(Unfit)?;
            let at = from + found;
            if self.rest.get(at) == Some(&b'"') {
                let (raw, rest) = self.rest.split_at_checked(at).ok_or(Unfit)?;
                self.rest = rest.get(1..).ok_or(Unfit)?;
                return Ok(Text { raw });
            }
            from = at + 2;
        }
    }

    /// Takes an object or array whose opening bracket was taken.
    fn nested(&mut self) -> Result<&'a [u8], Unfit> {
        let start = self.text.len() - self.rest.len() - 1;
        let value = self.text.get(start..).ok_or(Unfit)?;
        let end = Nesting::new(false).run_out(value, 0).ok_or(Unfit)?;
        let (value, rest) = value.split_at_checked(end).ok_or(Unfit)?;
        self.rest = rest;
        Ok(value)
    }
}
