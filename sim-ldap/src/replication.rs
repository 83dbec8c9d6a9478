//! What each controller sees.
//!
//! There is one store. Every write carries its origin and its time; until it has reached every controller that holds the naming
//! context, what was there before is kept beside it. A controller's view puts that back for what has not reached it. Nothing is
//! scheduled: whether a write has arrived is arithmetic over now. Where a context has one controller, nothing is kept at all.
//!
//! Attributes are merged one by one, the last writer wins (MS-ADTS 3.1.1.5.1.7). Conflicts of names are settled by the later write,
//! which renames the earlier object (MS-ADTS 3.1.1.5.1.6); which of two equal account names gives way is assumed.

use crate::entry::{DELETED, Entry, PENDING};
use crate::forest::{Controller, Forest};
use crate::kinds::REPLICATION_HELD;
use crate::schema::{AttrId, Store as Where, attr};
use crate::store::{Store, value_hash};
use sim_core::fault::Faults;
use sim_core::{Cx, Id, Names, SimDuration, SimTime};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A write that has not reached every controller.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) origin: Id<Controller>,
    pub(crate) at: SimTime,
    undo: Undo,
    links: Vec<(AttrId, u32, bool)>,
}

#[derive(Debug, Clone)]
enum Undo {
    /// The object was not there.
    Created,
    /// It was another in these attributes.
    Attributes(Box<Entry>, Vec<AttrId>),
    /// It was another altogether: deletion.
    Whole(Box<Entry>),
}

/// All writes that are on their way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    writes: BTreeMap<(u32, u32), Write>,
    order: VecDeque<(u32, u32)>,
    /// Hashes under which objects are still found where a write has not arrived.
    old_keys: BTreeSet<(u64, u32, u32)>,
    /// Links changed, by target.
    link_targets: BTreeSet<(u32, u16, u32, u32)>,
    /// Computers created or deleted, by the hash of their creator.
    creators: BTreeSet<(u64, u32, u32)>,
}

/// What a write is about to change.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) id: Id<Entry>,
    before: Option<Box<Entry>>,
    created: bool,
    whole: bool,
    attrs: Vec<AttrId>,
    links: Vec<(AttrId, u32, bool)>,
}

impl Change {
    /// An attribute changes.
    pub(crate) fn note(&mut self, attr: AttrId) {
        if self.before.is_some() && !self.attrs.contains(&attr) {
            self.attrs.push(attr);
        }
    }
    /// A link changes.
    pub(crate) fn note_link(&mut self, attr: AttrId, to: Id<Entry>, added: bool) {
        self.links.push((attr, to.row(), added));
    }
    /// Everything changes: the object becomes a tombstone, or comes back.
    pub(crate) fn note_whole(&mut self) {
        self.whole = true;
    }
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    fn of(&self, id: Id<Entry>) -> impl DoubleEndedIterator<Item = (&(u32, u32), &Write)> {
        self.writes.range((id.row(), 0)..=(id.row(), u32::MAX))
    }

    /// Rows that were found under this hash before.
    pub(crate) fn old_keys(&self, hash: u64) -> impl Iterator<Item = Id<Entry>> {
        self.old_keys.range((hash, 0, 0)..=(hash, u32::MAX, u32::MAX)).map(|(_, row, _)| Id::new(*row))
    }

    /// Computers by this creator that were created or deleted of late.
    pub(crate) fn of_creator(&self, hash: u64) -> BTreeSet<u32> {
        self.creators.range((hash, 0, 0)..=(hash, u32::MAX, u32::MAX)).map(|(_, row, _)| *row).collect()
    }

    /// The least USN of a write that has not arrived.
    pub(crate) fn first_unseen(&self, seen: impl Fn(&Write) -> bool) -> Option<u32> {
        self.order.iter().filter(|k| !self.writes.get(k).is_none_or(&seen)).map(|(_, usn)| *usn).min()
    }

    /// The object as it is where only some writes have arrived; `None` where it is not there yet.
    pub(crate) fn mask<'a>(
        &self,
        store: &'a Store,
        names: &Names,
        id: Id<Entry>,
        seen: impl Fn(&Write) -> bool,
    ) -> Option<Cow<'a, Entry>> {
        let now = &store.rows[id];
        let mut entry: Option<Box<Entry>> = None;
        let mut settled: Vec<AttrId> = Vec::new();
        for (_, write) in self.of(id).rev() {
            let arrived = seen(write);
            match &write.undo {
                _ if arrived && !matches!(write.undo, Undo::Attributes(..)) => break,
                Undo::Attributes(_, attrs) if arrived => settled.extend(attrs),
                Undo::Created => return None,
                Undo::Whole(before) => entry = Some(Box::new(relinked(before, now))),
                Undo::Attributes(before, attrs) => {
                    let entry = entry.get_or_insert_with(|| Box::new(now.clone()));
                    for attr in attrs.iter().filter(|a| !settled.contains(a)) {
                        copy(store, names, before, entry, *attr);
                    }
                    // The stamps are those of the last write that has arrived.
                    (entry.changed, entry.usn_changed) = (before.changed, before.usn_changed);
                }
            }
        }
        Some(entry.map_or(Cow::Borrowed(now), |e| Cow::Owned(*e)))
    }

    /// Whether a link is there, where only some writes have arrived.
    pub(crate) fn has_link(
        &self,
        now: bool,
        from: Id<Entry>,
        attr: AttrId,
        to: u32,
        seen: impl Fn(&Write) -> bool,
    ) -> bool {
        let mut there = now;
        for (_, write) in self.of(from).rev() {
            for (a, t, added) in write.links.iter().rev() {
                if *a == attr && *t == to {
                    if seen(write) {
                        return there;
                    }
                    there = !added;
                }
            }
        }
        there
    }

    /// Sources of links to a row that were changed of late.
    pub(crate) fn sources(&self, to: Id<Entry>, attr: AttrId) -> impl Iterator<Item = Id<Entry>> {
        let t = to.row();
        self.link_targets.range((t, attr.0, 0, 0)..=(t, attr.0, u32::MAX, u32::MAX)).map(|k| Id::new(k.2))
    }

    /// Targets of links from a row that were changed of late.
    pub(crate) fn targets(&self, from: Id<Entry>, attr: AttrId) -> Vec<Id<Entry>> {
        let links = self.of(from).flat_map(|(_, w)| w.links.iter());
        links.filter(|(a, ..)| *a == attr).map(|(_, to, _)| Id::new(*to)).collect()
    }
}

/// An earlier state of an object within the present lists.
fn relinked(before: &Entry, now: &Entry) -> Entry {
    Entry { older: now.older, newer: now.newer, flags: before.flags | PENDING, ..before.clone() }
}

/// Puts one attribute back to what it was.
fn copy(store: &Store, names: &Names, from: &Entry, to: &mut Entry, attr: AttrId) {
    match attr {
        attr::NAME => {
            (to.rdn, to.parent, to.nc) = (from.rdn, from.parent, from.nc);
            to.flags = to.flags & !crate::entry::CONFLICT | from.flags & crate::entry::CONFLICT;
        }
        attr::NT_SECURITY_DESCRIPTOR => to.sd = from.sd,
        attr::PWD_LAST_SET | attr::UNICODE_PWD => {
            (to.password_set, to.secret) = (from.password_set, from.secret);
            to.flags = to.flags & !crate::entry::MUST_CHANGE | from.flags & crate::entry::MUST_CHANGE;
            let hash = from.extra.as_ref().and_then(|e| e.nt_hash);
            if hash != to.extra.as_ref().and_then(|e| e.nt_hash) {
                to.extra.get_or_insert_default().nt_hash = hash;
            }
        }
        attr::LAST_LOGON_TIMESTAMP => to.logged_on = from.logged_on,
        attr::USER_CERTIFICATE => {
            to.certificate = from.certificate;
            to.set_own(attr, from.own(attr).map(<[_]>::to_vec));
        }
        _ if matches!(attr.get().store, Where::Shape | Where::Pattern | Where::Row) => {
            to.set_own(attr, Some(store.kept(from, attr, names)));
        }
        _ => {}
    }
}

impl Forest {
    /// Whether a naming context has more than one controller.
    fn is_replicated(&self, nc: u8) -> bool {
        self.controllers.len() > 1 && self.holders(nc).nth(1).is_some()
    }

    /// The controllers that hold a naming context.
    pub(crate) fn holders(&self, nc: u8) -> impl Iterator<Item = Id<Controller>> {
        let context = &self.store.contexts[usize::from(nc)];
        let (everywhere, domain) = (context.kind != crate::ContextKind::Domain, context.domain);
        self.controllers.iter().filter(move |(_, c)| everywhere || c.domain == domain).map(|(id, _)| id)
    }

    /// Begins to change an object.
    pub(crate) fn begin(&self, id: Id<Entry>) -> Change {
        let entry = &self.store.rows[id];
        let before = self.is_replicated(entry.nc).then(|| Box::new(entry.clone()));
        Change { id, before, created: false, whole: false, attrs: Vec::new(), links: Vec::new() }
    }

    /// Begins to change an object that was made just now.
    pub(crate) fn begin_new(&self, id: Id<Entry>) -> Change {
        Change { created: true, ..self.begin(id) }
    }

    /// The change is done: stamps, order of changes, and the log of what is on its way.
    pub(crate) fn finish(&mut self, change: Change, origin: Id<Controller>, cx: &Cx) -> u32 {
        let now = cx.now();
        let usn = self.store.touch(change.id, now);
        let Some(before) = change.before else { return usn };
        let id = change.id;
        let key = (id.row(), usn);
        let mut keys = Vec::new();
        if !change.created && (change.whole || change.attrs.contains(&attr::NAME)) {
            keys.push(self.store.name_key(&before, &cx.names).1);
        }
        if !change.created {
            for attr in change.attrs.iter().filter(|a| a.get().indexed) {
                keys.extend(before.own(*attr).into_iter().flatten().filter_map(|v| value_hash(*attr, v)));
            }
        }
        if change.whole
            && let Some(extra) = &before.extra
        {
            for (attr, values) in extra.overrides.iter().filter(|(a, _)| a.get().indexed) {
                keys.extend(values.iter().filter_map(|v| value_hash(*attr, v)));
            }
        }
        self.pending.old_keys.extend(keys.into_iter().map(|k| (k, key.0, key.1)));
        for (attr, to, _) in &change.links {
            self.pending.link_targets.insert((*to, attr.0, key.0, key.1));
        }
        if (change.created || change.whole)
            && let Some(creator) = creator_hash(&self.store.rows[id]).or_else(|| creator_hash(&before))
        {
            self.pending.creators.insert((creator, key.0, key.1));
        }
        let undo = match (change.created, change.whole) {
            (true, _) => Undo::Created,
            (_, true) => Undo::Whole(before),
            _ => Undo::Attributes(before, change.attrs),
        };
        self.pending.writes.insert(key, Write { origin, at: now, undo, links: change.links });
        self.pending.order.push_back(key);
        self.store.rows[id].flags |= PENDING;
        self.prune(cx);
        usn
    }

    /// Forgets what has arrived everywhere.
    pub(crate) fn prune(&mut self, cx: &Cx) {
        let now = cx.now();
        while let Some(key) = self.pending.order.front().copied() {
            let Some(write) = self.pending.writes.get(&key) else { break };
            let nc = self.store.rows[Id::new(key.0)].nc;
            if !self.holders(nc).all(|dc| self.arrival(write.origin, dc, write.at, cx) <= now) {
                break;
            }
            self.pending.order.pop_front();
            let Some(write) = self.pending.writes.remove(&key) else { continue };
            for (attr, to, _) in &write.links {
                self.pending.link_targets.remove(&(*to, attr.0, key.0, key.1));
            }
            if self.pending.of(Id::new(key.0)).next().is_none() {
                self.store.rows[Id::new(key.0)].flags &= !PENDING;
            }
        }
        if self.pending.order.is_empty() {
            self.pending = Pending::default();
        } else if self.pending.old_keys.len() + self.pending.creators.len() > 4 * self.pending.order.len() + 64 {
            let writes = &self.pending.writes;
            self.pending.old_keys.retain(|(_, row, usn)| writes.contains_key(&(*row, *usn)));
            self.pending.creators.retain(|(_, row, usn)| writes.contains_key(&(*row, *usn)));
        }
    }

    /// When what one controller wrote at an instant reaches another.
    pub fn arrival(&self, from: Id<Controller>, to: Id<Controller>, at: SimTime, cx: &Cx) -> SimTime {
        if from == to {
            return at;
        }
        let (a, b) = (&self.controllers[from], &self.controllers[to]);
        let due = at + self.delay(from, to);
        held_until(&cx.faults, a.name, b.name, due)
    }

    /// The delay of a link.
    pub fn delay(&self, from: Id<Controller>, to: Id<Controller>) -> SimDuration {
        let own = self.links.iter().rev().find(|(a, b, _)| (*a, *b) == (from, to));
        own.map_or_else(
            || {
                let same = self.controllers[from].site == self.controllers[to].site;
                if same { self.knobs.replication_intra_site } else { self.knobs.replication_inter_site }
            },
            |(_, _, delay)| *delay,
        )
    }

    /// Gives a link a delay of its own, in one direction.
    pub fn set_delay(&mut self, from: Id<Controller>, to: Id<Controller>, delay: SimDuration) {
        self.links.push((from, to, delay));
    }
}

/// What would arrive while the link is held arrives when it is let go. A fault without other end holds all links from its place.
fn held_until(faults: &Faults, from: sim_core::Sym, to: sim_core::Sym, mut due: SimTime) -> SimTime {
    let holds = |f: &&sim_core::fault::Fault, at: SimTime| {
        f.kind == REPLICATION_HELD
            && f.place == from
            && (f.to == to || f.to.is_empty())
            && f.from <= at
            && at < f.until
            && f.left != Some(0)
    };
    while let Some(fault) = faults.iter().find(|f| holds(f, due)) {
        if fault.until == SimTime::NEVER {
            return SimTime::NEVER;
        }
        due = fault.until;
    }
    due
}

/// The hash of the SID that created a computer under the privilege.
pub(crate) fn creator_hash(entry: &Entry) -> Option<u64> {
    entry.own(attr::CREATOR_SID)?.first().and_then(|v| value_hash(attr::CREATOR_SID, v))
}

/// Whether a row counts against the quota of its creator.
pub(crate) fn counts(entry: &Entry) -> bool {
    entry.flags & DELETED == 0
}
