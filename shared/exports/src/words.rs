//! Words: who, from where and when, as people are told wherever a finding is shown.
//!
//! The text is as it stands in the finding; whoever shows it escapes it.

use jiff::Timestamp;
use trailwarden_model::Finding;

/// Who did it: a name, what it is, through what, with which credential, in which account.
#[must_use]
pub fn who(finding: &Finding) -> String {
    let actor = &finding.actor;
    let mut text = format!("{}, {}", actor.name, actor.kind.words());
    if let Some(via) = &actor.via {
        text += &format!(" as {via}");
    }
    if let Some(key) = &actor.access_key_id {
        text += &format!(", {key}");
    }
    text += &format!(", in account {}", finding.account);
    text
}

/// From where the first call came: address, network, country, and what kind of place it is.
#[must_use]
pub fn from(finding: &Finding) -> String {
    let origin = &finding.origin;
    let ip = origin.ip.as_deref().unwrap_or("an unknown address");
    let mut text = ip.to_owned();
    if let Some(network) = &origin.network {
        text += &format!(", {network}");
    }
    if let Some(asn) = origin.asn {
        text += &format!(" AS{asn}");
    }
    if let Some(country) = &origin.country {
        text += &format!(" ({country})");
    }
    text += &format!(", {}", format!("{:?}", origin.kind).to_lowercase());
    text
}

/// When, in UTC, and how many acts.
#[must_use]
pub fn when(finding: &Finding) -> String {
    let events =
        if finding.event_count == 1 { "1 event".to_owned() } else { format!("{} events", finding.event_count) };
    if finding.first_seen == finding.last_seen {
        return format!("{} UTC, {events}", moment(finding.first_seen));
    }
    format!("{} to {} UTC, {events}", moment(finding.first_seen), moment(finding.last_seen))
}

/// A time to the second, in UTC.
#[must_use]
pub fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
