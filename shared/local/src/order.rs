//! Event-time order: activities of files in any order, sorted, each once, with bounded memory.
//!
//! What does not fit in memory goes to sorted runs on disk and is merged. Records that arrive days
//! late in a stray file need no special care, and a record given twice stands beside itself.

use std::io::{self, Read, Write};

use extsort::{ExternalSorter, PushExternalSorter, Sortable};
use jiff::Timestamp;
use trailwarden_detectors::memory::order;
use trailwarden_model::Activity;

/// How many activities one sorted run holds: about 30 MB.
const RUN: usize = 40_000;
/// The longest encoded activity read back; nothing longer is ever written.
const ENCODED_LIMIT: u32 = 16 << 20;

/// An activity on its way into order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    time: Timestamp,
    // The same order within a second as the memory's.
    order: String,
    id: String,
    // Of two records with one id and one time, the same one must win whatever came first.
    encoded: Vec<u8>,
}

impl Sortable for Item {
    fn encode<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        let length = u32::try_from(self.encoded.len()).map_err(io::Error::other)?;
        writer.write_all(&length.to_le_bytes())?;
        writer.write_all(&self.encoded)
    }

    fn decode<R: Read>(reader: &mut R) -> io::Result<Self> {
        let mut length = [0; 4];
        reader.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length > ENCODED_LIMIT {
            return Err(io::Error::other("a sorted run on disk is damaged"));
        }
        let mut encoded = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        reader.read_exact(&mut encoded)?;
        let activity = decode(&encoded)?;
        Ok(Self { time: activity.time, order: order(&activity), id: activity.id.as_str().to_owned(), encoded })
    }
}

fn decode(encoded: &[u8]) -> io::Result<Activity> {
    postcard::from_bytes(encoded).map_err(io::Error::other)
}

type Compare = fn(&Item, &Item) -> std::cmp::Ordering;

/// Takes activities in any order.
pub struct Sorter {
    runs: PushExternalSorter<Item, Compare>,
}

impl Default for Sorter {
    fn default() -> Self {
        Self::new(RUN)
    }
}

impl Sorter {
    /// A sorter that keeps at most `run` activities in memory.
    #[must_use]
    pub fn new(run: usize) -> Self {
        Self { runs: ExternalSorter::new().with_segment_size(run).pushed_by(Item::cmp as Compare) }
    }

    /// Encodes an activity as the sorter takes it; done by the threads that read.
    pub fn encode(activity: &Activity) -> io::Result<Encoded> {
        let encoded = postcard::to_stdvec(activity).map_err(io::Error::other)?;
        Ok(Encoded(Item { time: activity.time, order: order(activity), id: activity.id.as_str().to_owned(), encoded }))
    }

    /// Takes one activity.
    pub fn push(&mut self, activity: Encoded) -> io::Result<()> {
        self.runs.push(activity.0)
    }

    /// Everything taken, in order of time, writes before reads, then id; each record once.
    pub fn finish(self) -> io::Result<Ordered> {
        let sorted = self.runs.done()?;
        Ok(Ordered { sorted: Box::new(sorted), last: None, duplicates: 0 })
    }
}

/// An activity ready to be sorted.
#[derive(Debug)]
pub struct Encoded(Item);

/// Activities in order of time and id, each once.
pub struct Ordered {
    sorted: Box<dyn Iterator<Item = io::Result<Item>>>,
    last: Option<(Timestamp, String)>,
    duplicates: u64,
}

impl Ordered {
    /// How many records were given again so far.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }
}

impl Iterator for Ordered {
    type Item = io::Result<Activity>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let item = match self.sorted.next()? {
                Ok(item) => item,
                Err(error) => return Some(Err(error)),
            };
            let key = (item.time, item.id);
            if self.last.as_ref() == Some(&key) {
                self.duplicates += 1;
                continue;
            }
            self.last = Some(key);
            return Some(decode(&item.encoded));
        }
    }
}
