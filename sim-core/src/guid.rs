//! GUIDs, as values: where they come from is chance's business.

use std::fmt;
use std::str::FromStr;

/// A 128-bit identifier in the order in which it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Guid(u64, u64);

/// The text is not a GUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a GUID such as `3f2504e0-4f89-41d3-9a0c-0305e82c3301`")]
pub struct GuidError(pub String);

impl Guid {
    /// All zeros: what services send for *none*.
    pub const NIL: Self = Self(0, 0);

    /// From the number whose hexadecimal digits are the printed ones.
    pub const fn from_u128(n: u128) -> Self {
        Self((n >> 64) as u64, n as u64)
    }

    /// The number whose hexadecimal digits are the printed ones.
    pub const fn as_u128(self) -> u128 {
        (self.0 as u128) << 64 | self.1 as u128
    }

    /// Random bits made into a version 4 GUID of the usual variant.
    pub const fn from_random(high: u64, low: u64) -> Self {
        Self(high & !0xf000 | 0x4000, low & !(0b11 << 62) | 0b10 << 62)
    }

    /// The two halves, first the one printed first.
    pub const fn halves(self) -> [u64; 2] {
        [self.0, self.1]
    }

    /// A hash for indexes.
    pub const fn hash64(self) -> u64 {
        crate::chance::mix(self.0, self.1)
    }

    /// The octets as Active Directory stores them: the first three fields little-endian (MS-DTYP 2.3.4).
    pub fn to_bytes_le(self) -> [u8; 16] {
        let mut b = self.as_u128().to_be_bytes();
        b[0..4].reverse();
        b[4..6].reverse();
        b[6..8].reverse();
        b
    }

    /// The inverse of [`Guid::to_bytes_le`].
    pub fn from_bytes_le(mut b: [u8; 16]) -> Self {
        b[0..4].reverse();
        b[4..6].reverse();
        b[6..8].reverse();
        Self::from_u128(u128::from_be_bytes(b))
    }
}

impl Guid {
    /// The text, `3f2504e0-4f89-41d3-9a0c-0305e82c3301`, in ASCII.
    pub fn text(self) -> [u8; 36] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let (mut out, mut at) = ([b'-'; 36], 0);
        for (n, byte) in self.as_u128().to_be_bytes().into_iter().enumerate() {
            at += matches!(n, 4 | 6 | 8 | 10) as usize;
            out[at] = DIGITS[usize::from(byte >> 4)];
            out[at + 1] = DIGITS[usize::from(byte & 15)];
            at += 2;
        }
        out
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.text()).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Guid {
    type Err = GuidError;
    fn from_str(text: &str) -> Result<Self, GuidError> {
        let wrong = || GuidError(text.chars().take(80).collect());
        let bytes = text.as_bytes();
        let bytes = match bytes {
            [b'{', inner @ .., b'}'] => inner,
            _ => bytes,
        };
        if bytes.len() != 36 {
            return Err(wrong());
        }
        let mut n = 0u128;
        for (i, b) in bytes.iter().enumerate() {
            match i {
                8 | 13 | 18 | 23 if *b == b'-' => {}
                8 | 13 | 18 | 23 => return Err(wrong()),
                _ => n = n << 4 | u128::from((*b as char).to_digit(16).ok_or_else(wrong)?),
            }
        }
        Ok(Self::from_u128(n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_follow_the_directory_and_text_follows_the_eye() {
        let text = "bf967a86-0de6-11d0-a285-00aa003049e2";
        let guid: Guid = text.parse().expect("a GUID");
        assert_eq!(guid.to_string(), text);
        assert_eq!(guid.to_bytes_le()[..8], [0x86, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11]);
        assert_eq!(Guid::from_bytes_le(guid.to_bytes_le()), guid);
        for bad in ["", "bf967a86", "bf967a860-de6-11d0-a285-00aa003049e2", "gf967a86-0de6-11d0-a285-00aa003049e2"] {
            assert!(bad.parse::<Guid>().is_err(), "{bad}");
        }
    }
}
