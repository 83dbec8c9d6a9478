//! What changes the forest, as a value: a session makes it, the world carries it out, the session answers.

use super::bind::code::BAD_BINDINGS;
use super::controls::Controls;
use super::wire::Op;
use crate::entry::Entry;
use crate::error::{Refusal, ResultCode, win32};
use crate::filetime::file_time;
use crate::schema::attr;
use crate::value::Value;
use crate::{AddRequest, Controller, Forest, ModifyRequest, Principal, RenameRequest, kinds, ldif};
use sim_core::{Arg, Cx, Id, Kind};

/// A change that somebody asks for over a connection. Passwords do not show in its `Debug`.
#[derive(Debug, Clone)]
pub struct Change {
    /// The controller.
    pub dc: Id<Controller>,
    /// Who asks.
    pub who: Principal,
    /// The number of the message that asks, which the answer repeats.
    pub message: i32,
    /// What for.
    pub op: ChangeOp,
}

/// What a change does.
#[derive(Debug, Clone)]
pub enum ChangeOp {
    /// Adds an object.
    Add(AddRequest),
    /// Changes attributes.
    Modify(ModifyRequest),
    /// Deletes an object, or with `tree` all that is below it too.
    Delete {
        /// The object.
        dn: String,
        /// The tree-delete control.
        tree: bool,
    },
    /// Renames or moves an object.
    Rename(RenameRequest),
    /// Somebody has failed to sign in; wrong passwords are counted.
    FailedBind {
        /// The account, if there is one of that name.
        account: Option<Id<Entry>>,
        /// The sub-code (`data 52e`): a Win32 error.
        code: u32,
        /// Whether it was by NTLM, which fails with another code in front.
        ntlm: bool,
    },
    /// Somebody with failed attempts has signed in, which ends the count.
    SignedIn {
        /// The account.
        account: Id<Entry>,
    },
}

impl ChangeOp {
    /// What a request with its controls changes, if anything. `secure` says whether the connection is encrypted.
    pub(super) fn of(op: &Op, controls: &Controls, secure: bool) -> Option<Self> {
        let Controls { permissive, tree_delete, sd_flags, .. } = controls;
        Some(match op {
            Op::Add(add) => {
                let mut add = add.clone();
                add.secure = secure;
                Self::Add(add)
            }
            Op::Modify(modify) => {
                let mut modify = modify.clone();
                (modify.secure, modify.permissive, modify.sd_flags) = (secure, *permissive, *sd_flags);
                Self::Modify(modify)
            }
            Op::Delete(dn) => Self::Delete { dn: dn.clone(), tree: *tree_delete },
            Op::Rename(rename) => Self::Rename(rename.clone()),
            _ => return None,
        })
    }

    /// A word for traces.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Add(_) => "add",
            Self::Modify(_) => "modify",
            Self::Delete { .. } => "delete",
            Self::Rename(_) => "modify dn",
            Self::FailedBind { .. } => "failed bind",
            Self::SignedIn { .. } => "bind",
        }
    }
}

impl ldif::Record {
    /// What the record asks a controller for, over a connection that is encrypted; a record without `changetype` adds. An error is
    /// the result code for a critical control that is not known.
    pub fn change(&self, dc: Id<Controller>, who: Principal) -> Result<Change, u32> {
        let dn = self.dn.clone();
        let op = match self.change.clone() {
            ldif::Change::Content(mut attributes) | ldif::Change::Add(mut attributes) => {
                ldif::encode_passwords(&mut attributes);
                Op::Add(AddRequest { dn, attributes, secure: true })
            }
            ldif::Change::Delete => Op::Delete(dn),
            ldif::Change::Modify(mut parts) => {
                ldif::encode_passwords_of(&mut parts);
                Op::Modify(ModifyRequest::new(&dn, parts))
            }
            ldif::Change::Rename { new_rdn, delete_old_rdn, new_superior } => {
                Op::Rename(RenameRequest { dn, new_rdn, delete_old_rdn, new_superior })
            }
        };
        let controls = Controls::read(&self.controls).map_err(|answer| u32::from(answer.code))?;
        let op = ChangeOp::of(&op, &controls, true).expect("these are the requests that change something");
        Ok(Change { dc, who, message: 0, op })
    }
}

/// What a change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeDone {
    /// The object.
    pub entry: Option<Id<Entry>>,
}

impl Forest {
    /// Carries out what a session was asked for.
    pub fn carry_out(&mut self, change: &Change, cx: &mut Cx) -> Result<ChangeDone, Refusal> {
        let (dc, who) = (change.dc, &change.who);
        let done = |entry| Ok(ChangeDone { entry: Some(entry) });
        match &change.op {
            ChangeOp::Add(request) => self.at(dc).add(who, request, cx).and_then(|made| done(made.entry)),
            ChangeOp::Modify(request) => self.at(dc).modify(who, request, cx).and_then(done),
            ChangeOp::Delete { dn, tree: false } => self.at(dc).delete(who, dn, cx).and_then(done),
            ChangeOp::Delete { dn, tree: true } => self.at(dc).delete_tree(who, dn, cx).and_then(done),
            ChangeOp::Rename(request) => self.at(dc).rename(who, request, cx).and_then(done),
            ChangeOp::FailedBind { account, code, ntlm } => {
                self.failed_bind(dc, *account, *code, cx);
                Err(failure(*code, *ntlm))
            }
            ChangeOp::SignedIn { account } => {
                self.end_count(dc, *account, cx);
                done(*account)
            }
        }
    }

    /// Counts a wrong password, locks the account where the policy says so (MS-SAMR 3.1.1.8.8; the count starts anew after the
    /// observation window).
    fn failed_bind(&mut self, dc: Id<Controller>, account: Option<Id<Entry>>, code: u32, cx: &mut Cx) {
        let Some(id) = account else { return };
        let name = self.store.rows[id].rdn;
        let args = [Arg::Name(self.controllers[dc].name), Arg::Code(code)];
        cx.tell_why(&kinds::BIND_REFUSED, name, &args, why(code));
        if code == win32::LOGON_FAILURE && !self.controllers[dc].read_only {
            self.count_failure(dc, id, cx);
        }
    }

    fn count_failure(&mut self, dc: Id<Controller>, id: Id<Entry>, cx: &mut Cx) {
        let now = file_time(cx.now());
        let (last, count, window, threshold) = {
            let view = self.view(dc, cx);
            let entry = &self.store.rows[id];
            let int = |attr| self.store.int(entry, attr).unwrap_or(0);
            (
                int(attr::BAD_PASSWORD_TIME),
                int(attr::BAD_PWD_COUNT),
                view.policy(entry, attr::LOCKOUT_WINDOW).unwrap_or(0),
                view.policy(entry, attr::LOCKOUT_THRESHOLD).unwrap_or(0),
            )
        };
        let fresh = last == 0 || now > last.saturating_sub(window);
        let count = if fresh { 1 } else { count.saturating_add(1) };
        let mut values = vec![(attr::BAD_PWD_COUNT, count), (attr::BAD_PASSWORD_TIME, now)];
        if threshold > 0 && count >= threshold {
            values.push((attr::LOCKOUT_TIME, now));
        }
        self.put_numbers(dc, id, &values, cx);
    }

    fn end_count(&mut self, dc: Id<Controller>, id: Id<Entry>, cx: &mut Cx) {
        if !self.controllers[dc].read_only {
            self.put_numbers(dc, id, &[(attr::BAD_PWD_COUNT, 0), (attr::LOCKOUT_TIME, 0)], cx);
        }
    }

    fn put_numbers(&mut self, dc: Id<Controller>, id: Id<Entry>, values: &[(crate::schema::AttrId, i64)], cx: &mut Cx) {
        let mut change = self.begin(id);
        for (attr, n) in values {
            change.note(*attr);
            self.store.put(id, *attr, vec![Value::Int(*n)], &mut cx.names);
        }
        self.finish(change, dc, cx);
    }
}

/// What the client of a failed bind reads.
fn failure(code: u32, ntlm: bool) -> Refusal {
    let front: u32 = match code {
        BAD_BINDINGS => code,
        _ if ntlm => 0x8009_030C,
        _ => 0x8009_0308,
    };
    Refusal {
        code: ResultCode::InvalidCredentials,
        win32: front,
        matched_dn: String::new(),
        message: format!(
            "{front:08X}: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {code:x}, v4563"
        ),
        referral: None,
        why: why(code),
    }
}

fn why(code: u32) -> &'static Kind {
    match code {
        0x525 => &kinds::WHY_NO_ACCOUNT,
        0x51f => &kinds::WHY_NO_WRITER,
        0x533 => &kinds::WHY_DISABLED,
        0x701 => &kinds::WHY_ACCOUNT_EXPIRED,
        0x775 => &kinds::WHY_LOCKED_OUT,
        0x532 | 0x773 => &kinds::WHY_PASSWORD_EXPIRED,
        0x530 | 0x531 => &kinds::WHY_LOGON_RESTRICTED,
        BAD_BINDINGS => &kinds::WHY_NOT_BOUND,
        _ => &kinds::WHY_PASSWORD,
    }
}
