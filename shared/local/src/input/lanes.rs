//! Lanes: 64 bytes of text looked at together, one bit per byte.

use wide::u8x16;

/// How many bytes one set of masks covers.
pub(super) const WIDTH: usize = 64;

/// Where in a block the bytes that shape JSON stand; bit 0 is the first byte.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Masks {
    pub(super) quote: u64,
    pub(super) backslash: u64,
    /// `{` and `[`.
    pub(super) open: u64,
    /// `}` and `]`.
    pub(super) close: u64,
    /// White space and `, : } ]`: all that may stand behind a string.
    pub(super) behind_string: u64,
    pub(super) newline: u64,
    /// Bytes outside ASCII.
    pub(super) high: u64,
}

impl Masks {
    /// Classifies a block.
    #[inline]
    pub(super) fn of(block: &[u8; WIDTH]) -> Self {
        let mut masks = Self::default();
        let (lanes, _) = block.as_chunks::<16>();
        for (lane, shift) in lanes.iter().zip([0, 16, 32, 48]) {
            let bytes = u8x16::from(*lane);
            // Setting bit 5 folds `[` onto `{` and `]` onto `}`, and no other printable byte onto either.
            let folded = bytes | u8x16::splat(0x20);
            let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
            let close = folded.simd_eq(u8x16::splat(b'}'));
            let space = bytes.min(u8x16::splat(b' ')).simd_eq(bytes);
            let place = |lane: u8x16| u64::from(lane.to_bitmask()) << shift;
            masks.quote |= place(is(b'"'));
            masks.backslash |= place(is(b'\\'));
            masks.open |= place(folded.simd_eq(u8x16::splat(b'{')));
            masks.close |= place(close);
            masks.behind_string |= place(close | space | is(b',') | is(b':'));
            masks.newline |= place(is(b'\n'));
            masks.high |= place(bytes);
        }
        masks
    }
}

/// Which bytes are escaped by a backslash, carrying over block borders in `carry` (0 or 1).
///
/// The subtraction makes runs of backslashes of odd and even length come out differently (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019).
#[inline]
pub(super) fn escaped(backslash: u64, carry: &mut u64) -> u64 {
    const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
    if backslash == 0 {
        return std::mem::take(carry);
    }
    let starts = backslash & !*carry;
    let codes = ((starts << 1) | ODD).wrapping_sub(starts) ^ ODD;
    let escaped = codes ^ (backslash | *carry);
    *carry = (codes & backslash) >> 63;
    escaped
}

/// Bit n of the result is the parity of bits 0 to n: between an opening and a closing quote, one.
#[inline]
pub(super) fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_agree_with_a_byte_by_byte_reading() {
        let mut seed = 7_u64;
        let mut carry = 0;
        let mut expected_escape = false;
        for _ in 0..10_000 {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let backslash = seed | seed.rotate_left(9);
            let got = escaped(backslash, &mut carry);
            for bit in 0..64 {
                assert_eq!(got >> bit & 1 == 1, expected_escape);
                expected_escape = !expected_escape && backslash >> bit & 1 == 1;
            }
        }
    }

    #[test]
    fn every_byte_is_classified_as_json_says() {
        for byte in 0..=255_u8 {
            let masks = Masks::of(&[byte; WIDTH]);
            let full = |on: bool| if on { u64::MAX } else { 0 };
            assert_eq!(masks.quote, full(byte == b'"'));
            assert_eq!(masks.backslash, full(byte == b'\\'));
            assert_eq!(masks.open, full(matches!(byte, b'{' | b'[')));
            assert_eq!(masks.close, full(matches!(byte, b'}' | b']')));
            assert_eq!(masks.newline, full(byte == b'\n'));
            assert_eq!(masks.high, full(byte > 127));
            let behind = byte <= b' ' || matches!(byte, b',' | b':' | b'}' | b']');
            assert_eq!(masks.behind_string, full(behind));
        }
    }
}
