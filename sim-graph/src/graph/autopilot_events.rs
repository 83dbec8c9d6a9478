//! `/deviceManagement/autopilotEvents`: a record for each enrolment of a device that is registered with Windows Autopilot, for 30 days.
//!
//! What the enrollment status page reports is not told to the tenant, so that an enrolment counts as a success once the user
//! has signed in to the joined device, and is in progress before that.

use super::entity::{ENTITY, Edm, EntityType, Family, Item, Row, Source, Value, Versions, null, p};
use super::route::Set;
use crate::{ManagedDevice, ManagedJoin};
use sim_core::{Id, SimTime};

/// The `deviceManagementAutopilotEvent` type.
#[rustfmt::skip]
pub static EVENT: EntityType = EntityType {
    name: "microsoft.graph.deviceManagementAutopilotEvent",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessTroubleshootingFEService"),
    versions: Versions::Beta,
    key: Some(|s, r| super::read::guid_text(managed(s, r).id).into()),
    set: "deviceManagement/autopilotEvents",
    properties: &[
        p("accountSetupDuration", Edm::String, |_, _| "PT0S".into()).required().beta(),
        p("accountSetupStatus", Edm::Enum("windowsAutopilotDeploymentState"), |_, _| "unknown".into()).required().beta(),
        p("deploymentDuration", Edm::String, |_, _| "PT0S".into()).required().beta(),
        p("deploymentEndDateTime", Edm::DateTimeOffset, |_, _| Value::Time(SimTime::NEVER)).required().beta(),
        p("deploymentStartDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).enrolled.into()).required().beta(),
        p("deploymentState", Edm::Enum("windowsAutopilotDeploymentState"), |s, r| if managed(s, r).join == ManagedJoin::HybridJoined { "success" } else { "inProgress" }.into()).required().beta(),
        p("deploymentTotalDuration", Edm::String, |_, _| "PT0S".into()).required().beta(),
        p("deviceId", Edm::String, |s, r| managed(s, r).id.into()).beta(),
        p("deviceRegisteredDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).enrolled.into()).required().beta(),
        p("deviceSerialNumber", Edm::String, |s, r| s.name(s.tenant.hardware(managed(s, r).hardware).serial)).beta(),
        p("deviceSetupDuration", Edm::String, |_, _| "PT0S".into()).required().beta(),
        p("deviceSetupStatus", Edm::Enum("windowsAutopilotDeploymentState"), |_, _| "unknown".into()).required().beta(),
        null("enrollmentFailureDetails", Edm::String).beta(),
        p("enrollmentStartDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).enrolled.into()).required().beta(),
        p("enrollmentState", Edm::Enum("enrollmentState"), |_, _| "enrolled".into()).required().beta(),
        p("enrollmentType", Edm::Enum("windowsAutopilotEnrollmentType"), |s, r| if managed(s, r).odj.get().is_some() { "offlineDomainJoined" } else { "azureADJoinedWithAutopilotProfile" }.into()).required().beta(),
        p("eventDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).enrolled.into()).required().beta(),
        p("managedDeviceName", Edm::String, |s, r| s.name(managed(s, r).device_name)).beta(),
        p("osVersion", Edm::String, |s, r| s.name_or_null(s.tenant.entra_device(managed(s, r).entra_device).os_version)).beta(),
        p("userId", Edm::String, |s, r| managed(s, r).user.get().map(|user| s.tenant.user_record(user).id).into()).beta(),
        p("userPrincipalName", Edm::String, |s, r| managed(s, r).user.get().map(|user| s.name(s.tenant.user_record(user).upn)).into()).beta(),
        p("windowsAutopilotDeploymentProfileDisplayName", Edm::String, profile_name).beta(),
        null("windows10EnrollmentCompletionPageConfigurationDisplayName", Edm::String).beta(),
        null("windows10EnrollmentCompletionPageConfigurationId", Edm::String).beta(),
    ],
    ..EntityType::NONE
};

/// The set. Devices that have been deleted since keep their records.
pub static SET: Set = Set {
    path: "deviceManagement/autopilotEvents",
    declared: &EVENT,
    holds: &[],
    rows: |s, _| {
        let since = s.cx.now();
        let recent = move |managed: &ManagedDevice| {
            managed.identity.get().is_some() && since.since(managed.enrolled) <= sim_core::SimDuration::from_days(30)
        };
        let found = s.tenant.managed_devices.iter().filter(move |(_, managed)| recent(managed));
        Box::new(found.map(|(id, _)| Item { ty: &EVENT, row: Row::of(id.row()) }))
    },
    indexes: &[],
    other_key: None,
    expands: true,
};

fn managed<'t>(source: &Source<'t>, row: Row) -> &'t ManagedDevice {
    source.tenant.managed_device(Id::new(row.id))
}

fn profile_name<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    let identity = managed(source, row).identity.get().map(|id| source.tenant.identity(id));
    identity.map(|identity| source.name_or_null(source.tenant.entra_device(identity.anchor).enrollment_profile)).into()
}
