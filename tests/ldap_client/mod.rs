//! A small LDAP client for tests: requests in BER, written apart from the code under test.

#![allow(dead_code)] // each test binary uses a part

use std::io::{Read, Write};

/// An element of BER.
pub fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let n = body.len();
    let mut out = vec![tag];
    match n {
        0..0x80 => out.push(n as u8),
        _ => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend_from_slice(body);
    out
}

pub fn octets(text: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(4, text.as_ref())
}

/// A constructed element.
pub fn seq(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(tag, &parts.concat())
}

/// The first element of what is there, and how long it is; `None` before all of it is there.
fn first(octets: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (tag, n) = (*octets.first()?, usize::from(*octets.get(1)?));
    let (n, from) = match n {
        0..0x80 => (n, 2),
        _ => {
            let digits = octets.get(2..2 + (n & 0x7f))?;
            (digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)), 2 + digits.len())
        }
    };
    Some((tag, octets.get(from..from + n)?, from + n))
}

/// The elements of a constructed one.
pub fn items(mut body: &[u8]) -> Vec<(u8, &[u8])> {
    let mut all = Vec::new();
    while !body.is_empty() {
        let (tag, content, n) = first(body).expect("a whole element");
        all.push((tag, content));
        body = &body[n..];
    }
    all
}

/// An object that a search found.
#[derive(Debug)]
pub struct Entry {
    pub dn: String,
    pub attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// The first value of an attribute as text.
    pub fn text(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        let value = found.and_then(|(_, values)| values.first()).unwrap_or_else(|| panic!("{name} in {self:?}"));
        std::str::from_utf8(value).expect("text")
    }
}

pub fn message(id: u8, op: Vec<u8>) -> Vec<u8> {
    seq(0x30, &[tlv(2, &[id]), op])
}

/// A request to search; `filter` is `(name=value)` with one equality, or `(name=*)`.
pub fn search(base: &str, scope: u8, (name, value): (&str, &str), wanted: &[&str]) -> Vec<u8> {
    let filter = match value {
        "*" => tlv(0x87, name.as_bytes()),
        _ => seq(0xa3, &[octets(name), octets(value)]),
    };
    let wanted: Vec<_> = wanted.iter().map(octets).collect();
    let scope = tlv(10, &[scope]);
    seq(
        0x63,
        &[octets(base), scope, tlv(10, &[0]), tlv(2, &[0]), tlv(2, &[0]), tlv(1, &[0]), filter, seq(0x30, &wanted)],
    )
}

/// The object in a message that has one.
pub fn entry(op: &[u8]) -> Entry {
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).expect("text");
    let parts = items(op);
    let attributes = items(parts[1].1).into_iter().map(|(_, attribute)| {
        let parts = items(attribute);
        (text(parts[0].1), items(parts[1].1).into_iter().map(|(_, value)| value.to_vec()).collect())
    });
    Entry { dn: text(parts[0].1), attributes: attributes.collect() }
}

/// Number, tag and content of a message.
pub fn open(message: &[u8]) -> (u8, u8, Vec<u8>) {
    let (tag, body, _) = first(message).expect("a message");
    assert_eq!(tag, 0x30);
    let parts = items(body);
    (*parts[0].1.last().expect("a number"), parts[1].0, parts[1].1.to_vec())
}

/// A connection.
pub struct Client<S> {
    pub stream: S,
    received: Vec<u8>,
    id: u8,
}

impl<S: Read + Write> Client<S> {
    pub fn new(stream: S) -> Self {
        Self { stream, received: Vec::new(), id: 0 }
    }

    /// The next message; `None` when the server has closed.
    pub fn receive(&mut self) -> Option<(u8, u8, Vec<u8>)> {
        loop {
            if let Some((_, _, n)) = first(&self.received) {
                let message: Vec<u8> = self.received.drain(..n).collect();
                return Some(open(&message));
            }
            let mut part = [0; 4096];
            let n = self.stream.read(&mut part).unwrap_or(0);
            if n == 0 {
                return None;
            }
            self.received.extend_from_slice(&part[..n]);
        }
    }

    pub fn send(&mut self, op: Vec<u8>) -> u8 {
        self.id += 1;
        self.stream.write_all(&message(self.id, op)).expect("it is sent");
        self.id
    }

    /// Sends a request and gives the code of its result.
    pub fn ask(&mut self, op: Vec<u8>) -> u8 {
        let id = self.send(op);
        let (of, _, result) = self.receive().expect("an answer");
        assert_eq!(of, id);
        items(&result)[0].1[0]
    }

    pub fn bind(&mut self, name: &str, password: &str) -> u8 {
        self.ask(seq(0x60, &[tlv(2, &[3]), octets(name), tlv(0x80, password.as_bytes())]))
    }

    pub fn add(&mut self, dn: &str, attributes: &[(&str, &str)]) -> u8 {
        let attributes: Vec<_> =
            attributes.iter().map(|(name, value)| seq(0x30, &[octets(name), seq(0x31, &[octets(value)])])).collect();
        self.ask(seq(0x68, &[octets(dn), seq(0x30, &attributes)]))
    }

    /// The code, and the objects.
    pub fn search(&mut self, base: &str, scope: u8, filter: (&str, &str), wanted: &[&str]) -> (u8, Vec<Entry>) {
        let id = self.send(search(base, scope, filter, wanted));
        let mut found = Vec::new();
        loop {
            let (of, tag, op) = self.receive().expect("an answer");
            assert_eq!(of, id);
            match tag {
                0x64 => found.push(entry(&op)),
                0x73 => {}
                _ => return (items(&op)[0].1[0], found),
            }
        }
    }

    pub fn start_tls(&mut self) -> u8 {
        self.ask(seq(0x77, &[tlv(0x80, b"1.3.6.1.4.1.1466.20037")]))
    }
}
