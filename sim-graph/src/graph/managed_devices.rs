//! `/deviceManagement/managedDevices`: what is enrolled in Intune.

use super::configuration_states as states;
use super::entity::{
    ENTITY, Edm, EntityType, Family, Item, Navigation, Row, Source, Value, Versions, blank, empty, never, null, off, p,
};
use super::json::date;
use super::lookup::Kind;
use super::route::Set;
use super::users::{USER, before};
use crate::{ActionRequest, Hardware, ManagedDevice, ManagedJoin, Ownership, User};
use sim_core::{Id, SimTime};

/// The front end that answers for managed devices.
pub(super) const FRONT_END: &str = "DeviceFE/StatelessDeviceFEService";

/// The `managedDevice` type.
///
/// Assumed: `deviceEnrollmentType` is `windowsAzureADJoin`, since for Autopilot into a domain none is documented, and
/// the grace period of compliance never ends. What the tenant does not know of a device has its documented default.
#[rustfmt::skip]
pub static MANAGED_DEVICE: EntityType = EntityType {
    name: "microsoft.graph.managedDevice",
    set: "deviceManagement/managedDevices",
    base: Some(&ENTITY),
    family: Family::Intune(FRONT_END),
    key: Some(|s, r| managed(s, r).id.into()),
    properties: &[
        p("userId", Edm::String, |s, r| user(s, r).map_or("".into(), |u| u.id.into())).may("eq"),
        p("deviceName", Edm::String, |s, r| s.name(managed(s, r).device_name)).may("eq contains orderby"),
        p("ownerType", Edm::Enum("ownerType"), |s, r| ownership(s, r).into()).required().beta().own(),
        p("managedDeviceOwnerType", Edm::Enum("managedDeviceOwnerType"), |s, r| ownership(s, r).into()).required().may("eq").own(),
        p("managementState", Edm::Enum("managementState"), |s, r| s.tenant.management_state(Id::new(r.id)).into())
            .required().may("eq"),
        p("enrolledDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).enrolled.into()).required().may("lt gt le ge"),
        p("lastSyncDateTime", Edm::DateTimeOffset, |s, r| managed(s, r).last_sync.into()).required().may("lt gt le ge"),
        p("chassisType", Edm::Enum("chassisType"), |_, _| "unknown".into()).required().beta(),
        p("operatingSystem", Edm::String, |_, _| "Windows".into()).may("eq contains"),
        p("deviceType", Edm::Enum("deviceType"), |_, _| "desktop".into()).required().beta(),
        p("complianceState", Edm::Enum("complianceState"), |s, r| compliance(s, r).into()).required().may("eq"),
        p("jailBroken", Edm::String, |_, _| "Unknown".into()).may("eq"),
        p("managementAgent", Edm::Enum("managementAgentType"), |_, _| "mdm".into()).required().may("eq"),
        p("osVersion", Edm::String, |s, r| s.name(s.tenant.entra_device(managed(s, r).entra_device).os_version)).may("eq"),
        off("easActivated"),
        null("easDeviceId", Edm::String),
        never("easActivationDateTime"),
        p("aadRegistered", Edm::Boolean, |_, _| true.into()).beta(),
        p("azureADRegistered", Edm::Boolean, |_, _| true.into()),
        p("deviceEnrollmentType", Edm::Enum("deviceEnrollmentType"), |_, _| "windowsAzureADJoin".into()).required().may("eq"),
        null("activationLockBypassCode", Edm::String),
        p("emailAddress", Edm::String, upn).may("eq"),
        p("azureActiveDirectoryDeviceId", Edm::String, entra_device_id).beta(),
        p("azureADDeviceId", Edm::String, entra_device_id).may("eq"),
        p("deviceRegistrationState", Edm::Enum("deviceRegistrationState"), |_, _| "registered".into()).required(),
        blank("deviceCategoryDisplayName").may("eq").noted(),
        off("isSupervised"),
        never("exchangeLastSuccessfulSyncDateTime"),
        p("exchangeAccessState", Edm::Enum("deviceManagementExchangeAccessState"), |_, _| "none".into()).required(),
        p("exchangeAccessStateReason", Edm::Enum("deviceManagementExchangeAccessStateReason"), |_, _| "none".into()).required(),
        blank("remoteAssistanceSessionUrl"),
        null("remoteAssistanceSessionErrorDetails", Edm::String),
        off("isEncrypted"),
        p("userPrincipalName", Edm::String, upn).may("eq contains"),
        p("enrolledByUserPrincipalName", Edm::String, upn).beta(),
        p("model", Edm::String, |s, r| s.name(hardware(s, r).model)).may("eq contains"),
        p("manufacturer", Edm::String, |s, r| s.name(hardware(s, r).manufacturer)).may("eq contains"),
        blank("imei"),
        p("complianceGracePeriodExpirationDateTime", Edm::DateTimeOffset, |_, _| SimTime::LAST.into()).required(),
        p("serialNumber", Edm::String, |s, r| s.name(hardware(s, r).serial)).may("eq contains"),
        blank("phoneNumber"),
        blank("androidSecurityPatchLevel"),
        p("userDisplayName", Edm::String, |s, r| user(s, r).map_or("".into(), |u| s.name(u.display_name))).may("eq contains"),
        null("configurationManagerClientEnabledFeatures", Edm::Opaque("configurationManagerClientEnabledFeatures")),
        blank("wiFiMacAddress"),
        null("deviceHealthAttestationState", Edm::Opaque("deviceHealthAttestationState")),
        blank("subscriberCarrier"),
        blank("meid"),
        p("totalStorageSpaceInBytes", Edm::Int64, |_, _| Value::Int(0)).required(),
        p("freeStorageSpaceInBytes", Edm::Int64, |_, _| Value::Int(0)).required(),
        p("managedDeviceName", Edm::String, managed_device_name).kept(),
        p("partnerReportedThreatState", Edm::Enum("managedDevicePartnerReportedHealthState"), |_, _| "unknown".into()).required(),
        never("retireAfterDateTime").beta(),
        empty("usersLoggedOn", &Edm::Opaque("loggedOnUser")).beta(),
        never("preferMdmOverGroupPolicyAppliedDateTime").beta(),
        p("autopilotEnrolled", Edm::Boolean, |s, r| managed(s, r).identity.get().is_some().into()).required().beta(),
        null("requireUserEnrollmentApproval", Edm::Boolean),
        never("managementCertificateExpirationDate"),
        blank("iccid"),
        blank("udid"),
        p("roleScopeTagIds", Edm::Collection(&Edm::String), |_, _| Value::List(vec!["0".into()])).beta().kept(),
        p("windowsActiveMalwareCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
        p("windowsRemediatedMalwareCount", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
        null("notes", Edm::String).kept(),
        null("configurationManagerClientHealthState", Edm::Opaque("configurationManagerClientHealthState")).beta(),
        null("configurationManagerClientInformation", Edm::Opaque("configurationManagerClientInformation")).beta(),
        null("ethernetMacAddress", Edm::String),
        p("physicalMemoryInBytes", Edm::Int64, |_, _| Value::Int(0)).required(),
        p("processorArchitecture", Edm::Enum("managedDeviceArchitecture"), |_, _| "unknown".into()).required().beta(),
        blank("specificationVersion").beta(),
        p("joinType", Edm::Enum("joinType"), |s, r| join_type(s, r).into()).required().beta(),
        blank("skuFamily").beta(),
        null("securityPatchLevel", Edm::String).beta(),
        p("skuNumber", Edm::Int32, |_, _| Value::Int(0)).required().beta(),
        p("managementFeatures", Edm::Enum("managedDeviceManagementFeatures"), |_, _| "none".into()).required().beta(),
        p("lostModeState", Edm::Enum("lostModeState"), |_, _| "disabled".into()).required().beta(),
        off("bootstrapTokenEscrowed").beta(),
        off("deviceFirmwareConfigurationInterfaceManaged").beta(),
        p("enrollmentProfileName", Edm::String, enrollment_profile_name),
        null("hardwareInformation", Edm::Opaque("hardwareInformation")).beta(),
        p("deviceActionResults", Edm::Collection(&Edm::Complex(&ACTION_RESULT)), |s, r| {
            let actions = s.tenant.actions(Id::new(r.id)).len() as u32;
            Value::List((0..actions).map(|part| Value::Complex(&ACTION_RESULT, Row { id: r.id, part })).collect())
        }),
        empty("chromeOSDeviceInfo", &Edm::Opaque("chromeOSDeviceProperty")).beta(),
        empty("cloudPcRemoteActionResults", &Edm::Opaque("cloudPcRemoteActionResult")).beta(),
        empty("deviceHealthScriptStates", &Edm::Opaque("deviceHealthScriptPolicyState")).beta(),
    ],
    navigations: &[Navigation {
        name: "users",
        declared: &USER,
        holds: &[],
        many: true,
        contained: false,
        versions: Versions::Both,
        get: |s, r| Box::new(managed(s, r).user.get().map(super::users::item).into_iter()),
    },
        below("deviceConfigurationStates", &states::CONFIGURATION_STATE, states::configuration_states),
        below("deviceCompliancePolicyStates", &states::POLICY_STATE, states::policy_states),
        Navigation { many: false, ..below("deviceCategory", &DEVICE_CATEGORY, |s, r| {
            let kept = s.tenant.kept.of(managed(s, r).id, "deviceCategory").and_then(serde_json::Value::as_str);
            let found = kept.and_then(|id| s.tenant.bag_find("deviceManagement/deviceCategories", id.parse().ok()?));
            Box::new(found.map(|id| Item { ty: &DEVICE_CATEGORY, row: Row::of(id.row()) }).into_iter())
        }) },
        Navigation { many: false, ..below("windowsProtectionState", &states::PROTECTION_STATE, |_, r| {
            Box::new(std::iter::once(Item { ty: &states::PROTECTION_STATE, row: r }))
        }) },
    ],
    ..EntityType::NONE
};

/// The `deviceActionResult` type.
#[rustfmt::skip]
pub static ACTION_RESULT: EntityType = EntityType {
    name: "microsoft.graph.deviceActionResult",
    family: Family::Intune(FRONT_END),
    properties: &[
        p("actionName", Edm::String, |s, r| action(s, r).map(|action| action.action.graph()).into()),
        p("actionState", Edm::Enum("actionState"), |s, r| action(s, r).map(|action| action.state.graph()).into()).required(),
        p("startDateTime", Edm::DateTimeOffset, |s, r| action(s, r).map(|action| action.asked).into()).required(),
        p("lastUpdatedDateTime", Edm::DateTimeOffset, |s, r| action(s, r).map(|action| action.updated).into()).required(),
    ],
    ..EntityType::NONE
};

fn action<'t>(source: &Source<'t>, row: Row) -> Option<&'t ActionRequest> {
    source.tenant.actions(Id::new(row.id)).get(row.part as usize)
}

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/managedDevices",
    declared: &MANAGED_DEVICE,
    holds: &[],
    rows: |s, _| Box::new(s.tenant.managed_devices().map(|(id, _)| item(id))),
    indexes: &[("id", by_id)],
    other_key: None,
    expands: true,
};

fn by_id(source: &Source<'_>, id: &str) -> Option<Item> {
    let (id, rows) = (id.parse().ok()?, &source.tenant.managed_devices);
    let row = source.tenant.lookups.by_id(Kind::Managed, id, rows.len(), |row| rows[Id::new(row)].id)?;
    (!rows[Id::new(row)].deleted).then(|| Item { ty: &MANAGED_DEVICE, row: Row::of(row) })
}

/// A managed device as an entity.
pub(super) fn item(id: Id<ManagedDevice>) -> Item {
    Item { ty: &MANAGED_DEVICE, row: Row::of(id.row()) }
}

fn managed<'t>(source: &Source<'t>, row: Row) -> &'t ManagedDevice {
    source.tenant.managed_device(Id::new(row.id))
}

fn hardware<'t>(source: &Source<'t>, row: Row) -> &'t Hardware {
    source.tenant.hardware(managed(source, row).hardware)
}

fn user<'t>(source: &Source<'t>, row: Row) -> Option<&'t User> {
    managed(source, row).user.get().map(|user| source.tenant.user_record(user))
}

fn upn<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    user(source, row).map_or("".into(), |user| source.name(user.upn))
}

fn entra_device_id<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    source.tenant.entra_device(managed(source, row).entra_device).device_id.into()
}

/// Enrolment writes the profile's name to the device it finds, which after hybrid join is not the one that Intune
/// follows.
fn enrollment_profile_name<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    let managed = managed(source, row);
    let found = managed.identity.get().map_or(managed.entra_device, |id| source.tenant.identity(id).anchor);
    source.name(source.tenant.entra_device(found).enrollment_profile)
}

fn ownership(source: &Source<'_>, row: Row) -> &'static str {
    match managed(source, row).ownership {
        Ownership::Unknown => "unknown",
        Ownership::Company => "company",
        Ownership::Personal => "personal",
    }
}

fn compliance(source: &Source<'_>, row: Row) -> &'static str {
    match managed(source, row).compliant {
        None => "unknown",
        Some(true) => "compliant",
        Some(false) => "noncompliant",
    }
}

fn join_type(source: &Source<'_>, row: Row) -> &'static str {
    match managed(source, row).join {
        ManagedJoin::EntraJoined => "azureADJoined",
        ManagedJoin::HybridJoined => "hybridAzureADJoined",
    }
}

/// `ada_Windows_11/17/2022_8:30 AM`: user, system and enrolment (common knowledge).
fn managed_device_name<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    let user = user(source, row).map_or("", |user| before(source.cx.names.get(user.upn), '@'));
    let millis = managed(source, row).enrolled.unix_millis();
    let (year, month, day) = date(millis.div_euclid(86_400_000));
    let minutes = millis.rem_euclid(86_400_000) / 60_000;
    let (hour, half) = ((minutes / 60 + 11) % 12 + 1, if minutes < 720 { "AM" } else { "PM" });
    format!("{user}_Windows_{month}/{day}/{year}_{hour}:{:02} {half}", minutes % 60).into()
}

/// The `deviceCategory` type.
#[rustfmt::skip]
pub static DEVICE_CATEGORY: EntityType = EntityType {
    name: "microsoft.graph.deviceCategory",
    set: "deviceManagement/deviceCategories",
    base: Some(&ENTITY),
    family: Family::Intune(FRONT_END),
    key: Some(|s, r| s.tenant.bag.get(Id::new(r.id)).map(|category| category.id).into()),
    properties: &[
        null("description", Edm::String).kept(),
        null("displayName", Edm::String).kept(),
        empty("roleScopeTagIds", &Edm::String).beta().kept(),
    ],
    ..EntityType::NONE
};

/// What belongs to a managed device.
const fn below(
    name: &'static str,
    declared: &'static EntityType,
    get: for<'t> fn(&Source<'t>, Row) -> super::Items<'t>,
) -> Navigation {
    Navigation { name, declared, holds: &[], many: true, contained: true, versions: Versions::Both, get }
}
