//! The page for people, as a browser's parser reads it: inert whatever is in a finding, and in an analyst's order.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use trailwarden_exports::html::{CARDS, Report, Watch, write};
use trailwarden_fixtures::findings::{filled, hostile_texts, kinds, ordinary};
use trailwarden_fixtures::pages::Page;
use trailwarden_model::text::visible;
use trailwarden_model::{Finding, FindingId, Severity, Status};

fn written(findings: &[Finding], min_severity: Severity) -> String {
    let report = Report {
        of: "1 file of logs".to_owned(),
        findings,
        min_severity,
        period: findings.first().map(|finding| (finding.first_seen, finding.last_seen)),
        records: vec![("read".to_owned(), 1234), ("rejected: no event time".to_owned(), 1)],
        notes: vec!["Every record was judged.".to_owned()],
        detectors: vec![Watch { id: "x.y", summary: "Something.", techniques: &["T1110"] }],
        rest: "ask for less",
    };
    let mut page = Vec::new();
    write(&report, &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

/// The page, which has no fault.
#[track_caller]
fn page(findings: &[Finding]) -> Page {
    let page = Page::read(&written(findings, Severity::Informational));
    assert_eq!(page.faults(), Vec::<String>::new());
    page
}

/// Each element with its attributes, and nothing of the text.
fn form(page: &Page) -> Vec<(&str, &BTreeMap<String, String>)> {
    page.elements.iter().map(|element| (element.name.as_str(), &element.attributes)).collect()
}

#[track_caller]
fn section<'a>(page: &'a Page, id: &str) -> &'a str {
    &page.elements.iter().find(|element| element.attribute("id") == id).unwrap().text
}

fn with_id(id: &str, kind: &str, severity: Severity) -> Finding {
    Finding { id: FindingId::new(id), severity, title: format!("title of {id}"), ..ordinary(kind) }
}

/// How many values are this text and nothing else.
fn values(page: &Page, text: &str) -> usize {
    page.all("bdi").chain(page.all("code")).filter(|value| value.text == text).count()
}

/// Findings with one text in every field: an urgent one, a folded one, and a story some part of which is missing.
fn beset(text: &str) -> [Finding; 3] {
    let command = format!("aws iam get-user --user-name {text}");
    let of = |id: &str, kind: &str| {
        let mut finding = filled(kind, text, 3);
        finding.id = FindingId::new(&format!("{id}{text}"));
        finding.related = ["urgent", "folded", "absent"].map(|id| FindingId::new(&format!("{id}{text}"))).to_vec();
        finding.response.push(command.clone());
        finding
    };
    let folded = Finding { severity: Severity::Low, ..of("folded", "x.y") };
    [of("urgent", "x.y"), folded, Finding { status: Status::Suppressed, ..of("story", "story.intrusion") }]
}

#[test]
fn hostile_text_in_every_field_makes_no_element_and_no_attribute_and_reads_as_it_is() {
    let harmless = page(&beset("harmless"));
    assert!(values(&harmless, "harmless") > 80);
    let allowed: BTreeSet<_> = form(&harmless).into_iter().collect();
    // Of the long ones a few: parsing them is what this test's time goes by.
    let (mut hostile, long): (Vec<_>, Vec<_>) = hostile_texts().into_iter().partition(|text| text.len() < 300);
    hostile.extend(long.into_iter().step_by(12));
    for text in ["\"><script>alert(1)</script>", "' onmouseover='alert(1)", "</style></title>--><!--", "javascript:x"] {
        hostile.push(text.to_owned());
    }
    hostile.extend(
        ["{{ 7 }}", "{% raw %}", "]]>", "&amp;&#60;b&gt;", "https://example.com/", "#urgent"].map(str::to_owned),
    );
    for text in hostile {
        let read = page(&beset(&text));
        assert!(form(&read).iter().all(|element| allowed.contains(element)), "{text:?}");
        let shown = visible(&text);
        // What is blank, or too long for a command, is left out; all else makes the same page.
        if shown.trim().is_empty() || shown.len() > 1000 {
            continue;
        }
        assert_eq!(form(&read), form(&harmless), "{text:?}");
        for (before, after) in
            harmless.elements.iter().zip(&read.elements).filter(|(before, _)| before.text == "harmless")
        {
            assert_eq!((&after.name, &after.text), (&before.name, &shown));
        }
        assert_eq!(values(&read, &shown), values(&harmless, "harmless"), "{text:?}");
        let command = format!("aws iam get-user --user-name {shown}");
        assert_eq!(read.all("code").filter(|code| code.text == command).count(), 3, "{text:?}");
    }
}

#[test]
fn the_policy_allows_the_pages_own_style_and_nothing_else() {
    let page = page(&[ordinary("x.y")]);
    let style = &page.all("style").next().unwrap().text;
    let policy = page.all("meta").find(|meta| meta.attribute("http-equiv") == "Content-Security-Policy").unwrap();
    let digest = STANDARD.encode(Sha256::digest(style));
    assert_eq!(
        policy.attribute("content"),
        format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
    );
    assert_eq!(page.all("style").count(), 1);
    for word in ["url(", "@import", "@font-face", "expression("] {
        assert!(!style.contains(word), "the style has {word}");
    }
}

#[test]
fn stories_come_first_and_what_is_settled_or_slight_is_context() {
    let mut resolved = with_id("tw-resolved", "x.y", Severity::High);
    resolved.status = Status::Resolved;
    let findings = [
        with_id("tw-low", "x.y", Severity::Low),
        with_id("tw-medium", "x.y", Severity::Medium),
        resolved,
        with_id("tw-critical", "x.y", Severity::Critical),
        with_id("tw-story", "story.intrusion", Severity::High),
    ];
    let page = page(&findings);
    let order: Vec<&str> = page.all("article").map(|article| article.attribute("id")).collect();
    assert_eq!(order, ["tw-story", "tw-critical", "tw-medium", "tw-resolved", "tw-low"]);
    assert_eq!(page.all("h1").next().unwrap().text, "3 findings deserve a person now");
    assert!(section(&page, "urgent").contains("title of tw-medium"));
    assert!(!section(&page, "urgent").contains("title of tw-resolved"));
    assert!(section(&page, "context").contains("HIGH, resolved"));
    let mut turned = findings.to_vec();
    turned.reverse();
    assert_eq!(written(&findings, Severity::Low), written(&turned, Severity::Low));
}

#[test]
fn a_story_is_a_timeline_of_links_to_its_parts_and_its_words_where_one_is_missing() {
    let mut story = with_id("tw-story", "story.intrusion", Severity::Critical);
    story.related = vec![FindingId::new("tw-a"), FindingId::new("tw-b")];
    let mut late = with_id("tw-a", "x.y", Severity::Low);
    late.first_seen += SignedDuration::from_hours(1);
    late.related = vec![story.id.clone()];
    let early = with_id("tw-b", "x.y", Severity::Low);
    let page = page(&[story.clone(), late, early.clone()]);
    let timeline: Vec<_> = page.all("a").filter(|link| link.text.starts_with("title of")).collect();
    let led: Vec<(&str, &str)> = timeline.iter().map(|link| (link.attribute("href"), link.text.as_str())).collect();
    assert_eq!(led, [("#tw-b", "title of tw-b"), ("#tw-a", "title of tw-a"), ("#tw-story", "title of tw-story")]);
    assert!(!section(&page, "tw-story").contains(&story.description));

    let alone = self::page(&[story.clone(), early]);
    let told = section(&alone, "tw-story");
    assert!(told.contains(&story.description) && told.contains("tw-a (not on this page)"), "{told}");
}

#[test]
fn a_finding_says_who_did_what_why_and_what_to_type() {
    let finding = ordinary("credential-added.for-another-identity");
    let page = page(std::slice::from_ref(&finding));
    let told = section(&page, finding.id.as_str());
    for text in [
        "ann, user, AKIAIOSFODNN7EXAMPLE, in account 111122223333",
        "203.0.113.10, Example Hosting AS64496 (DE), hosting",
        "an access key, AKIAI44QH8DHBEXAMPLE",
        "ann never gave anybody a key before. AS64496 is a new network for ann.",
        "who did it: privileged; the target: administrator",
        "7a1c2f30-0000-4000-8000-000000000001",
        "+6.5",
    ] {
        assert!(told.contains(text), "{text} is not in {told}");
    }
    let command = page.all("code").find(|code| code.attribute("class") == "command").unwrap();
    assert_eq!(command.text, finding.response[0]);
    let technique = page.all("a").find(|link| link.text == "T1098.001").unwrap();
    assert_eq!(technique.attribute("href"), "https://attack.mitre.org/techniques/T1098/001/");
}

#[test]
fn every_table_has_a_caption_and_no_heading_is_skipped() {
    let all: Vec<Finding> = kinds()
        .into_iter()
        .zip(Severity::ALL.into_iter().cycle())
        .map(|(kind, severity)| Finding { severity, ..ordinary(kind) })
        .collect();
    let page = page(&all);
    assert_eq!(page.all("caption").count(), page.all("table").count());
    assert_eq!(page.all("html").next().unwrap().attribute("lang"), "en");
    for landmark in ["header", "nav", "main", "footer"] {
        assert_eq!(page.all(landmark).count(), 1, "{landmark}");
    }
    let levels: Vec<u32> =
        page.elements.iter().filter_map(|element| element.name.strip_prefix('h')?.parse().ok()).collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
}

#[test]
fn what_a_page_has_no_room_for_is_counted_the_gravest_shown() {
    let few =
        |count: usize, severity| (0..count).map(move |nth| with_id(&format!("tw-{severity:?}{nth}"), "x.y", severity));
    let findings: Vec<Finding> = few(CARDS + 1000, Severity::Low).chain(few(2, Severity::High)).collect();
    let page = page(&findings);
    assert_eq!(page.all("article").count(), CARDS);
    assert!(section(&page, "urgent").contains("title of tw-High1"));
    assert!(section(&page, "context").contains("1,002 findings, for which a page has no room: ask for less."));
    let asked = Page::read(&written(&findings, Severity::High));
    assert_eq!(asked.all("article").count(), 2);
    assert!(section(&asked, "context").contains("1,500 findings below HIGH, which were not asked for"));
}

#[test]
fn a_page_of_nothing_says_what_that_is_worth() {
    let page = page(&[]);
    assert_eq!(page.all("h1").next().unwrap().text, "Nothing was judged");
    let told = section(&page, "seen");
    assert!(told.contains("1,234") && told.contains("rejected: no event time"), "{told}");
}
