//! A detector's folder: its page, its cases and the text an operator will read.

use std::fs;
use std::path::{Path, PathBuf};

use trailwarden_detectors::{DETECTORS, Detector};

use super::file::Case;

/// The sections of a page, in order.
pub(crate) const SECTIONS: [&str; 10] = [
    "Goal",
    "Categorization",
    "Strategy abstract",
    "Technical context",
    "Blind spots and assumptions",
    "False positives",
    "Validation",
    "Priority",
    "Response",
    "Settings",
];

/// One detector and everything in its folder.
pub(crate) struct Folder {
    /// The detector.
    pub(crate) detector: &'static Detector,
    /// Where it lives.
    pub(crate) path: PathBuf,
    /// Its cases, by file name.
    pub(crate) cases: Vec<Case>,
}

/// Every detector's folder: the id is the path, a dot for the slash and a dash for the underscore.
pub(crate) fn all() -> Vec<Folder> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/detectors/src");
    let folder = |detector: &&'static Detector| {
        let path = root.join(detector.id.replace('.', "/").replace('-', "_"));
        Folder { detector, cases: cases(&path.join("cases")), path }
    };
    DETECTORS.iter().map(folder).collect()
}

fn cases(path: &Path) -> Vec<Case> {
    let entries = fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    files.iter().map(|path| Case::read(path)).collect()
}
