//! The encoder: from ranges and systems to the bytes of a table. Feature `build`, for xtask and tests.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use trailwarden_model::NetworkKind;

use crate::layout::{BLOCK_RANGES, BLOCK_SYSTEMS, FORMAT, MAGIC, NAME_BYTES, RANK_CLASSES};
use crate::organisations::kind_code;
use crate::ranges::Holder;
use crate::symbols::SymbolTable;

/// Two capital letters.
pub type CountryCode = [u8; 2];

/// A stretch of cells held by one system in one country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellRange {
    /// First cell.
    pub start: u64,
    /// The cell after the last.
    pub end: u64,
    /// Who announces it.
    pub asn: u32,
    /// Where, if that is known.
    pub country: Option<CountryCode>,
}

/// What is said of one autonomous system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemEntry {
    /// The organisation's name: cut to [`NAME_BYTES`], control characters removed.
    pub organisation: String,
    /// What kind of place it is.
    pub kind: NetworkKind,
}

/// Everything a table is built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSource {
    /// The day the data is from.
    pub built: Date,
    /// The attribution the data's licences ask for.
    pub sources: String,
    /// Systems by ASN; those that hold no range are left out.
    pub systems: BTreeMap<u32, SystemEntry>,
    /// IPv4 ranges in order, in [`crate::layout::v4_cell`]s.
    pub v4: Vec<CellRange>,
    /// IPv6 ranges in order, in [`crate::layout::v6_cell`]s.
    pub v6: Vec<CellRange>,
}

/// Why a source cannot be written as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Ranges overlap, are empty or stand out of order.
    #[error("range beginning at cell {start:#x} is empty or begins before the one before it ends")]
    Order {
        /// First cell of the range.
        start: u64,
    },
    /// There are more countries than a byte can number.
    #[error("the ranges name {0} countries, the format has room for 255")]
    Countries(usize),
    /// A section or the date does not fit its field.
    #[error("{0} does not fit the format")]
    Size(&'static str),
}

impl TableSource {
    /// The bytes of the table. The same source gives the same bytes.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let countries = self.countries()?;
        let systems = rank(self, &countries);
        let ranks: BTreeMap<u32, (u64, u8)> =
            (1..).zip(&systems).map(|(rank, system)| (system.asn, (rank, system.country))).collect();
        let names = systems.iter().map(|system| system.name.as_str());
        let symbols = SymbolTable::train(&names);
        let (system_index, system_blocks) = encode_systems(&systems, &symbols);
        let (v4_index, v4_blocks) = encode_ranges(&self.v4, &ranks, &countries)?;
        let (v6_index, v6_blocks) = encode_ranges(&self.v6, &ranks, &countries)?;
        self.assemble(&[
            self.sources.as_bytes().to_vec(),
            countries.keys().flatten().copied().collect(),
            symbols.section(),
            system_index,
            system_blocks,
            v4_index,
            v4_blocks,
            v6_index,
            v6_blocks,
        ])
    }

    fn ranges(&self) -> impl Iterator<Item = &CellRange> {
        self.v4.iter().chain(&self.v6)
    }

    /// Positions from 1 of all countries named, in alphabetical order.
    fn countries(&self) -> Result<BTreeMap<CountryCode, u8>, EncodeError> {
        let named: BTreeSet<_> = self.ranges().filter_map(|range| range.country).collect();
        if named.len() > usize::from(u8::MAX) {
            return Err(EncodeError::Countries(named.len()));
        }
        Ok(named.into_iter().zip(1..=u8::MAX).collect())
    }

    fn assemble(&self, sections: &[Vec<u8>]) -> Result<Vec<u8>, EncodeError> {
        let year = u16::try_from(self.built.year()).map_err(|_| EncodeError::Size("the year"))?;
        let [month, day] = [self.built.month(), self.built.day()].map(i8::unsigned_abs);
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&year.to_le_bytes());
        bytes.extend_from_slice(&[month, day]);
        for section in sections {
            let length = u32::try_from(section.len()).map_err(|_| EncodeError::Size("a section"))?;
            bytes.extend_from_slice(&length.to_le_bytes());
        }
        bytes.extend(sections.iter().flatten());
        let sum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        Ok(bytes)
    }
}

/// A system that has its rank by its place.
struct Ranked {
    asn: u32,
    name: String,
    kind: NetworkKind,
    country: u8,
}

/// All systems that hold a range, in the order of their ranks.
fn rank(source: &TableSource, countries: &BTreeMap<CountryCode, u8>) -> Vec<Ranked> {
    let mut held: BTreeMap<u32, BTreeMap<u8, usize>> = BTreeMap::new();
    for range in source.ranges() {
        let country = position(range.country, countries);
        *held.entry(range.asn).or_default().entry(country).or_default() += 1;
    }
    let mut by_ranges: Vec<(u32, BTreeMap<u8, usize>)> = held.into_iter().collect();
    by_ranges.sort_by_key(|(_, countries)| std::cmp::Reverse(countries.values().sum::<usize>()));
    let mut ranked: Vec<Ranked> = by_ranges
        .into_iter()
        .map(|(asn, held)| {
            let entry = source.systems.get(&asn);
            Ranked {
                asn,
                name: entry.map_or_else(String::new, |entry| shorten(&entry.organisation)),
                kind: entry.map_or(NetworkKind::Unknown, |entry| entry.kind),
                country: held.iter().max_by_key(|(_, ranges)| **ranges).map_or(0, |(country, _)| *country),
            }
        })
        .collect();
    let mut rest = ranked.as_mut_slice();
    let mut start = 1;
    for class in RANK_CLASSES.into_iter().skip(1).chain([u32::MAX]) {
        let length = usize::try_from(class - start).unwrap_or(usize::MAX).min(rest.len());
        let (this, after) = rest.split_at_mut(length);
        this.sort_by_key(|system| system.asn);
        (rest, start) = (after, class);
    }
    ranked
}

fn position(country: Option<CountryCode>, countries: &BTreeMap<CountryCode, u8>) -> u8 {
    country.and_then(|code| countries.get(&code)).copied().unwrap_or(0)
}

/// A name without control characters, cut to [`NAME_BYTES`] between characters.
fn shorten(name: &str) -> String {
    let mut short = String::new();
    for character in name.trim().chars().filter(|character| !character.is_control()) {
        if short.len() + character.len_utf8() > NAME_BYTES {
            break;
        }
        short.push(character);
    }
    short.truncate(short.trim_end().len());
    short
}

/// The index and the blocks of the systems.
fn encode_systems(systems: &[Ranked], symbols: &SymbolTable) -> (Vec<u8>, Vec<u8>) {
    let (mut index, mut blocks) = (Vec::new(), Vec::new());
    push_varint(&mut index, systems.len() as u64);
    // Ranks begin at 1, so the first block is one short.
    let (first, rest) = systems.split_at(systems.len().min(BLOCK_SYSTEMS - 1));
    for block in [first].into_iter().filter(|first| !first.is_empty()).chain(rest.chunks(BLOCK_SYSTEMS)) {
        let start_byte = blocks.len();
        let mut asn_before = 0;
        let mut name_before: Option<&str> = None;
        for system in block {
            let delta = u64::from(system.asn - asn_before);
            push_varint(&mut blocks, delta << 3 | u64::from(kind_code(system.kind)));
            blocks.push(system.country);
            if name_before == Some(&system.name) {
                blocks.push(0);
            } else {
                let codes = symbols.encode(&system.name);
                push_varint(&mut blocks, codes.len() as u64 + 1);
                blocks.extend_from_slice(&codes);
            }
            asn_before = system.asn;
            name_before = Some(&system.name);
        }
        push_varint(&mut index, (blocks.len() - start_byte) as u64);
    }
    (index, blocks)
}

/// The index and the blocks of one family.
fn encode_ranges(
    ranges: &[CellRange],
    ranks: &BTreeMap<u32, (u64, u8)>,
    countries: &BTreeMap<CountryCode, u8>,
) -> Result<(Vec<u8>, Vec<u8>), EncodeError> {
    let starts = starts(ranges, ranks, countries)?;
    let (mut index, mut blocks) = (Vec::new(), Vec::new());
    let mut block_before = 0;
    for block in starts.chunks(BLOCK_RANGES) {
        let start_byte = blocks.len();
        let mut before = None;
        for &(cell, holder) in block {
            if let Some(before) = before {
                push_varint(&mut blocks, distance(cell - before));
            } else {
                push_varint(&mut index, cell - block_before);
                block_before = cell;
            }
            before = Some(cell);
            match holder.country {
                None => push_varint(&mut blocks, holder.rank << 1),
                Some(country) => {
                    push_varint(&mut blocks, holder.rank << 1 | 1);
                    blocks.push(country);
                }
            }
        }
        push_varint(&mut index, (blocks.len() - start_byte) as u64);
    }
    Ok((index, blocks))
}

/// Where each range begins and who holds it from there, with nobody in the gaps and equal neighbours joined.
fn starts(
    ranges: &[CellRange],
    ranks: &BTreeMap<u32, (u64, u8)>,
    countries: &BTreeMap<CountryCode, u8>,
) -> Result<Vec<(u64, Holder)>, EncodeError> {
    let nobody = Holder::default();
    let mut starts: Vec<(u64, Holder)> = Vec::new();
    let mut end = 0;
    for range in ranges {
        if range.start < end || range.end <= range.start {
            return Err(EncodeError::Order { start: range.start });
        }
        if range.start > end && !starts.is_empty() {
            starts.push((end, nobody));
        }
        let (rank, home) = ranks.get(&range.asn).copied().unwrap_or_default();
        let country = position(range.country, countries);
        let holder = Holder { rank, country: (country != home).then_some(country) };
        if starts.last().is_none_or(|(_, before)| *before != holder) {
            starts.push((range.start, holder));
        }
        end = range.end;
    }
    if !starts.is_empty() {
        starts.push((end, nobody));
    }
    Ok(starts)
}

fn distance(cells: u64) -> u64 {
    if cells.trailing_zeros() >= 16 { cells >> 16 << 1 | 1 } else { cells << 1 }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap_or(0));
}
