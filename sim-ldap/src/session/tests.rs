//! Binds by NTLM and what follows in the layer, with a client of its own.
#![allow(clippy::expect_used)]

use super::layer::Layer;
use super::ntlm::{flag, hmac};
use super::wire::ber::{self, Reader};
use super::*;
use crate::secret::NtHash;
use crate::{DomainSpec, Forest, ForestKnobs, ForestSpec, ModOp, Modification, ModifyRequest};
use rc4::{KeyInit, Rc4, StreamCipher};
use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Cx, Id};

const PASSWORD: &str = "Adm1n.Pass!";
const ADMIN: &str = "CN=Administrator,CN=Users,DC=corp,DC=contoso,DC=com";
const NTLM: &[u8] = &[6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10];
const SPNEGO: &[u8] = &[6, 6, 0x2b, 6, 1, 5, 5, 2];
const FLAGS: u32 = 1 | 4 | 0x200 | 0x8000 | flag::EXTENDED_SECURITY | flag::KEY_128 | flag::KEY_EXCHANGE | flag::KEY_56;

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Bare,
    Spnego,
    Sicily,
}

struct World {
    forest: Forest,
    cx: Cx,
    session: Session,
    layer: Option<Layer>,
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn quoted(password: &str) -> Vec<u8> {
    utf16(&format!("\"{password}\""))
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    ber::put(&mut out, tag, &parts.concat());
    out
}

fn world() -> World {
    let start = "2022-11-17T08:00:00Z".parse().expect("a time");
    let mut cx = Cx::new(start, 1, Keep::All, QueueKind::Heap);
    let domains = vec![DomainSpec { dns: "corp.contoso.com".into(), ..Default::default() }];
    let spec = ForestSpec { domains, ..Default::default() };
    let mut forest = Forest::new(&spec, ForestKnobs::default(), &mut cx).expect("a forest");
    let system = forest.system();
    let part = Modification { op: ModOp::Replace, attr: "unicodePwd".into(), values: vec![quoted(PASSWORD)] };
    forest.at(Id::new(0)).modify(&system, &ModifyRequest::new(ADMIN, vec![part]), &mut cx).expect("a password");
    World { forest, cx, session: session(), layer: None }
}

fn session() -> Session {
    Session::new(Id::new(0), Peer::new(Ipv4Addr::LOCALHOST, 42), Limits::default())
}

impl World {
    /// Sends one operation; tag and content of what comes back first.
    fn ask(&mut self, id: u8, op: &[u8]) -> (u8, Vec<u8>) {
        let message = tlv(0x30, &[&[2, 1, id], op]);
        let sent = match &mut self.layer {
            Some(layer) => {
                let sealed = layer.protect(&message);
                [&(sealed.len() as u32).to_be_bytes()[..], &sealed].concat()
            }
            None => message,
        };
        self.session.feed(&sent);
        let mut out = Vec::new();
        while let Next::Request(request) = self.session.next() {
            let change = match request.kind() {
                Kind::Change => self.session.change(&request),
                Kind::Read => match self.session.read(&request, &self.forest, &self.cx, &mut out) {
                    After::Change(change) => Some(*change),
                    _ => None,
                },
            };
            if let Some(change) = change {
                let outcome = self.forest.carry_out(&change, &mut self.cx);
                self.session.answer_change(&change, &outcome, &mut out);
            }
        }
        if let Some(layer) = &mut self.layer {
            let n = u32::from_be_bytes(out[..4].try_into().expect("a length")) as usize;
            out = layer.open(&out[4..4 + n]).expect("the server's frame");
        }
        let mut message = Reader(&out).enter(0x30).expect("a message");
        assert_eq!(message.int(), Some(i64::from(id)));
        message.next().map(|(tag, body)| (tag, body.to_vec())).expect("an operation")
    }

    /// Code, the place of the matched name, and serverSaslCreds of a bind.
    fn bind(&mut self, id: u8, form: Form, octets: &[u8]) -> (u8, Vec<u8>, Vec<u8>) {
        let auth = match form {
            Form::Sicily => tlv(if octets.get(8) == Some(&1) { 0x8a } else { 0x8b }, &[octets]),
            _ => tlv(0xa3, &[&tlv(4, &[b"GSS-SPNEGO"]), &tlv(4, &[octets])]),
        };
        let (tag, body) = self.ask(id, &tlv(0x60, &[&[2, 1, 3, 4, 0], &auth]));
        assert_eq!(tag, 0x61);
        let mut parts = Reader(&body);
        let code = parts.take(0x0a).expect("a code")[0];
        let matched = parts.take(4).expect("a name").to_vec();
        parts.take(4);
        (code, matched, parts.take(0x87).unwrap_or_default().to_vec())
    }

    /// A whole bind by NTLM; the code of the last answer.
    fn ntlm(&mut self, form: Form, user: &str, password: &str, layers: u32) -> u8 {
        let flags = FLAGS | layers;
        let mut negotiate = b"NTLMSSP\0\x01\0\0\0".to_vec();
        negotiate.extend(flags.to_le_bytes());
        negotiate.extend([0; 16]);
        let list = tlv(0x30, &[NTLM]);
        let first = match form {
            Form::Spnego => {
                let parts = tlv(0x30, &[&tlv(0xa0, &[&list]), &tlv(0xa2, &[&tlv(4, &[&negotiate])])]);
                tlv(0x60, &[SPNEGO, &tlv(0xa0, &[&parts])])
            }
            _ => negotiate.clone(),
        };
        let (code, matched, credentials) = self.bind(1, form, &first);
        let challenge = match form {
            Form::Sicily => {
                assert_eq!(code, 0);
                matched
            }
            Form::Bare => credentials,
            Form::Spnego => match super::spnego::read(&credentials) {
                Some(super::spnego::Token::Next { token: Some(token), .. }) => token.to_vec(),
                other => panic!("{other:?}"),
            },
        };
        assert!(form == Form::Sicily || code == 14);
        let at = |at: usize| u32::from_le_bytes(challenge[at..at + 4].try_into().expect("four")) as usize;
        let info = &challenge[at(44)..at(44) + (at(40) & 0xffff)];
        let (mut pairs, end) = (info[..info.len() - 4].to_vec(), [0; 8]);
        pairs.extend([6, 0, 4, 0, 2, 0, 0, 0]);
        let mut temp = vec![1, 1, 0, 0, 0, 0, 0, 0];
        temp.extend([0; 8]);
        temp.extend([0xaa; 8]);
        temp.extend([0; 4]);
        temp.extend(&pairs);
        temp.extend(end);
        let owner = hmac(&NtHash::of(password).0, &[&utf16(&user.to_uppercase()), &utf16("CORP")]);
        let proof = hmac(&owner, &[&challenge[24..32], &temp]);
        let key = [0x55; 16];
        let mut hidden = key;
        Rc4::new(&hmac(&owner, &[&proof]).into()).apply_keystream(&mut hidden);
        let fields = [vec![], [&proof[..], &temp].concat(), utf16("CORP"), utf16(user), vec![], hidden.to_vec()];
        let mut last = b"NTLMSSP\0\x03\0\0\0".to_vec();
        let mut from = 88;
        for field in &fields {
            last.extend((field.len() as u16).to_le_bytes());
            last.extend((field.len() as u16).to_le_bytes());
            last.extend((from as u32).to_le_bytes());
            from += field.len();
        }
        last.extend(flags.to_le_bytes());
        last.extend([0; 8 + 16]);
        last.extend(fields.concat());
        let mic = hmac(&key, &[&negotiate, &challenge, &last]);
        last[72..88].copy_from_slice(&mic);
        let mut layer = Layer::for_client(flags, &key);
        let octets = match form {
            Form::Spnego => {
                // A check is a signature without sealing.
                let check = Layer::for_client(flags & !flag::SEAL, &key).protect(&list)[..16].to_vec();
                let parts = tlv(0x30, &[&tlv(0xa2, &[&tlv(4, &[&last])]), &tlv(0xa3, &[&tlv(4, &[&check])])]);
                tlv(0xa1, &[&parts])
            }
            _ => last,
        };
        let (code, _, credentials) = self.bind(2, form, &octets);
        if code == 0 && form == Form::Spnego {
            let Some(super::spnego::Token::Next { check: Some(check), .. }) = super::spnego::read(&credentials) else {
                panic!("no check");
            };
            // The checks were the first messages: the next ones are the second.
            assert!(layer.exchange_checks(&list, check).is_some());
        }
        if code == 0 && layers != 0 {
            self.layer = Some(layer);
        }
        code
    }

    fn who_am_i(&mut self) -> String {
        let (tag, body) = self.ask(9, &tlv(0x77, &[&tlv(0x80, &[b"1.3.6.1.4.1.4203.1.11.3"])]));
        assert_eq!(tag, 0x78);
        let mut parts = Reader(&body);
        let value = std::iter::from_fn(|| parts.next()).find(|(tag, _)| *tag == 0x8b).map(|(_, v)| v.to_vec());
        String::from_utf8(value.unwrap_or_default()).expect("text")
    }

    fn set_password(&mut self, password: &str) -> u8 {
        let value = tlv(0x31, &[&tlv(4, &[&quoted(password)])]);
        let part = tlv(0x30, &[&[10, 1, 2], &tlv(0x30, &[&tlv(4, &[b"unicodePwd"]), &value])]);
        let (tag, body) = self.ask(10, &tlv(0x66, &[&tlv(4, &[ADMIN.as_bytes()]), &tlv(0x30, &[&part])]));
        assert_eq!(tag, 0x67);
        body[2]
    }
}

#[test]
fn ntlm_signs_in_in_all_its_forms_and_layers() {
    for form in [Form::Bare, Form::Spnego, Form::Sicily] {
        for layers in [0, flag::SIGN, flag::SIGN | flag::SEAL] {
            let mut w = world();
            assert_eq!(w.ntlm(form, "Administrator", PASSWORD, layers), 0);
            for _ in 0..3 {
                assert_eq!(w.who_am_i(), r"u:CORP\Administrator");
            }
            // Passwords need that nobody else can read them.
            let sealed = layers & flag::SEAL != 0;
            assert_eq!(w.set_password("N3w.Passw0rd"), if sealed { 0 } else { 53 });
            w = World { session: session(), layer: None, ..w };
            assert_eq!(w.ntlm(form, "Administrator", if sealed { "N3w.Passw0rd" } else { PASSWORD }, 0), 0);
        }
    }
}

#[test]
fn a_wrong_password_by_ntlm_is_counted_and_signing_in_ends_the_count() {
    let mut w = world();
    let count = |w: &World| {
        let id = w.forest.all(&w.cx).find_text(ADMIN).expect("the administrator");
        w.forest.all(&w.cx).int(id, crate::schema::attr::BAD_PWD_COUNT)
    };
    assert_eq!(w.ntlm(Form::Bare, "Administrator", "wrong", 0), 49);
    assert_eq!(w.ntlm(Form::Spnego, "administrator", "wrong", flag::SIGN), 49);
    assert_eq!((w.who_am_i().as_str(), count(&w)), ("", Some(2)));
    assert_eq!(w.ntlm(Form::Sicily, "nobody", PASSWORD, 0), 49);
    assert_eq!(w.ntlm(Form::Bare, "ADMINISTRATOR", PASSWORD, 0), 0);
    assert_eq!(count(&w), Some(0));
}

#[test]
fn made_secrets_are_passwords() {
    let mut w = world();
    let dc = "CN=DC01,OU=Domain Controllers,DC=corp,DC=contoso,DC=com";
    let id = w.forest.all(&w.cx).find_text(dc).expect("the controller");
    let password = w.forest.secret_of(id).expect("a secret").password();
    assert_eq!(password.len(), 120);
    assert_eq!(w.ntlm(Form::Bare, "DC01$", &password, 0), 0);
    assert_eq!(w.who_am_i(), r"u:CORP\DC01$");
}

#[test]
fn policies_ask_for_integrity() {
    let mut w = world();
    w.forest.domain_mut(Id::new(0)).ldap.signing_required = true;
    let simple = tlv(0x60, &[&[2, 1, 3], &tlv(4, &[ADMIN.as_bytes()]), &tlv(0x80, &[PASSWORD.as_bytes()])]);
    assert_eq!(w.ask(1, &simple).1[2], 8);
    assert_eq!(w.ntlm(Form::Bare, "Administrator", PASSWORD, 0), 8);
    assert_eq!(w.ntlm(Form::Bare, "Administrator", PASSWORD, flag::SIGN), 0);
    let mut w = world();
    w.forest.domain_mut(Id::new(0)).ldap.channel_binding_required = true;
    w.session.secured(Some(vec![7; 32]));
    assert_eq!(w.ntlm(Form::Bare, "Administrator", PASSWORD, 0), 49);
    assert_eq!(w.ask(1, &simple).1[2], 0);
}

#[test]
fn a_changed_frame_breaks_the_session() {
    let mut w = world();
    assert_eq!(w.ntlm(Form::Bare, "Administrator", PASSWORD, flag::SIGN | flag::SEAL), 0);
    let mut sealed = w.layer.as_mut().expect("a layer").protect(&tlv(0x30, &[&[2, 1, 5], &[0x42, 0]]));
    *sealed.last_mut().expect("an octet") ^= 1;
    w.session.feed(&[&(sealed.len() as u32).to_be_bytes()[..], &sealed].concat());
    assert!(matches!(w.session.next(), Next::Broken(_)));
    assert!(matches!(w.session.next(), Next::Broken(_)));
    assert_eq!(w.session.buffered(), 0);
}

#[test]
fn nothing_secret_shows() {
    let mut w = world();
    let simple =
        tlv(0x30, &[&[2, 1, 1], &tlv(0x60, &[&[2, 1, 3], &tlv(4, &[b"x"]), &tlv(0x80, &[PASSWORD.as_bytes()])])]);
    let value = tlv(0x31, &[&tlv(4, &[&quoted(PASSWORD)])]);
    let part = tlv(0x30, &[&[10, 1, 2], &tlv(0x30, &[&tlv(4, &[b"unicodePwd"]), &value])]);
    let modify = tlv(0x30, &[&[2, 1, 2], &tlv(0x66, &[&tlv(4, &[ADMIN.as_bytes()]), &tlv(0x30, &[&part])])]);
    for message in [simple, modify] {
        w.session.feed(&message);
        let Next::Request(request) = w.session.next() else { panic!("a request") };
        let change = w.session.change(&request);
        let shown = format!("{request:?} {change:?} {:?}", w.session);
        assert!(!shown.contains("Adm1n") && !shown.contains("A\\0") && !shown.contains("65, 0"), "{shown}");
    }
}
