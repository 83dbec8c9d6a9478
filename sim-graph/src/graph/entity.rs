//! How a type of Graph is described, and the values its properties have.
//!
//! One table per type says everything: names, EDM types, what may be null, which version shows what, what `$filter` and
//! `$orderby` may do with it, and how the value is read from the tenant. JSON, `$select`, `$expand` and `$filter`
//! follow the table.
//!
//! Source of names, types, nullability and versions: the CSDL of v1.0 (August 2026) and the official beta SDK.
//! Operators: the property descriptions of the OpenAPI documents.

use crate::Tenant;
use crate::odata::Version;
use sim_core::{Cx, Guid, SimTime, Sym};
use std::borrow::Cow;

/// What the answers are read from.
#[derive(Clone, Copy)]
pub struct Source<'t> {
    /// The tenant.
    pub tenant: &'t Tenant,
    /// Names, and the present.
    pub cx: &'t Cx,
    /// The SID of a computer, by the DNS name of its domain and its relative identifier. The tenant does not know
    /// domains' SIDs; synchronisation does.
    pub sid_of: &'t dyn Fn(Sym, u32) -> Option<String>,
}

/// Where a value comes from: a row of the tenant, and what distinguishes several entities made of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The row. Which records it counts, the type's table knows.
    pub id: u32,
    /// Which entity of that row, where there are several; else 0.
    pub part: u32,
}

/// An entity: its type and its row.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// The runtime type.
    pub ty: &'static EntityType,
    /// Where its values are.
    pub row: Row,
}

/// Entities, one after the other.
pub type Items<'t> = Box<dyn Iterator<Item = Item> + 't>;

/// Reads a value.
pub type Get = for<'t> fn(&Source<'t>, Row) -> Value<'t>;

/// Which versions of Graph have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Versions {
    /// v1.0 and beta.
    Both,
    /// Beta alone.
    Beta,
    /// v1.0 alone.
    V1,
}

impl Versions {
    /// Whether that version has it.
    pub fn has(self, version: Version) -> bool {
        match self {
            Self::Both => true,
            Self::Beta => version == Version::Beta,
            Self::V1 => version == Version::V1,
        }
    }
}

/// Which service answers for a type. Formats and errors differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// The directory: times in whole seconds.
    Directory,
    /// Intune: times with up to seven decimals, the year 1 for none, errors as JSON in a text. With the front end in
    /// its addresses.
    Intune(&'static str),
}

/// A type of a property.
#[derive(Debug, Clone, Copy)]
pub enum Edm {
    /// `Edm.String`.
    String,
    /// `Edm.Boolean`.
    Boolean,
    /// `Edm.Int32`.
    Int32,
    /// `Edm.Int64`.
    Int64,
    /// `Edm.Double`.
    Double,
    /// `Edm.Guid`. Ids of entities are `Edm.String`.
    Guid,
    /// `Edm.Binary`.
    Binary,
    /// `Edm.DateTimeOffset`.
    DateTimeOffset,
    /// An enumeration of `microsoft.graph`, by name.
    Enum(&'static str),
    /// A complex type that is described here.
    Complex(&'static EntityType),
    /// A complex type of `microsoft.graph` of which the tenant has no values, by name.
    Opaque(&'static str),
    /// A collection.
    Collection(&'static Self),
}

/// When a property is shown that no `$select` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In every answer.
    Always,
    /// In answers of beta.
    OnBeta,
    /// Only when it is selected.
    OnSelect,
}

/// One property of a type.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Its name on the wire; names have a case.
    pub name: &'static str,
    /// Its type.
    pub edm: Edm,
    /// Whether it may be null.
    pub nullable: bool,
    /// Which versions have it.
    pub versions: Versions,
    /// When it is shown unasked.
    pub shown: Shown,
    /// What the service lets `$filter` do with it, by the operators' names; `not` within a negation, `null` in
    /// comparison with null, `orderby` for `$orderby`, `orderby+` for `$orderby` as an advanced query.
    pub operators: &'static str,
    /// Whether clients may set it, and where it is then.
    pub write: Write,
    /// Its value. Of what is kept, the value before anybody has set it.
    pub get: Get,
}

/// Whether clients may set a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// No.
    No,
    /// No, but the service keeps a value beside the record of the entity.
    Noted,
    /// Yes, and the record of the entity has a place for it.
    Own,
    /// Yes, and it is kept as it was given.
    Kept,
}

/// A relationship to other entities.
#[derive(Debug, Clone, Copy)]
pub struct Navigation {
    /// Its name on the wire.
    pub name: &'static str,
    /// The declared type.
    pub declared: &'static EntityType,
    /// The types that entities in it really have, where that is not the declared one.
    pub holds: &'static [&'static EntityType],
    /// Whether there may be several.
    pub many: bool,
    /// Whether the entities belong to this one and have no other place.
    pub contained: bool,
    /// Which versions have it.
    pub versions: Versions,
    /// The entities.
    pub get: for<'t> fn(&Source<'t>, Row) -> Items<'t>,
}

/// An entity type or a complex type.
#[derive(Debug)]
pub struct EntityType {
    /// Its qualified name.
    pub name: &'static str,
    /// The entity set that its entities are in, as `@odata.context` names it; empty for none.
    pub set: &'static str,
    /// The type it is derived from.
    pub base: Option<&'static Self>,
    /// Which service answers for it.
    pub family: Family,
    /// Which versions have it.
    pub versions: Versions,
    /// The key. Complex types have none.
    pub key: Option<Get>,
    /// Its own properties, in the order in which they are shown.
    pub properties: &'static [Property],
    /// Its own relationships.
    pub navigations: &'static [Navigation],
}

/// A value of a property.
#[derive(Debug)]
pub enum Value<'t> {
    /// No value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A text, or the member of an enumeration.
    Text(Cow<'t, str>),
    /// A text that is a GUID.
    Guid(Guid),
    /// An instant; [`SimTime::NEVER`] for none, which is null, or the year 1 where null is not allowed.
    Time(SimTime),
    /// A complex value of that runtime type, made of that row.
    Complex(&'static EntityType, Row),
    /// A value as somebody has given it.
    Given(&'t serde_json::Value),
    /// A collection.
    List(Vec<Self>),
}

impl Row {
    /// A row that makes one entity.
    pub const fn of(id: u32) -> Self {
        Self { id, part: 0 }
    }
}

impl Item {
    /// The key.
    pub fn key<'t>(&self, source: &Source<'t>) -> Value<'t> {
        self.ty.all().find_map(|ty| ty.key).map_or(Value::Null, |key| key(source, self.row))
    }
}

impl EntityType {
    /// What every table starts from.
    pub const NONE: Self = Self {
        name: "microsoft.graph.entity",
        set: "",
        base: None,
        family: Family::Directory,
        versions: Versions::Both,
        key: None,
        properties: &[],
        navigations: &[],
    };

    /// The name without `microsoft.graph.`.
    pub fn short_name(&self) -> &'static str {
        self.name.strip_prefix("microsoft.graph.").unwrap_or(self.name)
    }

    /// This type and those it is derived from.
    pub fn all(&'static self) -> impl Iterator<Item = &'static Self> {
        std::iter::successors(Some(self), |ty| ty.base)
    }

    /// All properties that the version has, the inherited ones first.
    pub fn properties(&'static self, version: Version) -> impl Iterator<Item = &'static Property> {
        let chain = [self.base.and_then(|base| base.base), self.base, Some(self)];
        chain.into_iter().flatten().flat_map(|ty| ty.properties).filter(move |p| p.versions.has(version))
    }

    /// The property of that name, if the version has it.
    pub fn property(&'static self, name: &str, version: Version) -> Option<&'static Property> {
        self.all().flat_map(|ty| ty.properties).find(|p| p.name == name && p.versions.has(version))
    }

    /// The relationship of that name, if the version has it.
    pub fn navigation(&'static self, name: &str, version: Version) -> Option<&'static Navigation> {
        self.all().flat_map(|ty| ty.navigations).find(|n| n.name == name && n.versions.has(version))
    }

    /// Whether one of the two types is derived from the other.
    pub(super) fn is_related(&'static self, other: &'static Self) -> bool {
        self.is(other.name) || other.is(self.name)
    }

    /// Whether entities of this type are of the type of that qualified name.
    pub fn is(&'static self, name: &str) -> bool {
        self.all().any(|ty| ty.name.eq_ignore_ascii_case(name))
    }
}

/// A property that may be null, is in both versions, is always shown and cannot be filtered by.
pub(super) const fn p(name: &'static str, edm: Edm, get: Get) -> Property {
    Property {
        name,
        edm,
        nullable: true,
        versions: Versions::Both,
        shown: Shown::Always,
        operators: "",
        write: Write::No,
        get,
    }
}

/// A property without values: null.
pub(super) const fn null(name: &'static str, edm: Edm) -> Property {
    p(name, edm, |_, _| Value::Null)
}

/// A collection without items.
pub(super) const fn empty(name: &'static str, item: &'static Edm) -> Property {
    p(name, Edm::Collection(item), |_, _| Value::List(Vec::new()))
}

/// A text without characters, which is what Intune has for many missing texts.
pub(super) const fn blank(name: &'static str) -> Property {
    p(name, Edm::String, |_, _| "".into())
}

/// A switch that is off.
pub(super) const fn off(name: &'static str) -> Property {
    p(name, Edm::Boolean, |_, _| Value::Bool(false)).required()
}

/// A date that has not come: the year 1.
pub(super) const fn never(name: &'static str) -> Property {
    p(name, Edm::DateTimeOffset, |_, _| Value::Time(SimTime::NEVER)).required()
}

/// A parameter of an action.
pub(super) const fn takes(name: &'static str, edm: Edm) -> Property {
    null(name, edm).own()
}

impl Property {
    /// Clients set it, and the record has a place for it.
    pub(super) const fn own(self) -> Self {
        Self { write: Write::Own, ..self }
    }
    /// Clients set it, and it is kept as it was given.
    pub(super) const fn kept(self) -> Self {
        Self { write: Write::Kept, ..self }
    }
    /// The service keeps it beside the record.
    pub(super) const fn noted(self) -> Self {
        Self { write: Write::Noted, ..self }
    }
    /// It is never null.
    pub(super) const fn required(self) -> Self {
        Self { nullable: false, ..self }
    }
    /// Beta alone has it.
    pub(super) const fn beta(self) -> Self {
        Self { versions: Versions::Beta, ..self }
    }
    /// v1.0 alone has it.
    pub(super) const fn v1_only(self) -> Self {
        Self { versions: Versions::V1, ..self }
    }
    /// It has to be selected to be shown.
    pub(super) const fn on_select(self) -> Self {
        Self { shown: Shown::OnSelect, ..self }
    }
    /// It has to be selected to be shown on v1.0.
    pub(super) const fn on_select_v1(self) -> Self {
        Self { shown: Shown::OnBeta, ..self }
    }
    /// What the service lets `$filter` and `$orderby` do with it.
    pub(super) const fn may(self, operators: &'static str) -> Self {
        Self { operators, ..self }
    }
    /// A property of a complex property.
    pub(super) fn part(&self, name: &str, version: Version) -> Option<&'static Self> {
        let Edm::Complex(ty) = self.edm.item() else { return None };
        super::route::types().chain([ty]).filter(|t| t.is(ty.name)).find_map(|ty| ty.property(name, version))
    }
    /// Whether the service lets `$filter` or `$orderby` do that with it.
    pub fn allows(&self, operator: &str) -> bool {
        self.operators.split(' ').any(|word| word.eq_ignore_ascii_case(operator))
    }
}

impl Edm {
    /// The name of a primitive type; of others, of what stands for them in comparisons.
    pub(super) fn primitive(self) -> &'static str {
        match self {
            Self::Boolean => "Edm.Boolean",
            Self::Int32 => "Edm.Int32",
            Self::Int64 => "Edm.Int64",
            Self::Guid => "Edm.Guid",
            Self::Binary => "Edm.Binary",
            Self::DateTimeOffset => "Edm.DateTimeOffset",
            _ => "Edm.String",
        }
    }
}

impl<'t> Source<'t> {
    /// A name as a text, the empty name as an empty one.
    pub(super) fn name(&self, name: Sym) -> Value<'t> {
        Value::Text(Cow::Borrowed(self.cx.names.get(name)))
    }

    /// A name as a text, the empty name as null.
    pub(super) fn name_or_null(&self, name: Sym) -> Value<'t> {
        if name.is_empty() { Value::Null } else { self.name(name) }
    }
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("tenant", &self.tenant.id()).field("now", &self.cx.now()).finish_non_exhaustive()
    }
}

/// As OData writes types.
impl std::fmt::Display for Edm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::String => f.write_str("Edm.String"),
            Self::Boolean => f.write_str("Edm.Boolean"),
            Self::Int32 => f.write_str("Edm.Int32"),
            Self::Int64 => f.write_str("Edm.Int64"),
            Self::Double => f.write_str("Edm.Double"),
            Self::Guid => f.write_str("Edm.Guid"),
            Self::Binary => f.write_str("Edm.Binary"),
            Self::DateTimeOffset => f.write_str("Edm.DateTimeOffset"),
            Self::Enum(name) | Self::Opaque(name) => write!(f, "microsoft.graph.{name}"),
            Self::Complex(ty) => f.write_str(ty.name),
            Self::Collection(item) => write!(f, "Collection({item})"),
        }
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<Guid> for Value<'_> {
    fn from(value: Guid) -> Self {
        Self::Guid(value)
    }
}
impl From<SimTime> for Value<'_> {
    fn from(value: SimTime) -> Self {
        Self::Time(value)
    }
}
impl<'t> From<&'t str> for Value<'t> {
    fn from(value: &'t str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}
impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}
impl<'t, T: Into<Self>> From<Option<T>> for Value<'t> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The root of all entities.
pub static ENTITY: EntityType =
    EntityType { properties: &[p("id", Edm::String, |_, _| Value::Null).required()], ..EntityType::NONE };

/// The root of what the directory holds.
pub static DIRECTORY_OBJECT: EntityType = EntityType {
    name: "microsoft.graph.directoryObject",
    set: "directoryObjects",
    base: Some(&ENTITY),
    properties: &[null("deletedDateTime", Edm::DateTimeOffset).noted()],
    ..EntityType::NONE
};
