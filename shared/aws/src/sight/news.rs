//! News: a path that became blind, or sees again, told once, as a mail a tired person understands.

use std::collections::{BTreeMap, BTreeSet};

use trailwarden_model::aws::delivery::Behaviour;

use super::report::{Fault, Place, Report};

/// The longest subject SNS takes, in characters.
const SUBJECT: usize = 100;
/// How many places, and how many faults, a mail names.
const NAMED: usize = 40;

/// What changed, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct News {
    /// What somebody must be told to be blind.
    pub(super) blind: BTreeSet<(Place, Behaviour)>,
    /// What sees again.
    pub(super) sees: BTreeSet<(Place, Behaviour)>,
}

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mail {
    pub(super) subject: String,
    pub(super) body: String,
}

impl News {
    /// The mail that tells it; none where nothing changed.
    pub(super) fn mail(&self, report: &Report) -> Option<Mail> {
        if self.blind.is_empty() && self.sees.is_empty() {
            return None;
        }
        let mut parts = Vec::new();
        if !self.blind.is_empty() {
            parts.push(format!(
                "trailwarden does not see what happens here. Until it is mended, nobody is told of it:\n\n{}",
                listed(&self.blind)
            ));
            parts.push(format!("What is wrong, and what mends it:\n\n{}", self.causes(report)));
        }
        if !self.sees.is_empty() {
            parts.push(format!("trailwarden sees again:\n\n{}", listed(&self.sees)));
        }
        parts.push(format!(
            "All of it, at this moment:\n\n  trailwarden doctor --stack {} --region {}\n\n\
             What happened meanwhile is in the trail's files; docs/operations.md says how to look through them.",
            report.stack, report.home.region,
        ));
        Some(Mail { subject: self.subject(), body: parts.join("\n\n") + "\n" })
    }

    fn subject(&self) -> String {
        let (what, places) = if self.blind.is_empty() { ("sees again", &self.sees) } else { ("is blind", &self.blind) };
        let places: BTreeSet<&Place> = places.iter().map(|(place, _)| place).collect();
        let accounts: BTreeSet<&str> = places.iter().map(|place| place.account.as_str()).collect();
        let mut places = places.iter();
        let subject = match (places.next(), places.len(), accounts.len()) {
            (Some(place), 0, _) => format!("trailwarden {what}: {} {}", place.account, place.region),
            (Some(place), more, 1) => format!("trailwarden {what}: {} in {} regions", place.account, more + 1),
            (_, more, accounts) => format!("trailwarden {what}: {accounts} accounts, {} regions in all", more + 1),
        };
        subject.chars().filter(|sign| sign.is_ascii() && !sign.is_control()).take(SUBJECT).collect()
    }

    /// The faults that blind what became blind.
    fn causes(&self, report: &Report) -> String {
        let concerns = |fault: &&Fault| self.blind.iter().any(|(place, path)| fault.blinds(place, *path, &report.home));
        let causes: Vec<&Fault> = report.faults.iter().filter(concerns).collect();
        let mut text = String::new();
        for fault in causes.iter().take(NAMED) {
            text += &format!("  - {}\n    {}\n", fault.says, fault.mend);
        }
        if causes.len() > NAMED {
            text += &format!("  and {} more\n", causes.len() - NAMED);
        }
        text.trim_end().to_owned()
    }
}

/// Places with their paths, a line each.
fn listed(paths: &BTreeSet<(Place, Behaviour)>) -> String {
    let mut places: BTreeMap<&Place, Vec<&str>> = BTreeMap::new();
    for (place, path) in paths {
        places.entry(place).or_default().push(words(*path));
    }
    let line = |(place, paths): (&&Place, &Vec<&str>)| {
        format!("  account {}, {}: {}", place.account, place.region, paths.join(", "))
    };
    let mut lines: Vec<String> = places.iter().take(NAMED).map(line).collect();
    if places.len() > NAMED {
        lines.push(format!("  and {} more regions of accounts", places.len() - NAMED));
    }
    lines.join("\n")
}

/// What goes by a path, in an operator's words.
fn words(path: Behaviour) -> &'static str {
    match path {
        Behaviour::CredentialAdded => "credentials added",
        Behaviour::SecretAccessed => "secrets read",
        Behaviour::ConsoleLogin => "sign-ins",
    }
}
