//! The packed part of a table: all of it in memory, or left where it lies and read piece by piece.

use std::borrow::Cow;
use std::fmt::{self, Debug, Formatter};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// What a table may be read from: a file, or whatever reads and seeks as one.
pub trait TableFile: Read + Seek + Send {}

impl<T: Read + Seek + Send> TableFile for T {}

/// How many bytes of a file are looked at at once where all of them are.
const STRIDE: usize = 64 << 10;

/// The bytes of a table, by their place in it.
pub(crate) enum Packed {
    Held(Cow<'static, [u8]>),
    /// Megabytes that are not copied cost a start nothing; a lookup reads two pieces of some dozen bytes.
    Left(Mutex<Box<dyn TableFile>>),
}

impl Packed {
    /// Those bytes.
    pub(crate) fn piece(&self, range: Range<usize>) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Held(bytes) => bytes.get(range).map(Cow::Borrowed).ok_or_else(|| io::ErrorKind::UnexpectedEof.into()),
            Self::Left(file) => read(file, &range).map(Cow::Owned),
        }
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> io::Result<u64> {
        match self {
            Self::Held(bytes) => Ok(bytes.len() as u64),
            Self::Left(file) => locked(file).seek(SeekFrom::End(0)),
        }
    }

    /// The CRC-32 of the first so many bytes.
    pub(crate) fn sum(&self, of: usize) -> io::Result<u32> {
        match self {
            Self::Held(bytes) => Ok(crc32fast::hash(bytes.get(..of).unwrap_or_default())),
            Self::Left(file) => {
                let mut sum = crc32fast::Hasher::new();
                let mut stride = vec![0; STRIDE];
                let mut file = locked(file);
                file.rewind()?;
                let mut left = of;
                while left > 0 {
                    let part = stride.get_mut(..left.min(STRIDE)).unwrap_or_default();
                    file.read_exact(part)?;
                    sum.update(part);
                    left -= part.len();
                }
                Ok(sum.finalize())
            }
        }
    }
}

fn locked(file: &Mutex<Box<dyn TableFile>>) -> std::sync::MutexGuard<'_, Box<dyn TableFile>> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(file: &Mutex<Box<dyn TableFile>>, range: &Range<usize>) -> io::Result<Vec<u8>> {
    let mut piece = vec![0; range.len()];
    let mut file = locked(file);
    file.seek(SeekFrom::Start(range.start as u64))?;
    file.read_exact(&mut piece)?;
    Ok(piece)
}

impl Debug for Packed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Held(_)) { "Held" } else { "Left" })
    }
}
