//! `generate`: the documents and files that are made from code.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;
use clap::{CommandFactory, ValueEnum};
use clap_complete::Shell;
use schemars::JsonSchema;
use trailwarden_detectors::DETECTORS;
use trailwarden_model::aws::catalog::CALLS;
use trailwarden_model::aws::delivery::OWN_NAME;
use trailwarden_model::{Fact, Finding, Tier};

use crate::args::{Cli, GenerateArgs};

/// Runs `generate`.
pub(crate) fn run(arguments: &GenerateArgs) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    write(folder, "finding.schema.json", &schema::<Finding>()?)?;
    write(folder, "fact.schema.json", &schema::<Fact>()?)?;
    write(folder, "calls.md", &calls())?;
    write(folder, "settings.toml", &settings()?)?;
    write(folder, "detectors/README.md", &detectors())?;
    for detector in DETECTORS {
        write(folder, &format!("detectors/{}.md", detector.id), detector.page)?;
    }
    man(folder)?;
    for shell in Shell::value_variants() {
        let mut text = Vec::new();
        clap_complete::generate(*shell, &mut Cli::command(), "trailwarden", &mut text);
        write(folder, &format!("completions/trailwarden.{shell}"), &String::from_utf8_lossy(&text))?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn schema<T: JsonSchema>() -> anyhow::Result<String> {
    let schema = schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    Ok(format!("{}\n", serde_json::to_string_pretty(&schema)?))
}

fn settings() -> anyhow::Result<String> {
    let defaults = toml::to_string_pretty(&trailwarden_detectors::Settings::default())?;
    Ok(format!(
        "# Every setting with its default; what each means stands in shared/detectors/src/settings.rs.\n\
         # Spans of time may also be written \"5m\", \"1h 30m\", \"7d\".\n\
         # Two have no default: `organization = \"o-…\"` under [findings],\n\
         # and `business_hours = [8, 18]` (first and last hour, UTC) under [console_login].\n\n{defaults}"
    ))
}

fn man(folder: &Path) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text)?;
    write(folder, "man/trailwarden.1", &String::from_utf8_lossy(&text))?;
    let mut whole = Cli::command();
    whole.build();
    for command in whole.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help") {
        let name = format!("trailwarden-{}", command.get_name());
        let mut text = Vec::new();
        clap_mangen::Man::new(command.clone().version(env!("CARGO_PKG_VERSION"))).render(&mut text)?;
        write(folder, &format!("man/{name}.1"), &String::from_utf8_lossy(&text))?;
    }
    Ok(())
}

/// The calls in scope as a document: the one table in code, by tier and source.
fn calls() -> String {
    let mut text = String::from("# Calls in scope\n\nMade from `shared/model/src/aws/catalog.rs`: do not edit.\n");
    for (tier, title) in
        [(Tier::Subject, "Subject: the three behaviours"), (Tier::Context, "Context: what changes their meaning")]
    {
        let _ = write!(text, "\n## {title}\n\n| source | call | read-only | emitted in |\n|---|---|---|---|\n");
        for call in CALLS.iter().filter(|call| call.tier == tier) {
            let read = if call.read_only { "yes" } else { "no" };
            let ours = call.own_parameter().map(|name| format!(", where `{name}` names `{OWN_NAME}`"));
            let (place, ours) = (call.home.words(), ours.unwrap_or_default());
            let _ = writeln!(text, "| `{}` | `{}` | {read} | {place}{ours} |", call.source, call.name);
        }
    }
    text
}

fn detectors() -> String {
    let mut text = String::from(
        "# Detectors\n\nMade from the catalog in code: do not edit.\n\n| detector | finds | techniques |\n|---|---|---|\n",
    );
    for detector in DETECTORS {
        let _ = writeln!(
            text,
            "| [`{0}`]({0}.md) | {1} | {2} |",
            detector.id,
            detector.summary,
            detector.techniques.join(", ")
        );
    }
    text
}
