//! What really happened in a generated folder: the organisation, its attacks, and what was odd and yet ordinary.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Seconds in a day.
pub(super) const DAY: i64 = 86_400;

/// The organisation a folder's logs are of, as `organization.json` says it.
#[derive(Debug, Clone, Deserialize)]
pub struct Organization {
    /// The seed it was drawn from.
    pub seed: u64,
    /// `small`, `medium` or `large`.
    pub size: String,
    /// How many identities act: people, users, roles of workloads.
    pub identities: u64,
    /// How many accounts it has.
    pub accounts: u64,
    /// When its logs begin.
    pub start: Timestamp,
    /// How many days they cover.
    pub days: u32,
    /// How many days pass before the first attack may begin.
    pub learn_days: u32,
    /// What kind of organisation it is, in words.
    #[serde(default)]
    pub profile: String,
}

impl Organization {
    /// The second from which findings count, when the first `learn` days are learned from in silence.
    pub(super) fn judged_from(&self, learn: u32) -> i64 {
        self.start.as_second() + i64::from(learn) * DAY
    }

    /// How many weeks are judged.
    pub(super) fn weeks(&self, learn: u32) -> f64 {
        f64::from(self.days.saturating_sub(learn)) / 7.0
    }

    /// How many hundreds of identities times weeks are judged: what rates are per.
    pub(super) fn hundred_weeks(&self, learn: u32) -> f64 {
        self.identities as f64 / 100.0 * self.weeks(learn)
    }
}

/// One attack, as a line of `attacks.jsonl` says it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Attack {
    pub(super) id: String,
    pub(super) family: String,
    pub(super) technique: String,
    pub(super) title: String,
    /// All the attacker's events.
    pub(super) events: Vec<String>,
    /// Absent where nothing in the logs can tell.
    pub(super) first_telling: Option<FirstTelling>,
    /// Why nobody can be expected to see it, where that is so.
    #[serde(default)]
    pub(super) stated_blind_spot: Option<String>,
}

/// The earliest event that could tell an expert who knows everything before it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FirstTelling {
    pub(super) event_id: String,
    pub(super) time: Timestamp,
}

/// One notable piece of ordinary life, as a line of `oddities.jsonl` says it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Oddity {
    pub(super) kind: String,
    pub(super) events: Vec<String>,
}

/// Everything a folder says about itself.
#[derive(Debug, Clone)]
pub(super) struct Truth {
    pub(super) organization: Organization,
    pub(super) attacks: Vec<Attack>,
    attack_of: BTreeMap<String, usize>,
    oddities_of: BTreeMap<String, Vec<String>>,
}

impl Truth {
    /// Reads what a generated folder says about itself.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("organization.json");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}: is it a generated folder?", path.display()))?;
        let organization =
            serde_json::from_str(&text).with_context(|| format!("{} is not an organisation", path.display()))?;
        let attacks = read_lines(&folder.join("attacks.jsonl"))?;
        let oddities = read_lines(&folder.join("oddities.jsonl"))?;
        Self::new(organization, attacks, oddities).with_context(|| format!("{} contradicts itself", folder.display()))
    }

    /// Puts together what is known, and refuses what would be counted wrongly.
    pub(super) fn new(organization: Organization, attacks: Vec<Attack>, oddities: Vec<Oddity>) -> Result<Self> {
        let mut attack_of = BTreeMap::new();
        for (index, attack) in attacks.iter().enumerate() {
            if attack.first_telling.as_ref().is_some_and(|telling| !attack.events.contains(&telling.event_id)) {
                bail!("the first telling event of attack {} is none of its events: add it to them", attack.id);
            }
            for event in &attack.events {
                if attack_of.insert(event.clone(), index).is_some_and(|other| other != index) {
                    bail!(
                        "event {event} of attack {} belongs to another one too: each must stand by itself",
                        attack.id
                    );
                }
            }
        }
        let mut oddities_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for oddity in oddities {
            for event in oddity.events {
                oddities_of.entry(event).or_default().push(oddity.kind.clone());
            }
        }
        Ok(Self { organization, attacks, attack_of, oddities_of })
    }

    /// The attack an event belongs to, by its place among the attacks.
    pub(super) fn attack_of(&self, event: &str) -> Option<usize> {
        self.attack_of.get(event).copied()
    }

    /// The kinds of the oddities an event belongs to.
    pub(super) fn oddities_of(&self, event: &str) -> &[String] {
        self.oddities_of.get(event).map_or(&[], Vec::as_slice)
    }
}

/// Reads a file of one JSON value a line; blank lines are skipped.
pub(super) fn read_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse_lines(BufReader::new(file)).with_context(|| format!("cannot understand {}", path.display()))
}

/// Reads one JSON value a line; blank lines are skipped.
pub(super) fn parse_lines<T: DeserializeOwned>(reader: impl BufRead) -> Result<Vec<T>> {
    let mut values = Vec::new();
    for (number, line) in reader.lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            values.push(serde_json::from_str(&line).with_context(|| format!("line {}", number + 1))?);
        }
    }
    Ok(values)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An organisation of 100 identities over 28 days from 2026-01-05, with attacks and oddities given as JSON lines.
    pub(in super::super) fn truth(attacks: &str, oddities: &str) -> Truth {
        let organization = r#"{"seed":7,"size":"small","identities":100,"accounts":3,"start":"2026-01-05T00:00:00Z",
            "days":28,"learn_days":14,"profile":"a shop"}"#;
        Truth::new(
            serde_json::from_str(organization).unwrap(),
            parse_lines(attacks.as_bytes()).unwrap(),
            parse_lines(oddities.as_bytes()).unwrap(),
        )
        .unwrap()
    }

    /// One line of `attacks.jsonl`: the first of the events is the one that tells.
    pub(in super::super) fn attack(id: &str, family: &str, events: &[&str], time: &str) -> String {
        let line = serde_json::json!({
            "id": id, "family": family, "technique": "T1555.006", "title": format!("attack {id}"), "events": events,
            "first_telling": {"event_id": events[0], "time": time}, "why": "it is new", "stated_blind_spot": null
        });
        format!("{line}\n")
    }

    #[test]
    fn an_event_in_two_attacks_is_refused() {
        let lines =
            attack("a1", "f", &["e1"], "2026-01-20T00:00:00Z") + &attack("a2", "f", &["e1"], "2026-01-20T00:00:00Z");
        let organization = truth("", "").organization;
        let refused = Truth::new(organization, parse_lines(lines.as_bytes()).unwrap(), Vec::new()).unwrap_err();
        assert!(refused.to_string().contains("event e1 of attack a2"), "{refused}");
    }

    #[test]
    fn a_first_telling_event_of_somebody_else_is_refused() {
        let line = attack("a1", "f", &["e1"], "2026-01-20T00:00:00Z").replace(r#"["e1"]"#, r#"["e2"]"#);
        let organization = truth("", "").organization;
        assert!(Truth::new(organization, parse_lines(line.as_bytes()).unwrap(), Vec::new()).is_err());
    }

    #[test]
    fn the_judged_span_is_what_learning_leaves() {
        let organization = truth("", "").organization;
        assert!((organization.hundred_weeks(14) - 2.0).abs() < 1e-12);
        assert!((organization.hundred_weeks(0) - 4.0).abs() < 1e-12);
        assert_eq!(organization.judged_from(14) - organization.start.as_second(), 14 * DAY);
    }
}
