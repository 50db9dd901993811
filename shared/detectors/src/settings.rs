//! Settings: every knob an operator may turn, each with a default and what it means.
//!
//! The published analytics name the knobs an operator must have ("mutable elements"); each is here
//! by a name of its own, or is something the memory learns. Parsing and its errors belong to the edge.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use trailwarden_model::Severity;

/// Everything an operator may turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What findings are, and when they are told.
    pub findings: Findings,
    /// How the memory learns and forgets.
    pub memory: Memory,
    /// Credentials added: T1098.001.
    pub credential_added: CredentialAdded,
    /// Secrets read: T1555.006.
    pub secret_accessed: SecretAccessed,
    /// Cloud accounts used: T1078.004.
    pub console_login: ConsoleLogin,
}

/// What findings are, and when they are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Findings {
    /// How many findings of MEDIUM or above ordinary life may cost, per 100 identities and week.
    pub budget_per_100_identities_per_week: f64,
    /// After how long a silence the same thing is a new episode.
    pub episode_gap: SignedDuration,
    /// Over how long a chain of findings is one story.
    pub story_window: SignedDuration,
    /// For how long what somebody called legitimate is expected to come again.
    pub answer_holds: SignedDuration,
    /// The organisation's id, where records do not tell.
    pub organization: Option<String>,
    /// Detectors that judge and count but tell nobody, by their id.
    pub staged: Vec<String>,
    /// Signals that weigh nothing, by their name: to see what each is worth, or where one misleads.
    pub ignored_signals: Vec<String>,
}

impl Default for Findings {
    fn default() -> Self {
        Self {
            budget_per_100_identities_per_week: 1.0,
            episode_gap: SignedDuration::from_hours(6),
            story_window: SignedDuration::from_hours(24 * 7),
            answer_holds: SignedDuration::from_hours(24 * 30),
            organization: None,
            staged: Vec::new(),
            ignored_signals: Vec::new(),
        }
    }
}

/// How the memory learns and forgets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Memory {
    /// After how many days something remembered weighs half.
    pub half_life_days: f64,
    /// How old something must be before it counts as normal: patience must not poison the memory.
    pub quarantine: SignedDuration,
    /// After how many days without a sign of life an identity counts as dormant.
    pub dormant_after_days: u16,
}

impl Default for Memory {
    fn default() -> Self {
        Self { half_life_days: 45.0, quarantine: SignedDuration::from_hours(24), dormant_after_days: 30 }
    }
}

/// Knobs of AN1470, AN1469 and AN1471.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CredentialAdded {
    /// `NewCredentialUsageWindow`: how soon after its making a credential's first use is worth saying.
    pub new_credential_usage_window: SignedDuration,
    /// How long a rotation may take, from the new credential to the old one's end.
    pub rotation_window: SignedDuration,
    /// `IAMRoleBaseline`: names or ARNs of identities expected to add credentials, beside those learned.
    pub expected_creators: Vec<String>,
    /// How many bits a change to a privileged identity rises by that no expected change covers; 0 for none.
    pub unannounced_privileged_bits: f64,
    /// `SourceIPAllowlist`: networks in CIDR form whose addresses are never unusual.
    pub source_ip_allowlist: Vec<String>,
}

impl Default for CredentialAdded {
    fn default() -> Self {
        Self {
            new_credential_usage_window: SignedDuration::from_mins(5),
            rotation_window: SignedDuration::from_hours(24 * 7),
            expected_creators: Vec::new(),
            unannounced_privileged_bits: 0.0,
            source_ip_allowlist: Vec::new(),
        }
    }
}

/// Knobs of AN0366.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretAccessed {
    /// `PrivilegedRoles`: names or ARNs of identities that may read secrets; empty means learn them.
    pub privileged_roles: Vec<String>,
    /// `TimeWindow`: over which reads are counted together and correlated with what came before.
    pub time_window: SignedDuration,
    /// `AccessPatterns`: how many different secrets one identity may read in the window whatever its history.
    pub always_allowed_breadth: usize,
    /// `RegionConstraints`: regions secrets may be read in; empty means learn them.
    pub region_constraints: Vec<String>,
}

impl Default for SecretAccessed {
    fn default() -> Self {
        Self {
            privileged_roles: Vec::new(),
            time_window: SignedDuration::from_hours(1),
            always_allowed_breadth: 1,
            region_constraints: Vec::new(),
        }
    }
}

/// Knobs of AN1503, AN1504, AN1505 and AN1506.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConsoleLogin {
    /// `AnomalousLocationThreshold`: how fast a person may have travelled, in kilometres an hour.
    pub anomalous_location_threshold_kmh: f64,
    /// Within what time two networks are one too many for one session, and a journey is looked at.
    pub anomalous_location_window: SignedDuration,
    /// `RoleSwitchRateThreshold`: how many different roles an hour one identity may take on whatever its history.
    pub role_switch_rate_threshold: usize,
    /// `BusinessHours`: first and last hour of work, UTC, Monday to Friday; absent means learn them.
    pub business_hours: Option<(u8, u8)>,
    /// Within what time failed sign-ins are counted together.
    pub failure_window: SignedDuration,
}

impl Default for ConsoleLogin {
    fn default() -> Self {
        Self {
            anomalous_location_threshold_kmh: 1000.0,
            anomalous_location_window: SignedDuration::from_hours(12),
            role_switch_rate_threshold: 3,
            business_hours: None,
            failure_window: SignedDuration::from_hours(1),
        }
    }
}

/// Credentials added, secrets read, accounts used: each may be told of on any day.
const BEHAVIOURS: f64 = 3.0;

impl Findings {
    /// The evidence a MEDIUM needs, in bits: the budget's rate per identity and day, as a surprisal.
    ///
    /// One finding per 100 identities and week is one in 700 identity-days, and three behaviours are
    /// judged on each of them, which share the budget (Bonferroni): 11.04 bits.
    #[must_use]
    pub fn medium_bits(&self) -> f64 {
        (700.0 * BEHAVIOURS / self.budget_per_100_identities_per_week.max(1e-6)).log2().max(0.0)
    }

    /// How likely it is, in percent, that so much evidence is not ordinary life.
    ///
    /// Ordinary life shows that much on one identity-day in 2^bits. Intrusions are taken to be as
    /// frequent as the budget of notices: at the threshold of MEDIUM one in two is one.
    #[must_use]
    pub fn confidence(&self, bits: f64) -> u8 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 100 by construction"
        )]
        let percent = (100.0 / (1.0 + (self.medium_bits() - bits).exp2())).round() as u8;
        percent
    }

    /// How grave so many bits are: each grade above MEDIUM is sixteen times rarer than the one below.
    #[must_use]
    pub fn severity(&self, bits: f64) -> Severity {
        let above = bits - self.medium_bits();
        match above {
            above if above >= 8.0 => Severity::Critical,
            above if above >= 4.0 => Severity::High,
            above if above >= 0.0 => Severity::Medium,
            above if above >= -4.0 => Severity::Low,
            _ => Severity::Informational,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_the_budget_and_nothing_else() {
        let one = Findings::default();
        assert!((one.medium_bits() - 11.04).abs() < 0.01);
        let two = Findings { budget_per_100_identities_per_week: 2.0, ..Findings::default() };
        assert!((one.medium_bits() - two.medium_bits() - 1.0).abs() < 1e-9);
        assert_eq!(one.severity(11.1), Severity::Medium);
        assert_eq!(one.severity(19.1), Severity::Critical);
    }
}
