//! Python tools: virtual environments under `target/`, with what a file locks by version and digest.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::steps::run;

/// One virtual environment.
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// The environment of that name, installed anew where what is locked for it has changed.
    pub(crate) fn of(name: &str, locked: &Path) -> anyhow::Result<Self> {
        let environment = Self { folder: Path::new("target").join(name) };
        let wanted = fs::read_to_string(locked).with_context(|| format!("cannot read {}", locked.display()))?;
        let stamp = environment.folder.join("installed.txt");
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        run("python3", &["-m", "venv", "--clear", &environment.folder.to_string_lossy()])?;
        let locked = locked.to_string_lossy();
        let quietly = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        // What is needed is listed: pip is to look for nothing by itself.
        let pip = [quietly.as_slice(), &["--no-deps", "--require-hashes", "--requirement", &locked]].concat();
        run(&environment.program("python"), &pip)?;
        // Last, so that an installation that was cut short is begun again.
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
        Ok(environment)
    }

    /// The path of one of its programs.
    pub(crate) fn program(&self, name: &str) -> String {
        self.folder.join("bin").join(name).to_string_lossy().into_owned()
    }
}
