//! Detectors: an activity and what is remembered, judged into signals.
//!
//! Judging cannot fail, waits for nothing and reads no clock: the time is the activity's own.
//! A detector is a value, found by its id in the [`catalog`], and never names another.

pub mod acts;
pub mod case;
pub mod catalog;
mod cidr;
mod circumstances;
mod console_login;
mod credential_added;
pub mod dependence;
mod detector;
pub mod memory;
mod secret_accessed;
pub mod settings;
pub mod surprise;
mod telling;
pub mod threads;

pub use case::{Case, Recalled};
pub use catalog::{DETECTORS, find, judge};
pub use cidr::{contains as in_cidr, parse as parse_cidr};
pub use detector::Detector;
pub use settings::Settings;
