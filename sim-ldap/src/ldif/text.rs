//! How files are encoded, and how people write passwords.

use super::{Attributes, LdifError};
use crate::at::Modification;

/// The text of a file: UTF-8, or UTF-16 as `ldifde -u` writes it.
pub fn decode(bytes: &[u8]) -> Result<String, LdifError> {
    let wide = |units: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks(2).map(|c| units([c[0], c.get(1).copied().unwrap_or(0)])).collect();
        char::decode_utf16(units).collect::<Result<String, _>>()
    };
    let wrong = |line, what: &str| LdifError { line, message: format!("this is not {what} text") };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes).map_err(|_| wrong(1, "UTF-16")),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes).map_err(|_| wrong(1, "UTF-16")),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            let text = std::str::from_utf8(bytes).map_err(|e| {
                let before = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count();
                wrong(before as u32 + 1, "UTF-8")
            })?;
            Ok(text.to_owned())
        }
    }
}

/// Passwords as people write them become what the directory takes: `unicodePwd: Secret` and `userPassword: Secret` become the
/// quoted UTF-16 of `unicodePwd`. Values that are that already, and digests such as `{SSHA}…`, stay as they are.
pub fn encode_passwords(attributes: &mut Attributes) {
    for (name, values) in attributes {
        if let Some(plain) = plain_password(name, values) {
            (*name, *values) = ("unicodePwd".into(), vec![plain]);
        }
    }
}

/// As [`encode_passwords`], for the parts of a modification.
pub fn encode_passwords_of(parts: &mut [Modification]) {
    for part in parts {
        if let Some(plain) = plain_password(&part.attr, &part.values) {
            (part.attr, part.values) = ("unicodePwd".into(), vec![plain]);
        }
    }
}

fn plain_password(name: &str, values: &[Vec<u8>]) -> Option<Vec<u8>> {
    let is_password = ["unicodePwd", "userPassword"].iter().any(|n| n.eq_ignore_ascii_case(name));
    let [value] = values else { return None };
    let encoded = value.len() >= 4 && value.starts_with(b"\"\0") && value.ends_with(b"\"\0");
    let text = std::str::from_utf8(value).ok().filter(|t| is_password && !encoded && !t.starts_with('{'))?;
    Some(format!("\"{text}\"").encode_utf16().flat_map(u16::to_le_bytes).collect())
}
