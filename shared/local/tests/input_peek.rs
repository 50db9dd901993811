//! Peeking agrees with a whole parser about what a record says it is about.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking, its own functions too")]

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;
use trailwarden_local::input::peek;

fn text_at<'a>(level: &'a Value, key: &str) -> Option<&'a str> {
    level.get(key).and_then(Value::as_str)
}

/// The names as a whole parser finds them.
fn expected(record: &Value) -> [Option<&str>; 3] {
    let own = text_at(record, "eventName").is_some() || text_at(record, "eventSource").is_some();
    let level = match record.get("detail") {
        Some(detail) if detail.is_object() && !own => detail,
        _ => record,
    };
    let key_id = level.get("userIdentity").and_then(|identity| text_at(identity, "accessKeyId"));
    [text_at(level, "eventSource"), text_at(level, "eventName"), key_id]
}

#[track_caller]
fn check(text: &str) {
    let parsed: Value = serde_json::from_str(text).unwrap();
    let peeked = peek(text.as_bytes()).unwrap();
    let got = [&peeked.event_source, &peeked.event_name, &peeked.access_key_id];
    assert_eq!(got.map(|name| name.as_deref()), expected(&parsed), "{text}");
}

/// Writes JSON with arbitrary white space and escapes, as `salt` has it.
fn spell(value: &Value, salt: &mut u64, out: &mut String) {
    let space = |salt: &mut u64, out: &mut String| {
        *salt = salt.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.push_str(["", "", "", " ", "\n", "\t  "][(*salt >> 33) as usize % 6]);
    };
    let string = |text: &str, salt: &mut u64, out: &mut String| {
        let quoted = serde_json::to_string(text).unwrap();
        let plain = !quoted.contains('\\');
        for character in quoted.chars() {
            *salt = salt.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if plain && character.is_ascii_alphabetic() && *salt >> 59 == 0 {
                write!(out, "\\u{:04x}", character as u32).unwrap();
            } else {
                out.push(character);
            }
        }
    };
    space(salt, out);
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                spell(item, salt, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (index, (key, item)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                space(salt, out);
                string(key, salt, out);
                space(salt, out);
                out.push(':');
                spell(item, salt, out);
            }
            space(salt, out);
            out.push('}');
        }
        Value::String(text) => string(text, salt, out),
        other => out.push_str(&other.to_string()),
    }
    space(salt, out);
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["eventSource", "eventName", "userIdentity", "accessKeyId", "detail", "eventNam", ""])
            .prop_map(str::to_owned),
        "[a-z\"\\\\]{0,6}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "[a-zA-Z.:\"\\\\{}\\[\\],é\n]{0,30}".prop_map(Value::from),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 60, 7, |inner| {
        prop_oneof![prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from), object(inner),]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec((key(), inner), 0..7).prop_map(|fields| Value::Object(fields.into_iter().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn it_agrees_with_a_parser_on_any_json(record in object(value()), mut salt in any::<u64>()) {
        let mut text = String::new();
        spell(&record, &mut salt, &mut text);
        check(text.trim());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), open in any::<bool>()) {
        let bytes = if open { [b"{\"eventName\":", bytes.as_slice()].concat() } else { bytes };
        let _ = peek(&bytes);
    }
}

#[test]
fn names_are_found_in_records_and_envelopes() {
    let record = r#"{"userIdentity":{"type":"IAMUser","accessKeyId":"AKIA1"},"eventSource":"iam.amazonaws.com","eventName":"CreateUser"}"#;
    check(record);
    check(&format!(r#"{{"detail-type":"x","source":"aws.iam","detail":{record}}}"#));
    assert_eq!(peek(record.as_bytes()).unwrap().access_key_id.as_deref(), Some("AKIA1"));
}

#[test]
fn look_alikes_deeper_down_do_not_count() {
    check(
        r#"{"requestParameters":{"eventName":"Fake","detail":{"eventName":"Fake"},"userIdentity":{"accessKeyId":"x"}},"eventName":"Real","x":"\"eventSource\":\"fake\""}"#,
    );
    check(r#"{"eventName":7,"detail":[{"eventName":"Fake"}]}"#);
}

#[test]
fn escaped_keys_and_values_are_read_as_what_they_spell() {
    check(r#"{"event\u004eame":"Get\u0053ecret","userIdentity":{"access\u004beyId":"a\"b"}}"#);
}

#[test]
fn what_is_no_object_gives_nothing() {
    for text in ["", "[]", "{", r#"{"eventName"#, r#"{"a":1 "b":2}"#, r#"{"a":[1}"#, r#"{,"a":1}"#, r#"{"a":1,}"#] {
        assert_eq!(peek(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn it_agrees_with_a_parser_on_real_records() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    for file in ["traildiscover/events.jsonl", "shapes/events.jsonl"] {
        let Ok(text) = std::fs::read_to_string(data.join(file)) else {
            println!("skipped: {file} is not beside this checkout");
            continue;
        };
        text.lines().for_each(check);
    }
}
