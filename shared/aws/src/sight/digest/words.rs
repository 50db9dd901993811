//! The words of a digest: what asks for somebody first, then each number with what it is made of.

use trailwarden_model::ids::bounded;
use trailwarden_model::text::{grouped, visible};

use super::cost::Cost;
use super::counted::Events;
use super::findings::{Findings, Named};
use super::{Coverage, Digest, Notices};
use crate::sight::report::{Report, Row, State};

/// How many places, and how many faults, are named.
const NAMED: usize = 20;
/// The longest line, in bytes.
const LINE: usize = 600;
/// How many lines of the cost are shown.
const DEAREST: usize = 6;

/// One line: whether anybody is asked for.
pub(super) fn subject(digest: &Digest) -> String {
    let asks = asks(digest);
    let asks = if asks.is_empty() { "nothing asks for you".to_owned() } else { asks.join(", ") };
    let subject = format!("{}: week to {}: {asks}", digest.stack, digest.until);
    subject.chars().filter(char::is_ascii).take(99).collect()
}

/// What somebody should look at, briefly.
fn asks(digest: &Digest) -> Vec<String> {
    let mut asks = Vec::new();
    let findings = digest.findings.as_ref().map_or(0, Findings::to_look_at);
    let mut ask = |count: u64, one: &str, many: &str| {
        if count > 0 {
            asks.push(format!("{} {}", grouped(count), if count == 1 { one } else { many }));
        }
    };
    ask(findings, "finding to look at", "findings to look at");
    ask(digest.coverage.paths(State::Blind) as u64, "path blind", "paths blind");
    ask(digest.coverage.paths(State::Unknown) as u64, "path unknown", "paths unknown");
    ask(digest.unread.len() as u64, "number missing", "numbers missing");
    asks
}

/// All of it.
pub(super) fn body(digest: &Digest, report: &Report) -> String {
    let (home, asks) = (&digest.home, asks(digest));
    let mut lines = vec![
        format!(
            "trailwarden {}, account {} {}: {} to {} (UTC)",
            digest.stack, home.account, home.region, digest.from, digest.until
        ),
        String::new(),
        if asks.is_empty() { "Nothing asks for you.".to_owned() } else { format!("For you: {}.", asks.join(", ")) },
    ];
    section(&mut lines, "FINDINGS", found(digest.findings.as_ref(), digest.notices.as_ref()));
    section(&mut lines, "COVERAGE", covered(&digest.coverage, report));
    section(&mut lines, "EVENTS", digest.events.as_ref().map(happened).unwrap_or_default());
    section(&mut lines, "COST", digest.cost.as_ref().map(spent).unwrap_or_default());
    section(&mut lines, "COULD NOT BE READ", digest.unread.clone());
    lines.push(String::new());
    lines.push(format!(
        "Turn it off, or choose the day, with DigestDay of the template (docs/operations.md). At any moment: trailwarden doctor --stack {} --region {}",
        digest.stack, home.region
    ));
    let lines = lines.iter().map(|line| bounded(&visible(line), LINE) + "\n");
    lines.collect()
}

fn section(lines: &mut Vec<String>, title: &str, of: Vec<String>) {
    if !of.is_empty() {
        lines.extend([String::new(), title.to_owned()]);
        lines.extend(of.into_iter().map(|line| format!("  {line}")));
    }
}

fn found(findings: Option<&Findings>, notices: Option<&Notices>) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(findings) = findings {
        let open: Vec<String> = trailwarden_model::Severity::ALL
            .into_iter()
            .rev()
            .filter_map(|severity| {
                Some(format!("{} {}", grouped(*findings.open.get(severity.name())?), severity.name()))
            })
            .collect();
        let open = if open.is_empty() { "none open".to_owned() } else { format!("open: {}", open.join(", ")) };
        lines.push(format!(
            "{}{} found; {open}; {} closed themselves; {} suppressed, as somebody answered; {} announced before",
            if findings.incomplete { "more than " } else { "" },
            grouped(findings.found),
            grouped(findings.resolved),
            grouped(findings.suppressed),
            grouped(findings.expected),
        ));
    }
    if let Some(notices) = notices {
        let failed = format!("; {} TIMES A SUBSCRIBER DID NOT GET ONE", grouped(notices.failed));
        let failed = if notices.failed > 0 { failed } else { String::new() };
        lines.push(format!("{} notices told{failed}", grouped(notices.sent)));
    }
    lines.extend(findings.into_iter().flat_map(|findings| &findings.gravest).map(named));
    lines
}

fn named(finding: &Named) -> String {
    let Named { severity, title, account, last_seen, id, .. } = finding;
    format!("- {severity}: {title} (account {account}, last seen {last_seen}; trailwarden explain {id})")
}

fn covered(coverage: &Coverage, report: &Report) -> Vec<String> {
    let states = [State::Seen, State::Configured, State::Waiting, State::Blind, State::Unknown];
    let states = states.map(|state| (coverage.paths(state), state.name())).into_iter().filter(|(count, _)| *count > 0);
    let states: Vec<String> = states.map(|(count, name)| format!("{} {name}", grouped(count as u64))).collect();
    let mut lines = vec![format!(
        "{} accounts, {} regions of them in all, three paths each (credentials, secrets, sign-ins): {}",
        grouped(coverage.accounts as u64),
        grouped(coverage.places as u64),
        states.join(", "),
    )];
    let unwell = |row: &&Row| row.paths.values().any(|path| matches!(path.state, State::Blind | State::Unknown));
    let (unwell, well): (Vec<&Row>, Vec<&Row>) = report.rows.iter().partition(unwell);
    lines.extend(named_up_to(unwell.len(), unwell.iter().map(|row| placed(row))));
    let mut accounts: Vec<(&str, Vec<&str>)> = Vec::new();
    for row in well {
        match accounts.last_mut().filter(|(account, _)| *account == row.place.account) {
            Some((_, regions)) => regions.push(&row.place.region),
            None => accounts.push((&row.place.account, vec![&row.place.region])),
        }
    }
    let of_account =
        |(account, regions): &(&str, Vec<&str>)| format!("account {account}: well in {}", regions.join(", "));
    lines.extend(named_up_to(accounts.len(), accounts.iter().map(of_account)));
    let faults = report.faults.iter().flat_map(|fault| [format!("- {}", fault.says), format!("  {}", fault.mend)]);
    lines.extend(faults.take(2 * NAMED));
    if report.faults.len() > NAMED {
        lines.push(format!("and {} more faults", report.faults.len() - NAMED));
    }
    lines
}

/// A place and its paths, in capitals where they are not seen.
fn placed(row: &Row) -> String {
    let path = |(name, state): (&&str, State)| match state {
        State::Blind => format!("{name} BLIND"),
        state => format!("{name} {}", state.name()),
    };
    let paths: Vec<String> = row.paths.iter().map(|(name, sighting)| path((name, sighting.state))).collect();
    format!("account {}, {}: {}", row.place.account, row.place.region, paths.join(", "))
}

fn named_up_to(count: usize, lines: impl Iterator<Item = String>) -> Vec<String> {
    let more = count.saturating_sub(NAMED);
    lines.take(NAMED).chain((more > 0).then(|| format!("and {more} more"))).collect()
}

fn happened(events: &Events) -> Vec<String> {
    let Events { received, judged, heartbeats, out_of_scope, rejected, given_back, unaccounted } = events;
    let mut lines = vec![format!(
        "{} received = {} judged + {} heartbeats + {} out of scope + {} rejected + {} given back and tried again",
        grouped(*received),
        grouped(*judged),
        grouped(*heartbeats),
        grouped(*out_of_scope),
        grouped(*rejected),
        grouped(*given_back),
    )];
    match unaccounted {
        0 => lines.push("an event that was delivered twice counts twice on both sides".to_owned()),
        some => lines.push(format!(
            "{} {} than the sum: some were under way at midnight, or a line of a log was lost; look at it if it comes again",
            grouped(some.unsigned_abs()),
            if *some > 0 { "more" } else { "fewer" },
        )),
    }
    lines
}

fn spent(cost: &Cost) -> Vec<String> {
    let (oldest, newest) = &cost.priced;
    let mut lines = vec![format!(
        "about {}: counted use at list prices of {} ({oldest} to {newest}; infra/prices.json), no allowance taken off; without \
         requests to KMS, findings imported, the trail, what forwarders keep, and what waits in logs",
        dollars(cost.usd),
        cost.region,
    )];
    let line = |line: &super::cost::Line| {
        format!("{:>9}  {}: {} x {}", dollars(line.usd), line.service, amount(line.amount), line.unit)
    };
    lines.extend(cost.lines.iter().take(DEAREST).map(line));
    lines
}

fn dollars(usd: f64) -> String {
    if usd < 0.01 { "< $0.01".to_owned() } else { format!("${usd:.2}") }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an amount to be shown, never below none")]
fn amount(amount: f64) -> String {
    if amount < 100.0 { format!("{amount:.2}") } else { grouped(amount.round() as u64) }
}
