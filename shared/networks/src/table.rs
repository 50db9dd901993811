//! The table itself: bytes checked once, then asked for addresses.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Mutex;

use jiff::civil::Date;
use trailwarden_model::{Network, NetworkKind};

use crate::error::NetworksError;
use crate::layout::{self, CHECKSUM_BYTES, FORMAT, HEADER_BYTES, MAGIC, SECTIONS};
use crate::organisations::{Name, Systems};
use crate::packed::{Packed, TableFile};
use crate::ranges::{Holder, Ranges};
use crate::read::Cursor;
use crate::reserved::{self, Place};

/// The shipped table. Built by `cargo run -p xtask -- networks`.
#[cfg(feature = "shipped")]
const SHIPPED: &[u8] = include_bytes!("../data/networks.bin");

/// What the table knows of one address, borrowed from the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkRef<'a> {
    /// The autonomous system announcing the address, when there is one.
    pub asn: Option<u32>,
    /// The organisation behind it; the encoder cuts names to [`layout::NAME_BYTES`] bytes.
    pub organisation: Option<Name<'a>>,
    /// ISO 3166-1 alpha-2 country code. Weak evidence: sources disagree on anycast.
    pub country: Option<&'a str>,
    /// What kind of place it is.
    pub kind: NetworkKind,
}

impl NetworkRef<'_> {
    /// The same, owned.
    #[must_use]
    pub fn to_network(&self) -> Network {
        Network {
            asn: self.asn,
            organisation: self.organisation.as_ref().map(Name::to_string),
            country: self.country.map(str::to_owned),
            kind: self.kind,
        }
    }
}

/// A table of networks by address.
///
/// A lookup cannot fail: what the table does not know is [`NetworkKind::Unknown`], and so is what a file that could
/// be read at first no longer gives. Of bytes in memory a lookup copies none.
#[derive(Debug)]
pub struct NetworkTable {
    packed: Packed,
    built: Date,
    sources: String,
    countries: String,
    systems: Systems,
    v4: Ranges,
    v6: Ranges,
}

impl NetworkTable {
    /// The table this crate ships.
    ///
    /// A test reads it in every build, so that reading it here cannot fail;
    /// were it to, the table would be [`empty`](Self::empty) rather than the program dead.
    #[cfg(feature = "shipped")]
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_bytes(SHIPPED).unwrap_or_else(|_| Self::empty())
    }

    /// A table that knows only the addresses nobody announces; its date is 0000-01-01.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            packed: Packed::Held(Cow::Borrowed(&[])),
            built: Date::ZERO,
            sources: String::new(),
            countries: String::new(),
            systems: Systems::default(),
            v4: Ranges::default(),
            v6: Ranges::default(),
        }
    }

    /// A table from the bytes of a file that xtask or a refresh wrote.
    ///
    /// The checksum is verified; systems, names and ranges stay packed until they are asked for.
    /// Whatever the bytes are, the result is an error naming what is wrong or a table that never panics.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, NetworksError> {
        Self::from_packed(Packed::Held(bytes.into()))
    }

    /// A table that is left in its file: read once for the checksum, then piece by piece as it is asked.
    ///
    /// Who holds megabytes for a few lookups pays for them at each start; who asks often takes
    /// [`from_bytes`](Self::from_bytes). The file must not change.
    pub fn from_file(file: impl TableFile + 'static) -> Result<Self, NetworksError> {
        Self::from_packed(Packed::Left(Mutex::new(Box::new(file))))
    }

    fn from_packed(packed: Packed) -> Result<Self, NetworksError> {
        let Header { built, sections } = Header::read(&packed)?;
        let [sources, countries, symbols, system_index, systems, v4_index, v4_blocks, v6_index, v6_blocks] = sections;
        let section = |range: Range<usize>| packed.piece(range).map_err(|error| unreadable(&error));
        let sources = String::from_utf8(section(sources)?.into_owned())
            .map_err(|_| NetworksError::Section { section: "sources", problem: "it is not UTF-8" })?;
        let countries = country_codes(&section(countries)?)?;
        let systems = Systems::read(&section(symbols)?, &section(system_index)?, &systems)?;
        let v4 = Ranges::read("v4 index", &section(v4_index)?, &v4_blocks)?;
        let v6 = Ranges::read("v6 index", &section(v6_index)?, &v6_blocks)?;
        Ok(Self { packed, built, sources, countries, systems, v4, v6 })
    }

    /// What is known of `address`. IPv6 addresses that stand for an IPv4 host are answered as that host.
    #[must_use]
    pub fn lookup(&self, address: IpAddr) -> NetworkRef<'_> {
        match reserved::place(address) {
            Place::Reserved(kind) => NetworkRef { kind, ..NetworkRef::default() },
            Place::V4(v4) => self.describe(self.v4.holder(&self.packed, layout::v4_cell(v4))),
            Place::V6(v6) => self.describe(self.v6.holder(&self.packed, layout::v6_cell(v6))),
        }
    }

    /// The day the data is from; not the day the table was built or read.
    #[must_use]
    pub fn built(&self) -> Date {
        self.built
    }

    /// The attribution the licences of the data ask for: show it wherever results are published.
    #[must_use]
    pub fn sources(&self) -> &str {
        &self.sources
    }

    /// How many autonomous systems the table names.
    #[must_use]
    pub fn systems(&self) -> usize {
        self.systems.len()
    }

    fn describe(&self, holder: Holder) -> NetworkRef<'_> {
        let Some(system) = self.systems.get(&self.packed, holder.rank) else {
            return NetworkRef::default();
        };
        NetworkRef {
            asn: Some(system.asn),
            organisation: system.name,
            country: self.country(holder.country.unwrap_or(system.country)),
            kind: system.kind,
        }
    }

    fn country(&self, position: u8) -> Option<&str> {
        let start = usize::from(position.checked_sub(1)?) * 2;
        self.countries.get(start..start + 2)
    }
}

/// What stands before the sections, and where each of them lies.
struct Header {
    built: Date,
    sections: [Range<usize>; SECTIONS.len()],
}

impl Header {
    fn read(packed: &Packed) -> Result<Self, NetworksError> {
        let actual = packed.len().map_err(|error| unreadable(&error))?;
        let start = usize::try_from(actual).unwrap_or(usize::MAX).min(HEADER_BYTES);
        let head = packed.piece(0..start).map_err(|error| unreadable(&error))?;
        let mut cursor = Cursor::new(&head);
        if cursor.array::<8>().as_ref() != Some(MAGIC) {
            return Err(NetworksError::NotATable);
        }
        let short = || NetworksError::Length { expected: (HEADER_BYTES + CHECKSUM_BYTES) as u64, actual };
        let found = u16::from_le_bytes(cursor.array().ok_or_else(short)?);
        if found != FORMAT {
            return Err(NetworksError::Format { found });
        }
        let [y0, y1, month, day] = cursor.array().ok_or_else(short)?;
        let mut lengths = [0_u32; SECTIONS.len()];
        for length in &mut lengths {
            *length = u32::from_le_bytes(cursor.array().ok_or_else(short)?);
        }
        let content = lengths.iter().map(|&length| u64::from(length)).sum::<u64>() + HEADER_BYTES as u64;
        let expected = content + CHECKSUM_BYTES as u64;
        if expected != actual {
            return Err(NetworksError::Length { expected, actual });
        }
        check_sum(packed, usize::try_from(content).map_err(|_| short())?)?;
        let built = i16::try_from(u16::from_le_bytes([y0, y1]))
            .ok()
            .zip(i8::try_from(month).ok().zip(i8::try_from(day).ok()))
            .and_then(|(year, (month, day))| Date::new(year, month, day).ok())
            .ok_or(NetworksError::Date)?;
        let mut start = HEADER_BYTES;
        let sections = lengths.map(|length| {
            let range = start..start + usize::try_from(length).unwrap_or(0);
            start = range.end;
            range
        });
        Ok(Self { built, sections })
    }
}

fn unreadable(error: &std::io::Error) -> NetworksError {
    NetworksError::Unreadable(error.to_string())
}

/// Checks the sum that stands behind so many bytes.
fn check_sum(packed: &Packed, content: usize) -> Result<(), NetworksError> {
    let sum = packed.sum(content).map_err(|error| unreadable(&error))?;
    let written = packed.piece(content..content + CHECKSUM_BYTES).map_err(|error| unreadable(&error))?;
    if *written == sum.to_le_bytes() { Ok(()) } else { Err(NetworksError::Checksum) }
}

fn country_codes(section: &[u8]) -> Result<String, NetworksError> {
    let wrong = |problem| NetworksError::Section { section: "countries", problem };
    if !section.iter().all(u8::is_ascii_uppercase) {
        return Err(wrong("a code is not two capital letters"));
    }
    if !section.len().is_multiple_of(2) || section.len() > 2 * 255 {
        return Err(wrong("its length is not that of at most 255 codes"));
    }
    String::from_utf8(section.to_vec()).map_err(|_| wrong("a code is not two capital letters"))
}
