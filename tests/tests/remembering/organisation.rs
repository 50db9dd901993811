//! An organisation made up from a seed: its events in order, and which are an attack's.

use std::collections::BTreeSet;
use std::fs;

use serde::Deserialize;
use trailwarden_evaluation::{Plan, Size, generate};
use trailwarden_model::{Activity, Finding, Severity};

use crate::deployment::Heard;
use crate::logs;

/// An attack, as the generator labels it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Attack {
    pub(crate) id: String,
    pub(crate) family: String,
    /// All its events, those out of scope, too.
    events: BTreeSet<String>,
}

/// What lives, and who attacks it.
#[derive(Debug)]
pub(crate) struct Organisation {
    pub(crate) records: usize,
    pub(crate) activities: Vec<Activity>,
    pub(crate) attacks: Vec<Attack>,
}

impl Organisation {
    /// So many days of it, every attack in the second half.
    pub(crate) fn of(seed: u64, size: Size, days: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan { days, learn_days: days / 2, ..Plan::new(seed, size) };
        let records = generate(&plan, folder.path()).unwrap().records;
        let labels = fs::read_to_string(folder.path().join("attacks.jsonl")).unwrap();
        let attacks = labels.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Self { records, activities: logs::activities(&[folder.path().join("AWSLogs")]), attacks }
    }

    /// For each attack the id of the event in its middle, of those in scope.
    pub(crate) fn middles(&self) -> BTreeSet<&str> {
        let of = |attack: &Attack| {
            let known: Vec<&str> =
                self.activities.iter().map(|one| one.id.as_str()).filter(|id| attack.events.contains(*id)).collect();
            known.get(known.len() / 2).copied()
        };
        self.attacks.iter().filter_map(of).collect()
    }
}

impl Attack {
    /// Whether a finding cites one of its events.
    pub(crate) fn is_cited_by(&self, finding: &Finding) -> bool {
        finding.events.iter().any(|event| self.events.contains(event.id.as_str()))
    }

    /// At which event it was first told, and how grave it was then.
    pub(crate) fn first_told<'a>(&self, heard: &'a Heard) -> Option<(&'a str, Severity)> {
        let about =
            heard.notices.iter().find(|(_, finding)| finding.severity >= Severity::Medium && self.is_cited_by(finding));
        about.map(|(event, finding)| (event.as_str(), finding.severity))
    }
}
