//! The template: `template.yaml`, written by hand but for what the catalog and the list of functions decide.
//!
//! What is made stands between `# >>> made: NAME` and `# <<< made: NAME`; everything else in the
//! file is left as it is.

mod alarms;
mod rules;

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

/// The template.
const TEMPLATE: &str = "template.yaml";

/// Writes what is made anew.
pub(crate) fn write() -> anyhow::Result<()> {
    let text = fs::read_to_string(TEMPLATE).with_context(|| format!("cannot read {TEMPLATE}"))?;
    fs::write(TEMPLATE, made(&text)?).with_context(|| format!("cannot write {TEMPLATE}"))?;
    let size = fs::metadata(Path::new(TEMPLATE))?.len();
    anstream::eprintln!("{TEMPLATE}: {size} bytes");
    Ok(())
}

/// The template with what is made in its place.
fn made(template: &str) -> anyhow::Result<String> {
    let rules = trailwarden_model::aws::rules::all();
    let blocks = [
        ("rules", rules.iter().map(rules::invoking).collect::<String>()),
        ("rule-arns", rules.iter().map(rules::arn_item).collect()),
        ("alarms", alarms::all(&rules)),
    ];
    let mut text = template.to_owned();
    for (name, block) in blocks {
        text = replaced(&text, name, &block)?;
    }
    Ok(text)
}

fn replaced(text: &str, name: &str, block: &str) -> anyhow::Result<String> {
    let (begin, end) = (format!("# >>> made: {name}\n"), format!("# <<< made: {name}\n"));
    let parts = text.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?)));
    let (before, (old, after)) = parts.with_context(|| format!("{TEMPLATE} has no block `{name}`"))?;
    ensure!(!after.contains(&begin), "{TEMPLATE} has the block `{name}` twice");
    let indent = old.rsplit('\n').next().unwrap_or_default();
    Ok(format!("{before}{begin}{block}{indent}{end}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(TEMPLATE);
        let committed = fs::read_to_string(path).unwrap();
        assert!(made(&committed).unwrap() == committed, "{TEMPLATE} is stale: run `cargo xtask generate`");
    }

    #[test]
    fn making_touches_nothing_but_its_blocks() {
        let text = "a\n  # >>> made: x\n  old\n  # <<< made: x\nb\n";
        assert_eq!(replaced(text, "x", "  new\n").unwrap(), "a\n  # >>> made: x\n  new\n  # <<< made: x\nb\n");
        assert!(replaced(text, "y", "").is_err());
    }
}
