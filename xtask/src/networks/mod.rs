//! `xtask networks`: builds the address table that `shared/networks` ships, and checks it against its sources.
//!
//! The output is a function of the packages' versions and of `kinds.toml`: no clock, no network state.

mod cells;
mod check;
mod kinds;
mod packages;
mod rows;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use trailwarden_networks::NetworkTable;
use trailwarden_networks::encode::{CountryCode, SystemEntry, TableSource};

use kinds::Kinds;
use rows::{Family, Names, Row};

/// What the table may weigh in the repository, in bytes.
const MOST_BYTES: usize = 4_000_000;

const USAGE: &str = "usage: xtask networks [--check]\n\
    without an option: fetch the packages and write shared/networks/data/networks.bin and NOTICE\n\
    --check: say whether the committed files are what the packages give, and agree with them";

/// The rows of both packages.
struct Sources {
    names: Names,
    v4: Part,
    v6: Part,
}

/// The rows of one address family.
struct Part {
    systems: Vec<Row<u32>>,
    countries: Vec<Row<CountryCode>>,
}

/// Builds or checks the table; `args` are those after `networks`.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let check = match args {
        [] => false,
        [option] if option == "--check" => true,
        _ => bail!("{USAGE}"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let data = root.join("shared/networks/data");
    let installed = root.join("target/networks");
    packages::fetch(&installed)?;
    let sources = read(&installed)?;
    let rules = data.join("kinds.toml");
    let rules = std::fs::read_to_string(&rules).with_context(|| format!("read {}", rules.display()))?;
    let source = table_source(&sources, &Kinds::parse(&rules)?)?;
    let bytes = source.encode()?;
    ensure!(bytes.len() < MOST_BYTES, "the table takes {} bytes, at most {MOST_BYTES} are allowed", bytes.len());
    let files = [(data.join("networks.bin"), bytes.clone()), (data.join("NOTICE"), packages::notice()?.into_bytes())];
    files.iter().try_for_each(|file| if check { is_current(file) } else { write(file) })?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} bytes, data of {}", bytes.len(), source.built)?;
    check::agreement(&NetworkTable::from_bytes(bytes)?, &sources, &mut out)?;
    check::shares(&source, &mut out)
}

fn write((file, content): &(PathBuf, Vec<u8>)) -> anyhow::Result<()> {
    std::fs::write(file, content).with_context(|| format!("write {}", file.display()))
}

fn is_current((file, content): &(PathBuf, Vec<u8>)) -> anyhow::Result<()> {
    let committed = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    ensure!(committed == *content, "{} is stale: run `cargo run -p xtask -- networks`", file.display());
    Ok(())
}

fn read(installed: &Path) -> anyhow::Result<Sources> {
    let mut names = Names::new();
    let mut part = |family| {
        anyhow::Ok(Part {
            systems: rows::systems(installed, family, &mut names)?,
            countries: rows::countries(installed, family)?,
        })
    };
    let (v4, v6) = (part(Family::V4)?, part(Family::V6)?);
    Ok(Sources { names, v4, v6 })
}

fn table_source(sources: &Sources, kinds: &Kinds) -> anyhow::Result<TableSource> {
    let entry =
        |(&asn, name): (&u32, &String)| (asn, SystemEntry { organisation: name.clone(), kind: kinds.of(asn, name) });
    Ok(TableSource {
        built: packages::SYSTEMS.date()?.min(packages::COUNTRIES.date()?),
        sources: packages::attribution(),
        systems: sources.names.iter().map(entry).collect(),
        v4: cells::overlay(Family::V4, &sources.v4.systems, &sources.v4.countries),
        v6: cells::overlay(Family::V6, &sources.v6.systems, &sources.v6.countries),
    })
}
