//! The ledger: who added which credential, read which secret and signed in, of the examples and of hostile names.

mod program;

use program::{examples, trailwarden, trailwarden_reading};
use serde_json::Value;

fn facts(filters: &[&str]) -> Vec<Value> {
    let path = examples().to_string_lossy().into_owned();
    let run = trailwarden(&[&["ledger", &path, "--format", "jsonl"], filters].concat());
    assert_eq!(run.status, 0, "{}", run.err);
    run.findings()
}

#[test]
fn the_key_of_the_attack_appears_with_who_made_it_and_what_was_done_with_it() {
    let made = facts(&["--kind", "credential-added", "--identity", "=svc-legacy-backup", "--since", "2026-03-14"]);
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["by"]["name"], "emergency-admin");
    assert_eq!(made[0]["change"], "added");
    assert_eq!(made[0]["origin"]["ip"], "165.22.83.190");
    let key = made[0]["credential"]["id"].as_str().unwrap();
    assert!(facts(&["--credential", key]).iter().any(|fact| fact["event"] == "iam:CreateAccessKey"));
}

#[test]
fn filters_narrow_and_facts_come_in_order_of_time() {
    let swept = facts(&["--kind", "secret-read", "--ip", "146.70.116.0/24", "--identity", "jonas.weber"]);
    assert!(swept.len() > 20, "{}", swept.len());
    assert!(swept.iter().all(|fact| fact["origin"]["ip"] == "146.70.116.134"));
    assert!(swept.windows(2).all(|pair| pair[0]["time"].as_str() <= pair[1]["time"].as_str()));
    assert!(facts(&["--ip", "192.0.2.1"]).is_empty());
    let one = facts(&["--secret", "=prod/maps/here-api", "--session", "jonas.weber", "--until", "2026-03-14"]);
    assert_eq!(one.len(), 1);
    let run = trailwarden(&["ledger", "--ip", "10.0.0.0/40", "x"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("203.0.113.0/24"), "{}", run.err);
}

#[test]
fn the_table_fits_eighty_columns_and_tells_reads_as_a_digest() {
    let path = examples().to_string_lossy().into_owned();
    let table = |more: &[&str]| trailwarden(&[&["ledger", &path, "--format", "table"], more].concat()).out;
    let (digest, every) = (table(&[]), table(&["--every", "--since", "2026-03-14"]));
    for line in digest.lines().chain(every.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(digest.contains(", 24 times until"), "no digest");
    assert!(!every.contains(" times until"));
}

#[test]
fn what_was_expected_says_so_and_who_said_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("expected.jsonl");
    std::fs::write(&file, r#"{"who":"emergency-admin","what":"credential-added","by":"katrin","reference":"CHG-7"}"#)
        .unwrap();
    let expected = file.to_string_lossy().into_owned();
    let made = facts(&["--kind", "credential-added", "--expected", &expected]);
    let (covered, others): (Vec<&Value>, Vec<&Value>) =
        made.iter().partition(|fact| fact["by"]["name"] == "emergency-admin");
    assert!(covered.iter().all(|fact| fact["expected_change"]["reference"] == "CHG-7") && !covered.is_empty());
    assert!(others.iter().all(|fact| fact["expected_change"].is_null()) && !others.is_empty());
}

#[test]
fn no_cell_is_a_formula_and_no_name_moves_the_cursor() {
    let record = r#"{"eventTime":"2026-03-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"8.8.8.8","userAgent":"@SUM(A1)","userIdentity":{"type":"IAMUser","userName":"=cmd|' /C calc'!A0\u001b[2J","accountId":"111122223333"},"responseElements":{"ConsoleLogin":"Success"},"eventID":"e1","recipientAccountId":"111122223333"}"#;
    for format in ["csv", "table"] {
        let run = trailwarden_reading(&["ledger", "--format", format, "-"], record.as_bytes());
        assert_eq!(run.status, 0, "{}", run.err);
        assert!(!run.out.contains('\u{1b}'), "{}", run.out);
        assert!(run.out.contains("\\u{1b}[2J"), "{}", run.out);
    }
    let run = trailwarden_reading(&["ledger", "--format", "csv", "-"], record.as_bytes());
    let row = run.out.lines().nth(1).unwrap();
    assert!(row.contains(",'=cmd|") && row.contains(",'@SUM(A1),"), "{row}");
}

#[test]
fn bad_input_is_counted_and_nothing_but_bad_input_is_an_error() {
    let run = trailwarden_reading(&["ledger", "-"], b"{\"Records\":[1]}");
    assert_eq!(run.status, 2);
    let run = trailwarden_reading(&["ledger", "--format", "csv", "-"], b"{\"Records\":[]}");
    assert_eq!((run.status, run.out.lines().count()), (0, 1), "{}", run.err);
}
