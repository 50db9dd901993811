//! Delivery: records gathered into compressed files, named and placed as `CloudTrail` does.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use libdeflater::{CompressionLvl, Compressor};

use super::Record;
use crate::world::{DAY, Dice, Moment};

/// What one file holds: the day on which it was closed, the account and the region.
type Place = (Moment, Arc<str>, &'static str);

/// Files being filled, day by day.
pub(crate) struct Delivery {
    out: PathBuf,
    open: BTreeMap<Place, Vec<(Moment, String, String)>>,
    compressor: Compressor,
    /// How many records were delivered.
    pub(crate) records: usize,
    /// How many files were written.
    pub(crate) files: usize,
}

impl Delivery {
    /// A delivery into the folder `out`.
    pub(crate) fn into(out: &Path) -> Self {
        let compressor = Compressor::new(CompressionLvl::fastest());
        Self { out: out.to_owned(), open: BTreeMap::new(), compressor, records: 0, files: 0 }
    }

    /// Takes a record; it reaches its file up to a quarter of an hour later.
    pub(crate) fn take(&mut self, record: &Record) {
        // By the record's own id: whatever else happens, it arrives as it does.
        let chance =
            record.id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let arrived = record.at.plus(60 + i64::from(chance % 841));
        let place = (arrived.floor(DAY), record.account.id.clone(), record.region);
        let text = record.json();
        if chance.rotate_left(16) % 5_000 == 0 {
            // Delivery is at least once.
            let again = (arrived.plus(DAY / 2).floor(DAY), record.account.id.clone(), record.region);
            self.open.entry(again).or_default().push((record.at, record.id.clone(), text.clone()));
        }
        self.open.entry(place).or_default().push((record.at, record.id.clone(), text));
        self.records += 1;
    }

    /// Writes every file of a day before `until`.
    pub(crate) fn close(&mut self, until: Moment) -> anyhow::Result<()> {
        while let Some(entry) = self.open.first_entry() {
            if entry.key().0 >= until {
                break;
            }
            let (place, records) = entry.remove_entry();
            self.write(&place, records)?;
        }
        Ok(())
    }

    fn write(&mut self, place: &Place, mut records: Vec<(Moment, String, String)>) -> anyhow::Result<()> {
        records.sort_unstable();
        let mut text = String::from("{\"Records\":[");
        for (at, (_, _, record)) in records.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(record);
        }
        text.push_str("]}");
        let path = self.out.join(path(place));
        let folder = path.parent().context("a log file lies in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        let mut file = vec![0; self.compressor.gzip_compress_bound(text.len())];
        let length = self
            .compressor
            .gzip_compress(text.as_bytes(), &mut file)
            .map_err(|error| anyhow::anyhow!("compress a log file: {error:?}"))?;
        file.truncate(length);
        self.files += 1;
        fs::write(&path, file).with_context(|| format!("write {}", path.display()))
    }
}

/// The path of the file of `place`.
fn path((day, account, region): &Place) -> PathBuf {
    let closed = day.plus(DAY - 300);
    let name = format!("{account}_CloudTrail_{region}_{}", closed.written("%Y%m%dT%H%MZ"));
    let random = Dice::named(0, &name).alphanumeric(16);
    PathBuf::from("AWSLogs")
        .join(account.as_ref())
        .join("CloudTrail")
        .join(region)
        .join(day.written("%Y/%m/%d"))
        .join(format!("{name}_{random}.json.gz"))
}
