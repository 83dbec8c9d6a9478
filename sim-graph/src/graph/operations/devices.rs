//! Entra devices.

use super::super::devices::SET;
use super::super::entity::Versions::Both;
use super::super::error::GraphError;
use super::super::route::Route;
use super::super::write::{Call, Outcome, Prepares, act};
use super::routes::delete;

/// The routes of Entra devices.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    delete("/devices/{id}", Both, &SET, delete_one),
];

/// `DELETE devices/{id}`.
fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row()?;
    act(move |tenant, cx| {
        tenant.delete_entra_device(id, cx);
        Outcome::done()
    })
}
