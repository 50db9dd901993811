//! The ledger's rows: the same whatever comes twice, late or in another order, and quiet habits cost little.

use aws_sdk_dynamodb::Client;
use trailwarden_aws::{LedgerTable, PARTITION_KEY, SORT_KEY};
use trailwarden_fixtures::findings::ordinary;
use trailwarden_fixtures::records::{Caller, RecordBuilder, console_login, create_access_key, get_secret_value};
use trailwarden_local::LocalStore;
use trailwarden_model::aws::{Coverage, Reading, read};
use trailwarden_model::{Activity, Fact, Severity};
use trailwarden_pipeline::{Pipeline, Publisher};

use crate::ledger_table::{Row, new_table, rows, text};
use crate::stack::a_key_for_a_privileged_other;
use crate::table::{Fault, Gateway, client, emulator};

fn ledger(client: Client, table: &str) -> LedgerTable {
    LedgerTable::new(client, table, 400)
}

fn activity(record: &RecordBuilder) -> Activity {
    match read(&record.bytes(), Coverage::Catalog) {
        Reading::Activity(activity) => *activity,
        other => panic!("not an activity: {other:?}"),
    }
}

async fn note(ledger: &LedgerTable, record: &RecordBuilder) {
    ledger.note(&activity(record)).await.unwrap();
}

#[tokio::test]
async fn each_credential_and_each_sign_in_is_one_row_however_often_it_comes() {
    let table = new_table().await;
    let (first, second) = (ledger(client(&emulator()), &table), ledger(client(&emulator()), &table));
    let ann = Caller::user("ann");
    let records = [
        create_access_key(&ann, "bob", "AKIABOB").at("2026-03-14T03:21:41Z"),
        console_login(&ann, false, false).id("failed").at("2026-03-14T03:16:00Z"),
        console_login(&ann, true, true).id("in").at("2026-03-14T03:16:21Z"),
    ];
    for ledger in [&first, &second, &first] {
        for record in &records {
            note(ledger, record).await;
        }
    }
    let rows = rows(&table).await;
    let keys: Vec<(String, String)> = rows.iter().map(|row| (text(row, PARTITION_KEY), text(row, SORT_KEY))).collect();
    let expected = [
        ("credential-added/2026-03-14", "event-CreateAccessKey"),
        ("sign-in/2026-03-14", "failed"),
        ("sign-in/2026-03-14", "in"),
    ];
    assert_eq!(keys, expected.map(|(partition, sort)| (partition.to_owned(), sort.to_owned())));
    let fact: Fact = serde_json::from_str(&text(&rows[0], "body")).unwrap();
    assert_eq!(fact.credential.unwrap().id.as_deref(), Some("AKIABOB"));
    assert_eq!(fact.by.name, "ann");
    assert_eq!(rows[0]["ttl"].as_n().unwrap(), &(fact.time.as_second() + 400 * 86_400).to_string());
}

#[tokio::test]
async fn of_twins_the_one_that_tells_more_stays_whichever_comes_first() {
    let twin = |id: &str, caller: &Caller| {
        get_secret_value(caller, "prod/db")
            .with("eventSource", "iam.amazonaws.com".into())
            .with("eventName", "CreateAccessKey".into())
            .with("requestParameters", serde_json::json!({ "userName": "bob" }))
            .with("sharedEventID", "act".into())
            .id(id)
    };
    let told = twin("told", &Caller::user("ann"));
    let bare = twin("bare", &Caller::user("ann"))
        .with("userIdentity", serde_json::json!({ "type": "AWSAccount", "accountId": "111122223333" }));
    for order in [[&told, &bare], [&bare, &told]] {
        let table = new_table().await;
        let ledger = ledger(client(&emulator()), &table);
        for record in order {
            note(&ledger, record).await;
        }
        let rows = rows(&table).await;
        assert_eq!(rows.len(), 1);
        let fact: Fact = serde_json::from_str(&text(&rows[0], "body")).unwrap();
        assert_eq!(fact.event_id.as_str(), "told");
    }
}

#[tokio::test]
async fn an_older_revision_that_comes_late_changes_nothing() {
    let table = new_table().await;
    let ledger = ledger(client(&emulator()), &table);
    let mut finding = ordinary("credential-added.for-another-identity");
    for revision in [1, 3, 2, 3] {
        finding.revision = revision;
        finding.title = format!("revision {revision}");
        ledger.follow(&finding).await.unwrap();
    }
    let rows = rows(&table).await;
    assert_eq!(rows.len(), 1);
    let day = &finding.created_at.to_string()[..10];
    assert_eq!(text(&rows[0], PARTITION_KEY), format!("finding/{day}"));
    assert_eq!(text(&rows[0], SORT_KEY), finding.id.as_str());
    assert!(text(&rows[0], "body").contains("revision 3"));
    assert_eq!(rows[0]["rank"].as_n().unwrap(), "3");
}

#[tokio::test]
async fn a_secret_read_each_minute_is_one_row_a_day_and_one_request_an_hour() {
    let table = new_table().await;
    let gateway = Gateway::open();
    let ledger = ledger(client(&format!("http://127.0.0.1:{}", gateway.port)), &table);
    let app = Caller::role("app", "i-0123456789abcdef0");
    for minute in 0..180 {
        let time = format!("2026-03-14T{:02}:{:02}:00Z", 9 + minute / 60, minute % 60);
        note(&ledger, &get_secret_value(&app, "prod/db").id(&format!("read-{minute}")).at(&time)).await;
    }
    assert_eq!(gateway.taken(), ["UpdateItem"; 3]);
    let rows = rows(&table).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(text(&rows[0], "first"), "2026-03-14T09:00:00.000000Z");
    assert_eq!(text(&rows[0], "last"), "2026-03-14T11:00:00.000000Z");
    assert_eq!(rows[0]["hours"].as_ns().unwrap(), &["10", "11", "9"]);
}

#[tokio::test]
async fn reads_in_any_order_by_any_number_of_processes_leave_the_same_row() {
    let app = Caller::role("app", "i-0123456789abcdef0");
    let reads: Vec<RecordBuilder> = ["09:30", "11:10", "10:05", "23:59", "00:00"]
        .iter()
        .map(|time| get_secret_value(&app, "prod/db").id(time).at(&format!("2026-03-14T{time}:00Z")))
        .chain([get_secret_value(&app, "prod/db").id("denied").at("2026-03-14T10:30:00Z").denied("no")])
        .collect();
    let mut known: Option<(String, Row)> = None;
    for turn in 0..reads.len() {
        let table = new_table().await;
        let processes = [ledger(client(&emulator()), &table), ledger(client(&emulator()), &table)];
        for (index, record) in reads.iter().cycle().skip(turn).take(2 * reads.len()).enumerate() {
            note(&processes[index % 2], record).await;
        }
        let mut rows = rows(&table).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        let mut row = rows.pop().unwrap();
        // Whoever was told first gives the row its names.
        row.remove("body");
        row.remove("ttl");
        assert_eq!(text(&row, "first"), "2026-03-14T00:00:00.000000Z");
        assert_eq!(text(&row, "last"), "2026-03-14T23:59:00.000000Z");
        let key = text(&row, SORT_KEY);
        let (before, same) = known.get_or_insert_with(|| (key.clone(), row.clone()));
        assert_eq!((&key, &row), (&*before, &*same), "turn {turn}");
    }
}

#[tokio::test]
async fn an_event_the_ledger_cannot_take_is_given_back() {
    let table = new_table().await;
    let gateway = Gateway::open();
    let pipeline = Pipeline {
        store: LocalStore::in_memory(),
        publisher: ledger(client(&format!("http://127.0.0.1:{}", gateway.port)), &table),
        settings: trailwarden_detectors::Settings::default(),
        expected: Vec::new(),
        tell_from: Severity::Medium,
    };
    let [grant, key] = a_key_for_a_privileged_other();
    pipeline.judge(&activity(&grant)).await.unwrap();
    gateway.fail(1, Fault::After);
    pipeline.judge(&activity(&key)).await.unwrap();
    pipeline.judge(&activity(&key)).await.unwrap();
    let partitions: Vec<String> = rows(&table).await.iter().map(|row| text(row, PARTITION_KEY)).collect();
    assert_eq!(partitions.iter().filter(|name| name.starts_with("credential-added/")).count(), 1);
    assert!(partitions.iter().any(|name| name.starts_with("finding/")), "{partitions:?}");
    let gone = Pipeline { publisher: ledger(client("http://127.0.0.1:9"), &table), ..pipeline };
    let error = gone.judge(&activity(&key.id("another"))).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
}
