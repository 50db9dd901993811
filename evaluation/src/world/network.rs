//! Networks: who provides an address, of what kind, in which country.

use super::{Dice, providers::PROVIDERS};

/// What a network is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Lines into homes.
    Residential,
    /// Telephones.
    Mobile,
    /// Lines into offices.
    Business,
    /// Rented machines.
    Hosting,
    /// Commercial VPN services.
    Vpn,
    /// What hides many people behind one address by default: private relays, WARP.
    Relay,
    /// A company's own egress bought as a service.
    Gateway,
    /// Runners of a hosted CI.
    Runner,
    /// Exits of the Tor network.
    Tor,
}

/// Some addresses: first byte, span of the second, span of the third.
struct Range(u8, u8, u8, u8, u8);

impl Range {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let first = parts.next()?.parse().ok()?;
        let (low, high) = span(parts.next()?)?;
        let (third, third_to) = parts.next().map_or(Some((0, 255)), span)?;
        Some(Self(first, low, high, third, third_to))
    }
}

/// `88-91` or `88`.
fn span(text: &str) -> Option<(u8, u8)> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some((low.parse().ok()?, high.parse().ok()?))
}

/// Whoever announces addresses.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Provider {
    pub(crate) name: &'static str,
    /// Two letters; `""` for one that is everywhere.
    pub(crate) country: &'static str,
    pub(crate) kind: Kind,
    /// What it announces: `87.128-185 91.0-60`.
    pub(crate) ranges: &'static str,
}

impl Provider {
    fn ranges(&self) -> impl Iterator<Item = Range> {
        self.ranges.split(' ').filter_map(Range::read)
    }

    /// One of its addresses.
    pub(crate) fn address(&self, dice: &mut Dice) -> String {
        let ranges: Vec<Range> = self.ranges().collect();
        let Some(Range(first, second, second_to, third, third_to)) = dice.choose(&ranges) else {
            return "192.0.2.1".to_owned();
        };
        let second = dice.between((*second).into(), (*second_to).into());
        let third = dice.between((*third).into(), (*third_to).into());
        format!("{first}.{second}.{third}.{}", dice.between(2, 250))
    }

    /// Another address of the same neighbourhood: the same first two bytes.
    pub(crate) fn neighbour(&self, of: &str, dice: &mut Dice) -> String {
        let mut bytes = of.split('.').map(|byte| byte.parse::<u8>().unwrap_or_default());
        let (first, second) = (bytes.next().unwrap_or_default(), bytes.next().unwrap_or_default());
        let Some(range) = self.ranges().find(|range| range.0 == first && (range.1..=range.2).contains(&second)) else {
            return self.address(dice);
        };
        format!("{first}.{second}.{}.{}", dice.between(range.3.into(), range.4.into()), dice.between(2, 250))
    }
}

/// Who provides what nobody provides: addresses for documentation.
static NOBODY: Provider = Provider { name: "nobody", country: "", kind: Kind::Business, ranges: "192.0.2" };

/// A provider of that kind, there if any is there, else anywhere.
pub(crate) fn provider(kind: Kind, country: &str, dice: &mut Dice) -> &'static Provider {
    let of_kind: Vec<&'static Provider> = PROVIDERS.iter().filter(|known| known.kind == kind).collect();
    let there: Vec<&'static Provider> = of_kind.iter().copied().filter(|known| known.country == country).collect();
    let from = if there.is_empty() { &of_kind } else { &there };
    dice.choose(from).copied().unwrap_or(&NOBODY)
}

/// The provider of that name.
pub(crate) fn named(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|known| known.name == name)
}

/// An address a service of AWS in `region` calls the world from: an instance, a function, a gateway.
pub(crate) fn aws_address(region: &str, dice: &mut Dice) -> String {
    let ranges: &[(u8, u8, u8)] = match region {
        "eu-central-1" => &[(3, 64, 79), (18, 192, 198), (35, 156, 159), (52, 57, 59), (54, 93, 93)],
        "eu-west-1" => &[(34, 240, 255), (52, 16, 19), (52, 48, 51), (54, 216, 220), (63, 32, 35)],
        "eu-west-2" => &[(3, 8, 11), (18, 130, 135), (35, 176, 179)],
        "us-east-1" => &[(3, 80, 95), (34, 192, 207), (34, 224, 239), (44, 192, 223), (52, 0, 7), (54, 144, 175)],
        "us-east-2" => &[(3, 12, 23), (18, 216, 223), (52, 14, 15)],
        "us-west-2" => &[(34, 208, 223), (35, 80, 95), (44, 224, 255), (52, 32, 43), (54, 212, 215)],
        "ap-northeast-1" => &[(13, 112, 115), (18, 176, 183), (35, 72, 79), (52, 192, 199)],
        "ap-southeast-2" => &[(3, 24, 27), (13, 210, 211), (52, 62, 65), (54, 252, 253)],
        "ap-southeast-1" => &[(13, 212, 215), (13, 228, 229), (18, 136, 143)],
        "sa-east-1" => &[(18, 228, 231), (54, 232, 233), (54, 94, 94)],
        _ => &[(13, 244, 247)],
    };
    let (first, low, high) = dice.choose(ranges).copied().unwrap_or((3, 80, 95));
    let second = dice.between(low.into(), high.into());
    format!("{first}.{second}.{}.{}", dice.between(8, 247), dice.between(2, 250))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_shares_the_first_two_bytes() {
        let mut dice = Dice::named(1, "network");
        for provider in PROVIDERS {
            let address = provider.address(&mut dice);
            let near = provider.neighbour(&address, &mut dice);
            let network = |of: &str| of.split('.').take(2).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(network(&address), network(&near), "{}", provider.name);
        }
    }
}
