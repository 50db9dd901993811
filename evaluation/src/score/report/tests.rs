//! Tests of the report: what a reader sees of an evaluation made by hand.

use std::collections::BTreeMap;

use super::super::matching::judge;
use super::super::run::Output;
use super::super::run::tests::finding;
use super::super::truth::tests::{attack, truth};
use super::super::{About, rules};
use super::*;

const TIME: &str = "2026-01-20T10:00:00Z";

fn evaluation() -> Evaluation {
    let attacks = attack("a1", "slow-drip", &["x1"], TIME) + &attack("a2", "new-key", &["x2"], TIME);
    let truth = truth(&attacks, r#"{"id":"o1","kind":"hotel","events":["o-1"],"title":"a hotel"}"#);
    let telling = finding("f1", "HIGH", TIME, &["x1"]);
    let findings = vec![telling.clone(), finding("f2", "MEDIUM", TIME, &["o-1"]), finding("f3", "LOW", TIME, &["x2"])];
    let output = Output { findings, notices: vec![telling] };
    let setting = |learn: u32| {
        let judged = vec![judge(&truth, &BTreeMap::new(), &output, learn)];
        let ruled = Some(rules::judge(&truth, &super::super::logs::Logs::default(), learn));
        Setting { learn, metrics: Metrics::of(&judged), judged, ruled }
    };
    let settings = vec![setting(14), setting(0)];
    let whole = settings[0].judged.clone();
    let blind = vec![judge(&truth, &BTreeMap::new(), &Output::default(), 14)];
    let without = BTreeMap::from([("new-network".to_owned(), blind)]);
    Evaluation {
        about: About {
            machine: "two cores".to_owned(),
            command: "cargo xtask evaluate".to_owned(),
            versions: vec!["trailwarden 0.1.0".to_owned()],
        },
        organizations: vec![Measured { organization: truth.organization.clone(), records: 12_345 }],
        ablation: Some(super::super::ablation::compare(14, &whole, without)),
        settings,
    }
}

#[test]
fn the_page_names_how_it_was_made_what_was_missed_and_what_was_false() {
    let page = evaluation().markdown();
    for expected in [
        "- Machine: two cores\n- Command: cargo xtask evaluate\n- Version: trailwarden 0.1.0\n- Seeds: 7\n",
        "- Size: 1 organisations, 100 identities, 12345 records\n",
        "### Missed attacks: 1\n\n- 7/a2, new-key, T1555.006: attack a2. Nearest: LOW 50, finding f3.\n",
        "- 7, 2026-01-20, MEDIUM: finding f2. secret-accessed.unusual-read: new-network 8.5; oddity: hotel\n",
        "- Without new-network: 7/a1\n",
    ] {
        assert!(page.contains(expected), "no {expected:?} in {page}");
    }
}

#[test]
fn the_page_has_no_empty_lists_and_a_blank_line_around_each_block() {
    let page = evaluation().markdown();
    assert!(!page.contains("\n\n\n"), "{page}");
    for pair in page.lines().collect::<Vec<_>>().windows(2) {
        assert!(!pair[1].starts_with('#') || pair[0].is_empty(), "{pair:?}");
    }
}

#[test]
fn the_terminal_shows_eighty_columns() {
    let text = evaluation().table();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("attacks told") && text.contains("new-network"), "{text}");
}

#[test]
fn the_tables_of_a_page_can_be_read_unrendered_at_eighty_columns() {
    let page = evaluation().markdown();
    let wide: Vec<_> = page.lines().filter(|line| line.starts_with('|') && line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}

#[test]
fn spans_are_said_as_a_person_would() {
    let spans = [0, 59, -60, 600, 9_000, 200_000].map(|seconds| span(Some(seconds)));
    assert_eq!(spans, ["at once", "59 s", "−60 s", "10 min", "2.5 h", "2.3 d"]);
    assert_eq!(span(None), "–");
}

#[test]
fn headlines_hold_what_a_promise_can_be_held_to() {
    let headline = evaluation().headlines()[0];
    assert_eq!((headline.learn, headline.attacks, headline.told, headline.at_earliest), (14, 2, 1, 1));
    assert_eq!((headline.false_findings, headline.worst_day, headline.false_rate), (1, 1, Some(0.5)));
}
