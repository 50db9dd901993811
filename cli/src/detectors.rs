//! `detectors`: the catalog.

use std::io::{self, Write};

use anstyle::Style;
use anyhow::bail;
use serde::Serialize;
use trailwarden_detectors::{DETECTORS, Detector, find};

use crate::args::{CatalogFormat, DetectorsArgs};
use crate::output;

/// A detector as programs read it.
#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    summary: &'a str,
    techniques: &'a [&'a str],
    analytics: &'a [&'a str],
    settings: &'a [&'a str],
    blind_spots: &'a [&'a str],
}

/// Runs `detectors`.
pub(crate) fn run(arguments: &DetectorsArgs) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    if let Some(id) = &arguments.id {
        let Some(detector) = find(id) else {
            bail!("no detector is called {id}: did you mean {}?", trailwarden_settings::nearest_detector(id));
        };
        stdout.write_all(detector.page.as_bytes())?;
        return Ok(());
    }
    let default = if output::to_terminal() { CatalogFormat::Table } else { CatalogFormat::Jsonl };
    for detector in DETECTORS {
        match arguments.format.unwrap_or(default) {
            CatalogFormat::Jsonl => {
                writeln!(stdout, "{}", serde_json::to_string(&entry(detector))?)?;
            }
            CatalogFormat::Table => writeln!(stdout, "{}\n", card(detector))?,
        }
    }
    Ok(())
}

fn entry<'a>(detector: &Detector) -> Entry<'a> {
    Entry {
        id: detector.id,
        summary: detector.summary,
        techniques: detector.techniques,
        analytics: detector.analytics,
        settings: detector.settings,
        blind_spots: detector.blind_spots,
    }
}

fn card(detector: &Detector) -> String {
    let width = output::width();
    let mut lines = vec![output::paint(detector.id, Style::new().bold(), output::styling())];
    lines.push(output::wrap("  finds", detector.summary, width));
    lines.push(output::wrap(
        "  attack",
        &format!("{} · {}", detector.techniques.join(", "), detector.analytics.join(", ")),
        width,
    ));
    for (index, spot) in detector.blind_spots.iter().enumerate() {
        lines.push(output::wrap(if index == 0 { "  blind" } else { "" }, spot, width));
    }
    lines.push(output::wrap("  turn", &detector.settings.join(", "), width));
    lines.join("\n")
}
