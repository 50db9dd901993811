//! What other products read: every finding of the examples as ASFF and as OCSF, one a line.

mod program;

use program::{examples, trailwarden};
use serde_json::Value;
use trailwarden_fixtures::formats::{problems_of_asff, problems_of_ocsf};

fn replayed(format: &str, severity: &str) -> Vec<Value> {
    let path = examples().to_string_lossy().into_owned();
    let run = trailwarden(&["replay", &path, "--format", format, "--min-severity", severity]);
    assert_eq!(run.status, 0, "{}", run.err);
    run.findings()
}

#[test]
fn every_example_finding_is_written_as_asff_for_its_own_account() {
    let (findings, documents) = (replayed("jsonl", "low"), replayed("asff", "low"));
    assert!(!findings.is_empty());
    assert_eq!(findings.len(), documents.len());
    for (finding, document) in findings.iter().zip(&documents) {
        assert_eq!(problems_of_asff(document), Vec::<String>::new());
        assert_eq!(document["AwsAccountId"], finding["account"]);
        assert_eq!(document["ProductFields"]["trailwarden/finding"], finding["id"]);
        assert_eq!(document["Severity"]["Label"], finding["severity"]);
    }
}

#[test]
fn every_example_finding_is_written_as_ocsf() {
    let (findings, documents) = (replayed("jsonl", "medium"), replayed("ocsf", "medium"));
    assert!(!findings.is_empty());
    assert_eq!(findings.len(), documents.len());
    for (finding, document) in findings.iter().zip(&documents) {
        assert_eq!(problems_of_ocsf(document), Vec::<String>::new());
        assert_eq!(document["finding_info"]["uid"], finding["id"]);
        assert_eq!(document["cloud"]["account"]["uid"], finding["account"]);
    }
}
