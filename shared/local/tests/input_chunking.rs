//! Chunking: the pieces a text arrives in change nothing, whether the text is sound or broken.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its own functions too")]

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use trailwarden_local::input::{Limits, Position, RawRecord, Reject, Splitter, Visitor};

#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    records: Vec<(String, Position)>,
    rejects: Vec<(&'static str, Position)>,
}

impl Visitor for Seen {
    fn record(&mut self, record: RawRecord<'_>) {
        let text = String::from_utf8(record.bytes.to_vec()).unwrap();
        self.records.push((text, record.position));
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push((reject.reason.name(), reject.position));
    }
}

impl Seen {
    fn texts(&self) -> Vec<&str> {
        self.records.iter().map(|(text, _)| text.as_str()).collect()
    }
}

fn split_in(text: &[u8], chunk: usize, limits: Limits) -> Seen {
    let mut seen = Seen::default();
    let mut splitter = Splitter::new(Arc::from(Path::new("test")), limits);
    for piece in text.chunks(chunk.max(1)) {
        splitter.push(piece, &mut seen);
    }
    splitter.finish(false, &mut seen);
    assert_eq!(splitter.counts(), (seen.records.len() as u64, seen.rejects.len() as u64));
    seen
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<i32>().prop_map(Into::into),
        "[ -~é\\\\\"{}\\[\\],:\n]{0,40}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map("[a-z\\\\\"{]{0,9}", inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = serde_json::Value> {
    prop::collection::btree_map("[a-zA-Z\"\\\\]{0,12}", value(), 0..8)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn valid_records_come_back_as_they_went_in_whatever_the_chunks(
        objects in prop::collection::vec(object(), 0..6),
        pretty in any::<bool>(),
        shape in 0..4,
    ) {
        let texts: Vec<String> = objects.iter().map(|object| {
            if pretty { serde_json::to_string_pretty(object) } else { serde_json::to_string(object) }.unwrap()
        }).collect();
        let text = match shape {
            0 => format!("{{\"v\":[1],\"Records\":[{}]}}", texts.join(", ")),
            1 => format!("[{}]", texts.join(",\n")),
            2 => texts.join("\n"),
            _ => texts.concat(),
        };
        for chunk in (1..=64).chain([usize::MAX]) {
            let seen = split_in(text.as_bytes(), chunk, Limits::default());
            prop_assert_eq!(seen.texts(), texts.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert!(seen.rejects.is_empty());
        }
    }

    #[test]
    fn broken_text_is_read_alike_whatever_the_chunks(
        objects in prop::collection::vec(object(), 1..6),
        at in any::<prop::sample::Index>(),
        put in prop::collection::vec(any::<u8>(), 0..4),
        drop in 0..3_usize,
        lines in any::<bool>(),
    ) {
        let texts: Vec<String> = objects.iter().map(ToString::to_string).collect();
        let text = if lines { texts.join("\n") } else { format!("{{\"Records\":[{}]}}", texts.join(",")) };
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        let end = (at + drop).min(bytes.len());
        bytes.splice(at..end, put);
        for record_bytes in [1 << 20, 100] {
            let limits = Limits { record_bytes, ..Limits::default() };
            let whole = split_in(&bytes, usize::MAX, limits);
            for chunk in [1, 2, 3, 7, 16, 63, 64, 65] {
                prop_assert_eq!(&split_in(&bytes, chunk, limits), &whole);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(prop_oneof![
        any::<u8>(), prop::sample::select(b"{}[]\",:\\\n Recods1".to_vec())], 0..400)) {
        split_in(&bytes, 5, Limits { record_bytes: 100, ..Limits::default() });
    }
}
