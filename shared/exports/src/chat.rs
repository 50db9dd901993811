//! A chat message: a finding in the form Amazon Q Developer in chat applications shows in Slack and Teams.
//!
//! Form: <https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html>.
//! It drops what is not of this form, which is why a chat has a topic of its own.

use serde_json::{Map, Value, json};
use trailwarden_model::Finding;
use trailwarden_model::ids::bounded;
use trailwarden_model::text::visible;

/// The longest title, in bytes: one that stays a line or two.
const TITLE: usize = 250;
/// The longest description, in bytes: a section of a Slack message holds 3,000 characters.
const DESCRIPTION: usize = 2900;
/// The longest name or sentence within it.
const PART: usize = 300;
/// The longest step; a longer one is left out, because half a command is another command.
const STEP: usize = 600;
/// How many steps are shown.
const STEPS: usize = 5;
/// How many reasons are shown.
const REASONS: usize = 3;
/// How many techniques are keywords.
const TECHNIQUES: usize = 5;

/// The finding as a chat shows it; every revision of it in one thread.
#[must_use]
pub fn chat(finding: &Finding) -> String {
    let title = format!("{}: {}", finding.severity.name(), sentence(&finding.title, TITLE));
    let steps: Vec<String> =
        finding.response.iter().filter(|step| visible(step).len() <= STEP).take(STEPS).map(|text| step(text)).collect();
    let mut keywords = vec![finding.severity.name().to_owned(), name(&finding.kind), name(finding.account.as_str())];
    keywords.extend(finding.techniques.iter().take(TECHNIQUES).map(|id| name(id)));
    let mut content = Map::new();
    content.insert("textType".to_owned(), json!("client-markdown"));
    content.insert("title".to_owned(), json!(bounded(&title, TITLE)));
    content.insert("description".to_owned(), json!(description(finding)));
    if !steps.is_empty() {
        content.insert("nextSteps".to_owned(), json!(steps));
    }
    content.insert("keywords".to_owned(), json!(keywords));
    json!({
        "version": "1.0",
        "source": "custom",
        "id": format!("{}-{}", name(finding.id.as_str()), finding.revision),
        "content": content,
        "metadata": metadata(finding),
    })
    .to_string()
}

fn metadata(finding: &Finding) -> Value {
    let (actor, target) = (&finding.actor, &finding.target);
    json!({
        "threadId": name(finding.id.as_str()),
        "summary": sentence(&finding.title, TITLE),
        "eventType": name(&finding.kind),
        "relatedResources": [name(&target.key), name(actor.key.as_str())],
        "additionalContext": {
            "finding": name(finding.id.as_str()),
            "revision": finding.revision.to_string(),
            "severity": finding.severity.name(),
            "status": format!("{:?}", finding.status).to_uppercase(),
            "account": name(finding.account.as_str()),
            "region": name(finding.region.as_str()),
            "actor": name(&actor.name),
            "target": name(&target.name),
        },
    })
}

fn description(finding: &Finding) -> String {
    let (actor, target, origin) = (&finding.actor, &finding.target, &finding.origin);
    let place = [origin.ip.as_deref(), origin.network.as_deref(), origin.country.as_deref()];
    let place: Vec<String> = place.into_iter().flatten().map(code).collect();
    let mut lines = vec![
        sentence(&finding.description, PART),
        format!("Who: {} ({}) from {}", code(&actor.name), actor.kind.words(), place.join(", ")),
        format!("To what: {} {}", sentence(&target.kind, PART), code(&target.name)),
        format!("Where: account {}, {}", code(finding.account.as_str()), code(finding.region.as_str())),
        format!("When: {} to {}, {} events", finding.first_seen, finding.last_seen, finding.event_count),
    ];
    let reasons = finding.evidence.iter().take(REASONS);
    lines.extend(reasons.map(|reason| format!("Why: {} ({:+.1} bits)", sentence(&reason.claim, PART), reason.weight)));
    lines.push(format!("Finding {} revision {}, {:?}", code(finding.id.as_str()), finding.revision, finding.status));
    let mut text = String::new();
    for line in lines {
        // A line is whole or absent: a code span that is cut would swallow what follows.
        if text.len() + line.len() < DESCRIPTION {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// A step: a command to be copied, or a sentence.
fn step(text: &str) -> String {
    if text.starts_with("aws ") { code(text) } else { sentence(text, STEP) }
}

/// A name within code, where markdown means nothing; a chat's own marks are what is left to take out.
fn code(text: &str) -> String {
    let plain = name(text).replace('`', "'");
    if plain.trim().is_empty() { "unknown".to_owned() } else { format!("`{plain}`") }
}

/// A name: visible, bounded, with nothing that a chat takes for a link or a mention.
fn name(text: &str) -> String {
    bounded(&visible(text), STEP).replace('<', "‹").replace('>', "›").replace('&', "＆")
}

/// A sentence in which no mark is left that Slack's or Teams' markdown knows.
///
/// The two escape differently, and Slack not at all for some; wide forms of the marks read alike and mean nothing.
fn sentence(text: &str, limit: usize) -> String {
    let plain: String = visible(text).replace("://", "：//").chars().map(wide).collect();
    bounded(&plain, limit)
}

fn wide(mark: char) -> char {
    match mark {
        '*' => '＊',
        '_' => '＿',
        '~' => '～',
        '`' => '＇',
        '<' => '‹',
        '>' => '›',
        '&' => '＆',
        '@' => '＠',
        '#' => '＃',
        '|' => '｜',
        '[' => '［',
        ']' => '］',
        '\\' => '＼',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use trailwarden_fixtures::findings::{filled, hostile_texts, ordinary};
    use trailwarden_model::Status;

    use super::*;

    fn read(finding: &Finding) -> Value {
        serde_json::from_str(&chat(finding)).unwrap()
    }

    #[test]
    fn a_chat_shows_what_happened_and_what_to_do_first() {
        let message = read(&ordinary("credential-added.for-another-identity"));
        assert_eq!((&message["version"], &message["source"]), (&json!("1.0"), &json!("custom")));
        let content = &message["content"];
        assert_eq!(content["title"], "HIGH: ann gave user bob an access key from Example Hosting (DE)");
        let description = content["description"].as_str().unwrap();
        assert!(
            description.contains("Who: `ann` (user) from `203.0.113.10`, `Example Hosting`, `DE`\n"),
            "{description}"
        );
        assert!(content["nextSteps"][0].as_str().unwrap().starts_with("`aws iam update-access-key "));
        assert_eq!(content["keywords"][0], "HIGH");
    }

    #[test]
    fn every_revision_is_in_the_thread_of_the_first() {
        let first = ordinary("x.y");
        let last = Finding { revision: 7, status: Status::Resolved, ..first.clone() };
        let (first, last) = (read(&first), read(&last));
        assert_eq!(first["metadata"]["threadId"], last["metadata"]["threadId"]);
        assert_ne!(first["id"], last["id"]);
    }

    #[test]
    fn nothing_from_a_log_formats_links_or_mentions() {
        for text in hostile_texts() {
            let message = read(&filled("x.y", &text, 3));
            let content = &message["content"];
            let title = content["title"].as_str().unwrap();
            assert!(!title.contains(['*', '_', '~', '`', '<', '>', '@', '[', '\n']), "{title}");
            let description = content["description"].as_str().unwrap();
            // Outside code there is no mark, and every code span that begins ends on its line.
            for line in description.lines() {
                assert_eq!(line.matches('`').count() % 2, 0, "{line}");
                let outside: String = line.split('`').step_by(2).collect();
                assert!(!outside.contains(['*', '_', '~', '<', '>', '@', '[']) && !outside.contains("://"), "{line}");
                assert!(!line.contains(['<', '\0', '\u{202e}']), "{line}");
            }
        }
    }

    #[test]
    fn the_longest_finding_is_a_short_message() {
        for letter in ["a", "𝒜", "\u{1}"] {
            let message = chat(&filled("x.y", &letter.repeat(2048), 4096));
            assert!(message.len() < 32 * 1024, "{}", message.len());
            let message: Value = serde_json::from_str(&message).unwrap();
            assert!(message["content"]["title"].as_str().unwrap().len() <= TITLE);
            assert!(message["content"]["description"].as_str().unwrap().len() <= DESCRIPTION);
        }
    }
}
