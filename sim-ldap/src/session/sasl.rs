//! SASL binds: NTLM alone, within SPNEGO, or in the choices of Sicily; EXTERNAL (MS-ADTS 5.1.1.1).

use super::bind::{code, needs_integrity};
use super::ntlm::{self, Authenticate, Proved, flag};
use super::spnego::{self, Token};
use super::wire::Answer;
use super::{After, Session};
use crate::view::View;
use sim_core::chance::mix;

/// What goes back beside the result.
pub(super) enum Reply {
    /// serverSaslCreds.
    Sasl(Vec<u8>),
    /// In the place of the matched name.
    Sicily(Vec<u8>),
}

/// How NTLM is wrapped.
enum Form {
    Bare,
    Spnego { mechanisms: Vec<u8> },
    Sicily,
}

/// A bind of several messages.
pub(super) struct Handshake {
    form: Form,
    ntlm: Option<ntlm::Handshake>,
}

/// A mechanism that is not there.
pub(super) fn unknown_method() -> Answer {
    Answer::ldap(7, 0x2027, 0x0C09_05CA, "Invalid Authentication method", 0)
}

impl Session {
    pub(super) fn sasl(
        &mut self,
        id: i32,
        mechanism: &str,
        octets: &[u8],
        view: &View<'_>,
        out: &mut Vec<u8>,
    ) -> After {
        if mechanism.eq_ignore_ascii_case("EXTERNAL") {
            return self.external(id, view, out);
        }
        if !mechanism.eq_ignore_ascii_case("GSS-SPNEGO") {
            self.handshake = None;
            return self.bound(id, &unknown_method(), None, out);
        }
        if ntlm::is_message(octets) {
            return self.ntlm(id, octets, None, Form::Bare, view, out);
        }
        match spnego::read(octets) {
            Some(Token::Init { mechanisms, ntlm_first, has_ntlm: true, token }) => {
                let form = Form::Spnego { mechanisms: mechanisms.to_vec() };
                match token.filter(|_| ntlm_first) {
                    Some(token) => self.ntlm(id, token, None, form, view, out),
                    None => {
                        // Something else was tried first: NTLM is what is left.
                        self.handshake = Some(Handshake { form, ntlm: None });
                        let reply = Reply::Sasl(spnego::answer(false, true, None, None));
                        self.bound(id, &Answer::code(14), Some(reply), out)
                    }
                }
            }
            Some(Token::Next { token: Some(token), check }) if self.handshake.is_some() => {
                self.ntlm(id, token, check, Form::Bare, view, out)
            }
            _ => self.fail(id, None, code::WRONG_PASSWORD, true),
        }
    }

    /// Choice 9 asks for packages, 10 begins, 11 answers; names of packages and challenges come where names of objects do.
    pub(super) fn sicily(&mut self, id: i32, choice: u64, octets: &[u8], view: &View<'_>, out: &mut Vec<u8>) -> After {
        if choice == 9 {
            return self.bound(id, &Answer::success(), Some(Reply::Sicily(b"NTLM".to_vec())), out);
        }
        self.ntlm(id, octets, None, Form::Sicily, view, out)
    }

    fn ntlm(
        &mut self,
        id: i32,
        message: &[u8],
        check: Option<&[u8]>,
        form: Form,
        view: &View<'_>,
        out: &mut Vec<u8>,
    ) -> After {
        let begun = self.handshake.take();
        match begun {
            Some(Handshake { form, ntlm: Some(ntlm) }) if message.get(8) == Some(&3) => {
                self.ntlm_last(id, message, check, &form, &ntlm, view, out)
            }
            // The first message; after SPNEGO has settled on NTLM, in its form.
            begun => {
                let form = begun.map_or(form, |b| b.form);
                self.challenges += 1;
                let challenge = mix(self.peer.nonce, self.challenges).to_le_bytes();
                let Some(ntlm) = ntlm::Handshake::begin(message, challenge, view.forest, self.dc, view.cx) else {
                    return self.fail(id, None, code::WRONG_PASSWORD, true);
                };
                let (result, reply) = match &form {
                    Form::Bare => (14, Reply::Sasl(ntlm.answer().to_vec())),
                    Form::Spnego { .. } => (14, Reply::Sasl(spnego::answer(false, true, Some(ntlm.answer()), None))),
                    Form::Sicily => (0, Reply::Sicily(ntlm.answer().to_vec())),
                };
                self.handshake = Some(Handshake { form, ntlm: Some(ntlm) });
                self.bound(id, &Answer::code(result), Some(reply), out)
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn ntlm_last(
        &mut self,
        id: i32,
        message: &[u8],
        check: Option<&[u8]>,
        form: &Form,
        ntlm: &ntlm::Handshake,
        view: &View<'_>,
        out: &mut Vec<u8>,
    ) -> After {
        let Some(last) = Authenticate::read(message) else {
            return self.fail(id, None, code::WRONG_PASSWORD, true);
        };
        let done = |check: Option<&[u8]>| match form {
            Form::Spnego { .. } => Some(Reply::Sasl(spnego::answer(true, false, None, check))),
            Form::Sicily => Some(Reply::Sicily(Vec::new())),
            Form::Bare => None,
        };
        if last.is_anonymous() {
            return self.bound(id, &Answer::success(), done(None), out);
        }
        let policy = view.forest.domain(view.domain()).ldap;
        if policy.channel_binding_required && self.peer.secure {
            let channel = self.peer.channel.as_deref().unwrap_or_default();
            if !last.is_bound_to(channel) {
                return self.fail(id, None, code::BAD_BINDINGS, true);
            }
        }
        let account = match last.domain.as_str() {
            "" if last.user.contains('@') => view.find_account(&last.user),
            "" => view.account(view.domain(), &last.user),
            domain => view.forest.find_domain(domain).and_then(|d| view.account(d, &last.user)),
        };
        let Some((account, entry)) = account.filter(|a| view.is_bindable(*a)).and_then(|a| Some((a, view.row(a)?)))
        else {
            return self.fail(id, None, code::NO_SUCH_USER, true);
        };
        let proved = view.forest.nt_hash(&entry).and_then(|hash| ntlm.check(&last, hash));
        if view.is_cut_off(account, &entry) {
            return self.fail(id, Some(account), code::NO_LOGON_SERVERS, true);
        }
        let Some(proved) = proved else { return self.fail(id, Some(account), code::WRONG_PASSWORD, true) };
        let workstation = Some(last.workstation.as_str()).filter(|w| !w.is_empty());
        if let Err(code) = view.check_account(&entry, workstation) {
            return self.fail(id, Some(account), code, true);
        }
        if policy.signing_required && !self.peer.secure && !signs(&proved) {
            return self.bound(id, &needs_integrity(), None, out);
        }
        let mut layer = proved.layer();
        let own = match (form, check) {
            (Form::Spnego { mechanisms }, Some(theirs)) => {
                // Without a layer the checks still have keys.
                let mut checks = super::layer::Layer::new(proved.flags, &proved.key);
                let keys = layer.as_mut().unwrap_or(&mut checks);
                match keys.exchange_checks(mechanisms, theirs) {
                    Some(own) => Some(own),
                    None => return self.fail(id, Some(account), code::WRONG_PASSWORD, true),
                }
            }
            _ => None,
        };
        let reply = done(own.as_ref().map(|c| &c[..]));
        self.sign_in(id, account, reply, layer, view, out)
    }

    /// By the certificate of TLS.
    fn external(&mut self, id: i32, view: &View<'_>, out: &mut Vec<u8>) -> After {
        self.handshake = None;
        let name = self.peer.certificate.clone().filter(|_| self.peer.secure);
        let Some(account) = name.and_then(|n| view.find_account(&n)).filter(|a| view.is_bindable(*a)) else {
            return self.fail(id, None, code::NO_SUCH_USER, false);
        };
        match view.row(account).map(|entry| view.check_account(&entry, None)) {
            Some(Ok(())) => self.sign_in(id, account, None, None, view, out),
            Some(Err(code)) => self.fail(id, Some(account), code, false),
            None => self.fail(id, None, code::NO_SUCH_USER, false),
        }
    }
}

/// Whether the client has asked for a layer.
fn signs(proved: &Proved) -> bool {
    proved.flags & (flag::SIGN | flag::SEAL) != 0
}
