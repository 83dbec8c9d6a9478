//! Autopilot device identities: their properties, their users, and their end.

use super::super::error::GraphError;
use super::super::write::{Call, Outcome, Prepares, act};
use crate::AutopilotDevice;
use sim_core::Id;

/// `DELETE windowsAutopilotDeviceIdentities/{id}`. Refused while the device is enrolled.
pub fn delete(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    if call.source.tenant.is_enrolled(id) {
        return Err(call.form.bad(crate::StillEnrolled.to_string()));
    }
    act(move |tenant, cx| {
        tenant.deregister(id, cx);
        Outcome::done()
    })
}
