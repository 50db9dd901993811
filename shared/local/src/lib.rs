//! Local adapters: files in, an embedded store, and sorting that may spill to disk.

pub mod input;
pub mod order;
pub mod store;

pub use order::{Ordered, Sorter};
pub use store::{LocalStore, StoreError};
