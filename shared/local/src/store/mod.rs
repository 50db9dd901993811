//! The local store: the memory in this process, and in an embedded database where one is named.
//!
//! Work happens in memory; [`LocalStore::flush`] writes what changed in one transaction. A run that is
//! killed leaves the file as of its last flush, and running it again ends as if it had never been killed.

mod file;
mod state;
mod walk;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tempfile::TempDir;

use trailwarden_detectors::Recalled;
use trailwarden_detectors::memory::Observation;
use trailwarden_model::FindingId;
use trailwarden_pipeline::{Episode, Failure, Store};

use file::File;
use state::State;

/// Why the embedded store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another run holds the file.
    #[error("{} is in use by another run: wait for its end, or name another file", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The database could not be opened or written.
    #[error("cannot read or write the memory kept in {}: name another with --baseline where this cannot be mended", path.display())]
    Database {
        /// Its file.
        path: PathBuf,
        /// What the database said.
        source: Box<redb::Error>,
    },
    /// There is no room in the temporary folder.
    #[error("cannot spill the memory to disk: {source}: TMPDIR names another folder")]
    Spill {
        /// What the system said.
        source: std::io::Error,
    },
    /// What is stored cannot be read: another version, or not ours.
    #[error("{}: {what}: name another file with --baseline, or remove this one", path.display())]
    Form {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

impl StoreError {
    /// What the database says of a file: that it is in use, that it is no memory or damaged, or that the disk failed.
    fn of(path: &Path, error: redb::Error) -> Self {
        let path = path.to_owned();
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse { path },
            redb::Error::Io(error) if !matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => {
                Self::Database { path, source: Box::new(redb::Error::Io(error)) }
            }
            redb::Error::Io(_)
            | redb::Error::Corrupted(_)
            | redb::Error::UpgradeRequired(_)
            | redb::Error::RepairAborted
            | redb::Error::UnorderedKey
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::TableIsMultimap(_)
            | redb::Error::TableIsNotMultimap(_)
            | redb::Error::TypeDefinitionChanged { .. } => {
                Self::Form { path, what: format!("is no memory, or a damaged one ({error})") }
            }
            error => Self::Database { path, source: Box::new(error) },
        }
    }
}

impl Failure for StoreError {
    fn is_retryable(&self) -> bool {
        false
    }
}

/// The memory in this process, and in a file where one is named.
#[derive(Debug)]
pub struct LocalStore {
    state: Mutex<State>,
    file: OnceLock<File>,
    // Held for what it does at its end: the spilled memory goes with the process.
    spilled: OnceLock<TempDir>,
}

impl LocalStore {
    /// A memory that ends with the process; what is cold may spill to the temporary folder meanwhile.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { state: Mutex::default(), file: OnceLock::new(), spilled: OnceLock::new() }
    }

    /// As [`LocalStore::in_memory`], holding about so many bytes before it spills.
    #[must_use]
    pub fn in_memory_of(bytes: usize) -> Self {
        Self { state: Mutex::new(State::holding(bytes)), ..Self::in_memory() }
    }

    /// A memory kept in a file, made if it does not exist.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { state: Mutex::default(), file: OnceLock::from(File::open(path)?), spilled: OnceLock::new() })
    }

    /// Writes everything that changed to the file, in one transaction.
    pub fn flush(&self) -> Result<(), StoreError> {
        let mut state = self.lock();
        match self.file.get() {
            Some(file) => file.write(&mut state),
            None => Ok(()),
        }
    }

    /// The file, made in the temporary folder where none was named.
    fn file_or_spill(&self) -> Result<&File, StoreError> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let folder = tempfile::tempdir().map_err(|error| StoreError::Spill { source: error })?;
        let file = File::open(&folder.path().join("spilled"))?;
        drop(self.spilled.set(folder));
        Ok(self.file.get_or_init(|| file))
    }

    /// How many subjects are held in memory.
    #[must_use]
    pub fn subjects(&self) -> usize {
        self.lock().subjects()
    }

    // The state is whole between calls: a panic elsewhere while holding the lock cannot tear it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn exchanged(&self, observations: &[Observation]) -> Result<Recalled, StoreError> {
        let mut state = self.lock();
        if state.is_full() && !observations.first().is_some_and(|first| state.forget_short_lived(first.time)) {
            self.file_or_spill()?.write(&mut state)?;
            state.let_go();
        }
        let mut recalled = Recalled::new();
        for observation in observations {
            let baseline = state.observe(observation, |subject| match self.file.get() {
                Some(file) => file.baseline(subject),
                None => Ok(None),
            })?;
            recalled.insert(observation.subject.clone(), baseline);
        }
        Ok(recalled)
    }

    fn known_episode<'s>(&self, state: &'s mut State, id: &FindingId) -> Result<Option<&'s Arc<Episode>>, StoreError> {
        state.episode(id, |id| match self.file.get() {
            Some(file) => file.episode(id),
            None => Ok(None),
        })
    }

    fn known_episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, StoreError> {
        let mut state = self.lock();
        let known =
            ids.iter().filter_map(|id| self.known_episode(&mut state, id).map(Option::<&_>::cloned).transpose());
        known.collect()
    }

    fn kept(&self, episode: &Arc<Episode>, read_revision: Option<u32>) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let known = self.known_episode(&mut state, &episode.finding.id)?;
        if known.map(|known| known.finding.revision) != read_revision {
            return Ok(false);
        }
        let told = known.map_or(0, |known| known.told);
        let mut episode = Arc::clone(episode);
        if episode.told < told {
            Arc::make_mut(&mut episode).told = told;
        }
        state.keep(episode);
        Ok(true)
    }

    fn marked(&self, id: &FindingId, revision: u32) -> Result<(), StoreError> {
        let mut state = self.lock();
        let known = self.known_episode(&mut state, id)?.filter(|episode| episode.told < revision).cloned();
        if let Some(mut episode) = known {
            Arc::make_mut(&mut episode).told = revision;
            state.keep(episode);
        }
        Ok(())
    }
}

impl Store for LocalStore {
    type Error = StoreError;

    async fn exchange(&self, observations: &[Observation]) -> Result<Recalled, StoreError> {
        self.exchanged(observations)
    }

    async fn episodes(&self, ids: &[FindingId]) -> Result<Vec<Arc<Episode>>, StoreError> {
        self.known_episodes(ids)
    }

    async fn keep(&self, episode: &Arc<Episode>, read_revision: Option<u32>) -> Result<bool, StoreError> {
        self.kept(episode, read_revision)
    }

    async fn mark_told(&self, id: &FindingId, revision: u32) -> Result<(), StoreError> {
        self.marked(id, revision)
    }
}
