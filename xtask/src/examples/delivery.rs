//! Delivery: records gathered into compressed files, named and placed as `CloudTrail` does.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use libdeflater::{CompressionLvl, Compressor};

use super::{
    calendar::Moment,
    dice::Dice,
    organization::{Account, HOME, ORGANIZATION},
    record::Record,
};

/// What one file holds: a log's account and region, and the span in which its records arrived.
type Batch = (Account, &'static str, Moment);

/// Writes `records` as log files under `out`; gives back how many files there are.
pub(super) fn deliver(records: &[Record], out: &Path) -> anyhow::Result<usize> {
    let mut batches: BTreeMap<Batch, Vec<(Moment, &Record)>> = BTreeMap::new();
    for record in records {
        let arrived = arrival(record);
        let hours = if record.region == HOME { 24 } else { 84 };
        let batch = (record.account, record.region, arrived.span_end(hours));
        batches.entry(batch).or_default().push((arrived, record));
    }
    for ((account, region, _), batch) in &mut batches {
        batch.sort_by_cached_key(|(_, record)| (record.likeness(), record.at, record.id.clone()));
        let closed = batch.iter().map(|(arrived, _)| *arrived).max().unwrap_or(Moment::on(1, 0, 0));
        let path = out.join(place(*account, region, closed));
        let folder = path.parent().context("a log file lies in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        let bytes = compressed(batch.iter().map(|(_, record)| *record))?;
        fs::write(&path, bytes).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(batches.len())
}

/// When a record reached the trail: minutes after the act, so that some miss the file of their hour.
fn arrival(record: &Record) -> Moment {
    record.at.plus(Dice::named(&record.id).between(90, 900))
}

/// The path of a file closed at `closed`, to the next five minutes.
fn place(account: Account, region: &str, closed: Moment) -> PathBuf {
    let account = account.id();
    let closed = closed.round_up(300);
    let name = format!("{account}_CloudTrail_{region}_{}", closed.written("%Y%m%dT%H%MZ"));
    let random = Dice::named(&name).alphanumeric(16);
    PathBuf::from("AWSLogs")
        .join(ORGANIZATION)
        .join(account)
        .join("CloudTrail")
        .join(region)
        .join(closed.written("%Y/%m/%d"))
        .join(format!("{name}_{random}.json.gz"))
}

/// One `Records` container, compressed without a name or a time, so that the same records give the same bytes.
fn compressed<'a>(records: impl Iterator<Item = &'a Record>) -> anyhow::Result<Vec<u8>> {
    let records: Vec<String> = records.map(Record::json).collect();
    let text = format!("{{\"Records\":[{}]}}", records.join(","));
    let mut compressor = Compressor::new(CompressionLvl::best());
    let mut file = vec![0; compressor.gzip_compress_bound(text.len())];
    let length = compressor
        .gzip_compress(text.as_bytes(), &mut file)
        .map_err(|error| anyhow::anyhow!("compress a log file: {error:?}"))?;
    file.truncate(length);
    Ok(file)
}
