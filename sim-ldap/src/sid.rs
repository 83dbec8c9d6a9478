//! Security identifiers: text, octets, and the well-known ones.

use std::fmt;
use std::str::FromStr;

/// A security identifier, at most fifteen sub-authorities (MS-DTYP 2.4.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid {
    authority: u64,
    len: u8,
    subs: [u32; 15],
}

/// The text is not a SID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a security identifier such as `S-1-5-21-1-2-3-1104`")]
pub struct SidError(pub String);

impl Sid {
    /// Everyone.
    pub const EVERYONE: Self = Self::new(1, &[0]);
    /// Creator owner: stands in inheritable entries for whoever will own the child.
    pub const CREATOR_OWNER: Self = Self::new(3, &[0]);
    /// Creator group.
    pub const CREATOR_GROUP: Self = Self::new(3, &[1]);
    /// Owner rights: replaces what an owner may do by nature.
    pub const OWNER_RIGHTS: Self = Self::new(3, &[4]);
    /// Anonymous.
    pub const ANONYMOUS: Self = Self::new(5, &[7]);
    /// Enterprise domain controllers.
    pub const ENTERPRISE_CONTROLLERS: Self = Self::new(5, &[9]);
    /// Principal self: the object itself.
    pub const SELF: Self = Self::new(5, &[10]);
    /// Authenticated users.
    pub const AUTHENTICATED: Self = Self::new(5, &[11]);
    /// The local system; here, whoever sets a world up.
    pub const SYSTEM: Self = Self::new(5, &[18]);
    /// The built-in administrators.
    pub const ADMINISTRATORS: Self = Self::new(5, &[32, 544]);
    /// The authority of built-in aliases.
    pub const BUILTIN: Self = Self::new(5, &[32]);

    /// From an authority and up to fifteen sub-authorities; more are cut off.
    pub const fn new(authority: u64, subs: &[u32]) -> Self {
        let mut all = [0; 15];
        let mut i = 0;
        while i < subs.len() && i < 15 {
            all[i] = subs[i];
            i += 1;
        }
        Self { authority, len: i as u8, subs: all }
    }

    /// The SID of a domain: `S-1-5-21-a-b-c`.
    pub const fn of_domain(a: u32, b: u32, c: u32) -> Self {
        Self::new(5, &[21, a, b, c])
    }

    /// The sub-authorities.
    pub fn subs(&self) -> &[u32] {
        &self.subs[..self.len as usize]
    }

    /// This SID with one more sub-authority; itself when it is full.
    pub fn child(&self, rid: u32) -> Self {
        let mut sid = *self;
        if let Some(slot) = sid.subs.get_mut(sid.len as usize) {
            *slot = rid;
            sid.len += 1;
        }
        sid
    }

    /// The SID without its last sub-authority, and that one.
    pub fn split(&self) -> Option<(Self, u32)> {
        let last = self.len.checked_sub(1)?;
        let mut parent = *self;
        parent.len = last;
        let rid = std::mem::replace(&mut parent.subs[last as usize], 0);
        Some((parent, rid))
    }

    /// Appends the octets of the directory (MS-DTYP 2.4.2.2).
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend([1, self.len]);
        out.extend_from_slice(&self.authority.to_be_bytes()[2..]);
        for sub in self.subs() {
            out.extend_from_slice(&sub.to_le_bytes());
        }
    }

    /// The octets of the directory.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + 4 * self.len as usize);
        self.write(&mut out);
        out
    }

    /// Reads octets from the beginning of a slice; also tells how many there were.
    pub fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        let (&[1, len], rest) = bytes.split_first_chunk::<2>()? else { return None };
        if len > 15 {
            return None;
        }
        let (authority, rest) = rest.split_first_chunk::<6>()?;
        let authority = authority.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
        let mut sid = Self::new(authority, &[]);
        for chunk in rest.get(..4 * len as usize)?.chunks_exact(4) {
            sid = sid.child(u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]));
        }
        Some((sid, 8 + 4 * len as usize))
    }

    /// Reads exactly these octets.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::read(bytes).filter(|(_, n)| *n == bytes.len()).map(|(sid, _)| sid)
    }

    /// A hash of the whole.
    pub fn hash64(&self) -> u64 {
        self.subs()
            .iter()
            .fold(self.authority ^ u64::from(self.len) << 56, |h, s| sim_core::chance::mix(h, u64::from(*s)))
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.authority < 1 << 32 {
            write!(f, "S-1-{}", self.authority)?;
        } else {
            write!(f, "S-1-0x{:012X}", self.authority)?;
        }
        self.subs().iter().try_for_each(|s| write!(f, "-{s}"))
    }
}
impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sid {
    type Err = SidError;
    fn from_str(text: &str) -> Result<Self, SidError> {
        let wrong = || SidError(text.chars().take(80).collect());
        let rest = text.strip_prefix("S-1-").or_else(|| text.strip_prefix("s-1-")).ok_or_else(wrong)?;
        let mut parts = rest.split('-');
        let authority = parts.next().unwrap_or_default();
        let authority = match authority.strip_prefix("0x").or_else(|| authority.strip_prefix("0X")) {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None => number(authority),
        };
        let mut sid = Self::new(authority.filter(|a| *a < 1 << 48).ok_or_else(wrong)?, &[]);
        for part in parts {
            if sid.len == 15 {
                return Err(wrong());
            }
            sid = sid.child(number(part).and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong)?);
        }
        Ok(sid)
    }
}

/// Digits only: `u64::from_str` would take a plus sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn octets_are_those_of_the_directory() {
        let sid: Sid = "S-1-5-21-1-2-3-1104".parse().expect("a SID");
        assert_eq!(sid.to_bytes()[..12], [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0]);
        assert_eq!(sid.split(), Some((Sid::of_domain(1, 2, 3), 1104)));
        for bad in [
            "",
            "S-1-",
            "S-1-5-",
            "S-1-5--1",
            "S-1-5-+1",
            "S-2-5-1",
            "S-1-5-4294967296",
            "S-1-5-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1",
        ] {
            assert!(bad.parse::<Sid>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(authority in 0u64..1 << 48, subs in prop::collection::vec(any::<u32>(), 0..=15)) {
            let sid = Sid::new(authority, &subs);
            prop_assert_eq!(sid.to_string().parse(), Ok(sid));
            prop_assert_eq!(Sid::from_bytes(&sid.to_bytes()), Some(sid));
        }
        #[test]
        fn no_octets_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) { let _ = Sid::from_bytes(&bytes); }
    }
}
