//! Passwords. Of those that somebody chose the NT hash is kept; those that are made here follow from the account's key.

use crate::Forest;
use crate::entry::Entry;
use md4::{Digest, Md4};
use sim_core::chance::mix;
use sim_core::{Chance, Id, Key, Purpose};
use std::fmt;

const PASSWORDS: Purpose = Purpose::named("machine password");

/// The secret of a computer account, as the computer knows it: a number that stands for a password.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(pub u64);

impl Secret {
    /// The password: 120 characters, as a join makes them (NetProvisionComputerAccount).
    pub fn password(self) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./:;<=>?@[]^_{|}~";
        Chance::new(self.0).draw(PASSWORDS, Key(self.0), 0).text(alphabet, 120)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The NT hash of a password: MD4 over its UTF-16 octets (MS-NLMP 3.3.1). Nothing else of a password is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct NtHash(pub(crate) [u8; 16]);

impl NtHash {
    pub(crate) fn of(password: &str) -> Self {
        let mut hash = Md4::new();
        password.encode_utf16().for_each(|unit| hash.update(unit.to_le_bytes()));
        Self(hash.finalize().into())
    }

    /// A number that stands for it.
    pub(crate) fn number(self) -> u64 {
        self.0.chunks_exact(8).fold(0, |n, c| mix(n, c.iter().fold(0, |w, b| w << 8 | u64::from(*b))))
    }
}

impl fmt::Debug for NtHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NtHash")
    }
}

impl Forest {
    /// The secret of an account that was made here: of its key and the count of its secrets.
    pub(crate) fn secret(&self, entry: &Entry) -> Secret {
        let chosen = entry.extra.as_ref().and_then(|e| e.nt_hash).map_or(0, NtHash::number);
        Secret(mix(mix(mix(self.store.chance.seed(), entry.key.0), 0x7365_6372), u64::from(entry.secret)) ^ chosen)
    }

    /// The secret that the computer of this object holds: what a machine knows that was a member before the world began.
    pub fn secret_of(&self, computer: Id<Entry>) -> Option<Secret> {
        let entry = self.store.rows.get(computer)?;
        (entry.secret > 0).then(|| self.secret(entry))
    }

    /// Whether a password is that of an account. An account without one has none that is right.
    pub fn check_password(&self, entry: &Entry, password: &str) -> bool {
        self.nt_hash(entry).is_some_and(|hash| hash == NtHash::of(password))
    }

    /// The NT hash of an account's password: kept where somebody chose it, else of the password that its secret stands for.
    pub(crate) fn nt_hash(&self, entry: &Entry) -> Option<NtHash> {
        let chosen = entry.extra.as_ref().and_then(|e| e.nt_hash);
        chosen.or_else(|| (entry.secret > 0).then(|| NtHash::of(&self.secret(entry).password())))
    }
}
