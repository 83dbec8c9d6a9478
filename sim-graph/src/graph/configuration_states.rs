//! What configurations and compliance policies come to on devices: statuses and summaries, computed from who is reached.
//!
//! A row is a managed device or a configuration, its part the row of the other. A domain join profile has been applied when
//! the device's computer account was made; what else it may be the tenant does not hear.

use super::assignments;
use super::entity::{ENTITY, Edm, EntityType, Family, Item, Items, Row, Source, Value, Versions, empty, null, p};
use super::route::Set;
use crate::{Assignment, ManagedDevice};
use sim_core::{Id, SimTime};

/// The `deviceConfigurationDeviceStatus` type. A part is the profile.
#[rustfmt::skip]
pub static DEVICE_STATUS: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationDeviceStatus",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessDeviceConfigurationFEService"),
    key: Some(pair),
    properties: &[
        p("complianceGracePeriodExpirationDateTime", Edm::DateTimeOffset, |_, _| Value::Time(SimTime::NEVER)).required(),
        p("deviceDisplayName", Edm::String, |s, r| s.name(managed(s, r).device_name)),
        p("deviceModel", Edm::String, |s, r| s.name(s.tenant.hardware(managed(s, r).hardware).model)),
        p("lastReportedDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).last_sync.into()).required(),
        p("status", Edm::Enum("complianceStatus"), |s, r| applied(s, r).into()).required(),
        p("userName", Edm::String, user_name),
        p("userPrincipalName", Edm::String, upn),
        p("platform", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
    ],
    ..EntityType::NONE
};

/// The `deviceConfigurationUserStatus` type. Configurations of devices have none.
#[rustfmt::skip]
pub static USER_STATUS: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationUserStatus",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessDeviceConfigurationFEService"),
    key: Some(pair),
    properties: &[
        p("devicesCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("lastReportedDateTime", Edm::DateTimeOffset, |_, _| Value::Time(SimTime::NEVER)).required(),
        p("status", Edm::Enum("complianceStatus"), |_, _| "unknown".into()).required(),
        null("userDisplayName", Edm::String),
        null("userPrincipalName", Edm::String),
    ],
    ..EntityType::NONE
};

/// The `deviceConfigurationDeviceOverview` type.
#[rustfmt::skip]
pub static DEVICE_OVERVIEW: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationDeviceOverview",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessDeviceConfigurationFEService"),
    key: Some(|s, r| profile(s, r).id.into()),
    properties: &[
        p("configurationVersion", Edm::Int32, |_, _| Value::Int(1)).required(),
        p("errorCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("failedCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("lastUpdateDateTime", Edm::DateTimeOffset, |_, _| Value::Time(SimTime::NEVER)).required(),
        p("notApplicableCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("pendingCount", Edm::Int32, |s, r| Value::Int(reached(s, &profile(s, r).assignment).filter(|(_, m)| m.odj.get().is_none()).count() as i64)).required(),
        p("successCount", Edm::Int32, |s, r| Value::Int(reached(s, &profile(s, r).assignment).filter(|(_, m)| m.odj.get().is_some()).count() as i64)).required(),
        p("conflictCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
        p("notApplicablePlatformCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
    ],
    ..EntityType::NONE
};

/// The `deviceConfigurationUserOverview` type.
#[rustfmt::skip]
pub static USER_OVERVIEW: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationUserOverview",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessDeviceConfigurationFEService"),
    key: Some(|s, r| profile(s, r).id.into()),
    properties: &[
        p("configurationVersion", Edm::Int32, |_, _| Value::Int(1)).required(),
        p("errorCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("failedCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("lastUpdateDateTime", Edm::DateTimeOffset, |_, _| Value::Time(SimTime::NEVER)).required(),
        p("notApplicableCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("pendingCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("successCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("conflictCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
    ],
    ..EntityType::NONE
};

/// The `deviceConfigurationGroupAssignment` type.
#[rustfmt::skip]
pub static GROUP_ASSIGNMENT: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationGroupAssignment",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessDeviceConfigurationFEService"),
    versions: Versions::Beta,
    key: Some(|s, r| assignments::id(s, r, &profile(s, r).id.to_string())),
    properties: &[
        p("excludeGroup", Edm::Boolean, |_, r| matches!(assignments::target_of(r.part), assignments::Target::Exclude(_)).into()).required().beta(),
        p("targetGroupId", Edm::String, |s, r| assignments::group_of(r).map(|group| s.tenant.group_record(group).id).into()).beta(),
    ],
    ..EntityType::NONE
};

/// The `deviceConfigurationState` type. A part is the profile.
#[rustfmt::skip]
pub static CONFIGURATION_STATE: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationState",
    base: Some(&ENTITY),
    family: Family::Intune(super::managed_devices::FRONT_END),
    key: Some(pair),
    properties: &[
        p("displayName", Edm::String, |s, r| s.name(s.tenant.domain_join_profile_record(Id::new(r.part)).name)),
        p("platformType", Edm::Enum("policyPlatformType"), |_, _| "windows10AndLater".into()).required(),
        p("settingCount", Edm::Int32, |_, _| Value::Int(4)).required(),
        empty("settingStates", &Edm::Opaque("deviceConfigurationSettingState")),
        p("state", Edm::Enum("complianceStatus"), |s, r| applied(s, r).into()).required(),
        p("version", Edm::Int32, |_, _| Value::Int(1)).required(),
        p("userId", Edm::String, |s, r| managed(s, r).user.get().map(|u| s.tenant.user_record(u).id).into()).beta(),
        p("userPrincipalName", Edm::String, upn).beta(),
    ],
    ..EntityType::NONE
};

/// The `deviceCompliancePolicyState` type. A part is the policy.
#[rustfmt::skip]
pub static POLICY_STATE: EntityType = EntityType {
    name: "microsoft.graph.deviceCompliancePolicyState",
    base: Some(&ENTITY),
    family: Family::Intune(super::managed_devices::FRONT_END),
    key: Some(|s, r| format!("{}_{}", s.tenant.bag[Id::new(r.part)].id, managed(s, r).id).into()),
    properties: &[
        p("displayName", Edm::String, |s, r| s.tenant.bag_value(Id::new(r.part), "displayName").map_or(Value::Null, |name| super::json::given(Edm::String, name))),
        p("platformType", Edm::Enum("policyPlatformType"), |_, _| "windows10AndLater".into()).required(),
        p("settingCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        empty("settingStates", &Edm::Opaque("deviceCompliancePolicySettingState")),
        p("state", Edm::Enum("complianceStatus"), |s, r| match managed(s, r).compliant { Some(true) => "compliant", Some(false) => "nonCompliant", None => "unknown" }.into()).required(),
        p("version", Edm::Int32, |_, _| Value::Int(1)).required(),
        p("userId", Edm::String, |s, r| managed(s, r).user.get().map(|u| s.tenant.user_record(u).id).into()).beta(),
        p("userPrincipalName", Edm::String, upn).beta(),
    ],
    ..EntityType::NONE
};

/// The `windowsProtectionState` type. Nothing of the sort is simulated.
#[rustfmt::skip]
pub static PROTECTION_STATE: EntityType = EntityType {
    name: "microsoft.graph.windowsProtectionState",
    base: Some(&ENTITY),
    family: Family::Intune(super::managed_devices::FRONT_END),
    key: Some(|s, r| managed(s, r).id.into()),
    properties: &[
        null("antiMalwareVersion", Edm::String),
        null("controlledConfigurationEnabled", Edm::Boolean),
        empty("deviceState", &Edm::Enum("windowsDeviceHealthState")),
        null("engineVersion", Edm::String),
        null("fullScanOverdue", Edm::Boolean),
        null("fullScanRequired", Edm::Boolean),
        null("isVirtualMachine", Edm::Boolean),
        null("lastFullScanDateTime", Edm::DateTimeOffset),
        null("lastFullScanSignatureVersion", Edm::String),
        null("lastQuickScanDateTime", Edm::DateTimeOffset),
        null("lastQuickScanSignatureVersion", Edm::String),
        p("lastReportedDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).last_sync.into()),
        null("malwareProtectionEnabled", Edm::Boolean),
        null("networkInspectionSystemEnabled", Edm::Boolean),
        empty("productStatus", &Edm::Enum("windowsDefenderProductStatus")),
        null("quickScanOverdue", Edm::Boolean),
        null("realTimeProtectionEnabled", Edm::Boolean),
        null("rebootRequired", Edm::Boolean),
        null("signatureUpdateOverdue", Edm::Boolean),
        null("signatureVersion", Edm::String),
        null("tamperProtectionEnabled", Edm::Boolean),
    ],
    ..EntityType::NONE
};

/// The `managedDeviceOverview` type.
#[rustfmt::skip]
pub static OVERVIEW: EntityType = EntityType {
    name: "microsoft.graph.managedDeviceOverview",
    base: Some(&ENTITY),
    family: Family::Intune(super::managed_devices::FRONT_END),
    key: Some(|s, _| s.tenant.id().into()),
    properties: &[
        p("deviceExchangeAccessStateSummary", Edm::Complex(&EXCHANGE), |_, r| Value::Complex(&EXCHANGE, r)),
        p("deviceOperatingSystemSummary", Edm::Complex(&SYSTEMS), |_, r| Value::Complex(&SYSTEMS, r)),
        p("dualEnrolledDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("enrolledDeviceCount", Edm::Int32, |s, _| count(s, |_| true)).required(),
        p("mdmEnrolledCount", Edm::Int32, |s, _| count(s, |_| true)).required(),
        p("lastModifiedDateTime", Edm::DateTimeOffset, |_, _| Value::Time(SimTime::NEVER)).required().beta(),
        null("managedDeviceModelsAndManufacturers", Edm::Opaque("managedDeviceModelsAndManufacturers")).beta(),
    ],
    ..EntityType::NONE
};

/// The `deviceOperatingSystemSummary` type.
#[rustfmt::skip]
pub static SYSTEMS: EntityType = EntityType {
    name: "microsoft.graph.deviceOperatingSystemSummary",
    family: Family::Intune(super::managed_devices::FRONT_END),
    properties: &[
        p("androidCorporateWorkProfileCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("androidCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("androidDedicatedCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("androidDeviceAdminCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("androidFullyManagedCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("androidWorkProfileCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("configMgrDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("iosCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("macOSCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("unknownCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("windowsCount", Edm::Int32, |s, _| count(s, |_| true)).required(),
        p("windowsMobileCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("aospUserAssociatedCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
        p("aospUserlessCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
        p("chromeOSCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
        p("linuxCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
    ],
    ..EntityType::NONE
};

/// The `deviceExchangeAccessStateSummary` type.
#[rustfmt::skip]
pub static EXCHANGE: EntityType = EntityType {
    name: "microsoft.graph.deviceExchangeAccessStateSummary",
    family: Family::Intune(super::managed_devices::FRONT_END),
    properties: &[
        p("allowedDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("blockedDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("quarantinedDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("unavailableDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("unknownDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
    ],
    ..EntityType::NONE
};

/// The `deviceConfigurationDeviceStateSummary` type.
#[rustfmt::skip]
pub static CONFIGURATION_SUMMARY: EntityType = EntityType {
    name: "microsoft.graph.deviceConfigurationDeviceStateSummary",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessDeviceConfigurationFEService"),
    key: Some(|s, _| s.tenant.id().into()),
    properties: &[
        p("compliantDeviceCount", Edm::Int32, |s, _| count(s, |m| m.odj.get().is_some())).required(),
        p("conflictDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("errorDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("nonCompliantDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("notApplicableDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("remediatedDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("unknownDeviceCount", Edm::Int32, |s, _| count(s, |m| m.odj.get().is_none())).required(),
    ],
    ..EntityType::NONE
};

/// `/deviceManagement/deviceCompliancePolicyDeviceStateSummary`, which tools read.
#[rustfmt::skip]
pub static COMPLIANCE_SUMMARY: EntityType = EntityType {
    name: "microsoft.graph.deviceCompliancePolicyDeviceStateSummary",
    base: Some(&ENTITY),
    family: Family::Intune("StatelessDeviceConfigurationFEService"),
    key: Some(|s, _| s.tenant.id().into()),
    properties: &[
        p("inGracePeriodCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("configManagerCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("unknownDeviceCount", Edm::Int32, |s, _| count(s, |m| m.compliant.is_none())).required(),
        p("notApplicableDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("compliantDeviceCount", Edm::Int32, |s, _| count(s, |m| m.compliant == Some(true))).required(),
        p("remediatedDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("nonCompliantDeviceCount", Edm::Int32, |s, _| count(s, |m| m.compliant == Some(false))).required(),
        p("errorDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
        p("conflictDeviceCount", Edm::Int32, |_, _| Value::Int(0)).required(),
    ],
    ..EntityType::NONE
};

const fn only(path: &'static str, declared: &'static EntityType) -> Set {
    Set {
        path,
        declared,
        holds: &[],
        rows: |_, set| Box::new(std::iter::once(Item { ty: set.declared, row: Row::of(0) })),
        indexes: &[],
        other_key: None,
        expands: true,
    }
}

/// `/deviceManagement/managedDeviceOverview`.
pub static OVERVIEW_SET: Set = only("deviceManagement/managedDeviceOverview", &OVERVIEW);
/// `/deviceManagement/deviceConfigurationDeviceStateSummaries`.
pub static CONFIGURATION_SUMMARY_SET: Set =
    only("deviceManagement/deviceConfigurationDeviceStateSummaries", &CONFIGURATION_SUMMARY);
/// `/deviceManagement/deviceCompliancePolicyDeviceStateSummary`.
pub static COMPLIANCE_SUMMARY_SET: Set =
    only("deviceManagement/deviceCompliancePolicyDeviceStateSummary", &COMPLIANCE_SUMMARY);

/// The devices that a domain join profile reaches.
pub(super) fn device_statuses<'t>(source: &Source<'t>, row: Row) -> Items<'t> {
    let found = reached(source, &profile(source, row).assignment);
    Box::new(found.map(move |(id, _)| Item { ty: &DEVICE_STATUS, row: Row { id: id.row(), part: row.id } }))
}

/// The domain join profiles that reach a managed device.
pub(super) fn configuration_states<'t>(source: &Source<'t>, row: Row) -> Items<'t> {
    let (tenant, cx) = (source.tenant, source.cx);
    let reaches = move |(id, profile): (_, &crate::DomainJoinProfile)| {
        let id: Id<crate::DomainJoinProfile> = id;
        is_reached(tenant, cx, Id::new(row.id), &profile.assignment)
            .then_some(Item { ty: &CONFIGURATION_STATE, row: Row { id: row.id, part: id.row() } })
    };
    Box::new(tenant.domain_join_profiles().filter_map(reaches))
}

/// The compliance policies that reach a managed device.
pub(super) fn policy_states<'t>(source: &Source<'t>, row: Row) -> Items<'t> {
    let (tenant, cx) = (source.tenant, source.cx);
    let policies = tenant.bag_rows("deviceManagement/deviceCompliancePolicies", sim_core::Guid::NIL);
    let reaches = move |(id, policy): (Id<crate::BagEntity>, &crate::BagEntity)| {
        is_reached(tenant, cx, Id::new(row.id), &policy.assignment)
            .then_some(Item { ty: &POLICY_STATE, row: Row { id: row.id, part: id.row() } })
    };
    Box::new(policies.filter_map(reaches))
}

fn reached<'t>(
    source: &Source<'t>,
    assignment: &'t Assignment,
) -> impl Iterator<Item = (Id<ManagedDevice>, &'t ManagedDevice)> + use<'t> {
    let (tenant, cx) = (source.tenant, source.cx);
    tenant.managed_devices().filter(move |(id, _)| is_reached(tenant, cx, *id, assignment))
}

/// Whether an assignment reaches a managed device, through the Entra device that it follows or through its anchor.
fn is_reached(tenant: &crate::Tenant, cx: &sim_core::Cx, id: Id<ManagedDevice>, assignment: &Assignment) -> bool {
    let managed = tenant.managed_device(id);
    let anchor = managed.identity.get().map(|identity| tenant.identity(identity).anchor);
    let mut devices = [Some(managed.entra_device), anchor].into_iter().flatten();
    devices.any(|device| assignment.reaches(tenant, device, cx, &mut sim_core::Unasked).is_some())
        || (assignment.all_users && managed.user.get().is_some())
}

fn count<'t>(source: &Source<'t>, of: impl Fn(&ManagedDevice) -> bool) -> Value<'t> {
    Value::Int(source.tenant.managed_devices().filter(|(_, managed)| of(managed)).count() as i64)
}

fn managed<'t>(source: &Source<'t>, row: Row) -> &'t ManagedDevice {
    source.tenant.managed_device(Id::new(row.id))
}

fn profile<'t>(source: &Source<'t>, row: Row) -> &'t crate::DomainJoinProfile {
    source.tenant.domain_join_profile_record(Id::new(row.id))
}

/// `<profile>_<device>`.
fn pair<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    let profile = source.tenant.domain_join_profile_record(Id::new(row.part));
    format!("{}_{}", profile.id, managed(source, row).id).into()
}

fn applied(source: &Source<'_>, row: Row) -> &'static str {
    if managed(source, row).odj.get().is_some() { "compliant" } else { "unknown" }
}

fn upn<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    managed(source, row).user.get().map(|user| source.name(source.tenant.user_record(user).upn)).into()
}

fn user_name<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    managed(source, row).user.get().map(|user| source.name(source.tenant.user_record(user).display_name)).into()
}
