//! AWS: CloudTrail records understood as activities.
//!
//! [`read`] takes one record as CloudTrail, EventBridge or `LookupEvents` delivers it and says what it is.
//! [`catalog`] is the one table of the calls in scope; documents and event patterns are generated from it.

mod announced;
pub mod arn;
pub mod authorization;
pub mod catalog;
mod deeds;
pub mod delivery;
mod identity;
mod meaning;
mod policy;
mod read;
mod record;
pub mod rules;
mod secret;
mod session;
mod surrogates;

pub use read::{Coverage, Reading, Refusal, read};
