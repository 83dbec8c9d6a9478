//! Deployment profiles: how they are made, changed, assigned and deleted.

use super::super::entity::Versions::Beta;
use super::super::entity::{Edm, EntityType, Family, takes};
use super::super::error::GraphError;
use super::super::route::{Method, Route};
use super::super::windows_autopilot_deployment_profiles::{ASSIGNMENT, HYBRID, PROFILE, SET, item};
use super::super::windows_autopilot_device_identities::{FRONT_END, IDENTITY};
use super::super::write::{Call, Outcome, Prepares, act};
use super::assignments;
use super::routes::{action, create, delete, patch, refused, related};
use crate::{AutopilotDevice, DeploymentProfile, JoinType, NewDeploymentProfile, ProfileChange, Reach};
use serde_json::{Value, json};
use sim_core::{Guid, Id};

/// The routes of deployment profiles.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    create("/deviceManagement/windowsAutopilotDeploymentProfiles", Beta, &SET, create_one),
    action("/deviceManagement/windowsAutopilotDeploymentProfiles/hasPayloadLinks", Beta, &SET, &PAYLOADS, has_payload_links),
    patch("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}", Beta, &SET, update),
    delete("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}", Beta, &SET, delete_one),
    action("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assign", Beta, &SET, &ASSIGN, assign),
    related(Method::Post, "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments", Beta, &SET, "assignments",
        add_assignment),
    related(Method::Delete, "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments/{id}", Beta, &SET,
        "assignments", remove_assignment),
    related(Method::Patch, "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments/{id}", Beta, &SET,
        "assignments", change_assignment),
    refused(Method::Post, "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignedDevices", Beta, &IDENTITY),
    refused(Method::Patch, "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignedDevices/{id}", Beta, &IDENTITY),
    refused(Method::Delete, "/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignedDevices/{id}", Beta, &IDENTITY),
];

/// The parameters of `assign`, which sets the profile of single devices.
static ASSIGN: EntityType = EntityType {
    name: "microsoft.graph.assignParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("deviceIds", Edm::Collection(&Edm::String))],
    ..EntityType::NONE
};

/// The parameters of `hasPayloadLinks`.
static PAYLOADS: EntityType = EntityType {
    name: "microsoft.graph.hasPayloadLinksParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("payloadIds", Edm::Collection(&Edm::String))],
    ..EntityType::NONE
};

/// The longest texts (OpenAPI descriptions of the properties).
const NAME: usize = 200;
const DESCRIPTION: usize = 1500;
/// Profiles a tenant may have (Autopilot profiles, memdocs 2024).
const PROFILES: usize = 350;

fn create_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["displayName"])?;
    if call.source.tenant.deployment_profiles().count() >= PROFILES {
        return Err(call.form.bad("a tenant has at most 350 deployment profiles"));
    }
    let join = match call.body.ty.name {
        // The declared type is abstract.
        name if name == PROFILE.name => return Err(call.invalid("@odata.type")),
        name if name == HYBRID.name => JoinType::Hybrid,
        _ => JoinType::Entra,
    };
    let change = change(call, join)?;
    act(move |tenant, cx| {
        let new = NewDeploymentProfile {
            name: change.name.clone().unwrap_or_default(),
            description: change.description.clone().unwrap_or_default(),
            join,
            skip_connectivity_check: change.skip_connectivity_check.unwrap_or(false),
            convert_all: change.convert_all.unwrap_or(false),
            preprovisioning_allowed: change.preprovisioning_allowed.unwrap_or(false),
            device_name_template: change.device_name_template.clone().unwrap_or_default(),
            assignment: crate::Assignment::default(),
        };
        let id = tenant.add_deployment_profile(new, cx);
        tenant.kept.set(tenant.deployment_profile_record(id).id, change.kept);
        Outcome::created(&SET, item(tenant, id))
    })
}

fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<DeploymentProfile> = call.row()?;
    let change = change(call, call.source.tenant.deployment_profile_record(id).join)?;
    act(move |tenant, cx| {
        tenant.change_deployment_profile(id, change, cx);
        Outcome::shown(&SET, item(tenant, id))
    })
}

/// What a body says of a profile, in either vocabulary. The words since 2024 count where both are given.
fn change(call: &Call<'_>, join: JoinType) -> Result<ProfileChange, GraphError> {
    let body = &call.body;
    let text = |name| body.text(name).map(str::to_owned);
    let flag = |new, old| body.flag(new).or_else(|| body.flag(old));
    let name = text("displayName");
    if name.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > NAME) {
        return Err(call.invalid("displayName"));
    }
    let description = text("description");
    if description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION) {
        return Err(call.invalid("description"));
    }
    let template = text("deviceNameTemplate").filter(|_| join == JoinType::Entra);
    if template.as_deref().is_some_and(|template| !template.is_empty() && !is_name_template(template)) {
        return Err(call.invalid("deviceNameTemplate"));
    }
    let mut kept = body.kept();
    if let Some(locale) = body.get("locale").or_else(|| body.get("language")) {
        kept.push(("locale", locale.clone()));
    }
    if let Some(experience) = experience(body.get("outOfBoxExperienceSetting"), body.get("outOfBoxExperienceSettings"))
    {
        kept.push(("outOfBoxExperienceSetting", experience));
    }
    Ok(ProfileChange {
        name,
        description,
        skip_connectivity_check: body.flag("hybridAzureADJoinSkipConnectivityCheck"),
        convert_all: flag("hardwareHashExtractionEnabled", "extractHardwareHash"),
        preprovisioning_allowed: flag("preprovisioningAllowed", "enableWhiteGlove"),
        device_name_template: template,
        kept,
    })
}

/// The members of the two settings of the out-of-box experience: since 2024, and before.
pub(in super::super) const EXPERIENCE: [(&str, &str); 6] = [
    ("privacySettingsHidden", "hidePrivacySettings"),
    ("eulaHidden", "hideEULA"),
    ("userType", "userType"),
    ("deviceUsageType", "deviceUsageType"),
    ("keyboardSelectionPageSkipped", "skipKeyboardSelectionPage"),
    ("escapeLinkHidden", "hideEscapeLink"),
];

fn experience(new: Option<&Value>, old: Option<&Value>) -> Option<Value> {
    if new.is_none() && old.is_none() {
        return None;
    }
    let given =
        |of: Option<&Value>, name: &str| of.and_then(|of| of.get(name)).filter(|value| !value.is_null()).cloned();
    let members = EXPERIENCE
        .iter()
        .filter_map(|(name, before)| Some(((*name).to_owned(), given(new, name).or_else(|| given(old, before))?)));
    Some(Value::Object(members.collect()))
}

/// Letters, digits and hyphens, not digits alone, at most 15 characters when `%SERIAL%` or `%RAND:x%` has been put in.
///
/// Source: Autopilot profiles (memdocs, 2024); that the variables have to be in capitals, from the enrolment errors
/// article. A serial number is counted as one character, since it is cut to fit.
fn is_name_template(template: &str) -> bool {
    let (mut rest, mut length, mut variable, mut digits) = (template, 0, false, true);
    while let Some(first) = rest.chars().next() {
        if first == '%' {
            let Some(end) = rest[1..].find('%') else { return false };
            match &rest[1..=end] {
                "SERIAL" => length += 1,
                random => match random.strip_prefix("RAND:").and_then(|n| n.parse::<usize>().ok()) {
                    Some(n) if (1..=15).contains(&n) => length += n,
                    _ => return false,
                },
            }
            variable = true;
            rest = &rest[end + 2..];
        } else if first.is_ascii_alphanumeric() || first == '-' {
            digits &= first.is_ascii_digit();
            length += 1;
            rest = &rest[1..];
        } else {
            return false;
        }
    }
    length <= 15 && (variable || !digits)
}

/// A profile that is assigned stays.
///
/// Source: `cannot-delete-autopilot-deployment-profile` (SupportArticles).
fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<DeploymentProfile> = call.row()?;
    let tenant = call.source.tenant;
    if assignments::reaches_anybody(&tenant.deployment_profile_record(id).assignment, tenant) {
        return Err(call.form.bad("the profile is assigned: take its assignments away first"));
    }
    act(move |tenant, cx| {
        tenant.delete_deployment_profile(id, cx);
        Outcome::done()
    })
}

fn add_assignment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<DeploymentProfile> = call.row()?;
    call.required(&["target"])?;
    let mut assignment = call.source.tenant.deployment_profile_record(id).assignment.clone();
    let mut added = crate::Assignment::default();
    let target = call.body.get("target").unwrap_or(&Value::Null);
    assignments::add(call, target, &mut added)?;
    assignments::add(call, target, &mut assignment)?;
    let context = call.form.path.clone();
    act(move |tenant, cx| {
        tenant.assign_deployment_profile(id, assignment, cx);
        let row = super::super::entity::Row::of(id.row());
        match super::super::assignments::items(&ASSIGNMENT, row, &added).next() {
            Some(item) => Outcome::created_in(context, &ASSIGNMENT, item),
            None => Outcome::done(),
        }
    })
}

fn remove_assignment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<DeploymentProfile> = call.row()?;
    let mut assignment = call.source.tenant.deployment_profile_record(id).assignment.clone();
    assignments::remove(&mut assignment, call.related.map_or(0, |item| item.row.part));
    act(move |tenant, cx| {
        tenant.assign_deployment_profile(id, assignment, cx);
        Outcome::done()
    })
}

/// An assignment gets another target.
fn change_assignment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<DeploymentProfile> = call.row()?;
    let mut assignment = call.source.tenant.deployment_profile_record(id).assignment.clone();
    if let Some(target) = call.body.get("target") {
        assignments::remove(&mut assignment, call.related.map_or(0, |item| item.row.part));
        assignments::add(call, target, &mut assignment)?;
    }
    act(move |tenant, cx| {
        tenant.assign_deployment_profile(id, assignment, cx);
        Outcome::shown(&SET, item(tenant, id))
    })
}

/// `assign`: the profile of single devices, until what targeting wants of them changes.
fn assign(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let id: Id<DeploymentProfile> = call.row()?;
    let tenant = call.source.tenant;
    let mut devices: Vec<Id<AutopilotDevice>> = Vec::new();
    for given in call.body.texts("deviceIds").unwrap_or_default() {
        let found = given.parse::<Guid>().ok().and_then(|guid| tenant.identities().find(|(_, i)| i.id == guid));
        devices.push(found.ok_or_else(|| call.form.bad(format!("the device '{given}' is not found")))?.0);
    }
    act(move |tenant, cx| {
        let cause = cx.cause();
        for device in devices {
            cx.because(cause);
            tenant.intend_profile(device, Some((id, Reach::Direct)), cx);
        }
        Outcome::done()
    })
}

/// `hasPayloadLinks`: whether profiles are assigned to anybody.
fn has_payload_links(call: &Call<'_>) -> Result<Prepares, GraphError> {
    let tenant = call.source.tenant;
    let ids = call.body.texts("payloadIds").unwrap_or_default();
    let item = |id: &&str| {
        let found = id.parse::<Guid>().ok().and_then(|id| tenant.deployment_profiles().find(|(_, p)| p.id == id));
        let error = found.is_none().then_some("NotFound");
        let linked = found.is_some_and(|(_, profile)| assignments::reaches_anybody(&profile.assignment, tenant));
        json!({ "payloadId": id, "hasLink": linked, "error": error.unwrap_or_default(), "sources": if linked { json!(["direct"]) } else { json!([]) } })
    };
    let items: Vec<Value> = ids.iter().map(item).collect();
    let outcome = Outcome::value("Collection(microsoft.graph.hasPayloadLinkResultItem)", items.into());
    Ok(Prepares::answer(outcome))
}
