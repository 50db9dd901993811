//! The input of the benchmarks: an organisation's ordinary life, drowned in the calls nobody asks for.
//!
//! What is in scope comes from the evaluation's generator, record for record; what is not is written again and again
//! with new ids, sessions and resources, until it has the share and the entropy of real logs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use libdeflater::{CompressionLvl, Compressor, Decompressor};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use trailwarden_evaluation::{Plan, Profile, Size, generate};
use trailwarden_model::aws::catalog;

/// How many sessions the calls nobody asks for are made in at any time.
const SESSIONS: usize = 400;
/// Bytes that a file of records begins and ends with.
const FRAME: (&str, &str) = ("{\"Records\":[", "]}");

/// What an input is like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    /// Records in all.
    pub(super) records: usize,
    /// How many of a thousand are calls a detector wants.
    pub(super) in_scope: usize,
    /// Records in one file.
    pub(super) per_file: usize,
}

/// The records of an organisation's eight weeks, in order of time, by whether the catalog wants them.
pub(super) struct Life {
    wanted: Vec<String>,
    others: Vec<Value>,
}

impl Life {
    /// Generates the organisation, or reads the one generated before.
    pub(super) fn of(folder: &Path) -> anyhow::Result<Self> {
        let logs = folder.join("AWSLogs");
        if !logs.exists() {
            let plan =
                Plan { families: Some(Vec::new()), profile: Some(Profile::Platform), ..Plan::new(7, Size::Small) };
            generate(&plan, folder)?;
        }
        let mut all = Vec::new();
        for path in files(&logs)? {
            let text = inflate(&path)?;
            let mut container: Value = serde_json::from_slice(&text)?;
            let records = container.get_mut("Records").and_then(Value::as_array_mut).context("a log holds records")?;
            all.append(records);
        }
        all.sort_by_cached_key(|record| (text(record, "eventTime"), text(record, "eventID")));
        let (wanted, others) = all.into_iter().partition::<Vec<_>, _>(is_wanted);
        Ok(Self { wanted: wanted.iter().map(Value::to_string).collect(), others })
    }

    /// Writes an input unless it is there, and returns its files.
    pub(super) fn write(&self, shape: &Shape, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let folder = folder.join(format!("{}-{}", shape.name, shape.records));
        if folder.exists() {
            return files(&folder);
        }
        let wanted = shape.records * shape.in_scope / 1000;
        ensure!(wanted > 0, "an input without anything in scope measures nothing");
        fs::create_dir_all(&folder)?;
        let mut noise = Noise::new(&self.others);
        let mut compressor = Compressor::new(CompressionLvl::default());
        let mut records = String::new();
        let mut held = 0;
        for index in 0..shape.records {
            // Evenly spread, and each of the life's records in its turn: longer inputs live it again in other accounts.
            let due = index * wanted / shape.records;
            let record = if due < (index + 1) * wanted / shape.records {
                let turn = due / self.wanted.len();
                elsewhere(self.wanted.get(due % self.wanted.len()).context("a life has records")?, turn)
            } else {
                noise.record()?
            };
            records.push_str(if held == 0 { FRAME.0 } else { "," });
            records.push_str(&record);
            held += 1;
            if held == shape.per_file || index + 1 == shape.records {
                records.push_str(FRAME.1);
                let path = folder.join(format!("{index:09}.json.gz"));
                fs::write(&path, deflate(&mut compressor, &records)?)?;
                records.clear();
                held = 0;
            }
        }
        files(&folder)
    }
}

/// Records nobody asks for.
struct Noise<'a> {
    dice: ChaCha8Rng,
    templates: &'a [Value],
    sessions: Vec<String>,
}

impl<'a> Noise<'a> {
    fn new(templates: &'a [Value]) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(7);
        let sessions = (0..SESSIONS).map(|_| format!("ASIA{}", letters(&mut dice, 16))).collect();
        Self { dice, templates, sessions }
    }

    fn record(&mut self) -> anyhow::Result<String> {
        let mut record = self.templates.choose(&mut self.dice).context("a life has calls nobody asks for")?.clone();
        let session = self.sessions.choose(&mut self.dice).context("there are sessions")?;
        if let Some(key) = record.pointer_mut("/userIdentity/accessKeyId") {
            *key = json!(session);
        }
        for id in ["eventID", "requestID"] {
            if let Some(value) = record.get_mut(id) {
                *value = json!(uuid(&mut self.dice));
            }
        }
        let asked = json!({ "resourceId": format!("{:016x}", self.dice.random::<u64>()), "maxResults": 100 });
        if let Some(parameters) = record.get_mut("requestParameters") {
            *parameters = asked;
        }
        Ok(record.to_string())
    }
}

/// The same record in another organisation: other accounts, and so other identities and secrets.
fn elsewhere(record: &str, turn: usize) -> String {
    if turn == 0 {
        return record.to_owned();
    }
    let mut ids = BTreeSet::new();
    for id in record.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let account = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        let unique = id.len() >= 20 && ["AROA", "AIDA", "ASIA", "AKIA"].iter().any(|kind| id.starts_with(kind));
        if account || unique {
            ids.insert(id);
        }
    }
    let shift = u8::try_from(turn % 10).unwrap_or_default();
    let mut moved = record.to_owned();
    for id in ids {
        let (kept, changed) = id.split_at(id.len() - 6);
        let digits: String = changed.bytes().map(|byte| char::from(b'0' + byte.wrapping_add(shift) % 10)).collect();
        moved = moved.replace(id, &format!("{kept}{digits}"));
    }
    let Some(at) = moved.find("\"eventID\":\"") else { return moved };
    // Another organisation's record has an id of its own.
    moved.replace_range(at + 11..at + 19, &format!("{turn:08x}"));
    moved
}

fn is_wanted(record: &Value) -> bool {
    catalog::find(&text(record, "eventSource"), &text(record, "eventName")).is_some()
}

fn text(record: &Value, key: &str) -> String {
    record.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn letters(dice: &mut ChaCha8Rng, count: usize) -> String {
    (0..count).map(|_| char::from(b'A' + dice.random_range(0..26_u8))).collect()
}

fn uuid(dice: &mut ChaCha8Rng) -> String {
    let (high, low): (u64, u64) = (dice.random(), dice.random());
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

pub(super) fn deflate(compressor: &mut Compressor, text: &str) -> anyhow::Result<Vec<u8>> {
    let mut file = vec![0; compressor.gzip_compress_bound(text.len())];
    let length = compressor
        .gzip_compress(text.as_bytes(), &mut file)
        .map_err(|error| anyhow::anyhow!("compress a log: {error:?}"))?;
    file.truncate(length);
    Ok(file)
}

fn inflate(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let length = file.last_chunk::<4>().map_or(0, |length| u32::from_le_bytes(*length));
    let mut text = vec![0; usize::try_from(length)?];
    Decompressor::new()
        .gzip_decompress(&file, &mut text)
        .map_err(|error| anyhow::anyhow!("inflate {}: {error:?}", path.display()))?;
    Ok(text)
}

/// Every file under a folder, in order of name.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
