//! What can be wrong with the bytes of a table.

/// Why a byte string is not an address table.
///
/// Only an unreadable file is worth a retry; of the others: fetch the file again, or build it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworksError {
    /// The file cannot be read to its end.
    #[error("address table cannot be read: {0}")]
    Unreadable(String),
    /// The file does not begin as a table does.
    #[error("not an address table: it does not begin with `TWNETWRK`")]
    NotATable,
    /// The file is a table, of a version this build cannot read.
    #[error(
        "address table of format {found}, this build reads format {}: build the table again",
        crate::layout::FORMAT
    )]
    Format {
        /// The format the file says it has.
        found: u16,
    },
    /// The file ends before its header says it does, or goes on after.
    #[error("address table is {actual} bytes long, its header says {expected}: fetch it again")]
    Length {
        /// Bytes the header accounts for.
        expected: u64,
        /// Bytes given.
        actual: u64,
    },
    /// The content does not have the checksum the file ends with.
    #[error("address table is corrupt: its checksum does not match: fetch it again")]
    Checksum,
    /// The header's date is not a day of the calendar.
    #[error("address table has no valid date: build it again")]
    Date,
    /// One section contradicts itself.
    #[error("address table is malformed: section `{section}`: {problem}")]
    Section {
        /// The section, by its name in [`crate::layout`].
        section: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
}
