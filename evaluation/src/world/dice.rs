//! Chance, seeded: each actor throws dice of its own, so a change to one life leaves the others as they were.

use rand::{Rng, RngCore, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use crate::cloudtrail;

/// A stream of chance that belongs to one name in one organisation.
#[derive(Clone, Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of `name` under `seed`: the same two throw the same dice in every run.
    pub(crate) fn named(seed: u64, name: &str) -> Self {
        // FNV-1a: stable across platforms and toolchains, which the standard hasher does not promise.
        let start = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xcbf2_9ce4_8422_2325;
        let mixed = name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(ChaCha8Rng::seed_from_u64(mixed))
    }

    /// A whole number from `low` to `high`, both included; `low` when there is no such number.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// Whether something that happens `percent` times in a hundred happens now.
    pub(crate) fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// Whether something that happens so many times in ten thousand happens now.
    pub(crate) fn rarely(&mut self, in_ten_thousand: i64) -> bool {
        self.between(1, 10_000) <= in_ten_thousand
    }

    /// One of `from`.
    pub(crate) fn choose<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.choose(&mut self.0)
    }

    /// One of `from`, the early ones oftener.
    pub(crate) fn prefer<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(from.len()).ok()?.checked_sub(1)?;
        let at = self.between(0, last).min(self.between(0, last));
        from.get(usize::try_from(at).ok()?)
    }

    /// Up to `count` different ones of `from`, in an order of chance.
    pub(crate) fn some<T: Clone>(&mut self, from: &[T], count: usize) -> Vec<T> {
        from.choose_multiple(&mut self.0, count).cloned().collect()
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.0.next_u64(), self.0.next_u64());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            (low >> 48) & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff,
        )
    }

    /// `digits` lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.0.next_u64()));
        }
        text.truncate(digits);
        text
    }

    /// `digits` decimal digits, the first not a nought.
    pub(crate) fn digits(&mut self, digits: u32) -> String {
        let low = 10_i64.pow(digits.saturating_sub(1));
        self.between(low, low * 10 - 1).to_string()
    }

    /// `letters` characters of the alphabet a random part is written in.
    pub(crate) fn alphanumeric(&mut self, letters: usize) -> String {
        let alphabet = rand::distr::Alphanumeric;
        (&mut self.0).sample_iter(alphabet).take(letters).map(char::from).collect()
    }

    /// An access key id (`AKIA…`, `ASIA…`): the account is encoded in it, as in a real one.
    pub(crate) fn access_key(&mut self, prefix: &str, account: u64) -> String {
        cloudtrail::access_key(prefix, account, self.0.next_u64())
    }

    /// A unique id of an identity (`AIDA…`, `AROA…`).
    pub(crate) fn unique_id(&mut self, prefix: &str, account: u64) -> String {
        let mut id = self.access_key(prefix, account);
        id.push(cloudtrail::letter(u128::from(self.0.next_u64())));
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_throws_the_same_dice_twice_and_another_name_or_seed_others() {
        assert_eq!(Dice::named(1, "anna").uuid(), Dice::named(1, "anna").uuid());
        assert_ne!(Dice::named(1, "anna").uuid(), Dice::named(1, "paul").uuid());
        assert_ne!(Dice::named(1, "anna").uuid(), Dice::named(2, "anna").uuid());
    }
}
