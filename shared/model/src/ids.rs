//! Names that must not be mistaken for one another, each a type of its own.

use serde::{Deserialize, Serialize};

/// The longest name kept from a record, in bytes; AWS's own longest (an ARN) is 2,048.
pub const NAME_LIMIT: usize = 2048;

/// Cuts `text` to at most `limit` bytes at a character boundary and marks the cut.
#[must_use]
pub fn bounded(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut cut = text.get(..end).unwrap_or_default().to_owned();
    cut.push('…');
    cut
}

/// The first `length` bytes of a SHA-256 digest as hexadecimal text.
#[must_use]
pub fn hex(digest: &[u8], length: usize) -> String {
    use std::fmt::Write as _;
    digest.iter().take(length).fold(String::with_capacity(2 * length), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the name, bounded to [`NAME_LIMIT`] bytes.
            #[must_use]
            pub fn new(text: &str) -> Self {
                Self(bounded(text, NAME_LIMIT))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether nothing was recorded.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// An account, tenant or project: the smallest thing a platform bills and isolates.
    AccountId
);
name!(
    /// Where in the platform it happened.
    Region
);
name!(
    /// The platform's id of one record; idempotence hangs on it.
    EventId
);
name!(
    /// What stays the same about an identity from run to run: never a session, never a temporary key.
    PrincipalKey
);
name!(
    /// One secret, whichever of its names a caller used.
    SecretId
);
name!(
    /// One episode, told once: a digest of what the episode is.
    FindingId
);

impl SecretId {
    /// What people call it: the id without platform, store and account; the path of everything is `/`.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.0.rsplit(':').next().unwrap_or_default();
        if name.is_empty() && !self.0.is_empty() { "/" } else { name }
    }

    /// Whether this is the path the other lies under: whoever reads it reads the other.
    #[must_use]
    pub fn is_path_of(&self, other: &Self) -> bool {
        let below = other.0.strip_prefix(&self.0).unwrap_or_default();
        // The path of everything is the empty name, after the colon.
        !below.is_empty() && (below.starts_with('/') || self.0.ends_with([':', '/']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_what_lies_under_it_and_not_its_neighbours() {
        let holds = |path: &str, name: &str| SecretId::new(path).is_path_of(&SecretId::new(name));
        assert!(holds("aws:ssm:1:eu-central-1:prod", "aws:ssm:1:eu-central-1:prod/orders/key"));
        assert!(holds("aws:ssm:1:eu-central-1:", "aws:ssm:1:eu-central-1:prod/orders/key"));
        assert!(!holds("aws:ssm:1:eu-central-1:prod", "aws:ssm:1:eu-central-1:production/key"));
        assert!(!holds("aws:ssm:1:eu-central-1:prod", "aws:ssm:1:eu-central-1:prod"));
    }

    #[test]
    fn a_long_name_is_cut_at_a_character_and_marked() {
        let cut = bounded(&"é".repeat(NAME_LIMIT), NAME_LIMIT);
        assert!(cut.len() <= NAME_LIMIT);
        assert!(cut.ends_with("é…"));
    }
}
