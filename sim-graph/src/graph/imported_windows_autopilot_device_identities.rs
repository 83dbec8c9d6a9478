//! `/deviceManagement/importedWindowsAutopilotDeviceIdentities`: uploads of hardware hashes, and what became of them.

use super::entity::{ENTITY, Edm, EntityType, Family, Item, Row, Source, Value, null, p};
use super::lookup::Kind;
use super::read::guid_text;
use super::route::Set;
use crate::{ImportStatus, ImportedDevice};
use sim_core::Id;

/// The `importedWindowsAutopilotDeviceIdentity` type. The hash is not given back, and `productKey` and `importId` are
/// the id when the upload had none (MSEndpointMgr/Intune issue 71).
#[rustfmt::skip]
pub static IMPORTED: EntityType = EntityType {
    name: "microsoft.graph.importedWindowsAutopilotDeviceIdentity",
    set: "deviceManagement/importedWindowsAutopilotDeviceIdentities",
    base: Some(&ENTITY),
    family: Family::Intune(super::windows_autopilot_device_identities::FRONT_END),
    key: Some(|s, r| import(s, r).id.into()),
    properties: &[
        p("groupTag", Edm::String, |s, r| s.name(import(s, r).group_tag)).own(),
        p("serialNumber", Edm::String, |s, r| s.name(import(s, r).serial)).may("contains").own(),
        p("productKey", Edm::String, |s, r| import(s, r).id.into()).kept(),
        p("importId", Edm::String, |s, r| import(s, r).id.into()).kept(),
        null("hardwareIdentifier", Edm::Binary).own(),
        p("assignedUserPrincipalName", Edm::String, |s, r| s.name(import(s, r).assigned_user)).own(),
        p("state", Edm::Complex(&STATE), |_, r| Value::Complex(&STATE, r)),
    ],
    ..EntityType::NONE
};

/// The `importedWindowsAutopilotDeviceIdentityState` type.
#[rustfmt::skip]
pub static STATE: EntityType = EntityType {
    name: "microsoft.graph.importedWindowsAutopilotDeviceIdentityState",
    family: Family::Intune(super::windows_autopilot_device_identities::FRONT_END),
    properties: &[
        p("deviceImportStatus", Edm::Enum("importedWindowsAutopilotDeviceIdentityImportStatus"), |s, r| {
            match import(s, r).status {
                ImportStatus::Unknown => "unknown",
                ImportStatus::Complete => "complete",
                ImportStatus::Error(_) => "error",
            }.into()
        }).required(),
        p("deviceRegistrationId", Edm::String, |s, r| {
            import(s, r).identity.get().map_or_else(String::new, |id| guid_text(s.tenant.identity(id).id)).into()
        }),
        p("deviceErrorCode", Edm::Int32, |s, r| match import(s, r).status {
            ImportStatus::Error(error) => Value::Int(error.code().into()),
            _ => Value::Int(0),
        }).required(),
        p("deviceErrorName", Edm::String, |s, r| match import(s, r).status {
            ImportStatus::Error(error) => error.name().into(),
            _ => "".into(),
        }),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/importedWindowsAutopilotDeviceIdentities",
    declared: &IMPORTED,
    holds: &[],
    rows: |s, _| Box::new(s.tenant.imported_devices().map(|(id, _)| item(id))),
    indexes: &[("id", by_id)],
    other_key: None,
    expands: true,
};

fn by_id(source: &Source<'_>, id: &str) -> Option<Item> {
    let (id, rows) = (id.parse().ok()?, &source.tenant.imports);
    let row = source.tenant.lookups.by_id(Kind::Imports, id, rows.len(), |row| rows[Id::new(row)].id)?;
    (!rows[Id::new(row)].deleted).then(|| item(Id::new(row)))
}

/// An upload as an entity.
pub(super) fn item(id: Id<ImportedDevice>) -> Item {
    Item { ty: &IMPORTED, row: Row::of(id.row()) }
}

fn import<'t>(source: &Source<'t>, row: Row) -> &'t ImportedDevice {
    source.tenant.imported_device(Id::new(row.id))
}
