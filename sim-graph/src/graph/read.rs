//! Reads what a target asks for.

use super::answer::{Answer, Collection, Shape, Single};
use super::entity::{EntityType, Family, Item, Items, Navigation, Source, Value};
use super::error::GraphError;
use super::filter::{check_names, check_types, order_keys, text_tests};
use super::gather::Wanted;
use super::lookup::Test;
use super::page::{Paging, Start};
use super::preferences::is_json;
use super::route::{self, Does, Found, Method, Set, Shows};
use super::selection::{Of, Selection};
use super::write::{self, Refusal};
use super::{Caller, delta, json, search, strict, tail};
use crate::odata::{Filter, PathSegment, Query, Search, Target, Version};
use sim_core::{Guid, SimDuration};
use std::collections::BTreeSet;

/// How much of the service's refusals is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Whatever the filter language can say of the types is answered, on any collection, without headers and in one page.
    Check,
    /// What the service refuses is refused, and collections come in pages.
    Wire {
        /// Whether the request has the header `ConsistencyLevel: eventual`.
        eventual: bool,
    },
}

impl Strictness {
    /// Whether a client asks.
    pub(super) fn is_wire(self) -> bool {
        matches!(self, Self::Wire { .. })
    }
}

/// A request that is read.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a, 't> {
    pub source: Source<'t>,
    pub version: Version,
    pub query: &'a Query,
    /// The target as it came.
    pub text: &'a str,
    pub caller: &'a Caller<'a>,
}

impl Asked<'_, '_> {
    /// Whether the client lives with what is not quite up to date.
    fn is_eventual(&self) -> bool {
        self.caller.strictness == Strictness::Wire { eventual: true }
    }

    /// The rows of a set that a client cannot see yet.
    fn unseen(&self, set: &Set, advanced: bool) -> BTreeSet<u32> {
        let knobs = &self.source.tenant.knobs;
        let lag =
            if advanced { knobs.advanced_query_lag.max(knobs.directory_read_lag) } else { knobs.directory_read_lag };
        match delta::kind(set) {
            Some(kind) if self.caller.strictness.is_wire() && lag != SimDuration::ZERO => {
                self.source.tenant.unseen(kind, lag, self.source.cx.now())
            }
            _ => BTreeSet::new(),
        }
    }

    /// What was reached, unless it is one entity that cannot be seen yet.
    fn seen<'r>(&self, found: &Found<'_>, reached: Reached<'r>) -> Result<Reached<'r>, GraphError> {
        match (found.route.does, &reached) {
            (Does::Show(Shows::One(set) | Shows::OneBy(set, _)), Reached::One(one))
                if self.unseen(set, false).contains(&one.item.row.id) =>
            {
                Err(missing(set, found.keys.first().copied().unwrap_or_default(), self.version))
            }
            _ => Ok(reached),
        }
    }
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
    pub version: Version,
    pub items: Items<'s>,
}

/// One entity that is asked for, and how it is reached.
pub(super) struct Found1 {
    pub declared: &'static EntityType,
    pub holds: &'static [&'static EntityType],
    pub context: String,
    pub item: Item,
}

/// What a path leads to.
pub(super) enum Reached<'t> {
    Many(Listing<'t>),
    One(Found1),
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
    read_for(source, target, &Caller { strictness, ..Caller::default() })
}

/// As [`read`], for whoever asks.
pub(super) fn read_for<'t>(source: &Source<'t>, text: &str, caller: &Caller<'_>) -> Result<Answer<'t>, GraphError> {
    let target = Target::parse(text)?;
    if let Some(format) = target.query.format.as_deref().filter(|format| !is_json(format)) {
        let message = format!(
            "A supported MIME type could not be found that matches the content type of the response. None of the supported \
             type(s) 'application/json' matches the content type '{format}'."
        );
        return Err(GraphError::Plain { status: 400, code: "BadRequest", message });
    }
    let asked = Asked { source: *source, version: target.version, query: &target.query, text, caller };
    match target.segments.as_slice() {
        [] => return Ok(Answer::Service(target.version)),
        [only] if only.name.eq_ignore_ascii_case("$metadata") => return Ok(Answer::Metadata(target.version)),
        _ => {}
    }
    let missing = match route::find(Method::Get, &target) {
        Ok(found) => {
            let counted = found.counted;
            if let Does::Show(Shows::Delta(set)) = found.route.does {
                return delta::answer(asked, set);
            }
            return match asked.seen(&found, reach(source, &target, &found)?)? {
                Reached::Many(listing) => list(asked, counted, listing),
                Reached::One(found) => single(asked, found),
            };
        }
        Err(missing) => missing,
    };
    // Something may follow what a route leads to: a cast, a property, `$ref`, `$value`.
    for kept in (1..target.segments.len()).rev().take(tail::LONGEST) {
        let shorter = Target { segments: target.segments[..kept].to_vec(), query: Query::default(), ..target };
        if let Ok(found) = route::find(Method::Get, &shorter)
            && !found.counted
        {
            let rest: &[PathSegment] = &target.segments[kept..];
            return match tail::can_follow(&found, rest, target.version) {
                true => tail::answer(asked, asked.seen(&found, reach(source, &shorter, &found)?)?, rest),
                false => Err(missing),
            };
        }
    }
    Err(missing)
}

/// Goes where a route leads.
pub(super) fn reach<'t>(source: &Source<'t>, target: &Target, found: &Found<'_>) -> Result<Reached<'t>, GraphError> {
    let version = target.version;
    let key = |nth: usize| found.keys.get(nth).copied().unwrap_or_default();
    let one = |set: &Set, item| {
        let (declared, holds, context) = (set.declared, set.holds, set.path.to_owned());
        Reached::One(Found1 { declared, holds, context, item })
    };
    let Does::Show(shows) = found.route.does else {
        return Err(Refusal::plain(405, "Request_BadRequest", write::NOT_ALLOWED).into());
    };
    Ok(match shows {
        Shows::List(set) => Reached::Many(Listing {
            declared: set.declared,
            holds: set.holds,
            context: set.path.to_owned(),
            path: set.path.to_owned(),
            family: set.declared.family,
            expands: set.expands,
            set: Some(set),
            version,
            items: (set.rows)(source, set),
        }),
        Shows::Only(set) => {
            one(set, (set.rows)(source, set).next().ok_or_else(|| no_entity(set, set.path.to_owned(), version))?)
        }
        Shows::Delta(_) => {
            return Err(GraphError::NoSegment { segment: "delta".to_owned(), version });
        }
        Shows::One(set) => one(set, entity(source, set, key(0), version)?),
        Shows::OneBy(set, name) => one(set, entity_by(source, set, name, key(0), version)?),
        Shows::Related(set, name, cast) => {
            let (navigation, parent) = related(source, set, name, key(0), version, target)?;
            let items = (navigation.get)(source, parent.row);
            let path = format!("{}('{}')/{name}", set.path, key(0));
            let context = match (cast, navigation.contained || navigation.declared.set.is_empty()) {
                (Some(cast), _) => cast.set.to_owned(),
                (None, true) => path.clone(),
                (None, false) => navigation.declared.set.to_owned(),
            };
            let declared = cast.unwrap_or(navigation.declared);
            let holds = if cast.is_some() { &[] } else { navigation.holds };
            if !navigation.many {
                let item = { items }.next().ok_or_else(|| no_entity(set, path.clone(), version))?;
                return Ok(Reached::One(Found1 { declared, holds, context, item }));
            }
            let items = items.filter(move |item| cast.is_none_or(|cast| item.ty.is(cast.name)));
            let (family, items) = (set.declared.family, Box::new(items));
            Reached::Many(Listing { declared, holds, context, path, family, expands: true, set: None, version, items })
        }
        Shows::OneRelated(set, name) => {
            let (navigation, parent) = related(source, set, name, key(0), version, target)?;
            let path = format!("{}('{}')/{name}", set.path, key(0));
            let mut items = (navigation.get)(source, parent.row);
            let item = items.find(|item| is_key(&item.key(source), key(1)) && item.ty.versions.has(version));
            let item = item.ok_or_else(|| no_entity(set, format!("{path}('{}')", key(1)), version))?;
            let (declared, holds) = (navigation.declared, navigation.holds);
            Reached::One(Found1 { declared, holds, context: path, item })
        }
    })
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

/// One entity.
pub(super) fn single<'t>(asked: Asked<'_, 't>, found: Found1) -> Result<Answer<'t>, GraphError> {
    let Asked { source, version, query, .. } = asked;
    if let Strictness::Wire { .. } = asked.caller.strictness {
        strict::check_single(&found, query)?;
    }
    let selection = selection(asked, found.declared, found.holds)?;
    let preferences = asked.caller.preferences;
    let shape =
        Shape { source, version, declared: found.declared.name, context: found.context, selection, preferences };
    Ok(Answer::Item(Single { shape, item: found.item }))
}

fn selection(
    asked: Asked<'_, '_>,
    declared: &'static EntityType,
    types: &[&'static EntityType],
) -> Result<Selection, GraphError> {
    let Asked { version, query, .. } = asked;
    let of = Of { declared, types, version, strictness: asked.caller.strictness };
    Selection::read(query.select.as_deref(), query.expand.as_deref(), of)
}

/// A collection, or how many entities it has.
pub(super) fn list<'t>(asked: Asked<'_, 't>, counted: bool, listing: Listing<'t>) -> Result<Answer<'t>, GraphError> {
    let Asked { source, version, query, .. } = asked;
    let Listing { declared, holds, .. } = listing;
    let types = [&[declared], holds].concat();
    let uses = query.filter.as_ref().map(Filter::uses).unwrap_or_default();
    check_names(&uses, &types, version)?;
    if let Some(filter) = &query.filter {
        check_types(filter, &types, version)?;
    }
    let directory = listing.family == Family::Directory;
    let mut count = query.count == Some(true);
    let search = query.search.as_deref().map(Search::parse);
    if let Strictness::Wire { eventual } = asked.caller.strictness {
        strict::check(&listing, query, &uses, version, eventual, counted)?;
        count &= eventual || !directory;
    }
    let search = search.transpose()?;
    if let Some(search) = &search {
        search::check(search, &types, version)?;
    }
    let selection = selection(asked, declared, holds)?;
    let keys = order_keys(query, declared, &types, version)?;
    let paging = Paging::of(&listing).filter(|_| asked.caller.strictness.is_wire());
    let start = match paging {
        Some(paging) => paging.start(&source, query, &listing)?,
        None => Start::Skip(query.skip.unwrap_or(0) as usize),
    };
    let size = match paging {
        Some(paging) => paging.size(query.top, asked.caller.preferences.max_page_size),
        None => query.top.map_or(usize::MAX, |top| top as usize),
    };

    let narrowed = query.filter.as_ref().and_then(|filter| narrow(&source, listing.set, version, filter));
    let items = narrowed.unwrap_or(listing.items);
    let advanced = asked.is_eventual() && (counted || query.count == Some(true) || search.is_some());
    let unseen = listing.set.map_or_else(BTreeSet::new, |set| asked.unseen(set, advanced));
    let visible = |item: &Item| unseen.is_empty() || !unseen.contains(&item.row.id);
    let items = items.filter(|item| item.ty.versions.has(version) && visible(item));
    // The directory counts with the first page alone.
    count &= !(directory && matches!(start, Start::After(_)));
    let wanted = Wanted {
        source: &source,
        version,
        filter: query.filter.as_ref(),
        search: search.as_ref(),
        order: &keys,
        start,
        size,
        all: count,
        by_row: listing.set.is_some() && holds.is_empty(),
    };
    if counted {
        let plain = wanted.filter.is_none() && wanted.search.is_none();
        return Ok(Answer::Count(match listing.set.filter(|_| plain && unseen.is_empty()) {
            Some(set) => source.tenant.lookups.count(&source, set, version, || items.count() as u64),
            None => wanted.count(items)?,
        }));
    }
    let page = wanted.page(items)?;
    let next = match (paging, page.items.last()) {
        (Some(paging), Some(last)) if page.more => {
            Some(paging.link(&source, asked.text, query, &listing.path, page.seen, *last))
        }
        _ => None,
    };
    let count = if count { Some(page.total) } else { unasked_count(&listing.path, asked, page.items.len()) };
    let preferences = asked.caller.preferences;
    let shape = Shape { source, version, declared: declared.name, context: listing.context, selection, preferences };
    Ok(Answer::Collection(Collection { shape, items: page.items, count, next, paged: paging.is_some() }))
}

/// Managed devices come with the number of the page's, asked for or not (msgraph-sdk-powershell issue 1819).
fn unasked_count(path: &str, asked: Asked<'_, '_>, shown: usize) -> Option<u64> {
    (asked.caller.strictness.is_wire() && path == super::managed_devices::SET.path).then_some(shown as u64)
}

/// The only entities that a filter may take, if it says so by key, by an index or by a text.
fn narrow<'t>(source: &Source<'t>, set: Option<&'static Set>, version: Version, filter: &Filter) -> Option<Items<'t>> {
    let set = set?;
    let tests = text_tests(filter);
    for (name, test) in &tests {
        let Test::Equal(value) = test else { continue };
        if *name == "id" {
            return Some(Box::new(by_key(source, set, value).into_iter()));
        }
        if let Some((_, lookup)) = set.indexes.iter().find(|(property, _)| property == name) {
            return Some(Box::new(lookup(source, value).into_iter()));
        }
    }
    tests.iter().find_map(|(name, test)| {
        let property = set.declared.property(name, version)?;
        source.tenant.lookups.texts(source, set, property, test)
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
    if let Some((_, lookup)) = set.indexes.iter().find(|(property, _)| *property == "id") {
        return lookup(source, key);
    }
    let guid = key.parse::<Guid>().ok();
    (set.rows)(source, set).find(|item| match (item.key(source), guid) {
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

impl Listing<'_> {
    /// The service does not answer that query.
    pub fn refuse(&self, what: String) -> GraphError {
        match self.family {
            Family::Directory => GraphError::unsupported(what),
            Family::Intune(front_end) => {
                GraphError::Intune { what, path: self.path.clone(), front_end, version: self.version }
            }
        }
    }
}

/// A GUID as text, for the properties that put several into one text.
pub(super) fn guid_text(guid: Guid) -> String {
    let mut text = String::with_capacity(36);
    json::guid(&mut text, guid);
    text
}
