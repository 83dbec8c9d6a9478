//! Attributes that are made when somebody asks for them (MS-ADTS 3.1.1.4.5).

use crate::entry::Entry;
use crate::filetime;
use crate::principal::Principal;
use crate::schema::{AttrId, ClassId, Store as Where, attr, class, oid_text, syntax_oids};
use crate::sd::check::Ask;
use crate::sd::right;
use crate::sid::Sid;
use crate::store::ContextKind;
use crate::value::Value;
use crate::view::View;
use sim_core::{Id, SimDuration, SimTime};

/// Bits of userAccountControl (MS-ADTS 2.2.16).
pub mod uac {
    /// The account is disabled.
    pub const DISABLED: i64 = 0x2;
    /// Locked out; only in the computed attribute.
    pub const LOCKOUT: i64 = 0x10;
    /// It needs no password.
    pub const PASSWORD_NOT_REQUIRED: i64 = 0x20;
    /// A person.
    pub const NORMAL: i64 = 0x200;
    /// A trust.
    pub const INTERDOMAIN_TRUST: i64 = 0x800;
    /// A computer.
    pub const WORKSTATION: i64 = 0x1000;
    /// A controller.
    pub const SERVER: i64 = 0x2000;
    /// The password does not expire.
    pub const PASSWORD_NEVER_EXPIRES: i64 = 0x1_0000;
    /// Trusted for delegation.
    pub const TRUSTED_FOR_DELEGATION: i64 = 0x8_0000;
    /// The password has expired; only in the computed attribute.
    pub const PASSWORD_EXPIRED: i64 = 0x80_0000;
    /// Trusted to authenticate for delegation.
    pub const TRUSTED_TO_AUTH: i64 = 0x100_0000;
    /// A read-only controller.
    pub const PARTIAL_SECRETS: i64 = 0x400_0000;
}

impl View<'_> {
    pub(crate) fn constructed(&self, id: Id<Entry>, entry: &Entry, attr: AttrId) -> Vec<Value> {
        let store = &self.forest.store;
        if let Some(forward) = attr.forward_link() {
            return self.back_links(id, forward).into_iter().map(Value::Entry).collect();
        }
        match attr {
            attr::CANONICAL_NAME => vec![self.canonical_name(id).into()],
            attr::CREATE_TIMESTAMP => vec![entry.created().into()],
            attr::MODIFY_TIMESTAMP => vec![entry.changed().into()],
            attr::STRUCTURAL_CLASS => self.values_of(id, entry, attr::OBJECT_CLASS),
            attr::SUB_SCHEMA => vec![format!("CN=Aggregate,{}", self.schema_dn()).into()],
            attr::TOKEN_GROUPS => {
                let mut sids = self.groups_of(id, entry);
                sids.sort_unstable();
                sids.dedup();
                sids.into_iter().map(Value::from).collect()
            }
            attr::PRIMARY_GROUP_TOKEN if entry.rid != 0 => vec![Value::Int(i64::from(entry.rid))],
            attr::PRINCIPAL_NAME => self.principal_name(id, entry).map(Value::from).into_iter().collect(),
            attr::UAC_COMPUTED => vec![Value::Int(self.computed_uac(entry))],
            attr::PASSWORD_EXPIRY => vec![Value::Int(filetime::file_time(self.password_expiry(entry)))],
            attr::ALLOWED_ATTRIBUTES => {
                let all = AttrId::all().filter(|a| entry.class.may_have(*a));
                all.map(|a| Value::from(a.name())).collect()
            }
            attr::ALLOWED_CHILD_CLASSES => {
                child_classes(entry.class).into_iter().map(|c| Value::from(c.name())).collect()
            }
            attr::SUB_REFS if store.is_head(id, entry) => {
                let dn = &store.context(entry).dn;
                let below = store.contexts.iter().filter(|c| c.dn.parent().as_ref() == Some(dn));
                below.map(|c| Value::from(c.text.as_str())).collect()
            }
            attr::OBJECT_CLASSES if entry.class == class::SUB_SCHEMA => ClassId::all().map(describe_class).collect(),
            attr::ATTRIBUTE_TYPES if entry.class == class::SUB_SCHEMA => {
                AttrId::all().map(describe_attribute).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Constructed attributes that depend on who asks.
    pub(crate) fn effective(&self, who: &Principal, id: Id<Entry>, entry: &Entry, attr: AttrId) -> Vec<Value> {
        match attr {
            attr::ALLOWED_ATTRIBUTES_EFFECTIVE => {
                let all = AttrId::all().filter(|a| entry.class.may_have(*a) && !a.get().system_only);
                let may = |a: &AttrId| self.may(who, id, Ask::attribute(right::WRITE, *a));
                all.filter(may).map(|a| Value::from(a.name())).collect()
            }
            attr::ALLOWED_CHILD_CLASSES_EFFECTIVE => {
                let all = child_classes(entry.class).into_iter();
                let may = |c: &ClassId| self.may(who, id, Ask::about(right::CREATE_CHILD, c.get().guid));
                all.filter(may).map(|c| Value::from(c.name())).collect()
            }
            attr::SID_RIGHTS => {
                let may = |mask| self.may(who, id, Ask::whole(mask));
                let bits = i64::from(may(right::WRITE_OWNER)) * 3 + i64::from(may(right::WRITE_DAC)) * 4;
                vec![Value::Int(bits)]
            }
            _ => self.values_of(id, entry, attr),
        }
    }

    /// `corp.contoso.com/Staff/Alice Abara`.
    pub fn canonical_name(&self, id: Id<Entry>) -> String {
        let store = &self.forest.store;
        let mut parts = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let Some(entry) = self.row(id) else { break };
            if store.is_head(id, &entry) {
                let context = store.context(&entry);
                let dns = context.dn.dns();
                let own = context.dn.rdns.iter().take_while(|r| !r.kind.eq_ignore_ascii_case("DC"));
                parts.extend(own.map(|r| r.value.clone()));
                parts.push(dns);
                break;
            }
            parts.push(store.rdn_text(&entry, &self.cx.names).replace('/', "\\/"));
            at = store.place(&entry);
        }
        let is_head = parts.len() == 1;
        parts.reverse();
        let mut out = parts.join("/");
        if is_head {
            out.push('/');
        }
        out
    }

    /// `CORP\alice.abara`.
    fn principal_name(&self, id: Id<Entry>, entry: &Entry) -> Option<String> {
        let sam = self.forest.store.kept(entry, attr::SAM_ACCOUNT_NAME, &self.cx.names);
        let sam = sam.first().and_then(Value::as_text);
        let sid = self.sid_of(id, entry)?;
        let context = self.forest.store.context(entry);
        match sam {
            Some(sam) if entry.is(crate::entry::BUILTIN) => Some(format!("BUILTIN\\{sam}")),
            Some(sam) => Some(format!("{}\\{sam}", self.forest.domains[context.domain].netbios)),
            None => Some(sid.to_string()),
        }
    }

    /// The bits that depend on the time: locked out, password expired.
    pub fn computed_uac(&self, entry: &Entry) -> i64 {
        let mut bits = 0;
        if self.is_locked_out(entry) {
            bits |= uac::LOCKOUT;
        }
        if self.password_expiry(entry) <= self.cx.now() {
            bits |= uac::PASSWORD_EXPIRED;
        }
        bits
    }

    /// Whether an account is locked out now.
    pub fn is_locked_out(&self, entry: &Entry) -> bool {
        let store = &self.forest.store;
        let at = store.int(entry, attr::LOCKOUT_TIME).filter(|t| *t != 0);
        let span = self.policy(entry, attr::LOCKOUT_DURATION).unwrap_or(0);
        at.is_some_and(|at| {
            // A duration of never is the least number.
            span == i64::MIN || filetime::file_time(self.cx.now()) < at.saturating_sub(span)
        })
    }

    /// When a password expires; never for computers and accounts that say so.
    pub fn password_expiry(&self, entry: &Entry) -> SimTime {
        let store = &self.forest.store;
        let bits = store.int(entry, attr::USER_ACCOUNT_CONTROL).unwrap_or(0);
        let exempt = uac::PASSWORD_NEVER_EXPIRES | uac::WORKSTATION | uac::SERVER | uac::INTERDOMAIN_TRUST;
        if bits & exempt != 0 {
            return SimTime::NEVER;
        }
        if entry.is(crate::entry::MUST_CHANGE) {
            return SimTime::FIRST;
        }
        match (self.policy(entry, attr::MAX_PWD_AGE), entry.password_set()) {
            (None | Some(0 | i64::MIN), _) => SimTime::NEVER,
            (_, None) => SimTime::FIRST,
            (Some(age), Some(set)) => set + SimDuration::from_millis(age.saturating_neg() / 10_000),
        }
    }

    /// A number of the domain's policy.
    pub(crate) fn policy(&self, entry: &Entry, attr: AttrId) -> Option<i64> {
        let store = &self.forest.store;
        let domain = store.context(entry).domain;
        let head = store.contexts[usize::from(self.forest.domains[domain].nc)].head.get()?;
        self.row(head).and_then(|e| store.int(&e, attr))
    }

    /// The attributes of the root DSE, in the order in which servers show them.
    pub fn root_dse(&self) -> Vec<(&'static str, Vec<String>)> {
        let forest = self.forest;
        let contexts = &forest.store.contexts;
        let find = |kind| contexts.iter().find(|c| c.kind == kind).map(|c| c.text.clone()).unwrap_or_default();
        let own = &contexts[usize::from(forest.domains[self.domain()].nc)].text;
        let root = &contexts[usize::from(forest.root().nc)].text;
        let held = (0..contexts.len()).filter(|nc| self.holds(*nc)).map(|nc| contexts[nc].text.clone());
        let mut all = vec![
            ("currentTime", vec![self.current_time()]),
            ("subschemaSubentry", vec![format!("CN=Aggregate,{}", self.schema_dn())]),
            ("namingContexts", held.collect()),
            ("defaultNamingContext", vec![own.clone()]),
            ("schemaNamingContext", vec![find(ContextKind::Schema)]),
            ("configurationNamingContext", vec![find(ContextKind::Configuration)]),
            ("rootDomainNamingContext", vec![root.clone()]),
            ("highestCommittedUSN", vec![forest.store.usn.to_string()]),
            ("isSynchronized", vec!["TRUE".into()]),
            ("isGlobalCatalogReady", vec!["TRUE".into()]),
            ("domainFunctionality", vec!["7".into()]),
            ("forestFunctionality", vec!["7".into()]),
            ("domainControllerFunctionality", vec!["7".into()]),
        ];
        if let Some(dc) = self.dc_row() {
            let settings = dc.settings;
            let server = self.parent(settings);
            let dns = self.cx.names.get(dc.dns);
            let realm = forest.domains[dc.domain].dns.to_uppercase();
            let host = self.cx.names.get(dc.name).to_lowercase();
            all.push(("dnsHostName", vec![dns.to_owned()]));
            all.push(("ldapServiceName", vec![format!("{}:{host}$@{realm}", forest.root().dns)]));
            all.push(("dsServiceName", vec![self.dn(settings)]));
            all.push(("serverName", vec![server.map(|s| self.dn(s)).unwrap_or_default()]));
        }
        all
    }

    fn dc_row(&self) -> Option<&crate::Controller> {
        self.controller().map(|dc| self.forest.controller(dc))
    }
}

/// The classes that may be created under one.
pub(crate) fn child_classes(parent: ClassId) -> Vec<ClassId> {
    ClassId::all().filter(|c| c.get().category == 1 && c.may_be_under(parent)).collect()
}

fn describe_class(id: ClassId) -> Value {
    let c = id.get();
    let kind = ["STRUCTURAL", "STRUCTURAL", "ABSTRACT", "AUXILIARY"][usize::from(c.category.min(3))];
    let list = |names: Vec<&str>| match names[..] {
        [] => String::new(),
        _ => format!("({} )", names.join(" $ ")),
    };
    let must = list(c.must.iter().map(|a| a.name()).collect());
    let may = list(AttrId::all().filter(|a| id.may_have(*a)).map(AttrId::name).collect());
    let must = if must.is_empty() { must } else { format!("MUST {must} ") };
    let above = if c.above == c.name { String::new() } else { format!("SUP {} ", c.above) };
    Value::from(format!("( {} NAME '{}' {above}{kind} {must}MAY {may} )", oid_text(c.governs), c.name))
}

fn describe_attribute(id: AttrId) -> Value {
    let a = id.get();
    let single = if a.single { "SINGLE-VALUE " } else { "" };
    let own = if a.system_only || a.store == Where::Constructed { "NO-USER-MODIFICATION " } else { "" };
    Value::from(format!(
        "( {} NAME '{}' SYNTAX '{}' {single}{own})",
        oid_text(a.attid),
        a.name,
        syntax_oids(a.syntax).0
    ))
}

/// Whether a SID is of an account or group of some domain.
pub fn is_domain_sid(sid: &Sid) -> bool {
    sid.subs().first() == Some(&21) && sid.subs().len() >= 4
}
