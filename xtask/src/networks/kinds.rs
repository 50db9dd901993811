//! What kind of place an autonomous system is, after `shared/networks/data/kinds.toml`.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::Deserialize;
use trailwarden_model::NetworkKind;

/// The rules of `kinds.toml`, ready to be asked.
#[derive(Debug)]
pub(super) struct Kinds {
    systems: BTreeMap<u32, NetworkKind>,
    words: Vec<(String, NetworkKind)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    system: Vec<SystemRule>,
    words: Vec<WordsRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemRule {
    asn: u32,
    kind: NetworkKind,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsRule {
    kind: NetworkKind,
    reason: String,
    words: Vec<String>,
}

impl Kinds {
    /// Reads the rules; every rule must give its reason and no system may have two.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let file: File = toml::from_str(text).context("kinds.toml")?;
        let reasons = file.system.iter().map(|rule| &rule.reason);
        if reasons.chain(file.words.iter().map(|rule| &rule.reason)).any(String::is_empty) {
            bail!("kinds.toml: a rule has no reason");
        }
        let mut systems = BTreeMap::new();
        for rule in &file.system {
            if systems.insert(rule.asn, rule.kind).is_some() {
                bail!("kinds.toml: system {} stands there twice", rule.asn);
            }
        }
        let words = file.words.iter().flat_map(|rule| rule.words.iter().map(|word| (pattern(word), rule.kind)));
        Ok(Self { systems, words: words.collect() })
    }

    /// The kind of a system: curated, else by the first word its name has, else business.
    pub(super) fn of(&self, asn: u32, organisation: &str) -> NetworkKind {
        let name = normal(organisation);
        let by_word = || {
            let hit = self.words.iter().find(|(pattern, _)| name.contains(pattern.as_str()));
            hit.map_or(NetworkKind::Business, |(_, kind)| *kind)
        };
        self.systems.get(&asn).copied().unwrap_or_else(by_word)
    }
}

/// ` name in small letters with single spaces around every word `.
fn normal(name: &str) -> String {
    let mut normal = String::from(" ");
    for word in name.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        normal.push_str(&word.to_lowercase());
        normal.push(' ');
    }
    normal
}

/// What to look for in a normal name: a star leaves out the space that ends a word.
fn pattern(word: &str) -> String {
    let bare = word.trim_matches('*').to_lowercase();
    let before = if word.starts_with('*') { "" } else { " " };
    let after = if word.ends_with('*') { "" } else { " " };
    format!("{before}{bare}{after}")
}

#[cfg(test)]
mod tests {
    use super::Kinds;
    use trailwarden_model::NetworkKind;

    #[track_caller]
    fn check(asn: u32, organisation: &str, kind: NetworkKind) {
        let kinds = Kinds::parse(include_str!("../../../shared/networks/data/kinds.toml")).unwrap();
        assert_eq!(kinds.of(asn, organisation), kind, "AS{asn} {organisation}");
    }

    #[test]
    fn the_first_rule_that_speaks_decides() {
        check(16509, "Amazon.com, Inc.", NetworkKind::Aws);
        check(267_242, "AMAZONIA TELECOMUNICACOES LTDA", NetworkKind::Residential);
        check(8075, "Microsoft Corporation", NetworkKind::Hosting);
        check(16591, "Google Fiber Inc.", NetworkKind::Residential);
        check(7922, "Comcast Cable Communications, LLC", NetworkKind::Residential);
        check(3320, "Deutsche Telekom AG", NetworkKind::Residential);
        check(7018, "AT&T Enterprises, LLC", NetworkKind::Residential);
        check(9009, "M247 Europe SRL", NetworkKind::Vpn);
        check(39351, "31173 Services AB", NetworkKind::Vpn);
        check(64_512, "Bank of Communications", NetworkKind::Business);
        check(521, "Ford Motor Company", NetworkKind::Business);
        check(64_513, "Acme Hosting GmbH", NetworkKind::Hosting);
    }

    #[test]
    fn stars_stand_for_the_rest_of_a_word_and_nothing_else_does() {
        let kinds =
            Kinds::parse("system = []\n[[words]]\nkind = 'vpn'\nreason = 'r'\nwords = ['ab*', '*yz', 'one two']")
                .unwrap();
        for name in ["ABC Ltd", "xyz", "The One-Two", "ab"] {
            assert_eq!(kinds.of(1, name), NetworkKind::Vpn, "{name}");
        }
        for name in ["cab", "yza", "one", "stone two"] {
            assert_eq!(kinds.of(1, name), NetworkKind::Business, "{name}");
        }
    }

    #[test]
    fn a_rule_without_a_reason_is_refused() {
        assert!(Kinds::parse("words = []\n[[system]]\nasn = 1\nkind = 'vpn'\nreason = ''").is_err());
    }
}
