//! What a session does with its requests.

use super::bind::needs_integrity;
use super::change::{Change, ChangeDone, ChangeOp};
use super::root_dse::{FAST_BIND, START_TLS, TTL_REFRESH, WHO_AM_I};
use super::search::Asked;
use super::wire::{self, Answer, Auth, Op, ber, tag};
use super::{After, Request, Session, Signing, sasl};
use crate::error::{Refusal, win32};
use crate::shown::Known;
use crate::view::View;
use crate::{Entry, Forest, Principal, kinds};
use sim_core::{Cx, Id};

impl Session {
    /// Answers a request that changes nothing, or finds out that it does.
    pub fn read(&mut self, request: &Request, forest: &Forest, cx: &Cx, out: &mut Vec<u8>) -> After {
        let start = out.len();
        let after = self.respond(request, forest, cx, out);
        self.send(start, out);
        after
    }

    /// Within the layer that is there; a new one counts from the next message on.
    fn send(&mut self, start: usize, out: &mut Vec<u8>) {
        if let Some(layer) = &mut self.layer {
            layer.wrap(out, start);
        }
        if let Some(layer) = self.coming.take() {
            self.layer = Some(layer);
        }
    }

    fn respond(&mut self, request: &Request, forest: &Forest, cx: &Cx, out: &mut Vec<u8>) -> After {
        let view = forest.view(self.dc, cx);
        let id = request.id;
        let (op, controls) = match &request.body {
            Ok((op, controls)) => (op, controls),
            Err(answer) => {
                wire::result(out, id, request.answer, answer, &[], |_| ());
                return After::Continue;
            }
        };
        let answer = match op {
            Op::Unbind => return After::Close,
            Op::Abandon => return After::Continue,
            Op::Bind { version, name, auth } => return self.bind(id, *version, name, auth, &view, out),
            Op::Search(search) => {
                let (dc, client) = (self.dc, self.peer.address);
                let asked = Asked { view, dc, client, who: &self.who, message: id, search, controls };
                asked.answer(&mut self.known, out);
                return After::Continue;
            }
            Op::Compare { dn, attr, value } => match view.compare(&self.who, dn, attr, value) {
                Ok(code) => Answer::code(code as u8),
                Err(refusal) => refusal.into(),
            },
            Op::Extended { oid, value } => return self.extended(id, oid, value.as_deref(), &view, out),
            Op::Increment => Answer::ldap(2, 0x57, 0x0C09_0DA0, "Error decoding ldap message", 0),
            // Whoever asks for changes this way gets none.
            Op::Add(_) | Op::Modify(_) | Op::Delete(_) | Op::Rename(_) => Answer::code(80),
        };
        wire::result(out, id, request.answer, &answer, &[], |_| ());
        After::Continue
    }

    fn extended(&mut self, id: i32, oid: &str, asked: Option<&[u8]>, view: &View<'_>, out: &mut Vec<u8>) -> After {
        let mut after = After::Continue;
        let mut value = None;
        let answer = match oid {
            START_TLS if self.peer.secure || self.layer.is_some() => {
                Answer::ldap(1, 0, 0x0C09_0DF1, "TLS or SSL already in effect", 0)
            }
            START_TLS => {
                after = After::StartTls;
                Answer::success()
            }
            WHO_AM_I => {
                let account = self.who.entry.map(|id| format!("u:{}", view.account_name(id)));
                value = Some(account.unwrap_or_default());
                Answer::success()
            }
            // Binds only check from now on (MS-ADTS 3.1.1.3.4.2.1).
            FAST_BIND if self.who.is_anonymous() => {
                self.fast = true;
                Answer::success()
            }
            TTL_REFRESH => self.refresh(asked, view),
            FAST_BIND => Refusal::unwilling(win32::UNWILLING, 0x0C09_0B7A, &kinds::WHY_SCHEMA).into(),
            _ => Answer::ldap(2, 0x203D, 0x0C09_0D5C, "Unknown extended request OID", 0),
        };
        wire::result(out, id, tag::EXTENDED, &answer, &[], |out| {
            if answer.code == 0 && oid != WHO_AM_I {
                ber::put(out, 0x8a, oid.as_bytes());
            }
            if let Some(value) = &value {
                ber::put(out, 0x8b, value.as_bytes());
            }
        });
        after
    }

    /// Gives a dynamic object more time to live (RFC 2589 4). Objects that are not dynamic have no end to put off, and others
    /// are not kept here.
    fn refresh(&self, asked: Option<&[u8]>, view: &View<'_>) -> Answer {
        let mut parts = asked.map(ber::Reader).and_then(|mut value| value.enter(0x30));
        let name = parts.as_mut().and_then(|parts| std::str::from_utf8(parts.take(0x80)?).ok());
        let ttl = parts.as_mut().and_then(|parts| ber::int(parts.take(0x81)?));
        let (Some(name), Some(_)) = (name, ttl) else { return Answer::undecodable() };
        if self.who.is_anonymous() {
            return Refusal::bind_first().into();
        }
        match view.find_text(name) {
            Ok(_) => Answer::ldap(65, 0x2077, 0x0C09_0E3F, "The object is not dynamic", 0),
            Err(refusal) => refusal.into(),
        }
    }

    // --- binds -----------------------------------------------------------------------------------------------------------

    fn bind(&mut self, id: i32, version: i64, name: &str, auth: &Auth, view: &View<'_>, out: &mut Vec<u8>) -> After {
        // Whoever binds is nobody until that has succeeded (RFC 4511 4.2.1).
        if !self.fast {
            self.turn_into(Principal::anonymous());
        }
        if !matches!(version, 2 | 3) {
            let answer = Answer::ldap(2, 0x57, 0x0C09_0DA0, "Protocol version not supported", 0);
            return self.bound(id, &answer, None, out);
        }
        match auth {
            Auth::Simple(password) => self.simple(id, name, password, view, out),
            Auth::Sasl { mechanism, credentials } => self.sasl(id, mechanism, credentials, view, out),
            Auth::Sicily(choice, octets) => self.sicily(id, *choice, octets, view, out),
            Auth::Unknown => self.bound(id, &sasl::unknown_method(), None, out),
        }
    }

    fn simple(&mut self, id: i32, name: &str, password: &[u8], view: &View<'_>, out: &mut Vec<u8>) -> After {
        self.handshake = None;
        let policy = view.forest.domain(view.domain()).ldap;
        if password.is_empty() {
            if !name.is_empty() && policy.deny_unauthenticated_bind {
                let refusal = Refusal::unwilling(win32::UNWILLING, 0x0C09_0563, &kinds::WHY_PASSWORD);
                return self.bound(id, &refusal.into(), None, out);
            }
            return self.bound(id, &Answer::success(), None, out);
        }
        if policy.signing_required && !self.peer.secure && self.layer.is_none() {
            return self.bound(id, &needs_integrity(), None, out);
        }
        // What is not text is nobody's password.
        match view.check_bind(name, std::str::from_utf8(password).unwrap_or("\0")) {
            Ok(account) => self.sign_in(id, account, None, None, view, out),
            Err((account, code)) => self.fail(id, account, code, false),
        }
    }

    /// The bind has failed; the world counts it.
    pub(super) fn fail(&mut self, id: i32, account: Option<Id<Entry>>, code: u32, ntlm: bool) -> After {
        self.handshake = None;
        self.change_of(id, ChangeOp::FailedBind { account, code, ntlm })
    }

    /// The bind has succeeded; where failures are counted, that ends first.
    pub(super) fn sign_in(
        &mut self,
        id: i32,
        account: Id<Entry>,
        credentials: Option<sasl::Reply>,
        layer: Option<super::layer::Layer>,
        view: &View<'_>,
        out: &mut Vec<u8>,
    ) -> After {
        self.handshake = None;
        let Some(who) = view.principal_of(account) else {
            return self.fail(id, None, super::bind::code::NO_SUCH_USER, credentials.is_some());
        };
        let signing = Signing { message: id, who, credentials, layer };
        if view.has_failures(account) {
            self.signing = Some(signing);
            return self.change_of(id, ChangeOp::SignedIn { account });
        }
        self.finish_bind(signing, out);
        After::Continue
    }

    /// Verdicts are about who asks.
    fn turn_into(&mut self, who: Principal) {
        self.who = who;
        self.known = Known::default();
    }

    fn finish_bind(&mut self, signing: Signing, out: &mut Vec<u8>) {
        if !self.fast {
            self.turn_into(signing.who);
            self.coming = signing.layer;
        }
        self.bound(signing.message, &Answer::success(), signing.credentials, out);
    }

    /// Writes the answer to a bind.
    pub(super) fn bound(
        &mut self,
        id: i32,
        answer: &Answer,
        credentials: Option<sasl::Reply>,
        out: &mut Vec<u8>,
    ) -> After {
        match credentials {
            // Sicily puts octets where other answers have a name.
            Some(sasl::Reply::Sicily(octets)) => {
                let message = ber::open(out, 0x30);
                ber::put_int(out, 0x02, i64::from(id));
                let body = ber::open(out, tag::BIND);
                ber::put_int(out, 0x0a, i64::from(answer.code));
                ber::put(out, 0x04, &octets);
                ber::put(out, 0x04, answer.message.as_bytes());
                ber::close(out, body);
                ber::close(out, message);
            }
            Some(sasl::Reply::Sasl(octets)) => {
                wire::result(out, id, tag::BIND, answer, &[], |out| ber::put(out, 0x87, &octets));
            }
            None => wire::result(out, id, tag::BIND, answer, &[], |_| ()),
        }
        After::Continue
    }

    // --- changes ---------------------------------------------------------------------------------------------------------

    fn change_of(&self, message: i32, op: ChangeOp) -> After {
        After::Change(Box::new(Change { dc: self.dc, who: self.who.clone(), message, op }))
    }

    /// Makes a change of a request; `None` where it is for [`Session::read`].
    pub fn change(&mut self, request: &Request) -> Option<Change> {
        let (op, controls) = request.body.as_ref().ok()?;
        let op = ChangeOp::of(op, controls, self.is_encrypted())?;
        Some(Change { dc: self.dc, who: self.who.clone(), message: request.id, op })
    }

    /// Answers a change that was carried out or refused.
    pub fn answer_change(&mut self, change: &Change, outcome: &Result<ChangeDone, Refusal>, out: &mut Vec<u8>) {
        let start = out.len();
        let tag = match &change.op {
            ChangeOp::Add(_) => tag::ADD,
            ChangeOp::Modify(_) => tag::MODIFY,
            ChangeOp::Delete { .. } => tag::DELETE,
            ChangeOp::Rename(_) => tag::RENAME,
            ChangeOp::FailedBind { .. } | ChangeOp::SignedIn { .. } => tag::BIND,
        };
        let signing = self.signing.take().filter(|s| tag == tag::BIND && s.message == change.message);
        match (signing, outcome) {
            (Some(signing), Ok(_)) => self.finish_bind(signing, out),
            (_, outcome) => {
                let answer = outcome.as_ref().map_or_else(Answer::from, |_| Answer::success());
                wire::result(out, change.message, tag, &answer, &[], |_| ());
            }
        }
        self.send(start, out);
    }
}
