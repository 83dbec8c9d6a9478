//! SPNEGO around NTLM (RFC 4178, MS-SPNG): which mechanism, its tokens, and the checks over the list of mechanisms.

use super::wire::ber::{self, Reader};

const SPNEGO: &[u8] = &[0x2b, 6, 1, 5, 5, 2];
const NTLM: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10];

/// A client's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// The first: mechanisms, and what the first of them begins with.
    Init {
        /// The list as it stands, for the checks.
        mechanisms: &'a [u8],
        /// Whether NTLM is the first, so that the token is its.
        ntlm_first: bool,
        /// Whether NTLM is among them.
        has_ntlm: bool,
        token: Option<&'a [u8]>,
    },
    /// A later one.
    Next { token: Option<&'a [u8]>, check: Option<&'a [u8]> },
}

/// Reads a token.
pub(super) fn read(octets: &[u8]) -> Option<Token<'_>> {
    let mut outer = Reader(octets);
    if let Some(mut framed) = outer.enter(0x60) {
        if framed.take(0x06)? != SPNEGO {
            return None;
        }
        let mut parts = framed.enter(0xa0)?.enter(0x30)?;
        let mechanisms = parts.take(0xa0)?;
        let mut list = Reader(mechanisms).enter(0x30)?;
        let all: Vec<&[u8]> = std::iter::from_fn(|| list.take(0x06)).collect();
        parts.take(0xa1);
        let token = parts.enter(0xa2).and_then(|mut t| t.take(0x04));
        let (ntlm_first, has_ntlm) = (all.first() == Some(&NTLM), all.contains(&NTLM));
        return Some(Token::Init { mechanisms, ntlm_first, has_ntlm, token });
    }
    let mut parts = outer.enter(0xa1)?.enter(0x30)?;
    parts.take(0xa0);
    parts.take(0xa1);
    let token = parts.enter(0xa2).and_then(|mut t| t.take(0x04));
    let check = parts.enter(0xa3).and_then(|mut t| t.take(0x04));
    Some(Token::Next { token, check })
}

fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    ber::put(&mut out, tag, content);
    out
}

/// The server's token: more to come, or done.
pub(super) fn answer(done: bool, first: bool, token: Option<&[u8]>, check: Option<&[u8]>) -> Vec<u8> {
    let mut parts = wrap(0xa0, &[0x0a, 1, u8::from(!done)]);
    if first {
        parts.extend(wrap(0xa1, &wrap(0x06, NTLM)));
    }
    if let Some(token) = token {
        parts.extend(wrap(0xa2, &wrap(0x04, token)));
    }
    if let Some(check) = check {
        parts.extend(wrap(0xa3, &wrap(0x04, check)));
    }
    wrap(0xa1, &wrap(0x30, &parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read() {
        let list = wrap(0x30, &wrap(0x06, NTLM));
        let parts = [wrap(0xa0, &list), wrap(0xa2, &wrap(0x04, b"NTLMSSP"))].concat();
        let init = wrap(0x60, &[wrap(0x06, SPNEGO), wrap(0xa0, &wrap(0x30, &parts))].concat());
        assert_eq!(
            read(&init),
            Some(Token::Init { mechanisms: &list, ntlm_first: true, has_ntlm: true, token: Some(b"NTLMSSP") })
        );
        let next = answer(false, true, Some(b"challenge"), Some(b"check"));
        assert_eq!(read(&next), Some(Token::Next { token: Some(b"challenge"), check: Some(b"check") }));
        for n in 0..init.len() {
            assert_eq!(read(&init[..n]), None);
        }
    }
}
