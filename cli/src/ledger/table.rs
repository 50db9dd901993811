//! The table people read: day by day, each act in a sentence, what happens often as a digest at the day's end.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use trailwarden_model::text::grouped;
use trailwarden_model::{
    CredentialChange, ExpectedChange, Fact, FactKind, FactOutcome, NetworkKind, SecretId, SignInStep,
};

use super::digest::{Digest, Line};
use crate::output::{Styling, paint, wrap};

/// How many secrets one sentence names.
const NAMED: usize = 5;

/// Writes facts as they come, in order of time.
pub(super) struct TableWriter<'a> {
    writer: &'a mut dyn Write,
    styling: Styling,
    width: usize,
    every: bool,
    day: Option<Date>,
    digest: Digest,
}

impl<'a> TableWriter<'a> {
    pub(super) fn new(writer: &'a mut dyn Write, styling: Styling, width: usize, every: bool) -> Self {
        Self { writer, styling, width, every, day: None, digest: Digest::default() }
    }

    pub(super) fn write(&mut self, fact: &Fact) -> io::Result<()> {
        let day = fact.time.to_zoned(TimeZone::UTC).date();
        if self.day != Some(day) {
            self.end_of_day()?;
            let apart = if self.day.is_some() { "\n" } else { "" };
            let heading = paint(&format!("{day} UTC"), Style::new().bold().underline(), self.styling);
            writeln!(self.writer, "{apart}{heading}")?;
            self.day = Some(day);
        }
        if fact.kind.is_frequent() && (!self.every || fact.day.is_some()) {
            if self.digest.is_full() {
                self.end_of_day()?;
            }
            self.digest.add(fact);
            return Ok(());
        }
        let refusal = match (fact.outcome, fact.error.as_deref()) {
            // A sign-in that failed says only that it did.
            (FactOutcome::Succeeded, _) | (_, Some("Failure")) => "",
            (_, why) => why.unwrap_or("failed"),
        };
        let mut place = place(fact, 1);
        if let Some(key) = &fact.by.access_key_id {
            place += &format!(" with {key}");
        }
        self.entry(fact, &sentence(fact, &objects(&fact.secrets)), refusal, &place)?;
        match &fact.expected_change {
            Some(change) => self.expected(&announced("expected", change)),
            None => Ok(()),
        }
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.end_of_day()?;
        self.writer.flush()
    }

    fn end_of_day(&mut self) -> io::Result<()> {
        for line in self.digest.take() {
            let thing = SecretId::new(&line.object);
            let text = sentence(&line.first, thing.name()) + &how_often(&line);
            self.entry(&line.first, &text, &refusal(&line), &place(&line.first, line.addresses.len()))?;
            match (line.count, &line.first.expected_change) {
                (Some(count), _) if line.expected > 0 => {
                    self.expected(&format!("expected: {} of {}", grouped(line.expected), grouped(count)))?;
                }
                (None, Some(change)) => self.expected(&announced("the first expected", change))?,
                _ => {}
            }
        }
        Ok(())
    }

    fn entry(&mut self, fact: &Fact, sentence: &str, refusal: &str, place: &str) -> io::Result<()> {
        let style = match fact.kind {
            _ if !refusal.is_empty() || fact.outcome != FactOutcome::Succeeded => AnsiColor::Yellow.on_default(),
            FactKind::CredentialAdded => Style::new().bold(),
            _ => Style::new(),
        };
        let text = if refusal.is_empty() { sentence.to_owned() } else { format!("{sentence} ({refusal})") };
        let time = clock(fact.time);
        writeln!(self.writer, "{}", paint(&wrap(&time, &text, self.width), style, self.styling))?;
        let place = wrap("", place, self.width);
        writeln!(self.writer, "{}", paint(&place, AnsiColor::BrightBlack.on_default(), self.styling))
    }

    fn expected(&mut self, text: &str) -> io::Result<()> {
        let text = wrap("", text, self.width);
        writeln!(self.writer, "{}", paint(&text, AnsiColor::Green.on_default(), self.styling))
    }
}

fn clock(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%H:%M:%S").to_string()
}

fn announced(what: &str, change: &ExpectedChange) -> String {
    format!("{what}: by {}, {}", change.by, change.reference.as_deref().unwrap_or("no reference"))
}

fn how_often(line: &Line) -> String {
    let times = match (line.count, &line.first.day) {
        (Some(1), _) => return String::new(),
        (Some(count), _) => format!("{} times", grouped(count)),
        (None, Some(day)) if day.last > line.first.time => match day.hours.len() {
            0 | 1 => "on".to_owned(),
            hours => format!("in {hours} hours"),
        },
        (None, _) => return String::new(),
    };
    format!(", {times} until {}", clock(line.last))
}

/// How much of it was refused; of a day that a deployment keeps, only whether it was.
fn refusal(line: &Line) -> String {
    match (&line.first.day, line.count, line.refused) {
        (Some(day), ..) if day.outcomes.iter().all(|outcome| *outcome == FactOutcome::Succeeded) => String::new(),
        (Some(day), ..) if day.outcomes.contains(&FactOutcome::Succeeded) => "some not granted".to_owned(),
        (Some(_), ..) => "never granted".to_owned(),
        (None, _, 0) => String::new(),
        (None, Some(count), all) if all == count => "never granted".to_owned(),
        (None, _, some) => format!("{} not granted", grouped(some)),
    }
}

fn objects(secrets: &[SecretId]) -> String {
    let names: Vec<&str> = secrets.iter().take(NAMED).map(SecretId::name).collect();
    let more = secrets.len().saturating_sub(NAMED);
    if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") }
}

/// What happened, as a sentence without its end.
fn sentence(fact: &Fact, object: &str) -> String {
    let worked = fact.outcome == FactOutcome::Succeeded;
    let who = match &fact.by.role {
        Some(role) if *role != fact.by.name => format!("{} as {role}", fact.by.name),
        _ => fact.by.name.clone(),
    };
    let did = |done: &str, attempted: &str| if worked { done.to_owned() } else { format!("tried to {attempted}") };
    let what = match fact.kind {
        FactKind::CredentialAdded => credential(fact, worked),
        FactKind::SecretRead if object.is_empty() => did("read", "read") + " secrets the record does not name",
        FactKind::SecretRead => format!("{} {object}", did("read", "read")),
        FactKind::SignIn => signed_in(fact, worked),
        FactKind::SessionOpened => opened(fact, did),
    };
    format!("{who} {what}")
}

fn credential(fact: &Fact, worked: bool) -> String {
    let (done, attempted) = match fact.change {
        Some(CredentialChange::Added) | None => ("added", "add"),
        Some(CredentialChange::Modified) => ("changed", "change"),
        Some(CredentialChange::Reactivated) => ("reactivated", "reactivate"),
        Some(CredentialChange::Obtained) => ("obtained", "obtain"),
        Some(CredentialChange::Deactivated) => ("deactivated", "deactivate"),
        Some(CredentialChange::Removed) => ("removed", "remove"),
    };
    let mut text = if worked { done.to_owned() } else { format!("tried to {attempted}") };
    if let Some(credential) = &fact.credential {
        let words = credential.kind.words();
        // One that is named is that one, and no longer any.
        text += &match &credential.id {
            Some(id) => format!(" {} {id}", words.trim_start_matches("an ").trim_start_matches("a ")),
            None => format!(" {words}"),
        };
    }
    match &fact.target {
        Some(target) if target.name == fact.by.name => text += " of its own",
        Some(target) => text += &format!(" of {} {}", target.kind, target.name),
        None => {}
    }
    text
}

fn signed_in(fact: &Fact, worked: bool) -> String {
    let proof = match fact.by.mfa {
        Some(true) => " with a second factor",
        Some(false) => " without a second factor",
        None => "",
    };
    match (fact.step, worked) {
        (Some(SignInStep::Completed) | None, true) => format!("signed in{proof}"),
        (Some(SignInStep::Completed) | None, false) => "failed to sign in".to_owned(),
        (Some(SignInStep::SecondFactor), _) => "failed the second factor".to_owned(),
        (Some(SignInStep::DeviceAuthorised), true) => "let a device sign in".to_owned(),
        (Some(SignInStep::PlatformWarning), _) => "was warned of by the platform".to_owned(),
        (_, true) => format!("changed a way in ({})", fact.event),
        (_, false) => format!("failed to change a way in ({})", fact.event),
    }
}

fn opened(fact: &Fact, did: impl Fn(&str, &str) -> String) -> String {
    match (&fact.target, fact.step) {
        (Some(role), _) => format!("{} {} {}", did("put on", "put on"), role.kind, role.name),
        (None, Some(SignInStep::RoleSwitched)) => did("switched roles", "switch roles"),
        (None, _) => {
            format!("{} ({})", did("took credentials of a sign-in", "take credentials of a sign-in"), fact.event)
        }
    }
}

/// From where, and in which account.
fn place(fact: &Fact, addresses: usize) -> String {
    let origin = &fact.origin;
    let mut text = origin.ip.clone().unwrap_or_else(|| "an unknown address".to_owned());
    if let Some(network) = &origin.network {
        text += &format!(", {network}");
    }
    if let Some(country) = &origin.country {
        text += &format!(" ({country})");
    }
    let notable = match origin.kind {
        NetworkKind::Hosting => ", hosting",
        NetworkKind::Vpn => ", vpn",
        _ => "",
    };
    text += notable;
    if addresses > 1 {
        text += &format!(" and {} more", addresses - 1);
    }
    text += &format!("; in {}", fact.account);
    text
}
