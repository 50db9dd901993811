//! Adapters to AWS: memory and ledger on DynamoDB, telling over SNS and Security Hub, a function's trigger, settings and clients.
//!
//! Only this crate knows how the memory lies in a table, what a message looks like on the wire,
//! and which environment a function reads. The pipeline knows none of it.

#[cfg(feature = "answers")]
pub mod answers;
#[cfg(feature = "backfill")]
pub mod backfill;
mod call;
pub mod clients;
pub mod clock;
mod function;
mod heartbeat;
#[cfg(feature = "hub")]
pub mod hub;
mod hub_queue;
mod ledger;
pub mod logs;
#[cfg(feature = "members")]
mod members;
mod parameter;
#[cfg(feature = "presence")]
pub mod presence;
#[cfg(feature = "privileges")]
pub mod privileges;
#[cfg(feature = "redrive")]
pub mod redrive;
pub mod settings;
#[cfg(feature = "sight")]
pub mod sight;
mod sinks;
mod store;
mod tally;
mod topic;
pub mod trigger;
pub mod watch;

pub use call::CallError;
pub use clients::Clients;
pub use function::serve;
pub use ledger::{LedgerError, LedgerTable, PARTITION_KEY, SORT_KEY};
pub use settings::{FunctionSettings, SettingsError};
pub use store::{DynamoStore, KEY, Spent, StoreError};
pub use topic::{PublishError, SnsPublisher};
