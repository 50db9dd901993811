//! A signal: one claim about an activity, with the evidence that carries it.

use serde::{Deserialize, Serialize};

use crate::finding::FindingTarget;
use crate::ids::SecretId;
use crate::principal::Principal;

/// One reason, with what was seen and what was usual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// The signal's name, stable: `new-network`, `never-before`, `breadth` …
    pub signal: String,
    /// The claim in one sentence.
    pub claim: String,
    /// What was seen.
    pub observed: String,
    /// What was usual.
    pub expected: String,
    /// How much it says, in bits: minus the binary logarithm of how often ordinary life does this.
    pub weight: f64,
}

impl Evidence {
    /// One reason; the weight is kept to a hundredth of a bit so that findings print alike everywhere.
    #[must_use]
    pub fn new(signal: &str, claim: String, observed: String, expected: String, weight: f64) -> Self {
        Self { signal: signal.to_owned(), claim, observed, expected, weight: (weight * 100.0).round() / 100.0 }
    }
}

/// What a signal does to the episode it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It speaks for it.
    Supports,
    /// It closes it: what looked like an addition was the first half of a rotation.
    Resolves,
}

/// One claim about an activity, addressed to the episode it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// The finding type it speaks for: `credential-added.for-another-identity` …
    pub kind: &'static str,
    /// What the episode is about, so that repeated signals meet: a target's key, an account, a source.
    pub scope: String,
    /// To whom or what it was done.
    pub target: FindingTarget,
    /// The secrets it touched.
    pub secrets: Vec<SecretId>,
    /// The reasons, each of another kind.
    pub evidence: Vec<Evidence>,
    /// What it does to the episode.
    pub effect: Effect,
    /// Who is behind it, where that is not whoever the record names: a guesser is not whom he guesses at.
    pub actor: Option<Principal>,
}

impl Signal {
    /// A signal that supports an episode about `target`.
    #[must_use]
    pub fn about(kind: &'static str, target: FindingTarget, evidence: Vec<Evidence>) -> Self {
        Self {
            kind,
            scope: target.key.clone(),
            target,
            secrets: Vec::new(),
            evidence,
            effect: Effect::Supports,
            actor: None,
        }
    }

    /// The evidence of all its reasons, in bits.
    #[must_use]
    pub fn bits(&self) -> f64 {
        self.evidence.iter().map(|reason| reason.weight).sum()
    }
}
