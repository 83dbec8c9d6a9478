//! Sets whose entities have no behaviour beyond being made, read, changed and deleted: tables in `sets.txt` and
//! `types.txt`, and rules that hold for all of them.

mod operations;
mod types;

pub(super) use operations::*;
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
    versions: Versions,
    operations: &'static str,
}

/// The sets and singletons. They are made once a process, and stay.
fn lines() -> &'static [Line] {
    static ALL: OnceLock<Vec<Line>> = OnceLock::new();
    ALL.get_or_init(|| include_str!("sets.txt").lines().filter_map(read).collect())
}

fn read(line: &'static str) -> Option<Line> {
    let mut words = line.split_whitespace();
    let path = words.next().filter(|path| path.starts_with('/'))?;
    let declared = ty(words.next()?)?;
    let (versions, operations) = (types::versions(words.next()?), words.next()?);
    let rows: for<'t> fn(&Source<'t>, &'static Set) -> Items<'t> = match operations.contains('S') {
        true => |_, set| Box::new(std::iter::once(Item { ty: set.declared, row: Row::of(u32::MAX) })),
        false => |source, set| rows(source, set.path),
    };
    let set = Set { path: &path[1..], declared, holds: &[], rows, indexes: &[], other_key: None, expands: true };
    Some(Line { path, set: Box::leak(Box::new(set)), versions, operations })
}

/// The set of that path.
pub(super) fn set(path: &str) -> Option<&'static Set> {
    lines().iter().find(|line| line.set.path == path).map(|line| line.set)
}

/// The routes that follow from the tables: of sets, and of what belongs to their entities.
pub fn routes() -> &'static [Route] {
    static ALL: OnceLock<Vec<Route>> = OnceLock::new();
    ALL.get_or_init(|| lines().iter().flat_map(routes_of).collect())
}

fn routes_of(line: &Line) -> Vec<Route> {
    let (set, versions) = (line.set, line.versions);
    let one: &'static str = Box::leak(format!("{}/{{id}}", line.path).into_boxed_str());
    let route = |method, template, does| Route { method, template, versions, does };
    let change = |takes, by: Operation| Does::Change(Change { on: set, key: None, part: None, takes, by });
    let refuse = Does::Refuse(set.declared);
    let mut routes = Vec::new();
    for operation in line.operations.chars() {
        routes.push(match operation {
            'L' => route(Method::Get, line.path, Does::Show(Shows::List(set))),
            'G' => route(Method::Get, one, Does::Show(Shows::One(set))),
            'C' => route(Method::Post, line.path, change(Takes::Entity, create)),
            'U' => route(Method::Patch, one, change(Takes::Entity, update)),
            'D' => route(Method::Delete, one, change(Takes::Nothing, delete)),
            'S' => route(Method::Get, line.path, Does::Show(Shows::Only(set))),
            'P' => route(Method::Patch, line.path, change(Takes::Entity, update_only)),
            'c' => route(Method::Post, line.path, refuse),
            'u' => route(Method::Patch, one, refuse),
            'd' => route(Method::Delete, one, refuse),
            'p' => route(Method::Patch, line.path, refuse),
            'x' => route(Method::Delete, line.path, refuse),
            _ => continue,
        });
    }
    routes
}
