//! Users: made, changed, licensed, deleted.

use super::super::entity::Versions::{Beta, Both};
use super::super::entity::{Edm, EntityType, Source, takes};
use super::super::error::GraphError;
use super::super::managed_devices::MANAGED_DEVICE;
use super::super::route::{Method, Route};
use super::super::users::{ASSIGNED_LICENSE, LICENSE_DETAILS, SET, item};
use super::super::write::{Call, Outcome, Prepares, Refusal, act};
use super::directory::{delete_object, referred};
use super::routes::{action, bare, create, delete, patch, reference, refused};
use crate::{DirectoryObject, SKUS, User};
use serde_json::Value;
use sim_core::{Guid, Id};

/// The routes of users.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    create("/users", Both, &SET, create_one),
    patch("/users/{id}", Both, &SET, update),
    delete("/users/{id}", Both, &SET, delete_one),
    action("/users/{id}/assignLicense", Both, &SET, &LICENSES, assign_license),
    action("/users/validateProperties", Both, &SET, &super::groups::VALIDATE, validate),
    bare("/users/{id}/revokeSignInSessions", Both, &SET, revoke),
    bare("/users/{id}/removeAllDevicesFromManagement", Both, &SET, retire_all),
    reference(Method::Put, "/users/{id}/manager/$ref", Both, &SET, "manager", set_manager),
    reference(Method::Delete, "/users/{id}/manager/$ref", Both, &SET, "manager", remove_manager),
    refused(Method::Post, "/users/{id}/licenseDetails", Both, &LICENSE_DETAILS),
    refused(Method::Patch, "/users/{id}/licenseDetails/{id}", Both, &LICENSE_DETAILS),
    refused(Method::Delete, "/users/{id}/licenseDetails/{id}", Both, &LICENSE_DETAILS),
    refused(Method::Post, "/users/{id}/managedDevices", Both, &MANAGED_DEVICE),
    refused(Method::Patch, "/users/{id}/managedDevices/{id}", Both, &MANAGED_DEVICE),
    refused(Method::Delete, "/users/{id}/managedDevices/{id}", Both, &MANAGED_DEVICE),
    refused(Method::Post, "/users/{id}/deviceEnrollmentConfigurations", Beta, &MANAGED_DEVICE),
    refused(Method::Patch, "/users/{id}/deviceEnrollmentConfigurations/{id}", Beta, &MANAGED_DEVICE),
    refused(Method::Delete, "/users/{id}/deviceEnrollmentConfigurations/{id}", Beta, &MANAGED_DEVICE),
    refused(Method::Post, "/users/{id}/deviceManagementTroubleshootingEvents", Both, &MANAGED_DEVICE),
    refused(Method::Patch, "/users/{id}/deviceManagementTroubleshootingEvents/{id}", Both, &MANAGED_DEVICE),
    refused(Method::Delete, "/users/{id}/deviceManagementTroubleshootingEvents/{id}", Both, &MANAGED_DEVICE),
];

/// The parameters of `assignLicense`.
pub(super) static LICENSES: EntityType = EntityType {
    name: "microsoft.graph.assignLicenseParameters",
    properties: &[
        takes("addLicenses", Edm::Collection(&Edm::Complex(&ASSIGNED_LICENSE))),
        takes("removeLicenses", Edm::Collection(&Edm::Guid)),
    ],
    ..EntityType::NONE
};

/// The longest names (Graph reference of users).
const NAME: usize = 256;
const NICKNAME: usize = 64;

fn create_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile"])?;
    check(call, None)?;
    let password = call.body.get("passwordProfile").and_then(|profile| profile.get("password")?.as_str());
    if password.is_none_or(|password| !is_strong(password)) {
        return Err(weak());
    }
    let text = |name| call.body.text(name).unwrap_or_default().to_owned();
    let (upn, name) = (text("userPrincipalName"), text("displayName"));
    let enabled = call.body.flag("accountEnabled").unwrap_or(true);
    let kept = kept(call);
    act(move |tenant, cx| {
        let id = tenant.add_user(&upn, &name, false, "", cx);
        tenant.users[id].enabled = enabled;
        tenant.kept.set(tenant.user_record(id).id, kept);
        Outcome::created(&SET, item(id))
    })
}

/// What is kept beside the record: the password is, and is not given back.
fn kept(call: &Call<'_>) -> Vec<(&'static str, Value)> {
    let profile = call.body.get("passwordProfile").map(|profile| ("passwordProfile", profile.clone()));
    call.body.kept().into_iter().chain(profile).collect()
}

/// Names that cannot be given. Those of users that were synchronised are Active Directory's.
fn check(call: &Call<'_>, user: Option<Id<User>>) -> Result<(), GraphError> {
    let Source { tenant, cx, .. } = call.source;
    let wrong = |name, most| call.body.text(name).is_some_and(|text| text.is_empty() || text.chars().count() > most);
    for (name, most) in [("displayName", NAME), ("mailNickname", NICKNAME)] {
        if wrong(name, most) {
            return Err(call.invalid(name));
        }
    }
    let Some(upn) = call.body.text("userPrincipalName") else { return Ok(()) };
    let (name, domain) = upn.split_once('@').unwrap_or((upn, ""));
    let good = |c: char| c.is_ascii_alphanumeric() || "'.-_!#^~".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(good) {
        return Err(call.invalid("userPrincipalName"));
    }
    if !tenant.domains().iter().any(|known| known.verified && cx.names.get(known.name).eq_ignore_ascii_case(domain)) {
        let message = "The domain portion of the userPrincipalName property is invalid. You must use one of the verified \
            domain names in your organization.";
        return Err(Refusal::plain(400, "Request_BadRequest", message).into());
    }
    match tenant.user(upn, cx) {
        Some(other) if user != Some(other) => Err(Refusal::duplicate("userPrincipalName").into()),
        _ => Ok(()),
    }
}

/// Eight characters, three of four kinds.
///
/// Source: password policies (entra-docs).
fn is_strong(password: &str) -> bool {
    let has = |is: fn(char) -> bool| usize::from(password.contains(is));
    let kinds = has(|c| c.is_ascii_lowercase())
        + has(|c| c.is_ascii_uppercase())
        + has(|c| c.is_ascii_digit())
        + has(|c| !c.is_ascii_alphanumeric());
    (8..=256).contains(&password.chars().count()) && kinds >= 3
}

fn weak() -> GraphError {
    let message = "The specified password does not comply with password complexity requirements. Please provide a \
        different password.";
    Refusal::plain(400, "Request_BadRequest", message).into()
}

fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<User> = call.row()?;
    let user = call.source.tenant.user_record(id);
    check(call, Some(id))?;
    // Observed: the sentence for what Active Directory masters.
    let mastered =
        ["displayName", "userPrincipalName", "accountEnabled", "mailNickname", "givenName", "surname", "department"];
    if !user.account.is_empty() && mastered.iter().any(|name| call.body.has(name)) {
        return Err(super::devices::mastered_on_premises());
    }
    let password = call.body.get("passwordProfile").and_then(|profile| profile.get("password")?.as_str());
    if password.is_some_and(|password| !is_strong(password)) {
        return Err(weak());
    }
    let text = |name| call.body.text(name).map(str::to_owned);
    let (upn, name, enabled) = (text("userPrincipalName"), text("displayName"), call.body.flag("accountEnabled"));
    let kept = kept(call);
    act(move |tenant, cx| {
        let (upn, name) = (upn.map(|upn| cx.name(&upn)), name.map(|name| cx.name(&name)));
        let user = &mut tenant.users[id];
        user.upn = upn.unwrap_or(user.upn);
        user.display_name = name.unwrap_or(user.display_name);
        user.enabled = enabled.unwrap_or(user.enabled);
        tenant.kept.set(tenant.user_record(id).id, kept);
        tenant.touch_user(id);
        Outcome::done()
    })
}

fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    delete_object(call, DirectoryObject::User(call.row()?))
}

/// What `assignLicense` gives and takes, a bit for each product.
pub(super) fn licenses(call: &Call<'_>) -> Result<(u8, u8), GraphError> {
    call.required(&["addLicenses", "removeLicenses"])?;
    let bit = |id: &str| {
        let id = id.parse::<Guid>().ok();
        let found = SKUS.iter().position(|sku| Some(sku.id) == id).map(|nth| 1_u8 << nth);
        let message = format!("License {} does not correspond to a valid company License.", id.unwrap_or_default());
        found.ok_or_else(|| GraphError::from(Refusal::plain(400, "Request_BadRequest", message)))
    };
    let (mut add, mut remove) = (0, 0);
    for license in call.body.objects("addLicenses") {
        add |= bit(license.get("skuId").and_then(Value::as_str).unwrap_or_default())?;
    }
    for id in call.body.texts("removeLicenses").unwrap_or_default() {
        remove |= bit(id)?;
    }
    Ok((add, remove))
}

fn assign_license(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<User> = call.row()?;
    let (add, remove) = licenses(call)?;
    let tenant = call.source.tenant;
    let had = tenant.user_record(id).licenses;
    // Observed: the sentences for a user without a country, and for a licence that is not there.
    if add & !had != 0
        && tenant.knobs.usage_location
        && tenant.kept.of(tenant.user_record(id).id, "usageLocation").is_none()
    {
        let message = "License assignment cannot be done for user with invalid usage location.";
        return Err(Refusal::plain(400, "Request_BadRequest", message).into());
    }
    if remove & !had != 0 {
        let message = "User does not have a corresponding license.";
        return Err(Refusal::plain(400, "Request_BadRequest", message).into());
    }
    act(move |tenant, cx| {
        tenant.set_licenses(id, had & !remove | add, cx);
        Outcome::shown(&SET, item(id))
    })
}

fn validate(call: &Call<'_>) -> Result<Prepares, GraphError> {
    match call.body.filled("displayName").or(call.body.filled("mailNickname")) {
        Some(_) => Ok(Prepares::answer(Outcome::done())),
        None => Err(call.invalid("displayName")),
    }
}

/// `revokeSignInSessions`.
fn revoke(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<User> = call.row()?;
    act(move |tenant, cx| {
        let mut now = String::new();
        super::super::time_text(&mut now, cx.now());
        tenant.kept.set(tenant.user_record(id).id, [("signInSessionsValidFromDateTime", now.into())]);
        Outcome::value("Edm.Boolean", true.into())
    })
}

/// `removeAllDevicesFromManagement`: all devices of the user are retired.
fn retire_all(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let user: Id<User> = call.row()?;
    act(move |tenant, cx| {
        let cause = cx.cause();
        let of = |(id, managed): (_, &crate::ManagedDevice)| (managed.user.get() == Some(user)).then_some(id);
        let devices: Vec<_> = tenant.managed_devices().filter_map(of).collect();
        for device in devices {
            cx.because(cause);
            tenant.request_action(device, crate::RemoteAction::Retire, cx);
        }
        Outcome::done()
    })
}

fn set_manager(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<User> = call.row()?;
    let DirectoryObject::User(manager) = referred(call)? else { return Err(call.invalid("manager")) };
    let manager = call.source.tenant.user_record(manager).id.to_string();
    act(move |tenant, _| {
        tenant.kept.set(tenant.user_record(id).id, [("manager", manager.into())]);
        Outcome::done()
    })
}

fn remove_manager(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<User> = call.row()?;
    act(move |tenant, _| {
        tenant.kept.set(tenant.user_record(id).id, [("manager", Value::Null)]);
        Outcome::done()
    })
}
