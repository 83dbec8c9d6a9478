//! Entra devices.

use super::super::error::GraphError;
use super::super::write::{Call, Outcome, Prepares, act};

/// `DELETE devices/{id}`.
pub fn delete(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row()?;
    act(move |tenant, cx| {
        tenant.delete_entra_device(id, cx);
        Outcome::done()
    })
}
