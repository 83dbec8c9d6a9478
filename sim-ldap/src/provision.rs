//! What simulated machines do with the directory: create a computer account for offline join, sign in with it, write the
//! registration certificate. Each of them goes through the same rules as a client on the wire.

use crate::at::{At, NewEntry, Password, account_defaults};
use crate::constructed::uac;
use crate::dn::Dn;
use crate::entry::Entry;
use crate::error::{Refusal, ResultCode, Why, win32};
use crate::filetime::Stamp;
use crate::forest::{Controller, Domain, Unit, well_known};
use crate::kinds;
use crate::principal::Principal;
use crate::rights::extended;
use crate::sam::Allowed;
use crate::schema::{AttrId, attr, class};
use crate::sd::check::Ask;
use crate::sd::right;
use crate::secret::Secret;
use crate::shape::{SHORTEST_NAME, ShapeId};
use crate::sid::Sid;
use crate::text;
use crate::value::Value;
use sim_core::{Arg, Cx, Guid, Id, Key, Kind};

/// How an account may be provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProvisionOptions {
    /// Take over an account of that name if there is one (NETSETUP_PROVISION_REUSE_ACCOUNT).
    pub reuse_account: bool,
}

/// A provisioned account: what the blob of an offline join carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvisionedComputer {
    /// The computer object.
    pub entry: Id<Entry>,
    /// Its GUID.
    pub guid: Guid,
    /// Its SID.
    pub sid: Sid,
    /// The domain.
    pub domain: Id<Domain>,
    /// The controller that made it.
    pub controller: Id<Controller>,
    /// Its secret.
    pub secret: Secret,
    /// Whether an account was taken over.
    pub reused: bool,
    /// By which right it was created; a taken-over one counts as delegated.
    pub by: Allowed,
}

/// Provisioning failed, with the Win32 or network-management code that `NetProvisionComputerAccount` returns.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("NetProvisionComputerAccount failed: {code} (0x{code:x})")]
pub struct NetJoinError {
    /// The code.
    pub code: u32,
    /// What the directory said, if it was asked.
    pub refusal: Option<Box<Refusal>>,
    /// The rule that decided.
    pub why: Why,
    /// What of the request it objected to.
    pub about: JoinInput,
}

/// What a request for a computer account consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinInput {
    /// The domain.
    Domain,
    /// The organizational unit.
    Ou,
    /// The computer's name.
    Name,
    /// Who asks.
    Account,
}

impl NetJoinError {
    fn new(code: u32, why: &'static Kind, about: JoinInput) -> Self {
        Self { code, refusal: None, why: Why(why), about }
    }
}

/// What a refusal of the directory is to the caller of the network-management function.
impl From<Refusal> for NetJoinError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.code {
            ResultCode::InsufficientAccessRights => win32::ACCESS_DENIED,
            ResultCode::EntryAlreadyExists => win32::NERR_USER_EXISTS,
            ResultCode::NoSuchObject => win32::NO_SUCH_OBJECT,
            ResultCode::InvalidDnSyntax | ResultCode::NamingViolation => win32::INVALID_PARAMETER,
            // Nobody who takes writes was found.
            ResultCode::Referral => win32::NO_SUCH_DOMAIN,
            _ => refusal.win32,
        };
        let about = match refusal.code {
            ResultCode::EntryAlreadyExists | ResultCode::ConstraintViolation => JoinInput::Name,
            ResultCode::NoSuchObject | ResultCode::InvalidDnSyntax | ResultCode::NamingViolation => JoinInput::Ou,
            ResultCode::Referral => JoinInput::Domain,
            _ => JoinInput::Account,
        };
        Self { why: Why(refusal.why), code, refusal: Some(Box::new(refusal)), about }
    }
}

/// A computer could not sign in, with the Win32 code of the secure channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogonError {
    /// The controller has no such account (ERROR_NO_TRUST_SAM_ACCOUNT).
    #[error("the domain has no computer account for this workstation")]
    NoAccount,
    /// The secrets differ (ERROR_TRUSTED_RELATIONSHIP_FAILURE).
    #[error("the trust relationship between this workstation and the domain failed")]
    WrongSecret,
    /// The account is disabled (ERROR_ACCOUNT_DISABLED).
    #[error("the computer account is disabled")]
    Disabled,
    /// The controller is read-only, does not keep this secret, and reaches no other (ERROR_NO_LOGON_SERVERS).
    #[error("no controller is available that can check the secret")]
    NoLogonServers,
}

impl LogonError {
    /// The Win32 code.
    pub fn code(self) -> u32 {
        match self {
            Self::NoAccount => 1787,
            Self::WrongSecret => 1789,
            Self::Disabled => 1331,
            Self::NoLogonServers => win32::NO_LOGON_SERVERS,
        }
    }
    fn why(self) -> &'static Kind {
        match self {
            Self::NoAccount => &kinds::WHY_NO_ACCOUNT,
            Self::WrongSecret => &kinds::WHY_PASSWORD,
            Self::Disabled => &kinds::WHY_DISABLED,
            Self::NoLogonServers => &kinds::WHY_NO_WRITER,
        }
    }
}

/// What a computer tells its domain about itself.
#[derive(Debug, Clone, Copy)]
pub struct SystemInfo<'a> {
    /// `Windows 11 Enterprise`.
    pub operating_system: &'a str,
    /// `10.0 (22631)`.
    pub version: &'a str,
}

impl At<'_> {
    /// Creates a computer account as `NetProvisionComputerAccount` does at this controller: in an organizational unit, or without
    /// one in the domain's container for computers. A read-only controller is passed over for one that takes writes. A refusal is
    /// told with its code.
    pub fn provision_computer(
        &mut self,
        who: &Principal,
        domain: &str,
        ou: Option<&str>,
        name: &str,
        options: ProvisionOptions,
        cx: &mut Cx,
    ) -> Result<ProvisionedComputer, NetJoinError> {
        let result = self.at_writer(cx).try_provision(who, domain, ou, name, options, cx);
        if let Err(error) = &result {
            let place = ou.unwrap_or("the default container");
            self.tell_computer_refused(who, name, place, error.code, error.why.0, cx);
        }
        result
    }

    /// Operations where writes at this controller go; here, if nobody takes them.
    fn at_writer(&mut self, cx: &Cx) -> At<'_> {
        let dc = self.forest.writer_for(self.dc, cx).unwrap_or(self.dc);
        self.forest.at(dc)
    }

    fn try_provision(
        &mut self,
        who: &Principal,
        domain: &str,
        ou: Option<&str>,
        name: &str,
        options: ProvisionOptions,
        cx: &mut Cx,
    ) -> Result<ProvisionedComputer, NetJoinError> {
        let id = self.forest.controllers[self.dc].domain;
        if self.forest.find_domain(domain) != Some(id) {
            return Err(NetJoinError::new(win32::NO_SUCH_DOMAIN, &kinds::WHY_NO_DOMAIN, JoinInput::Domain));
        }
        check_computer_name(name, self.forest.knobs.computer_name_length)?;
        self.writable(who, "", cx)?;
        let container = self.container_for(id, ou, cx)?;
        let sam = concat(&[name, "$"]);
        let view = self.view(cx);
        if view.is_taken(attr::SAM_ACCOUNT_NAME, &sam)
            && let Some(existing) = view.account(id, &sam)
        {
            if !options.reuse_account {
                let mut seen = cx.seen();
                self.view(cx).why_taken(existing, &mut seen);
                cx.decided_on(seen);
                return Err(NetJoinError::new(win32::NERR_USER_EXISTS, &kinds::WHY_ACCOUNT_TAKEN, JoinInput::Name));
            }
            return self.reuse(who, id, existing, cx);
        }
        if self.forest.knobs.unique_principal_names {
            self.check_service_names(id, name, cx)?;
        }
        // What a join sets follows from the name: it is worked out once for a domain, and stands in one shape.
        let (shape, attrs) = match self.join_shape(id, cx).filter(|_| name.len() >= SHORTEST_NAME) {
            Some(shape) => (Some(shape), Vec::new()),
            None => (None, join_attributes(name, &self.forest.domains[id].dns)),
        };
        let new = NewEntry {
            password: Some(Password::Made),
            name_is_free: true,
            shape,
            ..NewEntry::new(container, class::COMPUTER, name, attrs)
        };
        let made = self.create(who, new, cx)?;
        Ok(self.provisioned(made.entry, id, made.by, false))
    }

    /// The shape of computers that join a domain.
    fn join_shape(&mut self, domain: Id<Domain>, cx: &mut Cx) -> Option<ShapeId> {
        if let Some((_, shape)) = self.forest.joins.iter().find(|(d, _)| *d == domain) {
            return Some(*shape);
        }
        // A name that no text contains by accident.
        let name = "{rdn}";
        let mut all = join_attributes(name, &self.forest.domains[domain].dns);
        all.extend(account_defaults(uac::WORKSTATION, true).map(|(a, v)| (a, vec![v])));
        let kind = crate::Forest::account_type(class::COMPUTER, uac::WORKSTATION, 0);
        all.push((attr::SAM_ACCOUNT_TYPE, vec![Value::Int(kind)]));
        all.sort_by_key(|(a, _)| *a);
        let mut patterns = Vec::new();
        for (attr, values) in &all {
            for value in values {
                let shapes = &mut self.forest.store.shapes;
                patterns.push((*attr, shapes.pattern_of(*attr, value, name, &mut cx.names)?));
            }
        }
        let shape = self.forest.store.shapes.intern(&patterns);
        self.forest.joins.push((domain, shape));
        Some(shape)
    }

    /// Whether the service names of a computer are nobody else's (KB5008382).
    fn check_service_names(&self, domain: Id<Domain>, name: &str, cx: &Cx) -> Result<(), Refusal> {
        let view = self.view(cx);
        let dns = &self.forest.domains[domain].dns;
        let mut text = String::with_capacity(80);
        for class in SERVICES {
            for full in [false, true] {
                text.clear();
                text.push_str(class);
                text.push_str(name);
                if full {
                    text.push('.');
                    text.push_str(dns);
                }
                if view.is_taken(attr::SERVICE_PRINCIPAL_NAME, &text) {
                    let values = [Value::from(text.as_str())];
                    return view.check_principal_names(attr::SERVICE_PRINCIPAL_NAME, &values, None);
                }
            }
        }
        Ok(())
    }

    fn provisioned(&self, entry: Id<Entry>, domain: Id<Domain>, by: Allowed, reused: bool) -> ProvisionedComputer {
        let row = &self.forest.store.rows[entry];
        ProvisionedComputer {
            entry,
            guid: self.forest.store.guid(row),
            sid: self.forest.store.sid(row).unwrap_or(Sid::ANONYMOUS),
            domain,
            controller: self.dc,
            secret: self.forest.secret(row),
            reused,
            by,
        }
    }

    /// Where the account goes. An organizational unit is named with its domain, without quotation marks (seed how-to); the
    /// container for computers is not one, so it is left blank instead.
    fn container_for(&mut self, domain: Id<Domain>, ou: Option<&str>, cx: &Cx) -> Result<Id<Entry>, NetJoinError> {
        let bad = || NetJoinError::new(win32::INVALID_PARAMETER, &kinds::WHY_BAD_OU, JoinInput::Ou);
        let Some(text) = ou.map(str::trim).filter(|t| !t.is_empty()) else {
            let default = self.forest.well_known(domain, well_known::COMPUTERS);
            return default.ok_or_else(bad);
        };
        // A connector asks for the same few units over and over. What a name led to holds until a container is renamed.
        let epoch = self.forest.store.epoch();
        let is = |u: &&Unit| (u.domain, u.epoch) == (domain, epoch) && *u.name == *text;
        if let Some(unit) = self.forest.units.iter().find(is)
            && self.forest.pending.is_empty()
            && !self.forest.store.rows[unit.entry].is_deleted()
        {
            return Ok(unit.entry);
        }
        let dn: Dn = text.parse().map_err(|_| bad())?;
        let context = &self.forest.store.contexts[usize::from(self.forest.domains[domain].nc)];
        if !dn.rdns[0].kind.eq_ignore_ascii_case("OU") || !dn.is_within(&context.dn) {
            return Err(bad());
        }
        let id = self.view(cx).resolve(&dn)?;
        if self.forest.store.rows[id].class != class::ORGANIZATIONAL_UNIT {
            return Err(bad());
        }
        self.forest.units.retain(|u| u.epoch == epoch && *u.name != *text);
        if self.forest.pending.is_empty() && self.forest.units.len() < MOST_UNITS {
            self.forest.units.push(Unit { domain, epoch, name: text.into(), entry: id });
        }
        Ok(id)
    }

    /// Takes over an account, where the rules of KB5020276 let one.
    fn reuse(
        &mut self,
        who: &Principal,
        domain: Id<Domain>,
        id: Id<Entry>,
        cx: &mut Cx,
    ) -> Result<ProvisionedComputer, NetJoinError> {
        let entry = &self.forest.store.rows[id];
        if !entry.class.is_a(class::COMPUTER) {
            return Err(NetJoinError::new(win32::NERR_USER_EXISTS, &kinds::WHY_ACCOUNT_TAKEN, JoinInput::Name));
        }
        let owner = self.forest.store.sds.get(entry.sd).owner;
        let creator = match entry.own(attr::CREATOR_SID) {
            Some([Value::Sid(sid), ..]) => Some(**sid),
            _ => None,
        };
        let d = &self.forest.domains[domain];
        let admins = [d.sid.child(512), self.forest.root().sid.child(519), Sid::ADMINISTRATORS];
        let by_admin = creator.is_none() && owner.is_some_and(|o| admins.contains(&o));
        let listed = owner.is_some_and(|o| d.account_reuse_allowed.contains(&o));
        let own = creator == Some(who.sid) || owner == Some(who.sid);
        if self.forest.knobs.block_account_reuse && !(by_admin || listed || own || who.is_system()) {
            let mut seen = cx.seen();
            self.view(cx).why_taken(id, &mut seen);
            cx.decided_on(seen);
            let (code, why) = (win32::NERR_ACCOUNT_REUSE_BLOCKED, &kinds::WHY_REUSE_BLOCKED);
            return Err(NetJoinError::new(code, why, JoinInput::Name));
        }
        if !self.forest.may(who, id, Ask::about(right::CONTROL, extended::RESET_PASSWORD)) {
            return Err(NetJoinError::new(win32::ACCESS_DENIED, &kinds::WHY_NO_WRITE_RIGHT, JoinInput::Account));
        }
        let mut change = self.forest.begin(id);
        self.set_password(id, &mut change, None, cx);
        let bits = self.forest.store.int(&self.forest.store.rows[id], attr::USER_ACCOUNT_CONTROL).unwrap_or(0);
        let enabled = bits & !(uac::DISABLED | uac::PASSWORD_NOT_REQUIRED) | uac::WORKSTATION;
        if enabled != bits {
            change.note(attr::USER_ACCOUNT_CONTROL);
            self.forest.store.put(id, attr::USER_ACCOUNT_CONTROL, vec![Value::Int(enabled)], &mut cx.names);
        }
        self.forest.finish(change, self.dc, cx);
        self.signal(id, false, cx);
        let (name, container) = (self.forest.store.rows[id].rdn, self.container_sym(id, cx));
        let args = [Arg::Name(name), Arg::Name(container), Arg::Name(self.forest.controllers[self.dc].name)];
        cx.tell_why(&kinds::COMPUTER_REUSED, who.name, &args, &kinds::WHY_REUSE_ALLOWED);
        Ok(self.provisioned(id, domain, Allowed::Delegated, true))
    }

    /// A computer sets up its secure channel with this controller, and tells what it is. The controller itself writes that
    /// (MS-NRPC 3.5.4.4.11), and the time of the logon.
    pub fn logon_computer(
        &mut self,
        computer: Id<Entry>,
        secret: Secret,
        info: SystemInfo<'_>,
        cx: &mut Cx,
    ) -> Result<Principal, LogonError> {
        let result = self.try_logon(computer, secret, cx);
        let who = self.forest.store.rows.get(computer).map(|e| e.rdn).unwrap_or_default();
        let dc = self.forest.controllers[self.dc].name;
        match result {
            Ok(()) => {
                self.after_logon(computer, info, cx);
                cx.tell(&kinds::COMPUTER_LOGGED_ON, who, &[Arg::Name(dc)]);
                self.sign_in(computer, cx).ok_or(LogonError::NoAccount)
            }
            Err(error) => {
                let args = [Arg::Name(dc), Arg::Code(error.code())];
                cx.tell_why(&kinds::COMPUTER_LOGON_REFUSED, who, &args, error.why());
                Err(error)
            }
        }
    }

    fn try_logon(&self, computer: Id<Entry>, secret: Secret, cx: &Cx) -> Result<(), LogonError> {
        let view = self.view(cx);
        let entry = view.row(computer).filter(|e| !e.is_deleted()).ok_or(LogonError::NoAccount)?;
        let held = self.forest.store.context(&entry).domain == self.forest.controllers[self.dc].domain;
        if !held || !entry.class.is_a(class::COMPUTER) {
            return Err(LogonError::NoAccount);
        }
        if self.forest.store.int(&entry, attr::USER_ACCOUNT_CONTROL).unwrap_or(0) & uac::DISABLED != 0 {
            return Err(LogonError::Disabled);
        }
        if view.is_cut_off(computer, &entry) {
            return Err(LogonError::NoLogonServers);
        }
        if entry.secret == 0 || self.forest.secret(&entry) != secret {
            return Err(LogonError::WrongSecret);
        }
        Ok(())
    }

    /// As [`View::principal_of`](crate::View::principal_of). The groups that come with the primary group and with having signed in
    /// are the same for a fleet, and found once for each state of the memberships.
    pub fn sign_in(&mut self, account: Id<Entry>, cx: &Cx) -> Option<Principal> {
        let store = &self.forest.store;
        let entry = store.rows.get(account)?;
        let alone = self.forest.pending.is_empty()
            && !entry.is_deleted()
            && entry.own(attr::SID_HISTORY).is_none()
            && store.back_links(account, attr::MEMBER).next().is_none();
        if !alone {
            return self.view(cx).principal_of(account);
        }
        let (nc, primary) = (entry.nc, store.int(entry, attr::PRIMARY_GROUP_ID).unwrap_or(0));
        let (name, sid, links) = (entry.rdn, store.sid(entry)?, store.links_version());
        if self.forest.common.0 != links {
            self.forest.common = (links, Default::default());
        }
        if !self.forest.common.1.contains_key(&(nc, primary)) {
            let who = self.view(cx).principal_of(account)?;
            let sids = who.sids().iter().filter(|s| **s != sid).copied().collect();
            self.forest.common.1.insert((nc, primary), sids);
        }
        let common = self.forest.common.1.get(&(nc, primary))?;
        let mut sids = Vec::with_capacity(common.len() + 2);
        sids.extend_from_slice(common);
        sids.push(sid);
        if self.forest.controllers.iter().any(|(_, c)| c.computer == account) {
            sids.push(Sid::ENTERPRISE_CONTROLLERS);
        }
        Some(Principal::new(name, sid, Some(account), sids, crate::principal::Rank::Account))
    }

    fn after_logon(&mut self, id: Id<Entry>, info: SystemInfo<'_>, cx: &mut Cx) {
        let now = cx.now();
        let origin = self.write_origin();
        let store = &self.forest.store;
        let entry = &store.rows[id];
        let due = self.forest.knobs.last_logon_interval;
        let stale = entry.logged_on().is_none_or(|at| now.since(at) >= due);
        let news: Vec<_> =
            [(attr::OPERATING_SYSTEM, info.operating_system), (attr::OPERATING_SYSTEM_VERSION, info.version)]
                .into_iter()
                .filter(|(a, t)| !t.is_empty() && !store.has_text(entry, *a, t, &cx.names))
                .collect();
        let has_host = store.shapes.values(entry.shape, attr::DNS_HOST_NAME_ATTR).len() == 1
            || entry.own(attr::DNS_HOST_NAME_ATTR).is_some_and(|v| !v.is_empty());
        if !stale && news.is_empty() && has_host {
            return;
        }
        let mut change = self.forest.begin(id);
        if stale {
            change.note(attr::LAST_LOGON_TIMESTAMP);
            self.forest.store.rows[id].logged_on = Stamp::of(now);
        }
        for (attr, value) in news {
            change.note(attr);
            self.forest.store.put(id, attr, vec![value.into()], &mut cx.names);
        }
        if !has_host {
            let entry = &self.forest.store.rows[id];
            let domain = self.forest.store.context(entry).domain;
            let full = format!("{}.{}", cx.names.get(entry.rdn), self.forest.domains[domain].dns);
            change.note(attr::DNS_HOST_NAME_ATTR);
            self.forest.store.put(id, attr::DNS_HOST_NAME_ATTR, vec![full.into()], &mut cx.names);
        }
        self.forest.finish(change, origin, cx);
        self.signal(id, false, cx);
    }

    /// Where a write is made: here, or at a controller that takes writes.
    fn write_origin(&self) -> Id<Controller> {
        let dc = &self.forest.controllers[self.dc];
        if dc.read_only { self.forest.writable(dc.domain).unwrap_or(self.dc) } else { self.dc }
    }

    /// A computer writes its registration certificate to its own object, as the task of hybrid join does. The certificate is
    /// made from a key whenever somebody reads it; an older one gives way.
    /// A read-only controller's referral is followed.
    pub fn write_registration_certificate(&mut self, who: &Principal, key: Key, cx: &mut Cx) -> Result<(), Refusal> {
        self.at_writer(cx).try_write_certificate(who, key, cx)
    }

    fn try_write_certificate(&mut self, who: &Principal, key: Key, cx: &mut Cx) -> Result<(), Refusal> {
        self.writable(who, "", cx)?;
        let id = who.entry.filter(|id| self.view(cx).is_alive(*id));
        let id = id.ok_or_else(|| Refusal::no_such_object(String::new()))?;
        if !self.forest.may(who, id, Ask::attribute(right::WRITE, attr::USER_CERTIFICATE)) {
            let refusal = Refusal::access(win32::INSUFF_ACCESS_RIGHTS, 0x0315_0E49, &kinds::WHY_NO_WRITE_RIGHT);
            let (name, place) = (self.view(cx).name(id), self.view(cx).dn(id));
            return Err(self.refuse(who, &name, &place, refusal, cx));
        }
        let mut change = self.forest.begin(id);
        change.note(attr::USER_CERTIFICATE);
        self.forest.store.rows[id].certificate = key.0.max(1);
        self.forest.finish(change, self.dc, cx);
        let name = self.forest.store.rows[id].rdn;
        cx.tell(&kinds::CERTIFICATE_WRITTEN, who.name, &[Arg::Name(name)]);
        self.signal(id, true, cx);
        Ok(())
    }

    /// A computer changes its secret, as it does every 30 days.
    pub fn change_secret(&mut self, computer: Id<Entry>, old: Secret, cx: &mut Cx) -> Result<Secret, LogonError> {
        self.try_logon(computer, old, cx)?;
        let origin = self.write_origin();
        let mut change = self.forest.begin(computer);
        self.set_password(computer, &mut change, None, cx);
        self.forest.finish(change, origin, cx);
        self.signal(computer, false, cx);
        Ok(self.forest.secret(&self.forest.store.rows[computer]))
    }
}

/// How many names of units are remembered.
const MOST_UNITS: usize = 32;

/// The classes of service names that a join registers.
const SERVICES: [&str; 2] = ["HOST/", "RestrictedKrbHost/"];

/// What a join sets (NetProvisionComputerAccount documentation; ad-facts 9).
fn join_attributes(name: &str, dns: &str) -> Vec<(AttrId, Vec<Value>)> {
    let full = concat(&[name, ".", dns]);
    let services = SERVICES.iter().flat_map(|s| [concat(&[s, name]), concat(&[s, &full])]);
    vec![
        (attr::SERVICE_PRINCIPAL_NAME, services.map(Value::from).collect()),
        (attr::SAM_ACCOUNT_NAME, vec![concat(&[name, "$"]).into()]),
        (attr::DNS_HOST_NAME_ATTR, vec![full.into()]),
        (attr::USER_ACCOUNT_CONTROL, vec![Value::Int(uac::WORKSTATION)]),
    ]
}

/// Texts one after the other, in a string of just that length.
fn concat(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|p| p.len()).sum());
    parts.iter().for_each(|p| out.push_str(p));
    out
}

/// The client side's rules for names of computers: up to 15 characters that DNS takes, not digits alone.
fn check_computer_name(name: &str, most: u32) -> Result<(), NetJoinError> {
    if name.is_empty() {
        return Err(NetJoinError::new(win32::INVALID_PARAMETER, &kinds::WHY_COMPUTER_NAME, JoinInput::Name));
    }
    let ok = name.len() <= most as usize
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.bytes().all(|b| b.is_ascii_digit());
    let error = || NetJoinError::new(win32::INVALID_COMPUTERNAME, &kinds::WHY_COMPUTER_NAME, JoinInput::Name);
    if ok { Ok(()) } else { Err(error()) }
}

/// Whether two names of computers are one.
pub fn same_computer(a: &str, b: &str) -> bool {
    text::same(a.strip_suffix('$').unwrap_or(a), b.strip_suffix('$').unwrap_or(b))
}
