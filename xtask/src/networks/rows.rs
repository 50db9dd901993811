//! The packages' CSV rows: ranges of addresses as decimal numbers, with what is said of them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use trailwarden_networks::encode::CountryCode;

use super::packages::{COUNTRIES, SYSTEMS};

/// An address family: how its files are called and how many bits of an address lie below a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    fn name(self) -> &'static str {
        match self {
            Self::V4 => "ipv4",
            Self::V6 => "ipv6",
        }
    }

    /// Bits of an address below its cell: /24 and /48.
    pub(super) fn cell_bits(self) -> u32 {
        match self {
            Self::V4 => 8,
            Self::V6 => 80,
        }
    }
}

/// A row: first and last address, and what is said of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<T> {
    pub(super) first: u128,
    pub(super) last: u128,
    pub(super) value: T,
}

/// Names of organisations by autonomous system.
pub(super) type Names = BTreeMap<u32, String>;

/// Reads who announces what; names go to `names`.
pub(super) fn systems(installed: &Path, family: Family, names: &mut Names) -> anyhow::Result<Vec<Row<u32>>> {
    let file = SYSTEMS.folder(installed).join(format!("asn-{}-num.csv", family.name()));
    read(&file, |record| {
        let asn: u32 = record.get(2).context("no system")?.parse().context("system")?;
        let name = record.get(3).context("no organisation")?;
        names.entry(asn).or_insert_with(|| name.to_owned());
        Ok(asn)
    })
}

/// Reads what is used where.
pub(super) fn countries(installed: &Path, family: Family) -> anyhow::Result<Vec<Row<CountryCode>>> {
    let file = COUNTRIES.folder(installed).join(format!("geo-whois-asn-country-{}-num.csv", family.name()));
    read(&file, |record| {
        let code: CountryCode = record.get(2).context("no country")?.as_bytes().try_into()?;
        ensure!(code.iter().all(u8::is_ascii_uppercase), "country is not two capital letters");
        Ok(code)
    })
}

fn read<T>(file: &Path, mut value: impl FnMut(&csv::StringRecord) -> anyhow::Result<T>) -> anyhow::Result<Vec<Row<T>>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(file)
        .with_context(|| format!("open {}", file.display()))?;
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).with_context(|| format!("read {}", file.display()))? {
        let row = address(&record, 0)
            .and_then(|first| Ok(Row { first, last: address(&record, 1)?, value: value(&record)? }))
            .with_context(|| format!("{}: {record:?}", file.display()))?;
        rows.push(row);
    }
    rows.sort_by_key(|row| row.first);
    Ok(rows)
}

fn address(record: &csv::StringRecord, field: usize) -> anyhow::Result<u128> {
    record.get(field).context("no address")?.parse().context("address")
}
