//! The settings file a command is given.

use std::path::Path;

use anyhow::Context;
use trailwarden_detectors::Settings;
use trailwarden_settings::parse;

/// Reads and checks a settings file; without one, the defaults.
pub(crate) fn load(path: Option<&Path>) -> anyhow::Result<Settings> {
    let Some(path) = path else { return Ok(Settings::default()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the settings {}", path.display()))?;
    Ok(parse(&text, &path.display().to_string())?)
}
