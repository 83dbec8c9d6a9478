//! Enrollment configurations: status pages with their order, restrictions, limits.

use super::super::bag;
use super::super::device_enrollment_configurations::{ASSIGNMENT, CONFIGURATION, SET, STATUS_PAGE, item, page_row};
use super::super::entity::Versions::Both;
use super::super::entity::{Edm, EntityType, Family, takes};
use super::super::error::GraphError;
use super::super::route::{Method, Route};
use super::super::windows_autopilot_device_identities::FRONT_END;
use super::super::write::{Call, Outcome, Prepares, act};
use super::assignments::{self, Assigned};
use super::routes::{action, create, delete, patch, refused, related};
use crate::{App, EspChange, EspProfile};
use serde_json::Value;
use sim_core::{Guid, Id, SimDuration};

/// The routes of enrollment configurations.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    create("/deviceManagement/deviceEnrollmentConfigurations", Both, &SET, create_one),
    patch("/deviceManagement/deviceEnrollmentConfigurations/{id}", Both, &SET, update),
    delete("/deviceManagement/deviceEnrollmentConfigurations/{id}", Both, &SET, delete_one),
    action("/deviceManagement/deviceEnrollmentConfigurations/{id}/assign", Both, &SET, &ASSIGN, assign),
    action("/deviceManagement/deviceEnrollmentConfigurations/{id}/setPriority", Both, &SET, &PRIORITY, set_priority),
    related(Method::Post, "/deviceManagement/deviceEnrollmentConfigurations/{id}/assignments", Both, &SET, "assignments",
        add_assignment),
    related(Method::Delete, "/deviceManagement/deviceEnrollmentConfigurations/{id}/assignments/{id}", Both, &SET, "assignments",
        remove_assignment),
    refused(Method::Patch, "/deviceManagement/deviceEnrollmentConfigurations/{id}/assignments/{id}", Both, &ASSIGNMENT),
];

static ASSIGN: EntityType = EntityType {
    name: "microsoft.graph.assignParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("enrollmentConfigurationAssignments", Edm::Collection(&Edm::Complex(&ASSIGNMENT)))],
    ..EntityType::NONE
};

static PRIORITY: EntityType = EntityType {
    name: "microsoft.graph.setPriorityParameters",
    family: Family::Intune(FRONT_END),
    properties: &[takes("priority", Edm::Int32)],
    ..EntityType::NONE
};

/// The longest message on a status page (memdocs, 2022).
const MESSAGE: usize = 10_000;

fn create_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["displayName"])?;
    if call.body.ty.name != STATUS_PAGE.name {
        return if call.body.ty.name == CONFIGURATION.name {
            Err(call.invalid("@odata.type"))
        } else {
            bag::create(call)
        };
    }
    let change = change(call)?;
    act(move |tenant, cx| {
        let name = change.name.clone().unwrap_or_default();
        let id = tenant.add_esp_profile(&name, crate::EspSettings::DEFAULT, crate::Assignment::default(), cx);
        tenant.change_esp_profile(id, change, cx);
        Outcome::created(&SET, item(id))
    })
}

/// What a body says of a status page.
fn change(call: &Call<'_>) -> Result<EspChange, GraphError> {
    if call.body.text("displayName") == Some("") {
        return Err(call.invalid("displayName"));
    }
    if call.body.text("customErrorMessage").is_some_and(|text| text.chars().count() > MESSAGE) {
        return Err(call.invalid("customErrorMessage"));
    }
    let timeout = match call.body.number("installProgressTimeoutInMinutes") {
        Some(minutes @ 1..=1440) => Some(SimDuration::from_mins(minutes)),
        Some(_) => return Err(call.invalid("installProgressTimeoutInMinutes")),
        None => None,
    };
    Ok(EspChange {
        name: call.body.text("displayName").map(str::to_owned),
        show_progress: call.body.flag("showInstallationProgress"),
        timeout,
        continue_on_failure: call.body.flag("allowDeviceUseOnInstallFailure"),
        retry_on_failure: call.body.flag("blockDeviceSetupRetryByUser").map(|blocked| !blocked),
        reset_on_failure: call.body.flag("allowDeviceResetOnInstallFailure"),
        logs_on_failure: call.body.flag("allowLogCollectionOnInstallFailure"),
        blocking: blocking(call)?,
        kept: call.body.kept(),
    })
}

/// The apps that block a page. A list without any means all that are required.
fn blocking(call: &Call<'_>) -> Result<Option<Option<Vec<Id<App>>>>, GraphError> {
    let Some(ids) = call.body.texts("selectedMobileAppIds") else { return Ok(None) };
    let app = |id: &str| {
        let id = id.parse::<Guid>().ok();
        let found = call.source.tenant.apps.iter().find(|(_, app)| Some(app.id) == id);
        found.map(|(row, _)| row).ok_or_else(|| call.invalid("selectedMobileAppIds"))
    };
    let apps: Vec<Id<App>> = ids.into_iter().map(app).collect::<Result<_, _>>()?;
    Ok(Some((!apps.is_empty()).then_some(apps)))
}

/// The status page of the path: none if it is the default one, or of another kind.
fn page(call: &Call<'_>) -> Result<Option<Id<EspProfile>>, GraphError> {
    let item = call.item()?;
    Ok((item.ty.name == STATUS_PAGE.name).then(|| page_row(call.source, item.row)).flatten())
}

/// Whether the path leads to the default status page, which stays.
fn is_default(call: &Call<'_>) -> Result<bool, GraphError> {
    Ok(call.item()?.ty.name == STATUS_PAGE.name && page(call)?.is_none())
}

fn update(call: &Call<'_>) -> Result<Prepares, GraphError> {
    if is_default(call)? {
        return Err(call.form.bad("the default enrollment status page is not changed here"));
    }
    let Some(id) = page(call)? else { return bag::update(call) };
    let change = change(call)?;
    act(move |tenant, cx| {
        tenant.change_esp_profile(id, change, cx);
        Outcome::shown(&SET, item(id))
    })
}

fn delete_one(call: &Call<'_>) -> Result<Prepares, GraphError> {
    if is_default(call)? {
        return Err(call.form.bad("the default enrollment configurations cannot be deleted"));
    }
    let Some(id) = page(call)? else { return bag::delete(call) };
    act(move |tenant, cx| {
        tenant.delete_esp_profile(id, cx);
        Outcome::done()
    })
}

fn assigned(call: &Call<'_>) -> Result<Assigned, GraphError> {
    match page(call)? {
        Some(id) => Ok(Assigned::StatusPage(id)),
        None if is_default(call)? => Err(call.form.bad("the default enrollment configurations are for everybody")),
        None => Ok(Assigned::Bag(call.row()?)),
    }
}

fn assign(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["enrollmentConfigurationAssignments"])?;
    let to = assigned(call)?;
    let assignment = assignments::all(call, call.body.objects("enrollmentConfigurationAssignments"))?;
    act(move |tenant, cx| {
        to.assign(tenant, assignment, cx);
        Outcome::status(200)
    })
}

fn add_assignment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    assignments::add_one(call, assigned(call)?, &ASSIGNMENT)
}

fn remove_assignment(call: &Call<'_>) -> Result<Prepares, GraphError> {
    assignments::remove_one(call, assigned(call)?)
}

/// `setPriority`: the page takes that place, and the others move.
fn set_priority(call: &Call<'_>) -> Result<Prepares, GraphError> {
    call.required(&["priority"])?;
    let priority = call.body.number("priority").unwrap_or(0);
    let places = call.source.tenant.esp_profiles().count() as i64;
    match page(call)? {
        Some(id) if (1..=places).contains(&priority) => act(move |tenant, cx| {
            tenant.set_esp_priority(id, priority as u32, cx);
            Outcome::status(200)
        }),
        Some(_) => Err(call.invalid("priority")),
        None if is_default(call)? => Err(call.form.bad("the default enrollment configurations come last")),
        None => {
            let id = call.row::<crate::BagEntity>()?;
            act(move |tenant, cx| {
                tenant.kept.set(tenant.bag[id].id, [("priority", Value::from(priority))]);
                tenant.tell_bag(id, "ordered", cx);
                Outcome::status(200)
            })
        }
    }
}
