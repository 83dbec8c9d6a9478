//! `/deviceManagement/deviceEnrollmentConfigurations`: of these, enrollment status pages. The default one stands first.

use super::entity::{ENTITY, Edm, EntityType, Family, Item, Items, Row, Source, Value, Versions, never, null, off, p};
use super::read::guid_text;
use super::route::Set;
use super::{assignments, bag};
use crate::{EspProfile, EspSettings};
use sim_core::Id;

const INTUNE: Family = Family::Intune(super::windows_autopilot_device_identities::FRONT_END);

/// The row of the default page, which is no record.
const DEFAULT: u32 = u32::MAX;

/// The `deviceEnrollmentConfiguration` type.
#[rustfmt::skip]
pub static CONFIGURATION: EntityType = EntityType {
    name: "microsoft.graph.deviceEnrollmentConfiguration",
    set: "deviceManagement/deviceEnrollmentConfigurations",
    base: Some(&ENTITY),
    family: INTUNE,
    key: Some(|s, r| id(s, r).into()),
    properties: &[
        p("displayName", Edm::String, |s, r| page(s, r).map_or("All users and all devices".into(), |page| s.name(page.name))).own(),
        p("description", Edm::String, |s, r| page(s, r).map_or(DESCRIPTION, |_| "").into()).kept(),
        p("priority", Edm::Int32, |s, r| Value::Int(page(s, r).map_or(0, |page| page.priority.into()))).required(),
        never("createdDateTime").noted(),
        never("lastModifiedDateTime").noted(),
        p("version", Edm::Int32, |_, _| Value::Int(1)).required().noted(),
        p("roleScopeTagIds", Edm::Collection(&Edm::String), |_, _| Value::List(vec!["0".into()])).beta().kept(),
        p("deviceEnrollmentConfigurationType", Edm::Enum("deviceEnrollmentConfigurationType"), |s, r| match page(s, r) {
            Some(_) => "windows10EnrollmentCompletionPageConfiguration".into(),
            None => "defaultWindows10EnrollmentCompletionPageConfiguration".into(),
        }).required().beta().may("eq"),
    ],
    navigations: &[assignments::navigation(&ASSIGNMENT, Versions::Both, |s, r| -> Items<'_> {
        match page(s, r) {
            Some(page) => assignments::items(&ASSIGNMENT, r, &page.assignment),
            None => Box::new(std::iter::empty()),
        }
    })],
    ..EntityType::NONE
};

/// What the service says of its default page.
const DESCRIPTION: &str = "This is the default enrollment status screen configuration applied with the lowest priority \
    to all users and all devices regardless of group membership.";

/// The `windows10EnrollmentCompletionPageConfiguration` type: the enrollment status page.
#[rustfmt::skip]
pub static STATUS_PAGE: EntityType = EntityType {
    name: "microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
    base: Some(&CONFIGURATION),
    family: INTUNE,
    properties: &[
        p("showInstallationProgress", Edm::Boolean, |s, r| settings(s, r).show_progress.into()).required().beta().own(),
        p("blockDeviceSetupRetryByUser", Edm::Boolean, |s, r| (!settings(s, r).retry_on_failure).into()).required().beta().own(),
        p("allowDeviceResetOnInstallFailure", Edm::Boolean, |s, r| settings(s, r).reset_on_failure.into()).required().beta().own(),
        p("allowLogCollectionOnInstallFailure", Edm::Boolean, |s, r| settings(s, r).logs_on_failure.into()).required().beta().own(),
        null("customErrorMessage", Edm::String).beta().kept(),
        p("installProgressTimeoutInMinutes", Edm::Int32, |s, r| Value::Int(settings(s, r).timeout.secs() / 60)).beta().own(),
        p("allowDeviceUseOnInstallFailure", Edm::Boolean, |s, r| settings(s, r).continue_on_failure.into()).required().beta().own(),
        p("selectedMobileAppIds", Edm::Collection(&Edm::String), |s, r| Value::List(blocking(s, r))).required().beta().own(),
        off("allowNonBlockingAppInstallation").kept(),
        off("trackInstallProgressForAutopilotOnly").beta().kept(),
        off("disableUserStatusTrackingAfterFirstUser").beta().kept(),
        p("installQualityUpdates", Edm::Boolean, |_, _| false.into()).beta().kept(),
    ],
    ..EntityType::NONE
};

/// The `enrollmentConfigurationAssignment` type.
#[rustfmt::skip]
pub static ASSIGNMENT: EntityType = EntityType {
    name: "microsoft.graph.enrollmentConfigurationAssignment",
    base: Some(&ENTITY),
    family: INTUNE,
    key: Some(|s, r| assignments::id(s, r, &id(s, r))),
    properties: &[
        p("source", Edm::Enum("deviceAndAppManagementAssignmentSource"), |_, _| "direct".into()).required().beta(),
        p("sourceId", Edm::String, |s, r| id(s, r).into()).beta(),
        p("target", Edm::Complex(&assignments::TARGET), assignments::target).own(),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/deviceEnrollmentConfigurations",
    declared: &CONFIGURATION,
    holds: &[&STATUS_PAGE],
    rows: |s, _| {
        let rows = std::iter::once(DEFAULT).chain(s.tenant.esp_profiles().map(|(id, _)| id.row()));
        let pages = rows.map(|row| Item { ty: &STATUS_PAGE, row: Row::of(row) });
        Box::new(pages.chain(bag::rows(s, SET.path)))
    },
    indexes: &[],
    other_key: None,
    expands: true,
};

/// A status page as an entity.
pub(super) fn item(id: Id<EspProfile>) -> Item {
    Item { ty: &STATUS_PAGE, row: Row::of(id.row()) }
}

/// The page of a row; none for the default one.
pub(super) fn page_row(source: &Source<'_>, row: Row) -> Option<Id<EspProfile>> {
    page(source, row).map(|_| Id::new(row.id))
}

/// The record of a page; none for the default one.
fn page<'t>(source: &Source<'t>, row: Row) -> Option<&'t EspProfile> {
    source.tenant.esp_profiles.get(Id::new(row.id))
}

/// `<tenant>_Default…` and `<page>_…` (common knowledge).
fn id(source: &Source<'_>, row: Row) -> String {
    match page(source, row) {
        Some(page) => format!("{}_Windows10EnrollmentCompletionPageConfiguration", guid_text(page.id)),
        None => format!("{}_DefaultWindows10EnrollmentCompletionPageConfiguration", guid_text(source.tenant.id())),
    }
}

fn settings(source: &Source<'_>, row: Row) -> EspSettings {
    page(source, row).map_or(EspSettings::DEFAULT, |page| EspSettings {
        show_progress: page.show_progress,
        timeout: page.timeout,
        continue_on_failure: page.continue_on_failure,
        retry_on_failure: page.retry_on_failure,
        reset_on_failure: page.reset_on_failure,
        logs_on_failure: page.logs_on_failure,
        user_phase: page.user_phase,
        ..EspSettings::DEFAULT
    })
}

/// The ids of the apps that a page names as blocking.
fn blocking<'s>(source: &Source<'s>, row: Row) -> Vec<Value<'s>> {
    let apps = page(source, row).and_then(|page| page.blocking.as_deref()).unwrap_or_default();
    apps.iter().map(|app| guid_text(source.tenant.app_record(*app).id).into()).collect()
}
