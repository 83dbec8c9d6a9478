//! `/deviceManagement/windowsAutopilotSettings`: the synchronisation of Intune with the Autopilot service.

use super::entity::{ENTITY, Edm, EntityType, Family, Item, Row, Value, Versions, p};
use super::route::Set;

/// The `windowsAutopilotSettings` type.
#[rustfmt::skip]
pub static SETTINGS: EntityType = EntityType {
    name: "microsoft.graph.windowsAutopilotSettings",
    set: "deviceManagement/windowsAutopilotSettings",
    base: Some(&ENTITY),
    family: Family::Intune(super::windows_autopilot_device_identities::FRONT_END),
    versions: Versions::Beta,
    key: Some(|s, _| Value::Guid(s.tenant.id())),
    properties: &[
        p("lastSyncDateTime", Edm::DateTimeOffset, |s, _| s.tenant.autopilot_synced(s.cx.now()).into()).required().beta(),
        p("lastManualSyncTriggerDateTime", Edm::DateTimeOffset, |s, _| s.tenant.autopilot_sync.asked.into()).required().beta(),
        p("syncStatus", Edm::Enum("windowsAutopilotSyncStatus"), |s, _| {
            if s.tenant.autopilot_sync.is_running() { "inProgress" } else { "completed" }.into()
        }).required().beta(),
    ],
    ..EntityType::NONE
};

/// The only one.
pub static SET: Set = Set {
    path: "deviceManagement/windowsAutopilotSettings",
    declared: &SETTINGS,
    holds: &[],
    rows: |_, _| Box::new(std::iter::once(Item { ty: &SETTINGS, row: Row::of(0) })),
    indexes: &[],
    other_key: None,
    expands: true,
};
