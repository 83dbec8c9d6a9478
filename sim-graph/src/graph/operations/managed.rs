//! Managed devices: remote actions, and their end.

use super::super::error::GraphError;
use super::super::write::{Call, Outcome, Prepares, act};

/// `DELETE managedDevices/{id}`.
pub fn delete(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row()?;
    act(move |tenant, cx| {
        tenant.delete_managed_device(id, cx);
        Outcome::done()
    })
}
