//! Redrive's settings: its environment, read once at cold start.

use crate::settings::{Form, SettingsError};

/// What redrive is told by its environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedriveSettings {
    /// `FAILURES_QUEUE_URL`: events functions failed at.
    pub failures: String,
    /// `UNDELIVERED_QUEUE_URL`: events rules could not deliver.
    pub undelivered: String,
    /// `FUNCTION_ARNS`: the functions that may be given anything, by ARN, with commas between them.
    pub functions: Vec<String>,
    /// `LOG_LEVEL`: error, warn, info, debug or trace; info where it is not set.
    pub log_level: tracing::Level,
}

impl RedriveSettings {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads settings by name; an empty value counts as none.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut form = Form::new(lookup);
        let functions = form.required("FUNCTION_ARNS", "the functions that may be given events again");
        let functions: Vec<String> =
            functions.split(',').map(str::trim).filter(|arn| !arn.is_empty()).map(Into::into).collect();
        for arn in functions.iter().filter(|arn| !is_function(arn)) {
            form.problem(format!("FUNCTION_ARNS: `{arn}` is no function's ARN"));
        }
        let read = Self {
            failures: form.required("FAILURES_QUEUE_URL", "the queue of events functions failed at"),
            undelivered: form.required("UNDELIVERED_QUEUE_URL", "the queue of events rules could not deliver"),
            functions,
            log_level: form.log_level(),
        };
        form.finish(read)
    }
}

/// Whether it is `arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME`, or that with a version.
fn is_function(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let shape = matches!(
        parts.as_slice(),
        ["arn", _, "lambda", _, _, "function", _] | ["arn", _, "lambda", _, _, "function", _, _]
    );
    shape && parts.iter().all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_or_wrong_is_named_at_once() {
        let error = RedriveSettings::from_lookup(|name| {
            (name == "FUNCTION_ARNS")
                .then(|| "arn:aws:lambda:us-east-1:111122223333:function:a, all of them".to_owned())
        })
        .unwrap_err();
        assert_eq!(error.problems.len(), 3, "{error}");
        assert!(error.to_string().contains("`all of them`"), "{error}");
    }
}
