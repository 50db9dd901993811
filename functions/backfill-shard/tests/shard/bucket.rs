//! The bucket: some of the example logs under the keys a trail gives them, and the table behind the same door.

use std::fs;
use std::path::{Path, PathBuf};

use crate::http::{Reply, forward, serve};
use crate::table::emulator_port;

/// Every how manieth file of the examples is in the bucket.
const EACH: usize = 9;

/// The files, in the order of their keys.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"), &mut found);
    found.sort();
    let some: Vec<PathBuf> = found.into_iter().step_by(EACH).collect();
    assert!(some.len() > 4);
    some
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "gz") {
            found.push(path);
        }
    }
}

/// The key of a file.
pub(crate) fn key(nth: usize) -> String {
    format!("AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/{nth:02}/log.json.gz")
}

/// Opens the bucket `trail` and the table on one port; whoever asks for what is not there is told so.
pub(crate) fn open() -> u16 {
    let objects: Vec<(String, Vec<u8>)> = files()
        .iter()
        .enumerate()
        .map(|(nth, path)| (format!("/trail/{}", key(nth)), fs::read(path).unwrap()))
        .collect();
    serve(move |request| {
        if request.headers.contains_key("x-amz-target") {
            return forward(emulator_port(), &request);
        }
        let path = request.path.split('?').next().unwrap_or_default();
        match objects.iter().find(|(key, _)| key == path) {
            Some((_, body)) => Reply::Answer { status: 200, headers: Vec::new(), body: body.clone() },
            None => Reply::of(404, "application/xml", "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"),
        }
    })
}
