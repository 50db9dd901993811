//! Remote: a deployment spoken to from outside, by whoever operates it.
//!
//! What is asked of a deployment, one of its functions does: whoever operates it needs to be allowed nothing
//! but to invoke that one, and the command links one client of AWS.
//! Nothing is looked up: what a deployment calls its parts follows from its stack's name.

mod coverage;

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::http::HttpResponse;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::error::{DisplayErrorContext, SdkError};
use aws_sdk_lambda::primitives::Blob;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use coverage::{Coverage, Fault, Place, Row, Sighting, State};

/// How long a run of redrive may take, and its answer on the way.
const REDRIVE: Duration = Duration::from_secs(330);
/// How long a look at every account and region may take, and its answer on the way.
const LOOK: Duration = Duration::from_secs(930);
/// How long merging a batch may take, and its answer on the way.
const BATCH: Duration = Duration::from_secs(150);
/// How long hearing what somebody says may take, and its answer on the way.
const HEARING: Duration = Duration::from_secs(65);

/// Why a deployment did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// There is no such deployment.
    #[error(
        "there is no function {name} in {region}: say the stack's name with --stack, and where it is with --region"
    )]
    Absent {
        /// The function.
        name: String,
        /// Where it was looked for.
        region: String,
    },
    /// Nobody said where.
    #[error("which region? say --region, or set AWS_REGION, or a region in the profile")]
    Nowhere,
    /// The call failed.
    #[error("{name} in {region} could not be invoked: {why}")]
    Call {
        /// The function.
        name: String,
        /// Where.
        region: String,
        /// Why.
        why: String,
        /// Whether it may be reached later.
        passing: bool,
    },
    /// There is no room for one more invocation.
    #[error("{name} could not be invoked now: the account has no concurrency left")]
    Full {
        /// The function.
        name: String,
    },
    /// The function failed.
    #[error("{name} failed: {said}")]
    Failed {
        /// The function.
        name: String,
        /// What it said.
        said: String,
    },
    /// The function answered something else.
    #[error("{name} answered what this version does not understand: use the version that was deployed")]
    Unreadable {
        /// The function.
        name: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// What became of the messages of one run of redrive; each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct Redriven {
    /// Taken by their function, and gone from the queue.
    pub redriven: u64,
    /// Not taken: they wait for another run.
    pub failed: u64,
    /// Not tried, for want of time or of room: about as many wait in the queues.
    pub left_for_later: u64,
    /// Not ours to give to anybody.
    pub unreadable: u64,
}

/// How far a batch of backfill came.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Merged {
    /// So many subjects from its beginning are in the memory.
    pub merged: usize,
    /// How many requests that took.
    pub requests: u64,
    /// How many write units that took.
    pub units: f64,
    /// Why it ended before its end: `late`, or `busy` where the table had no room.
    pub stopped: Option<String>,
}

/// What became of something that was said or asked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Heard {
    /// Findings whose answer is kept.
    pub answered: u64,
    /// Findings it does not know.
    pub unknown: u64,
    /// Changes it expects now, and suppressions that hold.
    pub expected: u64,
    /// Announcements that hold no longer.
    #[serde(default)]
    pub withdrawn: u64,
    /// What was announced is called so.
    #[serde(default)]
    pub id: Option<String>,
    /// Why it was not believed.
    pub refused: Option<String>,
    /// Everything that was announced, where that was asked, each as JSON.
    #[serde(default)]
    pub announced: Option<Vec<Value>>,
    /// What the ledger holds, where that was asked.
    #[serde(default)]
    pub ledger: Option<Part>,
}

/// A part of what a ledger holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Part {
    /// Its rows, each as JSON, day by day.
    pub rows: Vec<Value>,
    /// Where the next part begins, if there is one.
    pub next: Option<Value>,
}

/// An event a trail has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sampled {
    /// CloudTrail's `eventID`.
    pub id: String,
    /// CloudTrail's `eventTime` (RFC 3339).
    pub time: String,
    /// The function it goes to: `credential-added`, `secret-accessed` or `console-login`.
    pub path: &'static str,
}

/// What became of such events; those in neither list did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Arrivals {
    /// The ids of those a function dealt with.
    pub arrived: Vec<String>,
    /// The ids of those nobody looked for, for want of time.
    pub unlooked: Vec<String>,
}

/// A deployment, by its stack.
#[derive(Debug, Clone)]
pub struct Deployment {
    stack: String,
    region: String,
    config: SdkConfig,
}

impl RemoteError {
    /// Whether asking again may help: what could not be reached, and not what refused or failed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::Call { passing: true, .. })
    }
}

impl Deployment {
    /// The deployment of that stack, with credentials as the AWS command line finds them.
    ///
    /// # Errors
    ///
    /// Where no region is said anywhere.
    pub async fn of(stack: &str, region: Option<String>, profile: Option<String>) -> Result<Self, RemoteError> {
        let https = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(https);
        if let Some(region) = region {
            loader = loader.region(Region::new(region));
        }
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        let region = config.region().ok_or(RemoteError::Nowhere)?.to_string();
        Ok(Self { stack: stack.to_owned(), region, config })
    }

    /// Which one it is: its stack, and where.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{} in {}", self.stack, self.region)
    }

    /// Lets redrive go through its queues once.
    ///
    /// # Errors
    ///
    /// What could not be reached, or failed there.
    pub async fn redrive(&self) -> Result<Redriven, RemoteError> {
        self.ask("redrive", None, REDRIVE).await
    }

    /// Lets the proof of sight look at every account and region once.
    ///
    /// # Errors
    ///
    /// What could not be reached, or failed there.
    pub async fn sight(&self) -> Result<Coverage, RemoteError> {
        self.ask("sight", None, LOOK).await
    }

    /// Has the proof of sight look for events in what the judging functions left in their logs.
    ///
    /// # Errors
    ///
    /// What could not be reached, or failed there.
    pub async fn arrivals(&self, events: &[Sampled]) -> Result<Arrivals, RemoteError> {
        let asked = json!({ "arrived": { "events": events } });
        self.ask("sight", Some(asked.to_string().into_bytes()), LOOK).await
    }

    /// Has a batch of what was learned merged into the memory, as far as there is time and room.
    ///
    /// # Errors
    ///
    /// What could not be reached, or failed there.
    pub async fn backfill(&self, batch: Vec<u8>) -> Result<Merged, RemoteError> {
        self.ask("backfill", Some(batch), BATCH).await
    }

    /// Says something to it, or asks it something, as an event in JSON: an answer to a finding, a change to expect.
    ///
    /// # Errors
    ///
    /// What could not be reached, or failed there.
    pub async fn say(&self, event: Vec<u8>) -> Result<Heard, RemoteError> {
        self.ask("answers", Some(event), HEARING).await
    }

    /// Asks one function of the deployment, and waits for its answer.
    async fn ask<A: DeserializeOwned>(
        &self,
        function: &str,
        what: Option<Vec<u8>>,
        within: Duration,
    ) -> Result<A, RemoteError> {
        let name = format!("{}-{function}", self.stack);
        let config = aws_sdk_lambda::config::Builder::from(&self.config)
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(within).build())
            // A run that was begun goes on; another one would share its work.
            .retry_config(RetryConfig::disabled())
            .build();
        let (at, region) = (|| name.clone(), || self.region.clone());
        let asked = Client::from_conf(config).invoke().function_name(&name).set_payload(what.map(Blob::new));
        let answer = asked.send().await.map_err(|error| match error.as_service_error() {
            Some(refused) if refused.is_resource_not_found_exception() => {
                RemoteError::Absent { name: at(), region: region() }
            }
            Some(refused) if refused.is_too_many_requests_exception() => RemoteError::Full { name: at() },
            _ => {
                let passing = is_passing(&error);
                RemoteError::Call { name: at(), region: region(), why: DisplayErrorContext(error).to_string(), passing }
            }
        })?;
        let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
        if answer.function_error.is_some() {
            let said = String::from_utf8_lossy(&payload).chars().filter(|sign| !sign.is_control()).take(500).collect();
            return Err(RemoteError::Failed { name, said });
        }
        serde_json::from_slice(&payload).map_err(|source| RemoteError::Unreadable { name, source })
    }
}

/// Whether nobody answered, or a service in trouble: whoever refused will refuse again.
fn is_passing<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_io() || failure.is_timeout(),
        SdkError::ServiceError(answer) => answer.raw().status().as_u16() >= 500,
        _ => false,
    }
}
