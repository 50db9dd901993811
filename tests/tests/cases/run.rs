//! A run: a case through the real intake, memory and pipeline.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::Value;
use trailwarden_local::LocalStore;
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, CitedEvent, Evidence, Finding, FindingId, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Publisher, Read};

use super::file::Case;

/// How often the judged records are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Once each.
    Once,
    /// Each twice in a row.
    EachTwice,
    /// All of them, and then all of them again.
    AllAgain,
}

/// What was told of a case.
pub(crate) struct Told {
    /// The findings in their last state, the gravest first.
    pub(crate) findings: Vec<Finding>,
    /// The gravest severity any revision had.
    pub(crate) peak: Option<Severity>,
}

/// What a redelivery must not change.
pub(crate) type Gist = BTreeMap<FindingId, (String, Severity, Vec<Arc<CitedEvent>>, Vec<Evidence>, u32)>;

impl Told {
    /// The findings a person should look at.
    pub(crate) fn disturbing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity >= Severity::Medium)
    }

    /// The findings of one type that reach a person: by themselves, or as a part of a story that does.
    pub(crate) fn reaching<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Finding> {
        let stories: Vec<&FindingId> = self.disturbing().map(|finding| &finding.id).collect();
        self.findings.iter().filter(move |finding| {
            let told = finding.severity >= Severity::Medium || finding.related.iter().any(|id| stories.contains(&id));
            finding.kind == kind && told
        })
    }

    /// What a redelivery must not change.
    pub(crate) fn gist(&self) -> Gist {
        let gist = |finding: &Finding| {
            (finding.kind.clone(), finding.severity, finding.events.clone(), finding.evidence.clone(), finding.revision)
        };
        self.findings.iter().map(|finding| (finding.id.clone(), gist(finding))).collect()
    }
}

/// Learns a case's history in silence, judges its records in order of time, and says what was told.
pub(crate) fn run(case: &Case, delivery: Delivery) -> Told {
    let pipeline = Pipeline {
        store: LocalStore::in_memory(),
        publisher: Gathered::default(),
        settings: case.settings.clone(),
        expected: Vec::new(),
        tell_from: Severity::Informational,
    };
    for activity in in_order(case, &case.history) {
        pollster::block_on(pipeline.learn(&activity)).unwrap();
    }
    let records = in_order(case, &case.records);
    let (each, rounds) = match delivery {
        Delivery::Once => (1, 1),
        Delivery::EachTwice => (2, 1),
        Delivery::AllAgain => (1, 2),
    };
    for _ in 0..rounds {
        for activity in &records {
            for _ in 0..each {
                pollster::block_on(pipeline.judge(activity)).unwrap();
            }
        }
    }
    pipeline.publisher.told()
}

/// The activities in order of time, writes before reads, then id: as `replay` judges them.
fn in_order(case: &Case, records: &[Value]) -> Vec<Activity> {
    // The table is built into the program, and the same for every case.
    static INTAKE: LazyLock<Intake> =
        LazyLock::new(|| Intake { coverage: Coverage::Catalog, networks: NetworkTable::shipped() });
    let read = |record: &Value| match INTAKE.read(record.to_string().as_bytes()) {
        Read::Activity(activity) => *activity,
        other => panic!("{}: no activity but {other:?}: {record}", case.name()),
    };
    let mut all: Vec<Activity> = records.iter().map(read).collect();
    all.sort_by(|a, b| (a.time, a.read_only, &a.id).cmp(&(b.time, b.read_only, &b.id)));
    all
}

/// Findings gathered as they are told.
#[derive(Debug, Default)]
struct Gathered(Mutex<(BTreeMap<FindingId, Finding>, Option<Severity>)>);

impl Publisher for Gathered {
    type Error = Infallible;

    async fn publish(&self, _finding: &Finding) -> Result<(), Infallible> {
        Ok(())
    }

    async fn follow(&self, finding: &Finding) -> Result<(), Infallible> {
        let mut gathered = self.0.lock().unwrap();
        gathered.1 = gathered.1.max(Some(finding.severity));
        gathered.0.insert(finding.id.clone(), finding.clone());
        Ok(())
    }
}

impl Gathered {
    fn told(&self) -> Told {
        let gathered = self.0.lock().unwrap();
        let mut findings: Vec<Finding> = gathered.0.values().cloned().collect();
        findings.sort_by(|a, b| {
            (b.severity, b.score, a.first_seen, &a.id).cmp(&(a.severity, a.score, b.first_seen, &b.id))
        });
        Told { findings, peak: gathered.1 }
    }
}
