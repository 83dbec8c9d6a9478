//! Reads what a target asks for.

use super::answer::{Answer, Collection, Shape, Single};
use super::entity::{EntityType, Family, Item, Items, Navigation, Source, Value};
use super::error::GraphError;
use super::filter::{self, Place, Seen, check_names, place};
use super::json;
use super::route::{self, Does, Method, Set, Shows};
use super::selection::Selection;
use super::strict;
use super::write::{self, Refusal};
use crate::odata::{Filter, Query, QueryError, Subject, Target, Version};
use sim_core::Guid;
use std::cmp::Ordering;

/// How much of the service's refusals is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever the filter language can say of the types is answered, on any collection and without headers.
    Check,
    /// What the service refuses is refused.
    Wire {
        /// Whether the request has the header `ConsistencyLevel: eventual`.
        eventual: bool,
    },
}

/// What is asked: entities of declared types, and how they are reached.
pub(super) struct Listing<'s> {
    pub declared: &'static EntityType,
    pub holds: &'static [&'static EntityType],
    /// What follows `$metadata#`.
    pub context: String,
    /// The path, keys in parentheses.
    pub path: String,
    pub family: Family,
    pub expands: bool,
    pub set: Option<&'static Set>,
    pub items: Items<'s>,
}

/// Answers a request target such as `/v1.0/devices?$filter=trustType eq 'ServerAd'`.
///
/// Counting a filter's matches writes no JSON. A filter that wants `id`, or a property with an index, to be equal to
/// something looks at that one entity alone.
///
/// # Errors
///
/// What is wrong with the target, or refused by the service at that [`Strictness`].
pub fn read<'t>(source: &Source<'t>, target: &str, strictness: Strictness) -> Result<Answer<'t>, GraphError> {
    answer(*source, &Target::parse(target)?, strictness)
}

fn answer<'t>(source: Source<'t>, target: &Target, strictness: Strictness) -> Result<Answer<'t>, GraphError> {
    let found = route::find(Method::Get, target)?;
    let (version, query) = (target.version, &target.query);
    let key = |nth: usize| found.keys.get(nth).copied().unwrap_or_default();
    let lists = |listing| list(source, version, query, strictness, found.counted, listing);
    let Does::Show(shows) = found.route.does else {
        return Err(Refusal::plain(405, "Request_BadRequest", write::NOT_ALLOWED).into());
    };
    match shows {
        Shows::List(set) => lists(Listing {
            declared: set.declared,
            holds: set.holds,
            context: set.path.to_owned(),
            path: set.path.to_owned(),
            family: set.declared.family,
            expands: set.expands,
            set: Some(set),
            items: (set.rows)(&source),
        }),
        Shows::Only(set) => {
            let item = (set.rows)(&source).next().ok_or_else(|| no_entity(set, set.path.to_owned(), version))?;
            single(source, version, query, set.declared, set.holds, set.path.to_owned(), item)
        }
        Shows::One(set) => {
            let item = entity(&source, set, key(0), version)?;
            single(source, version, query, set.declared, set.holds, set.path.to_owned(), item)
        }
        Shows::OneBy(set, name) => {
            let item = entity_by(&source, set, name, key(0), version)?;
            single(source, version, query, set.declared, set.holds, set.path.to_owned(), item)
        }
        Shows::Related(set, name, cast) => {
            let (navigation, parent) = related(&source, set, name, key(0), version, target)?;
            let items = (navigation.get)(&source, parent.row);
            let path = format!("{}('{}')/{name}", set.path, key(0));
            let context = match (cast, navigation.contained || navigation.declared.set.is_empty()) {
                (Some(cast), _) => cast.set.to_owned(),
                (None, true) => path.clone(),
                (None, false) => navigation.declared.set.to_owned(),
            };
            let declared = cast.unwrap_or(navigation.declared);
            let holds = if cast.is_some() { &[] } else { navigation.holds };
            if !navigation.many {
                let found = { items }.next().ok_or_else(|| no_entity(set, path.clone(), version))?;
                return single(source, version, query, declared, holds, context, found);
            }
            let items = items.filter(move |item| cast.is_none_or(|cast| item.ty.is(cast.name)));
            let (family, items) = (set.declared.family, Box::new(items));
            lists(Listing { declared, holds, context, path, family, expands: true, set: None, items })
        }
        Shows::OneRelated(set, name) => {
            let (navigation, parent) = related(&source, set, name, key(0), version, target)?;
            let path = format!("{}('{}')/{name}", set.path, key(0));
            let mut items = (navigation.get)(&source, parent.row);
            let item = items.find(|item| is_key(&item.key(&source), key(1)) && item.ty.versions.has(version));
            let item = item.ok_or_else(|| no_entity(set, format!("{path}('{}')", key(1)), version))?;
            single(source, version, query, navigation.declared, navigation.holds, path, item)
        }
    }
}

fn related(
    source: &Source<'_>,
    set: &'static Set,
    name: &str,
    key: &str,
    version: Version,
    target: &Target,
) -> Result<(&'static Navigation, Item), GraphError> {
    let parent = entity(source, set, key, version)?;
    let no_segment = || {
        let segment = target.segments.last().map_or_else(String::new, |s| s.name.clone());
        GraphError::NoSegment { segment, version }
    };
    Ok((parent.ty.navigation(name, version).ok_or_else(no_segment)?, parent))
}

fn single<'t>(
    source: Source<'t>,
    version: Version,
    query: &Query,
    declared: &'static EntityType,
    holds: &'static [&'static EntityType],
    context: String,
    item: Item,
) -> Result<Answer<'t>, GraphError> {
    let selection = Selection::read(query.select.as_deref(), query.expand.as_deref(), declared, holds, version)?;
    Ok(Answer::Item(Single { shape: Shape { source, version, declared: declared.name, context, selection }, item }))
}

fn list<'t>(
    source: Source<'t>,
    version: Version,
    query: &Query,
    strictness: Strictness,
    counted: bool,
    listing: Listing<'t>,
) -> Result<Answer<'t>, GraphError> {
    let Listing { declared, holds, .. } = listing;
    let types = [&[declared], holds].concat();
    let uses = query.filter.as_ref().map(Filter::uses).unwrap_or_default();
    check_names(&uses, &types, version)?;
    let mut count = query.count == Some(true);
    if let Strictness::Wire { eventual } = strictness {
        strict::check(&listing, query, &uses, version, eventual, counted)?;
        count &= eventual || listing.family != Family::Directory;
    }
    if query.search.is_some() {
        return Err(GraphError::Search);
    }
    let selection = Selection::read(query.select.as_deref(), query.expand.as_deref(), declared, holds, version)?;
    let mut keys = Vec::new();
    for part in &query.orderby {
        let path = part.path.to_string();
        if !matches!(place(&path, &[], &types, version), Some(Place::Property(_))) {
            return Err(GraphError::no_property("$orderby", &path, declared));
        }
        keys.push((path, part.descending));
    }

    let narrowed = query.filter.as_ref().and_then(|filter| narrow(&source, listing.set, filter));
    let items = match narrowed {
        Some(found) => Box::new(found.into_iter()),
        None => listing.items,
    };
    let mut items = items.filter(|item| item.ty.versions.has(version));
    let takes = |item: &Item| -> Result<bool, QueryError> {
        let seen = Seen { source: &source, item: *item, version };
        query.filter.as_ref().map_or(Ok(true), |filter| filter.matches(&seen))
    };
    if counted {
        let count = items.try_fold(0, |n, item| Ok::<u64, QueryError>(n + u64::from(takes(&item)?)))?;
        return Ok(Answer::Count(count));
    }
    let (skip, top) = (query.skip.unwrap_or(0) as usize, query.top.map_or(usize::MAX, |top| top as usize));
    let enough = if count || !keys.is_empty() { usize::MAX } else { top.saturating_add(skip) };
    let mut matched = Vec::new();
    while matched.len() < enough
        && let Some(item) = items.next()
    {
        if takes(&item)? {
            matched.push(item);
        }
    }
    drop(items);
    let count = count.then_some(matched.len() as u64);
    if !keys.is_empty() {
        sort(&source, version, &mut matched, &keys);
    }
    matched.drain(..skip.min(matched.len()));
    matched.truncate(top);
    let shape = Shape { source, version, declared: declared.name, context: listing.context, selection };
    Ok(Answer::Collection(Collection { shape, items: matched, count }))
}

/// Sorts by each key in turn; what is equal stays in its order.
fn sort(source: &Source<'_>, version: Version, items: &mut [Item], keys: &[(String, bool)]) {
    for (path, descending) in keys.iter().rev() {
        let path: Vec<&str> = path.split('/').collect();
        items.sort_by(|a, b| {
            let (a, b) = (Seen { source, item: *a, version }, Seen { source, item: *b, version });
            let order = match (a.get(&path), b.get(&path)) {
                (Some(a), Some(b)) => filter::order(&a, &b),
                _ => Ordering::Equal,
            };
            if *descending { order.reverse() } else { order }
        });
    }
}

/// The only entity that a filter may take, if it says so by key or by an index.
fn narrow(source: &Source<'_>, set: Option<&'static Set>, filter: &Filter) -> Option<Option<Item>> {
    let set = set?;
    filter::equalities(filter).into_iter().find_map(|(name, value)| match name {
        "id" => Some(by_key(source, set, &value)),
        _ => set.indexes.iter().find(|(property, _)| *property == name).map(|(_, lookup)| lookup(source, &value)),
    })
}

pub(super) fn entity(source: &Source<'_>, set: &'static Set, key: &str, version: Version) -> Result<Item, GraphError> {
    let other = || set.other_key.and_then(|lookup| lookup(source, key));
    let found = by_key(source, set, key).or_else(other).filter(|item| item.ty.versions.has(version));
    found.ok_or_else(|| missing(set, key, version))
}

/// The entity with an alternate key.
pub(super) fn entity_by(
    source: &Source<'_>,
    set: &'static Set,
    name: &str,
    key: &str,
    version: Version,
) -> Result<Item, GraphError> {
    let index = set.indexes.iter().find(|(property, _)| *property == name);
    index.and_then(|(_, lookup)| lookup(source, key)).ok_or_else(|| missing(set, key, version))
}

fn by_key(source: &Source<'_>, set: &'static Set, key: &str) -> Option<Item> {
    let guid = key.parse::<Guid>().ok();
    (set.rows)(source).find(|item| match (item.key(source), guid) {
        (Value::Guid(own), Some(guid)) => own == guid,
        (Value::Guid(_), None) => false,
        (own, _) => is_key(&own, key),
    })
}

pub(super) fn is_key(own: &Value<'_>, key: &str) -> bool {
    match own {
        Value::Guid(own) => key.parse() == Ok(*own),
        Value::Text(own) => own.eq_ignore_ascii_case(key),
        _ => false,
    }
}

fn missing(set: &Set, key: &str, version: Version) -> GraphError {
    match set.declared.family {
        Family::Directory => GraphError::NoObject { id: key.to_owned() },
        Family::Intune(_) => no_entity(set, format!("{}('{key}')", set.path), version),
    }
}

pub(super) fn no_entity(set: &Set, path: String, version: Version) -> GraphError {
    match set.declared.family {
        Family::Directory => GraphError::NoObject { id: path },
        Family::Intune(front_end) => GraphError::NoEntity { path, front_end, version },
    }
}

/// A GUID as text, for the properties that put several into one text.
pub(super) fn guid_text(guid: Guid) -> String {
    let mut text = String::with_capacity(36);
    json::guid(&mut text, guid);
    text
}
