//! Managed devices: what may be set of them, remote actions, and their end.

use super::super::entity::Versions::{Beta, Both};
use super::super::entity::{Edm, EntityType, Family, takes};
use super::super::error::GraphError;
use super::super::managed_devices::{FRONT_END, MANAGED_DEVICE, SET, item};
use super::super::route::{Method, Route};
use super::super::write::{Call, Outcome, Prepares, act};
use super::routes::{action, bare, delete, patch, refused};
use crate::{ManagedDevice, Ownership, RemoteAction};
use sim_core::{Cx, Id};

/// The routes of managed devices.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    patch("/deviceManagement/managedDevices/{id}", Both, &SET, update),
    delete("/deviceManagement/managedDevices/{id}", Both, &SET, delete_one),
    refused(Method::Post, "/deviceManagement/managedDevices", Both, &MANAGED_DEVICE),
    bare("/deviceManagement/managedDevices/{id}/syncDevice", Both, &SET, |call| ask(call, RemoteAction::Sync)),
    bare("/deviceManagement/managedDevices/{id}/rebootNow", Both, &SET, |call| ask(call, RemoteAction::Reboot)),
    bare("/deviceManagement/managedDevices/{id}/shutDown", Both, &SET, |call| ask(call, RemoteAction::ShutDown)),
    bare("/deviceManagement/managedDevices/{id}/remoteLock", Both, &SET, |call| ask(call, RemoteAction::Lock)),
    bare("/deviceManagement/managedDevices/{id}/resetPasscode", Both, &SET, |call| ask(call, RemoteAction::ResetPasscode)),
    bare("/deviceManagement/managedDevices/{id}/retire", Both, &SET, |call| ask(call, RemoteAction::Retire)),
    bare("/deviceManagement/managedDevices/{id}/rotateBitLockerKeys", Beta, &SET, |call| ask(call, RemoteAction::RotateKeys)),
    bare("/deviceManagement/managedDevices/{id}/removeDeviceFirmwareConfigurationInterfaceManagement", Beta, &SET,
        |call| ask(call, RemoteAction::RemoveFirmwareManagement)),
    action("/deviceManagement/managedDevices/{id}/wipe", Both, &SET, &WIPE, wipe),
    action("/deviceManagement/managedDevices/{id}/cleanWindowsDevice", Both, &SET, &CLEAN, clean),
    action("/deviceManagement/managedDevices/{id}/windowsDefenderScan", Both, &SET, &SCAN, scan),
    action("/deviceManagement/managedDevices/{id}/setDeviceName", Beta, &SET, &NAME, set_name),
];

static WIPE: EntityType = EntityType {
    name: "microsoft.graph.wipeParameters",
    family: Family::Intune(FRONT_END),
    properties: &[
        takes("keepEnrollmentData", Edm::Boolean),
        takes("keepUserData", Edm::Boolean),
        takes("macOsUnlockCode", Edm::String),
        takes("persistEsimDataPlan", Edm::Boolean),
        takes("useProtectedWipe", Edm::Boolean).beta(),
        takes("obliterationBehavior", Edm::Enum("obliterationBehavior")),
    ],
    ..EntityType::NONE
};

static CLEAN: EntityType = EntityType {
    name: "microsoft.graph.cleanWindowsDeviceParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("keepUserData", Edm::Boolean)],
    ..EntityType::NONE
};

static SCAN: EntityType = EntityType {
    name: "microsoft.graph.windowsDefenderScanParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("quickScan", Edm::Boolean)],
    ..EntityType::NONE
};

static NAME: EntityType = EntityType {
    name: "microsoft.graph.setDeviceNameParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("deviceName", Edm::String)],
    ..EntityType::NONE
};

/// The action waits for the device.
fn ask(call: &Call<'_>, action: RemoteAction) -> Result<Prepares, GraphError> {
    ask_for(call, move |_| action)
}

fn ask_for(call: &Call<'_>, action: impl FnOnce(&mut Cx) -> RemoteAction + 'static) -> Result<Prepares, GraphError> {
    let id: Id<ManagedDevice> = call.row()?;
    act(move |tenant, cx| {
        let action = action(cx);
        tenant.request_action(id, action, cx);
        Outcome::done()
    })
}

fn wipe(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let flag = |name| call.body.flag(name).unwrap_or(false);
    ask(call, RemoteAction::Wipe { keep_enrollment: flag("keepEnrollmentData"), keep_user_data: flag("keepUserData") })
}

fn clean(call: &Call<'_>) -> Result<Prepares, GraphError> {
    ask(call, RemoteAction::CleanWindows { keep_user_data: call.body.flag("keepUserData").unwrap_or(false) })
}

fn scan(call: &Call<'_>) -> Result<Prepares, GraphError> {
    ask(call, RemoteAction::Scan { quick: call.body.flag("quickScan").unwrap_or(false) })
}

/// The name follows the rules of computer names: 15 characters, not digits alone.
fn set_name(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["deviceName"])?;
    let name = call.body.text("deviceName").unwrap_or_default().to_owned();
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if name.is_empty() || name.len() > 15 || !name.chars().all(good) || name.bytes().all(|b| b.is_ascii_digit()) {
        return Err(call.invalid("deviceName"));
    }
    ask_for(call, move |cx| RemoteAction::SetName(cx.name(&name)))
}

fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<ManagedDevice> = call.row()?;
    let owner = call.body.filled("managedDeviceOwnerType").or_else(|| call.body.filled("ownerType"));
    let ownership = match owner {
        Some(owner) if owner.eq_ignore_ascii_case("company") => Some(Ownership::Company),
        Some(owner) if owner.eq_ignore_ascii_case("personal") => Some(Ownership::Personal),
        Some(owner) if owner.eq_ignore_ascii_case("unknown") => Some(Ownership::Unknown),
        Some(_) => return Err(call.invalid("managedDeviceOwnerType")),
        None => None,
    };
    let kept = call.body.kept();
    act(move |tenant, cx| {
        tenant.kept.set(tenant.managed_device(id).id, kept);
        if let Some(ownership) = ownership {
            tenant.set_ownership(id, ownership, cx);
        }
        Outcome::shown(&SET, item(id))
    })
}

/// `DELETE managedDevices/{id}`: the record goes at once; the device hears of it when it next checks in.
fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id = call.row()?;
    act(move |tenant, cx| {
        tenant.delete_managed_device(id, cx);
        Outcome::done()
    })
}
