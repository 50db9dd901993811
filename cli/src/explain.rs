//! `explain`: one finding in words.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

use anyhow::{Context, bail};
use trailwarden_model::Finding;

use crate::args::ExplainArgs;
use crate::output;

/// Runs `explain`.
pub(crate) fn run(arguments: &ExplainArgs) -> anyhow::Result<()> {
    let name = arguments.findings.display().to_string();
    let reader: Box<dyn BufRead> = if name == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(&arguments.findings).with_context(|| format!("cannot read {name}"))?))
    };
    let mut matching = Vec::new();
    let mut nearest: Option<String> = None;
    for (index, line) in reader.lines().enumerate() {
        let line = line.with_context(|| format!("cannot read {name}"))?;
        if line.trim().is_empty() {
            continue;
        }
        let finding: Finding = serde_json::from_str(&line).with_context(|| {
            format!("{name}:{}: not a finding: give what `trailwarden replay --format jsonl` wrote", index + 1)
        })?;
        let id = finding.id.as_str();
        if id == arguments.finding {
            return show(&finding);
        }
        if id.starts_with(&arguments.finding) {
            matching.push(finding);
        } else if strsim::osa_distance(id, &arguments.finding) <= 3 {
            nearest = Some(id.to_owned());
        }
    }
    match matching.as_slice() {
        [finding] => show(finding),
        [] => match nearest {
            Some(id) => bail!("no finding {} in {name}: did you mean {id}?", arguments.finding),
            None => bail!("no finding {} in {name}", arguments.finding),
        },
        several => bail!("{} findings begin with {}: give more of the id", several.len(), arguments.finding),
    }
}

fn show(finding: &Finding) -> anyhow::Result<()> {
    let text = output::explain(finding, output::styling(), output::width());
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}
