//! `/deviceManagement/windowsAutopilotDeploymentProfiles`, in both of their vocabularies: since May 2024 many settings
//! have a second name.

use super::assignments;
use super::entity::{ENTITY, Edm, EntityType, Family, Item, Navigation, Row, Source, Value, Versions, null, p};
use super::read::guid_text;
use super::route::Set;
use super::windows_autopilot_device_identities as identities;
use crate::{DeploymentProfile, JoinType};
use sim_core::Id;

const INTUNE: Family = Family::Intune(identities::FRONT_END);

/// The `windowsAutopilotDeploymentProfile` type.
#[rustfmt::skip]
pub static PROFILE: EntityType = EntityType {
    name: "microsoft.graph.windowsAutopilotDeploymentProfile",
    set: "deviceManagement/windowsAutopilotDeploymentProfiles",
    base: Some(&ENTITY),
    family: INTUNE,
    key: Some(|s, r| profile(s, r).id.into()),
    properties: &[
        p("displayName", Edm::String, |s, r| s.name(profile(s, r).name)).may("orderby"),
        p("description", Edm::String, |s, r| s.name(profile(s, r).description)).may("orderby"),
        p("language", Edm::String, |_, _| "os-default".into()).beta(),
        p("locale", Edm::String, |_, _| "os-default".into()),
        p("createdDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).created.into()).required(),
        p("lastModifiedDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).modified.into()).required(),
        p("outOfBoxExperienceSettings", Edm::Complex(&EXPERIENCE_BEFORE_2024), |_, r| Value::Complex(&EXPERIENCE_BEFORE_2024, r))
            .beta(),
        p("outOfBoxExperienceSetting", Edm::Complex(&EXPERIENCE), |_, r| Value::Complex(&EXPERIENCE, r)),
        null("enrollmentStatusScreenSettings", Edm::Opaque("windowsEnrollmentStatusScreenSettings")).beta(),
        p("extractHardwareHash", Edm::Boolean, |s, r| profile(s, r).convert_all.into()).required().beta(),
        p("hardwareHashExtractionEnabled", Edm::Boolean, |s, r| profile(s, r).convert_all.into()),
        p("deviceNameTemplate", Edm::String, |s, r| s.name(profile(s, r).device_name_template)),
        p("deviceType", Edm::Enum("windowsAutopilotDeviceType"), |_, _| "windowsPc".into()).required(),
        p("enableWhiteGlove", Edm::Boolean, |s, r| profile(s, r).preprovisioning_allowed.into()).required().beta(),
        p("preprovisioningAllowed", Edm::Boolean, |s, r| profile(s, r).preprovisioning_allowed.into()),
        p("roleScopeTagIds", Edm::Collection(&Edm::String), |_, _| Value::List(vec!["0".into()])),
        null("managementServiceAppId", Edm::String),
    ],
    navigations: &[
        assignments::navigation(&ASSIGNMENT, Versions::Beta, |s, r| assignments::items(&ASSIGNMENT, r, &profile(s, r).assignment)),
        Navigation {
            name: "assignedDevices",
            declared: &identities::IDENTITY,
            holds: &[],
            many: true,
            contained: true,
            versions: Versions::Both,
            get: |s, r| {
                let assigned = move |(id, identity): (_, &crate::AutopilotDevice)| {
                    (identity.assigned.get() == Some(Id::new(r.id))).then(|| identities::item(id))
                };
                Box::new(s.tenant.identities().filter_map(assigned))
            },
        },
    ],
    ..EntityType::NONE
};

/// The `activeDirectoryWindowsAutopilotDeploymentProfile` type: hybrid join.
pub static HYBRID: EntityType = EntityType {
    name: "microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile",
    base: Some(&PROFILE),
    family: INTUNE,
    versions: Versions::Beta,
    properties: &[p("hybridAzureADJoinSkipConnectivityCheck", Edm::Boolean, |s, r| {
        profile(s, r).skip_connectivity_check.into()
    })
    .required()
    .beta()],
    ..EntityType::NONE
};

/// The `azureADWindowsAutopilotDeploymentProfile` type: Entra join.
pub static ENTRA: EntityType = EntityType {
    name: "microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
    base: Some(&PROFILE),
    family: INTUNE,
    versions: Versions::Beta,
    ..EntityType::NONE
};

/// The `outOfBoxExperienceSetting` type. The tenant does not keep these settings; they are what the portal proposes
/// (assumed).
#[rustfmt::skip]
pub static EXPERIENCE: EntityType = EntityType {
    name: "microsoft.graph.outOfBoxExperienceSetting",
    family: INTUNE,
    properties: &[
        p("privacySettingsHidden", Edm::Boolean, |_, _| true.into()).required(),
        p("eulaHidden", Edm::Boolean, |_, _| true.into()).required(),
        p("userType", Edm::Enum("windowsUserType"), |_, _| "standard".into()).required(),
        p("deviceUsageType", Edm::Enum("windowsDeviceUsageType"), |_, _| "singleUser".into()).required(),
        p("keyboardSelectionPageSkipped", Edm::Boolean, |_, _| false.into()).required(),
        p("escapeLinkHidden", Edm::Boolean, |_, _| true.into()).required(),
    ],
    ..EntityType::NONE
};

/// The `outOfBoxExperienceSettings` type: the same in the words that were used before May 2024.
#[rustfmt::skip]
pub static EXPERIENCE_BEFORE_2024: EntityType = EntityType {
    name: "microsoft.graph.outOfBoxExperienceSettings",
    family: INTUNE,
    versions: Versions::Beta,
    properties: &[
        p("hidePrivacySettings", Edm::Boolean, |_, _| true.into()).required().beta(),
        p("hideEULA", Edm::Boolean, |_, _| true.into()).required().beta(),
        p("userType", Edm::Enum("windowsUserType"), |_, _| "standard".into()).required().beta(),
        p("deviceUsageType", Edm::Enum("windowsDeviceUsageType"), |_, _| "singleUser".into()).required().beta(),
        p("skipKeyboardSelectionPage", Edm::Boolean, |_, _| false.into()).required().beta(),
        p("hideEscapeLink", Edm::Boolean, |_, _| true.into()).required().beta(),
    ],
    ..EntityType::NONE
};

/// The `windowsAutopilotDeploymentProfileAssignment` type.
#[rustfmt::skip]
pub static ASSIGNMENT: EntityType = EntityType {
    name: "microsoft.graph.windowsAutopilotDeploymentProfileAssignment",
    base: Some(&ENTITY),
    family: INTUNE,
    key: Some(|s, r| assignments::id(s, r, &guid_text(profile(s, r).id))),
    properties: &[
        p("source", Edm::Enum("deviceAndAppManagementAssignmentSource"), |_, _| "direct".into()).required().beta(),
        p("sourceId", Edm::String, |s, r| profile(s, r).id.into()).beta(),
        p("target", Edm::Complex(&assignments::TARGET), assignments::target).beta(),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/windowsAutopilotDeploymentProfiles",
    declared: &PROFILE,
    holds: &[&HYBRID, &ENTRA],
    rows: |s| {
        let s = *s;
        Box::new(s.tenant.deployment_profiles().map(move |(id, _)| item(&s, id)))
    },
    indexes: &[],
    other_key: None,
    expands: true,
};

/// A deployment profile as an entity, of the type that says how devices join.
pub(super) fn item(source: &Source<'_>, id: Id<DeploymentProfile>) -> Item {
    let ty = match source.tenant.deployment_profile_record(id).join {
        JoinType::Hybrid => &HYBRID,
        JoinType::Entra => &ENTRA,
    };
    Item { ty, row: Row::of(id.row()) }
}

fn profile<'t>(source: &Source<'t>, row: Row) -> &'t DeploymentProfile {
    source.tenant.deployment_profile_record(Id::new(row.id))
}
