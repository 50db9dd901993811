//! Splitting: every shape records come in, however the text is cut, and what broken text costs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its own functions too")]

use std::path::Path;
use std::sync::Arc;

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

    fn reasons(&self) -> Vec<&str> {
        self.rejects.iter().map(|(reason, _)| *reason).collect()
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

fn split(text: impl AsRef<[u8]>) -> Seen {
    split_in(text.as_ref(), usize::MAX, Limits::default())
}

#[track_caller]
fn check(text: impl AsRef<[u8]>, records: &[&str], reasons: &[&str]) {
    let seen = split(text);
    assert_eq!(seen.texts(), records);
    assert_eq!(seen.reasons(), reasons);
}

const A: &str = r#"{"eventVersion":"1.08","a":{"b":[1,{"c":"}\"]{"}]}}"#;
const B: &str = r#"{"eventVersion":"1.08","b":"caf\u00e9 é","list":[]}"#;

#[test]
fn containers_arrays_lines_and_concatenations_all_give_their_records() {
    let pretty: serde_json::Value = serde_json::from_str(A).unwrap();
    let pretty = serde_json::to_string_pretty(&pretty).unwrap();
    check(format!(r#"{{"Records":[{A},{B}]}}"#), &[A, B], &[]);
    check(format!(r#"{{"x":[{{"Records":[1]}}],"y":"Records", "Records" : [ {A} , {B} ] , "z":[1]}}"#), &[A, B], &[]);
    check(format!(r#"{{"Records":[{A}]}}{{"Records":[]}} {{"Records":[{B}]}}"#), &[A, B], &[]);
    check(format!("[{A},\n{B}]"), &[A, B], &[]);
    check(format!(r#"[{{"Records":[{A}]}},{{"Records":[{B}]}}]"#), &[A, B], &[]);
    check(format!("{A}\r\n{B}\r\n"), &[A, B], &[]);
    check(format!("{A}{B}"), &[A, B], &[]);
    check(format!("{pretty}\n{pretty}\n"), &[&pretty, &pretty], &[]);
    check(format!("\u{feff}{A}"), &[A], &[]);
    check("", &[], &[]);
    check(" \n", &[], &[]);
    check("{}", &["{}"], &[]);
}

#[test]
fn a_list_key_written_with_escapes_still_names_the_list() {
    check(format!(r#"{{"Rec\u006frds":[{A}]}}"#), &[A], &[]);
    let decoy = r#"{"a":"\"Records\":[","b":{"Records":[{"x":1}]}}"#;
    check(decoy, &[decoy], &[]);
}

#[test]
fn envelopes_are_delivered_whole() {
    let envelope = format!(r#"{{"detail-type":"AWS API Call via CloudTrail","resources":["r"],"detail":{A}}}"#);
    check(&envelope, &[&envelope], &[]);
}

#[test]
fn records_held_in_strings_are_decoded() {
    let quoted = serde_json::to_string(A).unwrap();
    check(format!(r#"{{"Events":[{{"EventId":"1","CloudTrailEvent":{quoted}}}],"NextToken":"t"}}"#), &[A], &[]);
    check(
        format!(r#"{{"logEvents":[{{"id":"1","message":{quoted}}},{{"message":"START"}}]}}"#),
        &[A],
        &["not-an-object"],
    );
    check(r#"{"Events":[{"CloudTrailEvent":"{\"a\":"}]}"#, &[], &["malformed"]);
    check(format!(r#"{{"Events":[{A}]}}"#), &[A], &[]);
}

#[test]
fn positions_name_the_record_its_byte_and_its_line() {
    let text = format!("{{\"Records\":[\n  {A},\n  5,\n  {{\"x\":\n1}}, {B}]}}");
    let seen = split(&text);
    let at = |needle: &str| text.find(needle).unwrap() as u64;
    let positions: Vec<_> = seen.records.iter().map(|(_, position)| *position).collect();
    assert_eq!(positions[0], Position { ordinal: 1, offset: at(A), line: 2 });
    assert_eq!(seen.rejects, [("not-an-object", Position { ordinal: 2, offset: at("5,"), line: 3 })]);
    assert_eq!(positions[1], Position { ordinal: 3, offset: at("{\"x\""), line: 4 });
    assert_eq!(positions[2], Position { ordinal: 4, offset: at(B), line: 5 });
}

#[test]
fn values_that_are_not_objects_are_rejected_one_by_one() {
    let reasons = ["not-an-object"; 6];
    check(format!(r#"[1,-2.5e3,"s\"]",null,[{A},[]],true,{B}]"#), &[B], &reasons);
    check("1\n\"two\"\n", &[], &reasons[..2]);
}

#[test]
fn a_broken_line_costs_that_line_only() {
    for broken in [
        r#"{"eventVersion":"1.08","a":"cut"#,
        r#"{"a":"cut"#,
        r#"{"a":{"b":1,"c":2"#,
        r#"{"a":"#,
        r#"{"a":[1,"#,
        r#"{"a":[1}"#,
        r#"{"a":1]"#,
        r"{'a':1}",
        "2024-01-01 starting up",
        r#""dangling"#,
        r"{",
    ] {
        let text = format!("{A}\n{broken}\n{B}\n{A}\n");
        check(&text, &[A, B, A], &["malformed"]);
        let first = format!("{broken}\n{B}\n{A}\n");
        check(&first, &[B, A], &["malformed"]);
    }
}

#[test]
fn a_broken_record_in_a_one_line_container_costs_no_other() {
    for broken in [
        r#"{"eventVersion":"1.08","a":"no closing quote},"#,
        r#"{"eventVersion":"1.08","a":{"b":1},"#,
        r#"{"eventVersion":"1.08","a":[1,2},"#,
        r#"{"eventVersion":"1.08","a":1]},"#,
        r#"{"eventVersion":"1.08","a":1}},"#,
        r#"{"eventVersion":"1.08" "a":"b"c"},"#,
        r"garbage,",
    ] {
        let text = format!(r#"{{"Records":[{A},{broken}{B},{A}]}}{{"Records":[{B}]}}"#);
        let seen = split(&text);
        assert_eq!(seen.texts().iter().filter(|text| [A, B].contains(text)).count(), 4, "{broken}: {seen:?}");
        assert_eq!(seen.rejects.len(), 1, "{broken}: {seen:?}");
    }
}

#[test]
fn a_broken_record_in_an_indented_container_costs_no_other() {
    let pretty = format!(
        "{{\n  \"Records\": [\n    {A},\n    {{\n      \"x\": \"un\n      \"y\": [\n        {{\n        }}\n      ]\n    }},\n    {B}\n  ]\n}}\n"
    );
    check(&pretty, &[A, B], &["malformed"]);
}

#[test]
fn text_that_is_not_json_is_rejected_once() {
    check("hello\nworld\n".repeat(1000), &[], &["not-json"]);
    check("int main()\n{\n  int x;\n}\n".repeat(50), &[], &["not-json"]);
    check([0x00, 0x01, 0xFE, 0x7F, b'\n'].repeat(500), &[], &["not-json"]);
    check("\u{feff}{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), &[], &["utf-16"]);
    check("{\"a\":1}".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>(), &[], &["utf-16"]);
}

#[test]
fn bytes_that_are_not_utf8_cost_their_record_only() {
    let text = [A.as_bytes(), b"\n{\"a\":\"\xFF\"}\n", B.as_bytes()].concat();
    check(text, &[A, B], &["not-utf8"]);
}

#[test]
fn records_over_the_limit_are_skipped_and_the_next_ones_read() {
    let limits = Limits { record_bytes: 1000, ..Limits::default() };
    let object = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
    let text = format!("{{\"Records\":[{},{A},{}]}}", object(300_000), object(1001));
    for chunk in [7, 4096, usize::MAX] {
        let seen = split_in(text.as_bytes(), chunk, limits);
        assert_eq!((seen.texts(), seen.reasons()), (vec![A], vec!["record-too-large"; 2]));
    }
    assert_eq!(split_in(object(1000).as_bytes(), 9, limits).records.len(), 1);
    let late = format!("{{\"pad\":\"{}\",\"Records\":[{A}]}}", "x".repeat(5000));
    assert_eq!(split_in(late.as_bytes(), 64, limits).texts(), [A]);
}

#[test]
fn records_nested_too_deep_are_rejected_and_the_next_ones_read() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let (deepest, deeper) = (nested(128), nested(129));
    check(format!("{deepest}\n{deeper}\n{A}"), &[&deepest, A], &["too-deep"]);
    let abyss = nested(1_000_000);
    check(format!("{abyss}\n{A}"), &[A], &["too-deep"]);
}

#[test]
fn a_text_cut_anywhere_gives_its_complete_records_and_one_reject() {
    let text = format!("{{\"Records\":[{A},{B},\n{A}],\"x\":1}}");
    let ends: Vec<usize> = [A, B, A]
        .iter()
        .scan(12, |end, record| {
            *end += record.len() + 1;
            Some(*end - 1)
        })
        .collect();
    let last = ends[2] + 1;
    for cut in 1..text.len() {
        let seen = split(&text.as_bytes()[..cut]);
        let complete = ends.iter().take(2).filter(|end| **end <= cut).count() + usize::from(last <= cut);
        assert_eq!(seen.records.len(), complete, "cut at {cut}");
        assert_eq!(seen.reasons(), ["truncated"], "cut at {cut}");
    }
}

#[test]
fn lines_that_never_close_are_read_in_linear_time() {
    let seen = split("{\"a\":[\n".repeat(200_000));
    assert_eq!(seen.records.len(), 0);
    let seen = split("{\"a\":\n".repeat(200_000));
    assert_eq!(seen.records.len(), 0);
    let seen = split("{\"a\"{".repeat(200_000));
    assert_eq!(seen.records.len(), 0);
    let seen = split("[".repeat(1_000_000));
    assert_eq!(seen.reasons(), ["truncated"]);
}
