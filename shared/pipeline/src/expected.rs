//! Expected changes: who will do what to whom, until when, and which ticket says so.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use trailwarden_model::ids::{NAME_LIMIT, bounded, hex};
use trailwarden_model::{Evidence, ExpectedChange, Fact, Finding, FindingId, PrincipalKey, Severity};

use crate::episode::SENTENCE;

/// How many hexadecimal digits of its digest name what was announced.
const ID_DIGITS: usize = 12;

/// One change somebody said would come, or something somebody wants to hear nothing of. What is left out matches
/// everything.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
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
    /// The account of what is acted on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// From when it holds.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Until when it holds.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Who said so.
    pub by: String,
    /// The ticket or change it belongs to; of a suppression its reason.
    #[serde(default)]
    pub reference: Option<String>,
    /// The key of an identity whose own acts it never covers: who says something by a tag does not vouch for themselves.
    #[serde(default)]
    pub never: Option<String>,
    /// The gravest severity it silences, where it is a suppression: what it covers is rated as ever, and told nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silences: Option<Severity>,
    /// When it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Timestamp>,
    /// The finding somebody answered so that the same is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<FindingId>,
}

/// How much an expected change takes from a finding's evidence, in bits.
///
/// One in 2⁸ findings a change record covers is assumed to hide something else.
pub(crate) const EXPECTED_BITS: f64 = -8.0;

/// What evidence calls it that a suppression covers the finding; it weighs nothing.
pub(crate) const SILENCED: &str = "suppressed";

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
        let account = self.account.as_deref().is_none_or(|account| account == finding.account.as_str());
        let others = self.never.as_deref() != Some(actor.key.as_str());
        let begun = self.from.is_none_or(|from| from <= finding.first_seen);
        let open = self.until.is_none_or(|until| finding.last_seen <= until);
        who && what && target && account && others && begun && open
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
        let account = self.account.as_deref().is_none_or(|account| account == fact.account.as_str());
        let others = self.never.as_deref() != Some(fact.by.key.as_str());
        let begun = self.from.is_none_or(|from| from <= fact.time);
        let open = self.until.is_none_or(|until| fact.time <= until);
        // That nobody wants to hear of it does not make it expected.
        self.silences.is_none() && who && what && target && account && others && begun && open
    }

    fn names(&self, name: &str, arn: Option<&str>, key: &PrincipalKey) -> bool {
        self.who.as_deref().is_none_or(|who| who == name || Some(who) == arn || who == key.as_str())
    }

    /// What it is called, so that it can be taken back: the same, said again, is called the same.
    #[must_use]
    pub fn id(&self) -> String {
        if let Some(finding) = &self.answers {
            return finding.to_string();
        }
        // From when it was said on is what goes without saying.
        let from = self.from.filter(|from| Some(*from) != self.said);
        let text = serde_json::to_vec(&Self { from, said: None, ..self.kept() }).unwrap_or_default();
        let kind = if self.silences.is_some() { "su" } else { "ex" };
        format!("{kind}-{}", hex(&Sha256::digest(text), ID_DIGITS / 2))
    }

    /// The same with every text in it bounded, since anybody may have written it.
    pub(crate) fn kept(&self) -> Self {
        let cut = |text: &Option<String>| text.as_deref().map(|text| bounded(text, NAME_LIMIT));
        Self {
            who: cut(&self.who),
            what: cut(&self.what),
            target: cut(&self.target),
            account: cut(&self.account),
            by: bounded(&self.by, NAME_LIMIT),
            reference: cut(&self.reference),
            never: cut(&self.never),
            ..self.clone()
        }
    }

    /// Why nobody is told of a finding it covers; none where it is no suppression, or the finding is graver.
    pub(crate) fn silence(&self, finding: &Finding) -> Option<Evidence> {
        let graver = self.silences? < finding.severity;
        let until = self.until.map(|until| format!(" until {until}")).unwrap_or_default();
        let reason = self.reference.as_deref().unwrap_or("no reason given");
        (!graver && self.covers(finding)).then(|| {
            Evidence::new(
                SILENCED,
                bounded(&format!("{} wants to hear nothing of it{until}: {reason}.", self.by), SENTENCE),
                format!("covered by the suppression {}", self.id()),
                "what nobody suppressed is told".to_owned(),
                0.0,
            )
        })
    }

    /// What the finding says of it.
    #[must_use]
    pub fn note(&self) -> ExpectedChange {
        ExpectedChange { matched: true, by: self.by.clone(), until: self.until, reference: self.reference.clone() }
    }
}
