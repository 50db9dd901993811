//! Sinks: what each promises about a finding it shows, whoever wrote the texts in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::Value;
use trailwarden_exports::html::{self, Report};
use trailwarden_exports::mail::{FINDING_LINE, Message};
use trailwarden_exports::terminal::{self, Styling};
use trailwarden_exports::{Asff, Import, chat as chats, ocsf as events};
use trailwarden_fixtures::findings::filled;
use trailwarden_fixtures::formats::{problems_of_asff, problems_of_ocsf};
use trailwarden_fixtures::pages::Page;
use trailwarden_model::{AccountId, Finding, Region, Severity, Status, text};

use crate::hidden::nothing_hides;

/// Every sink, one after another.
pub(crate) fn all(finding: &Finding) {
    for sink in [asff, chat, json, mail, ocsf, page, terminal] {
        sink(finding);
    }
}

/// What Security Hub takes: within its limits, with nothing that a console would obey.
pub(crate) fn asff(finding: &Finding) {
    let central = Import::Central { account: AccountId::new("999988887777"), region: Region::new("eu-west-1") };
    for import in [Import::PerMember, central] {
        let document = serde_json::to_value(Asff::of(finding, &import)).expect("JSON");
        let problems = problems_of_asff(&document);
        assert!(problems.is_empty(), "{problems:?}");
        within(&document, &[("Title", 256), ("Description", 1024), ("Id", 512), ("GeneratorId", 512)]);
        every_text(&document, &mut |text| nothing_hides(text, true));
    }
}

/// A Detection Finding by its schema.
pub(crate) fn ocsf(finding: &Finding) {
    let document = events::detection_finding(finding);
    let problems = problems_of_ocsf(&document);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(document.to_string().len() <= 1 << 20, "{} bytes", document.to_string().len());
    every_text(&document, &mut |text| nothing_hides(text, true));
}

/// The lengths of fields, in the units of UTF-16, which count no fewer than anybody counts.
fn within(document: &Value, limits: &[(&str, usize)]) {
    for (name, most) in limits {
        let length = document.get(name).and_then(Value::as_str).unwrap_or_default().encode_utf16().count();
        assert!(length <= *most, "{name} has {length}");
    }
}

fn every_text(value: &Value, look: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| every_text(item, look)),
        Value::Object(fields) => {
            for (name, item) in fields {
                look(name);
                every_text(item, look);
            }
        }
        _ => {}
    }
}

/// One line of JSON in which nothing hides, and which reads as what was written.
pub(crate) fn json(finding: &Finding) {
    let line = text::json(finding).expect("a finding is JSON");
    nothing_hides(&line, false);
    let read: Finding = serde_json::from_str(&line).expect("what was written can be read");
    assert_eq!(&read, finding);
}

/// A message SNS takes, whose lines a finding's texts cannot make.
pub(crate) fn mail(finding: &Finding) {
    let message = Message::about(finding).expect("a finding is JSON");
    let Message { subject, body, attributes } = &message;
    assert!((1..100).contains(&subject.len()), "{} in the subject", subject.len());
    assert!(subject.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{subject:?}");
    assert!(subject.starts_with('['), "SNS wants a subject to begin with a letter, a digit or a mark: {subject:?}");
    nothing_hides(body, true);
    let attributes_size: usize =
        attributes.iter().map(|(name, kind, value)| name.len() + kind.len() + value.len()).sum();
    assert!(body.len() + attributes_size <= 256 << 10, "{} bytes", body.len() + attributes_size);
    assert_eq!(body.lines().filter(|line| *line == FINDING_LINE).count(), 1);
    let (words, last) = body.split_once(&format!("{FINDING_LINE}\n")).expect("the line before the finding");
    assert!(words.lines().count() <= 32 && words.len() <= 32 << 10, "{words}");
    assert!(!last.contains('\n'));
    let read: Finding = serde_json::from_str(last).expect("the last line is the finding");
    assert_eq!((&read.id, read.revision, read.severity), (&finding.id, finding.revision, finding.severity));
    for (name, _, value) in attributes {
        assert!(!value.is_empty() && value.len() <= 8 << 10, "{name}");
        nothing_hides(value, false);
    }
}

/// A notification whose texts mean nothing to a chat.
pub(crate) fn chat(finding: &Finding) {
    let document: Value = serde_json::from_str(&chats::chat(finding)).expect("JSON");
    assert!(document.to_string().len() <= 128 << 10);
    every_text(&document, &mut |text| {
        nothing_hides(text, true);
        assert!(!text.contains(['<', '>']), "a mention or a link: {text:?}");
    });
    let steps = document.pointer("/content/nextSteps").and_then(Value::as_array).cloned().unwrap_or_default();
    for step in steps.iter().filter_map(Value::as_str) {
        assert!(step.matches('`').count() % 2 == 0, "code that does not end: {step:?}");
        assert!(!step.contains('\n'), "{step:?}");
    }
}

/// Cards and an explanation that move no cursor, in as many lines as they have things to say.
pub(crate) fn terminal(finding: &Finding) {
    let mut cards = Vec::new();
    terminal::write(&mut cards, &[finding], Styling::Plain, 80).expect("memory takes it");
    let cards = String::from_utf8(cards).expect("UTF-8");
    for shown in [cards, terminal::explain(finding, Styling::Plain, 60)] {
        nothing_hides(&shown, true);
        assert!(shown.len() <= (1 << 20) + 64 * size(finding), "{} bytes", shown.len());
    }
    // Colours are ours alone: taken off, what is left hides nothing.
    let coloured = terminal::explain(finding, Styling::Coloured, 60);
    let mut plain = coloured;
    for colour in
        ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[31m", "\u{1b}[33m", "\u{1b}[36m", "\u{1b}[37m", "\u{1b}[41m", "\u{1b}[90m"]
    {
        plain = plain.replace(colour, "");
    }
    nothing_hides(&plain, true);
}

fn size(finding: &Finding) -> usize {
    serde_json::to_string(finding).expect("JSON").len()
}

/// A form: the names of elements, each with the names of its attributes.
type Form = BTreeSet<(String, Vec<String>)>;

/// A page with the elements and attributes of a harmless one, that runs and fetches nothing.
pub(crate) fn page(finding: &Finding) {
    let html = page_of(finding);
    assert!(html.len() <= (4 << 20) + 64 * size(finding), "{} bytes", html.len());
    // White space is the template's own.
    nothing_hides(&html, true);
    let page = Page::read(&html);
    assert_eq!(page.faults(), Vec::<String>::new());
    let strange: Vec<_> = form(&page).difference(&harmless(finding)).cloned().collect();
    assert!(strange.is_empty(), "{strange:?}");
}

fn page_of(finding: &Finding) -> String {
    let findings = std::slice::from_ref(finding);
    let report = Report {
        of: finding.title.clone(),
        findings,
        min_severity: Severity::Informational,
        period: Some((finding.first_seen, finding.last_seen)),
        records: vec![(finding.title.clone(), 1)],
        notes: vec![finding.description.clone()],
        detectors: Vec::new(),
        rest: "ask for less",
    };
    let mut page = Vec::new();
    html::write(&report, &mut page).expect("memory takes it");
    String::from_utf8(page).expect("UTF-8")
}

fn form(page: &Page) -> Form {
    page.elements.iter().map(|element| (element.name.clone(), element.attributes.keys().cloned().collect())).collect()
}

/// What a page of harmless findings of the same severity and state is made of.
fn harmless(finding: &Finding) -> Form {
    static KNOWN: LazyLock<Mutex<BTreeMap<(Severity, &'static str), Form>>> = LazyLock::new(Mutex::default);
    let status = match finding.status {
        Status::Open => "open",
        Status::Resolved => "resolved",
        Status::Suppressed => "suppressed",
    };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known
        .entry((finding.severity, status))
        .or_insert_with(|| {
            let of = |kind: &str, text: &str, count| Finding {
                severity: finding.severity,
                status: finding.status,
                ..filled(kind, text, count)
            };
            // Commands and techniques have elements of their own; nothing at all leaves some out.
            let texts = ["harmless", "aws iam list-users", "T1078.004", ""];
            let each = |text: &'static str| {
                let kinds = ["console-login.brute-force", "story.intrusion"].into_iter();
                kinds.flat_map(move |kind| [0, 3].map(|count| (kind, text, count)))
            };
            texts
                .into_iter()
                .flat_map(each)
                .flat_map(|(kind, text, count)| form(&Page::read(&page_of(&of(kind, text, count)))))
                .collect()
        })
        .clone()
}
