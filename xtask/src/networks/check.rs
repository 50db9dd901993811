//! Does the table say what its sources say, and how much of the world is of which kind?

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use anyhow::ensure;
use trailwarden_model::NetworkKind;
use trailwarden_networks::NetworkTable;
use trailwarden_networks::encode::TableSource;
use trailwarden_networks::reserved::{Place, place};

use super::Sources;
use super::rows::{Family, Row};

/// Every how many rows of the sources one is asked of the table.
const EVERY: usize = 7;

/// Asks the table for the middle of sampled rows.
///
/// Rows must agree in the middle; one in two hundred may not, since some overlap more specific ones.
pub(super) fn agreement(table: &NetworkTable, sources: &Sources, out: &mut impl Write) -> anyhow::Result<()> {
    for (family, part) in [(Family::V4, &sources.v4), (Family::V6, &sources.v6)] {
        let (mut asked, mut differ) = (0_u32, 0_u32);
        for row in part.systems.iter().step_by(EVERY) {
            if let Some(address) = askable(family, row) {
                asked += 1;
                differ += u32::from(table.lookup(address).asn != Some(row.value));
            }
        }
        writeln!(out, "{family:?} systems: {asked} rows asked, {differ} differ")?;
        ensure!(asked > 10_000 && differ * 200 < asked, "the table contradicts its source of systems");
        let (mut asked, mut differ) = (0_u32, 0_u32);
        for row in part.countries.iter().step_by(EVERY) {
            let Some(address) = askable(family, row) else {
                continue;
            };
            let network = table.lookup(address);
            if network.asn.is_some() {
                asked += 1;
                differ += u32::from(network.country.map(str::as_bytes) != Some(&row.value));
            }
        }
        writeln!(out, "{family:?} countries: {asked} rows asked, {differ} differ")?;
        ensure!(asked > 10_000 && differ * 200 < asked, "the table contradicts its source of countries");
    }
    Ok(())
}

/// The middle of a row, unless its cell reaches beyond the row or it is decided before the table is asked.
fn askable<T>(family: Family, row: &Row<T>) -> Option<IpAddr> {
    let middle = row.first + (row.last - row.first) / 2;
    let cell = middle >> family.cell_bits() << family.cell_bits();
    if cell < row.first || cell + ((1 << family.cell_bits()) - 1) > row.last {
        return None;
    }
    let address = match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(middle).ok()?)),
        Family::V6 => IpAddr::V6(Ipv6Addr::from_bits(middle)),
    };
    (place(address) == own_place(address)).then_some(address)
}

fn own_place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(v4) => Place::V4(v4),
        IpAddr::V6(v6) => Place::V6(v6),
    }
}

/// How many systems, IPv4 cells and IPv6 cells are of one kind, or in all.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    systems: u64,
    v4: u64,
    v6: u64,
}

/// Writes which share of systems and of announced addresses is of each kind.
pub(super) fn shares(source: &TableSource, out: &mut impl Write) -> anyhow::Result<()> {
    let mut shares: BTreeMap<NetworkKind, Share> = BTreeMap::new();
    let mut all = Share::default();
    let kind = |asn| source.systems.get(&asn).map_or(NetworkKind::Unknown, |entry| entry.kind);
    for entry in source.systems.values() {
        shares.entry(entry.kind).or_default().systems += 1;
        all.systems += 1;
    }
    for range in &source.v4 {
        shares.entry(kind(range.asn)).or_default().v4 += range.end - range.start;
        all.v4 += range.end - range.start;
    }
    for range in &source.v6 {
        shares.entry(kind(range.asn)).or_default().v6 += range.end - range.start;
        all.v6 += range.end - range.start;
    }
    let percent = |part: u64, whole: u64| 100.0 * part as f64 / whole as f64;
    writeln!(out, "kind         systems     IPv4     IPv6")?;
    for (kind, share) in shares {
        let kind = format!("{kind:?}");
        let systems = percent(share.systems, all.systems);
        let (v4, v6) = (percent(share.v4, all.v4), percent(share.v6, all.v6));
        writeln!(out, "{kind:<11} {systems:>6.2} % {v4:>6.2} % {v6:>6.2} %")?;
    }
    Ok(())
}
