//! `/deviceManagement/windowsAutopilotDeploymentProfiles`, in both of their vocabularies: since May 2024 many settings
//! have a second name.

use super::assignments;
use super::entity::{ENTITY, Edm, EntityType, Family, Item, Navigation, Row, Source, Value, Versions, null, p};
use super::json;
use super::read::guid_text;
use super::route::Set;
use super::windows_autopilot_device_identities as identities;
use crate::{DeploymentProfile, JoinType, Tenant};
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
        p("displayName", Edm::String, |s, r| s.name(profile(s, r).name)).may("orderby").own(),
        p("description", Edm::String, |s, r| s.name(profile(s, r).description)).may("orderby").own(),
        p("language", Edm::String, locale).beta().own(),
        p("locale", Edm::String, locale).own(),
        p("createdDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).created.into()).required(),
        p("lastModifiedDateTime", Edm::DateTimeOffset, |s, r| profile(s, r).modified.into()).required(),
        p("outOfBoxExperienceSettings", Edm::Complex(&EXPERIENCE_BEFORE_2024), |_, r| Value::Complex(&EXPERIENCE_BEFORE_2024, r))
            .beta().own(),
        p("outOfBoxExperienceSetting", Edm::Complex(&EXPERIENCE), |_, r| Value::Complex(&EXPERIENCE, r)).own(),
        null("enrollmentStatusScreenSettings", Edm::Opaque("windowsEnrollmentStatusScreenSettings")).beta().kept(),
        p("extractHardwareHash", Edm::Boolean, |s, r| profile(s, r).convert_all.into()).required().beta().own(),
        p("hardwareHashExtractionEnabled", Edm::Boolean, |s, r| profile(s, r).convert_all.into()).own(),
        p("deviceNameTemplate", Edm::String, |s, r| s.name(profile(s, r).device_name_template)).own(),
        p("deviceType", Edm::Enum("windowsAutopilotDeviceType"), |_, _| "windowsPc".into()).required().kept(),
        p("enableWhiteGlove", Edm::Boolean, |s, r| profile(s, r).preprovisioning_allowed.into()).required().beta().own(),
        p("preprovisioningAllowed", Edm::Boolean, |s, r| profile(s, r).preprovisioning_allowed.into()).own(),
        p("roleScopeTagIds", Edm::Collection(&Edm::String), |_, _| Value::List(vec!["0".into()])).kept(),
        null("managementServiceAppId", Edm::String).kept(),
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
    .beta()
    .own()],
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

/// The `outOfBoxExperienceSetting` type. What nobody has set is what the portal proposes (assumed).
#[rustfmt::skip]
pub static EXPERIENCE: EntityType = EntityType {
    name: "microsoft.graph.outOfBoxExperienceSetting",
    family: INTUNE,
    properties: &[
        p("privacySettingsHidden", Edm::Boolean, |s, r| experience(s, r, "privacySettingsHidden")).required().own(),
        p("eulaHidden", Edm::Boolean, |s, r| experience(s, r, "eulaHidden")).required().own(),
        p("userType", Edm::Enum("windowsUserType"), |s, r| experience(s, r, "userType")).required().own(),
        p("deviceUsageType", Edm::Enum("windowsDeviceUsageType"), |s, r| experience(s, r, "deviceUsageType")).required().own(),
        p("keyboardSelectionPageSkipped", Edm::Boolean, |s, r| experience(s, r, "keyboardSelectionPageSkipped")).required().own(),
        p("escapeLinkHidden", Edm::Boolean, |s, r| experience(s, r, "escapeLinkHidden")).required().own(),
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
        p("hidePrivacySettings", Edm::Boolean, |s, r| experience(s, r, "privacySettingsHidden")).required().beta().own(),
        p("hideEULA", Edm::Boolean, |s, r| experience(s, r, "eulaHidden")).required().beta().own(),
        p("userType", Edm::Enum("windowsUserType"), |s, r| experience(s, r, "userType")).required().beta().own(),
        p("deviceUsageType", Edm::Enum("windowsDeviceUsageType"), |s, r| experience(s, r, "deviceUsageType"))
            .required().beta().own(),
        p("skipKeyboardSelectionPage", Edm::Boolean, |s, r| experience(s, r, "keyboardSelectionPageSkipped"))
            .required().beta().own(),
        p("hideEscapeLink", Edm::Boolean, |s, r| experience(s, r, "escapeLinkHidden")).required().beta().own(),
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
        p("target", Edm::Complex(&assignments::TARGET), assignments::target).beta().own(),
    ],
    ..EntityType::NONE
};

/// The set.
pub static SET: Set = Set {
    path: "deviceManagement/windowsAutopilotDeploymentProfiles",
    declared: &PROFILE,
    holds: &[&HYBRID, &ENTRA],
    rows: |s, _| {
        let s = *s;
        Box::new(s.tenant.deployment_profiles().map(move |(id, _)| item(s.tenant, id)))
    },
    indexes: &[],
    other_key: None,
    expands: true,
};

/// A deployment profile as an entity, of the type that says how devices join.
pub(super) fn item(tenant: &Tenant, id: Id<DeploymentProfile>) -> Item {
    let ty = match tenant.deployment_profile_record(id).join {
        JoinType::Hybrid => &HYBRID,
        JoinType::Entra => &ENTRA,
    };
    Item { ty, row: Row::of(id.row()) }
}

fn profile<'t>(source: &Source<'t>, row: Row) -> &'t DeploymentProfile {
    source.tenant.deployment_profile_record(Id::new(row.id))
}

/// `locale`, formerly `language`.
fn locale<'t>(source: &Source<'t>, row: Row) -> Value<'t> {
    match source.tenant.kept.of(profile(source, row).id, "locale") {
        Some(locale) => json::given(Edm::String, locale),
        None => "os-default".into(),
    }
}

/// A setting of the out-of-box experience, by its name since 2024.
fn experience<'t>(source: &Source<'t>, row: Row, name: &str) -> Value<'t> {
    let kept = source.tenant.kept.of(profile(source, row).id, "outOfBoxExperienceSetting");
    match kept.and_then(|setting| setting.get(name)) {
        Some(value) => json::given(Edm::String, value),
        None => match name {
            "userType" => "standard".into(),
            "deviceUsageType" => "singleUser".into(),
            "keyboardSelectionPageSkipped" => false.into(),
            _ => true.into(),
        },
    }
}
