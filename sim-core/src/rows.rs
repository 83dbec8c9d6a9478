//! Rows of one kind, their typed ids, and indexes over them.

use hashbrown::HashTable;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index as At, IndexMut as AtMut};

/// The row number of a `T`. One machine has several records, so ids are typed. Row numbers never decide or order anything.
pub struct Id<T>(u32, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The id of that row.
    pub const fn new(row: u32) -> Self {
        Self(row, PhantomData)
    }
    /// The row.
    pub const fn row(self) -> u32 {
        self.0
    }
}
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// An id that may be absent, in four bytes.
pub struct MaybeId<T>(u32, PhantomData<fn() -> T>);

impl<T> MaybeId<T> {
    /// No row.
    pub const NONE: Self = Self(u32::MAX, PhantomData);
    /// The id, if there is one.
    pub const fn get(self) -> Option<Id<T>> {
        if self.0 == u32::MAX { None } else { Some(Id::new(self.0)) }
    }
}
impl<T> Clone for MaybeId<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for MaybeId<T> {}
impl<T> PartialEq for MaybeId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for MaybeId<T> {}
impl<T> Default for MaybeId<T> {
    fn default() -> Self {
        Self::NONE
    }
}
impl<T> From<Id<T>> for MaybeId<T> {
    fn from(id: Id<T>) -> Self {
        Self(id.0, PhantomData)
    }
}
impl<T> From<Option<Id<T>>> for MaybeId<T> {
    fn from(id: Option<Id<T>>) -> Self {
        id.map_or(Self::NONE, Self::from)
    }
}
impl<T> fmt::Debug for MaybeId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// Rows in order of arrival. A row stays where it is; what is deleted says so in its own fields.
#[derive(Debug, Clone)]
pub struct Rows<T>(Vec<T>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Rows<T> {
    /// Adds a row.
    pub fn push(&mut self, row: T) -> Id<T> {
        let id = Id::new(u32::try_from(self.0.len()).expect("fewer than 2^32 rows"));
        self.0.push(row);
        id
    }
    /// How many rows there are, the deleted ones included.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The row, if there is one of that number.
    pub fn get(&self, id: Id<T>) -> Option<&T> {
        self.0.get(id.0 as usize)
    }
    /// All rows with their ids, in order of arrival.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Id<T>, &T)> + ExactSizeIterator {
        self.0.iter().enumerate().map(|(i, row)| (Id::new(i as u32), row))
    }
    /// All ids, in order of arrival.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = Id<T>> + ExactSizeIterator + use<T> {
        (0..self.0.len() as u32).map(Id::new)
    }
    /// Makes room for that many more rows.
    pub fn reserve(&mut self, more: usize) {
        self.0.reserve(more);
    }
}

impl<T> At<Id<T>> for Rows<T> {
    type Output = T;
    fn index(&self, id: Id<T>) -> &T {
        &self.0[id.0 as usize]
    }
}
impl<T> AtMut<Id<T>> for Rows<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.0[id.0 as usize]
    }
}

/// Finds rows by a 64-bit hash of one of their values: five bytes an entry. The caller compares the value itself.
#[derive(Debug, Clone)]
pub struct Index<T>(HashTable<u32>, PhantomData<fn() -> T>);

impl<T> Default for Index<T> {
    fn default() -> Self {
        Self(HashTable::new(), PhantomData)
    }
}

impl<T> Index<T> {
    /// Adds a row under a hash; `rehash` tells the hash of any row already in here, for when the table grows.
    pub fn insert(&mut self, hash: u64, id: Id<T>, rehash: impl Fn(Id<T>) -> u64) {
        self.0.insert_unique(hash, id.0, |r| rehash(Id::new(*r)));
    }

    /// The row under this hash for which `is` holds. Where several may, use [`Index::find_all`].
    pub fn find(&self, hash: u64, is: impl Fn(Id<T>) -> bool) -> Option<Id<T>> {
        self.0.find(hash, |r| is(Id::new(*r))).map(|r| Id::new(*r))
    }

    /// All rows under this hash for which `is` holds, in order of arrival.
    pub fn find_all(&self, hash: u64, is: impl Fn(Id<T>) -> bool) -> Vec<Id<T>> {
        let mut all: Vec<_> = self.0.iter_hash(hash).map(|r| Id::new(*r)).filter(|id| is(*id)).collect();
        all.sort_unstable();
        all
    }

    /// Takes a row out.
    pub fn remove(&mut self, hash: u64, id: Id<T>) -> bool {
        match self.0.find_entry(hash, |r| *r == id.0) {
            Ok(entry) => {
                entry.remove();
                true
            }
            Err(_) => false,
        }
    }

    /// Makes room for that many more entries, of an index that has none yet: growing one step by step hashes every entry anew.
    pub fn reserve(&mut self, more: usize) {
        if self.0.is_empty() {
            self.0.reserve(more, |_| 0);
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
