//! Secrets in records: of what a call carries in its request or its answer, no secret leaves the function.
//!
//! CloudTrail leaves most of them out; what it lets through by mistake, or a service of tomorrow does, must go no
//! further. Where they are, AWS's own service models say (`sensitive.json`, made by `tests/stack/sensitive.py`).

use std::collections::BTreeMap;
use std::io::Read;
use std::process::Stdio;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use trailwarden_fixtures::records::{Caller, RecordBuilder, call};
use trailwarden_model::aws::catalog::CALLS;

use crate::lambda::Function;
use crate::ledger_table::{new_table, rows};
use crate::queue::Queue;
use crate::stack::{Stack, a_key_for_a_privileged_other};
use crate::table::{Fault, client, emulator, scan};
use crate::topic::Fate;

/// What every secret below has in it.
const MARK: &str = "5ecretmark";

/// Where calls carry what their models mark as sensitive.
const SENSITIVE: &str = include_str!("sensitive.json");

/// What is marked as sensitive and is shown all the same: the names of people and of databases' users, which is who
/// it is about, and the id of an OAuth client, which is which credential.
const SHOWN: [&str; 4] = ["clientId", "dbUser", "userName", "username"];

/// What is secret under whatever call, marked or not: CloudTrail is known to have logged the tokens among them.
const ANYWHERE: [&str; 22] = [
    "accessToken",
    "authorizationCode",
    "clientRequestToken",
    "clientSecret",
    "code",
    "idToken",
    "keyMaterial",
    "masterUserPassword",
    "newPassword",
    "oldPassword",
    "password",
    "plaintext",
    "privateKey",
    "refreshToken",
    "sAMLAssertion",
    "secret",
    "secretAccessKey",
    "secretBinary",
    "secretString",
    "sessionToken",
    "token",
    "webIdentityToken",
];

#[derive(Debug, Default, Deserialize)]
struct Places {
    #[serde(default)]
    request: Vec<String>,
    #[serde(default)]
    response: Vec<String>,
}

/// Puts a secret where a path leads.
fn hide(within: &mut Value, path: &str, secret: &str) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let name = first.trim_end_matches("[]");
    let slot = &mut within[name];
    let slot = if first.ends_with("[]") {
        if !slot.is_array() {
            *slot = json!([{}]);
        }
        &mut slot[0]
    } else {
        slot
    };
    match rest {
        None => *slot = json!(secret),
        Some(rest) => {
            if !slot.is_object() {
                *slot = json!({});
            }
            hide(slot, rest, secret);
        }
    }
}

/// What a call asked or answered, with a secret wherever there may be one.
fn stuffed(plain: &Value, side: &str, of: &str, paths: &[String]) -> Value {
    let mut said = plain.clone();
    let secret = |path: &str| format!("{MARK}-{side}-{of}-{path}");
    for name in ANYWHERE {
        hide(&mut said, name, &secret(name));
        for within in ["credentials", "accessKey", "detail"] {
            let path = format!("{within}.{name}");
            hide(&mut said, &path, &secret(&path));
        }
    }
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    for path in paths.iter().filter(|path| !SHOWN.contains(&last(path).as_str())) {
        hide(&mut said, path, &secret(path));
    }
    said
}

/// Every call of the catalog, by somebody from a rented machine, full of secrets; each about somebody else.
fn calls() -> Vec<RecordBuilder> {
    let sensitive: BTreeMap<String, Places> = serde_json::from_str(SENSITIVE).unwrap();
    assert!(sensitive.len() > 40, "{}", sensitive.len());
    let mut found = 0;
    let calls = CALLS.iter().zip(1..).map(|(one, nth)| {
        let of = format!("{} {}", one.source, one.name);
        let nothing = Places::default();
        let places = sensitive.get(&of).inspect(|_| found += 1).unwrap_or(&nothing);
        let asked = json!({ "userName": format!("bob{nth}"), "roleName": "worker", "secretId": format!("prod/{nth}"),
            "name": format!("/prod/{nth}"), "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
            "keyName": format!("key-{nth}"), "roleArn": "arn:aws:iam::111122223333:role/worker",
            "roleSessionName": "batch", "status": "Active" });
        let answered = json!({ "accessKey": { "userName": format!("bob{nth}"), "accessKeyId": format!("AKIAMADE{nth:012}") },
            "credentials": { "accessKeyId": format!("ASIAMADE{nth:012}"), "expiration": "Mar 3, 2026, 10:15:00 AM" } });
        let mut extra = Map::new();
        extra.insert("password".to_owned(), json!(format!("{MARK}-additional-{of}")));
        call(&Caller::user("mallory"), &format!("{}.amazonaws.com", one.source), one.name)
            .with("requestParameters", stuffed(&asked, "request", &of, &places.request))
            .with("responseElements", stuffed(&answered, "response", &of, &places.response))
            .with("additionalEventData", Value::Object(extra))
            .from("45.76.85.203")
            .at(&format!("2026-03-03T{:02}:{:02}:00Z", 9 + nth / 60, nth % 60))
            .id(&format!("event-{nth}"))
    });
    let calls: Vec<RecordBuilder> = calls.collect();
    assert_eq!(found, sensitive.len(), "every place of a call in scope is stuffed");
    calls
}

/// Records whose fields are of a kind no field is: what an error says of them could be a secret, too.
fn malformed() -> Vec<Value> {
    let good = call(&Caller::user("mallory"), "iam.amazonaws.com", "CreateAccessKey").event();
    let secret = |at: &str| json!(format!("{MARK}-instead-of-{at}"));
    let fields = ["userIdentity", "requestParameters", "responseElements", "eventTime", "readOnly", "resources"];
    let instead = fields.map(|field| {
        let mut bad = good.clone();
        bad["detail"][field] = secret(field);
        bad
    });
    let mut context = good.clone();
    context["detail"]["userIdentity"]["sessionContext"] = secret("sessionContext");
    let number = json!({ "detail": { "eventName": 7, "requestParameters": { "password": secret("a good event") } } });
    instead.into_iter().chain([context, number, secret("an event"), json!({ "detail": secret("a detail") })]).collect()
}

#[tokio::test]
async fn no_secret_a_record_carries_is_logged_told_kept_or_remembered() {
    let (ledger, hub) = (new_table().await, Queue::open(true));
    let stack = Stack::deploy().await.with("LEDGER_TABLE_NAME", &ledger).with("LEDGER_DAYS", "30");
    let stack = stack.with("LOG_LEVEL", "trace").with("CHAT_TOPIC_ARN", "arn:aws:sns:us-east-1:111122223333:chat");
    let stack = stack.with("HUB_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/111122223333/hub");
    let stack = stack.with("AWS_ENDPOINT_URL_SQS", &format!("http://127.0.0.1:{}", hub.port));
    // What the function signs its own calls with is nobody's business either.
    let stack = stack.with("AWS_SECRET_ACCESS_KEY", &format!("{MARK}-of-the-function"));
    let stack = stack.with("AWS_SESSION_TOKEN", &format!("{MARK}-session-of-the-function"));
    let (mut log, written) = std::io::pipe().unwrap();
    let read = std::thread::spawn(move || {
        let mut said = String::new();
        log.read_to_string(&mut said).map(|_| said)
    });
    let function = Function::launch(stack.environment(), Stdio::from(written));
    assert!(function.is_ready());
    let mut answers = Vec::new();
    for record in calls() {
        answers.push(function.invoke(&record.event()));
    }
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    // What fails says why: a table, then a topic.
    for (nth, record) in a_key_for_a_privileged_other().into_iter().chain(calls().into_iter().take(20)).enumerate() {
        stack.gateway.taken();
        stack.gateway.fail(1 + nth % 3, Fault::Before);
        stack.topic.next(&[Fate::Refused]);
        answers.push(function.invoke(&record.id(&format!("again-{nth}")).event()));
    }
    answers.extend(malformed().iter().map(|event| function.invoke(event)));
    function.kill();
    let said = read.join().unwrap().unwrap();
    assert!(said.contains("event given back") && said.contains("record refused"), "{said}");

    let table = &stack.environment().iter().find(|(name, _)| *name == "TABLE_NAME").unwrap().1;
    let (remembered, kept) = (scan(&client(&emulator()), table).await, rows(&ledger).await);
    let told = stack.topic.published();
    let seen = [told.len(), hub.sent().len(), kept.len(), remembered.len()];
    assert!(seen.iter().zip([3, 1, 60, 10]).all(|(seen, least)| *seen > least), "{seen:?}");
    let everything = [
        ("the log", said),
        ("an answer", format!("{answers:?}")),
        ("a message", format!("{told:?}")),
        ("Security Hub's queue", format!("{:?}", hub.sent())),
        ("the ledger", format!("{kept:?}")),
        ("the memory", format!("{remembered:?}")),
    ];
    for (place, text) in &everything {
        let leaks: Vec<String> =
            text.to_lowercase().match_indices(MARK).take(9).map(|(at, _)| around(text, at)).collect();
        assert!(leaks.is_empty(), "{place} has {leaks:#?}");
    }
    // Shown on purpose: whose credential it is, what it is called, and what it was used with.
    for shown in ["AKIAMADE", "mallory", "bob", "45.76.85.203"] {
        let said = everything.iter().filter(|(_, text)| text.contains(shown)).map(|(place, _)| *place);
        let said: Vec<&str> = said.collect();
        assert!(said.contains(&"a message") && said.contains(&"the ledger"), "{shown} is in {said:?}");
    }
}

/// Some of a text, around a place in it.
fn around(text: &str, at: usize) -> String {
    text.chars().skip(at.saturating_sub(120)).take(240).collect()
}
