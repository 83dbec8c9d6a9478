//! Simple binds, and what an account has to be to sign in (MS-ADTS 5.1.1).

use super::wire::Answer;
use crate::constructed::uac;
use crate::entry::{Entry, MUST_CHANGE};
use crate::filetime::file_time;
use crate::schema::attr;
use crate::value::Value;
use crate::view::View;
use sim_core::Id;

/// Sub-codes of failed binds, which are Win32 errors.
pub(super) mod code {
    pub(in crate::session) const NO_LOGON_SERVERS: u32 = 0x51f;
    pub(in crate::session) const NO_SUCH_USER: u32 = 0x525;
    pub(in crate::session) const WRONG_PASSWORD: u32 = 0x52e;
    pub(in crate::session) const LOGON_HOURS: u32 = 0x530;
    pub(in crate::session) const WORKSTATION: u32 = 0x531;
    pub(in crate::session) const PASSWORD_EXPIRED: u32 = 0x532;
    pub(in crate::session) const DISABLED: u32 = 0x533;
    pub(in crate::session) const ACCOUNT_EXPIRED: u32 = 0x701;
    pub(in crate::session) const MUST_CHANGE: u32 = 0x773;
    pub(in crate::session) const LOCKED_OUT: u32 = 0x775;
    /// SEC_E_BAD_BINDINGS, found out before anything about the account.
    pub(in crate::session) const BAD_BINDINGS: u32 = 0x8009_0346;
}

/// A bind that needs signing or TLS and has neither.
pub(super) fn needs_integrity() -> Answer {
    let comment =
        "The server requires binds to turn on integrity checking if SSL\\TLS are not already active on the connection";
    Answer::ldap(8, 0x2028, 0x0C09_0256, comment, 0)
}

impl View<'_> {
    /// Whether somebody with the right name and password may sign in now; else the sub-code. The order is: unknown, wrong
    /// password, locked out, hours, workstation, disabled, expired, password expired, has to change it.
    pub(super) fn check_bind(&self, name: &str, password: &str) -> Result<Id<Entry>, (Option<Id<Entry>>, u32)> {
        let account = self.find_account(name).filter(|id| self.is_bindable(*id));
        let Some(id) = account else { return Err((None, code::NO_SUCH_USER)) };
        let wrong = (Some(id), code::WRONG_PASSWORD);
        let entry = self.row(id).ok_or(wrong)?;
        if self.is_cut_off(id, &entry) {
            return Err((Some(id), code::NO_LOGON_SERVERS));
        }
        if !self.forest.check_password(&entry, password) {
            return Err(wrong);
        }
        self.check_account(&entry, None).map_err(|code| (Some(id), code))?;
        Ok(id)
    }

    /// Whether an object is one that signs in.
    pub(super) fn is_bindable(&self, id: Id<Entry>) -> bool {
        self.row(id).is_some_and(|e| !e.is_deleted() && e.class.may_have(attr::UNICODE_PWD))
    }

    /// What may be in the way once the password is right.
    pub(super) fn check_account(&self, entry: &Entry, workstation: Option<&str>) -> Result<(), u32> {
        let store = &self.forest.store;
        let bits = store.int(entry, attr::USER_ACCOUNT_CONTROL).unwrap_or(0);
        let now = self.cx.now();
        let expires = store.int(entry, attr::ACCOUNT_EXPIRES).filter(|t| *t != 0);
        if self.is_locked_out(entry) {
            return Err(code::LOCKED_OUT);
        }
        if let Some([Value::Bytes(hours), ..]) = entry.own(attr::LOGON_HOURS) {
            // A bit for every hour of a week in UTC, from Sunday; 1970 began on a Thursday (MS-ADA1 logonHours).
            let hour = (now.unix_millis().div_euclid(3_600_000) + 4 * 24).rem_euclid(168) as usize;
            if hours.get(hour / 8).is_some_and(|bits| bits >> (hour % 8) & 1 == 0) {
                return Err(code::LOGON_HOURS);
            }
        }
        if let (Some(host), Some([Value::Text(list), ..])) = (workstation, entry.own(attr::USER_WORKSTATIONS))
            && !list.split(',').any(|w| crate::text::same(w.trim(), host))
        {
            return Err(code::WORKSTATION);
        }
        if bits & uac::DISABLED != 0 {
            return Err(code::DISABLED);
        }
        if expires.is_some_and(|at| at <= file_time(now)) {
            return Err(code::ACCOUNT_EXPIRED);
        }
        if self.password_expiry(entry) <= now {
            return Err(if entry.is(MUST_CHANGE) { code::MUST_CHANGE } else { code::PASSWORD_EXPIRED });
        }
        Ok(())
    }

    /// Whether failed attempts are counted against an account.
    pub(super) fn has_failures(&self, id: Id<Entry>) -> bool {
        self.row(id).is_some_and(|entry| {
            let int = |attr| self.forest.store.int(&entry, attr).unwrap_or(0);
            int(attr::BAD_PWD_COUNT) != 0 || int(attr::LOCKOUT_TIME) != 0
        })
    }

    /// `CORP\alice.abara`, as whoami answers.
    pub(super) fn account_name(&self, id: Id<Entry>) -> String {
        self.text(id, attr::PRINCIPAL_NAME).unwrap_or_default()
    }
}
