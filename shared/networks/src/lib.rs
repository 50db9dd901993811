//! The address table: which network announces an address, in which country, and what kind of place it is.
//!
//! A [`NetworkTable`] is one compact byte string, read in place: in memory, or in a file that is left where it lies.
//! The one this crate ships (feature `shipped`) needs no download; [`NetworkTable::from_bytes`] takes a newer one, and
//! [`NetworkTable::from_file`] one that somebody opened. Nothing here opens a file or reads a clock.
//!
//! Addresses that are never announced are decided in code, in [`reserved`], before the table is asked.
//! The layout is described in [`layout`]; `docs/decisions/0003-networks.md` says why it is so.

#[cfg(feature = "build")]
pub mod encode;
mod error;
pub mod layout;
mod organisations;
mod packed;
mod ranges;
mod read;
pub mod reserved;
#[cfg(feature = "build")]
mod symbols;
mod table;

pub use error::NetworksError;
pub use organisations::Name;
pub use packed::TableFile;
pub use table::{NetworkRef, NetworkTable};
