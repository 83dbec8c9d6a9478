//! `$select` and `$expand`.

use super::entity::{Edm, EntityType, Family, Navigation, Property, Shown};
use super::error::GraphError;
use super::filter::{check_names, order_keys};
use super::read::Strictness;
use crate::odata::{Filter, Query, Version, outside};
use std::borrow::Cow;
use std::sync::OnceLock;

/// What of an entity is shown: as asked for, before its type is known.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// The properties of `$select`; none for what is shown unasked.
    pub names: Option<Vec<String>>,
    /// `$expand`.
    pub expand: Vec<Expansion>,
}

/// One relationship of `$expand`.
#[derive(Debug)]
pub(super) struct Expansion {
    pub navigation: &'static Navigation,
    pub selection: Selection,
    /// `$filter`, `$skip`, `$top` and `$count` of the related entities.
    pub query: Query,
    /// Their order: paths, and whether it descends.
    pub order: Vec<(String, bool)>,
    /// The most entities that are shown.
    pub most: usize,
}

/// What of an entity of a certain type is shown.
pub(super) struct Plan<'a> {
    pub properties: Cow<'a, [Keyed]>,
    pub expansions: &'a [Expansion],
}

/// A property with its beginning in JSON.
#[derive(Debug, Clone)]
pub(super) struct Keyed {
    pub property: &'static Property,
    /// `,"displayName":`
    pub key: String,
}

impl Keyed {
    fn of(property: &'static Property) -> Self {
        Self { property, key: format!(",\"{}\":", property.name) }
    }
}

/// What is shown unasked, of every type in every version: made once.
fn unasked(ty: &'static EntityType, version: Version) -> Option<&'static [Keyed]> {
    type Plans = Vec<(&'static EntityType, [Vec<Keyed>; 2])>;
    static PLANS: OnceLock<Plans> = OnceLock::new();
    let plan = |ty: &'static EntityType, version| shown(ty, None, version).map(Keyed::of).collect();
    let both = |ty| (ty, [plan(ty, Version::V1), plan(ty, Version::Beta)]);
    let plans = PLANS.get_or_init(|| super::route::types().map(both).collect());
    let (_, plans) = plans.iter().find(|(known, _)| std::ptr::eq(*known, ty))?;
    Some(&plans[usize::from(version == Version::Beta)])
}

/// The properties that are shown, selected or unasked.
fn shown<'a>(
    ty: &'static EntityType,
    names: Option<&'a [String]>,
    version: Version,
) -> impl Iterator<Item = &'static Property> + use<'a> {
    ty.properties(version).filter(move |p| match names {
        Some(names) => names.iter().any(|name| name == p.name),
        None => p.shown == Shown::Always || (p.shown == Shown::OnBeta && version == Version::Beta),
    })
}

/// Related directory objects that one object shows (Graph's page on `$expand`).
const EXPANDED: usize = 20;

/// Relationships within relationships; our choice.
const MAX_DEPTH: usize = 4;

/// Whose options are read.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    /// The declared type.
    pub declared: &'static EntityType,
    /// The types that entities really have, where that is not the declared one.
    pub types: &'a [&'static EntityType],
    pub version: Version,
    pub strictness: Strictness,
}

impl Of<'_> {
    fn all(&self) -> Vec<&'static EntityType> {
        [&[self.declared], self.types].concat()
    }

    fn is_directory(&self) -> bool {
        self.strictness.is_wire() && self.declared.family == Family::Directory
    }
}

impl Plan<'_> {
    /// Whether it shows what is shown unasked, and nothing else.
    pub fn is_unasked(&self) -> bool {
        matches!(self.properties, Cow::Borrowed(_)) && self.expansions.is_empty()
    }
}

impl Selection {
    /// Reads both options.
    pub fn read(select: Option<&[String]>, expand: Option<&str>, of: Of<'_>) -> Result<Self, GraphError> {
        Self::read_at(select, expand, of, 0)
    }

    fn read_at(select: Option<&[String]>, expand: Option<&str>, of: Of<'_>, depth: usize) -> Result<Self, GraphError> {
        let mut selection = Self { names: names(select, of)?, expand: Vec::new() };
        let parts = outside(expand.unwrap_or_default(), ',').map(str::trim).filter(|part| !part.is_empty());
        for part in parts {
            if depth == MAX_DEPTH {
                return Err(syntax(part));
            }
            let (name, options) = match part.split_once('(') {
                Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(')').ok_or_else(|| syntax(part))?),
                None => (part, ""),
            };
            // A cast before the relationship says nothing that the types do not say.
            let name = name.rsplit_once('/').filter(|(cast, _)| cast.contains('.')).map_or(name, |(_, name)| name);
            let navigation = of.all().iter().find_map(|ty| ty.navigation(name, of.version));
            let navigation = navigation.ok_or_else(|| GraphError::no_property("$expand", name, of.declared))?;
            if of.is_directory() && !selection.expand.is_empty() {
                return Err(GraphError::unsupported("Only one property can be expanded in a query."));
            }
            selection.expand.push(Expansion::read(navigation, options, of, depth)?);
        }
        Ok(selection)
    }

    /// The properties that an entity of this type shows.
    pub fn plan(&self, ty: &'static EntityType, version: Version) -> Plan<'_> {
        let unasked = if self.names.is_none() { unasked(ty, version) } else { None };
        let properties = match unasked {
            Some(unasked) => Cow::Borrowed(unasked),
            None => shown(ty, self.names.as_deref(), version).map(Keyed::of).collect(),
        };
        Plan { properties, expansions: &self.expand }
    }

    /// What follows the set in `@odata.context`: `(id,displayName,members())`.
    pub fn context(&self) -> String {
        let expanded = self.expand.iter().map(|e| {
            let inner = e.selection.context();
            format!("{}{}", e.navigation.name, if inner.is_empty() { "()" } else { &inner })
        });
        let parts: Vec<String> = self.names.iter().flatten().cloned().chain(expanded).collect();
        if parts.is_empty() { String::new() } else { format!("({})", parts.join(",")) }
    }
}

impl Expansion {
    fn read(navigation: &'static Navigation, options: &str, of: Of<'_>, depth: usize) -> Result<Self, GraphError> {
        let query = Query::parse_nested(options)?;
        let directory = of.is_directory();
        let beyond_select = query.filter.is_some()
            || query.expand.is_some()
            || !query.orderby.is_empty()
            || query.top.is_some()
            || query.skip.is_some()
            || query.count.is_some();
        if query.search.is_some() || query.skiptoken.is_some() || query.deltatoken.is_some() || query.format.is_some() {
            return Err(syntax(options));
        }
        if directory && beyond_select {
            return Err(GraphError::unsupported("Only $select is supported within $expand on this resource."));
        }
        let inner = Of { declared: navigation.declared, types: navigation.holds, ..of };
        let selection = Selection::read_at(query.select.as_deref(), query.expand.as_deref(), inner, depth + 1)?;
        let uses = query.filter.as_ref().map(Filter::uses).unwrap_or_default();
        check_names(&uses, &inner.all(), of.version)?;
        let order = order_keys(&query, inner.declared, &inner.all(), of.version)?;
        Ok(Self { navigation, selection, order, query, most: if directory { EXPANDED } else { usize::MAX } })
    }
}

fn names(select: Option<&[String]>, of: Of<'_>) -> Result<Option<Vec<String>>, GraphError> {
    let Some(select) = select.filter(|names| !names.is_empty() && !names.iter().any(|name| name == "*")) else {
        return Ok(None);
    };
    let types = of.all();
    let mut names: Vec<String> = Vec::new();
    for path in select {
        // Of a complex property, all is shown. A cast before it says nothing that the types do not say.
        let mut steps = path.split('/').skip_while(|step| step.contains('.'));
        let name = steps.next().unwrap_or_default();
        if let Some(property) = types.iter().find_map(|ty| ty.property(name, of.version)) {
            if let (Edm::Complex(_), Some(step)) = (property.edm.item(), steps.next()) {
                property.part(step, of.version).ok_or_else(|| GraphError::no_property("$select", step, of.declared))?;
            }
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        } else if !types.iter().any(|ty| ty.navigation(name, of.version).is_some()) {
            return Err(GraphError::no_property("$select", name, of.declared));
        }
    }
    Ok(Some(names))
}

fn syntax(part: &str) -> GraphError {
    GraphError::Clause { option: "$expand", what: format!("Syntax error: '{part}' is not valid in $expand.") }
}
