//! The templates: `template.yaml` and those in `infra`, written by hand but for what the catalog, the list of functions
//! and each other decide.
//!
//! What is made stands between `# >>> made: NAME` and `# <<< made: NAME`; everything else in a
//! file is left as it is.

mod alarms;
mod rules;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use rules::Bus;
use serde_json::{Value, json};
use trailwarden_model::aws::rules::{Rule, all};

/// What one account deploys.
const TEMPLATE: &str = "template.yaml";
/// What every other account and region is given.
const FORWARDER: &str = "infra/forwarder.yaml";
/// What rolls the forwarder out, and carries it.
const CARRIERS: [&str; 2] = ["infra/organization.yaml", "infra/account.yaml"];

/// The rules for those who use Terraform; all of it is made.
const TERRAFORM_RULES: &str = "infra/terraform/rules.json";

/// Writes what is made anew.
pub(crate) fn write() -> anyhow::Result<()> {
    for (path, text) in made(Path::new("."))? {
        fs::write(path, &text).with_context(|| format!("cannot write {path}"))?;
        anstream::eprintln!("{path}: {} bytes", text.len());
    }
    Ok(())
}

/// Every template with what is made in its place.
fn made(repository: &Path) -> anyhow::Result<Vec<(&'static str, String)>> {
    let read = |path| fs::read_to_string(repository.join(path)).with_context(|| format!("cannot read {path}"));
    let forwarder = forwarder(&read(FORWARDER)?)?;
    let carried = carried(&forwarder);
    let mut made = vec![(TEMPLATE, deployment(&read(TEMPLATE)?)?)];
    for path in CARRIERS {
        made.push((path, replaced(path, &read(path)?, "forwarder", &carried)?));
    }
    made.push((FORWARDER, forwarder));
    made.push((TERRAFORM_RULES, rules_as_json()?));
    Ok(made)
}

fn deployment(template: &str) -> anyhow::Result<String> {
    let rules = all();
    let on = |bus: Bus, one: fn(Bus, &Rule) -> String| rules.iter().map(move |rule| one(bus, rule));
    let both = |one| on(Bus::Default, one).chain(on(Bus::Central, one)).collect::<String>();
    let blocks = [
        ("rules", both(rules::invoking)),
        ("rule-arns", both(rules::arn_item)),
        ("rule-names", on(Bus::Default, rules::name_item).collect()),
        ("central-rule-names", on(Bus::Central, rules::name_item).collect()),
        ("alarms", alarms::all(&rules)),
        ("alarm-metrics", alarms::metrics(&rules)),
    ];
    blocks.iter().try_fold(template.to_owned(), |text, (name, block)| replaced(TEMPLATE, &text, name, block))
}

fn forwarder(template: &str) -> anyhow::Result<String> {
    replaced(FORWARDER, template, "rules", &all().iter().map(rules::forwarding).collect::<String>())
}

fn rules_as_json() -> anyhow::Result<String> {
    let rules: Vec<Value> = all()
        .iter()
        .map(|rule| json!({ "name": rule.name, "description": rule.description, "pattern": rule.pattern }))
        .collect();
    Ok(serde_json::to_string_pretty(&rules)? + "\n")
}

/// The forwarder as the lines of a block of text within another template, without its comments.
fn carried(forwarder: &str) -> String {
    let lines = forwarder.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty());
    lines.flat_map(|line| ["        ", line, "\n"]).collect()
}

fn replaced(path: &str, text: &str, name: &str, block: &str) -> anyhow::Result<String> {
    let (begin, end) = (format!("# >>> made: {name}\n"), format!("# <<< made: {name}\n"));
    let parts = text.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?)));
    let (before, (old, after)) = parts.with_context(|| format!("{path} has no block `{name}`"))?;
    ensure!(!after.contains(&begin), "{path} has the block `{name}` twice");
    let indent = old.rsplit('\n').next().unwrap_or_default();
    Ok(format!("{before}{begin}{block}{indent}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_up_to_date() {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for (path, text) in made(&repository).unwrap() {
            let committed = fs::read_to_string(repository.join(path)).unwrap();
            assert!(text == committed, "{path} is stale: run `cargo xtask generate`");
        }
    }

    #[test]
    fn making_touches_nothing_but_its_blocks() {
        let text = "a\n  # >>> made: x\n  old\n  # <<< made: x\nb\n";
        assert_eq!(replaced("t", text, "x", "  new\n").unwrap(), "a\n  # >>> made: x\n  new\n  # <<< made: x\nb\n");
        assert!(replaced("t", text, "y", "").is_err());
    }
}
