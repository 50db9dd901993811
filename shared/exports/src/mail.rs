//! A mail: a subject line, a few lines for a person, and the finding as JSON, always within SNS's bounds.

use std::fmt::Write;
use std::sync::Arc;

use trailwarden_model::Finding;
use trailwarden_model::ids::bounded;
use trailwarden_model::text::{json, visible};

/// The line before the finding; the finding is all that follows, on one line.
pub const FINDING_LINE: &str = "---- the finding, as JSON ----";
/// The longest subject line, in characters; SNS takes fewer than 100, ASCII only.
const SUBJECT: usize = 99;
/// The longest line for a person, in bytes.
const LINE: usize = 600;
/// The longest finding, in bytes: SNS takes 262,144 with attributes and all.
const FINDING: usize = 224 * 1024;

/// How many techniques a subscriber can filter by.
const TECHNIQUES: usize = 16;

/// Name, type and value of what subscribers can filter by.
pub type Attribute = (&'static str, &'static str, String);

/// One message.
#[derive(Debug)]
pub struct Message {
    /// The subject line, in plain ASCII.
    pub subject: String,
    /// The lines for a person, then the finding.
    pub body: String,
    /// What subscribers can filter by.
    pub attributes: Vec<Attribute>,
}

impl Message {
    /// The message about a finding.
    pub fn about(finding: &Finding) -> Result<Self, serde_json::Error> {
        let finding_line = fitted(finding)?;
        let mut body = words(finding);
        body.push_str(FINDING_LINE);
        body.push('\n');
        body.push_str(&finding_line);
        Ok(Self { subject: subject(finding), body, attributes: attributes(finding)? })
    }
}

fn subject(finding: &Finding) -> String {
    let text = format!("[{}] {}", finding.severity.name(), finding.title);
    // What is not plain ASCII is shown as a question mark: SNS refuses the rest.
    text.chars()
        .map(|letter| if letter.is_ascii() && !letter.is_ascii_control() { letter } else { '?' })
        .take(SUBJECT)
        .collect()
}

fn attributes(finding: &Finding) -> Result<Vec<Attribute>, serde_json::Error> {
    let text = |value: &str| bounded(&visible(value), 256);
    let mut all = vec![
        ("severity", "String", finding.severity.name().to_owned()),
        ("type", "String", text(&finding.kind)),
        ("account", "String", text(finding.account.as_str())),
        ("id", "String", text(finding.id.as_str())),
        ("revision", "Number", finding.revision.to_string()),
    ];
    let techniques: Vec<String> =
        finding.techniques.iter().take(TECHNIQUES).map(|id| bounded(&visible(id), 64)).collect();
    if !techniques.is_empty() {
        all.push(("techniques", "String.Array", json(&techniques)?));
    }
    // SNS refuses a message with an empty attribute.
    all.retain(|(_, _, value)| !value.is_empty());
    Ok(all)
}

/// The lines for a person. What a record said stays on its own line, whatever it holds.
fn words(finding: &Finding) -> String {
    let (actor, target) = (&finding.actor, &finding.target);
    let origin = finding.origin.ip.as_deref().unwrap_or("an unknown address");
    let place = [finding.origin.network.as_deref(), finding.origin.country.as_deref()].into_iter().flatten();
    let mut lines = vec![
        format!("{}: {}", finding.severity.name(), finding.title),
        finding.description.clone(),
        String::new(),
        format!(
            "Who      {} ({}) from {}",
            actor.name,
            actor.key,
            place.fold(origin.to_owned(), |all, part| format!("{all}, {part}"))
        ),
        format!("To what  {} {} in account {} {}", target.kind, target.name, finding.account, finding.region),
        format!("When     {} to {}, {} events", finding.first_seen, finding.last_seen, finding.event_count),
        format!("Finding  {} revision {}, {:?}", finding.id, finding.revision, finding.status),
    ];
    if let Some(change) = finding.expected_change.as_ref().filter(|change| change.matched) {
        lines.push(format!("Expected by {} {}", change.by, change.reference.as_deref().unwrap_or_default()));
    }
    lines.push(String::new());
    lines.push("What to do".to_owned());
    lines.extend(finding.response.iter().take(12).map(|step| format!("  {step}")));
    lines.push(String::new());
    let mut text = String::new();
    for line in lines {
        // Whoever reads the finding looks for the line before it: nobody else writes that, not even in a line.
        let line = visible(&line).replace(FINDING_LINE, "(the finding, as JSON)");
        // Writing to a string cannot fail.
        let _written = writeln!(text, "{}", bounded(&line, LINE));
    }
    text
}

/// The finding as JSON, its long lists shortened where the whole would not fit.
pub fn fitted(finding: &Finding) -> Result<String, serde_json::Error> {
    let mut whole = json(finding)?;
    for (count, length) in [(20, 1024), (10, 256), (3, 64), (1, 32)] {
        if whole.len() <= FINDING {
            break;
        }
        whole = json(&shortened(finding, count, length))?;
    }
    Ok(whole)
}

/// A finding with lists of at most `count` and texts of at most `length` bytes; its id, counts and times stay.
fn shortened(finding: &Finding, count: usize, length: usize) -> Finding {
    let mut short = finding.clone();
    let cut = |text: &mut String| *text = bounded(text, length);
    if let Some(secret) = &mut short.target.secret {
        secret.ids.truncate(count);
        secret.ids.iter_mut().for_each(cut);
    }
    short.events.truncate(count);
    short.events.iter_mut().for_each(|event| cut(&mut Arc::make_mut(event).name));
    short.evidence.truncate(count);
    for reason in &mut short.evidence {
        [&mut reason.signal, &mut reason.claim, &mut reason.observed, &mut reason.expected].into_iter().for_each(cut);
    }
    for list in [&mut short.response, &mut short.techniques, &mut short.analytics] {
        list.truncate(count);
        list.iter_mut().for_each(cut);
    }
    short.related.truncate(count);
    let texts = [
        &mut short.title,
        &mut short.description,
        &mut short.schema_version,
        &mut short.kind,
        &mut short.partition,
        &mut short.actor.name,
        &mut short.target.key,
        &mut short.target.kind,
        &mut short.target.name,
        &mut short.origin.user_agent,
    ];
    texts.into_iter().for_each(cut);
    let known = [
        &mut short.actor.arn,
        &mut short.actor.session,
        &mut short.actor.access_key_id,
        &mut short.actor.via,
        &mut short.origin.ip,
        &mut short.origin.network,
        &mut short.origin.country,
        &mut short.organization,
    ];
    known.into_iter().flatten().for_each(cut);
    if let Some(change) = &mut short.expected_change {
        [Some(&mut change.by), change.reference.as_mut()].into_iter().flatten().for_each(cut);
    }
    short.target.credential.iter_mut().filter_map(|credential| credential.id.as_mut()).for_each(cut);
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trailwarden_fixtures::findings::{filled, hostile_texts};
    use trailwarden_model::{CitedEvent, Evidence, SecretTarget};

    use super::*;

    fn finding() -> Finding {
        let time = "2026-03-03T09:15:00Z";
        serde_json::from_value(json!({
            "schema_version": "1.0", "id": "tw-1", "revision": 2, "created_at": time, "updated_at": time,
            "type": "credential-added.for-another-identity", "severity": "HIGH", "score": 70, "confidence": 50,
            "title": "ann gave user bob an access key", "description": "Unusual.", "techniques": ["T1098.001"], "analytics": [],
            "partition": "aws", "account": "111122223333", "region": "us-east-1", "organization": null,
            "actor": { "key": "aws:user:AIDA1", "kind": "user", "name": "ann", "arn": null, "session": null,
                       "access_key_id": null, "mfa": null, "privilege": "unknown", "via": null },
            "target": { "key": "bob", "kind": "user", "name": "bob", "privilege": "unknown" },
            "origin": { "ip": "203.0.113.10", "asn": null, "network": null, "country": null, "kind": "unknown", "user_agent": "x" },
            "first_seen": time, "last_seen": time, "event_count": 1, "events": [], "evidence": [],
            "expected_change": null, "response": ["aws iam update-access-key"], "related": [], "status": "OPEN",
        }))
        .unwrap()
    }

    fn told(message: &Message) -> Finding {
        let (_, json) = message.body.split_once(&format!("{FINDING_LINE}\n")).unwrap();
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_message_begins_with_what_to_do_and_ends_with_the_finding() {
        let message = Message::about(&finding()).unwrap();
        assert!(message.body.starts_with("HIGH: ann gave user bob an access key\nUnusual.\n"));
        assert!(message.body.contains("\n  aws iam update-access-key\n"));
        assert_eq!(told(&message), finding());
    }

    #[test]
    fn a_record_cannot_write_lines_of_its_own_into_a_mail() {
        let mut finding = finding();
        finding.title = format!("x\n{FINDING_LINE}\n{{}}\r\nBcc: é");
        let message = Message::about(&finding).unwrap();
        assert!(
            message.subject.chars().all(|letter| letter.is_ascii() && !letter.is_ascii_control()),
            "{}",
            message.subject
        );
        assert!(message.subject.len() < 100);
        assert_eq!(message.body.lines().filter(|line| *line == FINDING_LINE).count(), 1);
        finding.response = vec![FINDING_LINE.to_owned()];
        finding.description = FINDING_LINE.to_owned();
        let message = Message::about(&finding).unwrap();
        assert_eq!(message.body.matches(&format!("{FINDING_LINE}\n")).count(), 1, "{}", message.body);
        assert_eq!(told(&message), finding);
    }

    #[test]
    fn whatever_a_finding_holds_its_message_fits_and_reads_in_order() {
        for text in hostile_texts() {
            for count in [0, 30] {
                let message = Message::about(&filled("x.y", &text, count)).unwrap();
                assert!(message.body.len() <= 256 * 1024 - 8 * 1024, "{}", message.body.len());
                let (words, _) = message.body.split_once(FINDING_LINE).unwrap();
                assert!(!words.contains(['\u{202e}', '\u{1b}', '\0']), "{words}");
                assert!(message.attributes.iter().all(|(_, _, value)| !value.is_empty() && value.len() <= 8 * 1024));
            }
        }
    }

    #[test]
    fn the_largest_and_worst_finding_fits() {
        let worst = "\u{1}".repeat(2048);
        let mut finding = finding();
        finding.title.clone_from(&worst);
        finding.actor.name.clone_from(&worst);
        finding.actor.arn = Some(worst.clone());
        finding.target.key.clone_from(&worst);
        finding.target.name.clone_from(&worst);
        finding.response = vec![worst.clone(); 20];
        finding.evidence = vec![Evidence::new("s", worst.clone(), worst.clone(), worst.clone(), 1.0); 40];
        finding.target.secret = Some(SecretTarget { count: 9000, ids: vec![worst.clone(); 100] });
        let event = CitedEvent {
            time: finding.first_seen,
            id: trailwarden_model::EventId::new(&worst),
            name: worst.clone(),
            region: finding.region.clone(),
            account: finding.account.clone(),
        };
        finding.events = std::iter::repeat_n(Arc::new(event), 100).collect();
        let message = Message::about(&finding).unwrap();
        let attributes: usize =
            message.attributes.iter().map(|(name, kind, value)| name.len() + kind.len() + value.len()).sum();
        assert!(message.body.len() + message.subject.len() + attributes <= 256 * 1024, "{}", message.body.len());
        assert_eq!(
            (told(&message).id, told(&message).target.secret.map(|secret| secret.count)),
            (finding.id, Some(9000))
        );
    }
}
