//! NTLM version 2, the server's side (MS-NLMP). Version 1 is refused, as domains of today do.

use super::layer::Layer;
use crate::secret::NtHash;
use crate::{Controller, Forest};
use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use rc4::{KeyInit, Rc4, StreamCipher};
use sim_core::{Cx, Id};

pub(super) mod flag {
    pub(in crate::session) const SIGN: u32 = 0x10;
    pub(in crate::session) const SEAL: u32 = 0x20;
    pub(in crate::session) const EXTENDED_SECURITY: u32 = 0x8_0000;
    pub(in crate::session) const KEY_128: u32 = 0x2000_0000;
    pub(in crate::session) const KEY_EXCHANGE: u32 = 0x4000_0000;
    pub(in crate::session) const KEY_56: u32 = 0x8000_0000;
    pub(super) const UNICODE: u32 = 1;
    pub(super) const REQUEST_TARGET: u32 = 4;
    pub(super) const NTLM: u32 = 0x200;
    pub(super) const ALWAYS_SIGN: u32 = 0x8000;
    pub(super) const TARGET_DOMAIN: u32 = 0x1_0000;
    pub(super) const TARGET_INFO: u32 = 0x80_0000;
    pub(super) const VERSION: u32 = 0x200_0000;
}

const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";
/// Windows Server 2022: 10.0, build 20348; revision 15.
const VERSION: [u8; 8] = [10, 0, 0x7c, 0x4f, 0, 0, 0, 15];
/// Where a client that has seen our time stamp puts its check over all three messages.
const MIC: std::ops::Range<usize> = 72..88;

/// Whether this is a message of NTLM.
pub(super) fn is_message(octets: &[u8]) -> bool {
    octets.starts_with(SIGNATURE)
}

fn kind(octets: &[u8]) -> Option<u32> {
    octets.strip_prefix(SIGNATURE).and_then(|rest| u32_at(rest, 0))
}

fn u32_at(octets: &[u8], at: usize) -> Option<u32> {
    octets.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(super) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    // A key of any length is taken.
    let Ok(mut mac) = <Hmac<Md5> as Mac>::new_from_slice(key) else { return [0; 16] };
    parts.iter().for_each(|p| mac.update(p));
    mac.finalize().into_bytes().into()
}

/// What was said so far.
pub(super) struct Handshake {
    challenge: [u8; 8],
    negotiate: Vec<u8>,
    answer: Vec<u8>,
}

/// The client's last message, taken apart.
pub(super) struct Authenticate<'a> {
    message: &'a [u8],
    response: &'a [u8],
    session_key: &'a [u8],
    flags: u32,
    pub(super) domain: String,
    pub(super) user: String,
    pub(super) workstation: String,
}

/// The outcome of a right answer.
pub(super) struct Proved {
    pub(super) flags: u32,
    pub(super) key: [u8; 16],
}

impl Handshake {
    /// Takes the first message; what the client gets is in [`Handshake::answer`].
    pub(super) fn begin(
        negotiate: &[u8],
        challenge: [u8; 8],
        forest: &Forest,
        dc: Id<Controller>,
        cx: &Cx,
    ) -> Option<Self> {
        if kind(negotiate)? != 1 {
            return None;
        }
        let known = flag::UNICODE
            | flag::SIGN
            | flag::SEAL
            | flag::NTLM
            | flag::ALWAYS_SIGN
            | flag::EXTENDED_SECURITY
            | flag::KEY_128
            | flag::KEY_EXCHANGE
            | flag::KEY_56
            | flag::VERSION;
        let flags = u32_at(negotiate, 12)? & known;
        let flags = flags | flag::REQUEST_TARGET | flag::TARGET_DOMAIN | flag::TARGET_INFO | flag::UNICODE;
        let answer = challenge_message(flags, challenge, forest, dc, cx);
        Some(Self { challenge, negotiate: negotiate.to_vec(), answer })
    }

    /// The challenge.
    pub(super) fn answer(&self) -> &[u8] {
        &self.answer
    }

    /// Whether the last message proves that its sender knows the password.
    pub(super) fn check(&self, last: &Authenticate<'_>, hash: NtHash) -> Option<Proved> {
        let (proof, rest) = last.response.split_first_chunk::<16>()?;
        // A version 1 answer has 24 octets; this one begins with its version.
        if rest.len() < 28 || rest[..2] != [1, 1] {
            return None;
        }
        let identity = [utf16(&last.user.to_uppercase()), utf16(&last.domain)].concat();
        let owner = hmac(&hash.0, &[&identity]);
        if hmac(&owner, &[&self.challenge, rest]) != *proof {
            return None;
        }
        let mut key = hmac(&owner, &[proof]);
        if last.flags & flag::KEY_EXCHANGE != 0 {
            let mut given: [u8; 16] = last.session_key.try_into().ok()?;
            Rc4::new(&key.into()).apply_keystream(&mut given);
            key = given;
        }
        if pair(&rest[28..], 6).and_then(|v| u32_at(v, 0)).is_some_and(|flags| flags & 2 != 0) {
            let mut zeroed = last.message.to_vec();
            let mic = last.message.get(MIC)?;
            zeroed.get_mut(MIC)?.fill(0);
            if hmac(&key, &[&self.negotiate, &self.answer, &zeroed]) != *mic {
                return None;
            }
        }
        Some(Proved { flags: last.flags, key })
    }
}

impl Proved {
    /// The layer that the two sides have agreed on, if any.
    pub(super) fn layer(&self) -> Option<Layer> {
        let wanted = self.flags & (flag::SIGN | flag::SEAL) != 0;
        wanted.then(|| Layer::new(self.flags, &self.key))
    }
}

impl<'a> Authenticate<'a> {
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        if kind(message)? != 3 {
            return None;
        }
        let field = |at: usize| {
            let head = message.get(at..at + 8)?;
            let n = usize::from(u16::from_le_bytes([head[0], head[1]]));
            let from = u32_at(head, 4)? as usize;
            message.get(from..from.checked_add(n)?)
        };
        let flags = u32_at(message, 60)?;
        let string = |at| {
            let octets = field(at)?;
            if flags & flag::UNICODE == 0 {
                return String::from_utf8(octets.to_vec()).ok();
            }
            let units: Vec<u16> = octets.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
            String::from_utf16(&units).ok()
        };
        Some(Self {
            message,
            response: field(20)?,
            session_key: field(52).unwrap_or_default(),
            flags,
            domain: string(28)?,
            user: string(36)?,
            workstation: string(44).unwrap_or_default(),
        })
    }

    /// Whether the answer is bound to a channel, by its token.
    pub(super) fn is_bound_to(&self, token: &[u8]) -> bool {
        let pairs = self.response.get(44..).unwrap_or_default();
        pair(pairs, 10) == Some(&channel_hash(token)[..])
    }

    /// Whether the client does not want to be anybody.
    pub(super) fn is_anonymous(&self) -> bool {
        self.user.is_empty() && self.response.is_empty()
    }
}

/// The value of an attribute in a target information.
fn pair(mut list: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some((head, rest)) = list.split_first_chunk::<4>() {
        let (id, n) = (u16::from_le_bytes([head[0], head[1]]), usize::from(u16::from_le_bytes([head[2], head[3]])));
        if id == 0 || rest.len() < n {
            return None;
        }
        if id == wanted {
            return Some(&rest[..n]);
        }
        list = &rest[n..];
    }
    None
}

/// The MD5 over the structure of RFC 2744 that holds a channel binding token and nothing else.
fn channel_hash(token: &[u8]) -> [u8; 16] {
    let data = [b"tls-server-end-point:", token].concat();
    let mut hash = Md5::new();
    Digest::update(&mut hash, [0; 16]);
    Digest::update(&mut hash, (data.len() as u32).to_le_bytes());
    Digest::update(&mut hash, data);
    hash.finalize().into()
}

fn challenge_message(flags: u32, challenge: [u8; 8], forest: &Forest, dc: Id<Controller>, cx: &Cx) -> Vec<u8> {
    let controller = forest.controller(dc);
    let domain = forest.domain(controller.domain);
    let host = cx.names.get(controller.name);
    let stamp = crate::filetime::file_time(cx.now()).to_le_bytes();
    let mut info = Vec::new();
    let mut add = |id: u16, value: &[u8]| {
        info.extend_from_slice(&id.to_le_bytes());
        info.extend_from_slice(&(value.len() as u16).to_le_bytes());
        info.extend_from_slice(value);
    };
    add(2, &utf16(&domain.netbios));
    add(1, &utf16(&host.to_uppercase()));
    add(4, &utf16(&domain.dns));
    add(3, &utf16(cx.names.get(controller.dns)));
    add(5, &utf16(&forest.root().dns));
    add(7, &stamp);
    add(0, &[]);
    let target = utf16(&domain.netbios);
    let mut out = SIGNATURE.to_vec();
    let field = |out: &mut Vec<u8>, n: usize, at: usize| {
        out.extend_from_slice(&(n as u16).to_le_bytes());
        out.extend_from_slice(&(n as u16).to_le_bytes());
        out.extend_from_slice(&(at as u32).to_le_bytes());
    };
    out.extend_from_slice(&2u32.to_le_bytes());
    field(&mut out, target.len(), 56);
    out.extend_from_slice(&flags.to_le_bytes());
    out.extend_from_slice(&challenge);
    out.extend_from_slice(&[0; 8]);
    field(&mut out, info.len(), 56 + target.len());
    out.extend_from_slice(&VERSION);
    out.extend_from_slice(&target);
    out.extend_from_slice(&info);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-NLMP 4.2.4: user, domain, password, challenges, and the proof that follows.
    #[test]
    fn the_published_example_is_accepted() {
        let hex = |t: &str| -> Vec<u8> {
            let t: String = t.split_whitespace().collect();
            (0..t.len() / 2).map(|i| u8::from_str_radix(&t[2 * i..2 * i + 2], 16).expect("hex")).collect()
        };
        let hash = NtHash::of("Password");
        assert_eq!(hash.0.to_vec(), hex("a4f49c406510bdcab6824ee7c30fd852"));
        let mut response = hex("68cd0ab851e51c96aabc927bebef6a1c");
        response.extend(hex(
            "01010000 00000000 00000000 00000000 aaaaaaaaaaaaaaaa 00000000 02000c0044006f006d00610069006e00 01000c005300650072007600650072000000000000000000",
        ));
        let session_key = hex("c5dad2544fc9799094ce1ce90bc9d03e");
        let last = Authenticate {
            message: &[],
            response: &response,
            session_key: &session_key,
            flags: flag::KEY_EXCHANGE | flag::SEAL | flag::SIGN | flag::EXTENDED_SECURITY | flag::KEY_128,
            domain: "Domain".into(),
            user: "User".into(),
            workstation: String::new(),
        };
        let challenge = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
        let handshake = Handshake { challenge, negotiate: Vec::new(), answer: Vec::new() };
        let proved = handshake.check(&last, hash).expect("the right password");
        assert_eq!(proved.key, [0x55; 16]);
        assert!(handshake.check(&last, NtHash::of("password")).is_none());
        // 4.2.4.4: the sealed and signed message "Plaintext".
        let mut layer = Layer::for_client(proved.flags, &proved.key);
        let sealed = layer.protect(&utf16("Plaintext"));
        assert_eq!(sealed, hex("01000000 7fb38ec5c55d4976 00000000 54e50165bf1936dc996020c1811b0f06fb5f"));
    }
}
