//! Requests in BER, written apart from the code under test.

pub fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let n = body.len();
    if n < 128 {
        out.push(n as u8);
    } else {
        let digits: Vec<u8> = n.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
        out.push(0x80 | digits.len() as u8);
        out.extend(digits);
    }
    out.extend_from_slice(body);
    out
}

pub fn octs(text: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(4, text.as_ref())
}

pub fn int(tag: u8, n: i64) -> Vec<u8> {
    let octets = n.to_be_bytes();
    let sign = if n < 0 { 0xff } else { 0 };
    let mut from = octets.iter().take(7).take_while(|b| **b == sign).count();
    if from > 0 && (octets.get(from).is_none() || octets[from] & 0x80 != sign & 0x80) {
        from -= 1;
    }
    tlv(tag, &octets[from..])
}

pub fn boolean(tag: u8, is: bool) -> Vec<u8> {
    tlv(tag, &[if is { 0xff } else { 0 }])
}

pub fn seq(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(tag, &parts.concat())
}

/// Elements of a constructed value.
pub fn items(mut body: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut all = Vec::new();
    while !body.is_empty() {
        let (tag, content, rest) = next(body).expect("an element");
        all.push((tag, content.to_vec()));
        body = rest;
    }
    all
}

/// The first element, and what follows.
pub fn next(body: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, first) = (*body.first()?, usize::from(*body.get(1)?));
    let (n, from) = match first {
        0..0x80 => (first, 2),
        _ => {
            let digits = body.get(2..2 + (first & 0x7f))?;
            (digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)), 2 + digits.len())
        }
    };
    Some((tag, body.get(from..from + n)?, &body[from + n..]))
}

/// A filter in text.
pub fn filter(text: &str) -> Vec<u8> {
    let (out, rest) = part(text.as_bytes());
    assert!(rest.is_empty(), "after the filter: {}", rest.escape_ascii());
    out
}

fn part(text: &[u8]) -> (Vec<u8>, &[u8]) {
    assert_eq!(text[0], b'(');
    match text[1] {
        sign @ (b'&' | b'|') => {
            let (mut all, mut rest) = (Vec::new(), &text[2..]);
            while rest[0] == b'(' {
                let (one, later) = part(rest);
                all.extend(one);
                rest = later;
            }
            (tlv(if sign == b'&' { 0xa0 } else { 0xa1 }, &all), &rest[1..])
        }
        b'!' => {
            let (one, rest) = part(&text[2..]);
            (tlv(0xa2, &one), &rest[1..])
        }
        _ => {
            let end = text.iter().position(|b| *b == b')').expect("an end");
            let item = std::str::from_utf8(&text[1..end]).expect("text");
            (leaf(item), &text[end + 1..])
        }
    }
}

fn leaf(item: &str) -> Vec<u8> {
    if let Some((left, value)) = item.split_once(":=") {
        let mut parts = left.split(':');
        let attr = parts.next().unwrap_or_default();
        let (mut rule, mut dn) = (Vec::new(), Vec::new());
        for word in parts {
            if word == "dn" {
                dn = boolean(0x84, true);
            } else {
                rule = tlv(0x81, word.as_bytes());
            }
        }
        let attr = if attr.is_empty() { Vec::new() } else { tlv(0x82, attr.as_bytes()) };
        return seq(0xa9, &[rule, attr, tlv(0x83, &unescape(value)), dn]);
    }
    let (attr, value) = item.split_once('=').expect("an operator");
    for (sign, tag) in [('>', 0xa5), ('<', 0xa6), ('~', 0xa8)] {
        if let Some(attr) = attr.strip_suffix(sign) {
            return seq(tag, &[octs(attr), octs(unescape(value))]);
        }
    }
    if value == "*" {
        return tlv(0x87, attr.as_bytes());
    }
    if !value.contains('*') {
        return seq(0xa3, &[octs(attr), octs(unescape(value))]);
    }
    let pieces: Vec<&str> = value.split('*').collect();
    let last = pieces.len() - 1;
    let tag = |i| if i == 0 { 0x80 } else { 0x81 + u8::from(i == last) };
    let all = pieces.iter().enumerate().filter(|(_, p)| !p.is_empty());
    let all: Vec<_> = all.map(|(i, p)| tlv(tag(i), &unescape(p))).collect();
    seq(0xa4, &[octs(attr), seq(0x30, &all)])
}

fn unescape(text: &str) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, later @ ..] = rest {
        if *first == b'\\' {
            let digits = std::str::from_utf8(&later[..2]).expect("digits");
            out.push(u8::from_str_radix(digits, 16).expect("digits"));
            rest = &later[2..];
        } else {
            out.push(*first);
            rest = later;
        }
    }
    out
}
