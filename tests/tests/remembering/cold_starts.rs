//! Nothing is paid for skipping: an organisation is judged by one process that asks each time, and by many that
//! remember, share a memory, end at random and start cold, and get events twice; what they find is the same.

use std::collections::{BTreeMap, BTreeSet};
use std::env;

use trailwarden_evaluation::Size;
use trailwarden_model::{Activity, Finding, FindingId, Severity};

use crate::counting::Counting;
use crate::deployment::{Deployment, Fortune, Heard, Told, pipeline};
use crate::organisation::Organisation;
use crate::weeks::Weeks;

/// Which organisations the long form makes: seeds with commas between them, a size, and for how many days.
const SEEDS: &str = "TRAILWARDEN_COLD_STARTS_SEEDS";
const SIZE: &str = "TRAILWARDEN_COLD_STARTS_SIZE";
const DAYS: &str = "TRAILWARDEN_COLD_STARTS_DAYS";

/// What one process finds that asks the store each time.
fn asking(organisation: &Organisation) -> Heard {
    let told = Told::default();
    let pipeline = pipeline(Counting::of(trailwarden_fixtures::ReferenceStore::default()), told.clone());
    for activity in &organisation.activities {
        told.at(activity);
        pollster::block_on(pipeline.judge(activity)).unwrap();
    }
    told.heard()
}

/// What a deployment finds, and what it asks for quiet events.
fn remembering(organisation: &Organisation, fortune: Fortune, seed: u64) -> (Deployment, Weeks) {
    let mut deployment = Deployment::new(fortune, seed);
    let mut weeks = Weeks::default();
    let middles = organisation.middles();
    let mut again: BTreeMap<usize, Vec<&Activity>> = BTreeMap::new();
    for (turn, activity) in organisation.activities.iter().enumerate() {
        if fortune.ends_at_one_in.is_some() && middles.contains(activity.id.as_str()) {
            deployment.end_all();
        }
        let before = deployment.memory.requests();
        if deployment.deliver(activity).signals == 0 {
            weeks.count(activity, deployment.memory.requests() - before);
        }
        if let Some(later) = deployment.comes_again() {
            again.entry(turn + later).or_default().push(activity);
        }
        for twice in again.remove(&turn).into_iter().flatten() {
            deployment.deliver(twice);
        }
    }
    for twice in again.into_values().flatten() {
        deployment.deliver(twice);
    }
    (deployment, weeks)
}

/// A finding without what counts only how often it was written.
fn said(finding: &Finding) -> Finding {
    Finding { revision: 0, updated_at: finding.created_at, ..finding.clone() }
}

/// In what two differ, one line a finding.
fn differences(one: &Heard, other: &Heard) -> Vec<String> {
    let ids = one.findings.keys().chain(other.findings.keys().filter(|id| !one.findings.contains_key(*id)));
    let difference = |id: &FindingId| {
        let (one, other) = (one.findings.get(id).map(said), other.findings.get(id).map(said));
        (one != other).then(|| {
            format!("{} {}: {}", id.as_str(), kind(one.as_ref(), other.as_ref()), fields(one.as_ref(), other.as_ref()))
        })
    };
    ids.filter_map(difference).collect()
}

fn kind<'a>(one: Option<&'a Finding>, other: Option<&'a Finding>) -> &'a str {
    one.or(other).map_or("", |finding| &finding.kind)
}

/// The names of the fields that differ.
fn fields(one: Option<&Finding>, other: Option<&Finding>) -> String {
    let (one, other) = (serde_json::to_value(one).unwrap(), serde_json::to_value(other).unwrap());
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return "is there only once".to_owned() };
    let differ = one.keys().chain(other.keys()).filter(|name| one.get(*name) != other.get(*name));
    let differ: BTreeSet<&str> = differ.map(String::as_str).collect();
    Vec::from_iter(differ).join(", ")
}

/// What a person should look at.
fn disturbing(heard: &Heard) -> BTreeSet<&FindingId> {
    let all = heard.findings.values().filter(|finding| finding.severity >= Severity::Medium);
    all.map(|finding| &finding.id).collect()
}

/// Judges an organisation in each way, holds one against the other and says what was counted.
fn hold(seed: u64, size: Size, days: i64) -> Weeks {
    let organisation = Organisation::of(seed, size, days);
    let alone = asking(&organisation);
    let told = organisation.attacks.iter().filter(|attack| attack.first_told(&alone).is_some()).count();
    eprintln!(
        "seed {seed}, {} days: {} records, {} matched, {} attacks, {told} told, {} findings, {} of MEDIUM and above",
        days,
        organisation.records,
        organisation.activities.len(),
        organisation.attacks.len(),
        alone.findings.len(),
        alone.findings.values().filter(|finding| finding.severity >= Severity::Medium).count()
    );
    assert!(told * 2 > organisation.attacks.len(), "{told} attacks told of {}", organisation.attacks.len());
    let mut calm = Weeks::default();
    for (name, fortune) in [("rough", Fortune::ROUGH), ("calm", Fortune::CALM)] {
        let (deployment, weeks) = remembering(&organisation, fortune, seed);
        let (fate, heard) = (deployment.fate, deployment.told.heard());
        let differ = differences(&alone, &heard);
        eprintln!("{name}: {fate:?}, {} findings differ\n{}\n\n{}", differ.len(), differ.join("\n"), weeks.table());
        for attack in &organisation.attacks {
            let (one, many) = (attack.first_told(&alone), attack.first_told(&heard));
            assert_eq!(one, many, "{} {} of seed {seed}", attack.id, attack.family);
        }
        assert_eq!(disturbing(&alone), disturbing(&heard), "seed {seed}");
        // Where others wrote since, a repeat may weigh otherwise (docs/decisions/0014): seldom.
        assert!(differ.len() * 50 <= alone.findings.len(), "{}", differ.join("\n"));
        let rough = fortune.ends_at_one_in.is_some();
        assert!(!rough || fate.ended_within > 0 && fate.again > 0, "nothing happened to any process: {fate:?}");
        calm = weeks;
    }
    calm
}

#[test]
fn processes_that_start_cold_anywhere_and_get_events_twice_find_what_one_that_asks_each_time_finds() {
    let of = |name: &str, other: &str| env::var(name).unwrap_or_else(|_| other.to_owned());
    let (size, days) = (Size::named(&of(SIZE, "small")).unwrap(), of(DAYS, "4").parse().unwrap());
    for seed in of(SEEDS, "7001").split(',') {
        let weeks = hold(seed.parse().unwrap(), size, days);
        let dearest = (1..=(days + 6) / 7).map(|week| weeks.all_in(week)).fold(0.0, f64::max);
        assert!(dearest < 2.0, "{dearest:.2} requests a quiet event in one week");
    }
}
