//! What a request is answered with, before it is written out.

use super::entity::{Item, Source, Value};
use super::filter::Seen;
use super::json::Writer;
use super::selection::Selection;
use crate::odata::{QueryError, Version};
use std::fmt::Write as _;

/// The answer to a request.
#[derive(Debug)]
pub enum Answer<'t> {
    /// Entities.
    Collection(Collection<'t>),
    /// One entity, or none where a relationship leads to at most one.
    Item(Single<'t>),
    /// The number that `/$count` asks for.
    Count(u64),
}

/// Entities that were asked for, in order.
#[derive(Debug)]
pub struct Collection<'t> {
    pub(super) shape: Shape<'t>,
    pub(super) items: Vec<Item>,
    /// How many there are before `$skip` and `$top`, if the request asked for that with `$count=true`.
    pub count: Option<u64>,
}

/// An entity that was asked for.
#[derive(Debug)]
pub struct Single<'t> {
    pub(super) shape: Shape<'t>,
    pub(super) item: Item,
}

/// An entity of an answer.
#[derive(Clone, Copy)]
pub struct Entity<'t> {
    source: Source<'t>,
    version: Version,
    item: Item,
}

/// How an answer is shown.
#[derive(Debug)]
pub(super) struct Shape<'t> {
    pub source: Source<'t>,
    pub version: Version,
    /// Name of the declared type.
    pub declared: &'static str,
    /// What follows `$metadata#`, without the selection.
    pub context: String,
    pub selection: Selection,
}

impl<'t> Answer<'t> {
    /// How many entities were answered: of a collection what it holds, of `/$count` its number, of one entity 1.
    pub fn amount(&self) -> u64 {
        match self {
            Self::Collection(collection) => collection.len() as u64,
            Self::Item(_) => 1,
            Self::Count(count) => *count,
        }
    }

    /// The entities of the answer. `/$count` has none.
    pub fn entities(&self) -> impl Iterator<Item = Entity<'t>> + '_ {
        let (shape, items) = match self {
            Self::Collection(collection) => (Some(&collection.shape), collection.items.as_slice()),
            Self::Item(single) => (Some(&single.shape), std::slice::from_ref(&single.item)),
            Self::Count(_) => (None, &[][..]),
        };
        let entity =
            |shape: &Shape<'t>, item: &Item| Entity { source: shape.source, version: shape.version, item: *item };
        shape.into_iter().flat_map(move |shape| items.iter().map(move |item| entity(shape, item)))
    }

    /// Writes the body of the answer. `root` is the address that the version follows, without a slash at its end.
    pub fn write(&self, root: &str, out: &mut String) {
        match self {
            Self::Collection(collection) => collection.write(root, out),
            Self::Item(single) => single.write(root, out),
            // Writing to a text cannot fail.
            Self::Count(count) => drop(write!(out, "{count}")),
        }
    }
}

impl Collection<'_> {
    /// How many entities it holds.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn write(&self, root: &str, out: &mut String) {
        let shape = &self.shape;
        out.push('{');
        shape.context(out, root, "");
        if let Some(count) = self.count {
            let _ = write!(out, ",\"@odata.count\":{count}");
        }
        out.push_str(",\"value\":");
        shape.writer().items(out, shape.declared, self.items.iter().copied(), &shape.selection);
        out.push('}');
    }
}

impl Single<'_> {
    fn write(&self, root: &str, out: &mut String) {
        let shape = &self.shape;
        let mut before = String::new();
        shape.context(&mut before, root, "/$entity");
        let plan = shape.selection.plan(self.item.ty, shape.version);
        shape.writer().object(out, &before, shape.declared, self.item, &plan);
    }
}

impl<'t> Shape<'t> {
    fn writer(&self) -> Writer<'_, 't> {
        Writer { source: &self.source, version: self.version }
    }

    fn context(&self, out: &mut String, root: &str, tail: &str) {
        let what = format!("{root}/{}/$metadata#{}{}{tail}", self.version, self.context, self.selection.context());
        out.push_str("\"@odata.context\":");
        super::json::text(out, &what);
    }
}

impl<'t> Entity<'t> {
    /// The value of a property, selected or not; none if the type has no such property in this version.
    pub fn value(&self, name: &str) -> Option<Value<'t>> {
        let property = self.item.ty.property(name, self.version)?;
        Some(property.value_of(&self.source, self.item))
    }

    /// Whether a filter takes the entity.
    ///
    /// # Errors
    ///
    /// As those of [`Filter::matches`](crate::odata::Filter::matches), except that a property which the type does not
    /// have is null.
    pub fn matches(&self, filter: &crate::odata::Filter) -> Result<bool, QueryError> {
        filter.matches(&Seen { source: &self.source, item: self.item, version: self.version })
    }

    /// All that is shown of it unasked.
    pub fn json(&self) -> String {
        let mut out = String::new();
        let plan = Selection::default();
        let plan = plan.plan(self.item.ty, self.version);
        Writer { source: &self.source, version: self.version }.object(
            &mut out,
            "",
            self.item.ty.name,
            self.item,
            &plan,
        );
        out
    }

    /// The qualified name of its type.
    pub fn type_name(&self) -> &'static str {
        self.item.ty.name
    }
}
