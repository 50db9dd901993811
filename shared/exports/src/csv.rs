//! CSV: one fact a row, for a spreadsheet that must not execute what an attacker named something.

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;
use trailwarden_model::text::visible;
use trailwarden_model::{Fact, SecretId};

/// One row; the names of the columns are a contract.
#[derive(Serialize)]
struct Row {
    time: String,
    kind: String,
    what: String,
    outcome: String,
    error: String,
    identity: String,
    identity_kind: String,
    identity_key: String,
    role: String,
    session: String,
    access_key_id: String,
    mfa: String,
    via: String,
    target: String,
    target_kind: String,
    target_key: String,
    credential_kind: String,
    credential_id: String,
    secrets: String,
    issued: String,
    opened: String,
    account: String,
    region: String,
    ip: String,
    asn: String,
    network: String,
    country: String,
    network_kind: String,
    user_agent: String,
    event: String,
    event_id: String,
    recorded_in: String,
    expected: String,
    expected_by: String,
    expected_reference: String,
    last: String,
    hours: String,
}

/// Writes facts as rows below a heading.
pub struct CsvWriter<'a> {
    rows: csv::Writer<&'a mut dyn Write>,
}

impl<'a> CsvWriter<'a> {
    /// Writes the heading.
    ///
    /// # Errors
    ///
    /// What the writer could not take, here and below.
    pub fn new(writer: &'a mut dyn Write) -> Result<Self, csv::Error> {
        let mut rows = csv::WriterBuilder::new().has_headers(false).from_writer(writer);
        // Written by itself, so that a ledger of nothing has its heading, too.
        rows.write_record(HEADING)?;
        Ok(Self { rows })
    }

    /// Writes one row.
    pub fn write(&mut self, fact: &Fact) -> Result<(), csv::Error> {
        self.rows.serialize(row(fact))
    }

    /// Hands on what was not written yet.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.rows.flush()
    }
}

const HEADING: [&str; 37] = [
    "time",
    "kind",
    "what",
    "outcome",
    "error",
    "identity",
    "identity_kind",
    "identity_key",
    "role",
    "session",
    "access_key_id",
    "mfa",
    "via",
    "target",
    "target_kind",
    "target_key",
    "credential_kind",
    "credential_id",
    "secrets",
    "issued",
    "opened",
    "account",
    "region",
    "ip",
    "asn",
    "network",
    "country",
    "network_kind",
    "user_agent",
    "event",
    "event_id",
    "recorded_in",
    "expected",
    "expected_by",
    "expected_reference",
    "last",
    "hours",
];

fn row(fact: &Fact) -> Row {
    let (by, origin) = (&fact.by, &fact.origin);
    let (target, credential, change) = (fact.target.as_ref(), fact.credential.as_ref(), fact.expected_change.as_ref());
    let day = fact.day.as_ref();
    let hours: Vec<String> = day.into_iter().flat_map(|day| &day.hours).map(ToString::to_string).collect();
    let secrets: Vec<&str> = fact.secrets.iter().map(SecretId::as_str).collect();
    Row {
        time: fact.time.to_string(),
        kind: fact.kind.name().to_owned(),
        what: named(fact.change).or_else(|| named(fact.step)).unwrap_or_default(),
        outcome: fact.outcome.name().to_owned(),
        error: cell(fact.error.as_deref()),
        identity: cell(Some(&by.name)),
        identity_kind: named(Some(by.kind)).unwrap_or_default(),
        identity_key: cell(Some(by.key.as_str())),
        role: cell(by.role.as_deref()),
        session: cell(by.session.as_deref()),
        access_key_id: cell(by.access_key_id.as_deref()),
        mfa: by.mfa.map(|mfa| mfa.to_string()).unwrap_or_default(),
        via: cell(by.via.as_deref()),
        target: cell(target.map(|target| target.name.as_str())),
        target_kind: cell(target.map(|target| target.kind.as_str())),
        target_key: cell(target.map(|target| target.key.as_str())),
        credential_kind: named(credential.map(|credential| credential.kind)).unwrap_or_default(),
        credential_id: cell(credential.and_then(|credential| credential.id.as_deref())),
        secrets: cell(Some(&secrets.join(" "))),
        issued: cell(fact.issued.as_deref()),
        opened: cell(fact.opened.as_deref()),
        account: cell(Some(fact.account.as_str())),
        region: cell(Some(fact.region.as_str())),
        ip: cell(origin.ip.as_deref()),
        asn: origin.asn.map(|asn| asn.to_string()).unwrap_or_default(),
        network: cell(origin.network.as_deref()),
        country: cell(origin.country.as_deref()),
        network_kind: named(Some(origin.kind)).unwrap_or_default(),
        user_agent: cell(Some(&origin.user_agent)),
        event: cell(Some(&fact.event)),
        event_id: cell(Some(fact.event_id.as_str())),
        recorded_in: cell(Some(fact.recorded_in.as_str())),
        expected: fact.expected_change.is_some().to_string(),
        expected_by: cell(change.map(|change| change.by.as_str())),
        expected_reference: cell(change.and_then(|change| change.reference.as_deref())),
        last: day.map(|day| day.last.to_string()).unwrap_or_default(),
        hours: hours.join(" "),
    }
}

/// The name an enumeration carries in JSON.
fn named(value: Option<impl Serialize>) -> Option<String> {
    serde_json::to_value(value?).ok()?.as_str().map(ToOwned::to_owned)
}

/// Text as a cell: visible, and never a formula.
///
/// A spreadsheet takes a cell for a formula by its first sign; the apostrophe before it says that it is text.
fn cell(text: Option<&str>) -> String {
    let shown: Cow<'_, str> = visible(text.unwrap_or_default()).into();
    if shown.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']) {
        return format!("'{shown}");
    }
    shown.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\u{ff1d}1"] {
            assert_eq!(cell(Some(formula)), format!("'{formula}"));
        }
        // Control characters are written out, so that none can begin a cell.
        assert_eq!(cell(Some("\t=1\r")), "\\u{9}=1\\u{d}");
        assert_eq!(cell(Some("i-0123")), "i-0123");
    }
}
