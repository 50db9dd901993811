//! What can go wrong between the pipeline and its table.

use trailwarden_pipeline::Failure;

use crate::call::CallError;

/// Why the memory could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The table answered, but took only part of a batch, again and again.
    #[error(
        "the table took only part of a batch after {attempts} attempts: raise its capacity, or deliver the record again"
    )]
    Throttled {
        /// How often it was asked.
        attempts: u32,
    },
    /// An item was written by a newer version of this program.
    #[error("{item} is of form {found}, this build reads form {known}: deploy the newer build again")]
    Form {
        /// The item's key.
        item: String,
        /// The form it says it has.
        found: String,
        /// The newest form this build reads.
        known: u8,
    },
    /// An item is not what this program writes.
    #[error("{item} cannot be read: {problem}; restore it, or delete it to begin anew")]
    Malformed {
        /// The item's key.
        item: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An episode could not be written down.
    #[error("the episode {0} could not be written as JSON")]
    Unwritable(String, #[source] serde_json::Error),
}

impl Failure for StoreError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Call(error) => error.is_retryable(),
            Self::Throttled { .. } => true,
            Self::Form { .. } | Self::Malformed { .. } | Self::Unwritable(..) => false,
        }
    }
}
