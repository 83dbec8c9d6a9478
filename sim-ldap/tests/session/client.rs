//! A client in process, and the estate that it asks.

pub use crate::answer::{Attributes, Got, search};
use crate::ber::*;
use crate::common::{self, World};
use ldap3_lber::parse::Parser;
use ldap3_proto::LdapMsg;
use ldap3_proto::proto::LdapOp;
use sim_core::Id;
use sim_ldap::session::*;
use std::net::Ipv4Addr;

pub const ADMIN: &str = "Administrator@corp.contoso.com";
pub const ADMIN_PASSWORD: &str = "Adm1n.Pass!";
pub const USER_PASSWORD: &str = "Passw0rd!23";

/// The seed directory with its delegation, the bulk objects and the administrator's password.
pub fn estate() -> World {
    let mut w = common::seeded();
    assert_eq!(w.modify("SYSTEM", "CN=Administrator,CN=Users", "replace unicodePwd: pwd=Adm1n.Pass!"), "0");
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
        Got { closed, ..read(&out) }
    }

    pub fn bind(&mut self, w: &mut World, name: &str, password: &[u8]) -> Got {
        self.request(w, &seq(0x60, &[int(2, 3), octs(name), tlv(0x80, password)]), &[])
    }

    pub fn search(&mut self, w: &mut World, base: &str, scope: i64, text: &str, attrs: &[&str]) -> Got {
        self.request(w, &search(base, scope, 0, text, attrs), &[])
    }
}

/// Reads the messages of one answer. `ldap3_proto` has to read the same.
pub fn read(out: &[u8]) -> Got {
    crate::answer::read(out, agrees)
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
