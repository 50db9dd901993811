//! Told: a few records with any text in them, judged in order, and whatever is found through every sink.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use trailwarden_detectors::Settings;
use trailwarden_exports::csv::CsvWriter;
use trailwarden_fixtures::records::TIME;
use trailwarden_fixtures::{Heard, ReferenceStore};
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Fact, Severity};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read};

use crate::findings::{BLANK, fill, texts};
use crate::hidden::nothing_hides;
use crate::sinks;

/// How many records one input is at most.
const MOST: usize = 12;
/// The calls a record may be, each with what it asks and what is answered.
const CALLS: [(&str, &str, &str, &str); 10] = [
    ("secretsmanager", "GetSecretValue", r#"{"secretId":"?"}"#, "null"),
    ("secretsmanager", "BatchGetSecretValue", r#"{"secretIdList":["?","?"]}"#, "null"),
    ("ssm", "GetParameters", r#"{"names":["?","?"],"withDecryption":true}"#, "null"),
    (
        "iam",
        "CreateAccessKey",
        r#"{"userName":"?"}"#,
        r#"{"accessKey":{"accessKeyId":"?","userName":"?","status":"Active"}}"#,
    ),
    ("iam", "CreateUser", r#"{"userName":"?","path":"?"}"#, r#"{"user":{"userName":"?","arn":"?","userId":"?"}}"#),
    ("iam", "AttachUserPolicy", r#"{"userName":"?","policyArn":"?"}"#, "null"),
    (
        "iam",
        "UpdateAssumeRolePolicy",
        r#"{"roleName":"?","policyDocument":"{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\"}}"}"#,
        "null",
    ),
    ("signin", "ConsoleLogin", "null", r#"{"ConsoleLogin":"Failure"}"#),
    ("signin", "ConsoleLogin", "null", r#"{"ConsoleLogin":"Success"}"#),
    (
        "sts",
        "AssumeRole",
        r#"{"roleArn":"arn:aws:iam::111122223333:role/?","roleSessionName":"?"}"#,
        r#"{"credentials":{"accessKeyId":"?"}}"#,
    ),
];
/// Who may call.
const CALLERS: [&str; 5] = [
    r#"{"type":"Root","principalId":"?","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"}"#,
    r#"{"type":"IAMUser","principalId":"?","arn":"arn:aws:iam::111122223333:user/?","accountId":"111122223333","accessKeyId":"?","userName":"?"}"#,
    r#"{"type":"AssumedRole","principalId":"?:?","arn":"arn:aws:sts::111122223333:assumed-role/?/?","accountId":"111122223333","accessKeyId":"?","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"?","arn":"arn:aws:iam::111122223333:role/?","accountId":"111122223333","userName":"?"},"attributes":{"creationDate":"2026-03-03T08:00:00Z","mfaAuthenticated":"?"}}}"#,
    r#"{"type":"AWSAccount","principalId":"?","accountId":"?"}"#,
    r#"{"type":"?","principalId":"?","arn":"?","accountId":"?","userName":"?"}"#,
];

/// Activities: three bytes say of each which call it is, by whom, and how long after the one before; the texts follow.
fn activities(bytes: &[u8]) -> Vec<Activity> {
    let count = usize::from(bytes.first().copied().unwrap_or_default()) % MOST + 1;
    let (head, rest) = bytes.split_at(bytes.len().min(1 + 3 * count));
    let texts = texts(rest);
    let mut texts = texts.iter().map(String::as_str).cycle();
    let intake = Intake { coverage: Coverage::Catalog, networks: NetworkTable::empty() };
    let mut time: Timestamp = TIME.parse().expect("a time");
    let mut found = Vec::new();
    for (index, choice) in head.get(1..).unwrap_or_default().chunks(3).enumerate() {
        let at = |index: usize| usize::from(choice.get(index).copied().unwrap_or_default());
        let Some((service, name, asked, answered)) = CALLS.get(at(0) % CALLS.len()) else { continue };
        let caller = CALLERS.get(at(1) % CALLERS.len()).copied().unwrap_or("null");
        time += SignedDuration::from_secs(i64::try_from(at(2).pow(2)).unwrap_or_default());
        let mut record = json!({
            "eventVersion": "1.11", "eventID": format!("e-{index}-{BLANK}"), "eventTime": time.to_string(),
            "eventSource": format!("{service}.amazonaws.com"), "eventName": name,
            "awsRegion": BLANK, "sourceIPAddress": "203.0.113.10", "userAgent": BLANK,
            "userIdentity": blank(caller), "requestParameters": blank(asked), "responseElements": blank(answered),
            "recipientAccountId": "111122223333",
        });
        if at(1) >= 200
            && let Value::Object(fields) = &mut record
        {
            fields.extend(["errorCode", "errorMessage"].map(|name| (name.to_owned(), BLANK.into())));
        }
        fill(&mut record, &mut texts);
        if let Read::Activity(activity) = intake.read(record.to_string().as_bytes()) {
            found.push(*activity);
        }
    }
    found
}

/// A template whose question marks are blanks.
fn blank(template: &str) -> Value {
    // As JSON's text must escape it.
    let escaped = BLANK.replace('\u{1}', r"\u0001").replace('\u{2}', r"\u0002");
    serde_json::from_str(&template.replace('?', &escaped)).expect("a template is JSON")
}

/// Judges records and shows what is found everywhere.
pub(crate) fn told(bytes: &[u8]) {
    let pipeline = Pipeline {
        store: ReferenceStore::default(),
        publisher: Heard::default(),
        settings: Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Informational,
    };
    for activity in activities(bytes) {
        pollster::block_on(pipeline.judge(&activity)).expect("memory never fails");
    }
    for finding in pipeline.publisher.findings().values() {
        let size = serde_json::to_string(finding).expect("JSON").len();
        assert!(size <= 200 << 10, "{size} bytes");
        sinks::all(finding);
    }
}

/// Writes what records leave in a ledger as rows no spreadsheet calculates with.
pub(crate) fn facts(bytes: &[u8]) {
    let facts: Vec<Fact> = activities(bytes).iter().filter_map(Fact::of).collect();
    let mut written = Vec::new();
    let mut writer = CsvWriter::new(&mut written).expect("memory takes it");
    for fact in &facts {
        writer.write(fact).expect("memory takes it");
    }
    writer.finish().expect("memory takes it");
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
    let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("rows of one length");
    assert_eq!(rows.len(), facts.len() + 1);
    for cell in rows.iter().flatten() {
        nothing_hides(cell, false);
        let begins = cell.trim_start().chars().next();
        assert!(!begins.is_some_and(|begins| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(begins)), "{cell:?}");
    }
}
