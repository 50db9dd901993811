//! The autonomous systems of a table and the organisations behind them, by rank.

use std::fmt::{self, Debug, Display, Formatter};

use trailwarden_model::NetworkKind;

use crate::error::NetworksError;
use crate::layout::{ESCAPE, RANK_CLASSES, SYMBOL_BYTES};
use crate::read::Cursor;

/// One autonomous system; its name is a stretch of the `systems` section.
#[derive(Debug, Clone, Copy)]
pub(crate) struct System {
    pub(crate) asn: u32,
    pub(crate) kind: NetworkKind,
    /// As in the `countries` section: 0 is none.
    pub(crate) country: u8,
    name_codes: u8,
    name_start: u32,
}

/// All systems, in the order of their ranks from 1; their names stay packed until somebody asks for one.
#[derive(Debug, Default)]
pub(crate) struct Systems {
    systems: Vec<System>,
    // Six kilobytes, which every future that holds a table would carry.
    symbols: Box<Symbols>,
}

/// An organisation's name, as it is packed in a table.
#[derive(Clone, Copy)]
pub struct Name<'a> {
    codes: &'a [u8],
    symbols: &'a Symbols,
}

impl Name<'_> {
    fn unpacked(&self) -> Vec<u8> {
        let mut name = Vec::with_capacity(self.codes.len() * 4);
        self.symbols.decode(self.codes, &mut name);
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
    /// The system of a rank; none for rank 0, which is nobody.
    pub(crate) fn get(&self, rank: u64) -> Option<&System> {
        self.systems.get(usize::try_from(rank.checked_sub(1)?).ok()?)
    }

    pub(crate) fn len(&self) -> usize {
        self.systems.len()
    }

    /// The organisation's name in the `systems` section, if the table has one.
    pub(crate) fn name<'a>(&'a self, system: &System, section: &'a [u8]) -> Option<Name<'a>> {
        let start = usize::try_from(system.name_start).ok()?;
        let codes = section.get(start..start + usize::from(system.name_codes))?;
        (!codes.is_empty()).then_some(Name { codes, symbols: &self.symbols })
    }

    /// Reads the `symbols` and `systems` sections.
    pub(crate) fn read(symbols: &[u8], systems: &[u8]) -> Result<Self, NetworksError> {
        let symbols = Box::new(Symbols::read(symbols)?);
        let mut cursor = Cursor::new(systems);
        let mut found = Vec::with_capacity(systems.len() / 12);
        let mut asn = 0;
        let mut name = (0, 0);
        let mut rank: u32 = 0;
        while !cursor.is_empty() {
            rank += 1;
            if RANK_CLASSES.contains(&rank) {
                asn = 0;
            }
            let head = cursor.varint().ok_or(wrong("a system is cut short"))?;
            asn = u32::try_from(head >> 3)
                .ok()
                .and_then(|delta| delta.checked_add(asn))
                .ok_or(wrong("a number of a system does not fit 32 bits"))?;
            let kind = kind_of(head & 7).ok_or(wrong("a kind is not known"))?;
            let country = cursor.byte().ok_or(wrong("a system is cut short"))?;
            match cursor.varint().and_then(|n| usize::try_from(n).ok()) {
                None => return Err(wrong("a name is cut short")),
                Some(0) => {}
                Some(bytes) => {
                    let start = u32::try_from(systems.len() - cursor.left());
                    cursor.take(bytes - 1).ok_or(wrong("a name is cut short"))?;
                    name = match (start, u8::try_from(bytes - 1)) {
                        (Ok(start), Ok(codes)) => (start, codes),
                        _ => return Err(wrong("a name is too long")),
                    };
                }
            }
            let (name_start, name_codes) = name;
            found.push(System { asn, kind, country, name_codes, name_start });
        }
        Ok(Self { systems: found, symbols })
    }
}

fn wrong(problem: &'static str) -> NetworksError {
    NetworksError::Section { section: "systems", problem }
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
