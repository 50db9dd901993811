//! A maker: who made or opened something, by key and name, and from which network, as the trace keeps it.

use trailwarden_model::Activity;

/// Who made or opened something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Maker<'a> {
    /// The identity's key.
    pub(crate) key: &'a str,
    /// What people call it.
    pub(crate) name: &'a str,
    /// The network it came from, `-` where none is known.
    pub(crate) network: &'a str,
}

impl<'a> Maker<'a> {
    /// The maker as the trace keeps it.
    pub(super) fn trace(activity: &Activity) -> String {
        let network = activity.origin.network_key().unwrap_or_else(|| "-".to_owned());
        format!("{}|{} from {network}", activity.actor.key, activity.actor.name)
    }

    /// The maker a trace names.
    pub(crate) fn read(trace: &'a str) -> Option<Self> {
        let (who, network) = trace.rsplit_once(" from ")?;
        let (key, name) = who.split_once('|')?;
        Some(Self { key, name, network })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maker_is_read_whatever_its_name_says() {
        let maker = Maker::read("aws:role:AROA1|a | b from home from AS3320");
        assert_eq!(maker, Some(Maker { key: "aws:role:AROA1", name: "a | b from home", network: "AS3320" }));
        assert_eq!(Maker::read("nobody"), None);
    }
}
