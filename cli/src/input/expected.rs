//! The file of expected changes.

use std::path::Path;

use anyhow::{Context, bail};
use trailwarden_pipeline::Expected;

/// Reads expected changes, one JSON object a line.
pub(crate) fn load(path: Option<&Path>) -> anyhow::Result<Vec<Expected>> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the expected changes {}", path.display()))?;
    let mut all = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Expected>(line) {
            Ok(expected) => all.push(expected),
            Err(error) => bail!(
                "{}:{}: {error}: an expected change is {{\"who\": …, \"what\": …, \"until\": …, \"by\": …}}",
                path.display(),
                index + 1
            ),
        }
    }
    Ok(all)
}
