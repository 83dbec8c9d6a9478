//! The routes that change something.

use super::super::entity::{EntityType, Versions};
use super::super::route::{Change, Does, Method, Route, Set, Takes};
use super::super::write::Operation;

/// A route that changes something.
const fn change(method: Method, template: &'static str, versions: Versions, change: Change) -> Route {
    Route { method, template, versions, does: Does::Change(change) }
}

/// An entity is made, from its properties.
pub const fn create(template: &'static str, versions: Versions, on: &'static Set, by: Operation) -> Route {
    change(Method::Post, template, versions, Change { on, key: None, part: None, takes: Takes::Entity, by })
}

/// Properties of an entity are changed.
pub const fn patch(template: &'static str, versions: Versions, on: &'static Set, by: Operation) -> Route {
    change(Method::Patch, template, versions, Change { on, key: None, part: None, takes: Takes::Entity, by })
}

/// An entity is put in the place of what was there.
pub const fn put(template: &'static str, versions: Versions, on: &'static Set, by: Operation) -> Route {
    change(Method::Put, template, versions, Change { on, key: None, part: None, takes: Takes::Entity, by })
}

/// An entity is deleted.
pub const fn delete(template: &'static str, versions: Versions, on: &'static Set, by: Operation) -> Route {
    change(Method::Delete, template, versions, Change { on, key: None, part: None, takes: Takes::Nothing, by })
}

/// The same change, of an entity that is named by another key.
pub const fn by_key(route: Route, key: &'static str) -> Route {
    match route.does {
        Does::Change(change) => Route { does: Does::Change(Change { key: Some(key), ..change }), ..route },
        Does::Show(_) | Does::Refuse(_) => route,
    }
}

/// An action, with the type that its parameters make.
pub const fn action(
    template: &'static str,
    versions: Versions,
    on: &'static Set,
    parameters: &'static EntityType,
    by: Operation,
) -> Route {
    change(
        Method::Post,
        template,
        versions,
        Change { on, key: None, part: None, takes: Takes::Parameters(parameters), by },
    )
}

/// An action without parameters.
pub const fn bare(template: &'static str, versions: Versions, on: &'static Set, by: Operation) -> Route {
    change(Method::Post, template, versions, Change { on, key: None, part: None, takes: Takes::Nothing, by })
}

/// Something with what an entity is related to.
pub const fn related(
    method: Method,
    template: &'static str,
    versions: Versions,
    on: &'static Set,
    part: &'static str,
    by: Operation,
) -> Route {
    let takes = match method {
        Method::Delete | Method::Get => Takes::Nothing,
        Method::Post | Method::Patch | Method::Put => Takes::Entity,
    };
    change(method, template, versions, Change { on, key: None, part: Some(part), takes, by })
}

/// A reference is added.
pub const fn reference(
    method: Method,
    template: &'static str,
    versions: Versions,
    on: &'static Set,
    part: &'static str,
    by: Operation,
) -> Route {
    let takes = match method {
        Method::Delete | Method::Get => Takes::Nothing,
        Method::Post | Method::Patch | Method::Put => Takes::Parameters(&super::REFERENCE),
    };
    change(method, template, versions, Change { on, key: None, part: Some(part), takes, by })
}

/// What the description of Graph has and the service does not.
pub const fn refused(method: Method, template: &'static str, versions: Versions, about: &'static EntityType) -> Route {
    Route { method, template, versions, does: Does::Refuse(about) }
}
