//! The autonomous systems of a table and the organisations behind them, by rank.

use std::borrow::Cow;
use std::fmt::{self, Debug, Display, Formatter};
use std::ops::Range;

use trailwarden_model::NetworkKind;

use crate::error::NetworksError;
use crate::layout::{BLOCK_SYSTEMS, ESCAPE, SYMBOL_BYTES};
use crate::packed::Packed;
use crate::read::Cursor;

/// One autonomous system.
#[derive(Debug)]
pub(crate) struct System<'a> {
    pub(crate) asn: u32,
    pub(crate) kind: NetworkKind,
    /// As in the `countries` section: 0 is none.
    pub(crate) country: u8,
    /// The organisation's name, if the table has one.
    pub(crate) name: Option<Name<'a>>,
}

/// All systems, in blocks in the order of their ranks from 1; they stay packed until somebody asks for one.
#[derive(Debug, Default)]
pub(crate) struct Systems {
    count: usize,
    /// Where in the table each block begins, and where the last one ends.
    bounds: Vec<u32>,
    // Six kilobytes, which every future that holds a table would carry.
    symbols: Box<Symbols>,
}

/// An organisation's name, as it is packed in a table.
#[derive(Clone)]
pub struct Name<'a> {
    codes: Cow<'a, [u8]>,
    symbols: &'a Symbols,
}

impl Name<'_> {
    fn unpacked(&self) -> Vec<u8> {
        let mut name = Vec::with_capacity(self.codes.len() * 4);
        self.symbols.decode(&self.codes, &mut name);
        name
    }
}

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.unpacked()))
    }
}

impl Debug for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.to_string(), f)
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.unpacked() == other.unpacked()
    }
}

impl Eq for Name<'_> {}

impl Systems {
    /// Reads the `symbols` and `system index` sections, for the systems in the bytes `blocks` of the table.
    pub(crate) fn read(symbols: &[u8], index: &[u8], blocks: &Range<usize>) -> Result<Self, NetworksError> {
        let wrong = |problem| NetworksError::Section { section: "system index", problem };
        let symbols = Box::new(Symbols::read(symbols)?);
        let mut cursor = Cursor::new(index);
        let count =
            cursor.varint().and_then(|count| usize::try_from(count).ok()).ok_or(wrong("it has no beginning"))?;
        let mut end = u32::try_from(blocks.start).map_err(|_| wrong("it begins too late"))?;
        let mut bounds = Vec::with_capacity(index.len());
        bounds.push(end);
        while !cursor.is_empty() {
            end = cursor
                .varint()
                .and_then(|bytes| end.checked_add(u32::try_from(bytes).ok()?))
                .ok_or(wrong("a block is longer than the table"))?;
            bounds.push(end);
        }
        if usize::try_from(end) != Ok(blocks.end) {
            return Err(wrong("its blocks do not fill their section"));
        }
        // The last rank is the count.
        if bounds.len() - 1 != if count == 0 { 0 } else { count / BLOCK_SYSTEMS + 1 } {
            return Err(wrong("it has not as many blocks as systems need"));
        }
        Ok(Self { count, bounds, symbols })
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The system of a rank; none for rank 0, which is nobody, and where its block is malformed.
    pub(crate) fn get<'a>(&'a self, packed: &'a Packed, rank: u64) -> Option<System<'a>> {
        let rank = usize::try_from(rank).ok().filter(|rank| (1..=self.count).contains(rank))?;
        let (block, place) = (rank / BLOCK_SYSTEMS, rank % BLOCK_SYSTEMS);
        let bound = |block: usize| self.bounds.get(block).and_then(|bound| usize::try_from(*bound).ok());
        let bytes = packed.piece(bound(block)?..bound(block + 1)?).ok()?;
        let mut cursor = Cursor::new(&bytes);
        let (mut asn, mut name) = (0_u32, 0..0);
        // The first block begins with rank 1.
        for _ in usize::from(block == 0)..place {
            step(&mut cursor, bytes.len(), &mut asn, &mut name)?;
        }
        let (kind, country) = step(&mut cursor, bytes.len(), &mut asn, &mut name)?;
        let codes = match bytes {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(name)?),
            Cow::Owned(bytes) => Cow::Owned(bytes.get(name)?.to_vec()),
        };
        let name = (!codes.is_empty()).then_some(Name { codes, symbols: &self.symbols });
        Some(System { asn, kind, country, name })
    }
}

/// Reads one system of a block: its number grows from the one before it, and its name may be that one's.
fn step(cursor: &mut Cursor<'_>, length: usize, asn: &mut u32, name: &mut Range<usize>) -> Option<(NetworkKind, u8)> {
    let head = cursor.varint()?;
    *asn = asn.checked_add(u32::try_from(head >> 3).ok()?)?;
    let (kind, country) = (kind_of(head & 7)?, cursor.byte()?);
    if let Some(codes) = usize::try_from(cursor.varint()?).ok()?.checked_sub(1) {
        let start = length - cursor.left();
        cursor.take(codes)?;
        *name = start..start + codes;
    }
    Some((kind, country))
}

/// What the codes of a name stand for, each in as much room as the longest.
#[derive(Debug)]
pub(crate) struct Symbols {
    by_code: [([u8; SYMBOL_BYTES], usize); 256],
}

impl Default for Symbols {
    fn default() -> Self {
        Self { by_code: [([0; SYMBOL_BYTES], 0); 256] }
    }
}

impl Symbols {
    fn read(section: &[u8]) -> Result<Self, NetworksError> {
        let wrong = |problem| NetworksError::Section { section: "symbols", problem };
        let Self { mut by_code } = Self::default();
        let mut cursor = Cursor::new(section);
        for (padded, length) in by_code.iter_mut().take(usize::from(ESCAPE)) {
            if cursor.is_empty() {
                break;
            }
            let symbol = cursor.byte().and_then(|length| cursor.take(usize::from(length)));
            let symbol = symbol.ok_or(wrong("a symbol is cut short"))?;
            let place = padded.get_mut(..symbol.len()).ok_or(wrong("a symbol is too long"))?;
            place.copy_from_slice(symbol);
            *length = symbol.len();
        }
        if !cursor.is_empty() {
            return Err(wrong("there are more symbols than codes"));
        }
        Ok(Self { by_code })
    }

    /// Appends what `codes` stand for; a code without a symbol stands for nothing.
    fn decode(&self, codes: &[u8], name: &mut Vec<u8>) {
        let mut codes = codes.iter();
        while let Some(&code) = codes.next() {
            if code == ESCAPE {
                name.extend(codes.next());
            } else if let Some((padded, length)) = self.by_code.get(usize::from(code)) {
                name.extend_from_slice(padded.get(..*length).unwrap_or_default());
            }
        }
    }
}

/// The kind a number stands for; [`kind_code`] is the other direction.
fn kind_of(code: u64) -> Option<NetworkKind> {
    Some(match code {
        0 => NetworkKind::Unknown,
        1 => NetworkKind::Residential,
        2 => NetworkKind::Business,
        3 => NetworkKind::Hosting,
        4 => NetworkKind::Vpn,
        5 => NetworkKind::Aws,
        _ => return None,
    })
}

/// The number of a kind; kinds that are no property of a network are written as unknown.
#[cfg(feature = "build")]
pub(crate) fn kind_code(kind: NetworkKind) -> u8 {
    match kind {
        NetworkKind::Unknown | NetworkKind::Service | NetworkKind::Private => 0,
        NetworkKind::Residential => 1,
        NetworkKind::Business => 2,
        NetworkKind::Hosting => 3,
        NetworkKind::Vpn => 4,
        NetworkKind::Aws => 5,
    }
}
