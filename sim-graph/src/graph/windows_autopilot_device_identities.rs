//! `/deviceManagement/windowsAutopilotDeviceIdentities`: what is registered with Windows Autopilot.

use super::entity::{
    ENTITY, Edm, EntityType, Family, Item, Items, Navigation, Row, Source, Value, Versions, blank, never, p,
};
use super::lookup::Kind;
use super::route::Set;
use super::windows_autopilot_deployment_profiles as profiles;
use crate::{AutopilotDevice, DeploymentProfile, Hardware};
use sim_core::rows::MaybeId;
use sim_core::{Guid, Id};

/// The front end that answers for registrations and deployment profiles.
pub(super) const FRONT_END: &str = "DeviceEnrollmentFE/StatelessDeviceEnrollmentFEService";

/// The `windowsAutopilotDeviceIdentity` type. Missing texts are empty, not null, and a missing managed device is the
/// GUID of zeros (responses of real tenants).
#[rustfmt::skip]
pub static IDENTITY: EntityType = EntityType {
    name: "microsoft.graph.windowsAutopilotDeviceIdentity",
    set: "deviceManagement/windowsAutopilotDeviceIdentities",
    base: Some(&ENTITY),
    family: Family::Intune(FRONT_END),
    key: Some(|s, r| identity(s, r).id.into()),
    properties: &[
        p("deploymentProfileAssignmentStatus", Edm::Enum("windowsAutopilotProfileAssignmentStatus"), |s, r| {
            identity(s, r).assignment_status.graph().into()
        }).required().beta(),
        p("deploymentProfileAssignmentDetailedStatus", Edm::Enum("windowsAutopilotProfileAssignmentDetailedStatus"),
            |_, _| "none".into()).required().beta(),
        p("deploymentProfileAssignedDateTime", Edm::DateTimeOffset, |s, r| identity(s, r).assigned_at.into())
            .required().beta(),
        p("groupTag", Edm::String, |s, r| s.name(identity(s, r).group_tag)),
        p("purchaseOrderIdentifier", Edm::String, |s, r| s.name(identity(s, r).purchase_order_id)),
        p("serialNumber", Edm::String, |s, r| s.name(hardware(s, r).serial)).may("contains"),
        blank("productKey"),
        p("manufacturer", Edm::String, |s, r| s.name(hardware(s, r).manufacturer)),
        p("model", Edm::String, |s, r| s.name(hardware(s, r).model)),
        p("enrollmentState", Edm::Enum("enrollmentState"), |s, r| identity(s, r).enrollment_state.graph().into()).required(),
        p("lastContactedDateTime", Edm::DateTimeOffset, |s, r| identity(s, r).last_contacted.into()).required(),
        blank("addressableUserName").kept(),
        p("userPrincipalName", Edm::String, |s, r| s.name(identity(s, r).assigned_user)),
        blank("resourceName").kept(),
        blank("skuNumber"),
        blank("systemFamily"),
        p("azureActiveDirectoryDeviceId", Edm::String, entra_device_id),
        p("azureAdDeviceId", Edm::String, entra_device_id).beta(),
        p("managedDeviceId", Edm::String, |s, r| managed_device_id(s, r).into()),
        p("displayName", Edm::String, |s, r| s.name(identity(s, r).display_name)),
        blank("deviceAccountUpn").beta().kept(),
        blank("deviceAccountPassword").beta(),
        blank("deviceFriendlyName").beta().kept(),
        p("remediationState", Edm::Enum("windowsAutopilotDeviceRemediationState"), |_, _| "unknown".into())
            .required().beta(),
        never("remediationStateLastModifiedDateTime").beta(),
        p("userlessEnrollmentStatus", Edm::Enum("windowsAutopilotUserlessEnrollmentStatus"), |_, _| "unknown".into()).beta().kept(),
    ],
    navigations: &[
        profile("deploymentProfile", |s, r| one(s, identity(s, r).assigned)),
        profile("intendedDeploymentProfile", |s, r| one(s, identity(s, r).intended)),
    ],
    ..EntityType::NONE
};

/// The set. The service expands single identities only (a public script's finding).
pub static SET: Set = Set {
    path: "deviceManagement/windowsAutopilotDeviceIdentities",
    declared: &IDENTITY,
    holds: &[],
    rows: |s, _| Box::new(s.tenant.identities().map(|(id, _)| item(id))),
    indexes: &[("id", by_id)],
    other_key: None,
    expands: false,
};

fn by_id(source: &Source<'_>, id: &str) -> Option<Item> {
    let (id, rows) = (id.parse().ok()?, &source.tenant.identities);
    let row = source.tenant.lookups.by_id(Kind::Identities, id, rows.len(), |row| rows[Id::new(row)].id)?;
    (!rows[Id::new(row)].deleted).then(|| item(Id::new(row)))
}

/// An Autopilot device identity as an entity.
pub(super) fn item(id: Id<AutopilotDevice>) -> Item {
    Item { ty: &IDENTITY, row: Row::of(id.row()) }
}

fn identity<'t>(source: &Source<'t>, row: Row) -> &'t AutopilotDevice {
    source.tenant.identity(Id::new(row.id))
}

fn hardware<'t>(source: &Source<'t>, row: Row) -> &'t Hardware {
    source.tenant.hardware(identity(source, row).hardware)
}

/// The serial number of a registration.
pub(super) fn serial<'t>(source: &Source<'t>, row: Row) -> &'t str {
    source.cx.names.get(hardware(source, row).serial)
}

/// The last registration of a serial number, deregistered ones included.
pub(super) fn last_of_serial(source: &Source<'_>, serial: &str) -> Option<u32> {
    let rows = source.tenant.identities.ids().rev().map(|id| id.row());
    { rows }.find(|row| self::serial(source, Row::of(*row)).eq_ignore_ascii_case(serial))
}

/// The Entra device that registration made, also when it has been deleted since: such identities dangle.
fn entra_device_id<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    source.tenant.entra_device(identity(source, row).anchor).device_id.into()
}

fn managed_device_id(source: &Source<'_>, row: Row) -> Guid {
    identity(source, row).managed.get().map_or(Guid::NIL, |managed| source.tenant.managed_device(managed).id)
}

fn one<'t>(source: &Source<'t>, profile: MaybeId<DeploymentProfile>) -> Items<'t> {
    Box::new(profile.get().map(|id| profiles::item(source.tenant, id)).into_iter())
}

// A static, for only these may refer to each other in a circle.
static PROFILES: [&EntityType; 2] = [&profiles::HYBRID, &profiles::ENTRA];

const fn profile(name: &'static str, get: for<'t> fn(&Source<'t>, Row) -> Items<'t>) -> Navigation {
    Navigation {
        name,
        declared: &profiles::PROFILE,
        holds: &PROFILES,
        many: false,
        contained: false,
        versions: Versions::Beta,
        get,
    }
}
