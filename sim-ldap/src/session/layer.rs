//! The SASL layer after NTLM: signed or sealed frames, each behind its length (MS-NLMP 3.4, RFC 4422 3.7).

use super::ntlm::{flag, hmac};
use super::wire::{Frame, frame};
use md5::{Digest, Md5};
use rc4::consts::U16;
use rc4::{KeyInit, Rc4, StreamCipher};
use std::fmt;

/// Answers go into frames of about this many octets; no message is cut (our choice).
const FRAME: usize = 64 * 1024;

/// Keys and counters of both directions.
pub(super) struct Layer {
    send: Direction,
    receive: Direction,
    seals: bool,
}

struct Direction {
    sign: [u8; 16],
    seal: [u8; 16],
    stream: Rc4<U16>,
    hides_checksum: bool,
    count: u32,
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.seals { "sealed" } else { "signed" })
    }
}

impl Direction {
    fn new(flags: u32, key: &[u8; 16], way: &str) -> Self {
        let derive = |key: &[u8], what: &str| -> [u8; 16] {
            let magic = format!("session key to {way} {what} key magic constant\0");
            Md5::new_with_prefix(key).chain_update(magic).finalize().into()
        };
        let strength = match flags {
            _ if flags & flag::KEY_128 != 0 => 16,
            _ if flags & flag::KEY_56 != 0 => 7,
            _ => 5,
        };
        let seal = derive(&key[..strength], "sealing");
        Self {
            sign: derive(key, "signing"),
            seal,
            stream: Rc4::new(&seal.into()),
            hides_checksum: flags & flag::KEY_EXCHANGE != 0,
            count: 0,
        }
    }

    fn signature(&mut self, plain: &[u8]) -> [u8; 16] {
        let count = self.count.to_le_bytes();
        let mut checksum = [0; 8];
        checksum.copy_from_slice(&hmac(&self.sign, &[&count, plain])[..8]);
        if self.hides_checksum {
            self.stream.apply_keystream(&mut checksum);
        }
        self.count = self.count.wrapping_add(1);
        let mut out = [0; 16];
        out[0] = 1;
        out[4..12].copy_from_slice(&checksum);
        out[12..].copy_from_slice(&count);
        out
    }

    fn restart(&mut self) {
        self.stream = Rc4::new(&self.seal.into());
    }
}

impl Layer {
    /// The server's side.
    pub(super) fn new(flags: u32, key: &[u8; 16]) -> Self {
        Self {
            send: Direction::new(flags, key, "server-to-client"),
            receive: Direction::new(flags, key, "client-to-server"),
            seals: flags & flag::SEAL != 0,
        }
    }

    /// The client's side.
    #[cfg(test)]
    pub(super) fn for_client(flags: u32, key: &[u8; 16]) -> Self {
        let own = Self::new(flags, key);
        Self { send: own.receive, receive: own.send, seals: own.seals }
    }

    /// Whether nobody else can read it.
    pub(super) fn seals(&self) -> bool {
        self.seals
    }

    /// Signs, and seals if that was agreed.
    pub(super) fn protect(&mut self, plain: &[u8]) -> Vec<u8> {
        let mut body = plain.to_vec();
        if self.seals {
            self.send.stream.apply_keystream(&mut body);
        }
        let mut out = self.send.signature(plain).to_vec();
        out.append(&mut body);
        out
    }

    /// The content of a frame; nothing if somebody has changed it.
    pub(super) fn open(&mut self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (signature, body) = sealed.split_first_chunk::<16>()?;
        let mut plain = body.to_vec();
        if self.seals {
            self.receive.stream.apply_keystream(&mut plain);
        }
        (self.receive.signature(&plain) == *signature).then_some(plain)
    }

    /// The two checks over the list of mechanisms of SPNEGO: the client's is judged, ours is made. The key streams begin anew
    /// after that, the numbers of the messages go on (MS-SPNG 3.3.5.1).
    pub(super) fn exchange_checks(&mut self, mechanisms: &[u8], theirs: &[u8]) -> Option<[u8; 16]> {
        let expected = self.receive.signature(mechanisms);
        let own = self.send.signature(mechanisms);
        self.receive.restart();
        self.send.restart();
        (expected == *theirs).then_some(own)
    }

    /// Puts messages that were written from `start` on into frames.
    pub(super) fn wrap(&mut self, out: &mut Vec<u8>, start: usize) {
        let plain = out.split_off(start);
        let mut rest = &plain[..];
        while !rest.is_empty() {
            let mut n = 0;
            while n < FRAME
                && let Frame::Whole(next) = frame(&rest[n..], usize::MAX)
            {
                n += next;
            }
            let (now, later) = rest.split_at(if n == 0 { rest.len() } else { n });
            let sealed = self.protect(now);
            out.extend_from_slice(&(sealed.len() as u32).to_be_bytes());
            out.extend_from_slice(&sealed);
            rest = later;
        }
    }
}
