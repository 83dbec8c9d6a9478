//! As much BER as requests need, and answers told apart.

use crate::fleet;

/// A value with its tag; lengths take as few octets as they can.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let n = content.len();
    let mut out = vec![tag];
    match n {
        0..=0x7f => out.push(n as u8),
        0x80..=0xff => out.extend([0x81, n as u8]),
        _ => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend_from_slice(content);
    out
}

fn text(text: &str) -> Vec<u8> {
    tlv(4, text.as_bytes())
}

fn number(tag: u8, n: u32) -> Vec<u8> {
    let octets = n.to_be_bytes();
    let from = (0..3).find(|i| octets[*i] != 0 || octets[i + 1] & 0x80 != 0).unwrap_or(3);
    let sign = (octets[from] & 0x80 != 0).then_some(0);
    tlv(tag, &sign.into_iter().chain(octets[from..].iter().copied()).collect::<Vec<_>>())
}

/// A whole message.
pub fn message(id: u32, op: &[u8], controls: &[u8]) -> Vec<u8> {
    tlv(0x30, &[number(2, id), op.to_vec(), controls.to_vec()].concat())
}

/// A simple bind.
pub fn bind(who: &str, password: &str) -> Vec<u8> {
    tlv(0x60, &[number(2, 3), text(who), tlv(0x80, password.as_bytes())].concat())
}

/// A search for all attributes.
pub fn search(base: &str, scope: u32, filter: &[u8]) -> Vec<u8> {
    let numbers = [number(10, scope), number(10, 0), number(2, 0), number(2, 0), tlv(1, &[0])].concat();
    tlv(0x63, &[text(base), numbers, filter.to_vec(), tlv(0x30, &[])].concat())
}

/// `(name=value)`.
pub fn equals(name: &str, value: &str) -> Vec<u8> {
    tlv(0xa3, &[text(name), text(value)].concat())
}

/// `(objectClass=*)`.
pub fn anything() -> Vec<u8> {
    tlv(0x87, b"objectClass")
}

/// The control for pages (RFC 2696).
pub fn page(size: u32, cookie: &[u8]) -> Vec<u8> {
    let value = tlv(0x30, &[number(2, size), tlv(4, cookie)].concat());
    tlv(0xa0, &tlv(0x30, &[text("1.2.840.113556.1.4.319"), tlv(4, &value)].concat()))
}

/// Adds a computer of the fleet.
pub fn add(n: u32) -> Vec<u8> {
    let attribute = |(name, values): (&str, Vec<String>)| {
        let values: Vec<u8> = values.iter().flat_map(|v| text(v)).collect();
        tlv(0x30, &[text(name), tlv(0x31, &values)].concat())
    };
    let all: Vec<u8> = fleet::attributes(n).into_iter().flat_map(attribute).collect();
    tlv(0x68, &[text(&fleet::dn(n)), tlv(0x30, &all)].concat())
}

/// The first value: its tag, its content, what follows. Nothing if it is not whole yet.
pub fn next(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = octets.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let count = if first < 0x80 { 0 } else { usize::from(first & 0x7f) };
    let (digits, rest) = rest.split_at_checked(count)?;
    let n = if count == 0 { usize::from(first) } else { digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)) };
    let (content, rest) = rest.split_at_checked(n)?;
    Some((tag, content, rest))
}

/// An answer: the tag of its operation, that operation's content, and what controls follow.
pub fn answer(message: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (_, _, op) = next(message)?;
    next(op)
}

/// The cookie in the controls of an answer.
pub fn cookie(controls: &[u8]) -> Option<Vec<u8>> {
    let (_, list, _) = next(controls)?;
    let (_, control, _) = next(list)?;
    let (_, _, mut rest) = next(control)?;
    if let Some((1, _, after)) = next(rest) {
        rest = after;
    }
    let (_, value, _) = next(rest)?;
    let (_, pair, _) = next(value)?;
    let (_, _, cookie) = next(pair)?;
    next(cookie).map(|(_, cookie, _)| cookie.to_vec())
}
