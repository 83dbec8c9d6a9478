//! Managed devices: remote actions, and their end.

use super::super::entity::Versions::Both;
use super::super::error::GraphError;
use super::super::managed_devices::SET;
use super::super::route::Route;
use super::super::write::{Call, Outcome, Prepares, act};
use super::routes::delete;

/// The routes of managed devices.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    delete("/deviceManagement/managedDevices/{id}", Both, &SET, delete_one),
];

/// `DELETE managedDevices/{id}`.
fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row()?;
    act(move |tenant, cx| {
        tenant.delete_managed_device(id, cx);
        Outcome::done()
    })
}
