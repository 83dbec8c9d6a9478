//! The registration certificate of a computer, made from a key whenever somebody reads it.
//!
//! A device in hybrid join writes a self-signed certificate whose subject is the objectGUID of its computer object. Nobody here
//! checks its signature, so the octets have the form of an X.509 certificate and drawn numbers for modulus and signature.

use crate::filetime;
use sim_core::{Chance, Draw, Guid, Key, Purpose, SimDuration, SimTime};

const CERTIFICATES: Purpose = Purpose::named("registration certificate");

/// The octets of the certificate with this key.
pub fn der(chance: Chance, key: Key, subject: Guid, from: SimTime) -> Vec<u8> {
    let mut draw = chance.draw(CERTIFICATES, key, 0);
    let sha256_rsa = sequence(&[&oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b]), &[5, 0]]);
    let rsa = sequence(&[&oid(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]), &[5, 0]]);
    let name = {
        let cn = sequence(&[&oid(&[0x55, 0x04, 0x03]), &tlv(0x0c, subject.to_string().as_bytes())]);
        sequence(&[&tlv(0x31, &cn)])
    };
    let until = from + SimDuration::from_days(3652);
    let time = |at| tlv(0x18, filetime::generalized(at).replace(".0Z", "Z").as_bytes());
    let mut serial = octets(&mut draw, 16);
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut modulus = vec![0];
    modulus.extend(octets(&mut draw, 256));
    modulus[1] |= 0x80;
    let key_bits = sequence(&[&tlv(2, &modulus), &tlv(2, &[1, 0, 1])]);
    let body = sequence(&[
        &tlv(0xa0, &tlv(2, &[2])),
        &tlv(2, &serial),
        &sha256_rsa,
        &name,
        &sequence(&[&time(from), &time(until)]),
        &name,
        &sequence(&[&rsa, &tlv(3, &[&[0], &key_bits[..]].concat())]),
    ]);
    let signature = tlv(3, &[&[0], &octets(&mut draw, 256)[..]].concat());
    sequence(&[&body, &sha256_rsa, &signature])
}

/// The thumbprint that goes with the key: drawn, not computed.
pub fn thumbprint(chance: Chance, key: Key) -> [u8; 20] {
    let mut draw = chance.draw(CERTIFICATES, key, 1);
    let mut out = [0; 20];
    out.copy_from_slice(&octets(&mut draw, 20));
    out
}

fn octets(draw: &mut Draw, n: usize) -> Vec<u8> {
    let mut out: Vec<u8> = (0..n.div_ceil(8)).flat_map(|_| draw.word().to_be_bytes()).collect();
    out.truncate(n);
    out
}

fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match body.len() {
        n @ 0..=0x7f => out.push(n as u8),
        n @ 0x80..=0xff => out.extend([0x81, n as u8]),
        n => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend_from_slice(body);
    out
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn oid(body: &[u8]) -> Vec<u8> {
    tlv(6, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_the_guid_of_the_computer() {
        let guid: Guid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301".parse().expect("a GUID");
        let der = der(Chance::new(1), Key(7), guid, SimTime::from_unix_millis(0));
        let len = usize::from(der[2]) << 8 | usize::from(der[3]);
        assert_eq!((der[0], der[1], len), (0x30, 0x82, der.len() - 4));
        let subject = guid.to_string();
        assert_eq!(der.windows(36).filter(|w| *w == subject.as_bytes()).count(), 2);
        assert_ne!(thumbprint(Chance::new(1), Key(7)), thumbprint(Chance::new(1), Key(8)));
    }
}
