//! Countries: in which box of latitudes and longitudes each lies, for telling a journey nobody can make.

use std::fs;

use anyhow::Context;
use keshvar::CountryIterator;

/// Where the table is kept.
const TABLE: &str = "shared/model/src/countries.csv";

/// Writes the table: code, southern, northern, western and eastern limit, in whole degrees, rounded outwards.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut rows: Vec<String> = CountryIterator::new()
        .map(|country| {
            let place = country.geo();
            let (south, north) = (place.min_latitude().floor(), place.max_latitude().ceil());
            let (west, east) = (place.min_longitude().floor(), place.max_longitude().ceil());
            format!("{:?},{south},{north},{west},{east}\n", country.alpha2())
        })
        .collect();
    rows.sort();
    fs::write(TABLE, rows.concat()).with_context(|| format!("write {TABLE}"))
}
