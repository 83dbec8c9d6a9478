//! Finding entities of large collections without looking at each: by id, by the text of a property, and how many there are.
//!
//! All of it is made when somebody asks, from what the tenant holds then, and changes no answer: it is left out of copies of a
//! tenant, and worlds that nobody asks pay nothing. Ids never change, so that their index only grows. The texts of a
//! property are put side by side, folded for comparison, once the same property has been asked for twice without a change
//! in between; from then on equality and beginnings are found in their order, and parts at the speed of memory.

use super::entity::{Item, Items, Property, Row, Source, Value};
use super::route::Set;
use crate::membership_rule::ignore_case::fold_into;
use hashbrown::HashTable;
use memchr::memmem::Finder;
use sim_core::Guid;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// What was made so far.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    ids: [RwLock<Ids>; Kind::ALL],
    columns: RwLock<Columns>,
    counts: RwLock<Vec<Count>>,
    /// What was written of devices on v1.0 and on beta.
    texts: [RwLock<Texts>; 2],
}

/// A copy makes its own.
impl Clone for Lookups {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The tables with an index of ids.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Devices,
    Identities,
    Imports,
    Managed,
    Users,
}

impl Kind {
    const ALL: usize = 5;
}

/// Rows by their id, as far as rows were there when somebody last asked.
#[derive(Debug, Default)]
struct Ids {
    upto: u32,
    rows: HashTable<u32>,
}

#[derive(Debug)]
struct Count {
    path: &'static str,
    version: crate::odata::Version,
    of: u64,
    count: u64,
}

/// The texts of properties, as of a version of the tenant.
#[derive(Debug, Default)]
struct Columns {
    of: u64,
    known: Vec<(&'static str, &'static Property, Arc<Column>)>,
    /// What was asked for once.
    asked: Vec<(&'static str, &'static Property)>,
}

/// The texts of one property of one collection.
#[derive(Debug)]
struct Column {
    /// All of them, folded, each followed by a line break.
    text: String,
    /// Where each ends, before its line break.
    ends: Vec<u32>,
    /// Whose each is, in order of rows.
    items: Vec<Row>,
    /// The positions in the order of their texts, then of their rows.
    sorted: Vec<u32>,
    /// The first place in `sorted` of each text.
    table: HashTable<u32>,
}

/// What a filter wants of the text of a property.
#[derive(Debug)]
pub(super) enum Test {
    Equal(String),
    Begins(String),
    Contains(String),
    Ends(String),
}

/// What was written of devices, by row, as of a version of the tenant.
#[derive(Debug, Default)]
struct Texts {
    of: u64,
    rows: Vec<Option<Box<str>>>,
    bytes: usize,
}

/// Bytes of what was written that are kept, in each version; our choice.
const TEXTS_KEPT: usize = 32 << 20;

/// What was written before, while an answer is written.
pub(super) struct Written<'l> {
    lock: &'l RwLock<Texts>,
    known: Option<RwLockReadGuard<'l, Texts>>,
    of: u64,
    new: Vec<(Row, std::ops::Range<usize>)>,
}

impl Written<'_> {
    /// Writes what was written before, if it was.
    pub fn push(&self, row: Row, out: &mut String) -> bool {
        let text = self.known.as_ref().and_then(|texts| texts.rows.get(row.id as usize)?.as_deref());
        out.push_str(text.unwrap_or_default());
        text.is_some()
    }

    /// Notes what was written now.
    pub fn keep(&mut self, row: Row, text: std::ops::Range<usize>) {
        self.new.push((row, text));
    }

    /// Keeps it, if it was worth it: of a tenant that changes between any two requests, nothing is kept.
    pub fn end(self, out: &str) {
        if self.new.is_empty() {
            return;
        }
        let fresh = self.known.is_none();
        drop(self.known);
        let mut texts = write(self.lock);
        if fresh {
            if texts.of != self.of {
                *texts = Texts { of: self.of, ..Texts::default() };
            }
            return;
        }
        if texts.of != self.of {
            return;
        }
        for (row, range) in self.new {
            let (row, text) = (row.id as usize, &out[range]);
            if texts.bytes + text.len() > TEXTS_KEPT {
                break;
            }
            if texts.rows.len() <= row {
                texts.rows.resize(row + 1, None);
            }
            texts.bytes += text.len();
            texts.rows[row] = Some(text.into());
        }
    }
}

/// Collections that may be large. Their texts change with the version of the tenant and not with time alone.
const LARGE: [&str; 6] = [
    "devices",
    "users",
    "groups",
    "deviceManagement/managedDevices",
    "deviceManagement/windowsAutopilotDeviceIdentities",
    "deviceManagement/importedWindowsAutopilotDeviceIdentities",
];

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    // What is in here is made anew at worst.
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Lookups {
    /// What was written of devices before, if the tenant has not changed since.
    pub(super) fn written(&self, of: u64, version: crate::odata::Version) -> Written<'_> {
        let lock = &self.texts[usize::from(version == crate::odata::Version::Beta)];
        let known = Some(read(lock)).filter(|texts| texts.of == of);
        Written { lock, known, of, new: Vec::new() }
    }

    /// The row of an id, of a table that has so many rows.
    pub(super) fn by_id(&self, kind: Kind, id: Guid, rows: usize, id_of: impl Fn(u32) -> Guid) -> Option<u32> {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let lock = &self.ids[kind as usize];
        let find = |ids: &Ids| ids.rows.find(id.hash64(), |row| id_of(*row) == id).copied();
        {
            let ids = read(lock);
            if ids.upto == rows {
                return find(&ids);
            }
        }
        let mut ids = write(lock);
        let Ids { upto, rows: table } = &mut *ids;
        table.reserve(rows.saturating_sub(*upto) as usize, |row| id_of(*row).hash64());
        for row in *upto..rows {
            table.insert_unique(id_of(row).hash64(), row, |row| id_of(*row).hash64());
        }
        *upto = rows;
        find(&ids)
    }

    /// How many entities a collection has; `count` counts them.
    pub(super) fn count(
        &self,
        source: &Source<'_>,
        set: &Set,
        version: crate::odata::Version,
        count: impl FnOnce() -> u64,
    ) -> u64 {
        let of = source.tenant.version;
        let is = |known: &&Count| known.path == set.path && known.version == version;
        if let Some(known) = read(&self.counts).iter().find(is).filter(|known| known.of == of) {
            return known.count;
        }
        let made = Count { path: set.path, version, of, count: count() };
        let number = made.count;
        let mut counts = write(&self.counts);
        counts.retain(|known| !is(&known));
        counts.push(made);
        number
    }

    /// The entities whose property has such a text, in order of rows; none if there is no such short cut (yet).
    pub(super) fn texts<'t>(
        &self,
        source: &Source<'t>,
        set: &'static Set,
        property: &'static Property,
        test: &Test,
    ) -> Option<Items<'t>> {
        if !LARGE.contains(&set.path) || !set.holds.is_empty() {
            return None;
        }
        let column = self.column(source, set, property)?;
        let item = move |row| Item { ty: set.declared, row };
        Some(match test {
            Test::Equal(text) => {
                let places = column.equal(&folded(text));
                Box::new(places.map(move |place| item(column.items[column.sorted[place] as usize])))
            }
            Test::Begins(text) => {
                let mut rows: Vec<Row> =
                    column.beginning(&folded(text)).map(|place| column.items[column.sorted[place] as usize]).collect();
                rows.sort_unstable_by_key(|row| (row.id, row.part));
                rows.dedup();
                Box::new(rows.into_iter().map(item))
            }
            Test::Contains(text) | Test::Ends(text) => {
                let text = folded(text);
                if text.is_empty() || text.contains('\n') {
                    return None;
                }
                let ends = matches!(test, Test::Ends(_));
                Box::new(Scan { column, finder: Finder::new(&text).into_owned(), at: 0, ends, last: None }.map(item))
            }
        })
    }

    fn column(&self, source: &Source<'_>, set: &'static Set, property: &'static Property) -> Option<Arc<Column>> {
        let of = source.tenant.version;
        let is = |path: &str, known: &'static Property| path == set.path && std::ptr::eq(known, property);
        {
            let columns = read(&self.columns);
            if columns.of == of
                && let Some((.., column)) = columns.known.iter().find(|(path, known, _)| is(path, known))
            {
                return Some(column.clone());
            }
        }
        let mut columns = write(&self.columns);
        if columns.of != of {
            *columns = Columns { of, ..Columns::default() };
        }
        if let Some((.., column)) = columns.known.iter().find(|(path, known, _)| is(path, known)) {
            return Some(column.clone());
        }
        if !columns.asked.iter().any(|(path, known)| is(path, known)) {
            columns.asked.push((set.path, property));
            return None;
        }
        let column = Arc::new(Column::of(source, set, property)?);
        columns.known.push((set.path, property, column.clone()));
        Some(column)
    }
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

impl Column {
    /// None if the texts do not fit.
    fn of(source: &Source<'_>, set: &'static Set, property: &'static Property) -> Option<Self> {
        let mut column = Self {
            text: String::new(),
            ends: Vec::new(),
            items: Vec::new(),
            sorted: Vec::new(),
            table: HashTable::new(),
        };
        for item in (set.rows)(source, set) {
            match property.value_of(source, item) {
                Value::List(values) => values.iter().try_for_each(|value| column.push(item.row, value))?,
                value => column.push(item.row, &value)?,
            }
        }
        let Self { text, ends, items, sorted, table } = &mut column;
        let at = |n: u32| entry(text, ends, n);
        sorted.extend(0..u32::try_from(items.len()).ok()?);
        sorted.sort_by(|a, b| at(*a).cmp(at(*b)));
        for (place, n) in sorted.iter().enumerate() {
            if place == 0 || at(sorted[place - 1]) != at(*n) {
                let place = u32::try_from(place).ok()?;
                table.insert_unique(hash(at(*n)), place, |place| hash(at(sorted[*place as usize])));
            }
        }
        Some(column)
    }

    fn push(&mut self, row: Row, value: &Value<'_>) -> Option<()> {
        match value {
            Value::Text(text) if text.contains('\n') => return None,
            Value::Text(text) => fold_into(text, &mut self.text),
            Value::Guid(guid) => fold_into(&guid.to_string(), &mut self.text),
            Value::Bool(value) => self.text.push_str(if *value { "TRUE" } else { "FALSE" }),
            Value::Null => return Some(()),
            _ => return None,
        }
        self.ends.push(u32::try_from(self.text.len()).ok()?);
        self.items.push(row);
        self.text.push('\n');
        Some(())
    }

    fn at(&self, place: usize) -> &str {
        entry(&self.text, &self.ends, self.sorted[place])
    }

    /// The places of a text in the order of texts.
    fn equal(&self, text: &str) -> std::ops::Range<usize> {
        let first = self.table.find(hash(text), |place| self.at(*place as usize) == text);
        let Some(first) = first.map(|place| *place as usize) else { return 0..0 };
        let same = self.sorted[first..].partition_point(|n| entry(&self.text, &self.ends, *n) == text);
        first..first + same
    }

    /// The places of the texts that begin so.
    fn beginning(&self, text: &str) -> std::ops::Range<usize> {
        let entry = |n: &u32| entry(&self.text, &self.ends, *n);
        let first = self.sorted.partition_point(|n| entry(n) < text);
        let same = self.sorted[first..].partition_point(|n| entry(n).starts_with(text));
        first..first + same
    }
}

fn entry<'c>(text: &'c str, ends: &[u32], n: u32) -> &'c str {
    let start = if n == 0 { 0 } else { ends[n as usize - 1] as usize + 1 };
    &text[start..ends[n as usize] as usize]
}

fn hash(text: &str) -> u64 {
    sim_core::Key::of("", text).0
}

/// The rows whose texts have a part, one after the other.
struct Scan {
    column: Arc<Column>,
    finder: Finder<'static>,
    at: usize,
    /// Whether the part has to be at the end.
    ends: bool,
    last: Option<Row>,
}

impl Iterator for Scan {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let column = &*self.column;
        loop {
            let found = self.at + self.finder.find(column.text.as_bytes().get(self.at..)?)?;
            let n = column.ends.partition_point(|end| (*end as usize) < found);
            let end = column.ends[n] as usize;
            if self.ends && found + self.finder.needle().len() != end {
                self.at = found + 1;
                continue;
            }
            self.at = end + 1;
            let row = column.items[n];
            if self.last != Some(row) {
                self.last = Some(row);
                return Some(row);
            }
        }
    }
}
