//! The packages the address table is built from: pinned, fetched by name, dated by their version.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail, ensure};
use jiff::civil::Date;

/// Which autonomous system announces an address.
pub(super) const SYSTEMS: Package = Package {
    name: "@ip-location-db/asn",
    version: "2.3.2026061719",
    licence: "CC-BY-4.0",
    credit: "RouteViews (routeviews.org), DB-IP (https://db-ip.com, IP to ASN Lite), NRO (nro.net)",
};

/// In which country an address is used.
pub(super) const COUNTRIES: Package = Package {
    name: "@ip-location-db/geo-whois-asn-country",
    version: "2.3.2026061719",
    licence: "CC0-1.0 as packaged; the registry data in it CC-BY-4.0",
    credit: "NRO (nro.net), AFRINIC, APNIC, ARIN, LACNIC, RIPE NCC, OpenGeoFeed",
};

/// One package of the npm registry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Package {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) licence: &'static str,
    pub(super) credit: &'static str,
}

impl Package {
    /// Where the package lies under the folder it was installed to.
    pub(super) fn folder(&self, installed: &Path) -> PathBuf {
        installed.join("node_modules").join(self.name)
    }

    /// The day the data is from: versions end in the UTC hour of the data, `YYYYMMDDHH`.
    pub(super) fn date(&self) -> anyhow::Result<Date> {
        let stamp = self.version.rsplit('.').next().unwrap_or_default();
        let date = || {
            let year = stamp.get(0..4)?.parse().ok()?;
            let month = stamp.get(4..6)?.parse().ok()?;
            Date::new(year, month, stamp.get(6..8)?.parse().ok()?).ok()
        };
        date().with_context(|| format!("version {} of {} names no day", self.version, self.name))
    }
}

/// Installs both packages under `folder`, unless these versions are there already.
pub(super) fn fetch(folder: &Path) -> anyhow::Result<()> {
    let missing: Vec<Package> =
        [SYSTEMS, COUNTRIES].into_iter().filter(|package| !is_installed(package, folder)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    let status = Command::new("npm")
        .args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
        .arg("--prefix")
        .arg(folder)
        .args([SYSTEMS, COUNTRIES].map(|package| format!("{}@{}", package.name, package.version)))
        .status()
        .context("run npm: it must be installed and on the path")?;
    ensure!(status.success(), "npm could not install the packages: {status}");
    match missing.iter().find(|package| !is_installed(package, folder)) {
        Some(package) => bail!("npm did not install {}@{}", package.name, package.version),
        None => Ok(()),
    }
}

fn is_installed(package: &Package, folder: &Path) -> bool {
    std::fs::read_to_string(package.folder(folder).join("package.json"))
        .is_ok_and(|manifest| manifest.contains(&format!("\"version\": \"{}\"", package.version)))
}

/// The attribution that travels inside the table.
pub(super) fn attribution() -> String {
    [SYSTEMS, COUNTRIES]
        .map(|package| format!("{} {} ({}): {}.\n", package.name, package.version, package.licence, package.credit))
        .concat()
}

/// The notice beside the table: licences, credits and what was changed.
pub(super) fn notice() -> anyhow::Result<String> {
    let package = |package: Package, what: &str| {
        let Package { name, version, licence, credit } = package;
        format!(
            "{what}\n  package  {name} {version} (npm), from github.com/sapics/ip-location-db\n  licence  {licence}\n  credit   {credit}\n"
        )
    };
    Ok(format!(
        "networks.bin is a database derived from the data below, as of {date}.\n\
         Written by `cargo run -p xtask -- networks`; do not edit.\n\n\
         {systems}\n{countries}\n\
         Creative Commons Attribution 4.0 International: https://creativecommons.org/licenses/by/4.0/\n\
         IP Geolocation by DB-IP: https://db-ip.com\n\n\
         Changed: a /24 (IPv4) or /48 (IPv6) takes what is said of its middle address, equal neighbours are joined, organisation names are cut to {name} bytes,\n\
         countries are kept only where an autonomous system announces the address,\n\
         and a kind is added to each autonomous system from kinds.toml.\n\
         None of the licensors endorses trailwarden.\n",
        date = SYSTEMS.date()?,
        systems = package(SYSTEMS, "Autonomous systems and organisations"),
        countries = package(COUNTRIES, "Countries"),
        name = trailwarden_networks::layout::NAME_BYTES,
    ))
}
