//! What people say to a deployment and ask of it, as its users run it, against a function on loopback.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a stage that cannot be set is a failed test")]

#[path = "../../functions/credential-added/tests/slice/http.rs"]
#[expect(dead_code, reason = "it is the functions', which use more of it")]
mod http;

use std::process::Command;
use std::sync::{Arc, Mutex};

use http::{Reply, Server};
use serde_json::{Value, json};
use trailwarden_fixtures::findings::ordinary;
use trailwarden_fixtures::pages::Page;
use trailwarden_model::{FindingId, Severity};

/// What one run printed, how it ended, and what it sent.
struct Run {
    status: i32,
    out: String,
    err: String,
    sent: Vec<Value>,
}

/// Runs a command line against a function that answers in turn.
fn run(line: &str, answers: &[Value]) -> Run {
    let sent: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (within, answers) = (Arc::clone(&sent), answers.to_vec());
    let server = Server::open(move |request| {
        assert_eq!(request.path, "/2015-03-31/functions/tw-answers/invocations");
        let mut sent = within.lock().unwrap();
        sent.push(serde_json::from_slice(&request.body).unwrap());
        let answer = &answers[(sent.len() - 1).min(answers.len() - 1)];
        Reply::of(200, "application/json", &answer.to_string())
    });
    let output = Command::new(env!("CARGO_BIN_EXE_trailwarden"))
        .args(line.split(' ').map(|word| word.replace('_', " ")))
        .args(["--stack", "tw", "--region", "eu-central-1"])
        .env("NO_COLOR", "1")
        .envs([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("USER", "ann")])
        .env("AWS_ENDPOINT_URL_LAMBDA", format!("http://127.0.0.1:{}", server.port))
        .output()
        .unwrap();
    server.close();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let sent = sent.lock().unwrap().clone();
    Run { status: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr), sent }
}

fn heard(more: &Value) -> Value {
    let mut heard = json!({ "answered": 0, "unknown": 0, "expected": 0, "withdrawn": 0, "id": null, "refused": null });
    for (name, value) in more.as_object().unwrap() {
        heard[name] = value.clone();
    }
    heard
}

fn announced() -> Value {
    heard(&json!({ "announced": [
        { "id": "ex-0123456789ab", "withdrawn": null, "withdrawn_by": null, "announced": {
            "who": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/katrin",
            "what": "credential-added", "target": "svc-legacy-backup", "until": "2126-03-10T00:00:00Z",
            "from": "2026-03-03T10:00:00Z", "said": "2026-03-03T10:00:00Z", "by": "board\u{1b}[31m",
            "reference": "CHG-1042, the yearly renewal of every key that the backup of the old system signs with" } },
        { "id": "ex-taken", "withdrawn": "2026-03-04T10:00:00Z", "withdrawn_by": "ann", "announced": {
            "who": "bob", "until": "2126-03-10T00:00:00Z", "by": "board" } },
        { "id": "su-0123456789ab", "withdrawn": null, "withdrawn_by": null, "announced": {
            "account": "444455556666", "until": "2126-03-10T00:00:00Z", "by": "ann", "reference": "sandbox",
            "silences": "HIGH" } },
    ] }))
}

#[test]
fn what_is_expected_is_listed_at_eighty_columns_and_what_is_over_only_when_asked() {
    let Run { status, out, err, sent } = run("expect list --format table", &[announced()]);
    assert_eq!(status, 0, "{err}");
    assert_eq!(sent[0]["detail"], json!({ "ask": "announced" }));
    assert!(out.starts_with("ex-0123456789ab  until 2126-03-10 00:00 UTC\n    who   "), "{out}");
    assert!(out.contains("    by    board\\u{1b}[31m, 2026-03-03 10:00 UTC\n    ref   CHG-1042, the yearly"), "{out}");
    assert!(!out.contains("ex-taken") && !out.contains("su-") && !out.contains('\u{1b}'), "{out}");
    // What is one word is not broken, so that it can be copied.
    let long = |line: &&str| line.chars().count() > 80 && !line.contains("arn:");
    assert_eq!(out.lines().find(long), None);
    assert_eq!(err, "1 expected change; 1 more are over: --all shows them\n");
    let all = run("expect list --format table --all", &[announced()]);
    assert!(all.out.contains("ex-taken  taken back 2026-03-04 10:00 UTC\n"), "{}", all.out);
    assert!(all.out.contains("    back  ann\n"), "{}", all.out);
    let silenced = run("suppress list", &[announced()]);
    let one: Value = serde_json::from_str(&silenced.out).unwrap();
    assert_eq!((one["id"].as_str(), one["announced"]["silences"].as_str()), (Some("su-0123456789ab"), Some("HIGH")));
}

#[test]
fn what_is_said_is_answered_with_what_it_is_called() {
    let said = run(
        "suppress add --account 444455556666 --what secret-accessed --until 2126-04-01 --reason our_scanner",
        &[heard(&json!({ "expected": 1, "id": "su-1" }))],
    );
    assert_eq!(
        (said.status, said.out.as_str()),
        (0, "su-1: nobody is told of it up to HIGH, from now on until 2126-04-01T00:00:00Z\n")
    );
    let (event, detail) = (&said.sent[0], &said.sent[0]["detail"]);
    assert_eq!(event["detail-type"], "Trailwarden Suppression");
    assert_eq!((detail["account"].as_str(), detail["up_to"].as_str()), (Some("444455556666"), Some("HIGH")));
    assert_eq!((detail["by"].as_str(), detail["reason"].as_str()), (Some("ann"), Some("our scanner")));
    let back = run("expect revoke ex-1", &[heard(&json!({ "withdrawn": 1 }))]);
    assert_eq!((back.status, back.out.as_str()), (0, "ex-1 holds no longer\n"));
    assert_eq!(back.sent[0]["detail"], json!({ "id": "ex-1", "by": "ann" }));
}

#[test]
fn what_is_refused_says_why_and_what_to_do() {
    let refused = |line: &str, answer: &Value, says: &str| {
        let run = run(line, std::slice::from_ref(answer));
        assert_eq!(run.status, 2, "{line}: {}", run.out);
        assert!(run.err.contains(says), "{line}: {}", run.err);
        run.sent.len()
    };
    let nothing = heard(&json!({}));
    assert_eq!(refused("expect revoke ex-1", &nothing, "`trailwarden expect list` shows what it knows"), 1);
    assert_eq!(refused("expect revoke su-1", &nothing, "su-1 is no expected change"), 0);
    assert_eq!(refused("suppress remove tw-1", &nothing, "`trailwarden suppress list` shows it"), 0);
    assert_eq!(refused("suppress add --until 2126-04-01 --reason x", &nothing, "--who"), 0);
    assert_eq!(refused("suppress add --who x --until 2126-04-01", &nothing, "--reason"), 0);
    assert_eq!(refused("ledger --expected x", &nothing, "PATH"), 0);
    // A deployment of an older version hears nothing it knows.
    assert_eq!(refused("suppress list", &nothing, "deploy this version's template"), 1);
    assert_eq!(refused("ledger", &announced(), "deploy this version's template"), 2);
    let why = heard(&json!({ "refused": "its end is over" }));
    assert_eq!(refused("suppress add --who x --until 2126-04-01 --reason x", &why, "not believed: its end is over"), 1);
}

fn fact(time: &str, kind: &str, more: &Value) -> Value {
    let mut fact = json!({
        "schema_version": "1.0", "time": time, "kind": kind, "outcome": "succeeded", "error": null,
        "by": { "key": "aws:user:AIDA", "kind": "user", "name": "alice", "arn": null, "account": "111122223333",
            "role": null, "session": null, "access_key_id": null, "mfa": null, "via": null },
        "target": null, "change": null, "credential": null, "secrets": [], "step": null, "issued": null,
        "opened": null, "partition": "aws", "account": "111122223333", "recorded_in": "111122223333",
        "region": "eu-central-1", "event": "x:Y", "event_id": time, "act": time, "expected_change": null,
        "origin": { "ip": "203.0.113.7", "asn": null, "network": null, "country": null, "kind": "unknown",
            "user_agent": "aws-cli" },
    });
    for (name, value) in more.as_object().unwrap() {
        fact[name] = value.clone();
    }
    fact
}

#[test]
fn the_ledger_of_a_deployment_is_told_day_by_day_with_what_was_expected() {
    let secrets = json!(["aws:secretsmanager:111122223333:prod/a", "aws:secretsmanager:111122223333:prod/b"]);
    let read = |object: &str| {
        json!({ "kind": "secret-read", "object": object, "body": fact("2026-03-03T09:30:00Z", "secret-read", &json!({ "secrets": secrets })),
            "first": "2026-03-03T09:00:00.000000Z", "last": "2026-03-03T17:05:00.000000Z", "hours": [9, 12, 17],
            "outcomes": ["denied", "succeeded"], "networks": ["AS64496"] })
    };
    let made = json!({ "change": "added", "credential": { "kind": "access-key", "id": "AKIABOB" },
        "target": { "key": "aws:user:111122223333:bob", "kind": "user", "name": "bob", "account": "111122223333" } });
    let key = json!({ "kind": "credential-added", "body": fact("2026-03-04T08:00:00Z", "credential-added", &made) });
    let changes = heard(&json!({ "announced": [{ "id": "ex-1", "withdrawn": null, "withdrawn_by": null,
        "announced": { "who": "alice", "what": "credential-added", "from": "2026-03-01T00:00:00Z",
            "until": "2026-03-10T00:00:00Z", "by": "board", "reference": "CHG-1042" } }] }));
    let next = json!({ "day": "2026-03-04", "kind": "secret-read", "after": null });
    let parts = [
        changes,
        heard(&json!({ "ledger": { "rows": [read("aws:secretsmanager:111122223333:prod/a")], "next": next } })),
        heard(&json!({ "ledger": { "rows": [key], "next": null } })),
    ];
    let line = "ledger --since 2026-03-03 --until 2026-03-05";
    let table = run(&format!("{line} --format table"), &parts);
    assert_eq!(table.status, 0, "{}", table.err);
    let expected = "\
2026-03-03 UTC
09:00:00  alice read prod/a, in 3 hours until 17:05:00 (some not granted)
          203.0.113.7; in 111122223333

2026-03-04 UTC
08:00:00  alice added access key AKIABOB of user bob
          203.0.113.7; in 111122223333
          expected: by board, CHG-1042
";
    assert_eq!(table.out, expected, "{}", table.err);
    assert!(table.err.contains("1 credential-added, 1 secret-read; 1 of them expected"), "{}", table.err);
    let asked = &table.sent[1]["detail"];
    assert_eq!((asked["from"].as_str(), asked["to"].as_str()), (Some("2026-03-03"), Some("2026-03-05")));
    assert_eq!(table.sent[2]["detail"]["begin"], next, "it goes on where the last part ended");
    let lines = run(&format!("{line} --secret prod/a"), &parts);
    let fact: Value = serde_json::from_str(&lines.out).unwrap();
    assert_eq!((&fact["day"]["hours"], &fact["time"]), (&json!([9, 12, 17]), &json!("2026-03-03T09:00:00Z")));
}

#[test]
fn the_page_of_a_deployment_shows_what_its_ledger_kept_in_the_span_each_in_its_last_state() {
    let found = |id: &str, made: &str, severity| {
        let mut finding = ordinary("credential-added.for-another-identity");
        (finding.id, finding.severity, finding.created_at) = (FindingId::new(id), severity, made.parse().unwrap());
        json!({ "kind": "finding", "body": finding })
    };
    let next = json!({ "day": "2026-03-04", "kind": "finding", "after": "tw-b" });
    let (a, b) =
        (found("tw-a", "2026-03-03T12:00:00Z", Severity::High), found("tw-b", "2026-03-03T08:00:00Z", Severity::Low));
    let late = found("tw-c", "2026-03-05T00:00:00Z", Severity::Critical);
    let parts = [
        heard(&json!({ "ledger": { "rows": [b, a], "next": next } })),
        heard(
            &json!({ "ledger": { "rows": [found("tw-d", "2026-03-04T00:00:00Z", Severity::Medium), late], "next": null } }),
        ),
    ];
    let line = "report --since 2026-03-03T09:00:00Z --until 2026-03-05 --output -";
    let Run { status, out, err, sent } = run(&format!("{line} --fail-on high"), &parts);
    assert_eq!((status, err.as_str()), (1, "tw in eu-central-1: 2 findings, 2026-03-03 to 2026-03-05\n"));
    let page = Page::read(&out);
    assert_eq!(page.faults(), Vec::<String>::new());
    let told: Vec<&str> = page.all("article").map(|article| article.attribute("id")).collect();
    assert_eq!(told, ["tw-a", "tw-d"]);
    assert!(page.all("title").next().unwrap().text.ends_with("trailwarden, tw in eu-central-1"), "{out}");
    let asked = &sent[0]["detail"];
    assert_eq!((&asked["ask"], &asked["kinds"]), (&json!("ledger"), &json!(["finding"])));
    assert_eq!((&asked["from"], &asked["to"]), (&json!("2026-03-03"), &json!("2026-03-05")));
    assert_eq!(sent[1]["detail"]["begin"], next, "it goes on where the last part ended");
    assert_eq!(run(line, &parts).out, out, "the same bytes");

    // A deployment of an older version hears nothing it knows.
    let old = run(line, &[heard(&json!({}))]);
    assert_eq!((old.status, old.out.as_str()), (2, ""));
    assert!(old.err.contains("deploy this version's template"), "{}", old.err);
}
