//! What the examples promise, read back from the files as a stranger would.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use serde_json::Value;

/// One generated folder for all tests.
fn examples() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| generated("once"))
}

/// Writes the examples into a folder beside the test's own program.
fn generated(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let folder = program.parent().unwrap().join("generated-examples").join(name);
    super::run(&folder).unwrap();
    folder
}

/// Every file below `folder`, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every record of every log file.
fn records() -> Vec<Value> {
    let mut all = Vec::new();
    for path in files(&examples().join("AWSLogs")) {
        let mut inflated = flate2::write::GzDecoder::new(Vec::new());
        inflated.write_all(&fs::read(&path).unwrap()).unwrap();
        let container: Value = serde_json::from_slice(&inflated.finish().unwrap()).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for record in container["Records"].as_array().unwrap() {
            let (account, region) = (&record["recipientAccountId"], &record["awsRegion"]);
            let prefix = format!("{}_CloudTrail_{}_", account.as_str().unwrap(), region.as_str().unwrap());
            assert!(name.starts_with(&prefix), "{name} holds a record of {account} in {region}");
            all.push(record.clone());
        }
    }
    all
}

#[test]
fn two_runs_write_the_same_bytes() {
    let again = generated("again");
    let (one, other) = (files(examples()), files(&again));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one.strip_prefix(examples()).unwrap(), other.strip_prefix(&again).unwrap());
        assert_eq!(fs::read(one).unwrap(), fs::read(other).unwrap(), "{}", one.display());
    }
}

#[test]
fn everything_together_stays_under_two_megabytes() {
    let bytes: u64 = files(examples()).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(bytes < 1_900_000, "{bytes} bytes");
}

#[test]
fn every_event_id_is_its_own_and_every_label_names_one() {
    let records = records();
    let ids: BTreeSet<&str> = records.iter().map(|record| record["eventID"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), records.len());
    let labels = fs::read_to_string(examples().join("labels.csv")).unwrap();
    let labelled: Vec<&str> = labels.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert!(labelled.len() > 50);
    for id in labelled {
        assert!(ids.contains(id), "{id}");
    }
}

#[test]
fn no_field_is_lost_on_the_way_to_the_file() {
    for record in super::fortnight() {
        record.fields_all_known();
    }
}

#[test]
fn every_step_of_the_attack_is_taken() {
    let taken: BTreeSet<&str> =
        super::fortnight().iter().filter_map(|record| record.step).map(|step| step.name).collect();
    let known: BTreeSet<&str> = super::steps::ALL.iter().map(|step| step.name).collect();
    assert_eq!(taken, known);
}

#[test]
fn acts_across_accounts_leave_two_records_with_one_shared_id() {
    let records = records();
    let shared = |account: &str| -> BTreeSet<String> {
        let of = |record: &&Value| record["recipientAccountId"] == account && record["eventName"] == "AssumeRole";
        let ids = records.iter().filter(of).filter_map(|record| record["sharedEventID"].as_str());
        ids.map(str::to_owned).collect()
    };
    let (production, management, staging) = (shared("444455556666"), shared("111122223333"), shared("777788889999"));
    assert!(production.intersection(&management).count() > 0);
    assert!(production.intersection(&staging).count() > 0);
}
