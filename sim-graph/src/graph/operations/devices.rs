//! Entra devices: made by hand, changed, deleted; and their owners.

use super::super::devices::{SET, item};
use super::super::entity::Versions::{Both, V1};
use super::super::error::GraphError;
use super::super::route::{Method, Route};
use super::super::write::{Call, Outcome, Prepares, Refusal, act};
use super::directory::{delete_object, referred};
use super::routes::{by_key, create, delete, patch, reference};
use crate::{DirectoryObject, EntraDevice};
use sim_core::{Guid, Id, SimTime};

/// The routes of Entra devices.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    create("/devices", Both, &SET, create_one),
    patch("/devices/{id}", Both, &SET, update),
    delete("/devices/{id}", Both, &SET, delete_one),
    by_key(patch("/devices(deviceId={id})", V1, &SET, update), "deviceId"),
    by_key(delete("/devices(deviceId={id})", V1, &SET, delete_one), "deviceId"),
    reference(Method::Post, "/devices/{id}/registeredOwners/$ref", Both, &SET, "registeredOwners", set_owner),
    reference(Method::Delete, "/devices/{id}/registeredOwners/{id}/$ref", Both, &SET, "registeredOwners", remove_owner),
    reference(Method::Post, "/devices/{id}/registeredUsers/$ref", Both, &SET, "registeredUsers", set_owner),
    reference(Method::Delete, "/devices/{id}/registeredUsers/{id}/$ref", Both, &SET, "registeredUsers", remove_owner),
];

/// Observed: the sentence for what Active Directory masters.
pub(super) fn mastered_on_premises() -> GraphError {
    let message = "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects \
        currently undergoing migration.";
    Refusal::plain(400, "Request_BadRequest", message).into()
}

/// A device by hand, which is joined to nothing.
fn create_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let required = [
        "accountEnabled",
        "alternativeSecurityIds",
        "deviceId",
        "displayName",
        "operatingSystem",
        "operatingSystemVersion",
    ];
    call.required(&required)?;
    let device_id = call.body.text("deviceId").and_then(|id| id.parse::<Guid>().ok());
    let device_id = device_id.ok_or_else(|| call.invalid("deviceId"))?;
    if call.source.tenant.entra_device_by_device_id(device_id).is_some() {
        return Err(Refusal::duplicate("deviceId").into());
    }
    if call.body.objects("alternativeSecurityIds").is_empty() {
        return Err(call.invalid("alternativeSecurityIds"));
    }
    let text = |name| call.body.text(name).unwrap_or_default().to_owned();
    let (name, os_version) = (text("displayName"), text("operatingSystemVersion"));
    let enabled = call.body.flag("accountEnabled").unwrap_or(true);
    let kept = call.body.kept();
    act(move |tenant, cx| {
        let id = tenant.create_device_by_hand(device_id, &name, &os_version, enabled, cx);
        tenant.kept.set(tenant.entra_device(id).id, kept);
        Outcome::created(&SET, item(id))
    })
}

fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<EntraDevice> = call.row()?;
    let device = call.source.tenant.entra_device(id);
    if call.body.has("deviceId") {
        return Err(call.invalid("deviceId"));
    }
    let mastered = ["displayName", "operatingSystem", "operatingSystemVersion"];
    if device.synced != SimTime::NEVER && mastered.iter().any(|name| call.body.has(name)) {
        return Err(mastered_on_premises());
    }
    if call.body.text("displayName") == Some("") {
        return Err(call.invalid("displayName"));
    }
    let text = |name| call.body.text(name).map(str::to_owned);
    let (name, os_version) = (text("displayName"), text("operatingSystemVersion"));
    let (enabled, compliant) = (call.body.flag("accountEnabled"), call.body.flag("isCompliant"));
    let kept = merged(call, device.id);
    act(move |tenant, cx| {
        let (name, os_version) = (name.map(|name| cx.name(&name)), os_version.map(|version| cx.name(&version)));
        let device = &mut tenant.entra_devices[id];
        device.display_name = name.unwrap_or(device.display_name);
        device.os_version = os_version.unwrap_or(device.os_version);
        device.enabled = enabled.unwrap_or(device.enabled);
        device.compliant = compliant.or(device.compliant);
        let (guid, who) = (device.id, device.who);
        tenant.kept.set(guid, kept);
        cx.tell(&crate::kinds::ENTRA_DEVICE_CHANGED, who, &[]);
        tenant.device_changed(id, cx);
        Outcome::done()
    })
}

/// What is kept, with extension attributes that are not given left as they were.
fn merged(call: &Call<'_>, id: Guid) -> Vec<(&'static str, serde_json::Value)> {
    let mut kept = call.body.kept();
    for (name, value) in &mut kept {
        let was = call.source.tenant.kept.of(id, name).and_then(serde_json::Value::as_object);
        if let (Some(new), Some(was)) = (value.as_object(), was) {
            let mut all = was.clone();
            all.extend(new.clone());
            *value = all.into();
        }
    }
    kept
}

fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    delete_object(call, DirectoryObject::Device(call.row()?))
}

/// Whether a device may be deleted: not while its registration is being removed, for the service does that itself; and,
/// by a knob, not while it is registered.
///
/// Source: issues 1 of RemoveAutoPilotDevices, 18 and 23 of DeviceOffboardingManager, 85593 of azure-docs.
pub(super) fn check_deletion(call: &Call<'_>, id: Id<EntraDevice>) -> Result<(), GraphError> {
    let tenant = call.source.tenant;
    let identity = tenant.entra_device(id).identity.get().map(|identity| tenant.identity(identity));
    let held =
        identity.is_some_and(|identity| !identity.deleted && (identity.leaving || tenant.knobs.anchor_protected));
    if held {
        let message = "Insufficient privileges to complete the operation.";
        return Err(Refusal::plain(403, "Authorization_RequestDenied", message).into());
    }
    Ok(())
}

fn set_owner(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<EntraDevice> = call.row()?;
    let DirectoryObject::User(owner) = referred(call)? else { return Err(call.invalid("registeredOwners")) };
    if call.source.tenant.entra_device(id).owner.get().is_some() {
        let message = "One or more added object references already exist for the following modified properties: \
            'registeredOwners'.";
        return Err(Refusal::plain(400, "Request_BadRequest", message).into());
    }
    act(move |tenant, cx| {
        tenant.entra_devices[id].owner = owner.into();
        tenant.device_changed(id, cx);
        Outcome::done()
    })
}

fn remove_owner(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<EntraDevice> = call.row()?;
    act(move |tenant, cx| {
        tenant.entra_devices[id].owner = sim_core::rows::MaybeId::NONE;
        tenant.device_changed(id, cx);
        Outcome::done()
    })
}
