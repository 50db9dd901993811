//! The autonomous systems of a table and the organisations behind them, by rank.

use trailwarden_model::NetworkKind;

use crate::error::NetworksError;
use crate::layout::{ESCAPE, RANK_CLASSES, SYMBOL_BYTES};
use crate::read::Cursor;

/// One autonomous system; its name is a stretch of [`Systems::names`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct System {
    pub(crate) asn: u32,
    pub(crate) kind: NetworkKind,
    /// As in the `countries` section: 0 is none.
    pub(crate) country: u8,
    name_length: u8,
    name_start: u32,
}

/// All systems, in the order of their ranks from 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Systems {
    systems: Vec<System>,
    names: String,
}

impl Systems {
    /// The system of a rank; none for rank 0, which is nobody.
    pub(crate) fn get(&self, rank: u64) -> Option<&System> {
        self.systems.get(usize::try_from(rank.checked_sub(1)?).ok()?)
    }

    pub(crate) fn len(&self) -> usize {
        self.systems.len()
    }

    /// The organisation's name, if the table has one.
    pub(crate) fn name(&self, system: &System) -> Option<&str> {
        let start = usize::try_from(system.name_start).ok()?;
        let name = self.names.get(start..start + usize::from(system.name_length))?;
        (!name.is_empty()).then_some(name)
    }

    /// Reads the `symbols` and `systems` sections.
    pub(crate) fn read(symbols: &[u8], systems: &[u8]) -> Result<Self, NetworksError> {
        let symbols = Symbols::read(symbols)?;
        let mut cursor = Cursor::new(systems);
        let mut found = Vec::with_capacity(systems.len() / 12);
        let mut names = Vec::with_capacity(systems.len().saturating_mul(2));
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
                    let codes = cursor.take(bytes - 1).ok_or(wrong("a name is cut short"))?;
                    name = symbols.decode(codes, &mut names)?;
                }
            }
            let (name_start, name_length) = name;
            found.push(System { asn, kind, country, name_length, name_start });
        }
        let names = String::from_utf8(names).map_err(|_| wrong("a name is not UTF-8"))?;
        let names_are_whole =
            found.iter().all(|system| names.is_char_boundary(usize::try_from(system.name_start).unwrap_or(usize::MAX)));
        if !names_are_whole {
            return Err(wrong("a name is not UTF-8"));
        }
        Ok(Self { systems: found, names })
    }
}

fn wrong(problem: &'static str) -> NetworksError {
    NetworksError::Section { section: "systems", problem }
}

/// What the codes of a name stand for, padded so that every symbol is copied as one register's worth.
struct Symbols {
    by_code: [([u8; SYMBOL_BYTES], usize); 256],
}

impl Symbols {
    fn read(section: &[u8]) -> Result<Self, NetworksError> {
        let wrong = |problem| NetworksError::Section { section: "symbols", problem };
        let mut by_code = [([0; SYMBOL_BYTES], 0); 256];
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

    /// Appends what `codes` stand for; returns where it starts and its length in bytes.
    /// A code without a symbol stands for nothing.
    fn decode(&self, codes: &[u8], names: &mut Vec<u8>) -> Result<(u32, u8), NetworksError> {
        let start = names.len();
        let mut codes = codes.iter();
        while let Some(&code) = codes.next() {
            if code == ESCAPE {
                names.push(*codes.next().ok_or(wrong("a name ends in an escape"))?);
            } else if let Some((padded, length)) = self.by_code.get(usize::from(code)) {
                let end = names.len() + length;
                names.extend_from_slice(padded);
                names.truncate(end);
            }
        }
        let length = u8::try_from(names.len() - start);
        let start = u32::try_from(start);
        match (start, length) {
            (Ok(start), Ok(length)) => Ok((start, length)),
            _ => Err(wrong("a name is too long")),
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
