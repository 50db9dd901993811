//! Limits: how much of a hostile input is followed before it is rejected.

/// The bounds every file is read under.
///
/// The defaults are far from anything CloudTrail writes: its records end at 256 KiB, its files inflate at about 10:1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest record that is delivered, in bytes; a longer one is skipped without being held. Default 4 MiB.
    pub record_bytes: usize,
    /// The most one gzip file may inflate to, in bytes. Default 8 GiB.
    pub inflated_bytes: u64,
    /// The highest ratio of inflated to compressed bytes, once past [`Limits::ratio_grace_bytes`]. Default 200.
    ///
    /// Deflate itself ends at 1,032:1, so a bound above that guards nothing.
    /// A record carries two random ids (`eventID`, `requestID`), 32 bytes that no compressor removes: a sustained 200:1 would need records of 6,400 bytes that hold nothing new but those ids.
    pub inflated_ratio: u64,
    /// How much of a file may inflate before the ratio is looked at, in bytes. Default 64 MiB.
    pub ratio_grace_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { record_bytes: 4 << 20, inflated_bytes: 8 << 30, inflated_ratio: 200, ratio_grace_bytes: 64 << 20 }
    }
}
