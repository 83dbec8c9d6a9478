//! Searches, and the messages of answers.

use crate::ber::*;
use std::collections::BTreeMap;

pub type Attributes = Vec<(String, Vec<Vec<u8>>)>;

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Got {
    pub code: i64,
    pub matched: String,
    pub message: String,
    pub entries: Vec<(String, Attributes)>,
    pub references: Vec<String>,
    pub referral: Vec<String>,
    pub controls: BTreeMap<String, Vec<u8>>,
    pub credentials: Vec<u8>,
    pub name: String,
    pub value: Vec<u8>,
    pub unsolicited: bool,
    pub closed: bool,
}

/// A search.
pub fn search(base: &str, scope: i64, limit: i64, text: &str, attrs: &[&str]) -> Vec<u8> {
    let attrs: Vec<_> = attrs.iter().map(octs).collect();
    let numbers = [int(10, scope), int(10, 0), int(2, limit), int(2, 0), boolean(1, false)].concat();
    seq(0x63, &[octs(base), numbers, filter(text), seq(0x30, &attrs)])
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).expect("text")
}

/// Reads the messages of one answer; each is handed on with what was read so far.
pub fn read(mut out: &[u8], mut each: impl FnMut(&[u8], &Got)) -> Got {
    let mut got = Got { code: -1, ..Got::default() };
    while !out.is_empty() {
        let (tag, body, rest) = next(out).expect("a message");
        assert_eq!(tag, 0x30);
        let whole = &out[..out.len() - rest.len()];
        out = rest;
        let parts = items(body);
        got.unsolicited = parts[0].1 == [0];
        let (tag, op) = &parts[1];
        for (_, control) in parts.get(2).map(|(_, list)| items(list)).unwrap_or_default() {
            let fields = items(&control);
            got.controls.insert(text(&fields[0].1), fields.last().expect("a value").1.clone());
        }
        let fields = items(op);
        match tag {
            0x64 => {
                let attributes = items(&fields[1].1).into_iter().map(|(_, attribute)| {
                    let parts = items(&attribute);
                    (text(&parts[0].1), items(&parts[1].1).into_iter().map(|(_, v)| v).collect())
                });
                got.entries.push((text(&fields[0].1), attributes.collect()));
            }
            0x73 => got.references.extend(fields.iter().map(|(_, url)| text(url))),
            _ => {
                got.code = fields[0].1.iter().fold(0, |n, b| n << 8 | i64::from(*b));
                if let Ok(matched) = String::from_utf8(fields[1].1.clone()) {
                    got.matched = matched;
                } else {
                    got.credentials = fields[1].1.clone();
                }
                let message = text(&fields[2].1);
                got.message = message.strip_suffix('\0').unwrap_or(&message).to_owned();
                for (tag, value) in &fields[3..] {
                    match tag {
                        0xa3 => got.referral.extend(items(value).iter().map(|(_, url)| text(url))),
                        0x87 => got.credentials = value.clone(),
                        0x8a => got.name = text(value),
                        0x8b => got.value = value.clone(),
                        _ => panic!("field {tag:x}"),
                    }
                }
            }
        }
        each(whole, &got);
    }
    got
}

/// NETLOGON_SAM_LOGON_RESPONSE_EX, taken apart (MS-ADTS 6.3.1.9).
pub fn netlogon(blob: &[u8]) -> Vec<(&'static str, String)> {
    let number = |at: usize, n: usize| blob[at..at + n].iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
    let mut out = vec![("Opcode", number(0, 2).to_string()), ("Flags", format!("{:x}", number(4, 4)))];
    let mut at = 24;
    for field in [
        "DnsForestName",
        "DnsDomainName",
        "DnsHostName",
        "NetbiosDomainName",
        "NetbiosComputerName",
        "UserName",
        "DcSiteName",
        "ClientSiteName",
    ] {
        let (mut labels, mut from, mut end) = (Vec::new(), at, None);
        loop {
            let n = usize::from(blob[from]);
            if n == 0 {
                from += 1;
                break;
            }
            if n & 0xc0 == 0xc0 {
                end = end.or(Some(from + 2));
                from = (n & 0x3f) << 8 | usize::from(blob[from + 1]);
                continue;
            }
            labels.push(String::from_utf8_lossy(&blob[from + 1..from + 1 + n]).into_owned());
            from += 1 + n;
        }
        out.push((field, labels.join(".")));
        at = end.unwrap_or(from);
    }
    out.push(("rest", hex(&blob[at..])));
    out
}

/// Octets as digits.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|b| format!("{b:02x}")).collect()
}
