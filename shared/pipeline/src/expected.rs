//! Expected changes: who will do what to whom, until when, and which ticket says so.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use trailwarden_model::{ExpectedChange, Fact, Finding, PrincipalKey};

/// One change somebody said would come. What is left out matches everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The actor's name, ARN or key.
    #[serde(default)]
    pub who: Option<String>,
    /// The finding type, or its beginning: `credential-added`.
    #[serde(default)]
    pub what: Option<String>,
    /// The target's name or key.
    #[serde(default)]
    pub target: Option<String>,
    /// From when it holds.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Until when it holds.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Who said so.
    pub by: String,
    /// The ticket or change it belongs to.
    #[serde(default)]
    pub reference: Option<String>,
    /// The key of an identity whose own acts it never covers: who says something by a tag does not vouch for themselves.
    #[serde(default)]
    pub never: Option<String>,
}

/// How much an expected change takes from a finding's evidence, in bits.
///
/// One in 2⁸ findings a change record covers is assumed to hide something else.
pub(crate) const EXPECTED_BITS: f64 = -8.0;

impl Expected {
    /// Whether it covers a finding.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        let actor = &finding.actor;
        let who = self.names(&actor.name, actor.arn.as_deref(), &actor.key);
        let what = self.what.as_deref().is_none_or(|what| {
            finding.kind == what || finding.kind.strip_prefix(what).is_some_and(|rest| rest.starts_with('.'))
        });
        let target =
            self.target.as_deref().is_none_or(|target| target == finding.target.name || target == finding.target.key);
        let others = self.never.as_deref() != Some(actor.key.as_str());
        let begun = self.from.is_none_or(|from| from <= finding.first_seen);
        let open = self.until.is_none_or(|until| finding.last_seen <= until);
        who && what && target && others && begun && open
    }

    /// Whether it covers a fact: what it says of a behaviour holds for every fact of that behaviour.
    ///
    /// One that names a single detector's finding covers its whole behaviour here, for a fact is before any
    /// detector; one that names a target must name each secret that was read.
    #[must_use]
    pub fn covers_fact(&self, fact: &Fact) -> bool {
        let who = self.names(&fact.by.name, fact.by.arn.as_deref(), &fact.by.key);
        let what = self.what.as_deref().is_none_or(|what| {
            what == fact.kind.name() || what.split('.').next().is_some_and(|begun| begun == fact.kind.behaviour())
        });
        let target = self.target.as_deref().is_none_or(|target| match (&fact.target, fact.secrets.as_slice()) {
            (Some(named), []) => target == named.name || target == named.key.as_str(),
            (_, []) => target == fact.by.name || target == fact.by.key.as_str(),
            (_, secrets) => secrets.iter().all(|secret| target == secret.as_str() || target == secret.name()),
        });
        let others = self.never.as_deref() != Some(fact.by.key.as_str());
        let begun = self.from.is_none_or(|from| from <= fact.time);
        let open = self.until.is_none_or(|until| fact.time <= until);
        who && what && target && others && begun && open
    }

    fn names(&self, name: &str, arn: Option<&str>, key: &PrincipalKey) -> bool {
        self.who.as_deref().is_none_or(|who| who == name || Some(who) == arn || who == key.as_str())
    }

    /// What the finding says of it.
    #[must_use]
    pub fn note(&self) -> ExpectedChange {
        ExpectedChange { matched: true, by: self.by.clone(), until: self.until, reference: self.reference.clone() }
    }
}
