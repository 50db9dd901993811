//! Exports: every finding the detectors' own cases produce is what ASFF and OCSF allow.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(dead_code, reason = "a case is run here and not read out")]

mod cases {
    pub(crate) mod file;
    pub(crate) mod folder;
    pub(crate) mod run;
}

use std::collections::BTreeSet;

use cases::folder;
use cases::run::{self, Delivery};
use trailwarden_exports::{Asff, Import, ocsf};
use trailwarden_fixtures::findings::kinds;
use trailwarden_fixtures::formats::{problems_of_asff, problems_of_ocsf};

#[test]
fn every_finding_of_every_case_is_allowed_in_both_formats() {
    let (mut seen, mut wrong, mut checked) = (BTreeSet::new(), Vec::new(), 0);
    for folder in folder::all() {
        for case in &folder.cases {
            for finding in run::run(case, Delivery::Once).findings {
                let asff = serde_json::to_value(Asff::of(&finding, &Import::PerMember)).unwrap();
                let problems = [problems_of_asff(&asff), problems_of_ocsf(&ocsf::detection_finding(&finding))].concat();
                wrong.extend(problems.iter().map(|problem| format!("{}: {}: {problem}", case.name(), finding.kind)));
                seen.insert(finding.kind);
                checked += 1;
            }
        }
    }
    eprintln!("{checked} findings of {} kinds in both formats, {} problems", seen.len(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing: Vec<&str> = kinds().into_iter().filter(|kind| !seen.contains(*kind)).collect();
    assert!(missing.is_empty(), "no case produces {missing:?}");
}
