//! Uploads of hardware hashes: one, or many at once.

use super::super::entity::Versions::Both;
use super::super::entity::{Edm, EntityType, Family, takes};
use super::super::error::GraphError;
use super::super::imported_windows_autopilot_device_identities as imported;
use super::super::route::{Method, Route};
use super::super::windows_autopilot_device_identities::FRONT_END;
use super::super::write::{Call, Outcome, Prepares, act};
use super::routes::{action, create, delete, refused};
use crate::{HardwareHash, ImportRow, Tenant};
use serde_json::{Map, Value};
use sim_core::{Cx, Id};

/// The routes of uploads.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    create("/deviceManagement/importedWindowsAutopilotDeviceIdentities", Both, &imported::SET, create_one),
    action("/deviceManagement/importedWindowsAutopilotDeviceIdentities/import", Both, &imported::SET, &IMPORT, import),
    delete("/deviceManagement/importedWindowsAutopilotDeviceIdentities/{id}", Both, &imported::SET, delete_one),
    refused(Method::Patch, "/deviceManagement/importedWindowsAutopilotDeviceIdentities/{id}", Both, &imported::IMPORTED),
];

/// The parameters of `import`.
static IMPORT: EntityType = EntityType {
    name: "microsoft.graph.importParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes(
        "importedWindowsAutopilotDeviceIdentities",
        Edm::Collection(&Edm::Complex(&imported::IMPORTED)),
    )],
    ..EntityType::NONE
};

/// A line of an upload, as the client wrote it. Empty texts are not given.
struct Line {
    serial: String,
    hash: String,
    group_tag: String,
    assigned_user: String,
    kept: Vec<(&'static str, Value)>,
}

impl Line {
    /// Reads a line. The state that a client sends is passed over.
    fn read(of: &impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| of(name).unwrap_or_default();
        let kept = ["productKey", "importId"].into_iter().filter_map(|name| {
            let value = of(name).filter(|text| !text.is_empty())?;
            Some((name, Value::String(value)))
        });
        Self {
            serial: text("serialNumber"),
            hash: text("hardwareIdentifier"),
            group_tag: text("groupTag"),
            assigned_user: text("assignedUserPrincipalName"),
            kept: kept.collect(),
        }
    }
}

/// `POST importedWindowsAutopilotDeviceIdentities`.
fn create_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let line = Line::read(&|name| call.body.text(name).map(str::to_owned));
    act(move |tenant, cx| {
        let ids = upload(tenant, &[line], cx);
        ids.first().map_or(Outcome::done(), |id| Outcome::created(&imported::SET, imported::item(*id)))
    })
}

/// `POST importedWindowsAutopilotDeviceIdentities/import`. Hashes that stand twice in one upload are duplicates.
fn import(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["importedWindowsAutopilotDeviceIdentities"])?;
    let lines = call.body.objects("importedWindowsAutopilotDeviceIdentities").iter();
    let lines: Vec<Line> = lines
        .filter_map(Value::as_object)
        .map(|members: &Map<_, _>| Line::read(&|name| members.get(name)?.as_str().map(str::to_owned)))
        .collect();
    // Source: Add devices (memdocs): at most 500 rows; the same is assumed of the action behind it.
    if lines.len() > call.source.tenant.knobs.csv_rows as usize {
        return Err(call.form.bad("too many devices in one import"));
    }
    act(move |tenant, cx| {
        let ids = upload(tenant, &lines, cx);
        let items = ids.into_iter().map(imported::item).collect();
        Outcome::items("Collection(microsoft.graph.importedWindowsAutopilotDeviceIdentity)", &imported::IMPORTED, items)
    })
}

fn upload(tenant: &mut Tenant, lines: &[Line], cx: &mut Cx) -> Vec<Id<crate::ImportedDevice>> {
    let row = |line: &Line, cx: &mut Cx| ImportRow {
        serial: cx.name(&line.serial),
        hash: HardwareHash::of(&line.hash),
        group_tag: cx.name(&line.group_tag),
        assigned_user: cx.name(&line.assigned_user),
    };
    let rows: Vec<ImportRow> = lines.iter().map(|line| row(line, cx)).collect();
    let by = cx.name("administrator");
    let ids = tenant.import_devices(&rows, by, cx);
    for (id, line) in ids.iter().zip(lines) {
        let id = tenant.imported_device(*id).id;
        tenant.kept.set(id, line.kept.iter().cloned());
    }
    ids
}

/// `DELETE importedWindowsAutopilotDeviceIdentities/{id}`.
fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row()?;
    act(move |tenant, _| {
        tenant.delete_import(id);
        Outcome::done()
    })
}
