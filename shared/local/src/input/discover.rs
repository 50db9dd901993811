//! Discovery: which files the paths of a command line stand for.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

/// The names that are read in a directory, each also with `.gz`.
const EXTENSIONS: [&str; 3] = ["json", "jsonl", "ndjson"];
/// What names the hash chains a trail writes beside its logs; they hold no records.
const DIGEST: &str = "CloudTrail-Digest";

/// Where a log's bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The file at [`LogFile::path`].
    Disk,
    /// Standard input.
    Stdin,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Its path as reached from what was named; `-` for standard input.
    pub path: Arc<Path>,
    /// Where its bytes come from.
    pub source: Source,
    /// Its size on disk in bytes, when it is a regular file: what progress is measured against.
    pub size: Option<u64>,
}

/// Why a path was not read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputProblem {
    /// Nothing is there.
    #[error("{}: no such file or directory: check the path", .path.display())]
    Missing {
        /// What was named.
        path: PathBuf,
    },
    /// It is there and cannot be opened.
    #[error("{}: cannot be read ({kind}): check its permissions", .path.display())]
    Unreadable {
        /// What was named, or what was met below it.
        path: PathBuf,
        /// What the system said.
        kind: ErrorKind,
    },
    /// A directory without logs.
    #[error("{}: no logs in this directory (.json, .jsonl or .ndjson, each also .gz; {digests} digest files skipped): name the directory that holds them, or a file", .path.display())]
    Empty {
        /// What was named.
        path: PathBuf,
        /// How many digest files it holds.
        digests: u64,
    },
}

impl InputProblem {
    /// Whether the input named was complete after all: nothing that was asked for is missing.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Empty { .. })
    }
}

/// What a command line's paths stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The files, in the order named; those of a directory in the order of their names. A file named twice stands twice.
    pub files: Vec<LogFile>,
    /// What could not be read.
    pub problems: Vec<InputProblem>,
    /// Digest files passed over in directories.
    pub digests: u64,
}

impl Discovery {
    /// The files' sizes together, in bytes, as far as they are known.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().filter_map(|file| file.size).sum()
    }
}

impl LogFile {
    /// Standard input.
    #[must_use]
    pub fn stdin() -> Self {
        Self { path: Arc::from(Path::new("-")), source: Source::Stdin, size: None }
    }
}

/// Finds the files that paths stand for: a file itself, whatever its name; a directory's logs, recursively and through links; `-` standard input.
#[must_use]
pub fn discover(paths: &[PathBuf]) -> Discovery {
    let mut found = Discovery::default();
    for path in paths {
        if path == Path::new("-") {
            found.files.push(LogFile::stdin());
            continue;
        }
        match fs::metadata(path) {
            Err(error) => found.problems.push(problem(path, &error)),
            Ok(metadata) if metadata.is_dir() => found.add_directory(path),
            // Opening a pipe here would wait for its writer, and closing it would end it.
            Ok(metadata) if metadata.is_file() => match File::open(path) {
                Err(error) => found.problems.push(problem(path, &error)),
                Ok(_) => found.add(path, Some(metadata.len())),
            },
            Ok(_) => found.add(path, None),
        }
    }
    found
}

impl Discovery {
    fn add(&mut self, path: &Path, size: Option<u64>) {
        self.files.push(LogFile { path: Arc::from(path), source: Source::Disk, size });
    }

    fn add_directory(&mut self, root: &Path) {
        let (files, digests, problems) = (self.files.len(), self.digests, self.problems.len());
        for entry in WalkDir::new(root).follow_links(true).sort_by_file_name() {
            match entry {
                // A link to a directory we stand in: its files are on the way already.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(root).to_path_buf();
                    let kind = error.io_error().map_or(ErrorKind::Other, io::Error::kind);
                    self.problems.push(InputProblem::Unreadable { path, kind });
                }
                Ok(entry) if !entry.file_type().is_file() || !is_log(entry.file_name()) => {}
                Ok(entry) if entry.path().to_string_lossy().contains(DIGEST) => self.digests += 1,
                Ok(entry) => {
                    let size = entry.metadata().ok().map(|metadata| metadata.len());
                    self.add(entry.path(), size);
                }
            }
        }
        if self.files.len() == files && self.problems.len() == problems {
            let digests = self.digests - digests;
            self.problems.push(InputProblem::Empty { path: root.to_path_buf(), digests });
        }
    }
}

fn is_log(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

fn problem(path: &Path, error: &io::Error) -> InputProblem {
    let path = path.to_path_buf();
    match error.kind() {
        ErrorKind::NotFound => InputProblem::Missing { path },
        kind => InputProblem::Unreadable { path, kind },
    }
}
