//! Patterns: names and networks as somebody asks for them.
//!
//! A name is matched by any part of it, in any case, because a responder has half a name from a ticket;
//! `=name` matches the whole of it.

use trailwarden_detectors::parse_cidr;

/// A name as somebody asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    whole: bool,
}

impl Pattern {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (text, whole) = text.strip_prefix('=').map_or((text, false), |text| (text, true));
        if text.is_empty() {
            return Err("name something to look for".to_owned());
        }
        Ok(Self { text: text.to_lowercase(), whole })
    }

    /// Whether a name is asked for.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        if self.whole { name == self.text } else { name.contains(&self.text) }
    }
}

/// One address or network, checked.
pub fn parse_network(text: &str) -> Result<String, String> {
    match parse_cidr(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("not an address or network: write 203.0.113.7 or 203.0.113.0/24".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_a_part_in_any_case_and_whole_where_asked() {
        let matches = |pattern: &str, name: &str| Pattern::parse(pattern).unwrap().matches(name);
        assert!(matches("bob", "Bobby") && !matches("=bob", "Bobby") && matches("=BOB", "bob"));
        assert!(Pattern::parse("=").is_err() && Pattern::parse("").is_err());
    }
}
