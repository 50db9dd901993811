//! The parameter: what an operator turned, in the form of the settings file.

use aws_config::SdkConfig;
use trailwarden_detectors::Settings;
use trailwarden_settings::{Fault, parse};

use crate::call::CallError;

/// Why a function does not know its settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParameterError {
    /// The parameter could not be read.
    #[error("the settings could not be read")]
    Call(#[from] CallError),
    /// What it holds is no settings file.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Reads and checks the settings in a parameter; without one, the defaults.
///
/// A function that cannot know its settings does not start: its events are tried again, wait in the queue of
/// failures and raise its alarm, which is better than judging for hours as nobody wanted.
pub(crate) async fn load(config: &SdkConfig, parameter: Option<&str>) -> Result<Settings, ParameterError> {
    let Some(name) = parameter else { return Ok(Settings::default()) };
    let request = aws_sdk_ssm::Client::new(config).get_parameter().name(name).with_decryption(true);
    let answer = request.send().await.map_err(|error| CallError::of("GetParameter", error))?;
    let text = answer.parameter.and_then(|parameter| parameter.value).unwrap_or_default();
    Ok(parse(&text, name)?)
}
