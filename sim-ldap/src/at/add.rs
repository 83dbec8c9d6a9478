//! Adding objects (MS-ADTS 3.1.1.5.2).

use super::{AddRequest, At};
use crate::constructed::uac;
use crate::dn::Dn;
use crate::entry::{CONFLICT, Entry, MUST_CHANGE};
use crate::error::{Refusal, ResultCode, Why, win32};
use crate::filetime::Stamp;
use crate::forest::Domain;
use crate::kinds;
use crate::principal::Principal;
use crate::sam::Allowed;
use crate::schema::{AttrId, ClassId, Store as Where, attr, class, family};
use crate::sd::check::Ask;
use crate::sd::inherit::{self, Newborn};
use crate::sd::{SdId, SecurityDescriptor, binary, right, sddl};
use crate::shape::ShapeId;
use crate::sid::Sid;
use crate::text;
use crate::value::Value;
use crate::view::View;
use sim_core::chance::mix;
use sim_core::{Arg, Cx, Evidence, Guid, Id, Seen};

/// What an add made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Creation {
    /// The object.
    pub entry: Id<Entry>,
    /// By which right.
    pub by: Allowed,
}

/// A password that comes with a new account.
#[derive(Clone)]
pub(crate) enum Password {
    /// As the wire carries it.
    Given(String),
    /// Made here, and known to nobody but the new computer.
    Made,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// An object that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewEntry<'r> {
    pub(crate) parent: Id<Entry>,
    pub(crate) class: ClassId,
    pub(crate) rdn: &'r str,
    pub(crate) attrs: Vec<(AttrId, Vec<Value>)>,
    pub(crate) descriptor: Option<SecurityDescriptor>,
    pub(crate) guid: Option<Guid>,
    pub(crate) sid: Option<Sid>,
    pub(crate) password: Option<Password>,
    pub(crate) must_change: bool,
    pub(crate) flags: u8,
    /// The shape of all its attributes, where they follow from its name and were checked with it.
    pub(crate) shape: Option<ShapeId>,
    /// Whether somebody has seen already that the account name is free.
    pub(crate) name_is_free: bool,
}

impl<'r> NewEntry<'r> {
    pub(crate) fn new(parent: Id<Entry>, class: ClassId, rdn: &'r str, attrs: Vec<(AttrId, Vec<Value>)>) -> Self {
        Self {
            parent,
            class,
            rdn,
            attrs,
            descriptor: None,
            guid: None,
            sid: None,
            password: None,
            must_change: false,
            flags: 0,
            shape: None,
            name_is_free: false,
        }
    }

    fn get(&self, attr: AttrId) -> Option<&[Value]> {
        self.attrs.iter().find(|(a, _)| *a == attr).map(|(_, v)| v.as_slice())
    }
    fn int(&self, attr: AttrId) -> Option<i64> {
        self.get(attr)?.first()?.as_int()
    }
    /// Adds what was not given. `given` is how many attributes were.
    fn default(&mut self, given: usize, attr: AttrId, value: impl Into<Value>) {
        if self.attrs[..given.min(self.attrs.len())].iter().all(|(a, _)| *a != attr) {
            self.attrs.push((attr, vec![value.into()]));
        }
    }
}

/// What the privilege to add workstations may set (MS-SAMR 3.1.5.4.4 in effect; widely reported).
const FOR_JOIN: &[AttrId] =
    &[attr::SAM_ACCOUNT_NAME, attr::DNS_HOST_NAME_ATTR, attr::SERVICE_PRINCIPAL_NAME, attr::USER_ACCOUNT_CONTROL];

impl At<'_> {
    /// Adds an object.
    pub fn add(&mut self, who: &Principal, request: &AddRequest, cx: &mut Cx) -> Result<Creation, Refusal> {
        let is_computer = request.attributes.iter().any(|(n, v)| {
            n.eq_ignore_ascii_case("objectClass") && v.iter().any(|c| c.eq_ignore_ascii_case(b"computer"))
        });
        let result = self.try_add(who, request, cx);
        result.map_err(|refusal| {
            let (name, place) = Self::split_name(&request.dn);
            if !is_computer || who.is_anonymous() {
                return self.refuse(who, &name, &place, refusal, cx);
            }
            self.tell_computer_refused(who, &name, &place, refusal.win32, refusal.why, cx);
            refusal
        })
    }

    pub(crate) fn tell_computer_refused(
        &self,
        who: &Principal,
        name: &str,
        place: &str,
        code: u32,
        why: &'static sim_core::Kind,
        cx: &mut Cx,
    ) {
        let (name, place) = (cx.name(name), cx.name(place));
        let dc = self.forest.controllers[self.dc].name;
        let args = [Arg::Name(name), Arg::Name(place), Arg::from(code), Arg::Name(dc)];
        cx.tell_why(&kinds::COMPUTER_REFUSED, who.name, &args, why);
    }

    fn try_add(&mut self, who: &Principal, request: &AddRequest, cx: &mut Cx) -> Result<Creation, Refusal> {
        self.writable(who, &request.dn, cx)?;
        let dn: Dn = request.dn.parse().map_err(|_| Refusal::bad_name(&request.dn))?;
        let Some(parent_dn) = dn.parent().filter(|p| !p.is_root()) else {
            return Err(Refusal::bad_name(&request.dn));
        };
        let parent = self.view(cx).resolve(&parent_dn)?;
        let class = class_of(&request.attributes)?;
        let rdn = &dn.rdns[0];
        if AttrId::find(&rdn.kind) != Some(class.get().rdn) {
            let why = &kinds::WHY_SCHEMA;
            return Err(Refusal::naming(win32::RDN_DOESNT_MATCH_SCHEMA, 0x0305_0F82, &request.dn, why));
        }
        let mut new = NewEntry::new(parent, class, &rdn.value, Vec::with_capacity(24));
        for (name, octets) in &request.attributes {
            self.take(who, request, name, octets, &mut new, cx)?;
        }
        self.create(who, new, cx)
    }

    /// One attribute of a request.
    fn take(
        &self,
        who: &Principal,
        request: &AddRequest,
        name: &str,
        octets: &[Vec<u8>],
        new: &mut NewEntry<'_>,
        cx: &Cx,
    ) -> Result<(), Refusal> {
        let name = name.split(';').next().unwrap_or(name);
        let attr = AttrId::find(name).ok_or_else(|| Refusal::conversion(ResultCode::NoSuchAttribute))?;
        let unwilling = |w| Refusal::unwilling(w, 0x031A_1030, &kinds::WHY_SYSTEM_OWNED);
        match attr {
            attr::OBJECT_CLASS | attr::OBJECT_CATEGORY | attr::DISTINGUISHED_NAME | attr::NAME => return Ok(()),
            _ if attr == new.class.get().rdn => {
                let same = |v: &Vec<u8>| std::str::from_utf8(v).is_ok_and(|t| text::same(t, new.rdn));
                if !octets.iter().any(same) {
                    let why = &kinds::WHY_SCHEMA;
                    return Err(Refusal::naming(win32::RDN_DOESNT_MATCH_SCHEMA, 0x0305_0F82, &request.dn, why));
                }
                return Ok(());
            }
            attr::CN | attr::DC if !who.is_system() => {
                let data = i64::from(attr.get().attid);
                return Err(not_for_class(data));
            }
            attr::CN | attr::DC => return Ok(()),
            attr::INSTANCE_TYPE => {
                let four = octets.iter().all(|o| o == b"4");
                let bad = Refusal::unwilling(win32::BAD_INSTANCE_TYPE, 0x0310_0BF6, &kinds::WHY_SYSTEM_OWNED);
                return if four || who.is_system() { Ok(()) } else { Err(bad) };
            }
            attr::OBJECT_GUID | attr::OBJECT_SID if who.is_system() => {
                match (attr, octets.first().and_then(|o| Value::parse_assertion(attr, o))) {
                    (_, Some(Value::Guid(guid))) => new.guid = Some(guid),
                    (_, Some(Value::Sid(sid))) => new.sid = Some(*sid),
                    _ => return Err(Refusal::conversion(ResultCode::InvalidAttributeSyntax)),
                }
                return Ok(());
            }
            // Whoever sets the world up may hand in an export with everything in it; what the directory makes, it makes.
            _ if who.is_system() && attr.get().store == Where::Constructed => return Ok(()),
            attr::WHEN_CREATED
            | attr::WHEN_CHANGED
            | attr::USN_CREATED
            | attr::USN_CHANGED
            | attr::DS_CORE_PROPAGATION
                if who.is_system() =>
            {
                return Ok(());
            }
            attr::NT_SECURITY_DESCRIPTOR => {
                let sd = octets.first().and_then(|o| binary::decode(o));
                new.descriptor = Some(sd.ok_or_else(|| Refusal::conversion(ResultCode::InvalidAttributeSyntax))?);
                return Ok(());
            }
            attr::UNICODE_PWD => {
                if !request.secure {
                    return Err(Refusal::unwilling(win32::GEN_FAILURE, 0x031A_126C, &kinds::WHY_PASSWORD));
                }
                let text = octets.first().and_then(|o| View::password_text(o));
                let text =
                    text.ok_or_else(|| Refusal::unwilling(win32::GEN_FAILURE, 0x031A_12D2, &kinds::WHY_PASSWORD))?;
                new.password = Some(Password::Given(text));
                return Ok(());
            }
            attr::USER_PASSWORD => return Ok(()),
            attr::PWD_LAST_SET => {
                new.must_change = octets.first().is_some_and(|o| o == b"0");
                return Ok(());
            }
            attr::LAST_LOGON_TIMESTAMP if who.is_system() => return Ok(()),
            attr::WELL_KNOWN_OBJECTS | attr::OTHER_WELL_KNOWN_OBJECTS => {
                return Err(unwilling(win32::ILLEGAL_MOD_OPERATION));
            }
            _ => {}
        }
        self.settable(who, attr)?;
        if octets.is_empty() {
            return Err(Refusal::conversion(ResultCode::InvalidAttributeSyntax));
        }
        let mut values = self.parse_values(attr, octets, cx)?;
        match new.attrs.iter_mut().find(|(a, _)| *a == attr) {
            Some((_, all)) => {
                all.append(&mut values);
                let all = all.clone();
                self.check_values(attr, &all)
            }
            None => {
                new.attrs.push((attr, values));
                Ok(())
            }
        }
    }

    /// Makes an object, after all checks.
    pub(crate) fn create(&mut self, who: &Principal, new: NewEntry<'_>, cx: &mut Cx) -> Result<Creation, Refusal> {
        let parent_class = self.forest.store.rows[new.parent].class;
        let is_computer = new.class.is_a(class::COMPUTER);
        if !who.is_system() && (!new.class.may_be_under(parent_class) || new.class.get().category != 1) {
            let best = self.view(cx).dn(new.parent);
            return Err(Refusal::naming(win32::ILLEGAL_SUPERIOR, 0x0305_0E88, &best, &kinds::WHY_SCHEMA));
        }
        if new.class.get().system_only && !who.is_system() {
            return Err(Refusal::unwilling(win32::UNWILLING, 0x031A_0AE9, &kinds::WHY_SYSTEM_OWNED));
        }
        let ask = Ask::about(right::CREATE_CHILD, new.class.get().guid);
        let by_rights = self.forest.decide(who, new.parent, ask);
        let mut seen = if who.is_system() { Seen::nothing() } else { cx.seen() };
        if seen.is_asked() {
            self.view(cx).why_verdict(who, new.parent, ask, &mut seen);
        }
        let by = self.view(cx).may_create(who, new.parent, new.class, by_rights, &mut seen);
        cx.decided_on(seen);
        if let Allowed::Refused(Why(why)) = by {
            return Err(if Why(why) == Why(&kinds::WHY_QUOTA_SPENT) {
                Refusal::quota()
            } else if is_computer {
                Refusal::access(win32::ACCESS_DENIED, 0x0315_21D0, why)
            } else {
                Refusal::access(win32::INSUFF_ACCESS_RIGHTS, 0x0315_14A0, why)
            });
        }
        let mut new = new;
        let key = self.check(who, &mut new, by, cx)?;
        let id = self.insert(who, new, by, key, cx);
        if is_computer {
            let container = self.container_sym(id, cx);
            let name = self.forest.store.rows[id].rdn;
            let why = if by == Allowed::Privilege { &kinds::WHY_PRIVILEGE } else { &kinds::WHY_DELEGATED };
            if !who.is_system() {
                let dc = self.forest.controllers[self.dc].name;
                let args = [Arg::Name(name), Arg::Name(container), Arg::Name(dc)];
                cx.tell_why(&kinds::COMPUTER_CREATED, who.name, &args, why);
            }
        } else if !who.is_system() {
            let container = self.container_sym(id, cx);
            let name = self.forest.store.rows[id].rdn;
            cx.tell(&kinds::ENTRY_ADDED, who.name, &[Arg::Name(name), Arg::Name(container)]);
        }
        self.signal(id, false, cx);
        Ok(Creation { entry: id, by })
    }

    /// Everything that can still be wrong; adds what the directory adds. Gives the key of the new object.
    fn check(
        &mut self,
        who: &Principal,
        new: &mut NewEntry<'_>,
        by: Allowed,
        cx: &mut Cx,
    ) -> Result<sim_core::Key, Refusal> {
        let rdn_attr = new.class.get().rdn;
        let parent_sym = self.forest.store.dn_sym(new.parent, &mut cx.names);
        let key = self.forest.store.key(new.class, new.rdn, cx.names.hash(parent_sym));
        let view = self.forest.view(self.dc, cx);
        if view.child_named(new.parent, rdn_attr.name(), new.rdn).is_some() {
            let why = &kinds::WHY_NAME_TAKEN;
            return Err(Refusal::update(
                ResultCode::EntryAlreadyExists,
                win32::OBJ_STRING_NAME_EXISTS,
                0x031A_11C4,
                0,
                why,
            ));
        }
        if new.rdn.chars().count() > 64 && !who.is_system() || new.rdn.contains('\n') || new.rdn.contains('\0') {
            let (code, w) = (ResultCode::ConstraintViolation, win32::RANGE_CONSTRAINT);
            return Err(Refusal::attribute(code, w, 0x0319_1083, rdn_attr, &kinds::WHY_SCHEMA));
        }
        if new.shape.is_some() {
            return Ok(key);
        }
        if let Some((attr, _)) = new.attrs.iter().find(|(a, _)| !new.class.may_have(*a)) {
            return Err(not_for_class(i64::from(attr.get().attid)));
        }
        let missing = new.class.chain().flat_map(|c| c.get().must).find(|a| new.get(**a).is_none());
        if let Some(attr) = missing {
            let (code, why) = (ResultCode::ObjectClassViolation, &kinds::WHY_SCHEMA);
            let data = i64::from(attr.get().attid);
            return Err(Refusal::update(code, win32::MISSING_REQUIRED_ATT, 0x0315_2BF0, data, why));
        }
        if new.class.is_account() {
            check_account(view, who, new, by, key)?;
        } else if new.class == class::FOREIGN_SECURITY_PRINCIPAL && new.sid.is_none() {
            new.sid = new.rdn.parse().ok();
        }
        Ok(key)
    }

    fn insert(
        &mut self,
        who: &Principal,
        mut new: NewEntry<'_>,
        by: Allowed,
        key: sim_core::Key,
        cx: &mut Cx,
    ) -> Id<Entry> {
        let nc = self.forest.store.rows[new.parent].nc;
        let domain = self.forest.store.contexts[usize::from(nc)].domain;
        let domain_sid = self.forest.store.contexts[usize::from(nc)].sid;
        self.settle_conflicts(&new, domain, cx);
        let sd = self.descriptor(who, &new, by, domain);
        let mut rid = 0;
        let mut own_sid = None;
        match (new.sid, domain_sid) {
            (Some(sid), _) if sid.split().is_some_and(|(p, _)| p == Sid::BUILTIN) && new.class == class::GROUP => {
                rid = sid.split().map_or(0, |(_, r)| r);
                new.flags |= crate::entry::BUILTIN;
            }
            (Some(sid), Some(d)) if sid.split().is_some_and(|(p, _)| p == d) => {
                rid = sid.split().map_or(0, |(_, r)| r);
            }
            (Some(sid), _) => own_sid = Some(sid),
            (None, Some(_)) if new.class.is_account() => rid = self.next_rid(domain),
            _ => {}
        }
        let now = Stamp::of(cx.now());
        let rdn = cx.names.intern(new.rdn);
        let mut entry = Entry::new(key, new.class, rdn, Some(new.parent), nc, sd);
        (entry.rid, entry.flags) = (rid, new.flags);
        if let Some(guid) = new.guid {
            entry.set_own(attr::OBJECT_GUID, Some(vec![guid.into()]));
        }
        if let Some(sid) = own_sid {
            entry.set_own(attr::OBJECT_SID, Some(vec![sid.into()]));
        }
        match new.password.take() {
            Some(Password::Made) => (entry.secret, entry.password_set) = (1, now),
            Some(Password::Given(text)) => {
                entry.extra.get_or_insert_default().nt_hash = Some(crate::secret::NtHash::of(&text));
                (entry.secret, entry.password_set) = (1, now);
            }
            None => {}
        }
        if new.must_change {
            entry.flags |= MUST_CHANGE;
        }
        if by == Allowed::Privilege {
            new.attrs.push((attr::CREATOR_SID, vec![who.sid.into()]));
        }
        if rid != 0 && entry.flags & crate::entry::BUILTIN == 0 {
            let d = &mut self.forest.domains[domain];
            if rid >= d.next_rid && rid < u32::MAX - 1 {
                d.next_rid = rid + 1;
            }
        }
        let id = self.forest.store.insert(entry, &cx.names);
        let mut change = self.forest.begin_new(id);
        let (links, values): (Vec<_>, Vec<_>) = new.attrs.into_iter().partition(|(a, _)| a.get().store == Where::Link);
        for (attr, values) in links {
            for value in values {
                if let Value::Entry(to) = value {
                    self.forest.store.link(id, attr, to, true);
                    change.note_link(attr, to, true);
                }
            }
        }
        match new.shape {
            None => self.forest.store.fill(id, values, &mut cx.names),
            Some(shape) => {
                self.forest.store.rows[id].shape = shape;
                values.into_iter().for_each(|(attr, values)| self.forest.store.put_own(id, attr, values));
            }
        }
        self.forest.count_creator(id, 1);
        self.forest.finish(change, self.dc, cx);
        id
    }

    fn next_rid(&mut self, domain: Id<Domain>) -> u32 {
        let nc = usize::from(self.forest.domains[domain].nc);
        let d = &mut self.forest.domains[domain];
        while self.forest.store.contexts[nc].rids.get(d.next_rid).is_some() {
            d.next_rid += 1;
        }
        d.next_rid += 1;
        d.next_rid - 1
    }

    /// Objects of the same name that this controller has not heard of: the later write, this one, keeps the name.
    fn settle_conflicts(&mut self, new: &NewEntry<'_>, domain: Id<Domain>, cx: &mut Cx) {
        if self.forest.pending.is_empty() {
            return;
        }
        let dc = self.forest.controllers[self.dc].name;
        for other in self.forest.store.child(new.parent, new.rdn, &cx.names) {
            let entry = &self.forest.store.rows[other];
            if entry.class.get().rdn != new.class.get().rdn || entry.is(CONFLICT) {
                continue;
            }
            let name = entry.rdn;
            let mut change = self.forest.begin(other);
            change.note(attr::NAME);
            self.forest.store.rows[other].flags |= CONFLICT;
            self.forest.finish(change, self.dc, cx);
            cx.tell(&kinds::NAME_CONFLICT, dc, &[Arg::Name(name), Arg::Name(dc)]);
        }
        let Some(sam) = new.get(attr::SAM_ACCOUNT_NAME).and_then(|v| v.first().cloned()) else { return };
        let Some(other) = sam.as_text().and_then(|t| self.forest.all(cx).account(domain, t)) else { return };
        let rid = self.forest.store.rows[other].rid;
        let mut change = self.forest.begin(other);
        change.note(attr::SAM_ACCOUNT_NAME);
        let duplicate = format!("$DUPLICATE-{rid:x}");
        self.forest.store.put(other, attr::SAM_ACCOUNT_NAME, vec![duplicate.into()], &mut cx.names);
        self.forest.finish(change, self.dc, cx);
    }

    /// The descriptor of a new object.
    fn descriptor(&mut self, who: &Principal, new: &NewEntry<'_>, by: Allowed, domain: Id<Domain>) -> SdId {
        let names = self.forest.sddl_domain(domain);
        let admins = names.domain.child(512);
        let groups = [admins, names.root.child(519), Sid::ADMINISTRATORS];
        let by_privilege = by == Allowed::Privilege;
        let admin = if who.is_system() || by_privilege { Some(admins) } else { None };
        // Objects of administrators belong to their group; whoever used the privilege does not own what came of it.
        let owner = admin.or_else(|| groups.into_iter().find(|g| who.has(g))).unwrap_or(who.sid);
        let primary = who.entry.and_then(|e| {
            let entry = &self.forest.store.rows[e];
            let rid = self.forest.store.int(entry, attr::PRIMARY_GROUP_ID)?;
            Some(self.forest.store.context(entry).sid?.child(u32::try_from(rid).ok()?))
        });
        let group = if owner == who.sid { primary.unwrap_or(names.domain.child(513)) } else { admins };
        let (creator, withheld) = if by_privilege { (who.sid, right::DELETE | right::DELETE_TREE) } else { (owner, 0) };
        let parent_sd = self.forest.store.rows[new.parent].sd;
        let key =
            (parent_sd, new.class, mix(owner.hash64(), group.hash64()), mix(creator.hash64(), u64::from(withheld)));
        if new.descriptor.is_none()
            && let Some(sd) = self.forest.newborn.get(&key)
        {
            return *sd;
        }
        let default = sddl::parse(new.class.get().sddl, Some(&names)).unwrap_or_default();
        let born = Newborn { class: new.class.get().guid, owner, group, creator, withheld };
        let parent = self.forest.store.sds.get(parent_sd);
        let sd = inherit::create(Some(parent), &default, new.descriptor.as_ref(), born);
        let sd = self.forest.store.sds.intern(sd);
        if new.descriptor.is_none() {
            self.forest.newborn.insert(key, sd);
        }
        sd
    }
}

fn not_for_class(data: i64) -> Refusal {
    let (code, why) = (ResultCode::ObjectClassViolation, &kinds::WHY_SCHEMA);
    Refusal::update(code, win32::ATT_NOT_DEF_FOR_CLASS, 0x0315_23E6, data, why)
}

/// The structural class of a request: the one that has all others above it.
fn class_of(attributes: &[(String, Vec<Vec<u8>>)]) -> Result<ClassId, Refusal> {
    let violation = |w| Refusal::update(ResultCode::ObjectClassViolation, w, 0x0315_2BF0, 0, &kinds::WHY_SCHEMA);
    let names = attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case("objectClass"));
    let names = names.map(|(_, v)| v.as_slice()).filter(|v| !v.is_empty());
    let mut all = Vec::new();
    for name in names.ok_or_else(|| violation(win32::OBJECT_CLASS_REQUIRED))? {
        let class = std::str::from_utf8(name).ok().and_then(ClassId::find);
        let undefined = || {
            let (code, w) = (ResultCode::NoSuchAttribute, win32::OBJ_CLASS_NOT_DEFINED);
            Refusal::attribute(code, w, 0x0315_2BF0, attr::OBJECT_CLASS, &kinds::WHY_SCHEMA)
        };
        all.push(class.ok_or_else(undefined)?);
    }
    let most = all.iter().copied().max_by_key(|c| c.chain().count());
    most.filter(|c| all.iter().all(|other| c.is_a(*other))).ok_or_else(|| violation(win32::OBJ_CLASS_VIOLATION))
}

/// The rules for accounts, and their defaults.
fn check_account(
    view: View<'_>,
    who: &Principal,
    new: &mut NewEntry<'_>,
    by: Allowed,
    key: sim_core::Key,
) -> Result<(), Refusal> {
    let domain = view.domain_of(new.parent);
    let is_user = new.class.get().families & family::USER != 0;
    let is_computer = new.class.is_a(class::COMPUTER);
    let given = new.attrs.len();
    let sam = match new.get(attr::SAM_ACCOUNT_NAME).and_then(|v| v.first()).and_then(Value::as_text) {
        Some(name) => {
            let name = name.to_owned();
            if !who.is_system() {
                view.check_account_name(new.class, &name)?;
            }
            if !new.name_is_free {
                view.check_account_free(domain, &name, None)?;
            }
            name
        }
        None => {
            let name = view.forest.made_up_account_name(key);
            new.attrs.push((attr::SAM_ACCOUNT_NAME, vec![Value::from(name.as_str())]));
            name
        }
    };
    for attr in [attr::SERVICE_PRINCIPAL_NAME, attr::USER_PRINCIPAL_NAME] {
        if let Some(values) = new.get(attr) {
            view.check_principal_names(attr, values, None)?;
        }
    }
    if new.class == class::GROUP {
        new.default(given, attr::GROUP_TYPE, Value::Int(i64::from(0x8000_0002_u32 as i32)));
    }
    if is_user {
        let unset = match new.class {
            class::COMPUTER => uac::WORKSTATION | uac::PASSWORD_NOT_REQUIRED | uac::DISABLED,
            _ if is_computer => uac::WORKSTATION,
            _ => uac::NORMAL | uac::PASSWORD_NOT_REQUIRED | uac::DISABLED,
        };
        new.default(given, attr::USER_ACCOUNT_CONTROL, Value::Int(unset));
        let bits = new.int(attr::USER_ACCOUNT_CONTROL).unwrap_or(unset);
        if !who.is_system() {
            view.check_account_control(who, domain, bits, &sam, new.class)?;
        }
        for (attr, value) in account_defaults(bits, is_computer) {
            new.default(given, attr, value);
        }
        check_password(view, who, new, bits)?;
    }
    let bits = new.int(attr::USER_ACCOUNT_CONTROL).unwrap_or(0);
    let kind = crate::Forest::account_type(new.class, bits, new.int(attr::GROUP_TYPE).unwrap_or(0));
    new.attrs.retain(|(a, _)| *a != attr::SAM_ACCOUNT_TYPE);
    new.attrs.push((attr::SAM_ACCOUNT_TYPE, vec![Value::Int(kind)]));
    if by == Allowed::Privilege {
        check_join(view, new, &sam, domain)?;
    }
    Ok(())
}

/// What an account gets that nobody gave it (observed; ad-facts 7).
pub(crate) fn account_defaults(bits: i64, is_computer: bool) -> impl Iterator<Item = (AttrId, Value)> {
    let primary = match bits {
        b if b & uac::PARTIAL_SECRETS != 0 => 521,
        b if b & uac::SERVER != 0 => 516,
        b if b & uac::WORKSTATION != 0 => 515,
        _ => 513,
    };
    let zeros = [
        attr::CODE_PAGE,
        attr::COUNTRY_CODE,
        attr::BAD_PWD_COUNT,
        attr::LOGON_COUNT,
        attr::BAD_PASSWORD_TIME,
        attr::LAST_LOGON,
        attr::LAST_LOGOFF,
    ];
    let zeros = zeros.into_iter().map(|a| (a, Value::Int(0)));
    let more = [(attr::PRIMARY_GROUP_ID, Value::Int(primary)), (attr::ACCOUNT_EXPIRES, Value::Int(i64::MAX))];
    let critical = is_computer.then_some((attr::IS_CRITICAL, Value::Flag(false)));
    zeros.chain(more).chain(critical)
}

/// What the privilege to add workstations covers.
fn check_join(view: View<'_>, new: &NewEntry<'_>, sam: &str, domain: Id<Domain>) -> Result<(), Refusal> {
    const DEFAULTS: &[AttrId] = &[
        attr::PRIMARY_GROUP_ID,
        attr::CODE_PAGE,
        attr::COUNTRY_CODE,
        attr::BAD_PWD_COUNT,
        attr::LOGON_COUNT,
        attr::BAD_PASSWORD_TIME,
        attr::LAST_LOGON,
        attr::LAST_LOGOFF,
        attr::ACCOUNT_EXPIRES,
        attr::IS_CRITICAL,
        attr::SAM_ACCOUNT_TYPE,
    ];
    let refuse = || Refusal::access(win32::INSUFF_ACCESS_RIGHTS, 0x0315_14A0, &kinds::WHY_NOT_FOR_JOIN);
    if new.attrs.iter().any(|(a, _)| !FOR_JOIN.contains(a) && !DEFAULTS.contains(a)) || new.descriptor.is_some() {
        return Err(refuse());
    }
    let usual = uac::WORKSTATION | uac::DISABLED | uac::PASSWORD_NOT_REQUIRED;
    if new.int(attr::USER_ACCOUNT_CONTROL).is_some_and(|b| b & !usual != 0 || b & uac::WORKSTATION == 0) {
        return Err(refuse());
    }
    let host = new.get(attr::DNS_HOST_NAME_ATTR).and_then(|v| v.first()).and_then(Value::as_text);
    for attr in [attr::DNS_HOST_NAME_ATTR, attr::SERVICE_PRINCIPAL_NAME] {
        if let Some(values) = new.get(attr) {
            view.check_validated(attr, values, sam, host, domain)?;
        }
    }
    Ok(())
}

/// A password that comes with a new account, and one that should have come.
fn check_password(view: View<'_>, who: &Principal, new: &NewEntry<'_>, bits: i64) -> Result<(), Refusal> {
    if who.is_system() {
        return Ok(());
    }
    let weak = || Refusal::unwilling(win32::PASSWORD_RESTRICTION, 0x031A_12D2, &kinds::WHY_PASSWORD);
    let parent = &view.forest.store.rows[new.parent];
    let text = match &new.password {
        Some(Password::Given(text)) => text.as_str(),
        Some(Password::Made) => return Ok(()),
        None => "",
    };
    let needed = bits & uac::NORMAL != 0 && bits & (uac::DISABLED | uac::PASSWORD_NOT_REQUIRED) == 0;
    if (needed || !text.is_empty()) && !view.keeps_policy(parent, text) { Err(weak()) } else { Ok(()) }
}
