//! The story: the labels and the page that tell a reader what the logs hold.

use std::fmt::Write;

use super::{attack::Step, record::Record, steps};

/// One row for each record of the attack: not JSON, so that nothing takes it for a log.
pub(super) fn labels(records: &[Record]) -> anyhow::Result<String> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record(["event_id", "time", "step", "technique", "event", "account", "region"])?;
    for (step, record) in attack(records) {
        rows.write_record([
            record.id.as_str(),
            &record.at.iso(),
            step.name,
            step.technique,
            record.tells("eventName"),
            record.account.id(),
            record.region,
        ])?;
    }
    Ok(String::from_utf8(rows.into_inner()?)?)
}

/// The page, with its numbers and its table filled in.
pub(super) fn page(records: &[Record]) -> anyhow::Result<String> {
    let mut table = String::new();
    for step in steps::ALL {
        let shown: Vec<&Record> = attack(records)
            .filter(|(of, record)| std::ptr::eq(*of, step) && record.tells("eventName") != "Decrypt")
            .map(|(_, record)| record)
            .collect();
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
            continue;
        };
        let mut names: Vec<&str> = Vec::new();
        for name in shown.iter().map(|record| record.tells("eventName")) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let times =
            if first.at == last.at { first.at.iso() } else { format!("{} – {}", first.at.iso(), last.at.iso()) };
        writeln!(
            table,
            "| {times} | `{}` | {} | {} × `{}` | {} |",
            step.name,
            step.technique,
            shown.len(),
            names.join("`, `"),
            step.tells,
        )?;
    }
    let page = include_str!("story.md");
    Ok(page.replace("{records}", &records.len().to_string()).replace("{table}\n", &table))
}

fn attack(records: &[Record]) -> impl Iterator<Item = (&'static Step, &Record)> {
    records.iter().filter_map(|record| Some((record.step?, record)))
}
