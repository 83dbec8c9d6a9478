//! Answers, written straight into the output.

use super::{ber, tag};
use crate::shown::Sink;
use crate::{Entry, Refusal, View};
use sim_core::Id;
use std::borrow::Cow;

/// A result: code, matched name, diagnostic message, referral.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) code: u8,
    pub(crate) matched: String,
    pub(crate) message: String,
    pub(crate) referral: Option<String>,
}

impl Answer {
    pub(crate) fn success() -> Self {
        Self::default()
    }

    pub(crate) fn code(code: u8) -> Self {
        Self { code, ..Self::default() }
    }

    /// `LdapErr` with its comment (MS-ADTS 3.1.1.3.1.8).
    pub(crate) fn ldap(code: u8, win32: u32, dsid: u32, comment: &str, data: u32) -> Self {
        let message = format!("{win32:08X}: LdapErr: DSID-{dsid:08X}, comment: {comment}, data {data:x}, v4563");
        Self { code, message, ..Self::default() }
    }

    /// A message that makes no sense.
    pub(crate) fn undecodable() -> Self {
        Self::ldap(2, 0x57, 0x0C09_0DA0, "Error decoding ldap message", 0)
    }
}

impl From<&Refusal> for Answer {
    fn from(refusal: &Refusal) -> Self {
        Self {
            code: refusal.code as u8,
            matched: refusal.matched_dn.clone(),
            message: refusal.message.clone(),
            referral: refusal.referral.clone(),
        }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code as u8,
            matched: refusal.matched_dn,
            message: refusal.message,
            referral: refusal.referral,
        }
    }
}

/// Writes a result. `more` adds what else belongs to the answer; controls have their values encoded already.
pub(crate) fn result(
    out: &mut Vec<u8>,
    id: i32,
    tag: u8,
    answer: &Answer,
    controls: &[(&str, Vec<u8>)],
    more: impl FnOnce(&mut Vec<u8>),
) {
    let message = ber::open(out, 0x30);
    ber::put_int(out, 0x02, i64::from(id));
    let body = ber::open(out, tag);
    ber::put_int(out, 0x0a, i64::from(answer.code));
    ber::put(out, 0x04, answer.matched.as_bytes());
    if answer.message.is_empty() {
        ber::put(out, 0x04, b"");
    } else {
        // The real server counts the NUL at the end of its texts.
        let at = ber::open(out, 0x04);
        out.extend_from_slice(answer.message.as_bytes());
        out.push(0);
        ber::close(out, at);
    }
    if let Some(url) = &answer.referral {
        let at = ber::open(out, 0xa3);
        ber::put(out, 0x04, url.as_bytes());
        ber::close(out, at);
    }
    more(out);
    ber::close(out, body);
    if !controls.is_empty() {
        let list = ber::open(out, 0xa0);
        for (oid, value) in controls {
            let at = ber::open(out, 0x30);
            ber::put(out, 0x04, oid.as_bytes());
            ber::put(out, 0x04, value);
            ber::close(out, at);
        }
        ber::close(out, list);
    }
    ber::close(out, message);
}

/// Writes one entry of a search.
pub(crate) fn entry<N: AsRef<str>, V: AsRef<[u8]>>(out: &mut Vec<u8>, id: i32, dn: &str, attributes: &[(N, Vec<V>)]) {
    let message = ber::open(out, 0x30);
    ber::put_int(out, 0x02, i64::from(id));
    let body = ber::open(out, tag::ENTRY);
    ber::put(out, 0x04, dn.as_bytes());
    let list = ber::open(out, 0x30);
    for (name, values) in attributes {
        let attribute = ber::open(out, 0x30);
        ber::put(out, 0x04, name.as_ref().as_bytes());
        let set = ber::open(out, 0x31);
        values.iter().for_each(|v| ber::put(out, 0x04, v.as_ref()));
        ber::close(out, set);
        ber::close(out, attribute);
    }
    ber::close(out, list);
    ber::close(out, body);
    ber::close(out, message);
}

/// Writes entries as a search finds them.
pub(crate) struct Entries<'o> {
    out: &'o mut Vec<u8>,
    id: i32,
    /// Where what is open began: message, entry, list of attributes.
    open: [usize; 3],
    attribute: Option<[usize; 2]>,
    name: String,
}

impl<'o> Entries<'o> {
    pub(crate) fn new(out: &'o mut Vec<u8>, id: i32) -> Self {
        Self { out, id, open: [0; 3], attribute: None, name: String::new() }
    }

    fn close_attribute(&mut self) {
        if let Some([attribute, set]) = self.attribute.take() {
            ber::close(self.out, set);
            ber::close(self.out, attribute);
        }
    }
}

impl Sink for Entries<'_> {
    fn begin(&mut self, view: &View<'_>, id: Id<Entry>) {
        let message = ber::open(self.out, 0x30);
        ber::put_int(self.out, 0x02, i64::from(self.id));
        let body = ber::open(self.out, tag::ENTRY);
        self.name.clear();
        view.write_dn(id, &mut self.name);
        ber::put(self.out, 0x04, self.name.as_bytes());
        self.open = [message, body, ber::open(self.out, 0x30)];
    }

    fn attribute(&mut self, name: Cow<'static, str>) {
        self.close_attribute();
        let attribute = ber::open(self.out, 0x30);
        ber::put(self.out, 0x04, name.as_bytes());
        self.attribute = Some([attribute, ber::open(self.out, 0x31)]);
    }

    fn value(&mut self, parts: &[&[u8]]) {
        if let [one] = parts {
            return ber::put(self.out, 0x04, one);
        }
        ber::head(self.out, 0x04, parts.iter().map(|p| p.len()).sum());
        parts.iter().for_each(|p| self.out.extend_from_slice(p));
    }

    fn end(&mut self) {
        self.close_attribute();
        self.open.iter().rev().for_each(|at| ber::close(self.out, *at));
    }
}

/// Writes a continuation reference.
pub(crate) fn reference(out: &mut Vec<u8>, id: i32, url: &str) {
    let message = ber::open(out, 0x30);
    ber::put_int(out, 0x02, i64::from(id));
    let body = ber::open(out, tag::REFERENCE);
    ber::put(out, 0x04, url.as_bytes());
    ber::close(out, body);
    ber::close(out, message);
}

/// Writes a notice of disconnection (RFC 4511 4.4.1).
pub(crate) fn notice(out: &mut Vec<u8>, answer: &Answer) {
    result(out, 0, tag::EXTENDED, answer, &[], |out| ber::put(out, 0x8a, b"1.3.6.1.4.1.1466.20036"));
}
