//! What may follow the path of a route: a cast, a property and its parts, `$value`, `$ref`, and `$count` after a cast.

use super::answer::{Answer, PropertyAnswer, References, Shape, Single};
use super::entity::{EntityType, Item, Property, Value};
use super::error::GraphError;
use super::read::{Asked, Found1, Listing, Reached, Strictness, list, single};
use super::route::{self, Does, Found};
use super::selection::Selection;
use crate::odata::{Arguments, PathSegment, Version};

/// Segments that may follow.
pub(super) const LONGEST: usize = 4;

/// Whether that may follow a route, whatever it leads to.
pub(super) fn can_follow(found: &Found<'_>, rest: &[PathSegment], version: Version) -> bool {
    let plain = rest.iter().all(|segment| segment.arguments == Arguments::None);
    let Some(first) = rest.first().filter(|_| plain) else { return false };
    let name = first.name.as_str();
    if cast(name, version).is_some() {
        return true;
    }
    if found.route.does.is_many(version) {
        return name.eq_ignore_ascii_case("$ref") && rest.len() == 1;
    }
    let Does::Show(shows) = found.route.does else { return false };
    let types = shows.types(version);
    types.iter().any(|ty| ty.property(name, version).is_some())
        || (matches!(name.to_ascii_lowercase().as_str(), "$ref" | "$value") && rest.len() == 1)
}

/// The type of a cast segment: `microsoft.graph.device` or `graph.device`.
fn cast(name: &str, version: Version) -> Option<&'static EntityType> {
    let short = name.strip_prefix("microsoft.").unwrap_or(name);
    let short =
        short.get(..6).filter(|space| space.eq_ignore_ascii_case("graph.")).map(|space| &short[space.len()..])?;
    route::types().find(|ty| ty.short_name().eq_ignore_ascii_case(short) && ty.versions.has(version))
}

/// Answers.
pub(super) fn answer<'t>(
    asked: Asked<'_, 't>,
    reached: Reached<'t>,
    rest: &[PathSegment],
) -> Result<Answer<'t>, GraphError> {
    let version = asked.version;
    let wrong = |segment: &str| GraphError::NoSegment { segment: segment.to_owned(), version };
    let Some((first, after)) = rest.split_first() else {
        return match reached {
            Reached::Many(listing) => list(asked, false, listing),
            Reached::One(found) => single(asked, found),
        };
    };
    let name = first.name.as_str();
    match (reached, cast(name, version)) {
        (Reached::Many(listing), Some(ty)) => {
            if !listing.declared.is_related(ty) {
                return Err(wrong(name));
            }
            let listing = narrowed(listing, ty);
            match after {
                [] => list(asked, false, listing),
                [last] if last.name.eq_ignore_ascii_case("$count") => list(asked, true, listing),
                _ => answer(asked, Reached::Many(listing), after),
            }
        }
        (Reached::One(found), Some(ty)) => {
            if !found.item.ty.is(ty.name) {
                return Err(match found.declared.is_related(ty) {
                    true => GraphError::NoObject { id: super::json::key_text(&found.item.key(&asked.source)) },
                    false => wrong(name),
                });
            }
            let context = format!("{}/{}", found.context, ty.name);
            answer(asked, Reached::One(Found1 { declared: ty, holds: &[], context, ..found }), after)
        }
        (Reached::Many(listing), None) if name.eq_ignore_ascii_case("$ref") && after.is_empty() => {
            let items = match list(asked, false, listing)? {
                Answer::Collection(collection) => collection,
                other => return Ok(other),
            };
            Ok(Answer::References(References { collection: items }))
        }
        (Reached::One(found), None) if name.eq_ignore_ascii_case("$ref") && after.is_empty() => {
            let Answer::Item(Single { shape, item }) = single(asked, found)? else { return Err(wrong(name)) };
            Ok(Answer::Reference(Single { shape, item }))
        }
        (Reached::One(found), None) => property(asked, found, rest),
        (Reached::Many(_), None) => Err(wrong(name)),
    }
}

fn narrowed<'t>(listing: Listing<'t>, ty: &'static EntityType) -> Listing<'t> {
    let context = if ty.set.is_empty() || ty.set == listing.declared.set {
        format!("{}/{}", listing.context, ty.name)
    } else {
        ty.set.to_owned()
    };
    let items = listing.items;
    let items = Box::new(items.filter(move |item| item.ty.is(ty.name)));
    Listing { declared: ty, holds: &[], set: None, items, context, ..listing }
}

/// `/displayName`, `/state/deviceErrorCode`, `/displayName/$value`.
fn property<'t>(asked: Asked<'_, 't>, found: Found1, rest: &[PathSegment]) -> Result<Answer<'t>, GraphError> {
    let (source, version) = (asked.source, asked.version);
    let wrong = |segment: &str| GraphError::NoSegment { segment: segment.to_owned(), version };
    let (raw, names) = match rest.split_last() {
        Some((last, names)) if last.name.eq_ignore_ascii_case("$value") && !names.is_empty() => (true, names),
        _ => (false, rest),
    };
    let counted = names.last().is_some_and(|last| last.name.eq_ignore_ascii_case("$count"));
    let names = if counted { &names[..names.len() - 1] } else { names };
    let mut item: Item = found.item;
    let mut property: Option<&'static Property> = None;
    let mut value = Value::Null;
    for (nth, segment) in names.iter().enumerate() {
        if nth > 0 {
            match value {
                Value::Complex(ty, row) => item = Item { ty, row },
                Value::Null => break,
                _ => return Err(wrong(&segment.name)),
            }
        }
        let own = item.ty.property(&segment.name, version).ok_or_else(|| wrong(&segment.name))?;
        value = own.value_of(&source, item);
        property = Some(own);
    }
    let last = names.last().map_or("", |last| &last.name);
    let property = property.ok_or_else(|| wrong(last))?;
    let items = if let Value::List(items) = &value { Some(items.len()) } else { None };
    match (counted, items) {
        (true, Some(amount)) => return Ok(Answer::Count(amount as u64)),
        (true, None) => return Err(wrong("$count")),
        (false, Some(_)) if raw => return Err(wrong("$value")),
        _ => {}
    }
    let key = super::json::key_text(&found.item.key(&source));
    let path: String = names.iter().map(|segment| format!("/{}", segment.name)).collect();
    let context = format!("{}('{key}'){path}", found.context);
    let preferences = asked.caller.preferences;
    let shape =
        Shape { source, version, declared: item.ty.name, context, selection: Selection::default(), preferences };
    if let Strictness::Wire { .. } = asked.caller.strictness
        && asked.query.expand.is_some()
    {
        return Err(GraphError::Clause {
            option: "$expand",
            what: "The query option '$expand' cannot be applied.".to_owned(),
        });
    }
    Ok(Answer::Property(PropertyAnswer { shape, family: item.ty.family, property, value, raw }))
}
