//! The rows of a forest with their indexes. Nothing is decided here.

use crate::dn::{self, Dn};
use crate::entry::{BUILTIN, DELETED, Entry};
use crate::filetime::Stamp;
use crate::forest::Domain;
use crate::schema::{AttrId, ClassId, Store as Where, attr, class};
use crate::sd::Descriptors;
use crate::shape::Shapes;
use crate::sid::Sid;
use crate::text;
use crate::value::Value;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Slot;
use sim_core::chance::mix;
use sim_core::rows::MaybeId;
use sim_core::{Chance, Guid, Id, Index, Key, Names, Purpose, Rows, SimTime, Sym};
use std::collections::{BTreeMap, BTreeSet};

const GUIDS: Purpose = Purpose::named("objectGUID");

/// What a naming context holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContextKind {
    /// A domain.
    Domain,
    /// The configuration of the forest.
    Configuration,
    /// The schema.
    Schema,
}

/// One naming context.
#[derive(Debug, Clone)]
pub struct Context {
    /// What it holds.
    pub kind: ContextKind,
    /// Its name.
    pub dn: Dn,
    /// Its name, printed.
    pub text: String,
    /// The domain; of configuration and schema, the forest root.
    pub domain: Id<Domain>,
    pub(crate) head: MaybeId<Entry>,
    pub(crate) sid: Option<Sid>,
    pub(crate) deleted_objects: MaybeId<Entry>,
    pub(crate) tombstones: Vec<u32>,
    pub(crate) rids: Rids,
}

/// Which row has which relative identifier.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rids {
    few: BTreeMap<u32, u32>,
    many: Vec<u32>,
    pub(crate) builtin: BTreeMap<u32, u32>,
}

impl Rids {
    const FROM: u32 = 1000;

    pub(crate) fn get(&self, rid: u32) -> Option<Id<Entry>> {
        let many = || self.many.get(rid.checked_sub(Self::FROM)? as usize).copied();
        many().filter(|r| *r != u32::MAX).or_else(|| self.few.get(&rid).copied()).map(Id::new)
    }

    pub(crate) fn set(&mut self, rid: u32, id: Id<Entry>) {
        match rid.checked_sub(Self::FROM).map(|n| n as usize) {
            Some(n) if n < self.many.len() + 65_536 => {
                if n >= self.many.len() {
                    self.many.resize(n + 1, u32::MAX);
                }
                self.many[n] = id.row();
            }
            _ => {
                self.few.insert(rid, id.row());
            }
        }
    }
}

/// All entries of a forest.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) chance: Chance,
    pub(crate) rows: Rows<Entry>,
    pub(crate) shapes: Shapes,
    pub(crate) sds: Descriptors,
    pub(crate) contexts: Vec<Context>,
    /// Accounts, by name alone: from it follow account name, host name and service names.
    by_name: Index<Entry>,
    /// All others, by container and name.
    by_dn: Index<Entry>,
    by_guid: Index<Entry>,
    /// Values of indexed attributes that do not follow from the name.
    by_value: HashTable<(u64, u32)>,
    links: BTreeSet<(u32, u16, u32)>,
    back_links: BTreeSet<(u32, u16, u32)>,
    oldest: MaybeId<Entry>,
    newest: MaybeId<Entry>,
    pub(crate) usn: u32,
    pub(crate) version: u64,
    /// Changes when a container's name does.
    epoch: u32,
    links_version: u64,
}

impl Store {
    pub(crate) fn new(chance: Chance) -> Self {
        Self {
            chance,
            rows: Rows::default(),
            shapes: Shapes::default(),
            sds: Descriptors::default(),
            contexts: Vec::new(),
            by_name: Index::default(),
            by_dn: Index::default(),
            by_guid: Index::default(),
            by_value: HashTable::new(),
            links: BTreeSet::new(),
            back_links: BTreeSet::new(),
            oldest: MaybeId::NONE,
            newest: MaybeId::NONE,
            // Where a new forest stands once its own objects are there differs by version; any start will do.
            usn: 4096,
            version: 0,
            epoch: 0,
            links_version: 1,
        }
    }

    // --- reading ---------------------------------------------------------------------------------------------------------

    pub(crate) fn guid(&self, entry: &Entry) -> Guid {
        match entry.own(attr::OBJECT_GUID) {
            Some([Value::Guid(guid), ..]) => *guid,
            _ => self.chance.guid(GUIDS, entry.key, 0),
        }
    }

    pub(crate) fn sid(&self, entry: &Entry) -> Option<Sid> {
        if entry.rid != 0 {
            if entry.flags & BUILTIN != 0 {
                return Some(Sid::BUILTIN.child(entry.rid));
            }
            return self.contexts[usize::from(entry.nc)].sid.map(|d| d.child(entry.rid));
        }
        match entry.own(attr::OBJECT_SID) {
            Some([Value::Sid(sid), ..]) => Some(**sid),
            _ => None,
        }
    }

    pub(crate) fn context(&self, entry: &Entry) -> &Context {
        &self.contexts[usize::from(entry.nc)]
    }

    /// Whether it is the head of its naming context.
    pub(crate) fn is_head(&self, id: Id<Entry>, entry: &Entry) -> bool {
        self.context(entry).head.get() == Some(id)
    }

    /// The container in the tree: of a tombstone, the container of tombstones.
    pub(crate) fn place(&self, entry: &Entry) -> Option<Id<Entry>> {
        if entry.is_deleted() { self.context(entry).deleted_objects.get() } else { entry.parent() }
    }

    /// The value of the naming attribute as it is shown.
    pub(crate) fn rdn_text(&self, entry: &Entry, names: &Names) -> String {
        let name = names.get(entry.rdn);
        if entry.is_deleted() {
            return format!("{name}\nDEL:{}", self.guid(entry));
        }
        if entry.is(crate::entry::CONFLICT) {
            return format!("{name}\nCNF:{}", self.guid(entry));
        }
        name.to_owned()
    }

    /// Values kept in shapes and rows. Fields, links and what is made on request are the view's.
    pub(crate) fn kept(&self, entry: &Entry, attr: AttrId, names: &Names) -> Vec<Value> {
        if let Some(own) = entry.own(attr) {
            return own.to_vec();
        }
        let values = self.shapes.values(entry.shape, attr);
        values.iter().map(|(_, p)| self.shapes.value(*p, entry.rdn, names)).collect()
    }

    /// The number that an attribute holds.
    pub(crate) fn int(&self, entry: &Entry, attr: AttrId) -> Option<i64> {
        if let Some(own) = entry.own(attr) {
            return own.first().and_then(Value::as_int);
        }
        match self.shapes.values(entry.shape, attr).first() {
            Some((_, crate::shape::Pattern::Int(n))) => Some(*n),
            _ => None,
        }
    }

    /// Whether an attribute holds this text.
    pub(crate) fn has_text(&self, entry: &Entry, attr: AttrId, text: &str, names: &Names) -> bool {
        if let Some(own) = entry.own(attr) {
            return own.iter().any(|v| v.as_text().is_some_and(|t| text::same(t, text)));
        }
        let values = self.shapes.values(entry.shape, attr);
        values.iter().any(|(_, p)| self.shapes.is_text(*p, text, entry.rdn, names))
    }

    pub(crate) fn by_guid(&self, guid: Guid) -> Option<Id<Entry>> {
        self.by_guid.find(guid.halves()[0], |id| self.guid(&self.rows[id]) == guid)
    }

    pub(crate) fn by_sid(&self, sid: &Sid) -> Option<Id<Entry>> {
        let (parent, rid) = sid.split()?;
        if parent == Sid::BUILTIN {
            return self.contexts.first().and_then(|c| c.rids.builtin.get(&rid).copied()).map(Id::new);
        }
        if let Some(context) = self.contexts.iter().find(|c| c.sid == Some(parent)) {
            return context.rids.get(rid);
        }
        self.by_value(attr::OBJECT_SID, &Value::from(*sid)).into_iter().next()
    }

    /// Rows with this own value of an indexed attribute.
    pub(crate) fn by_value(&self, attr: AttrId, value: &Value) -> Vec<Id<Entry>> {
        let Some(hash) = value_hash(attr, value) else { return Vec::new() };
        let mut all: Vec<_> =
            self.by_value.iter_hash(hash).filter(|(h, _)| *h == hash).map(|(_, row)| Id::new(*row)).collect();
        all.sort_unstable();
        all
    }

    /// Whether something holds for a row with this own text.
    pub(crate) fn any_by_text(&self, attr: AttrId, text: &str, is: impl Fn(Id<Entry>) -> bool) -> bool {
        let hash = mix(u64::from(attr.0), text::fold_hash(text));
        self.by_value.iter_hash(hash).any(|(h, row)| *h == hash && is(Id::new(*row)))
    }

    /// Whether something holds for an account of this name.
    pub(crate) fn any_by_name(&self, name: &str, names: &Names, is: impl Fn(Id<Entry>) -> bool) -> bool {
        let of = |id: Id<Entry>| text::same(names.get(self.rows[id].rdn), name) && is(id);
        self.by_name.find(text::fold_hash(name), of).is_some()
    }

    /// Accounts of this name, tombstones not.
    pub(crate) fn by_name(&self, name: &str, names: &Names) -> Vec<Id<Entry>> {
        self.by_name.find_all(text::fold_hash(name), |id| text::same(names.get(self.rows[id].rdn), name))
    }

    /// Rows that may be called this under a container, tombstones not.
    pub(crate) fn child(&self, parent: Id<Entry>, name: &str, names: &Names) -> Vec<Id<Entry>> {
        let hash = text::fold_hash(name);
        let is = |id: Id<Entry>| {
            let entry = &self.rows[id];
            entry.parent() == Some(parent) && text::same(names.get(entry.rdn), name)
        };
        let mut all = self.by_dn.find_all(mix(u64::from(parent.row()), hash), is);
        all.extend(self.by_name.find_all(hash, is));
        all
    }

    /// Live rows directly under a container, in order of arrival.
    pub(crate) fn children(&self, parent: Id<Entry>) -> impl DoubleEndedIterator<Item = Id<Entry>> {
        let rows = self.rows[parent].children().iter().map(|r| Id::new(*r));
        rows.filter(move |id| self.rows[*id].parent() == Some(parent) && !self.rows[*id].is_deleted())
    }

    pub(crate) fn links(&self, from: Id<Entry>, attr: AttrId) -> impl Iterator<Item = Id<Entry>> {
        let f = from.row();
        self.links.range((f, attr.0, 0)..=(f, attr.0, u32::MAX)).map(|(_, _, to)| Id::new(*to))
    }

    pub(crate) fn back_links(&self, to: Id<Entry>, attr: AttrId) -> impl Iterator<Item = Id<Entry>> {
        let t = to.row();
        self.back_links.range((t, attr.0, 0)..=(t, attr.0, u32::MAX)).map(|(_, _, from)| Id::new(*from))
    }

    /// All links from or to a row: (attribute, other row, whether it is the source).
    pub(crate) fn all_links(&self, id: Id<Entry>) -> Vec<(AttrId, Id<Entry>, bool)> {
        let r = id.row();
        let span = (r, 0, 0)..=(r, u16::MAX, u32::MAX);
        let out = self.links.range(span.clone()).map(|(_, a, to)| (AttrId(*a), Id::new(*to), true));
        let back = self.back_links.range(span).map(|(_, a, from)| (AttrId(*a), Id::new(*from), false));
        out.chain(back).collect()
    }

    /// Whether there are links from or to a row.
    pub(crate) fn has_links(&self, id: Id<Entry>) -> bool {
        let span = (id.row(), 0, 0)..=(id.row(), u16::MAX, u32::MAX);
        self.links.range(span.clone()).next().is_some() || self.back_links.range(span).next().is_some()
    }

    /// Rows changed after a USN, the oldest change first.
    pub(crate) fn changed_after(&self, usn: u32) -> impl Iterator<Item = Id<Entry>> {
        let mut first = MaybeId::NONE;
        let mut at = self.newest;
        while let Some(id) = at.get() {
            if self.rows[id].usn_changed <= usn {
                break;
            }
            first = at;
            at = self.rows[id].older;
        }
        std::iter::successors(first.get(), |id| self.rows[*id].newer.get())
    }

    /// The printed name.
    pub(crate) fn dn(&self, id: Id<Entry>, names: &Names) -> String {
        let mut out = String::new();
        self.write_dn(id, &self.rows[id], names, &mut out);
        out
    }

    pub(crate) fn write_dn(&self, id: Id<Entry>, entry: &Entry, names: &Names, out: &mut String) {
        if self.is_head(id, entry) {
            out.push_str(&self.context(entry).text);
            return;
        }
        let kind = entry.class.get().rdn.name();
        if entry.flags & (DELETED | crate::entry::CONFLICT) != 0 {
            dn::write_rdn(out, kind, &self.rdn_text(entry, names));
        } else {
            dn::write_rdn(out, kind, names.get(entry.rdn));
        }
        if let Some(parent) = self.place(entry) {
            out.push(',');
            self.write_dn(parent, &self.rows[parent], names, out);
        }
    }

    /// The name of a container as one word, for traces and keys. It is printed once per container.
    pub(crate) fn dn_sym(&mut self, id: Id<Entry>, names: &mut Names) -> Sym {
        let epoch = self.epoch;
        if let Some((e, sym)) = self.rows[id].extra.as_ref().and_then(|x| x.dn)
            && e == epoch
        {
            return sym;
        }
        let sym = names.intern(&self.dn(id, names));
        self.rows[id].extra.get_or_insert_default().dn = Some((epoch, sym));
        sym
    }

    // --- writing ---------------------------------------------------------------------------------------------------------

    /// The key of a new object, for which no object ever had the GUID.
    pub(crate) fn key(&self, class: ClassId, rdn: &str, parent: u64) -> Key {
        let natural = mix(crate::schema::CLASS_KEYS[usize::from(class.0)], mix(text::fold_hash(rdn), parent));
        let mut nth = 0;
        loop {
            let key = Key(natural).part(nth);
            if self.by_guid(self.chance.guid(GUIDS, key, 0)).is_none() {
                return key;
            }
            nth += 1;
        }
    }

    /// Adds a row with everything but its attributes, which [`Store::put`] adds.
    pub(crate) fn insert(&mut self, entry: Entry, names: &Names) -> Id<Entry> {
        let (parent, rid, flags, nc) = (entry.parent(), entry.rid, entry.flags, usize::from(entry.nc));
        let id = self.rows.push(entry);
        if let Some(parent) = parent {
            self.adopt(parent, id);
        }
        if rid != 0 {
            self.index_rid(nc, rid, flags, id);
        }
        self.index_name(id, names);
        let guid = self.guid(&self.rows[id]);
        let (rows, chance) = (&self.rows, self.chance);
        self.by_guid.insert(guid.halves()[0], id, |i| match rows[i].own(attr::OBJECT_GUID) {
            Some([Value::Guid(guid), ..]) => guid.halves()[0],
            _ => chance.guid(GUIDS, rows[i].key, 0).halves()[0],
        });
        for (attr, values) in self.rows[id].extra.as_ref().map(|e| e.overrides.clone()).unwrap_or_default() {
            self.index_values(id, attr, &values, true);
        }
        id
    }

    pub(crate) fn index_rid(&mut self, nc: usize, rid: u32, flags: u8, id: Id<Entry>) {
        if flags & BUILTIN != 0 {
            self.contexts[nc].rids.builtin.insert(rid, id.row());
        } else {
            self.contexts[nc].rids.set(rid, id);
        }
    }

    /// Sets all values of an attribute that is kept in shapes or rows.
    pub(crate) fn put(&mut self, id: Id<Entry>, attr: AttrId, values: Vec<Value>, names: &mut Names) {
        if let Some(own) = self.rows[id].own(attr).map(<[Value]>::to_vec) {
            self.index_values(id, attr, &own, false);
        }
        let entry = &self.rows[id];
        // Indexed values that follow from the name are found by the name, and only accounts are indexed by it.
        let may_share = entry.class.is_account() || !attr.get().indexed;
        let rdn = names.get(entry.rdn).to_owned();
        let shape = entry.shape;
        let patterns: Option<Vec<_>> = values
            .iter()
            .map(|v| if may_share { self.shapes.pattern_of(attr, v, &rdn, names) } else { None })
            .collect();
        let shared = patterns.is_some();
        let shape = self.shapes.with(shape, attr, &patterns.unwrap_or_default());
        let entry = &mut self.rows[id];
        entry.shape = shape;
        if shared {
            entry.set_own(attr, None);
        } else {
            self.index_values(id, attr, &values, true);
            self.rows[id].set_own(attr, Some(values));
        }
    }

    /// Sets all attributes of a new row at once.
    pub(crate) fn fill(&mut self, id: Id<Entry>, attrs: Vec<(AttrId, Vec<Value>)>, names: &mut Names) {
        let entry = &self.rows[id];
        let (class, rdn) = (entry.class, names.get(entry.rdn).to_owned());
        let mut shape = Vec::with_capacity(attrs.len() + 8);
        for (attr, values) in attrs {
            let may_share = class.is_account() || !attr.get().indexed;
            let from = shape.len();
            for value in &values {
                match self.shapes.pattern_of(attr, value, &rdn, names).filter(|_| may_share) {
                    Some(pattern) => shape.push((attr, pattern)),
                    None => {
                        shape.truncate(from);
                        break;
                    }
                }
            }
            if shape.len() - from != values.len() {
                self.index_values(id, attr, &values, true);
                self.rows[id].set_own(attr, Some(values));
            }
        }
        shape.sort_by_key(|(a, _)| *a);
        self.rows[id].shape = self.shapes.intern(&shape);
    }

    /// Sets all values of an attribute as the object's own, whatever follows from its name.
    pub(crate) fn put_own(&mut self, id: Id<Entry>, attr: AttrId, values: Vec<Value>) {
        let shape = self.rows[id].shape;
        let shape = self.shapes.with(shape, attr, &[]);
        self.rows[id].shape = shape;
        self.index_values(id, attr, &values, true);
        self.rows[id].set_own(attr, Some(values));
    }

    fn index_values(&mut self, id: Id<Entry>, attr: AttrId, values: &[Value], add: bool) {
        if !attr.get().indexed {
            return;
        }
        for hash in values.iter().filter_map(|v| value_hash(attr, v)) {
            let is = |v: &(u64, u32)| *v == (hash, id.row());
            match self.by_value.entry(hash, is, |v| v.0) {
                Slot::Vacant(slot) if add => {
                    slot.insert((hash, id.row()));
                }
                Slot::Occupied(slot) if !add => {
                    slot.remove();
                }
                _ => {}
            }
        }
    }

    /// Under which hash a row is found by its name, and in which index: true for names alone.
    pub(crate) fn name_key(&self, entry: &Entry, names: &Names) -> (bool, u64) {
        name_key(entry, names)
    }

    pub(crate) fn index_name(&mut self, id: Id<Entry>, names: &Names) {
        if self.rows[id].is_deleted() || self.rows[id].parent().is_none() {
            return;
        }
        let (alone, hash) = name_key(&self.rows[id], names);
        let rows = &self.rows;
        let index = if alone { &mut self.by_name } else { &mut self.by_dn };
        index.insert(hash, id, |i| name_key(&rows[i], names).1);
    }

    pub(crate) fn unindex_name(&mut self, id: Id<Entry>, names: &Names) {
        let (alone, hash) = name_key(&self.rows[id], names);
        let index = if alone { &mut self.by_name } else { &mut self.by_dn };
        index.remove(hash, id);
    }

    /// Lists a row under a container.
    pub(crate) fn adopt(&mut self, parent: Id<Entry>, child: Id<Entry>) {
        // Containers that hold something are listed apart, so that a walk finds them among a million leaves.
        if !self.rows[child].children().is_empty() {
            self.branch(parent, child);
        }
        if self.rows[parent].children().is_empty()
            && let Some(above) = self.rows[parent].parent()
        {
            self.branch(above, parent);
        }
        let children = &mut self.rows[parent].extra.get_or_insert_default().children;
        match children.last() {
            Some(last) if *last >= child.row() => {
                if let Err(at) = children.binary_search(&child.row()) {
                    children.insert(at, child.row());
                }
            }
            _ => children.push(child.row()),
        }
    }

    fn branch(&mut self, above: Id<Entry>, container: Id<Entry>) {
        let branches = &mut self.rows[above].extra.get_or_insert_default().branches;
        if let Err(at) = branches.binary_search(&container.row()) {
            branches.insert(at, container.row());
        }
    }

    /// Notes that a row has left a container, and tidies the list when half of it is stale.
    pub(crate) fn disown(&mut self, parent: Id<Entry>) {
        let Some(extra) = &mut self.rows[parent].extra else { return };
        extra.gone += 1;
        if (extra.gone as usize) * 2 > extra.children.len() + 16 {
            let mut children = std::mem::take(&mut extra.children);
            children.retain(|r| {
                let entry = &self.rows[Id::new(*r)];
                entry.is(crate::entry::PENDING) || entry.parent() == Some(parent) && !entry.is_deleted()
            });
            if let Some(extra) = &mut self.rows[parent].extra {
                extra.children = children;
                extra.gone = 0;
            }
        }
    }

    /// Until when names of containers are what they were.
    pub(crate) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Grows with every change of a link.
    pub(crate) fn links_version(&self) -> u64 {
        self.links_version
    }

    /// Names of what is below have changed.
    pub(crate) fn next_epoch(&mut self) {
        self.epoch += 1;
    }

    pub(crate) fn link(&mut self, from: Id<Entry>, attr: AttrId, to: Id<Entry>, add: bool) -> bool {
        self.links_version += 1;
        if add {
            self.back_links.insert((to.row(), attr.0, from.row()));
            self.links.insert((from.row(), attr.0, to.row()))
        } else {
            self.back_links.remove(&(to.row(), attr.0, from.row()));
            self.links.remove(&(from.row(), attr.0, to.row()))
        }
    }

    /// A row was written now: its USN is the next one, and it is the last in the order of changes.
    pub(crate) fn touch(&mut self, id: Id<Entry>, now: SimTime) -> u32 {
        self.usn += 1;
        self.version += 1;
        let usn = self.usn;
        let (older, newer) = (self.rows[id].older, self.rows[id].newer);
        let listed = self.oldest.get() == Some(id) || older.get().is_some();
        if listed && newer.get().is_none() {
            // It is the newest already.
        } else {
            if listed {
                match older.get() {
                    Some(o) => self.rows[o].newer = newer,
                    None => self.oldest = newer,
                }
                if let Some(n) = newer.get() {
                    self.rows[n].older = older;
                }
            }
            let last = self.newest;
            match last.get() {
                Some(l) => self.rows[l].newer = id.into(),
                None => self.oldest = id.into(),
            }
            self.newest = id.into();
            self.rows[id].older = last;
            self.rows[id].newer = MaybeId::NONE;
        }
        let entry = &mut self.rows[id];
        if entry.usn_created == 0 {
            entry.usn_created = usn;
            entry.created = Stamp::of(now);
        }
        entry.usn_changed = usn;
        entry.changed = Stamp::of(now);
        usn
    }
}

fn name_key(entry: &Entry, names: &Names) -> (bool, u64) {
    let hash = text::fold_hash(names.get(entry.rdn));
    if entry.class.is_account() {
        return (true, hash);
    }
    (false, mix(entry.parent().map_or(0, |p| u64::from(p.row())), hash))
}

/// Under which hash an own value of an indexed attribute is found.
pub(crate) fn value_hash(attr: AttrId, value: &Value) -> Option<u64> {
    let hash = match value {
        Value::Text(text) => text::fold_hash(text),
        Value::Sid(sid) => sid.hash64(),
        Value::Guid(guid) => mix(guid.halves()[0], guid.halves()[1]),
        Value::Int(n) => *n as u64,
        _ => return None,
    };
    Some(mix(u64::from(attr.0), hash))
}

/// Whether searches by equality can trust the index of an attribute to know every value.
pub(crate) fn is_complete_index(attr: AttrId) -> bool {
    attr.get().indexed && matches!(attr.get().store, Where::Pattern | Where::Row)
}

/// Whether objects of a class hold others as a matter of course.
pub(crate) fn is_container_class(c: ClassId) -> bool {
    matches!(c, class::ORGANIZATIONAL_UNIT | class::CONTAINER | class::DOMAIN_DNS | class::BUILTIN_DOMAIN)
}
