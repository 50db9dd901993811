//! Chance, seeded: each actor throws dice of its own, so a change to one life leaves the others as they were.

use rand::{Rng, RngCore, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use trailwarden_evaluation::cloudtrail;

use super::organization::Account;

/// Every example ever generated comes from this one number.
const SEED: u64 = 0x7472_6169_6c77_6172;

/// A stream of chance that belongs to one name.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of `name`: the same name throws the same dice in every run.
    pub(super) fn named(name: &str) -> Self {
        // FNV-1a: stable across platforms and toolchains, which the standard hasher does not promise.
        let seed = name.bytes().fold(SEED, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A whole number from `low` to `high`, both included; `low` when there is no such number.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// Whether something that happens `percent` times in a hundred happens now.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of `from`.
    pub(super) fn choose<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.choose(&mut self.0)
    }

    /// A version 4 UUID.
    ///
    /// Its first forty-eight bits are chance, the rest is one of eight: ids are most of what a compressed log weighs,
    /// and forty-eight bits keep these apart.
    pub(super) fn uuid(&mut self) -> String {
        let chance = self.0.next_u64();
        let family = (u64::from(self.0.next_u32() & 7) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            chance >> 32,
            (chance >> 16) & 0xffff,
            (family >> 36) & 0xfff,
            (family >> 48) & 0x3fff | 0x8000,
            family & 0xffff_ffff_ffff,
        )
    }

    /// `digits` lower-case hexadecimal digits, at most sixteen.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        format!("{:016x}", self.0.next_u64()).chars().take(digits).collect()
    }

    /// `letters` characters of the alphabet a file's random part is written in.
    pub(super) fn alphanumeric(&mut self, letters: usize) -> String {
        let alphabet = rand::distr::Alphanumeric;
        (&mut self.0).sample_iter(alphabet).take(letters).map(char::from).collect()
    }

    /// An access key id (`AKIA…`, `ASIA…`): the account is encoded in it, as in a real one.
    pub(super) fn access_key(&mut self, prefix: &str, account: Account) -> String {
        cloudtrail::access_key(prefix, account.number(), self.0.next_u64())
    }

    /// A unique id of an identity (`AIDA…`, `AROA…`).
    pub(super) fn unique_id(&mut self, prefix: &str, account: Account) -> String {
        let mut id = self.access_key(prefix, account);
        id.push(cloudtrail::letter(u128::from(self.0.next_u64())));
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_throws_the_same_dice_twice_and_another_name_others() {
        assert_eq!(Dice::named("anna").uuid(), Dice::named("anna").uuid());
        assert_ne!(Dice::named("anna").uuid(), Dice::named("paul").uuid());
    }
}
