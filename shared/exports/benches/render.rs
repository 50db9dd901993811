//! What writing a finding costs, in the formats of other products and on a page for people.

#![expect(clippy::unwrap_used, reason = "what cannot be made cannot be measured")]

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};
use trailwarden_exports::html::{Report, write};
use trailwarden_exports::{Asff, Import, ocsf};
use trailwarden_fixtures::counted_by_callgrind;
use trailwarden_fixtures::findings::{kinds, ordinary};
use trailwarden_model::{Finding, FindingId, Severity};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

fn finding() -> Finding {
    ordinary("credential-added.for-another-identity")
}

#[divan::bench]
fn asff(bencher: Bencher) {
    let finding = finding();
    let asff = || serde_json::to_vec(&Asff::of(black_box(&finding), &Import::PerMember)).unwrap();
    bencher.bench_local(|| counted_by_callgrind(asff));
}

#[divan::bench]
fn ocsf(bencher: Bencher) {
    let finding = finding();
    let ocsf = || serde_json::to_vec(&ocsf::detection_finding(black_box(&finding))).unwrap();
    bencher.bench_local(|| counted_by_callgrind(ocsf));
}

/// As `replay --format jsonl` and the ledger write it.
#[divan::bench]
fn json(bencher: Bencher) {
    let finding = finding();
    bencher.bench_local(|| counted_by_callgrind(|| serde_json::to_vec(black_box(&finding)).unwrap()));
}

#[divan::bench]
fn page_of_fifty(bencher: Bencher) {
    let kinds = kinds();
    let findings: Vec<Finding> = (0..50)
        .zip(kinds.iter().cycle())
        .map(|(index, kind)| Finding { id: FindingId::new(&format!("finding-{index:02}")), ..ordinary(kind) })
        .collect();
    let report = Report {
        of: "1 file of logs".to_owned(),
        findings: &findings,
        min_severity: Severity::Informational,
        period: findings.first().map(|finding| (finding.first_seen, finding.last_seen)),
        records: vec![("read".to_owned(), 1234)],
        notes: Vec::new(),
        detectors: Vec::new(),
        rest: "ask for less",
    };
    let page = || {
        let mut page = Vec::new();
        write(black_box(&report), &mut page).unwrap();
        page
    };
    bencher.bench_local(|| counted_by_callgrind(page));
}
