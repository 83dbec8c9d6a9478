//! The row of one directory object.

use crate::filetime::Stamp;
use crate::schema::{AttrId, ClassId};
use crate::sd::SdId;
use crate::secret::NtHash;
use crate::shape::ShapeId;
use crate::value::Value;
use sim_core::rows::MaybeId;
use sim_core::{Id, Key, SimTime, Sym};

/// One directory object: 88 octets, and a box for what it does not share with others.
///
/// The fields are the store's; readers ask a [`View`](crate::View).
#[derive(Debug, Clone)]
pub struct Entry {
    /// What the GUID and other draws are keyed by: class, name at creation, and how many lives there were before under that name.
    pub(crate) key: Key,
    /// The key of its registration certificate; 0 for none.
    pub(crate) certificate: u64,
    /// What is its own.
    pub(crate) extra: Option<Box<Extra>>,
    pub(crate) rdn: Sym,
    /// The container; of a tombstone, the last one.
    pub(crate) parent: MaybeId<Entry>,
    pub(crate) shape: ShapeId,
    pub(crate) sd: SdId,
    /// The relative identifier; 0 for none.
    pub(crate) rid: u32,
    pub(crate) usn_created: u32,
    pub(crate) usn_changed: u32,
    /// The neighbours in the order of changes.
    pub(crate) older: MaybeId<Entry>,
    pub(crate) newer: MaybeId<Entry>,
    pub(crate) created: Stamp,
    pub(crate) changed: Stamp,
    pub(crate) password_set: Stamp,
    pub(crate) logged_on: Stamp,
    pub(crate) class: ClassId,
    /// The naming context.
    pub(crate) nc: u8,
    pub(crate) flags: u8,
    /// How often the secret was made; 0 while there is none.
    pub(crate) secret: u8,
}

/// What an object does not share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extra {
    /// Sorted by attribute. An empty list hides what the shape says.
    pub(crate) overrides: Vec<(AttrId, Vec<Value>)>,
    /// Sorted by row. Rows that are elsewhere by now are skipped.
    pub(crate) children: Vec<u32>,
    /// The children that have had children. Sorted by row; those that are elsewhere by now are skipped.
    pub(crate) branches: Vec<u32>,
    /// How many of the children are elsewhere.
    pub(crate) gone: u32,
    /// The NT hash of a password that somebody chose.
    pub(crate) nt_hash: Option<NtHash>,
    /// The distinguished name, while the tree's epoch is this.
    pub(crate) dn: Option<(u32, Sym)>,
}

pub(crate) const DELETED: u8 = 1;
/// There are writes that have not reached every controller.
pub(crate) const PENDING: u8 = 2;
/// The SID is of the built-in domain.
pub(crate) const BUILTIN: u8 = 4;
/// Cannot be deleted or moved.
pub(crate) const FIXED: u8 = 8;
/// The user has to change the password: `pwdLastSet` is 0 on purpose.
pub(crate) const MUST_CHANGE: u8 = 16;
/// The name carries the GUID, after a conflict.
pub(crate) const CONFLICT: u8 = 32;

impl Entry {
    /// A row that stands nowhere in time yet.
    pub(crate) fn new(key: Key, class: ClassId, rdn: Sym, parent: Option<Id<Entry>>, nc: u8, sd: SdId) -> Self {
        Self {
            key,
            certificate: 0,
            extra: None,
            rdn,
            parent: parent.into(),
            shape: ShapeId::default(),
            sd,
            rid: 0,
            usn_created: 0,
            usn_changed: 0,
            older: MaybeId::NONE,
            newer: MaybeId::NONE,
            created: Stamp::NONE,
            changed: Stamp::NONE,
            password_set: Stamp::NONE,
            logged_on: Stamp::NONE,
            class,
            nc,
            flags: 0,
            secret: 0,
        }
    }
    /// Whether it is a tombstone.
    pub fn is_deleted(&self) -> bool {
        self.flags & DELETED != 0
    }
    /// The structural class.
    pub fn class(&self) -> ClassId {
        self.class
    }
    /// The value of the naming attribute.
    pub fn rdn(&self) -> Sym {
        self.rdn
    }
    /// When it was made.
    pub fn created(&self) -> SimTime {
        self.created.get().unwrap_or(SimTime::FIRST)
    }
    /// When it was last written.
    pub fn changed(&self) -> SimTime {
        self.changed.get().unwrap_or(SimTime::FIRST)
    }
    /// When the password was last set, if it was.
    pub fn password_set(&self) -> Option<SimTime> {
        self.password_set.get()
    }
    /// When it last logged on, if it did.
    pub fn logged_on(&self) -> Option<SimTime> {
        self.logged_on.get()
    }
    /// The key of the registration certificate, if there is one.
    pub fn certificate(&self) -> Option<Key> {
        (self.certificate != 0).then_some(Key(self.certificate))
    }
    pub(crate) fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
    pub(crate) fn own(&self, attr: AttrId) -> Option<&[Value]> {
        let overrides = &self.extra.as_ref()?.overrides;
        let at = overrides.binary_search_by_key(&attr, |(a, _)| *a).ok()?;
        Some(&overrides[at].1)
    }
    /// Sets what is its own; `None` takes it away, so that the shape counts again.
    pub(crate) fn set_own(&mut self, attr: AttrId, values: Option<Vec<Value>>) {
        if self.extra.is_none() && values.is_none() {
            return;
        }
        let overrides = &mut self.extra.get_or_insert_default().overrides;
        match (overrides.binary_search_by_key(&attr, |(a, _)| *a), values) {
            (Ok(at), Some(values)) => overrides[at].1 = values,
            (Ok(at), None) => {
                overrides.remove(at);
            }
            (Err(at), Some(values)) => overrides.insert(at, (attr, values)),
            (Err(_), None) => {}
        }
    }
    pub(crate) fn children(&self) -> &[u32] {
        self.extra.as_ref().map_or(&[], |e| &e.children)
    }
    pub(crate) fn branches(&self) -> &[u32] {
        self.extra.as_ref().map_or(&[], |e| &e.branches)
    }
    pub(crate) fn parent(&self) -> Option<Id<Entry>> {
        self.parent.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_small() {
        assert!(size_of::<Entry>() <= 88, "{}", size_of::<Entry>());
        assert!(size_of::<Value>() <= 24, "{}", size_of::<Value>());
    }
}
