//! ATT&CK: what a technique is called and which tactics it serves, for formats that spell it out.
//!
//! Source: <https://attack.mitre.org/techniques/enterprise/>.

/// A tactic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tactic {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

const INITIAL_ACCESS: Tactic = Tactic { id: "TA0001", name: "Initial Access" };
const PERSISTENCE: Tactic = Tactic { id: "TA0003", name: "Persistence" };
const PRIVILEGE_ESCALATION: Tactic = Tactic { id: "TA0004", name: "Privilege Escalation" };
const CREDENTIAL_ACCESS: Tactic = Tactic { id: "TA0006", name: "Credential Access" };

/// A technique, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Technique {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// What the whole technique is called, where this is a part.
    pub(crate) of: Option<&'static str>,
    /// The tactics it serves here, the first one foremost.
    pub(crate) tactics: &'static [Tactic],
}

/// Every technique a detector may name.
const TECHNIQUES: &[Technique] = &[
    Technique {
        id: "T1078.004",
        name: "Cloud Accounts",
        of: Some("Valid Accounts"),
        tactics: &[INITIAL_ACCESS, PERSISTENCE, PRIVILEGE_ESCALATION],
    },
    Technique {
        id: "T1098.001",
        name: "Additional Cloud Credentials",
        of: Some("Account Manipulation"),
        tactics: &[PERSISTENCE, PRIVILEGE_ESCALATION],
    },
    Technique { id: "T1110", name: "Brute Force", of: None, tactics: &[CREDENTIAL_ACCESS] },
    Technique {
        id: "T1555.006",
        name: "Cloud Secrets Management Stores",
        of: Some("Credentials from Password Stores"),
        tactics: &[CREDENTIAL_ACCESS],
    },
];

/// The technique of an id.
pub(crate) fn technique(id: &str) -> Option<Technique> {
    TECHNIQUES.iter().find(|technique| technique.id == id).copied()
}

/// The page of a technique; none of what does not look like one.
pub(crate) fn page(id: &str) -> Option<String> {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = id.strip_prefix('T')?;
    match number.split_once('.') {
        None if digits(number, 4) => Some(format!("https://attack.mitre.org/techniques/T{number}/")),
        Some((whole, part)) if digits(whole, 4) && digits(part, 3) => {
            Some(format!("https://attack.mitre.org/techniques/T{whole}/{part}/"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_technique_has_a_page_and_hostile_text_has_none() {
        assert_eq!(page("T1098.001").unwrap(), "https://attack.mitre.org/techniques/T1098/001/");
        assert_eq!(page("T1110").unwrap(), "https://attack.mitre.org/techniques/T1110/");
        for text in ["", "T", "T1098.", "T1098/../x", "T10980", "javascript:x"] {
            assert_eq!(page(text), None, "{text}");
        }
    }
}
