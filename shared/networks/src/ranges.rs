//! The ranges of one address family: an index over blocks of ranges, decoded one block a lookup.

use std::ops::Range;

use crate::error::NetworksError;
use crate::packed::Packed;
use crate::read::Cursor;

/// Who holds a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Holder {
    /// 0 is nobody.
    pub(crate) rank: u64,
    /// The country of this range where it is not the system's own.
    pub(crate) country: Option<u8>,
}

/// Where each block begins: in cells, and in bytes of the table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranges {
    first_cells: Vec<u64>,
    first_bytes: Vec<usize>,
    end: usize,
}

impl Ranges {
    /// Reads an index whose blocks fill exactly the bytes `blocks` of the table.
    pub(crate) fn read(section: &'static str, index: &[u8], blocks: &Range<usize>) -> Result<Self, NetworksError> {
        let wrong = |problem| NetworksError::Section { section, problem };
        let mut cursor = Cursor::new(index);
        let mut first_cells = Vec::with_capacity(index.len() / 3);
        let mut first_bytes = Vec::with_capacity(index.len() / 3);
        let mut cell: u64 = 0;
        let mut byte = blocks.start;
        while !cursor.is_empty() {
            let (Some(distance), Some(bytes)) = (cursor.varint(), cursor.varint()) else {
                return Err(wrong("a block is cut short"));
            };
            if distance == 0 && !first_cells.is_empty() {
                return Err(wrong("two blocks begin at the same address"));
            }
            cell = cell.checked_add(distance).ok_or(wrong("a block begins past the last address"))?;
            first_cells.push(cell);
            first_bytes.push(byte);
            byte = usize::try_from(bytes)
                .ok()
                .and_then(|bytes| byte.checked_add(bytes))
                .ok_or(wrong("a block is longer than the table"))?;
        }
        if byte != blocks.end {
            return Err(wrong("its blocks do not fill their section"));
        }
        Ok(Self { first_cells, first_bytes, end: blocks.end })
    }

    /// Who holds `cell`, reading the block in `table`. Nobody where the block is malformed.
    pub(crate) fn holder(&self, table: &Packed, cell: u64) -> Holder {
        self.find(table, cell).unwrap_or_default()
    }

    fn find(&self, table: &Packed, cell: u64) -> Option<Holder> {
        let block = self.first_cells.partition_point(|&first| first <= cell).checked_sub(1)?;
        let start = *self.first_bytes.get(block)?;
        let end = self.first_bytes.get(block + 1).copied().unwrap_or(self.end);
        let bytes = table.piece(start..end).ok()?;
        let mut cursor = Cursor::new(&bytes);
        let mut reached = *self.first_cells.get(block)?;
        let mut held = holder(&mut cursor)?;
        while !cursor.is_empty() {
            let distance = cursor.varint()?;
            let cells = if distance & 1 == 1 { (distance >> 1) << 16 } else { distance >> 1 };
            reached = reached.checked_add(cells)?;
            if reached > cell {
                break;
            }
            held = holder(&mut cursor)?;
        }
        Some(held)
    }
}

#[inline]
fn holder(cursor: &mut Cursor<'_>) -> Option<Holder> {
    let value = cursor.varint()?;
    let country = if value & 1 == 1 { Some(cursor.byte()?) } else { None };
    Some(Holder { rank: value >> 1, country })
}
