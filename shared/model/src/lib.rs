//! The model: records understood as activities, and what is said about them.
//!
//! Nothing here performs I/O, waits, or reads a clock.
//! Platforms live in their own folder ([`aws`]); everything outside those folders is platform-neutral.

pub mod activity;
pub mod aws;
pub mod client;
pub mod deed;
pub mod fact;
pub mod finding;
pub mod geography;
pub mod ids;
pub mod network;
pub mod principal;
pub mod signal;
pub mod text;

pub use activity::{Action, Activity, Address, Origin, Outcome, Platform, Session, Tier, Workload};
pub use client::Client;
pub use deed::{
    Credential, CredentialChange, CredentialKind, Deed, Echo, Party, SecretChange, SignInStep, Target, TrustKind,
};
pub use fact::{Doer, Fact, FactDay, FactKind, FactOutcome, FactTarget};
pub use finding::{
    Actor, CitedEvent, ExpectedChange, Finding, FindingOrigin, FindingTarget, SecretTarget, Severity, Status,
};
pub use ids::{AccountId, EventId, FindingId, PrincipalKey, Region, SecretId};
pub use network::{Network, NetworkKind};
pub use principal::{Principal, PrincipalKind, Privilege};
pub use signal::{Effect, Evidence, Signal};
