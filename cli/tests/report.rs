//! The page for people as its users get it: of the examples, of hostile logs, and of nothing.

mod program;

use std::process::Command;

use program::{examples, trailwarden, trailwarden_reading};
use trailwarden_fixtures::pages::Page;

#[test]
fn the_page_of_the_examples_has_each_finding_once_and_every_link_leads_somewhere() {
    let (folder, logs) = (tempfile::tempdir().unwrap(), examples().canonicalize().unwrap());
    let output = Command::new(env!("CARGO_BIN_EXE_trailwarden"))
        .current_dir(folder.path())
        .args(["report", "--learn", "9", "--fail-on", "critical"])
        .arg(&logs)
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(output.stdout.is_empty());
    assert!(err.starts_with("written: trailwarden-report.html\n25,695 records in 59 files:"), "{err}");
    let html = std::fs::read_to_string(folder.path().join("trailwarden-report.html")).unwrap();
    let page = Page::read(&html);
    assert_eq!(page.faults(), Vec::<String>::new());

    let logs = logs.to_string_lossy().into_owned();
    let findings = trailwarden(&["replay", &logs, "--learn", "9", "--format", "jsonl"]).findings();
    let mut ids: Vec<&str> = findings.iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    let mut told: Vec<&str> = page.all("article").map(|article| article.attribute("id")).collect();
    // Both stories first, the rest below; each id once.
    assert!(
        findings
            .iter()
            .filter(|finding| finding["type"] == "story.intrusion")
            .all(|story| told[..2].contains(&story["id"].as_str().unwrap()))
    );
    ids.sort_unstable();
    told.sort_unstable();
    assert_eq!(ids, told);
    for finding in &findings {
        for related in finding["related"].as_array().unwrap() {
            let link = format!("#{}", related.as_str().unwrap());
            assert!(page.all("a").any(|each| each.attribute("href") == link), "nothing leads to {link}");
        }
    }
    assert_eq!(page.all("h1").next().unwrap().text, "2 findings deserve a person now");

    let again = trailwarden(&["replay", &logs, "--learn", "9", "--format", "html"]);
    assert!(again.out == html, "replay writes another page than report");
}

#[test]
fn a_hostile_log_makes_a_page_that_shows_its_names_and_obeys_none() {
    let name = r"</title><script>alert(1)</script>\u202e' onload='x";
    let record = format!(
        r#"{{"eventTime":"2026-03-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"8.8.8.8","userAgent":"{name}","userIdentity":{{"type":"Root","arn":"{name}","accountId":"111122223333"}},"responseElements":{{"ConsoleLogin":"Success"}},"additionalEventData":{{"MFAUsed":"No"}},"eventID":"{name}","recipientAccountId":"111122223333"}}"#
    );
    let run = trailwarden_reading(&["report", "-", "--output", "-"], record.as_bytes());
    assert_eq!(run.status, 0, "{}", run.err);
    let page = Page::read(&run.out);
    assert_eq!(page.faults(), Vec::<String>::new());
    assert_eq!(page.all("article").count(), 1, "{}", run.err);
    let shown = r"</title><script>alert(1)</script>\u{202e}' onload='x";
    assert!(page.all("bdi").any(|value| value.text == shown), "{}", run.out);
    assert!(!run.out.contains('\u{202e}'));
}

#[test]
fn what_cannot_be_read_or_written_is_named_and_nothing_is_left_half_done() {
    let run = trailwarden_reading(&["report", "-", "--output", "-"], b"{\"Records\":[1]}");
    assert_eq!((run.status, run.out.as_str()), (2, ""), "{}", run.err);
    let run = trailwarden_reading(&["report", "-", "--output", "/nowhere/page.html"], b"{\"Records\":[]}");
    assert_eq!(run.status, 2);
    assert!(run.err.contains("cannot write /nowhere/page.html"), "{}", run.err);
    let run = trailwarden(&["report", "--learn", "9"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("PATH"), "{}", run.err);
}
