//! Event-time order: activities of files in any order, sorted, each once, with bounded memory.
//!
//! What does not fit in memory goes to sorted runs on disk and is merged. Records that arrive days
//! late in a stray file need no special care, and a record given twice stands beside itself.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{thread, vec};

use extsort::{ExternalSorter, PushExternalSorter, Sortable};
use trailwarden_detectors::memory::order;
use trailwarden_model::Activity;

/// How many activities one sorted run holds: about 15 MB.
const RUN: usize = 20_000;
/// How many activities travel together from the thread that reads them back.
const BATCH: usize = 256;
/// How many batches are read ahead.
const AHEAD: usize = 4;
/// The longest encoded activity read back; nothing longer is ever written.
const ENCODED_LIMIT: u32 = 16 << 20;

/// An activity on its way into order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Item {
    /// Microseconds since 1970.
    time: i64,
    /// The same order within a second as the memory's, then the record's id.
    key: String,
    // Of two records with one id and one time, the same one must win whatever came first.
    encoded: Vec<u8>,
}

impl Item {
    fn of(activity: &Activity) -> io::Result<Self> {
        let encoded = postcard::to_stdvec(activity).map_err(io::Error::other)?;
        Ok(Self { time: activity.time.as_microsecond(), key: format!("{}\0{}", order(activity), activity.id), encoded })
    }

    fn activity(&self) -> io::Result<Activity> {
        postcard::from_bytes(&self.encoded).map_err(io::Error::other)
    }
}

impl Sortable for Item {
    fn encode<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(&self.time.to_le_bytes())?;
        put(writer, self.key.as_bytes())?;
        put(writer, &self.encoded)
    }

    fn decode<R: Read>(reader: &mut R) -> io::Result<Self> {
        let mut time = [0; 8];
        reader.read_exact(&mut time)?;
        let key = String::from_utf8(take(reader)?).map_err(io::Error::other)?;
        Ok(Self { time: i64::from_le_bytes(time), key, encoded: take(reader)? })
    }
}

/// Writes bytes behind their length.
fn put<W: Write>(writer: &mut W, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(bytes)
}

/// Reads bytes behind their length.
fn take<R: Read>(reader: &mut R) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    reader.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if length > ENCODED_LIMIT {
        return Err(io::Error::other("a sorted run on disk is damaged"));
    }
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
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
        Item::of(activity).map(Encoded)
    }

    /// Takes one activity.
    pub fn push(&mut self, activity: Encoded) -> io::Result<()> {
        self.runs.push(activity.0)
    }

    /// Everything taken, in order of time, writes before reads, then id; each record once.
    ///
    /// A thread of its own reads ahead, so that whoever judges does not wait for the disk.
    pub fn finish(self) -> io::Result<Ordered> {
        let sorted = self.runs.done()?;
        let (sender, batches) = sync_channel(AHEAD);
        thread::Builder::new().name("order".to_owned()).spawn(move || read_ahead(sorted, &sender))?;
        Ok(Ordered { batches, at_hand: Vec::new().into_iter(), duplicates: 0 })
    }
}

/// An activity ready to be sorted.
#[derive(Debug)]
pub struct Encoded(Item);

/// Some activities in order, and how many records were given again among them.
#[derive(Debug, Default)]
struct Batch {
    activities: Vec<io::Result<Activity>>,
    duplicates: u64,
}

/// Reads activities back, each once, until there are no more or nobody wants them.
fn read_ahead(sorted: impl Iterator<Item = io::Result<Item>>, sender: &SyncSender<Batch>) {
    let mut last: Option<(i64, String)> = None;
    let mut batch = Batch::default();
    for item in sorted {
        let activity = match item {
            Ok(item) if last.as_ref().is_some_and(|(time, key)| *time == item.time && *key == item.key) => {
                batch.duplicates += 1;
                continue;
            }
            Ok(item) => {
                let activity = item.activity();
                last = Some((item.time, item.key));
                activity
            }
            Err(error) => Err(error),
        };
        let failed = activity.is_err();
        batch.activities.push(activity);
        if batch.activities.len() >= BATCH && sender.send(std::mem::take(&mut batch)).is_err() || failed {
            break;
        }
    }
    // Whoever went away does not miss the rest.
    drop(sender.send(batch));
}

/// Activities in order of time and id, each once.
#[derive(Debug)]
pub struct Ordered {
    batches: Receiver<Batch>,
    at_hand: vec::IntoIter<io::Result<Activity>>,
    duplicates: u64,
}

impl Ordered {
    /// How many records were given again so far; exact once the last activity was taken.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }
}

impl Iterator for Ordered {
    type Item = io::Result<Activity>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(activity) = self.at_hand.next() {
                return Some(activity);
            }
            let batch = self.batches.recv().ok()?;
            self.duplicates += batch.duplicates;
            self.at_hand = batch.activities.into_iter();
        }
    }
}
