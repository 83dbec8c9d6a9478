//! Autopilot device identities: their properties, their users, and their end; and the synchronisation with the service
//! behind them.

use super::super::autopilot_events::EVENT;
use super::super::entity::Versions::{Beta, Both};
use super::super::entity::{Edm, EntityType, Family, takes};
use super::super::error::GraphError;
use super::super::route::{Method, Route};
use super::super::windows_autopilot_device_identities::{FRONT_END, IDENTITY, SET};
use super::super::windows_autopilot_settings as settings;
use super::super::write::{Call, Outcome, Prepares, Refusal, act};
use super::routes::{action, bare, delete, refused};
use crate::{AutopilotDevice, SyncRefused};
use sim_core::Id;

/// The routes of identities and of the synchronisation.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    delete("/deviceManagement/windowsAutopilotDeviceIdentities/{id}", Both, &SET, delete_one),
    action("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/updateDeviceProperties", Both, &SET, &PROPERTIES, update),
    action("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/assignUserToDevice", Both, &SET, &ASSIGN_USER, assign_user),
    bare("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/unassignUserFromDevice", Both, &SET, unassign_user),
    action("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/assignResourceAccountToDevice", Beta, &SET,
        &ASSIGN_RESOURCE_ACCOUNT, assign_resource_account),
    bare("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/unassignResourceAccountFromDevice", Beta, &SET,
        unassign_resource_account),
    bare("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/allowNextEnrollment", Beta, &SET, allow_next_enrollment),
    refused(Method::Post, "/deviceManagement/windowsAutopilotDeviceIdentities", Both, &IDENTITY),
    refused(Method::Patch, "/deviceManagement/windowsAutopilotDeviceIdentities/{id}", Both, &IDENTITY),
    bare("/deviceManagement/windowsAutopilotSettings/sync", Beta, &settings::SET, sync),
    refused(Method::Post, "/deviceManagement/autopilotEvents", Beta, &EVENT),
    refused(Method::Patch, "/deviceManagement/autopilotEvents/{id}", Beta, &EVENT),
    refused(Method::Delete, "/deviceManagement/autopilotEvents/{id}", Beta, &EVENT),
    refused(Method::Patch, "/deviceManagement/windowsAutopilotSettings", Beta, &settings::SETTINGS),
    refused(Method::Delete, "/deviceManagement/windowsAutopilotSettings", Beta, &settings::SETTINGS),
];

/// The parameters of `updateDeviceProperties`.
static PROPERTIES: EntityType = EntityType {
    name: "microsoft.graph.updateDevicePropertiesParameters",
    family: Family::Intune(FRONT_END),
    properties: &[
        takes("userPrincipalName", Edm::String),
        takes("addressableUserName", Edm::String).kept(),
        takes("groupTag", Edm::String),
        takes("displayName", Edm::String),
        takes("deviceAccountUpn", Edm::String).beta().kept(),
        takes("deviceAccountPassword", Edm::String).beta(),
        takes("deviceFriendlyName", Edm::String).beta().kept(),
    ],
    ..EntityType::NONE
};

/// The parameters of `assignUserToDevice`.
static ASSIGN_USER: EntityType = EntityType {
    name: "microsoft.graph.assignUserToDeviceParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("userPrincipalName", Edm::String), takes("addressableUserName", Edm::String).kept()],
    ..EntityType::NONE
};

/// The parameters of `assignResourceAccountToDevice`.
static ASSIGN_RESOURCE_ACCOUNT: EntityType = EntityType {
    name: "microsoft.graph.assignResourceAccountToDeviceParameters",
    family: Family::Intune(FRONT_END),
    properties: &[
        takes("userPrincipalName", Edm::String),
        takes("addressableUserName", Edm::String).kept(),
        takes("resourceAccountName", Edm::String),
    ],
    ..EntityType::NONE
};

/// `updateDeviceProperties`. What is not given stays as it is.
fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    check_user(call)?;
    let text = |name| call.body.text(name).map(str::to_owned);
    let (user, tag, name) = (text("userPrincipalName"), text("groupTag"), text("displayName"));
    let kept = call.body.kept();
    act(move |tenant, cx| {
        tenant.kept.set(tenant.identity(id).id, kept);
        if let Some(user) = user {
            tenant.set_assigned_user(id, &user, cx);
        }
        if let Some(name) = name {
            tenant.set_identity_name(id, &name, cx);
        }
        if let Some(tag) = tag {
            let tag = cx.name(&tag);
            tenant.set_group_tag(id, tag, cx);
        }
        Outcome::done()
    })
}

/// `assignUserToDevice`.
fn assign_user(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    call.required(&["userPrincipalName"])?;
    check_user(call)?;
    let user = call.body.text("userPrincipalName").unwrap_or_default().to_owned();
    let kept = call.body.kept();
    act(move |tenant, cx| {
        tenant.kept.set(tenant.identity(id).id, kept);
        tenant.set_assigned_user(id, &user, cx);
        Outcome::done()
    })
}

/// Of a user only the domain is looked at: a name that nobody has is taken.
///
/// Source: Add devices (memdocs, 2025).
fn check_user(call: &Call<'_>) -> Result<(), GraphError> {
    let Some(user) = call.body.filled("userPrincipalName") else { return Ok(()) };
    let names = &call.source.cx.names;
    let known =
        |domain: &str| call.source.tenant.domains().iter().any(|d| names.get(d.name).eq_ignore_ascii_case(domain));
    match user.split_once('@') {
        Some((name, domain)) if !name.is_empty() && known(domain) => Ok(()),
        _ => Err(call.invalid("userPrincipalName")),
    }
}

/// `unassignUserFromDevice`.
fn unassign_user(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    act(move |tenant, cx| {
        tenant.kept.set(tenant.identity(id).id, [("addressableUserName", "".into())]);
        tenant.set_assigned_user(id, "", cx);
        Outcome::done()
    })
}

/// `assignResourceAccountToDevice`, for devices of meeting rooms.
fn assign_resource_account(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    call.required(&["userPrincipalName"])?;
    check_user(call)?;
    let text = |name| serde_json::Value::from(call.body.text(name).unwrap_or_default());
    let kept = [
        ("deviceAccountUpn", text("userPrincipalName")),
        ("deviceFriendlyName", text("addressableUserName")),
        ("resourceName", text("resourceAccountName")),
    ];
    act(move |tenant, _| {
        tenant.kept.set(tenant.identity(id).id, kept);
        Outcome::done()
    })
}

/// `unassignResourceAccountFromDevice`.
fn unassign_resource_account(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    act(move |tenant, _| {
        let kept = ["deviceAccountUpn", "deviceFriendlyName", "resourceName"].map(|name| (name, "".into()));
        tenant.kept.set(tenant.identity(id).id, kept);
        Outcome::done()
    })
}

/// `allowNextEnrollment`: *Unblock device* in the portal.
fn allow_next_enrollment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    act(move |tenant, cx| {
        tenant.allow_next_enrollment(id, cx);
        Outcome::done()
    })
}

/// `DELETE windowsAutopilotDeviceIdentities/{id}`. Refused while the device is enrolled.
fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<AutopilotDevice> = call.row()?;
    if call.source.tenant.is_enrolled(id) {
        return Err(call.form.bad(crate::StillEnrolled.to_string()));
    }
    act(move |tenant, cx| {
        tenant.deregister(id, cx);
        Outcome::done()
    })
}

/// `POST windowsAutopilotSettings/sync`: one at a time, and one every ten minutes.
fn sync(call: &Call<'_>) -> Result<Prepares, GraphError> {
    match call.source.tenant.may_sync_autopilot(call.source.cx.now()) {
        Ok(()) => act(|tenant, cx| {
            tenant.sync_autopilot(cx);
            Outcome::done()
        }),
        Err(SyncRefused::Running) => {
            Err(Refusal::by(&call.form, 409, "Conflict", "a synchronisation is running").into())
        }
        Err(SyncRefused::TooSoon { retry_after }) => {
            let refusal = Refusal::by(&call.form, 429, "TooManyRequests", "synchronised less than ten minutes ago");
            Err(refusal.retry_after(retry_after).into())
        }
    }
}
