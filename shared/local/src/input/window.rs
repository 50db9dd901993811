//! Window: the stretch of a file's text that is held in memory, as one slice.

/// How much text before the point of reading stays at hand, for looking back.
const LOOKBACK: usize = 192;
/// The least room offered to a reader.
const ROOM: usize = 128 << 10;

/// A buffer that slides over the text, growing only while one record needs it.
#[derive(Debug, Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    filled: usize,
    /// Offset in the text of the first byte held.
    base: u64,
}

impl Window {
    /// The text held.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// Where in the file's text the byte at an index stands.
    #[inline]
    pub(super) fn offset(&self, index: usize) -> u64 {
        self.base + index as u64
    }

    /// Forgets everything but the memory it uses.
    pub(super) fn clear(&mut self) {
        self.filled = 0;
        self.base = 0;
    }

    /// Makes room for `least` bytes (128 KiB or more) behind the text by dropping what lies well before `head`; says by how much indices moved.
    pub(super) fn make_room(&mut self, head: usize, least: usize) -> usize {
        let least = least.max(ROOM);
        let mut moved = 0;
        if self.bytes.len() - self.filled < least {
            moved = head.saturating_sub(LOOKBACK);
            self.bytes.copy_within(moved..self.filled, 0);
            self.filled -= moved;
            self.base += moved as u64;
        }
        if self.bytes.len() - self.filled < least {
            let size = (self.bytes.len() * 2).max(self.filled + least).max(2 * ROOM);
            self.bytes.resize(size, 0);
        }
        moved
    }

    /// The room behind the text.
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.filled..).unwrap_or_default()
    }

    /// Takes the first `count` bytes of the room as text.
    pub(super) fn commit(&mut self, count: usize) {
        self.filled = (self.filled + count).min(self.bytes.len());
    }
}
