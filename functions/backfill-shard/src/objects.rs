//! Objects of a trail's bucket, read into activities as files are.

use std::path::Path;
use std::sync::atomic::AtomicU64;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::DisplayErrorContext;
use lambda_runtime::Error;
use trailwarden_local::input::{Limits, LogFile, LogReader, RawRecord, Reject, Visitor};
use trailwarden_model::Activity;
use trailwarden_pipeline::{Counters, Intake, Read};

/// The largest object that is read, as it lies in the bucket; CloudTrail writes some hundred kilobytes.
const LARGEST: i64 = 64 << 20;

/// What was read so far.
pub(crate) struct Objects<'a> {
    intake: &'a Intake,
    reader: LogReader,
    activities: Vec<Activity>,
    counters: Counters,
}

impl<'a> Objects<'a> {
    pub(crate) fn of(intake: &'a Intake) -> Self {
        let (reader, counters) = (LogReader::new(Limits::default()), Counters::default());
        Self { intake, reader, activities: Vec::new(), counters }
    }

    /// Reads one object; a bad record in it is counted and harms nobody else.
    pub(crate) async fn read(&mut self, s3: &Client, bucket: &str, key: &str) -> Result<(), Error> {
        if !is_log(key) {
            return Ok(());
        }
        let got = s3.get_object().bucket(bucket).key(key).send().await;
        let got = got.map_err(|error| DisplayErrorContext(error).to_string())?;
        if got.content_length().is_some_and(|length| length > LARGEST) {
            return Err(format!("{key} has more than {LARGEST} bytes: backfill it with `trailwarden backfill`").into());
        }
        let bytes = got.body.collect().await?.into_bytes();
        self.take(key, &bytes);
        Ok(())
    }

    fn take(&mut self, key: &str, bytes: &[u8]) {
        let Self { intake, reader, activities, counters } = self;
        let file = LogFile { path: Path::new(key).into(), ..LogFile::stdin() };
        reader.scan_stream(&file, bytes, &AtomicU64::new(0), &mut Taking { intake, activities, counters });
    }

    /// The activities in order of time, each once.
    pub(crate) fn in_order(self) -> (Vec<Activity>, Counters) {
        let (mut activities, mut counters) = (self.activities, self.counters);
        let read = activities.len();
        activities.sort_by(|a, b| (a.time, a.read_only, &a.act, &a.id).cmp(&(b.time, b.read_only, &b.act, &b.id)));
        activities.dedup_by(|a, b| (a.time, &a.act, &a.id) == (b.time, &b.act, &b.id));
        counters.duplicate += (read - activities.len()) as u64;
        (activities, counters)
    }
}

/// Whether an object holds a trail's records: digests and other things may lie beside them.
fn is_log(key: &str) -> bool {
    let name = key.strip_suffix(".gz").unwrap_or(key);
    !key.contains("CloudTrail-Digest") && Path::new(name).extension().is_some_and(|is| is == "json" || is == "jsonl")
}

/// Takes records as they are read.
struct Taking<'a> {
    intake: &'a Intake,
    activities: &'a mut Vec<Activity>,
    counters: &'a mut Counters,
}

impl Visitor for Taking<'_> {
    fn record(&mut self, record: RawRecord<'_>) {
        self.counters.received += 1;
        match self.intake.read(record.bytes) {
            Read::Activity(activity) => self.activities.push(*activity),
            Read::OutOfScope => self.counters.out_of_scope += 1,
            Read::Refused(refusal) => self.counters.reject(refusal.name()),
        }
    }

    fn reject(&mut self, reject: Reject) {
        self.counters.received += 1;
        self.counters.reject(reject.reason.name());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_logs_are_read() {
        for (key, is) in [
            ("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/01/a.json.gz", true),
            ("AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/01/a.json.gz", false),
            ("AWSLogs/111122223333/CloudTrail/us-east-1/", false),
            ("notes.txt", false),
        ] {
            assert_eq!(is_log(key), is, "{key}");
        }
    }
}
