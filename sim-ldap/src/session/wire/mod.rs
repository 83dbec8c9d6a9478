//! Octets to requests and back.
//!
//! Requests are decoded by `ldap3_proto`, after work on the raw tree for what it cannot read: filter values that are not UTF-8
//! are rewritten to text and back, binds (NTLM comes in choices of its own) and controls (some are mislabelled, some lose their
//! criticality, a bad one would lose the whole message) are read from the tree. Answers are written straight into the output.

pub(crate) mod ber;
mod filter;
mod request;
mod response;

pub(crate) use request::{Auth, Decoded, Op, Search, decode};
pub(crate) use response::{Answer, Entries, entry, notice, reference, result};

/// What the buffer begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    /// Not a whole message yet.
    More,
    /// A message of that many octets.
    Whole(usize),
    /// A message longer than the limit.
    TooLong,
    /// No message.
    Garbage,
}

/// The extent of the first message.
pub(crate) fn frame(buffer: &[u8], most: usize) -> Frame {
    match buffer {
        [] => return Frame::More,
        [0x30, ..] => {}
        _ => return Frame::Garbage,
    }
    let head = match buffer.get(1) {
        None => return Frame::More,
        Some(n @ 0..=0x7f) => return whole(2 + usize::from(*n), buffer, most),
        Some(n @ 0x81..=0x84) => usize::from(n & 0x7f),
        Some(_) => return Frame::Garbage,
    };
    if buffer.len() < 2 + head {
        return Frame::More;
    }
    let n = buffer[2..2 + head].iter().fold(0usize, |n, b| n << 8 | usize::from(*b));
    whole(n.saturating_add(2 + head), buffer, most)
}

fn whole(n: usize, buffer: &[u8], most: usize) -> Frame {
    match n {
        _ if n > most => Frame::TooLong,
        _ if n > buffer.len() => Frame::More,
        _ => Frame::Whole(n),
    }
}

/// Tags of answers.
pub(crate) mod tag {
    pub(crate) const BIND: u8 = 0x61;
    pub(crate) const ENTRY: u8 = 0x64;
    pub(crate) const SEARCH: u8 = 0x65;
    pub(crate) const MODIFY: u8 = 0x67;
    pub(crate) const ADD: u8 = 0x69;
    pub(crate) const DELETE: u8 = 0x6b;
    pub(crate) const RENAME: u8 = 0x6d;
    pub(crate) const COMPARE: u8 = 0x6f;
    pub(crate) const REFERENCE: u8 = 0x73;
    pub(crate) const EXTENDED: u8 = 0x78;
}
