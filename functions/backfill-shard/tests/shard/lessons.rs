//! Three lessons over a bucket, by workers that know nothing of each other.

use serde_json::{Value, json};
use trailwarden_aws::DynamoStore;
use trailwarden_detectors::Settings;
use trailwarden_model::Severity;
use trailwarden_pipeline::Pipeline;

use crate::bucket::{files, key, open};
use crate::lambda::Function;
use crate::logs::activities;
use crate::memory::Memory;
use crate::table::{client, emulator, new_table};

fn start(port: u16, table: &str) -> Function {
    Function::start(&[
        ("TABLE_NAME", table.to_owned()),
        ("LOG_LEVEL", "error".to_owned()),
        ("NETWORKS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/networks/data/networks.bin").to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
    ])
}

fn shard(lesson: &str, now: &str, keys: &[String]) -> Value {
    let items: Vec<Value> = keys.iter().map(|key| json!({ "Key": key, "Size": 1, "Etag": "e" })).collect();
    json!({ "BatchInput": { "lesson": lesson, "bucket": "trail", "now": now }, "Items": items })
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_given_a_bucket_by_lessons_remember_what_one_machine_does_in_order() {
    let (client, history) = (client(&emulator()), activities(&files()));
    let newest = history.last().unwrap().time;
    let in_order = new_table(&client).await;
    let store = DynamoStore::new(client.clone(), &in_order);
    let (settings, tell_from) = (Settings::default(), Severity::Medium);
    let pipeline = Pipeline { store, publisher: (), settings, expected: Vec::new(), tell_from };
    for activity in &history {
        pipeline.learn(activity).await.unwrap();
    }

    let by_workers = new_table(&client).await;
    let port = open();
    let workers = [start(port, &by_workers), start(port, &by_workers)];
    let mut keys: Vec<String> = (0..files().len()).map(key).collect();
    keys.push("AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/01/digest.json.gz".to_owned());
    let mut units = 0.0;
    for (lesson, of_one) in [("names", 2), ("habits", 3), ("places", 1)] {
        // The latest come first, and one batch is given twice.
        keys.reverse();
        let batches: Vec<&[String]> = keys.chunks(of_one).chain(keys.chunks(of_one).take(1)).collect();
        let mut records = 0;
        for (nth, batch) in batches.iter().enumerate() {
            let said = workers[nth % 2].invoke(&shard(lesson, &newest.to_string(), batch)).unwrap();
            let said: Value = serde_json::from_str(&said).unwrap();
            assert_eq!(said["objects"], json!(batch.len()));
            let count = |name: &str| said["records"][name].as_u64().unwrap();
            assert_eq!(count("received"), count("learned") + count("out_of_scope") + count("duplicate"));
            records += count("received");
            units += said["taught"]["units"].as_f64().unwrap();
        }
        assert!(records > history.len() as u64);
    }
    eprintln!("{} activities in {} objects, three lessons: {units} units", history.len(), files().len());
    let learned = Memory::of(&client, &by_workers, newest).await;
    learned.must_equal(&Memory::of(&client, &in_order, newest).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_cannot_read_an_object_gives_the_whole_shard_back() {
    let client = client(&emulator());
    let table = new_table(&client).await;
    let worker = start(open(), &table);
    let now = "2026-03-20T00:00:00Z";
    let error = worker.invoke(&shard("habits", now, &["AWSLogs/gone.json.gz".to_owned()])).unwrap_err();
    assert!(error.contains("NoSuchKey") || error.contains("none"), "{error}");
    let error = worker.invoke(&shard("everything", now, &[])).unwrap_err();
    assert!(error.contains("the lesson is"), "{error}");
    let said = worker.invoke(&shard("names", now, &[])).unwrap();
    assert!(said.contains("\"objects\":0"), "{said}");
}
