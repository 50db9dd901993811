//! Exports: findings in the formats other products read, ASFF and OCSF, and as a page for people.
//!
//! Nothing here performs I/O, waits, or reads a clock: a finding goes in, a document comes out, always.
//! What an attacker wrote is bounded and made plain on the way, field by field.

pub mod asff;
mod attack;
#[cfg(feature = "html")]
pub mod html;
pub mod ocsf;
mod text;
pub mod words;

pub use asff::{Asff, Import};
