//! Percent-encoding.

use std::borrow::Cow;

/// Where a text stands decides what a plus sign is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A plus sign is itself.
    Path,
    /// A plus sign is a blank; clients of Graph write both.
    Query,
}

/// Undoes percent-encoding.
///
/// Tolerant, and all of it assumed: a per cent sign without two hexadecimal digits is itself, blanks and quotes need
/// not be encoded, and what is not UTF-8 becomes U+FFFD.
pub fn decode(text: &str, place: Place) -> Cow<'_, str> {
    if !text.bytes().any(|b| b == b'%' || (b == b'+' && place == Place::Query)) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = if byte == b'%' { hex(bytes.get(at + 1)).zip(hex(bytes.get(at + 2))) } else { None };
        match escaped {
            Some((high, low)) => {
                decoded.push(high << 4 | low);
                at += 3;
            }
            None => {
                decoded.push(if byte == b'+' && place == Place::Query { b' ' } else { byte });
                at += 1;
            }
        }
    }
    Cow::Owned(match String::from_utf8(decoded) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    let digit = char::from(*byte?).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding() {
        let table = [
            ("a%20b+c", "a b c"),
            ("%27%26%2B%27", "'&+'"),
            ("plain 'text'", "plain 'text'"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%zz%C3%A4", "%zzä"),
            ("%ff", "\u{fffd}"),
        ];
        for (encoded, expected) in table {
            assert_eq!(decode(encoded, Place::Query), expected);
        }
        assert_eq!(decode("a+b", Place::Path), "a+b");
    }
}
