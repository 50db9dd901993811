//! Exports: findings in the formats other products read, ASFF and OCSF, and as pages, mails, chats, terminals and
//! spreadsheets show them to people.
//!
//! Nothing here performs I/O, waits, or reads a clock: a finding goes in, a document comes out, always.
//! What an attacker wrote is bounded and made plain on the way, field by field.

pub mod asff;
mod attack;
pub mod chat;
#[cfg(feature = "csv")]
pub mod csv;
#[cfg(feature = "html")]
pub mod html;
pub mod mail;
pub mod ocsf;
#[cfg(feature = "terminal")]
pub mod terminal;
mod text;
pub mod words;

pub use asff::{Asff, Import};
