//! The account manager's rules: names, types, uniqueness, passwords, and who may create computers (MS-SAMR 3.1.1, MS-ADTS
//! 3.1.1.5.2.1).

use crate::constructed::uac;
use crate::entry::Entry;
use crate::error::{Refusal, ResultCode, Why, win32};
use crate::forest::{Domain, Forest, well_known};
use crate::kinds;
use crate::principal::Principal;
use crate::replication::{counts, creator_hash};
use crate::schema::{AttrId, ClassId, attr, class};
use crate::sd::check::Verdict;
use crate::sid::Sid;
use crate::store::value_hash;
use crate::text;
use crate::value::Value;
use crate::view::View;
use sim_core::{Blame, Draw, Evidence, Id, Key, Purpose};

const ACCOUNT_NAMES: Purpose = Purpose::named("sAMAccountName");

/// How a principal may create an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// By a right on the container: no quota, no creator.
    Delegated,
    /// By the privilege, within the quota.
    Privilege,
    /// Not at all.
    Refused(Why),
}

impl View<'_> {
    /// Whether somebody may create an object of a class, given what the container's descriptor says. The order is that of
    /// MS-ADTS 3.1.1.5.2.1: first the right to create, then, for computers, the privilege under the quota.
    pub fn may_create(
        &self,
        who: &Principal,
        parent: Id<Entry>,
        class: ClassId,
        by_rights: Verdict,
        evidence: &mut impl Evidence,
    ) -> Allowed {
        if by_rights.is_granted() {
            evidence.note(|| "a right to create such objects is granted; the quota does not count".into());
            return Allowed::Delegated;
        }
        if class != class::COMPUTER || matches!(by_rights, Verdict::Denied(_)) {
            evidence.note(|| "no right, and for this the privilege to add workstations does not help".into());
            self.blame_rights(who, parent, evidence);
            return Allowed::Refused(Why(&kinds::WHY_NO_CREATE_RIGHT));
        }
        let domain_id = self.domain_of(parent);
        let domain = &self.forest.domains[domain_id];
        if !domain.machine_account_privilege.iter().any(|sid| who.has(sid)) {
            evidence.note(|| "the privilege to add workstations is held by none of the groups".into());
            self.blame_rights(who, parent, evidence);
            return Allowed::Refused(Why(&kinds::WHY_NO_PRIVILEGE));
        }
        let default = self.forest.well_known(domain_id, well_known::COMPUTERS);
        if !self.forest.knobs.quota_outside_default_container && default != Some(parent) {
            evidence.note(|| "not the default container for computers, where alone the quota path is open".into());
            self.blame_rights(who, parent, evidence);
            return Allowed::Refused(Why(&kinds::WHY_OUTSIDE_DEFAULT));
        }
        let quota = self.machine_account_quota(domain_id);
        let used = self.created_by(domain_id, &who.sid);
        evidence.note(|| format!("{used} of {quota} computers of the machine account quota are used"));
        if i64::from(used) >= quota {
            evidence.blame(|| {
                let account = self.account_text(&who.sid);
                let says =
                    format!("its machine account quota is {quota}, and {used} computers of {account} count against it");
                Blame::named("domain", &domain.dns, says, &self.cx.names)
            });
            self.blame_rights(who, parent, evidence);
            return Allowed::Refused(Why(&kinds::WHY_QUOTA_SPENT));
        }
        Allowed::Privilege
    }

    /// `ms-DS-MachineAccountQuota` of a domain; without a value, nobody may.
    pub fn machine_account_quota(&self, domain: Id<Domain>) -> i64 {
        let nc = usize::from(self.forest.domains[domain].nc);
        let head = self.forest.store.contexts[nc].head.get();
        let entry = head.and_then(|h| self.row(h));
        entry.and_then(|e| self.forest.store.int(&e, attr::MACHINE_ACCOUNT_QUOTA)).unwrap_or(0)
    }

    /// How many living computers name this creator, as this controller sees them. Moving one does not free its place, deleting
    /// does (KB243327).
    pub fn created_by(&self, domain: Id<Domain>, creator: &Sid) -> u32 {
        let known = self.forest.domains[domain].created_by.get(creator).copied().unwrap_or(0);
        if self.forest.pending.is_empty() || self.controller().is_none() {
            return known;
        }
        let Some(hash) = value_hash(attr::CREATOR_SID, &Value::from(*creator)) else { return known };
        let nc = self.forest.domains[domain].nc;
        let mut count = i64::from(known);
        for row in self.forest.pending.of_creator(hash) {
            let id = Id::new(row);
            let now = &self.forest.store.rows[id];
            if now.nc != nc {
                continue;
            }
            let is_counted = |e: &Entry| counts(e) && creator_hash(e) == Some(hash);
            let seen = self.row(id).is_some_and(|e| is_counted(&e));
            count += i64::from(seen) - i64::from(is_counted(now));
        }
        u32::try_from(count).unwrap_or(0)
    }

    /// Whether a service principal name is nobody's but perhaps this object's.
    pub(crate) fn is_free(&self, attr: AttrId, value: &str, of: Option<Id<Entry>>) -> bool {
        self.lookup(attr, &Value::from(value)).into_iter().all(|id| Some(id) == of)
    }

    /// Whether somebody counts as an administrator of a domain.
    pub fn is_admin(&self, who: &Principal, domain: Id<Domain>) -> bool {
        who.is_system()
            || who.has(&Sid::ADMINISTRATORS)
            || who.has(&self.forest.domains[domain].sid.child(512))
            || who.has(&self.forest.root().sid.child(519))
    }

    /// Characters and length of an account name.
    pub(crate) fn check_account_name(&self, class: ClassId, name: &str) -> Result<(), Refusal> {
        let bad = |b: u8| {
            matches!(
                b,
                b'"' | b'/'
                    | b'\\'
                    | b'['
                    | b']'
                    | b':'
                    | b';'
                    | b'|'
                    | b'='
                    | b','
                    | b'+'
                    | b'*'
                    | b'?'
                    | b'<'
                    | b'>'
                    | 0..b' '
            )
        };
        let longest = if class.is_a(class::USER) && !class.is_a(class::COMPUTER) { 20 } else { 256 };
        let dots = name.bytes().all(|b| b == b'.' || b == b' ');
        if name.is_empty() || dots || name.bytes().any(bad) || name.chars().count() > longest {
            return Err(Refusal::account_name());
        }
        Ok(())
    }

    /// Uniqueness of an account name in the domain.
    pub(crate) fn check_account_free(
        &self,
        domain: Id<Domain>,
        name: &str,
        of: Option<Id<Entry>>,
    ) -> Result<(), Refusal> {
        match self.account(domain, name) {
            Some(id) if Some(id) != of => Err(Refusal::update(
                ResultCode::EntryAlreadyExists,
                win32::USER_EXISTS,
                0x031A_11E2,
                0,
                &kinds::WHY_ACCOUNT_TAKEN,
            )),
            _ => Ok(()),
        }
    }

    /// Uniqueness of principal names in the forest (KB5008382).
    pub(crate) fn check_principal_names(
        &self,
        attr: AttrId,
        values: &[Value],
        of: Option<Id<Entry>>,
    ) -> Result<(), Refusal> {
        let code = match attr {
            attr::SERVICE_PRINCIPAL_NAME => win32::SPN_NOT_UNIQUE,
            attr::USER_PRINCIPAL_NAME => win32::UPN_NOT_UNIQUE,
            _ => return Ok(()),
        };
        if !self.forest.knobs.unique_principal_names {
            return Ok(());
        }
        // Mostly nobody has it; who has it is looked up where somebody does.
        let free = |v: &Value| v.as_text().is_none_or(|t| !self.is_taken(attr, t) || self.is_free(attr, t, of));
        if values.iter().all(free) {
            return Ok(());
        }
        Err(Refusal::attribute(ResultCode::ConstraintViolation, code, 0x0320_0BAC, attr, &kinds::WHY_NOT_UNIQUE))
    }

    /// The type of an account and the rules for who may give it (KB5008102; MS-SAMR 3.1.1.8.10).
    pub(crate) fn check_account_control(
        &self,
        who: &Principal,
        domain: Id<Domain>,
        bits: i64,
        sam: &str,
        class: ClassId,
    ) -> Result<(), Refusal> {
        if self.is_admin(who, domain) {
            return Ok(());
        }
        let denied = |why| Refusal::access(win32::ACCESS_DENIED, 0x031A_11B9, why);
        if bits & uac::SERVER != 0 || bits & uac::PARTIAL_SECRETS != 0 {
            let nc = usize::from(self.forest.domains[domain].nc);
            let ask = crate::sd::check::Ask::about(crate::sd::right::CONTROL, crate::rights::extended::INSTALL_REPLICA);
            let head = self.forest.store.contexts[nc].head.get();
            if !head.is_some_and(|h| self.may(who, h, ask)) {
                return Err(denied(&kinds::WHY_NO_WRITE_RIGHT));
            }
        }
        if bits & (uac::TRUSTED_FOR_DELEGATION | uac::TRUSTED_TO_AUTH) != 0 {
            return Err(denied(&kinds::WHY_NO_WRITE_RIGHT));
        }
        if class == class::COMPUTER && self.forest.knobs.enforce_computer_names {
            if bits & (uac::WORKSTATION | uac::SERVER) == 0 {
                return Err(denied(&kinds::WHY_ACCOUNT_TYPE));
            }
            if !sam.ends_with('$') || sam.trim_end_matches('$').len() + 1 != sam.len() {
                return Err(Refusal::account_name().because(&kinds::WHY_ACCOUNT_TYPE));
            }
        }
        Ok(())
    }

    /// Names that a computer, or whoever created it, may give it as a validated write (MS-ADTS 3.1.1.5.3.1.1).
    pub(crate) fn check_validated(
        &self,
        attr: AttrId,
        values: &[Value],
        sam: &str,
        host: Option<&str>,
        domain: Id<Domain>,
    ) -> Result<(), Refusal> {
        let short = sam.strip_suffix('$').unwrap_or(sam);
        let full = format!("{short}.{}", self.forest.domains[domain].dns);
        let own = |name: &str| {
            text::same(name, short) || text::same(name, &full) || host.is_some_and(|h| text::same(name, h))
        };
        let fits = |v: &Value| match (attr, v.as_text()) {
            (attr::DNS_HOST_NAME_ATTR, Some(name)) => text::same(name, &full),
            (attr::SERVICE_PRINCIPAL_NAME, Some(spn)) => {
                spn.split('/').nth(1).map(|h| h.split(':').next().unwrap_or(h)).is_some_and(own)
            }
            _ => true,
        };
        if values.iter().all(fits) {
            return Ok(());
        }
        let (code, w) = (ResultCode::ConstraintViolation, win32::INVALID_ATTRIBUTE_SYNTAX);
        Err(Refusal::attribute(code, w, 0x0315_2D68, attr, &kinds::WHY_NOT_VALIDATED))
    }

    /// The text of a password as `unicodePwd` carries it: UTF-16, little-endian, in quotation marks.
    pub(crate) fn password_text(octets: &[u8]) -> Option<String> {
        if !octets.len().is_multiple_of(2) {
            return None;
        }
        let units: Vec<u16> = octets.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
        let text = String::from_utf16(&units).ok()?;
        Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())
    }

    /// Whether a password keeps the domain's policy.
    pub(crate) fn keeps_policy(&self, entry: &Entry, password: &str) -> bool {
        let bits = self.forest.store.int(entry, attr::USER_ACCOUNT_CONTROL).unwrap_or(0);
        let least = self.policy(entry, attr::MIN_PWD_LENGTH).unwrap_or(0);
        if bits & uac::PASSWORD_NOT_REQUIRED != 0 && password.is_empty() {
            return true;
        }
        if (password.chars().count() as i64) < least {
            return false;
        }
        if self.policy(entry, attr::PWD_PROPERTIES).unwrap_or(0) & 1 == 0 {
            return true;
        }
        let kinds: [fn(char) -> bool; 4] =
            [|c| c.is_uppercase(), |c| c.is_lowercase(), |c| c.is_numeric(), |c| !c.is_alphanumeric()];
        kinds.iter().filter(|k| password.chars().any(**k)).count() >= 3
    }
}

impl Forest {
    /// A name for an account that was created without one: `$` and two groups of letters and digits (observed).
    pub(crate) fn made_up_account_name(&self, key: Key) -> String {
        let mut draw: Draw = self.store.chance.draw(ACCOUNT_NAMES, key, 0);
        let letters = b"ABCDEFGHIJKLMNOPQRSTUV0123456789";
        format!("${}-{}", draw.text(letters, 6), draw.text(letters, 12))
    }

    /// Changes how many computers a creator has.
    pub(crate) fn count_creator(&mut self, entry: Id<Entry>, by: i32) {
        let row = &self.store.rows[entry];
        let Some([Value::Sid(sid), ..]) = row.own(attr::CREATOR_SID) else { return };
        let (sid, domain) = (**sid, self.store.context(row).domain);
        let counts = &mut self.domains[domain].created_by;
        let n = counts.entry(sid).or_insert(0);
        *n = n.saturating_add_signed(by);
        if *n == 0 {
            counts.remove(&sid);
        }
    }

    /// `sAMAccountType` of an account (MS-SAMR 2.2.1.9).
    pub(crate) fn account_type(class: ClassId, bits: i64, group_type: i64) -> i64 {
        if class.is_a(class::GROUP) {
            let security = group_type & 0x8000_0000 != 0;
            let local = group_type & 4 != 0;
            return match (local, security) {
                (true, true) => 0x2000_0000,
                (true, false) => 0x2000_0001,
                (false, true) => 0x1000_0000,
                (false, false) => 0x1000_0001,
            };
        }
        if bits & (uac::WORKSTATION | uac::SERVER) != 0 {
            0x3000_0001
        } else if bits & uac::INTERDOMAIN_TRUST != 0 {
            0x3000_0002
        } else {
            0x3000_0000
        }
    }
}
