//! What a person sees of hostile text: the table `docs/hostile-input.md`, measured by every sink, and held to be true.
//!
//! `UPDATE_EXPECT=1 cargo test -p trailwarden-fuzz --test hostile_input` writes it anew.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use serde_json::Value;
use trailwarden_detectors::Settings;
use trailwarden_exports::csv::CsvWriter;
use trailwarden_exports::html::{self, Report};
use trailwarden_exports::mail::{FINDING_LINE, Message};
use trailwarden_exports::terminal::{self, Styling};
use trailwarden_exports::{Asff, Import, chat::chat, ocsf};
use trailwarden_fixtures::pages::Page;
use trailwarden_fixtures::records::{Caller, create_access_key};
use trailwarden_fixtures::{Heard, ReferenceStore};
use trailwarden_local::input::{Limits, RawRecord, Reject, Splitter, Visitor};
use trailwarden_model::aws::Coverage;
use trailwarden_model::{Activity, Fact, Finding, Severity, text};
use trailwarden_networks::NetworkTable;
use trailwarden_pipeline::{Intake, Pipeline, Read};

/// What stands around a name, so that it is found in whatever shows it.
const MARKS: [char; 2] = ['⟦', '⟧'];
/// How much of a name a cell shows, in characters.
const SHOWN: usize = 44;

/// A kind of hostile text, and one of it as JSON spells it.
const TEXTS: [(&str, &str); 20] = [
    ("nothing hostile", "eve"),
    ("terminal escape", r"\u001b[2J\u001b]0;root\u0007"),
    ("8-bit terminal escape", r"\u009b31mred"),
    ("text turned round", r"\u202egnp.exe"),
    ("NUL", r"a\u0000b"),
    ("lines and a mail header", r"a\r\nBcc: all@example.com\r\n\r\n"),
    ("the line before a mail's JSON", r"\n---- the finding, as JSON ----\n{}"),
    ("script", "<script>alert(1)</script>"),
    ("attribute", r#"\" onmouseover=\"alert(1)"#),
    ("link in Markdown", "[x](https://example.com)"),
    ("mention in a chat", "<!channel> @everyone"),
    ("formula", "=HYPERLINK(A1)"),
    ("command", "$(reboot)"),
    ("zero-width space", r"a\u200bb"),
    ("soft hyphen", r"a\u00adb"),
    ("variation selector", r"a\ufe0fb"),
    ("tag characters", r"a\udb40\udc41\udb40\udc42"),
    ("blank letter", r"a\u3164b"),
    ("half a character", r"a\ud83d"),
    ("a byte that is no UTF-8", "a\u{f8ff}"),
];

/// Where a person may see it, and what they see there.
type Sink = (&'static str, fn(&Shown) -> String);
const SINKS: [Sink; 9] = [
    ("terminal", terminal_of),
    ("JSON lines", |shown| between(&text::json(&shown.finding).unwrap())),
    ("page", page),
    ("mail, its words", mail),
    ("mail, its subject", |shown| between_ascii(&Message::about(&shown.finding).unwrap().subject)),
    ("chat", |shown| between(&strings(&serde_json::from_str(&chat(&shown.finding)).unwrap()))),
    ("ASFF", |shown| between(&strings(&serde_json::to_value(Asff::of(&shown.finding, &Import::PerMember)).unwrap()))),
    ("OCSF", |shown| between(&strings(&ocsf::detection_finding(&shown.finding)))),
    ("CSV", csv),
];

/// What is shown: a finding about a name between marks, and what the ledger keeps of one without.
struct Shown {
    finding: Finding,
    fact: Fact,
}

/// The record of a key that somebody of this name gives away, as a trail would spell it.
fn record(name: &str) -> Vec<u8> {
    let record = create_access_key(&Caller::user("NAME"), "bob", "AKIABOB").bytes();
    let mut record = String::from_utf8(record).unwrap().replace("NAME", name).into_bytes();
    // A letter nobody uses stands for the byte.
    while let Some(at) = record.windows(3).position(|bytes| bytes == "\u{f8ff}".as_bytes()) {
        record.splice(at..at + 3, [0xFF]);
    }
    record
}

/// Takes the only record of a file.
#[derive(Default)]
struct Only(Vec<u8>, Option<&'static str>);

impl Visitor for Only {
    fn record(&mut self, record: RawRecord<'_>) {
        self.0 = record.bytes.to_vec();
    }

    fn reject(&mut self, reject: Reject) {
        self.1 = Some(reject.reason.name());
    }
}

/// Reads a record as a file is read; the reason where it is refused.
fn read(record: &[u8]) -> Result<Activity, &'static str> {
    let (mut only, mut splitter) = (Only::default(), Splitter::new(Arc::from(Path::new("log")), Limits::default()));
    splitter.push(record, &mut only);
    splitter.finish(false, &mut only);
    if let Some(reason) = only.1 {
        return Err(reason);
    }
    match (Intake { coverage: Coverage::Catalog, networks: NetworkTable::empty() }).read(&only.0) {
        Read::Activity(activity) => Ok(*activity),
        Read::Refused(refusal) => Err(refusal.name()),
        Read::OutOfScope => Err("out of scope"),
    }
}

fn shown(name: &str) -> Result<Shown, &'static str> {
    let [begin, end] = MARKS;
    let activity = read(&record(&format!("{begin}{name}{end}")))?;
    let (store, publisher) = (ReferenceStore::default(), Heard::default());
    let settings = Settings::default();
    let pipeline = Pipeline { store, publisher, settings, expected: Vec::new(), tell_from: Severity::Informational };
    pollster::block_on(pipeline.judge(&activity)).unwrap();
    let finding = pipeline.publisher.findings().values().next().cloned().expect("a key for somebody else is told");
    Ok(Shown { finding, fact: Fact::of(&read(&record(name))?).unwrap() })
}

/// What stands between the marks: the first time, and to the end where the second mark is cut off.
fn between(shown: &str) -> String {
    let [begin, end] = MARKS;
    let Some((_, rest)) = shown.split_once(begin) else { return "nothing".to_owned() };
    // What is too long ends in an ellipsis instead.
    let cut = || rest.split_inclusive('…').next().unwrap_or(rest);
    let name = rest.split_once(end).map_or_else(cut, |(name, _)| name);
    // Wrapping is not the name's.
    cell(&name.split('\n').map(str::trim).collect::<Vec<_>>().join(" "))
}

/// The same of text whose marks became question marks.
fn between_ascii(shown: &str) -> String {
    let rest = shown.split_once('?').map_or(shown, |(_, rest)| rest);
    cell(rest.rsplit_once("? ").map_or(rest, |(name, _)| name))
}

fn terminal_of(shown: &Shown) -> String {
    let mut cards = Vec::new();
    terminal::write(&mut cards, &[&shown.finding], Styling::Plain, 100).unwrap();
    let cards = String::from_utf8(cards).unwrap();
    let (_, who) = cards.split_once("    who").unwrap();
    between(who)
}

fn page(shown: &Shown) -> String {
    let report = Report {
        of: "1 file of logs".to_owned(),
        findings: std::slice::from_ref(&shown.finding),
        min_severity: Severity::Informational,
        period: None,
        records: Vec::new(),
        notes: Vec::new(),
        detectors: Vec::new(),
        rest: "ask for less",
    };
    let mut page = Vec::new();
    html::write(&report, &mut page).unwrap();
    let page = Page::read(&String::from_utf8(page).unwrap());
    assert_eq!(page.faults(), Vec::<String>::new());
    between(&page.all("body").next().unwrap().text)
}

fn mail(shown: &Shown) -> String {
    let message = Message::about(&shown.finding).unwrap();
    let (words, _) = message.body.rsplit_once(FINDING_LINE).unwrap();
    let (_, who) = words.split_once("\nWho ").unwrap();
    between(who)
}

/// Every text of a document.
fn strings(document: &Value) -> String {
    match document {
        Value::String(text) => format!("{text}\n\n"),
        Value::Array(items) => items.iter().map(strings).collect(),
        Value::Object(fields) => fields.values().map(strings).collect(),
        _ => String::new(),
    }
}

fn csv(shown: &Shown) -> String {
    let mut written = Vec::new();
    let mut writer = CsvWriter::new(&mut written).unwrap();
    writer.write(&shown.fact).unwrap();
    writer.finish().unwrap();
    let mut rows = csv::Reader::from_reader(written.as_slice());
    let identity = rows.headers().unwrap().iter().position(|name| name == "identity").unwrap();
    cell(&rows.records().next().unwrap().unwrap()[identity])
}

/// Text as a cell of a table in Markdown.
fn cell(text: &str) -> String {
    let length = text.chars().count();
    let mut short: String = text.chars().take(SHOWN).collect();
    if length > SHOWN {
        short += &format!("… ({length} characters)");
    }
    let short = short.replace('|', "\\|");
    if short.contains('`') { format!("`` {short} ``") } else { format!("`{short}`") }
}

fn row(what: &str, spelt: &str, name: &str) -> String {
    let cells = match shown(name) {
        Ok(shown) => SINKS.map(|(_, sink)| sink(&shown)).join(" | "),
        Err(reason) => {
            format!("the record is rejected and counted, `{reason}` |{}", " |".repeat(SINKS.len() - 2))
        }
    };
    format!("| {what} | {} | {cells} |\n", cell(&spelt.replace('\u{f8ff}', "\\xff")))
}

fn table() -> String {
    let names = SINKS.map(|(name, _)| name).join(" | ");
    let mut table = format!("| text | as the record spells it | {names} |\n|{}\n", "---|".repeat(SINKS.len() + 2));
    for (what, spelt) in TEXTS {
        table += &row(what, spelt, spelt);
    }
    table += &row("a name of half a megabyte", "aaa…", &"a".repeat(1 << 19));
    table
}

fn document() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/hostile-input.md")
}

#[test]
fn what_a_person_sees_of_hostile_text_is_what_the_document_says() {
    let (begin, end) = ("<!-- >>> measured -->\n", "<!-- <<< measured -->\n");
    let written = fs::read_to_string(document()).unwrap();
    let (before, rest) = written.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let fresh = format!("{before}{begin}{}{end}{after}", table());
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(document(), &fresh).unwrap();
        return;
    }
    assert!(
        fresh == written,
        "docs/hostile-input.md is not what is shown: write it anew with UPDATE_EXPECT=1\n{fresh}"
    );
}
