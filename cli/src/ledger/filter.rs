//! The filter: which facts somebody asked for. One flag given several times wants any of its values, several flags want all.

use std::net::IpAddr;

use jiff::Timestamp;
use trailwarden_detectors::in_cidr;
use trailwarden_model::{Fact, FactKind};

use crate::args::LedgerArgs;
use crate::pattern::Pattern;

/// What was asked for.
pub(super) struct Filter {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    kinds: Vec<FactKind>,
    identities: Vec<Pattern>,
    secrets: Vec<Pattern>,
    credentials: Vec<Pattern>,
    sessions: Vec<Pattern>,
    networks: Vec<String>,
}

impl Filter {
    pub(super) fn of(arguments: &LedgerArgs) -> Self {
        Self {
            since: arguments.since,
            until: arguments.until,
            kinds: arguments.kind.iter().map(|kind| kind.kind()).collect(),
            identities: arguments.identity.clone(),
            secrets: arguments.secret.clone(),
            credentials: arguments.credential.clone(),
            sessions: arguments.session.clone(),
            networks: arguments.ip.clone(),
        }
    }

    /// Whether a time is within the asked span.
    pub(super) fn spans(&self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time < until)
    }

    /// Whether a fact is asked for.
    pub(super) fn wants(&self, fact: &Fact) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&fact.kind))
            && any(&self.identities, &identities(fact))
            && any(&self.secrets, &secrets(fact))
            && any(&self.credentials, &credentials(fact))
            && any(&self.sessions, &[fact.by.session.as_deref(), fact.opened.as_deref()])
            && self.comes_from(fact)
    }

    fn comes_from(&self, fact: &Fact) -> bool {
        let address = || fact.origin.ip.as_deref()?.parse::<IpAddr>().ok();
        self.networks.is_empty() || address().is_some_and(|ip| self.networks.iter().any(|network| in_cidr(network, ip)))
    }
}

fn any(patterns: &[Pattern], names: &[Option<&str>]) -> bool {
    let matches = |pattern: &Pattern| names.iter().flatten().any(|name| pattern.matches(name));
    patterns.is_empty() || patterns.iter().any(matches)
}

/// Everybody a fact concerns: who did it, the role worn for it, and to whom it was done.
fn identities(fact: &Fact) -> [Option<&str>; 6] {
    let target = fact.target.as_ref();
    [
        Some(fact.by.name.as_str()),
        Some(fact.by.key.as_str()),
        fact.by.arn.as_deref(),
        fact.by.role.as_deref(),
        target.map(|target| target.name.as_str()),
        target.map(|target| target.key.as_str()),
    ]
}

/// Every secret, by its id and by its name.
fn secrets(fact: &Fact) -> Vec<Option<&str>> {
    fact.secrets.iter().flat_map(|secret| [Some(secret.as_str()), Some(secret.name())]).collect()
}

/// Every credential a fact concerns: the one added, the one that signed, the one issued.
fn credentials(fact: &Fact) -> [Option<&str>; 3] {
    let changed = fact.credential.as_ref().and_then(|credential| credential.id.as_deref());
    [changed, fact.by.access_key_id.as_deref(), fact.issued.as_deref()]
}
