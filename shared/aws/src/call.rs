//! A call that failed: which one, why, and whether the same call may succeed later.

use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// What a service answers when it is asked too much, or is itself in trouble.
const PASSING: [&str; 11] = [
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "ThrottledException",
    "Throttled",
    "Throttling",
    "TransactionInProgressException",
    "InternalServerError",
    "InternalError",
    "InternalFailure",
    "ServiceUnavailable",
];

/// One call that failed.
#[derive(Debug, thiserror::Error)]
#[error("{operation} failed: {code}: {message}")]
pub struct CallError {
    operation: &'static str,
    code: String,
    message: String,
    retryable: bool,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

impl CallError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// The service's name for what went wrong; `unreachable` where it did not answer.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the service said about it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn of<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let answered = matches!(error, SdkError::ServiceError(_));
        let code = error.code().map_or_else(
            || if answered { format!("status {}", status.unwrap_or_default()) } else { "unreachable".to_owned() },
            ToOwned::to_owned,
        );
        let retryable = match &error {
            SdkError::ConstructionFailure(_) => false,
            SdkError::ServiceError(_) => {
                status.is_none_or(|status| status >= 500 || status == 429) || PASSING.contains(&code.as_str())
            }
            _ => true,
        };
        let message = error.message().map_or_else(|| innermost(&error), ToOwned::to_owned);
        Self { operation, code, message, retryable, source: Box::new(error) }
    }
}

/// Whether the condition of a write held; that it did not is no failure.
pub(crate) fn held<T, E>(operation: &'static str, sent: Result<T, SdkError<E, HttpResponse>>) -> Result<bool, CallError>
where
    E: Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match sent {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(false),
        Err(error) => Err(CallError::of(operation, error)),
    }
}

/// The last cause is the one that says something: the ones before it are layers of the client.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
