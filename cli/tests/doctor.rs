//! `trailwarden doctor` as its users run it, against a deployment on loopback.

#![expect(clippy::unwrap_used, reason = "a stage that cannot be set is a failed test")]

#[path = "../../functions/credential-added/tests/slice/http.rs"]
#[expect(dead_code, reason = "it is the functions', which use more of it")]
mod http;

use std::fs;
use std::process::Command;

use http::{Reply, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The regions an account has without asking for more.
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// A report on two accounts of seventeen regions, with such faults.
fn report(faults: &Value) -> Value {
    let sighting = |state: &str, heard: Value| json!({ "state": state, "heard": heard });
    let row = |account: &str, region: &str| {
        let blind = faults.as_array().unwrap().iter().any(|f| f["account"] == account && f["region"] == region);
        let secrets =
            if blind { sighting("blind", Value::Null) } else { sighting("seen", json!("2026-03-03T09:00:07Z")) };
        json!({ "account": account, "region": region, "paths": {
            "credential-added": sighting(if region == "us-east-1" { "waiting" } else { "configured" }, Value::Null),
            "secret-accessed": secrets, "console-login": sighting("configured", Value::Null),
        } })
    };
    let accounts = ["111122223333", "444455556666"].into_iter();
    let rows: Vec<Value> = accounts.flat_map(|account| REGIONS.map(|region| row(account, region))).collect();
    json!({
        "version": 1, "stack": "tw", "at": "2026-03-03T10:00:00Z",
        "home": { "account": "111122223333", "region": "eu-central-1" },
        "rows": rows, "faults": faults, "notes": ["sign-ins have no heartbeat"],
    })
}

fn a_fault() -> Value {
    json!([{
        "check": "rule.disabled", "account": "444455556666", "region": "eu-west-1", "blinds": ["secret-accessed"],
        "says": "the rule tw-secret-accessed-subject-1 of account 444455556666 in eu-west-1 is disabled: \u{1b}[31mred",
        "mend": "in account 444455556666: aws events put-rule --name tw-secret-accessed-subject-1 --region eu-west-1",
    }])
}

/// Runs it against a function that answers so; status, output and what it said beside it.
fn doctor(arguments: &[&str], status: u16, headers: Vec<(String, String)>, body: &str) -> (i32, String, String) {
    let body = body.as_bytes().to_vec();
    let server = Server::open(move |request| {
        assert_eq!(request.path, "/2015-03-31/functions/tw-sight/invocations");
        Reply::Answer { status, headers: headers.clone(), body: body.clone() }
    });
    let output = Command::new(env!("CARGO_BIN_EXE_trailwarden"))
        .args(["doctor", "--stack", "tw", "--region", "eu-central-1"])
        .args(arguments)
        .env("NO_COLOR", "1")
        .envs([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")])
        .env("AWS_ENDPOINT_URL_LAMBDA", format!("http://127.0.0.1:{}", server.port))
        .output()
        .unwrap();
    server.close();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// A read of a secret, as the trail's files have it.
fn read(id: &str) -> Value {
    json!({
        "eventVersion": "1.11", "eventID": id, "eventTime": "2026-03-03T09:00:00Z", "awsRegion": "eu-west-1",
        "eventSource": "secretsmanager.amazonaws.com", "eventName": "GetSecretValue", "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333", "sourceIPAddress": "203.0.113.10", "userAgent": "aws-cli/2.15.0",
        "requestParameters": { "secretId": "prod/db" }, "responseElements": null,
        "userIdentity": { "type": "IAMUser", "principalId": "AIDAEXAMPLE", "userName": "alice",
            "arn": "arn:aws:iam::111122223333:user/alice", "accountId": "111122223333" },
    })
}

#[test]
fn an_event_of_the_trails_files_that_did_not_arrive_is_named_at_eighty_columns() {
    let folder = TempDir::new().unwrap();
    let (trail, ids) = (folder.path().join("trail.json"), ["a-1", "b-2", "c-3"]);
    fs::write(&trail, json!({ "Records": ids.map(read) }).to_string()).unwrap();
    let arguments = ["--format", "table", "--trail", trail.to_str().unwrap()];
    let answer = json!({ "arrived": ["a-1"], "unlooked": ["c-3"] }).to_string();
    let (status, out, _) = doctor(&arguments, 200, Vec::new(), &answer);
    assert_eq!(status, 1, "{out}");
    for words in [
        "looked for  3 of 3 events in scope, of 1 accounts, regions and paths",
        "arrived     1",
        "no time     1",
        "MISSING     1",
        "2026-03-03T09:00:00Z  111122223333  eu-west-1  secretsmanager:GetSecretValue\n    b-2",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    let all = json!({ "arrived": ids, "unlooked": [] }).to_string();
    assert_eq!(doctor(&arguments, 200, Vec::new(), &all).0, 0);
    // Of each account, region and path only so many.
    let (_, out, _) = doctor(&[&arguments[..], &["--of-each", "2"]].concat(), 200, Vec::new(), &all);
    assert!(out.contains("looked for  2 of 3 events"), "{out}");
}

#[test]
fn seventeen_regions_of_two_accounts_are_read_at_eighty_columns() {
    let (status, out, _) = doctor(&["--format", "table"], 200, Vec::new(), &report(&json!([])).to_string());
    assert_eq!(status, 0, "{out}");
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    for region in REGIONS {
        assert_eq!(out.lines().filter(|line| line.starts_with(&format!("  {region} "))).count(), 2, "{out}");
    }
    assert!(out.contains("account 111122223333 (the deployment's own)\n"), "{out}");
    assert!(out.contains("  eu-west-1         configured    seen 59m      configured\n"), "{out}");
    assert!(out.contains("34 seen, 66 configured, 2 waiting; nothing at fault"), "{out}");
}

#[test]
fn what_is_blind_is_shown_with_its_mend_and_ends_with_status_one() {
    let (status, out, _) = doctor(&["--format", "table"], 200, Vec::new(), &report(&a_fault()).to_string());
    assert_eq!(status, 1, "{out}");
    assert!(out.contains("  eu-west-1         configured    BLIND         configured\n"), "{out}");
    assert!(out.contains("BLIND     the rule tw-secret-accessed-subject-1 of account 444455556666 in"), "{out}");
    // A command stays on one line, to be copied.
    let mend = "    mend  in account 444455556666: aws events put-rule --name tw-secret-accessed-subject-1 --region eu-west-1\n";
    assert!(out.contains(mend), "{out}");
    assert!(!out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn as_json_it_is_the_report_itself() {
    let whole = report(&a_fault());
    let (status, out, _) = doctor(&[], 200, Vec::new(), &whole.to_string());
    assert_eq!((status, serde_json::from_str::<Value>(&out).unwrap()), (1, whole));
}

#[test]
fn what_cannot_be_asked_or_fails_is_an_error_and_no_verdict() {
    let absent = r#"{"Type":"User","Message":"Function not found"}"#;
    let header = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let (status, _, err) = doctor(&[], 404, header("x-amzn-ErrorType", "ResourceNotFoundException"), absent);
    assert_eq!(status, 2);
    assert!(err.contains("there is no function tw-sight in eu-central-1"), "{err}");
    let failed = header("X-Amz-Function-Error", "Unhandled");
    let (status, _, err) = doctor(&[], 200, failed, r#"{"errorMessage":"GetItem failed"}"#);
    assert_eq!(status, 2);
    assert!(err.contains("tw-sight failed") && err.contains("GetItem failed"), "{err}");
    let (status, _, err) = doctor(&[], 200, Vec::new(), r#"{"version":1}"#);
    assert_eq!(status, 2);
    assert!(err.contains("does not understand"), "{err}");
}
