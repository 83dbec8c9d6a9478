//! A client in process, and the estate that it asks.

use crate::ber::*;
use crate::common::{self, World};
use ldap3_lber::parse::Parser;
use ldap3_proto::LdapMsg;
use ldap3_proto::proto::LdapOp;
use sim_core::Id;
use sim_ldap::session::*;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

pub const ADMIN: &str = "Administrator@corp.contoso.com";
pub const ADMIN_PASSWORD: &str = "Adm1n.Pass!";
pub const USER_PASSWORD: &str = "Passw0rd!23";

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
    pub stopped_at: Option<i64>,
    pub pages: Option<i64>,
}

/// The seed directory with its delegation, the bulk objects and the administrator's password.
pub fn estate() -> World {
    let mut w = common::seeded();
    assert_eq!(w.modify("SYSTEM", "CN=Administrator,CN=Users", "replace unicodePwd: pwd=Adm1n.Pass!"), "0");
    w
}

pub fn with_bulk(mut w: World) -> World {
    w.add("ADMIN", "OU=Bulk", "objectClass: organizationalUnit");
    w.add("ADMIN", "CN=GG-Bulk,OU=Groups", "objectClass: group\nsAMAccountName: GG-Bulk");
    let mut members = String::new();
    for n in 1..=1610 {
        let dn = format!("CN=Bulk{n:04},OU=Bulk");
        assert_eq!(w.add("SYSTEM", &dn, &format!("objectClass: contact\nsn: N{:04}", 1611 - n)), "0");
        members += &format!("add member: {}\n", common::full(&dn));
    }
    assert_eq!(w.modify("ADMIN", "CN=GG-Bulk,OU=Groups", &members), "0");
    w
}

pub struct Client {
    pub session: Session,
    id: i32,
}

impl Client {
    pub fn new(secure: bool) -> Self {
        let mut peer = Peer::new(Ipv4Addr::new(10, 0, 0, 7), 7);
        peer.secure = secure;
        Self { session: Session::new(Id::new(0), peer, Limits::default()), id: 0 }
    }

    /// Sends octets in two pieces and drives the session until it wants more.
    pub fn exchange(&mut self, w: &mut World, octets: &[u8]) -> (Vec<u8>, bool) {
        let mut out = Vec::new();
        let (a, b) = octets.split_at(octets.len() / 2);
        for piece in [a, b] {
            self.session.feed(piece);
            loop {
                let request = match self.session.next() {
                    Next::More => break,
                    Next::Broken(notice) => {
                        out.extend(notice);
                        return (out, true);
                    }
                    Next::Request(request) => request,
                };
                let change = match request.kind() {
                    Kind::Change => self.session.change(&request),
                    Kind::Read => match self.session.read(&request, &w.forest, &w.cx, &mut out) {
                        After::Continue => None,
                        After::StartTls => {
                            self.session.secured(None);
                            None
                        }
                        After::Close => return (out, true),
                        After::Change(change) => Some(*change),
                    },
                };
                if let Some(change) = change {
                    let outcome = w.forest.carry_out(&change, &mut w.cx);
                    self.session.answer_change(&change, &outcome, &mut out);
                }
            }
        }
        (out, false)
    }

    pub fn message(&mut self, op: &[u8], controls: &[Vec<u8>]) -> Vec<u8> {
        self.id += 1;
        let list = if controls.is_empty() { Vec::new() } else { seq(0xa0, controls) };
        seq(0x30, &[int(2, i64::from(self.id)), op.to_vec(), list])
    }

    pub fn request(&mut self, w: &mut World, op: &[u8], controls: &[Vec<u8>]) -> Got {
        let message = self.message(op, controls);
        let (out, closed) = self.exchange(w, &message);
        let mut got = read(&out);
        got.closed = closed;
        got
    }

    pub fn bind(&mut self, w: &mut World, name: &str, password: &[u8]) -> Got {
        self.request(w, &seq(0x60, &[int(2, 3), octs(name), tlv(0x80, password)]), &[])
    }

    pub fn search(&mut self, w: &mut World, base: &str, scope: i64, text: &str, attrs: &[&str]) -> Got {
        self.request(w, &search(base, scope, 0, text, attrs), &[])
    }
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

/// Reads the messages of one answer. `ldap3_proto` has to read the same.
pub fn read(mut out: &[u8]) -> Got {
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
        agrees(whole, &got);
    }
    got
}

/// What `ldap3_proto` makes of a message, as far as it knows its code.
fn agrees(message: &[u8], got: &Got) {
    let (rest, tree) = Parser::default().parse(message).expect("BER");
    assert!(rest.is_empty());
    let known = !matches!(got.code, 60 | 61)
        && got.credentials.is_empty()
        && !got.controls.contains_key("1.2.840.113556.1.4.474");
    let message = match LdapMsg::try_from(tree) {
        Ok(message) => message,
        Err(error) => {
            assert!(!known, "{error:?}");
            return;
        }
    };
    match message.op {
        LdapOp::SearchResultEntry(entry) => {
            let (dn, attributes) = got.entries.last().expect("an entry");
            let same: Attributes = entry.attributes.into_iter().map(|a| (a.atype, a.vals)).collect();
            assert_eq!((&entry.dn, &same), (dn, attributes));
        }
        LdapOp::SearchResultReference(reference) => {
            assert_eq!(reference.uris.last(), got.references.last());
        }
        LdapOp::SearchResultDone(r)
        | LdapOp::AddResponse(r)
        | LdapOp::ModifyResponse(r)
        | LdapOp::DelResponse(r)
        | LdapOp::ModifyDNResponse(r)
        | LdapOp::CompareResult(r) => {
            assert_eq!((r.code as i64, r.message.trim_end_matches('\0')), (got.code, got.message.as_str()));
            assert_eq!(r.matcheddn, got.matched);
        }
        LdapOp::BindResponse(r) => assert_eq!(r.res.code as i64, got.code),
        LdapOp::ExtendedResponse(r) => {
            assert_eq!((r.res.code as i64, r.name.unwrap_or_default()), (got.code, got.name.clone()));
            assert_eq!(r.value.unwrap_or_default(), got.value);
        }
        other => panic!("{other:?}"),
    }
}
