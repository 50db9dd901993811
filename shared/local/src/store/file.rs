//! The embedded database: baselines and episodes by their names, and the form's version.

use std::io;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{Builder, Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;
use trailwarden_detectors::memory::{Baseline, Subject, VERSION};
use trailwarden_model::FindingId;
use trailwarden_pipeline::Episode;

use super::StoreError;
use super::state::State;

const BASELINES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("baselines");
const EPISODES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("episodes");
const NOTES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("notes");
const FORM: TableDefinition<'_, &str, u64> = TableDefinition::new("form");

/// How much of the file the database may hold in memory, in bytes; unless told it takes a gigabyte.
const CACHE: usize = 12 << 20;

/// The database file.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    database: Database,
}

impl File {
    /// Opens a file, making it and its tables where they do not exist.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let (database, version) = asked(path, || {
            if !path.exists() {
                make(path)?;
            }
            let database = settled().create(path)?;
            let version = prepare(&database)?;
            Ok((database, version))
        })?;
        if version != u64::from(VERSION) {
            let what = format!("holds a memory of version {version}, this program reads version {VERSION}");
            return Err(StoreError::Form { path: path.to_owned(), what });
        }
        Ok(Self { path: path.to_owned(), database })
    }

    /// What is kept about a subject.
    pub(super) fn baseline(&self, subject: &Subject) -> Result<Option<Baseline>, StoreError> {
        self.get(BASELINES, subject.as_str())?.map(|bytes| self.decode_compact(&bytes)).transpose()
    }

    /// The episode of that id.
    pub(super) fn episode(&self, id: &FindingId) -> Result<Option<Episode>, StoreError> {
        self.get(EPISODES, id.as_str())?.map(|bytes| self.decode_json(&bytes)).transpose()
    }

    /// Writes what changed in one transaction.
    pub(super) fn write(&self, state: &mut State) -> Result<(), StoreError> {
        let (baselines, episodes) = state.take_changes();
        let mut encoded_baselines = Vec::with_capacity(baselines.len());
        for (subject, baseline) in baselines {
            encoded_baselines.push((subject.as_str(), self.encode(postcard::to_stdvec(baseline))?));
        }
        let mut encoded_episodes = Vec::with_capacity(episodes.len());
        for episode in episodes {
            encoded_episodes.push((episode.finding.id.as_str(), self.encode(to_json(episode))?));
        }
        asked(&self.path, || put(&self.database, &encoded_baselines, &encoded_episodes))
    }

    /// Some baselines after a subject, in the order of their names.
    pub(super) fn baselines_after(
        &self,
        after: Option<&Subject>,
        most: usize,
    ) -> Result<Vec<(Subject, Baseline)>, StoreError> {
        let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.as_str()));
        let read = || -> Result<Vec<(String, Vec<u8>)>, redb::Error> {
            let transaction = self.database.begin_read()?;
            let table = transaction.open_table(BASELINES)?;
            let mut found = Vec::new();
            for entry in table.range::<&str>((from, Bound::Unbounded))?.take(most) {
                let (name, bytes) = entry?;
                found.push((name.value().to_owned(), bytes.value().to_vec()));
            }
            Ok(found)
        };
        let found = asked(&self.path, read)?;
        found.into_iter().map(|(name, bytes)| Ok((Subject::from_stored(&name), self.decode_compact(&bytes)?))).collect()
    }

    /// How many subjects are kept.
    pub(super) fn size(&self) -> Result<u64, StoreError> {
        let read = || -> Result<u64, redb::Error> { Ok(self.database.begin_read()?.open_table(BASELINES)?.len()?) };
        asked(&self.path, read)
    }

    /// Keeps a note.
    pub(super) fn note(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            transaction.open_table(NOTES)?.insert(name, text.as_bytes())?;
            Ok(transaction.commit()?)
        };
        asked(&self.path, write)
    }

    /// The note of that name.
    pub(super) fn noted(&self, name: &str) -> Result<Option<String>, StoreError> {
        let text = self.get(NOTES, name)?.map(String::from_utf8);
        text.transpose().map_err(|error| self.form(&error))
    }

    fn get(&self, table: TableDefinition<'_, &str, &[u8]>, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let read = || -> Result<Option<Vec<u8>>, redb::Error> {
            let transaction = self.database.begin_read()?;
            let table = transaction.open_table(table)?;
            Ok(table.get(key)?.map(|value| value.value().to_vec()))
        };
        asked(&self.path, read)
    }

    fn form(&self, error: &dyn std::fmt::Display) -> StoreError {
        StoreError::Form { path: self.path.clone(), what: format!("an entry cannot be understood ({error})") }
    }

    fn encode<E: std::fmt::Display>(&self, encoded: Result<Vec<u8>, E>) -> Result<Vec<u8>, StoreError> {
        encoded.map_err(|error| self.form(&error))
    }

    fn decode_compact<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, StoreError> {
        postcard::from_bytes(bytes).map_err(|error| self.form(&error))
    }

    fn decode_json<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, StoreError> {
        serde_json::from_slice(bytes).map_err(|error| self.form(&error))
    }
}

/// Asks the database, which meets some damage with a panic: that is an error like any other, and names its mend.
fn asked<T>(path: &Path, work: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome.map_err(|error| StoreError::of(path, error)),
        Err(_) => Err(StoreError::Form { path: path.to_owned(), what: "is a damaged memory".to_owned() }),
    }
}

// A finding's form has optional fields, which the compact form cannot leave out.
fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(value)
}

fn settled() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE);
    builder
}

/// Makes the file beside its place and puts it there whole: the database cannot read one it was killed in making.
/// A file that another run has put there meanwhile stays.
fn make(path: &Path) -> Result<(), redb::Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(folder)?;
    drop(settled().create(file.path())?);
    match file.persist_noclobber(path) {
        Err(failure) if failure.error.kind() != io::ErrorKind::AlreadyExists => Err(failure.error.into()),
        _ => Ok(()),
    }
}

/// Makes the tables; the version is written once and read ever after.
fn prepare(database: &Database) -> Result<u64, redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(BASELINES)?;
    transaction.open_table(EPISODES)?;
    transaction.open_table(NOTES)?;
    let version = {
        let mut form = transaction.open_table(FORM)?;
        let known = form.get("version")?.map(|version| version.value());
        if known.is_none() {
            form.insert("version", u64::from(VERSION))?;
        }
        known.unwrap_or(u64::from(VERSION))
    };
    transaction.commit()?;
    Ok(version)
}

fn put(database: &Database, baselines: &[(&str, Vec<u8>)], episodes: &[(&str, Vec<u8>)]) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(BASELINES)?;
        for (name, bytes) in baselines {
            table.insert(*name, bytes.as_slice())?;
        }
        let mut table = transaction.open_table(EPISODES)?;
        for (name, bytes) in episodes {
            table.insert(*name, bytes.as_slice())?;
        }
    }
    transaction.commit()?;
    Ok(())
}
