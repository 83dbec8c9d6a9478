//! What a controller sees now: names, values, accounts.

use crate::certificate;
use crate::dn::{Dn, Rdn, Target};
use crate::entry::{CONFLICT, DELETED, Entry, MUST_CHANGE, PENDING};
use crate::error::Refusal;
use crate::filetime::{self, file_time};
use crate::forest::{Controller, Domain, Forest, well_known};
use crate::principal::{Principal, Rank};
use crate::replication::Write;
use crate::schema::{AttrId, Store as Where, attr, family};
use crate::sd::binary;
use crate::sid::Sid;
use crate::store::{ContextKind, value_hash};
use crate::text;
use crate::value::Value;
use sim_core::chance::mix;
use sim_core::{Cx, Guid, Id, SimTime};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A forest as one controller sees it now. Cheap to make; it changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub(crate) forest: &'a Forest,
    pub(crate) cx: &'a Cx,
    dc: Option<Id<Controller>>,
    masked: bool,
}

impl<'a> View<'a> {
    pub(crate) fn new(forest: &'a Forest, dc: Id<Controller>, cx: &'a Cx) -> Self {
        Self { forest, cx, dc: Some(dc), masked: !forest.pending.is_empty() }
    }

    pub(crate) fn unmasked(forest: &'a Forest, cx: &'a Cx) -> Self {
        Self { forest, cx, dc: None, masked: false }
    }

    /// The controller; `None` for a view of everything.
    pub fn controller(&self) -> Option<Id<Controller>> {
        self.dc
    }

    /// The domain of the controller; the forest root for a view of everything.
    pub fn domain(&self) -> Id<Domain> {
        self.dc.map_or(Id::new(0), |dc| self.forest.controllers[dc].domain)
    }

    /// Whether everything has reached this controller, so that the lists of the store are its own.
    pub(crate) fn is_plain(&self) -> bool {
        !self.masked
    }

    /// Whether a write has reached this controller.
    pub(crate) fn has_seen(&self, write: &Write) -> bool {
        self.dc.is_none_or(|dc| self.forest.arrival(write.origin, dc, write.at, self.cx) <= self.cx.now())
    }

    /// The object; `None` where it is not there yet.
    pub fn row(&self, id: Id<Entry>) -> Option<Cow<'a, Entry>> {
        let entry = self.forest.store.rows.get(id)?;
        if !self.masked || !entry.is(PENDING) {
            return Some(Cow::Borrowed(entry));
        }
        self.forest.pending.mask(&self.forest.store, &self.cx.names, id, |w| self.has_seen(w))
    }

    /// Whether it is there and not deleted.
    pub fn is_alive(&self, id: Id<Entry>) -> bool {
        self.row(id).is_some_and(|e| !e.is_deleted())
    }

    /// The value of the naming attribute.
    pub fn name(&self, id: Id<Entry>) -> String {
        self.row(id).map(|e| self.forest.store.rdn_text(&e, &self.cx.names)).unwrap_or_default()
    }

    /// The GUID.
    pub fn guid(&self, id: Id<Entry>) -> Guid {
        self.forest.store.rows.get(id).map_or(Guid::NIL, |e| self.forest.store.guid(e))
    }

    /// The SID, if it has one.
    pub fn sid(&self, id: Id<Entry>) -> Option<Sid> {
        self.forest.store.rows.get(id).and_then(|e| self.sid_of(id, e))
    }

    pub(crate) fn sid_of(&self, id: Id<Entry>, entry: &Entry) -> Option<Sid> {
        let store = &self.forest.store;
        store.sid(entry).or_else(|| store.is_head(id, entry).then(|| store.context(entry).sid).flatten())
    }

    /// The distinguished name.
    pub fn dn(&self, id: Id<Entry>) -> String {
        let mut out = String::new();
        self.write_dn(id, &mut out);
        out
    }

    /// Appends the distinguished name.
    pub fn write_dn(&self, id: Id<Entry>, out: &mut String) {
        if !self.masked {
            if let Some(entry) = self.forest.store.rows.get(id) {
                self.forest.store.write_dn(id, entry, &self.cx.names, out);
            }
            return;
        }
        let Some(entry) = self.row(id) else { return };
        let store = &self.forest.store;
        if store.is_head(id, &entry) {
            out.push_str(&store.context(&entry).text);
            return;
        }
        crate::dn::write_rdn(out, entry.class.get().rdn.name(), &store.rdn_text(&entry, &self.cx.names));
        if let Some(parent) = store.place(&entry) {
            out.push(',');
            self.write_dn(parent, out);
        }
    }

    /// The container; `None` for the head of a naming context.
    pub fn parent(&self, id: Id<Entry>) -> Option<Id<Entry>> {
        self.row(id).and_then(|e| self.forest.store.place(&e))
    }

    /// Whether an object is `base` or below it.
    pub fn is_within(&self, id: Id<Entry>, base: Id<Entry>) -> bool {
        std::iter::successors(Some(id), |id| self.parent(*id)).any(|a| a == base)
    }

    /// The object of a name, GUID or SID, or the nearest ancestor that exists in the refusal.
    pub fn find(&self, target: &Target) -> Result<Id<Entry>, Refusal> {
        let store = &self.forest.store;
        let alive = |id: Option<Id<Entry>>| {
            id.filter(|id| self.row(*id).is_some()).ok_or_else(|| Refusal::no_such_object(String::new()))
        };
        match target {
            Target::Dn(dn) => self.resolve(dn),
            Target::Guid(guid) => alive(store.by_guid(*guid)),
            Target::Sid(sid) => alive(self.by_sid(sid)),
            Target::WellKnown(guid, dn) => {
                let head = self.resolve(dn)?;
                let domain = self.domain_of_head(head);
                alive(domain.and_then(|d| self.forest.well_known(d, *guid)))
            }
        }
    }

    /// As [`View::find`], from text.
    pub fn find_text(&self, text: &str) -> Result<Id<Entry>, Refusal> {
        let target = text.parse::<Target>().map_err(|_| Refusal::bad_name(text))?;
        self.find(&target)
    }

    /// The object of a distinguished name. A name that this controller does not hold gives a referral.
    pub fn resolve(&self, dn: &Dn) -> Result<Id<Entry>, Refusal> {
        let store = &self.forest.store;
        let within = store.contexts.iter().enumerate().filter(|(_, c)| dn.is_within(&c.dn));
        let Some((nc, context)) = within.max_by_key(|(_, c)| c.dn.rdns.len()) else {
            return Err(self.foreign(dn));
        };
        if !self.holds(nc) {
            return Err(Refusal::referral(&self.forest.domains[context.domain].dns, &dn.to_string()));
        }
        let own = &dn.rdns[..dn.rdns.len() - context.dn.rdns.len()];
        let mut at = context.head.get().ok_or_else(|| Refusal::no_such_object(String::new()))?;
        for rdn in own.iter().rev() {
            at = self.child(at, rdn).ok_or_else(|| Refusal::no_such_object(self.dn(at)))?;
        }
        Ok(at)
    }

    /// A name outside the forest: a referral by its DC= parts, or nothing where it has none.
    fn foreign(&self, dn: &Dn) -> Refusal {
        let host = dn.dns();
        if host.is_empty() {
            return Refusal::no_such_object(String::new());
        }
        Refusal::referral(&host, &dn.to_string())
    }

    /// Whether this controller holds a naming context.
    pub(crate) fn holds(&self, nc: usize) -> bool {
        let context = &self.forest.store.contexts[nc];
        self.dc.is_none_or(|dc| {
            context.kind != ContextKind::Domain || context.domain == self.forest.controllers[dc].domain
        })
    }

    pub(crate) fn domain_of_head(&self, id: Id<Entry>) -> Option<Id<Domain>> {
        let contexts = &self.forest.store.contexts;
        let found = contexts.iter().find(|c| c.head.get() == Some(id) && c.kind == ContextKind::Domain)?;
        Some(found.domain)
    }

    /// The domain that an object belongs to; of configuration and schema, the forest root.
    pub fn domain_of(&self, id: Id<Entry>) -> Id<Domain> {
        self.forest.store.context(&self.forest.store.rows[id]).domain
    }

    /// The child of that name.
    pub fn child(&self, parent: Id<Entry>, rdn: &Rdn) -> Option<Id<Entry>> {
        if let Some((_, guid)) = rdn.value.split_once("\nDEL:") {
            let id = self.forest.store.by_guid(guid.parse().ok()?)?;
            return self.row(id).filter(|e| e.is_deleted()).map(|_| id);
        }
        self.child_named(parent, rdn.kind.as_str(), &rdn.value)
    }

    pub(crate) fn child_named(&self, parent: Id<Entry>, kind: &str, value: &str) -> Option<Id<Entry>> {
        let store = &self.forest.store;
        let (value, cnf) = match value.split_once("\nCNF:") {
            Some((name, _)) => (name, true),
            None => (value, false),
        };
        let is = |entry: &Entry| {
            entry.flags & DELETED == 0
                && entry.parent() == Some(parent)
                && entry.is(CONFLICT) == cnf
                && kind_is(entry, kind)
        };
        for id in store.child(parent, value, &self.cx.names) {
            if self.row(id).is_some_and(|e| is(&e) && text::same(self.cx.names.get(e.rdn), value)) {
                return Some(id);
            }
        }
        if !self.masked {
            return None;
        }
        let hash = text::fold_hash(value);
        let old = self.forest.pending.old_keys(hash);
        let old = old.chain(self.forest.pending.old_keys(mix(u64::from(parent.row()), hash)));
        old.into_iter().find(|id| self.row(*id).is_some_and(|e| is(&e) && text::same(self.cx.names.get(e.rdn), value)))
    }

    /// The objects directly under a container, tombstones not, in order of arrival.
    pub fn children(&self, parent: Id<Entry>) -> Vec<Id<Entry>> {
        let store = &self.forest.store;
        if !self.masked {
            return store.children(parent).collect();
        }
        // Rows that were here lately are listed here still; whoever has left elsewhere is found by the log.
        let mut all: BTreeSet<Id<Entry>> = store.rows[parent].children().iter().map(|r| Id::new(*r)).collect();
        all.retain(|id| self.row(*id).is_some_and(|e| !e.is_deleted() && e.parent() == Some(parent)));
        all.into_iter().collect()
    }

    /// Whether there is something under a container.
    pub fn has_children(&self, id: Id<Entry>) -> bool {
        if self.masked { !self.children(id).is_empty() } else { self.forest.store.children(id).next().is_some() }
    }

    /// The objects that have this value of an indexed attribute, in order of arrival; tombstones not.
    pub fn lookup(&self, attr: AttrId, value: &Value) -> Vec<Id<Entry>> {
        let store = &self.forest.store;
        let mut found: Vec<Id<Entry>> = Vec::new();
        let name_attr = matches!(attr, attr::CN | attr::NAME | attr::OU_NAME);
        match (attr, value) {
            (attr::OBJECT_GUID, Value::Guid(guid)) => found.extend(store.by_guid(*guid)),
            (attr::OBJECT_SID, Value::Sid(sid)) => found.extend(self.by_sid(sid)),
            _ => {
                found.extend(store.by_value(attr, value));
                if let Value::Text(text) = value {
                    for name in store.shapes.names_behind(attr, text) {
                        found.extend(store.by_name(name, &self.cx.names));
                        if self.masked {
                            found.extend(self.forest.pending.old_keys(text::fold_hash(name)));
                        }
                    }
                }
                if self.masked
                    && let Some(hash) = value_hash(attr, value)
                {
                    found.extend(self.forest.pending.old_keys(hash));
                }
            }
        }
        debug_assert!(!name_attr, "names are found by their container");
        found.sort_unstable();
        found.dedup();
        found.retain(|id| self.row(*id).is_some_and(|e| !e.is_deleted() && self.has(*id, &e, attr, value)));
        found
    }

    /// Whether an object has this text as value of an indexed attribute: as [`View::lookup`], without saying which.
    pub(crate) fn is_taken(&self, attr: AttrId, text: &str) -> bool {
        if self.masked {
            return !self.lookup(attr, &Value::from(text)).is_empty();
        }
        let (store, names) = (&self.forest.store, &self.cx.names);
        let has = |id: Id<Entry>| {
            let entry = &store.rows[id];
            !entry.is_deleted() && store.has_text(entry, attr, text, names)
        };
        store.any_by_text(attr, text, has)
            || store.shapes.names_behind(attr, text).any(|name| store.any_by_name(name, names, has))
    }

    /// Whether an object has a value.
    pub(crate) fn has(&self, id: Id<Entry>, entry: &Entry, attr: AttrId, value: &Value) -> bool {
        if let (Value::Text(text), Where::Pattern | Where::Shape | Where::Row) = (value, attr.get().store) {
            return self.forest.store.has_text(entry, attr, text, &self.cx.names);
        }
        self.values_of(id, entry, attr).iter().any(|v| v.same(value))
    }

    /// The object of a SID.
    pub fn by_sid(&self, sid: &Sid) -> Option<Id<Entry>> {
        let store = &self.forest.store;
        let head = store.contexts.iter().find(|c| c.sid == Some(*sid)).and_then(|c| c.head.get());
        store.by_sid(sid).or(head).filter(|id| self.row(*id).is_some())
    }

    /// The account of that name in a domain.
    pub fn account(&self, domain: Id<Domain>, sam: &str) -> Option<Id<Entry>> {
        let nc = self.forest.domains[domain].nc;
        self.lookup(attr::SAM_ACCOUNT_NAME, &Value::from(sam))
            .into_iter()
            .find(|id| self.forest.store.rows[*id].nc == nc)
    }

    /// Targets of a link.
    pub fn links(&self, id: Id<Entry>, attr: AttrId) -> Vec<Id<Entry>> {
        let store = &self.forest.store;
        let now: Vec<_> = store.links(id, attr).collect();
        if !self.masked || !store.rows[id].is(PENDING) {
            return now;
        }
        let mut all: BTreeSet<_> = self.forest.pending.targets(id, attr).into_iter().collect();
        all.extend(now.iter().copied());
        let there = |to: &Id<Entry>| {
            let now = now.binary_search(to).is_ok();
            self.forest.pending.has_link(now, id, attr, to.row(), |w| self.has_seen(w))
        };
        all.into_iter().filter(there).collect()
    }

    /// Sources of links of this attribute that point here.
    pub fn back_links(&self, id: Id<Entry>, attr: AttrId) -> Vec<Id<Entry>> {
        let store = &self.forest.store;
        let mut all: BTreeSet<_> = store.back_links(id, attr).collect();
        if self.masked {
            all.extend(self.forest.pending.sources(id, attr));
            all.retain(|from| self.links(*from, attr).binary_search(&id).is_ok());
        }
        all.retain(|from| self.is_alive(*from));
        all.into_iter().collect()
    }

    /// The values of an attribute. What is made on request is made; secrets are nobody's to read.
    pub fn values(&self, id: Id<Entry>, attr: AttrId) -> Vec<Value> {
        self.row(id).map(|entry| self.values_of(id, &entry, attr)).unwrap_or_default()
    }

    /// The first value of an attribute, as text.
    pub fn text(&self, id: Id<Entry>, attr: AttrId) -> Option<String> {
        let value = self.values(id, attr).into_iter().next()?;
        String::from_utf8(self.to_wire(&value)).ok()
    }

    /// The first value of an attribute, as a number.
    pub fn int(&self, id: Id<Entry>, attr: AttrId) -> Option<i64> {
        self.values(id, attr).first().and_then(Value::as_int)
    }

    /// The octets of a value.
    pub fn to_wire(&self, value: &Value) -> Vec<u8> {
        value.to_wire(|id| self.dn(id))
    }

    pub(crate) fn values_of(&self, id: Id<Entry>, entry: &Entry, attr: AttrId) -> Vec<Value> {
        match attr.get().store {
            Where::Shape | Where::Pattern | Where::Row => self.forest.store.kept(entry, attr, &self.cx.names),
            Where::Link => self.links(id, attr).into_iter().map(Value::Entry).collect(),
            Where::Field => self.field(id, entry, attr),
            Where::Constructed => self.constructed(id, entry, attr),
            Where::Secret => Vec::new(),
        }
    }

    fn field(&self, id: Id<Entry>, entry: &Entry, attr: AttrId) -> Vec<Value> {
        let store = &self.forest.store;
        let is_user = entry.class.get().families & family::USER != 0;
        let one = |v: Value| vec![v];
        let time = |at: Option<SimTime>| at.map(|at| Value::Int(file_time(at))).into_iter().collect();
        match attr {
            attr::OBJECT_CLASS => {
                let mut names: Vec<_> = entry.class.chain().map(|c| Value::from(c.name())).collect();
                names.reverse();
                names
            }
            attr::OBJECT_CATEGORY => one(self.category_dn(entry.class.category()).into()),
            attr::OBJECT_GUID => one(store.guid(entry).into()),
            attr::OBJECT_SID => self.sid_of(id, entry).map(Value::from).into_iter().collect(),
            attr::DISTINGUISHED_NAME => one(Value::Entry(id)),
            attr::NAME => one(store.rdn_text(entry, &self.cx.names).into()),
            attr::CN | attr::OU_NAME | attr::DC => {
                if entry.class.get().rdn == attr {
                    one(store.rdn_text(entry, &self.cx.names).into())
                } else {
                    entry.own(attr).map(<[_]>::to_vec).unwrap_or_default()
                }
            }
            attr::INSTANCE_TYPE => one(Value::Int(match store.context(entry).kind {
                _ if !store.is_head(id, entry) => 4,
                ContextKind::Domain => 5,
                _ => 13,
            })),
            attr::WHEN_CREATED => one(entry.created().into()),
            attr::WHEN_CHANGED => one(entry.changed().into()),
            attr::USN_CREATED => one(Value::Int(i64::from(entry.usn_created))),
            attr::USN_CHANGED => one(Value::Int(i64::from(entry.usn_changed))),
            attr::NT_SECURITY_DESCRIPTOR => {
                let octets = binary::encode(store.sds.get(entry.sd), binary::ALL_PARTS);
                one(Value::Bytes(octets.into()))
            }
            attr::IS_DELETED if entry.is_deleted() || store.context(entry).deleted_objects.get() == Some(id) => {
                one(true.into())
            }
            attr::LAST_KNOWN_PARENT if entry.is_deleted() => entry.parent().map(Value::Entry).into_iter().collect(),
            attr::LAST_KNOWN_RDN if entry.is_deleted() => one(self.cx.names.get(entry.rdn).into()),
            attr::USER_CERTIFICATE => {
                let mut all = entry.own(attr).map(<[_]>::to_vec).unwrap_or_default();
                all.extend(entry.certificate().map(|key| {
                    Value::Bytes(certificate::der(store.chance, key, store.guid(entry), entry.created()).into())
                }));
                all
            }
            attr::PWD_LAST_SET if is_user && !entry.is_deleted() => match entry.password_set() {
                Some(at) if !entry.is(MUST_CHANGE) => one(Value::Int(file_time(at))),
                _ => one(Value::Int(0)),
            },
            attr::LAST_LOGON_TIMESTAMP if !entry.is_deleted() => time(entry.logged_on()),
            attr::DS_CORE_PROPAGATION => one(Value::Time(SimTime::FIRST)),
            attr::WELL_KNOWN_OBJECTS | attr::OTHER_WELL_KNOWN_OBJECTS => {
                let Some(domain) = self.domain_of_head(id) else { return Vec::new() };
                let domain = &self.forest.domains[domain];
                let all = if attr == attr::WELL_KNOWN_OBJECTS { &domain.well_known } else { &domain.other_well_known };
                let line = |(guid, id): &(Guid, Id<Entry>)| {
                    Value::from(format!("B:32:{}:{}", well_known::digits(*guid), self.dn(*id)))
                };
                all.iter().map(line).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The name of a class's object in the schema.
    pub(crate) fn category_dn(&self, class: crate::schema::ClassId) -> String {
        format!("CN={},{}", class.get().cn, self.schema_dn())
    }

    /// The name of the schema's naming context.
    pub fn schema_dn(&self) -> &'a str {
        let mut contexts = self.forest.store.contexts.iter();
        contexts.find(|c| c.kind == ContextKind::Schema).map_or("", |c| &c.text)
    }

    /// The attributes of which an object has values, in the order of the table; what is made on request not.
    pub(crate) fn present(&self, id: Id<Entry>, entry: &Entry) -> Vec<AttrId> {
        let store = &self.forest.store;
        let mut all: Vec<AttrId> = store.shapes.get(entry.shape).iter().map(|(a, _)| *a).collect();
        all.extend(entry.extra.iter().flat_map(|e| e.overrides.iter()).map(|(a, _)| *a));
        for (attr, _, forward) in store.all_links(id) {
            if forward {
                all.push(attr);
            } else {
                all.extend(AttrId::all().filter(|a| a.forward_link() == Some(attr)));
            }
        }
        if self.masked {
            all.extend(AttrId::all().filter(|a| a.get().store == Where::Link || a.get().back_of.is_some()));
        }
        all.extend(AttrId::all().filter(|a| a.get().store == Where::Field));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The account that a name in one of the forms of a simple bind means (MS-ADTS 5.1.1.1.1), by the first form that fits.
    pub fn find_account(&self, name: &str) -> Option<Id<Entry>> {
        let one = |found: Vec<Id<Entry>>| match found[..] {
            [id] => Some(id),
            _ => None,
        };
        if let Ok(Target::Dn(dn)) = name.parse()
            && !dn.is_root()
            && let Ok(id) = self.resolve(&dn)
        {
            return Some(id);
        }
        if let Some(id) = one(self.lookup(attr::USER_PRINCIPAL_NAME, &Value::from(name))) {
            return Some(id);
        }
        if let Some((domain, sam)) = name.split_once('\\') {
            return self.forest.find_domain(domain).and_then(|d| self.account(d, sam));
        }
        if let Some((sam, domain)) = name.rsplit_once('@')
            && let Some(id) = self.forest.find_domain(domain).and_then(|d| self.account(d, sam))
        {
            return Some(id);
        }
        if let Some((dns, path)) = name.split_once('/')
            && let Some(domain) = self.forest.find_domain(dns)
            && let Some(id) = self.by_canonical(domain, path)
        {
            return Some(id);
        }
        if let Ok(guid) = name.parse::<Guid>() {
            return self.forest.store.by_guid(guid).filter(|id| self.is_alive(*id));
        }
        if let Ok(sid) = name.parse::<Sid>() {
            return self.by_sid(&sid).filter(|id| self.is_alive(*id));
        }
        one(self.lookup(attr::SERVICE_PRINCIPAL_NAME, &Value::from(name)))
            .or_else(|| one(self.lookup(attr::DISPLAY_NAME, &Value::from(name))))
    }

    fn by_canonical(&self, domain: Id<Domain>, path: &str) -> Option<Id<Entry>> {
        let context = &self.forest.store.contexts[usize::from(self.forest.domains[domain].nc)];
        path.split('/').filter(|p| !p.is_empty()).try_fold(context.head.get()?, |at, part| {
            ["CN", "OU"].iter().find_map(|kind| self.child_named(at, kind, part))
        })
    }

    /// Somebody who signs in under this name: `CORP\SRV-ODJ01$`, a distinguished name, a user principal name.
    pub fn principal(&self, name: &str) -> Option<Principal> {
        self.find_account(name).and_then(|id| self.principal_of(id))
    }

    /// Somebody who signs in with this account, with the groups of now.
    pub fn principal_of(&self, id: Id<Entry>) -> Option<Principal> {
        let entry = self.row(id).filter(|e| !e.is_deleted())?;
        let sid = self.sid_of(id, &entry)?;
        let mut sids = self.groups_of(id, &entry);
        sids.extend([sid, Sid::EVERYONE, Sid::AUTHENTICATED]);
        if self.forest.controllers.iter().any(|(_, c)| c.computer == id) {
            sids.push(Sid::ENTERPRISE_CONTROLLERS);
        }
        Some(Principal::new(entry.rdn, sid, Some(id), sids, Rank::Account))
    }

    /// The SIDs of the groups of an account, nested ones and the primary one included, and those of which everybody is a member.
    pub(crate) fn groups_of(&self, id: Id<Entry>, entry: &Entry) -> Vec<Sid> {
        let store = &self.forest.store;
        let mut open = vec![id];
        let mut sids: Vec<Sid> = Vec::new();
        let primary = store.int(entry, attr::PRIMARY_GROUP_ID).and_then(|rid| u32::try_from(rid).ok());
        let primary = primary.and_then(|rid| store.context(entry).sid.map(|d| d.child(rid)));
        for sid in primary.into_iter().chain([Sid::AUTHENTICATED, Sid::EVERYONE]) {
            open.extend(self.by_sid(&sid));
        }
        sids.extend(primary);
        for value in entry.own(attr::SID_HISTORY).into_iter().flatten() {
            if let Value::Sid(sid) = value {
                sids.push(**sid);
            }
        }
        let mut done: BTreeSet<Id<Entry>> = open.iter().copied().collect();
        while let Some(member) = open.pop() {
            for group in self.back_links(member, attr::MEMBER) {
                if done.insert(group) {
                    sids.extend(self.sid(group));
                    open.push(group);
                }
            }
        }
        sids
    }

    /// The present time, as `rootDSE` shows it.
    pub fn current_time(&self) -> String {
        filetime::generalized(self.cx.now())
    }
}

/// Whether the naming attribute of an object is this one.
fn kind_is(entry: &Entry, kind: &str) -> bool {
    let rdn = entry.class.get().rdn;
    rdn.name().eq_ignore_ascii_case(kind) || AttrId::find(kind) == Some(rdn)
}
