//! Sets whose entities have no behaviour beyond being made, read, changed and deleted: tables in `sets.txt` and
//! `types.txt`, and rules that hold for all of them.

mod operations;
mod types;

pub(super) use operations::*;
pub(super) use types::{ASSIGNMENT, CONFIGURATION_ASSIGNMENT};
pub use types::{ty, types};

use super::entity::{Item, Items, Row, Source, Versions};
use super::route::{Change, Does, Method, Route, Set, Shows, Takes};
use super::write::Operation;
use crate::BagEntity;
use sim_core::{Guid, Id};
use std::sync::OnceLock;

/// An entity of the bag as an entity of Graph.
pub(super) fn item(tenant: &crate::Tenant, id: Id<BagEntity>) -> Item {
    Item { ty: tenant.bag[id].ty, row: Row::of(id.row()) }
}

/// The entities of a set.
pub(super) fn rows<'t>(source: &Source<'t>, path: &str) -> Items<'t> {
    let tenant = source.tenant;
    Box::new(tenant.bag_rows(path, Guid::NIL).map(|(id, _)| item(tenant, id)))
}

/// The entities of a relationship of an entity.
pub(super) fn children<'t>(source: &Source<'t>, parent: Guid, name: &str) -> Items<'t> {
    let tenant = source.tenant;
    Box::new(tenant.bag_rows(name, parent).map(|(id, _)| item(tenant, id)))
}

/// A line of `sets.txt`.
struct Line {
    path: &'static str,
    set: &'static Set,
    /// The relationship that leads to the entities, if they belong to others; the set is that of the others then.
    part: Option<&'static str>,
    versions: Versions,
    operations: &'static str,
}

/// The sets and singletons. They are made once a process, and stay.
fn lines() -> &'static [Line] {
    static ALL: OnceLock<Vec<Line>> = OnceLock::new();
    OWN.get_or_init(own);
    ALL.get_or_init(|| include_str!("sets.txt").lines().filter_map(read).collect())
}

/// The set of that path: one of those with tables of their own, or one of the bag that stands above in `sets.txt`.
fn any_set(path: &str) -> Option<&'static Set> {
    let shown = super::route::ROUTES.iter().find_map(|route| match route.does {
        Does::Show(Shows::List(set)) if set.path == path => Some(set),
        _ => None,
    });
    shown.or_else(|| set(path))
}

/// The set of the bag of that path.
pub(super) fn set(path: &str) -> Option<&'static Set> {
    OWN.get_or_init(own).iter().copied().find(|set| set.path == path)
}

/// The sets of the bag.
static OWN: OnceLock<Vec<&'static Set>> = OnceLock::new();

fn own() -> Vec<&'static Set> {
    let whole = include_str!("sets.txt").lines().filter(|line| !line.contains("/{id}/"));
    whole.filter_map(read).map(|line| line.set).collect()
}

fn read(line: &'static str) -> Option<Line> {
    let mut words = line.split_whitespace();
    let path = words.next().filter(|path| path.starts_with('/'))?;
    let name = words.next()?;
    let (versions, operations) = (types::versions(words.next()?), words.next()?);
    if let Some((above, part)) = path.split_once("/{id}/") {
        return Some(Line { path, set: any_set(&above[1..])?, part: Some(part), versions, operations });
    }
    let rows: for<'t> fn(&Source<'t>, &'static Set) -> Items<'t> = match operations.contains('S') {
        true => |_, set| Box::new(std::iter::once(Item { ty: set.declared, row: Row::of(u32::MAX) })),
        false => |source, set| rows(source, set.path),
    };
    let own = || OWN.get()?.iter().copied().find(|set| set.path == &path[1..]);
    if let Some(set) = own() {
        return Some(Line { path, set, part: None, versions, operations });
    }
    let declared = ty(name)?;
    let set = Set { path: &path[1..], declared, holds: &[], rows, indexes: &[], other_key: None, expands: true };
    Some(Line { path, set: Box::leak(Box::new(set)), part: None, versions, operations })
}

/// The routes that follow from the tables: of sets, and of what belongs to their entities.
pub fn routes() -> &'static [Route] {
    static ALL: OnceLock<Vec<Route>> = OnceLock::new();
    ALL.get_or_init(|| lines().iter().flat_map(routes_of).collect())
}

fn routes_of(line: &Line) -> Vec<Route> {
    let (set, versions, part) = (line.set, line.versions, line.part);
    let one: &'static str = Box::leak(format!("{}/{{id}}", line.path).into_boxed_str());
    let route = |method, template, does| Route { method, template, versions, does };
    let change = |takes, by: Operation| Does::Change(Change { on: set, key: None, part, takes, by });
    let refuse = Does::Refuse(set.declared);
    let mut routes = Vec::new();
    for operation in line.operations.chars() {
        routes.push(match (operation, part) {
            ('L', None) => route(Method::Get, line.path, Does::Show(Shows::List(set))),
            ('L' | 'S', Some(part)) => route(Method::Get, line.path, Does::Show(Shows::Related(set, part, None))),
            ('G', None) => route(Method::Get, one, Does::Show(Shows::One(set))),
            ('G', Some(part)) => route(Method::Get, one, Does::Show(Shows::OneRelated(set, part))),
            ('C', None) => route(Method::Post, line.path, change(Takes::Entity, create)),
            ('C', Some(_)) => route(Method::Post, line.path, change(Takes::Entity, create_below)),
            ('U', None) => route(Method::Patch, one, change(Takes::Entity, update)),
            ('U', Some(_)) => route(Method::Patch, one, change(Takes::Entity, update_below)),
            ('D', None) => route(Method::Delete, one, change(Takes::Nothing, delete)),
            ('D', Some(_)) => route(Method::Delete, one, change(Takes::Nothing, delete_below)),
            ('S', None) => route(Method::Get, line.path, Does::Show(Shows::Only(set))),
            ('P', None) => route(Method::Patch, line.path, change(Takes::Entity, update_only)),
            ('c', _) => route(Method::Post, line.path, refuse),
            ('u', _) => route(Method::Patch, one, refuse),
            ('d', _) => route(Method::Delete, one, refuse),
            ('p', _) => route(Method::Patch, line.path, refuse),
            ('x', _) => route(Method::Delete, line.path, refuse),
            _ => continue,
        });
    }
    routes
}

#[cfg(test)]
mod tests {
    /// Every line of the tables leads to a set with a type, and to routes.
    #[test]
    fn the_tables_are_whole() {
        let blocks = include_str!("types.txt").lines().filter(|line| !line.starts_with([' ', '#']) && !line.is_empty());
        for line in blocks {
            let name = line.split(' ').next().unwrap_or_default();
            assert!(super::ty(name).is_some(), "{line}");
        }
        let sets = include_str!("sets.txt").lines().filter(|line| line.starts_with('/'));
        assert_eq!(super::lines().len(), sets.count());
    }
}
