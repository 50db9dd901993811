//! What life costs: requests and capacity of both tables, counted over a company's life with an attack in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, json};
use trailwarden_aws::{DynamoStore, LedgerError, LedgerTable};
use trailwarden_detectors::Settings;
use trailwarden_model::aws::catalog::find;
use trailwarden_model::{Activity, Finding, PrincipalKey, Severity};
use trailwarden_pipeline::{Pipeline, Publisher, Remembering};

use crate::ledger_table::new_table as new_ledger;
use crate::logs::activities;
use crate::spending::{Bill, Meter, Spent, bytes};
use crate::table::{client, emulator, new_table, scan};

/// The logs life is read from, how many of its days pass before it is counted, and where the count is written.
const LIFE: &str = "TRAILWARDEN_COST_LIFE";
const SETTLING: &str = "TRAILWARDEN_COST_SETTLING_DAYS";
const COUNT: &str = "TRAILWARDEN_COST_COUNT";
/// After how long without an event Lambda is taken to end a process; it says only that it does.
const IDLE: SignedDuration = SignedDuration::from_mins(10);
/// After how long it is taken to end one at the latest.
const OLD: SignedDuration = SignedDuration::from_hours(2);

/// The ledger, and how many notices were sent.
#[derive(Debug)]
struct Told {
    ledger: LedgerTable,
    notices: Arc<AtomicU64>,
}

impl Publisher for Told {
    type Error = LedgerError;

    async fn publish(&self, _finding: &Finding) -> Result<(), LedgerError> {
        self.notices.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    async fn note(&self, activity: &Activity) -> Result<(), LedgerError> {
        self.ledger.note(activity).await
    }

    async fn follow(&self, finding: &Finding) -> Result<(), LedgerError> {
        self.ledger.follow(finding).await
    }
}

/// A warm process of one function.
struct Process {
    pipeline: Pipeline<Remembering<DynamoStore>, Told>,
    began: Timestamp,
    last: Timestamp,
}

/// One account's tables, and the processes of the three functions that judge.
pub(crate) struct Account {
    pub(crate) meter: Meter,
    pub(crate) memory: String,
    ledger: String,
    warm: BTreeMap<&'static str, Process>,
    cold_starts: u64,
    notices: Arc<AtomicU64>,
}

impl Account {
    pub(crate) async fn new() -> Self {
        let direct = client(&emulator());
        let (memory, ledger) = (new_table(&direct).await, new_ledger().await);
        let (meter, warm) = (Meter::open(), BTreeMap::new());
        Self { meter, memory, ledger, warm, cold_starts: 0, notices: Arc::default() }
    }

    /// The process the event goes to: a new one where the last had been idle too long, or was too old.
    fn process(&mut self, function: &'static str, now: Timestamp) -> &mut Process {
        let ended =
            |process: &Process| now.duration_since(process.last) > IDLE || now.duration_since(process.began) > OLD;
        if self.warm.get(function).is_none_or(ended) {
            let client = client(&format!("http://127.0.0.1:{}", self.meter.port));
            let told = Told {
                ledger: LedgerTable::new(client.clone(), &self.ledger, 365),
                notices: Arc::clone(&self.notices),
            };
            let pipeline = Pipeline {
                store: Remembering::of(DynamoStore::new(client, &self.memory)),
                publisher: told,
                settings: Settings::default(),
                expected: Vec::new(),
                tell_from: Severity::Medium,
            };
            self.warm.insert(function, Process { pipeline, began: now, last: now });
            self.cold_starts += 1;
        }
        let process = self.warm.get_mut(function).unwrap();
        process.last = now;
        process
    }

    /// How many notices were sent so far.
    pub(crate) fn notices(&self) -> u64 {
        self.notices.load(Ordering::Relaxed)
    }

    /// How many bytes lie in the memory and in the ledger.
    async fn held(&self) -> (usize, usize) {
        let direct = client(&emulator());
        (bytes(&scan(&direct, &self.memory).await), bytes(&scan(&direct, &self.ledger).await))
    }

    /// Has the function judge it whose it is.
    pub(crate) async fn live(&mut self, activity: &Activity) {
        let source = format!("{}.amazonaws.com", activity.action.service);
        let function = find(&source, &activity.action.name).map_or("credential-used", |call| call.behaviour().name());
        self.process(function, activity.time).pipeline.judge(activity).await.unwrap();
    }
}

fn life() -> Vec<Activity> {
    let folder =
        env::var(LIFE).map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"), PathBuf::from);
    activities(&[folder])
}

/// A bill as a table, for each event.
pub(crate) fn table(bill: &Bill, events: f64) -> String {
    let mut text = format!("{:<36} {:>9} {:>9} {:>9}   an event\n", "", "requests", "written", "read");
    for (what, spent) in bill {
        let each = [spent.requests as f64, spent.write_units, spent.read_units].map(|count| count / events);
        text.push_str(&format!("{what:<36} {:>9.3} {:>9.3} {:>9.3}\n", each[0], each[1], each[2]));
    }
    text
}

#[tokio::test]
async fn what_life_costs_is_counted_and_bounded() {
    let mut account = Account::new().await;
    let all = life();
    let settling: i64 = env::var(SETTLING).map_or(7, |days| days.parse().unwrap());
    let settled = all[0].time + SignedDuration::from_hours(24 * settling);
    let (before, after): (Vec<&Activity>, Vec<&Activity>) = all.iter().partition(|activity| activity.time < settled);
    for activity in before {
        account.live(activity).await;
    }
    let (starts, notices) = (account.cold_starts, account.notices());
    account.meter.taken();
    for activity in &after {
        account.live(activity).await;
    }
    let bill = account.meter.taken();
    let events = after.len() as f64;
    eprintln!("{} events after {settling} days\n{}", after.len(), table(&bill, events));
    let Spent { requests, write_units: written, read_units: read } = Spent::all(&bill);
    let (starts, notices) = (account.cold_starts - starts, account.notices() - notices);
    eprintln!(
        "{:.3} requests, {:.3} units written, {:.3} units read, {:.4} cold starts, {:.5} notices an event",
        requests as f64 / events,
        written / events,
        read / events,
        starts as f64 / events,
        notices as f64 / events
    );
    let held = account.held().await;
    let identities: BTreeSet<&PrincipalKey> = all.iter().map(|activity| &activity.actor.key).collect();
    eprintln!(
        "{} bytes of memory for {} identities, {} bytes of ledger for {} events",
        held.0,
        identities.len(),
        held.1,
        all.len()
    );
    let count = json!({
        "lived_events": all.len(), "identities": identities.len(), "memory_bytes": held.0, "ledger_bytes": held.1,
        "events": after.len(), "requests": requests, "write_units": written, "read_units": read,
        "cold_starts": starts, "notices": notices, "by_item": bill.iter().map(|(what, spent)| (what.clone(), spent.json())).collect::<Map<_, _>>(),
    });
    if let Ok(file) = env::var(COUNT) {
        fs::write(file, serde_json::to_vec_pretty(&count).unwrap()).unwrap();
    }
}
