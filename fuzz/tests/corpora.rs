//! Every target keeps its promises for each file of its corpus, and for some mutations of them.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use trailwarden_fuzz::{TARGETS, Target};

/// How many mutations a target is given.
const MUTATIONS: u32 = 96;
/// How many one whose every run judges, or holds documents against schemas: a hundred times as slow.
const SLOW_MUTATIONS: u32 = 6;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name)
}

/// The files of a target's corpus, by their names.
fn corpus(target: &Target) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder(target.corpus))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// The words a fuzzer is given, without their escapes.
fn words() -> Vec<Vec<u8>> {
    let text = fs::read_to_string(folder("../dictionary.txt")).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(|word| {
            let mut bytes = Vec::new();
            let mut rest = word;
            while let Some(first) = rest.chars().next() {
                let escaped = rest.strip_prefix("\\x").and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
                let taken = match (escaped, rest.strip_prefix('\\').and_then(|rest| rest.chars().next())) {
                    (Some(byte), _) => {
                        bytes.push(byte);
                        4
                    }
                    (None, Some(mark)) => {
                        bytes.extend(mark.to_string().bytes());
                        2
                    }
                    (None, None) => {
                        bytes.extend(first.to_string().bytes());
                        first.len_utf8()
                    }
                };
                rest = &rest[taken..];
            }
            bytes
        })
        .collect()
}

/// One change to some bytes.
#[derive(Debug, Clone)]
enum Edit {
    Put(Index, Vec<u8>),
    Flip(Index, u8),
    Cut(Index, usize),
    Repeat(Index, usize, usize),
    Splice(Index, Index),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = any::<Index>;
    let edit = prop_oneof![
        (at(), prop::sample::select(words())).prop_map(|(at, word)| Edit::Put(at, word)),
        (at(), prop::collection::vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Edit::Put(at, bytes)),
        (at(), 1..=255_u8).prop_map(|(at, bits)| Edit::Flip(at, bits)),
        (at(), 1..40_usize).prop_map(|(at, length)| Edit::Cut(at, length)),
        (at(), 1..40_usize, 2..40_usize).prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        (at(), at()).prop_map(|(at, from)| Edit::Splice(at, from)),
    ];
    prop::collection::vec(edit, 1..6)
}

fn edited(mut bytes: Vec<u8>, edits: &[Edit], other: &[u8]) -> Vec<u8> {
    for edit in edits {
        let place = |at: &Index| at.index(bytes.len() + 1);
        match edit {
            Edit::Put(at, word) => drop(bytes.splice(place(at)..place(at), word.iter().copied()).collect::<Vec<_>>()),
            Edit::Flip(at, bits) => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bits;
                }
            }
            Edit::Cut(at, length) => drop(bytes.drain(place(at)..(place(at) + length).min(bytes.len()))),
            Edit::Repeat(at, length, times) => {
                let at = place(at);
                let again = bytes[at..(at + length).min(bytes.len())].repeat(*times);
                bytes.splice(at..at, again);
            }
            Edit::Splice(at, from) => {
                bytes.truncate(place(at));
                bytes.extend_from_slice(&other[from.index(other.len() + 1)..]);
            }
        }
    }
    bytes
}

#[test]
fn every_file_of_a_corpus_keeps_its_targets_promises() {
    for target in TARGETS {
        let files = corpus(&target);
        assert!(files.len() >= 5, "{} has a corpus of {} files", target.name, files.len());
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        assert!(bytes <= 64 << 10, "{} has a corpus of {bytes} bytes: keep what says something new", target.name);
        for (name, bytes) in files {
            assert!(
                catch_unwind(|| (target.run)(&bytes)).is_ok(),
                "{} and corpus/{}/{name}",
                target.name,
                target.corpus
            );
        }
    }
}

#[test]
fn no_mutation_of_a_corpus_breaks_a_promise() {
    for target in TARGETS {
        let files = corpus(&target);
        let strategy = (any::<Index>(), any::<Index>(), edits())
            .prop_map(move |(one, two, edits)| edited(one.get(&files).1.clone(), &edits, &two.get(&files).1));
        // The same mutations each time: what fails here fails everywhere.
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let slow = ["findings", "told"].contains(&target.corpus) || target.name == "policy";
        let cases = if slow { SLOW_MUTATIONS } else { MUTATIONS };
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 100, ..Config::default() };
        TestRunner::new_with_rng(config, rng)
            .run(&strategy, |bytes| {
                (target.run)(&bytes);
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{}: {failure}", target.name));
    }
}

#[test]
fn no_folder_is_left_that_no_target_reads() {
    for entry in fs::read_dir(folder("")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(TARGETS.iter().any(|target| target.corpus == name), "no target reads corpus/{name}");
    }
}
