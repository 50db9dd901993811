//! Fuzz targets: each a parser of foreign bytes or a sink of foreign text, and what must hold whatever the bytes are.
//!
//! A target takes bytes and returns nothing; what it promises it asserts, so that a broken promise is a crash.
//! The tests run each over its corpus (`corpus/`) and some mutations of it, `cargo xtask fuzz` for as long as it is let.

#![expect(clippy::panic, clippy::expect_used, reason = "a broken promise is a crash to be found")]

mod documents;
mod files;
mod findings;
mod hidden;
mod kept;
mod names;
mod records;
mod settings;
mod sinks;
mod told;

use std::env;
use std::sync::LazyLock;

/// A target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// The folder of its corpus, which it may share.
    pub corpus: &'static str,
    /// Does with bytes what the product does, and asserts what it promises.
    pub run: fn(&[u8]),
}

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, corpus: name, run }
}

/// A target whose bytes are a finding.
const fn sink(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, corpus: "findings", run }
}

/// Every target.
pub const TARGETS: [Target; 16] = [
    sink("asff", |bytes| sinks::asff(&findings::of(bytes))),
    sink("chat", |bytes| sinks::chat(&findings::of(bytes))),
    Target { name: "csv", corpus: "told", run: told::facts },
    target("envelope", files::envelope),
    target("file", files::file),
    sink("json", |bytes| sinks::json(&findings::of(bytes))),
    sink("mail", |bytes| sinks::mail(&findings::of(bytes))),
    target("memory", kept::memory),
    target("names", names::names),
    sink("ocsf", |bytes| sinks::ocsf(&findings::of(bytes))),
    sink("page", |bytes| sinks::page(&findings::of(bytes))),
    target("policy", documents::policy),
    target("record", records::record),
    target("settings", settings::settings),
    sink("terminal", |bytes| sinks::terminal(&findings::of(bytes))),
    target("told", told::told),
];

/// Runs the target that the environment names; what names none is told which there are.
pub fn chosen(bytes: &[u8]) {
    static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
        let name = env::var("TRAILWARDEN_FUZZ").unwrap_or_default();
        let known = TARGETS.map(|target| target.name).join(", ");
        *TARGETS
            .iter()
            .find(|target| target.name == name)
            .unwrap_or_else(|| panic!("TRAILWARDEN_FUZZ names no target: {known}"))
    });
    (CHOSEN.run)(bytes);
}
