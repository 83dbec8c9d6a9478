//! What a request is answered with, before it is written out.

use super::delta::Delta;
use super::entity::{Family, Item, Property, Source, Value};
use super::filter::Seen;
use super::json::Writer;
use super::preferences::{Metadata, Preferences};
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
    /// The addresses of entities, which `/$ref` asks for.
    References(References<'t>),
    /// The address of one entity.
    Reference(Single<'t>),
    /// The value of a property.
    Property(PropertyAnswer<'t>),
    /// What changed in a collection.
    Delta(Delta<'t>),
    /// The document that describes the types, for `$metadata`.
    Metadata(Version),
    /// The document that names the entity sets.
    Service(Version),
}

/// Entities that were asked for, in order.
#[derive(Debug)]
pub struct Collection<'t> {
    pub(super) shape: Shape<'t>,
    pub(super) items: Vec<Item>,
    /// How many there are before `$skip` and `$top`, if the request asked for that with `$count=true`.
    pub count: Option<u64>,
    /// Where the next page is, without scheme and host.
    pub next: Option<String>,
    /// Whether it comes in pages.
    pub(super) paged: bool,
}

/// An entity that was asked for.
#[derive(Debug)]
pub struct Single<'t> {
    pub(super) shape: Shape<'t>,
    pub(super) item: Item,
}

/// The addresses of the entities of a collection.
#[derive(Debug)]
pub struct References<'t> {
    pub(super) collection: Collection<'t>,
}

/// The value of a property of an entity.
#[derive(Debug)]
pub struct PropertyAnswer<'t> {
    pub(super) shape: Shape<'t>,
    pub(super) family: Family,
    pub(super) property: &'static Property,
    pub(super) value: Value<'t>,
    /// Whether it is wanted without JSON around it.
    pub(super) raw: bool,
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
    pub preferences: Preferences,
}

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Text,
    Xml,
    Nothing,
}

impl<'t> Answer<'t> {
    /// How many entities were answered: of a collection what it holds, of `/$count` its number, of one entity 1.
    pub fn amount(&self) -> u64 {
        match self {
            Self::Collection(collection) => collection.len() as u64,
            Self::References(references) => references.collection.len() as u64,
            Self::Item(_) | Self::Reference(_) | Self::Metadata(_) | Self::Service(_) => 1,
            Self::Property(answer) => u64::from(!answer.is_null()),
            Self::Delta(delta) => delta.len() as u64,
            Self::Count(count) => *count,
        }
    }

    /// The entities of the answer. Only collections and single entities have some.
    pub fn entities(&self) -> impl Iterator<Item = Entity<'t>> + '_ {
        let (shape, items) = match self {
            Self::Collection(collection) => (Some(&collection.shape), collection.items.as_slice()),
            Self::Item(single) => (Some(&single.shape), std::slice::from_ref(&single.item)),
            _ => (None, &[][..]),
        };
        let entity =
            |shape: &Shape<'t>, item: &Item| Entity { source: shape.source, version: shape.version, item: *item };
        shape.into_iter().flat_map(move |shape| items.iter().map(move |item| entity(shape, item)))
    }

    /// Bytes that the body will hardly be longer than.
    pub(super) fn room(&self) -> usize {
        match self {
            Self::Collection(collection) => 256 + collection.len() * 1536,
            Self::Item(_) => 2048,
            Self::References(references) => 256 + references.collection.len() * 192,
            Self::Delta(delta) => 256 + delta.len() * 1536,
            Self::Metadata(_) => 64 << 10,
            Self::Count(_) | Self::Reference(_) | Self::Property(_) | Self::Service(_) => 256,
        }
    }

    /// Writes the body of the answer. `root` is the address that the version follows, without a slash at its end.
    pub(super) fn write(&self, root: &str, out: &mut String) -> Form {
        match self {
            Self::Collection(collection) => collection.write(root, out),
            Self::Item(single) => single.write(root, out),
            Self::References(references) => references.write(root, out),
            Self::Reference(single) => single.write_reference(root, out),
            Self::Property(answer) => return answer.write(root, out),
            Self::Delta(delta) => delta.write(root, out),
            Self::Service(version) => out.push_str(&super::metadata::service(root, *version)),
            Self::Metadata(version) => {
                out.push_str(&super::metadata::document(*version));
                return Form::Xml;
            }
            Self::Count(count) => {
                // Writing to a text cannot fail.
                let _ = write!(out, "{count}");
                return Form::Text;
            }
        }
        Form::Json
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
        self.begin(root, &format!("{}{}", shape.context, shape.selection.context()), out);
        shape.writer(root).items(out, shape.declared, self.items.iter().copied(), &shape.selection);
        out.push('}');
    }

    /// All that comes before the entities.
    fn begin(&self, root: &str, context: &str, out: &mut String) {
        out.push('{');
        self.shape.context(out, root, context);
        if let Some(count) = self.count {
            let _ = write!(out, "\"@odata.count\":{count},");
        }
        if let Some(next) = &self.next {
            out.push_str("\"@odata.nextLink\":");
            super::json::text(out, &format!("{root}{next}"));
            out.push(',');
        }
        out.push_str("\"value\":");
    }
}

impl References<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.collection.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.collection.is_empty()
    }

    fn write(&self, root: &str, out: &mut String) {
        self.collection.begin(root, "Collection($ref)", out);
        out.push('[');
        for (nth, item) in self.collection.items.iter().enumerate() {
            out.push_str(if nth > 0 { ",{\"@odata.id\":" } else { "{\"@odata.id\":" });
            super::json::text(out, &self.collection.shape.address(root, *item));
            out.push('}');
        }
        out.push_str("]}");
    }
}

impl Single<'_> {
    fn write(&self, root: &str, out: &mut String) {
        let shape = &self.shape;
        let mut before = String::with_capacity(256);
        shape.context(&mut before, root, &format!("{}{}/$entity", shape.context, shape.selection.context()));
        // What follows is never nothing, and brings its own comma.
        before.pop();
        let plan = shape.selection.plan(self.item.ty, shape.version);
        shape.writer(root).single(out, &before, shape.declared, self.item, &plan);
    }

    fn write_reference(&self, root: &str, out: &mut String) {
        out.push('{');
        self.shape.context(out, root, "$ref");
        out.push_str("\"@odata.id\":");
        super::json::text(out, &self.shape.address(root, self.item));
        out.push('}');
    }
}

impl PropertyAnswer<'_> {
    fn is_null(&self) -> bool {
        match self.value {
            Value::Null => true,
            Value::Time(at) => at == sim_core::SimTime::NEVER && self.property.nullable,
            _ => false,
        }
    }

    fn write(&self, root: &str, out: &mut String) -> Form {
        if self.is_null() {
            return Form::Nothing;
        }
        let writer = self.shape.writer(root);
        if self.raw {
            let mut json = String::new();
            writer.value(&mut json, self.family, self.property, &self.value);
            // A text comes without its quotes and escapes.
            match serde_json::from_str::<String>(&json) {
                Ok(text) => out.push_str(&text),
                Err(_) => out.push_str(&json),
            }
            return Form::Text;
        }
        out.push('{');
        self.shape.context(out, root, &self.shape.context);
        let mut json = String::new();
        writer.value(&mut json, self.family, self.property, &self.value);
        match json.strip_prefix('{') {
            Some("}") => {
                out.truncate(out.trim_end_matches(',').len());
                out.push('}');
            }
            Some(members) => out.push_str(members),
            None => {
                out.push_str("\"value\":");
                out.push_str(&json);
                out.push('}');
            }
        }
        Form::Json
    }
}

impl<'t> Shape<'t> {
    pub(super) fn writer<'a>(&'a self, root: &'a str) -> Writer<'a, 't> {
        Writer { source: &self.source, version: self.version, root, preferences: self.preferences }
    }

    /// `"@odata.context":"…",`, unless nobody wants to know it.
    pub(super) fn context(&self, out: &mut String, root: &str, what: &str) {
        if self.preferences.metadata == Metadata::None {
            return;
        }
        out.push_str("\"@odata.context\":\"");
        super::json::escaped(out, root);
        out.push('/');
        out.push_str(self.version.name());
        out.push_str("/$metadata#");
        super::json::escaped(out, what);
        out.push_str("\",");
    }

    /// Where an entity is: of directory objects, the address within the directory.
    fn address(&self, root: &str, item: Item) -> String {
        self.writer(root).address(item)
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
        let preferences = Preferences::default();
        Writer { source: &self.source, version: self.version, root: super::ROOT, preferences }.object(
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
