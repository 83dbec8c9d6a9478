//! Chance is keyed, not streamed: a draw is a pure function of (seed, purpose, key of the subject, nth draw of that purpose).
//! There is no generator to save, and a new draw or a new device never shifts an old one.
//!
//! All arithmetic is on integers and is the same on every platform.

use crate::Guid;
use std::ops::RangeInclusive;

/// Stirs two words into one. The finaliser of SplitMix64 over a multiply-fold; every output bit depends on every input bit.
#[inline(always)]
pub const fn mix(a: u64, b: u64) -> u64 {
    let mut x = (a.rotate_left(23) ^ b).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31) ^ a.wrapping_mul(0x2545_f491_4f6c_dd1d)
}

/// The 64-bit hash of a text: eight bytes at a time, little-endian, the length last.
pub const fn hash_text(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (mut h, mut i) = (0x6a09_e667_f3bc_c908u64, 0);
    while i < bytes.len() {
        let (mut word, mut k) = (0u64, 0);
        while k < 8 && i < bytes.len() {
            word |= (bytes[i] as u64) << (8 * k);
            k += 1;
            i += 1;
        }
        h = mix(h, word);
    }
    mix(h, bytes.len() as u64)
}

/// What a draw, an id or an actor is keyed by: the hash of a class and a natural name, or of a parent key and an ordinal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Key(pub u64);

impl Key {
    /// The key of a natural name within a class, as in `Key::of("device", "PFEG0D9P")`.
    pub const fn of(class: &str, name: &str) -> Self {
        Self(mix(hash_text(class), hash_text(name)))
    }

    /// A key below this one: the nth thing made by it, or the thing of it that a word names.
    pub const fn part(self, nth: u64) -> Self {
        Self(mix(self.0, nth))
    }
}

/// What a draw is for. Draws for different purposes are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(u64);

impl Purpose {
    /// The purpose of that name; the name is part of what a seed means.
    pub const fn named(name: &str) -> Self {
        Self(hash_text(name))
    }
}

/// The seed of a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// The chance of a world with this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed.
    pub const fn seed(self) -> u64 {
        self.seed
    }

    /// The nth draw for a purpose about the thing with this key.
    pub const fn draw(self, purpose: Purpose, key: Key, nth: u64) -> Draw {
        Draw { state: mix(mix(mix(self.seed, purpose.0), key.0), nth), taken: 0 }
    }

    /// The nth GUID for a purpose about the thing with this key.
    pub fn guid(self, purpose: Purpose, key: Key, nth: u64) -> Guid {
        let mut draw = self.draw(purpose, key, nth);
        Guid::from_random(draw.word(), draw.word())
    }
}

/// The values of one draw, as many as are taken.
#[derive(Debug, Clone)]
pub struct Draw {
    state: u64,
    taken: u64,
}

impl Draw {
    /// The next 64 random bits.
    pub fn word(&mut self) -> u64 {
        self.taken += 1;
        mix(self.state, self.taken)
    }

    /// Below `n`, uniform but for a bias of less than n / 2^64. Zero for `n` = 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(n)) >> 64) as u64
    }

    /// Uniform over a range of milliseconds or any other integers; the range's start when it is empty.
    pub fn uniform(&mut self, range: RangeInclusive<i64>) -> i64 {
        let (low, high) = (*range.start(), *range.end());
        if high <= low {
            return low;
        }
        let width = (high.wrapping_sub(low) as u64).wrapping_add(1);
        let step = if width == 0 { self.word() } else { self.below(width) };
        low.wrapping_add(step as i64)
    }

    /// True in `per_mille` of a thousand cases.
    pub fn chance_per_mille(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// That many characters out of an alphabet.
    pub fn text(&mut self, alphabet: &[u8], len: usize) -> String {
        (0..len).map(|_| alphabet[self.below(alphabet.len() as u64) as usize] as char).collect()
    }
}

impl rand_core::TryRng for Draw {
    type Error = std::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok((self.word() >> 32) as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(self.word())
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        for chunk in out.chunks_mut(8) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: Purpose = Purpose::named("test");

    /// The first draws and ids of this format. When this changes, every recorded hash changes with it.
    #[test]
    fn the_first_draws_and_ids_are_pinned() {
        let chance = Chance::new(1);
        let key = Key::of("device", "PFEG0D9P");
        let mut draw = chance.draw(TEST, key, 0);
        let seen = format!(
            "{:016x} {:016x} {} {} {} {}",
            key.0,
            draw.word(),
            draw.below(1000),
            draw.uniform(2000..=9000),
            draw.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 12),
            chance.guid(TEST, key, 0),
        );
        insta::assert_snapshot!(seen, @"1e6699741cea6391 0fc291e12fa368c8 166 6373 2DN2LVZEY5L1 0fc291e1-2fa3-48c8-aa9e-d3024b30b5f9");
    }

    #[test]
    fn draws_of_other_purposes_keys_and_turns_are_others() {
        let (a, b) = (Key::of("device", "A"), Key::of("device", "B"));
        let chance = Chance::new(1);
        let first = |c: Chance, p, k, n| c.draw(p, k, n).word();
        let all = [
            first(chance, TEST, a, 0),
            first(chance, TEST, a, 1),
            first(chance, TEST, b, 0),
            first(chance, Purpose::named("other"), a, 0),
            first(Chance::new(2), TEST, a, 0),
        ];
        for i in 0..all.len() {
            for j in 0..i {
                assert_ne!(all[i], all[j]);
            }
        }
    }

    #[test]
    fn ranges_are_kept_and_filled() {
        let mut low = 0;
        for n in 0..10_000 {
            let mut draw = Chance::new(7).draw(TEST, Key(n), 0);
            let v = draw.uniform(-3..=3);
            assert!((-3..=3).contains(&v));
            low += (v == -3) as i32;
        }
        assert!((1_200..1_700).contains(&low), "{low} of 10000 where 1429 are expected");
        assert_eq!(Chance::new(7).draw(TEST, Key(1), 0).uniform(5..=5), 5);
        assert_eq!(Chance::new(7).draw(TEST, Key(1), 0).below(0), 0);
    }
}
