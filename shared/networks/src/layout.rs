//! The layout of a table: what stands where in the file, shared by reader and encoder.
//!
//! ```text
//! magic      8 bytes   "TWNETWRK"
//! format     u16       FORMAT; all integers are little-endian
//! built      u16 u8 u8 year, month, day of the data
//! lengths    u32 × 9   bytes of each section, in the order of SECTIONS
//! sections
//! checksum   u32       CRC-32 (IEEE) of everything before it
//! ```
//!
//! | section | content |
//! | --- | --- |
//! | `sources` | UTF-8: the attribution the data's licences ask for |
//! | `countries` | two capital letters each; a country is named by its position from 1, 0 is none |
//! | `symbols` | per symbol: length byte, bytes; code *n* stands for symbol *n*, [`ESCAPE`] for the byte after it |
//! | `system index` | varint systems, then per block: varint bytes |
//! | `systems` | per autonomous system, by rank: varint (ASN delta << 3 \| kind), country, varint name, codes |
//! | `v4 index`, `v6 index` | per block: varint first cell delta, varint bytes |
//! | `v4 blocks`, `v6 blocks` | per range: varint distance (absent for a block's first), varint holder, country if it differs |
//!
//! **Cell** is the unit of the ranges: a /24 of IPv4, a /48 of IPv6, the longest prefixes the world's routers carry.
//! A range runs to the start of the next.
//! *Distance* is from the previous range: `cells << 1`, or `(cells >> 16) << 1 | 1` when that loses nothing.
//! *Holder* is `rank << 1 | 1` with a country byte after it, or `rank << 1` for the system's own country; rank 0 is nobody.
//! *Rank* orders systems by how many ranges they hold, so that common ones have short numbers;
//! within the ranks whose holder takes the same number of bytes they are ordered by ASN, so that deltas are short.
//! A block of systems is those whose ranks divided by [`BLOCK_SYSTEMS`] are the same; the delta starts from 0 in each.
//! *Name* is 0 for "as the system before" in the block, else 1 + the number of code bytes that follow.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What a table begins with.
pub const MAGIC: &[u8; 8] = b"TWNETWRK";
/// The format this build reads and writes.
pub const FORMAT: u16 = 2;
/// Bytes before the first section.
pub const HEADER_BYTES: usize = 8 + 2 + 4 + 4 * SECTIONS.len();
/// Bytes of the checksum at the end.
pub const CHECKSUM_BYTES: usize = 4;
/// The sections, in their order in the file.
pub const SECTIONS: [&str; 9] =
    ["sources", "countries", "symbols", "system index", "systems", "v4 index", "v4 blocks", "v6 index", "v6 blocks"];
/// Code that says: the next byte stands for itself.
pub const ESCAPE: u8 = 255;
/// Bytes a symbol has at most.
pub const SYMBOL_BYTES: usize = 16;
/// Ranks at which a holder needs one byte more, so that the order of ASNs begins again.
pub const RANK_CLASSES: [u32; 3] = [1, 1 << 6, 1 << 13];
/// Systems a block has at most: what one lookup may have to decode. A class of ranks begins a block.
pub const BLOCK_SYSTEMS: usize = 16;
/// Ranges a block has at most: what one lookup may have to decode.
pub const BLOCK_RANGES: usize = 16;
/// A name is cut to this many bytes when a table is built.
pub const NAME_BYTES: usize = 40;

/// The cell of an IPv4 address: its /24.
#[must_use]
pub fn v4_cell(address: Ipv4Addr) -> u64 {
    u64::from(address.to_bits() >> 8)
}

/// The cell of an IPv6 address: its /48.
#[must_use]
pub fn v6_cell(address: Ipv6Addr) -> u64 {
    u64::try_from(address.to_bits() >> 80).unwrap_or(u64::MAX)
}
