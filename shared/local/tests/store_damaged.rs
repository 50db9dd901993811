//! A damaged memory: whatever lies where a file of ours should, it is read or is an error that names the mend.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::error::Error;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use trailwarden_detectors::memory::{Observation, observe};
use trailwarden_fixtures::records::{Caller, create_access_key, get_secret_value};
use trailwarden_local::{LocalStore, StoreError};
use trailwarden_pipeline::Store;

/// How many damages are tried.
const DAMAGES: u64 = 300;

fn observations() -> Vec<Observation> {
    let mut all = observe(&create_access_key(&Caller::user("ann"), "bob", "AKIABOB").activity());
    for nth in 0..40 {
        let caller = Caller::user(&format!("user{nth}"));
        all.extend(observe(&get_secret_value(&caller, &format!("app/{nth}")).activity()));
    }
    all
}

/// Opens a file and asks it for everything.
fn used(path: &Path) -> Result<(), StoreError> {
    let store = LocalStore::open(path)?;
    pollster::block_on(store.exchange(&observations()))?;
    store.flush()
}

/// A whole file of a memory.
fn whole(path: &Path) -> Vec<u8> {
    used(path).unwrap();
    fs::read(path).unwrap()
}

#[track_caller]
fn never_panics(path: &Path, what: &str) -> bool {
    let outcome = catch_unwind(AssertUnwindSafe(|| used(path)));
    match outcome.unwrap_or_else(|_| panic!("a panic where {what}")) {
        Ok(()) => true,
        Err(error) => {
            let mut said = error.to_string();
            let mut cause: &dyn Error = &error;
            while let Some(next) = cause.source() {
                said += &format!(": {next}");
                cause = next;
            }
            let named = said.contains("memory.redb") && said.contains("--baseline");
            assert!(named, "where {what} the error names no mend: {said}");
            false
        }
    }
}

#[test]
fn what_is_no_memory_is_an_error_that_names_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.redb");
    for (what, bytes) in [
        ("there is text", b"these are not the logs".to_vec()),
        ("there are zeros", vec![0; 1 << 20]),
        ("there is one byte", vec![7]),
        ("there is gzip", vec![0x1F, 0x8B, 8, 0, 0, 0]),
    ] {
        fs::write(&path, bytes).unwrap();
        assert!(!never_panics(&path, what), "{what}");
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(!never_panics(&path, "there is a folder"));
}

#[test]
fn a_damaged_memory_is_read_or_is_an_error_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.redb");
    let sound = whole(&path);
    // Where something stands: the rest of the file is room.
    let written: Vec<usize> = (0..sound.len()).filter(|at| sound[*at] != 0).collect();
    let mut seed = 1_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for damage in 0..DAMAGES {
        let mut bytes = sound.clone();
        let what = match damage % 3 {
            0 => {
                let (at, bits) = (written[next(written.len())], 1 + next(255));
                bytes[at] ^= u8::try_from(bits).unwrap();
                format!("byte {at} is turned by {bits}")
            }
            1 => {
                bytes.truncate(next(sound.len()));
                format!("{} of {} bytes are left", bytes.len(), sound.len())
            }
            _ => {
                let (at, length) = (written[next(written.len())], 1 + next(4096));
                let end = (at + length).min(bytes.len());
                bytes[at..end].fill(0);
                format!("bytes {at} to {end} are gone")
            }
        };
        fs::write(&path, bytes).unwrap();
        never_panics(&path, &what);
    }
}
