//! What requests do to the tenant: the operations that the routes name, a file per kind of record.
//!
//! Each looks at the tenant, checks what the tables cannot, and says what is to be done. None of them can change
//! anything before it has said that it will.

mod assignments;
mod autopilot;
mod configurations;
mod deployment_profiles;
mod devices;
mod directory;
mod enrollment;
mod groups;
mod imports;
mod intune;
mod managed;
mod policies;
mod routes;
mod users;

use super::entity::{Edm, EntityType, takes};
use super::route::Route;

/// The routes of each file.
pub(super) static ROUTES: &[&[Route]] = &[
    imports::ROUTES,
    autopilot::ROUTES,
    deployment_profiles::ROUTES,
    managed::ROUTES,
    devices::ROUTES,
    directory::ROUTES,
    groups::ROUTES,
    users::ROUTES,
    configurations::ROUTES,
    enrollment::ROUTES,
    policies::ROUTES,
];

/// The routes that are about sets of the bag.
pub(super) fn routes() -> &'static [Route] {
    static ALL: std::sync::OnceLock<Vec<Route>> = std::sync::OnceLock::new();
    ALL.get_or_init(intune::routes)
}

/// The types that actions have for their parameters, which the description of Graph does not name.
pub(super) static REFERENCE: EntityType = EntityType {
    name: "microsoft.graph.reference",
    properties: &[takes("@odata.id", Edm::String)],
    ..EntityType::NONE
};
