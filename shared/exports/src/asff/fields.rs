//! Product fields: what the format has no place for, under names of our own.

use std::collections::BTreeMap;

use trailwarden_model::{Evidence, Finding};

use super::ID_PREFIX;
use crate::text::{plain, whole_items};

/// How many fields there may be.
const FIELDS: usize = 50;
/// How many reasons are told, the heaviest first.
const REASONS: usize = 8;
/// How many steps are told beside those in the remediation.
const STEPS: usize = 4;

/// Fields as they are gathered: what says nothing is left out.
struct Fields {
    room: usize,
    kept: Vec<(String, String)>,
}

impl Fields {
    fn text(&mut self, name: &str, value: &str) {
        if let Some(value) = plain(value, self.room) {
            self.kept.push((format!("{ID_PREFIX}{name}"), value));
        }
    }

    fn known(&mut self, name: &str, value: Option<&str>) {
        self.text(name, value.unwrap_or_default());
    }

    /// A value of ours, by the name it has in code.
    fn word(&mut self, name: &str, value: &dyn std::fmt::Debug) {
        self.text(name, &format!("{value:?}").to_lowercase());
    }

    fn list<'a>(&mut self, name: &str, items: impl ExactSizeIterator<Item = &'a str>) {
        self.known(name, whole_items(items, self.room).as_deref());
    }
}

/// Every field; where there are too many, the last ones are left out.
pub(super) fn all(finding: &Finding, room: usize) -> BTreeMap<String, String> {
    let mut fields = Fields { room, kept: Vec::new() };
    fields.text("finding", finding.id.as_str());
    fields.text("revision", &finding.revision.to_string());
    fields.text("schema_version", &finding.schema_version);
    fields.text("type", &finding.kind);
    fields.text("score", &finding.score.to_string());
    fields.word("status", &finding.status);
    fields.text("account", finding.account.as_str());
    fields.text("region", finding.region.as_str());
    fields.known("organization", finding.organization.as_deref());
    people(&mut fields, finding);
    origin(&mut fields, finding);
    fields.text("event_count", &finding.event_count.to_string());
    fields.list("events", finding.events.iter().map(|event| event.id.as_str()));
    fields.list("techniques", finding.techniques.iter().map(String::as_str));
    fields.list("analytics", finding.analytics.iter().map(String::as_str));
    if let Some(change) = &finding.expected_change {
        fields.text("expected_by", &change.by);
        fields.known("expected_reference", change.reference.as_deref());
    }
    for (index, reason) in finding.evidence.iter().take(REASONS).enumerate() {
        fields.text(&format!("reason_{}", index + 1), &because(reason));
    }
    for (index, step) in finding.response.iter().take(STEPS).enumerate() {
        fields.text(&format!("step_{}", index + 1), step);
    }
    fields.kept.into_iter().take(FIELDS).collect()
}

fn people(fields: &mut Fields, finding: &Finding) {
    let (actor, target) = (&finding.actor, &finding.target);
    fields.text("actor", &actor.name);
    fields.text("actor_key", actor.key.as_str());
    fields.text("actor_kind", actor.kind.words());
    fields.known("actor_arn", actor.arn.as_deref());
    fields.known("actor_session", actor.session.as_deref());
    fields.known("actor_access_key_id", actor.access_key_id.as_deref());
    fields.known("actor_mfa", actor.mfa.map(|shown| if shown { "true" } else { "false" }));
    fields.word("actor_privilege", &actor.privilege);
    fields.known("actor_via", actor.via.as_deref());
    fields.text("target", &target.name);
    fields.text("target_key", &target.key);
    fields.text("target_kind", &target.kind);
    fields.word("target_privilege", &target.privilege);
    if let Some(credential) = &target.credential {
        fields.text("credential", credential.kind.words());
        fields.known("credential_id", credential.id.as_deref());
    }
    if let Some(secret) = &target.secret {
        fields.text("secret_count", &secret.count.to_string());
        fields.list("secrets", secret.ids.iter().map(String::as_str));
    }
}

fn origin(fields: &mut Fields, finding: &Finding) {
    let origin = &finding.origin;
    fields.known("ip", origin.ip.as_deref());
    fields.known("asn", origin.asn.map(|asn| asn.to_string()).as_deref());
    fields.known("network", origin.network.as_deref());
    fields.known("country", origin.country.as_deref());
    fields.word("origin", &origin.kind);
    fields.text("user_agent", &origin.user_agent);
}

fn because(reason: &Evidence) -> String {
    let Evidence { claim, observed, expected, weight, .. } = reason;
    format!("{claim} Seen: {observed}. Usual: {expected}. ({weight:+.1} bits)")
}
